//! Errata and unknowns, at the thing that they are about.

use venue_schema::ir::{Erratum, Field, Unknown};

use super::page::Page;
use super::{Book, words};
use crate::markdown::{code, escape, source};

impl Book<'_> {
    /// What is wrong or unknown about something and its fields.
    pub(super) fn remarks(&self, id: &str, page: &mut Page) {
        self.remarks_on("", id, page);
    }

    /// The same of what is a row of a table: its name stands in front.
    pub(super) fn remarks_on(&self, name: &str, id: &str, page: &mut Page) {
        let is_of = |about: &str| self.is_of(id, about);
        let errata = self.api.errata.iter().filter(|it| is_of(&it.about));
        for erratum in errata {
            self.erratum(erratum, page);
        }
        let unknowns = self.api.unknowns.iter().filter(|it| is_of(&it.about));
        let lines: Vec<String> = unknowns.map(unknown).collect();
        if !lines.is_empty() {
            let of = match name.is_empty() {
                true => String::new(),
                false => format!(" of {}", code(name)),
            };
            page.block(&format!("**Not known{of}**"));
            page.list(&lines);
        }
    }

    /// Whether `about` names something of that id, or a field of it.
    pub(super) fn is_of(&self, id: &str, about: &str) -> bool {
        let about = about.split('#').next().unwrap_or_default();
        id.strip_prefix(self.api.id.as_str())
            .and_then(|rest| rest.strip_prefix('.'))
            == Some(about)
    }

    pub(super) fn erratum(&self, erratum: &Erratum, page: &mut Page) {
        let name = escape(&erratum.name.replace('-', " "));
        let mut lines = vec![format!(
            "> <a id=\"{}\"></a>**Erratum: {name}** ({})",
            self.links.anchor(&format!("erratum.{}", erratum.name)),
            code(&erratum.about)
        )];
        lines.push(">".to_owned());
        for (says, from) in &erratum.claims {
            let from = match from.is_empty() {
                true => String::new(),
                false => format!(" — {}", source(from)),
            };
            lines.push(format!("> - {}{from}", escape(says)));
        }
        lines.push(">".to_owned());
        lines.push(format!("> Reading: {}", escape(&erratum.reading)));
        page.block(&lines.join("\n"));
    }

    /// Which remarks a field has, to stand in its row.
    pub(super) fn marks(&self, id: &str, of: &Field) -> Vec<String> {
        let about = |about: &str| {
            self.is_of(id, about) && about.split_once('#').is_some_and(|(_, it)| it == of.name)
        };
        let errata = self.api.errata.iter().filter(|it| about(&it.about));
        let mut out: Vec<String> = errata
            .map(|it| {
                let anchor = self.links.anchor(&format!("erratum.{}", it.name));
                format!("[Erratum](#{anchor}).")
            })
            .collect();
        let unknowns = self.api.unknowns.iter().filter(|it| about(&it.about));
        out.extend(unknowns.map(|it| format!("Not known: {}", words::sentence(&escape(&it.doc)))));
        out
    }
}

fn unknown(unknown: &Unknown) -> String {
    let of = match unknown.about.split_once('#') {
        Some((_, field)) => format!("{}: ", code(field)),
        None => String::new(),
    };
    format!("- {of}{}", words::sentence(&escape(&unknown.doc)))
}
