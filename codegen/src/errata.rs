//! What the sources of an API get wrong and what they leave out, as a page of Markdown.

mod subject;

use std::fmt::Write;

use venue_schema::ir::{Api, Erratum, Location, Unknown};

use crate::markdown::{code, escape, source};
use subject::Subject;

/// The errata and unknowns of some APIs, for people who use them: per API a table of contents, each
/// erratum with its claims, their sources and the reading taken, then what is not known.
pub fn markdown(apis: &[&Api]) -> String {
    let mut page = Page::default();
    page.opening(apis);
    for api in apis {
        page.api(api);
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Something with an empty line before it.
    fn block(&mut self, block: &str) {
        self.line("");
        self.line(block);
    }

    fn opening(&mut self, apis: &[&Api]) {
        self.line("<!-- Made by `venue list --errata --format markdown`: edit the specs. -->");
        self.block("# Errata and unknowns");
        self.block(
            "Where the documentation of these APIs is wrong, where two of its sources disagree, and what none of \
             them says. Each erratum gives the claims, each with its source, and the reading that the spec takes, \
             so that generated types and checks follow it. The vendors had no part in this: a reading can be wrong, \
             and a page that is linked may have changed since.",
        );
        self.block("| API | errata | unknowns |");
        self.line("|---|---|---|");
        for api in apis {
            let row = format!(
                "| [{}](#{}) | [{}](#{}) | [{}](#{}) |",
                escape(&api.title),
                anchor(api, ""),
                api.errata.len(),
                anchor(api, ""),
                api.unknowns.len(),
                anchor(api, "unknown"),
            );
            self.line(&row);
        }
    }

    fn api(&mut self, api: &Api) {
        self.anchor(&anchor(api, ""));
        self.line(&format!("## {}", escape(&api.title)));
        let mut about = escape(&api.doc);
        if !api.provenance.source.is_empty() {
            let _ = write!(about, " Described from {}", source(&api.provenance.source));
            if let Some(date) = &api.provenance.as_of {
                let _ = write!(about, " as of {}", escape(date));
            }
            about.push('.');
        }
        self.block(about.trim());
        let chapters = chapters(api, &api.errata, |e| &e.at);
        self.contents(api, &chapters);
        for (title, errata) in &chapters {
            self.block(&format!("### {}", escape(title)));
            for erratum in errata {
                self.erratum(api, erratum);
            }
        }
        self.unknowns(api);
    }

    fn contents(&mut self, api: &Api, chapters: &[(&str, Vec<&Erratum>)]) {
        self.line("");
        for (title, errata) in chapters {
            let links: Vec<String> = errata
                .iter()
                .map(|e| format!("[{}](#{})", escape(&words(&e.name)), anchor(api, &e.name)))
                .collect();
            self.line(&format!("- {}: {}", escape(title), links.join(", ")));
        }
        if !api.unknowns.is_empty() {
            self.line(&format!("- [Not known](#{})", anchor(api, "unknown")));
        }
    }

    fn erratum(&mut self, api: &Api, erratum: &Erratum) {
        let subject = Subject::of(api, &erratum.about);
        self.anchor(&anchor(api, &erratum.name));
        self.line(&format!(
            "#### {}: {}",
            capital(&subject.name),
            escape(&words(&erratum.name))
        ));
        let mut about = code(&format!("{}.{}", api.id, erratum.about));
        if !subject.doc.is_empty() {
            let _ = write!(about, ": {}", escape(first_sentence(&subject.doc)));
        }
        if let Some(used) = subject.used {
            let _ = write!(about, " Part of {used}.");
        }
        self.block(&about);
        self.line("");
        for (says, from) in &erratum.claims {
            let from = match from.is_empty() {
                true => String::new(),
                false => format!(" — {}", source(from)),
            };
            self.line(&format!("- {}{from}", escape(says)));
        }
        self.block(&format!("**Reading:** {}", escape(&erratum.reading)));
    }

    fn unknowns(&mut self, api: &Api) {
        if api.unknowns.is_empty() {
            return;
        }
        self.anchor(&anchor(api, "unknown"));
        self.line(&format!("### {}: not known", escape(&api.title)));
        for (title, unknowns) in chapters(api, &api.unknowns, |u| &u.at) {
            self.block(&format!("**{}**", escape(title)));
            self.line("");
            for (doc, about) in same(&unknowns) {
                let names: Vec<String> = about
                    .iter()
                    .map(|about| Subject::of(api, about).name)
                    .collect();
                let names = capital(&names.join(", "));
                self.line(&format!("- {names}: {}", escape(doc)));
            }
        }
    }

    fn anchor(&mut self, id: &str) {
        self.block(&format!("<a id=\"{id}\"></a>"));
        self.line("");
    }
}

/// Ids and names of a spec are kebab-case; whatever else they hold is left out.
fn anchor(api: &Api, name: &str) -> String {
    let mut id = api.id.clone();
    if !name.is_empty() {
        id.push('.');
        id.push_str(name);
    }
    id.retain(|c| c.is_alphanumeric() || matches!(c, '-' | '.'));
    id
}

fn words(name: &str) -> String {
    name.replace('-', " ")
}

/// What a thing is; what more there is to say of it stands in its own documentation.
pub(crate) fn first_sentence(doc: &str) -> &str {
    doc.find(". ").map_or(doc, |end| &doc[..=end])
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// By the chapter that says it, in the order of the chapters.
fn chapters<'a, T>(
    api: &'a Api,
    items: &'a [T],
    at: impl Fn(&T) -> &Location,
) -> Vec<(&'a str, Vec<&'a T>)> {
    let mut chapters = Vec::new();
    for section in &api.sections {
        let of_section: Vec<&T> = items
            .iter()
            .filter(|item| at(item).file == section.file)
            .collect();
        if !of_section.is_empty() {
            let title = match section.title.is_empty() {
                true => section.name.as_str(),
                false => section.title.as_str(),
            };
            chapters.push((title, of_section));
        }
    }
    chapters
}

/// What is not known in the same words of several things is said once.
fn same<'a>(unknowns: &[&'a Unknown]) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for unknown in unknowns {
        match all.iter_mut().find(|(doc, _)| *doc == unknown.doc) {
            Some((_, about)) => about.push(&unknown.about),
            None => all.push((&unknown.doc, vec![&unknown.about])),
        }
    }
    all
}
