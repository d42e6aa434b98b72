//! rustdoc from what a spec says: meaning, unit, wire name, source, evidence, errata.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{
    Api, Evidence, Example, ExampleVerdict, Field, Literal, Meta, Provenance, Target, TypeId,
    TypeRef,
};

pub(super) use crate::markdown::{code, escape, source};

/// Paragraphs of documentation.
#[derive(Debug, Default)]
pub(super) struct Docs {
    paragraphs: Vec<String>,
}

impl Docs {
    /// One paragraph of Markdown of our own.
    pub(super) fn new(markdown: impl Into<String>) -> Self {
        let mut docs = Docs::default();
        docs.markdown(markdown);
        docs
    }

    /// A spec's words.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for paragraph in text.trim().split("\n\n") {
            self.markdown(escape(paragraph));
        }
        self
    }

    /// Markdown of our own.
    pub(super) fn markdown(&mut self, markdown: impl Into<String>) -> &mut Self {
        let markdown = markdown.into();
        if !markdown.is_empty() {
            self.paragraphs.push(markdown);
        }
        self
    }

    /// Sentences of our own at the end of the last paragraph.
    pub(super) fn sentences(&mut self, markdown: &str) -> &mut Self {
        match self.paragraphs.last_mut() {
            _ if markdown.is_empty() => {}
            Some(last) if !last.ends_with("```") => {
                if !last.ends_with(['.', '!', '?', ':']) {
                    last.push('.');
                }
                last.push(' ');
                last.push_str(markdown);
            }
            _ => self.paragraphs.push(markdown.to_owned()),
        }
        self
    }

    /// A list of our own, under a heading if there is something in it.
    pub(super) fn list(&mut self, heading: &str, items: &[String]) -> &mut Self {
        if !items.is_empty() {
            let items: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
            let heading = match heading.is_empty() {
                true => String::new(),
                false => format!("{heading}\n\n"),
            };
            self.markdown(format!("{heading}{}", items.join("\n")));
        }
        self
    }

    /// Where a fact comes from.
    pub(super) fn provenance(&mut self, provenance: &Provenance) -> &mut Self {
        let mut line = String::new();
        if !provenance.source.is_empty() {
            line = format!("Source: {}", source(&provenance.source));
            if let Some(date) = &provenance.as_of {
                line = format!("{line} ({})", escape(date));
            }
            line.push('.');
        }
        match provenance.evidence {
            Evidence::Documented => {}
            Evidence::Observed => line.push_str(" *Observed; not documented.*"),
            Evidence::Inferred => line.push_str(" *Inferred; no source states it.*"),
        }
        self.markdown(line.trim_start())
    }

    /// The provenance of a part, where it is not that of the whole.
    pub(super) fn own_provenance(&mut self, part: &Provenance, whole: &Provenance) -> &mut Self {
        if part != whole {
            self.provenance(part);
        }
        self
    }

    /// Errata and unknowns about a thing, or about a field of it.
    pub(super) fn remarks(&mut self, api: &Api, id: &str, field: Option<&str>) -> &mut Self {
        let about = about(api, id, field);
        for erratum in api.errata.iter().filter(|e| e.about == about) {
            let claims: Vec<String> = erratum
                .claims
                .iter()
                .map(|(says, at)| format!("“{}” ({})", escape(says), source(at)))
                .collect();
            self.markdown(format!(
                "**Erratum `{}`.** Claimed: {}. Taken here: {}",
                erratum.name,
                claims.join("; "),
                escape(&erratum.reading)
            ));
        }
        for unknown in api.unknowns.iter().filter(|u| u.about == about) {
            self.markdown(format!("**Unknown.** {}", escape(&unknown.doc)));
        }
        self
    }

    /// The first short example of a type that a source shows.
    pub(super) fn example(&mut self, api: &Api, id: TypeId) -> &mut Self {
        const LONGEST: usize = 600;
        let is_short = |example: &&Example| {
            example.verdict == ExampleVerdict::Valid
                && example.payload.len() <= LONGEST
                && !example.payload.contains("```")
        };
        let ty = TypeRef::Named(id);
        let shows = |example: &&Example| match example.of {
            Target::Type(of) => of == id,
            other => target_type(api, other) == Some(&ty),
        };
        if let Some(example) = api.examples.iter().filter(is_short).find(shows) {
            self.markdown(format!("```json\n{}\n```", example.payload.trim()));
        }
        self
    }

    /// Doc attributes; `fallback` stands where the spec says nothing.
    pub(super) fn tokens(&self, fallback: &str) -> TokenStream {
        let lines: Vec<String> = match self.paragraphs.is_empty() {
            true => vec![format!(" {fallback}")],
            false => self
                .paragraphs
                .join("\n\n")
                .lines()
                .map(|line| match line.is_empty() {
                    true => String::new(),
                    false => format!(" {line}"),
                })
                .collect(),
        };
        quote!(#(#[doc = #lines])*)
    }
}

/// The type of what a target other than a type shows.
fn target_type(api: &Api, target: Target) -> Option<&TypeRef> {
    match target {
        Target::Request(operation) => Some(&api.operations[operation].body.as_ref()?.ty),
        Target::Response(operation, response) => {
            api.operations[operation].responses[response].ty.as_ref()
        }
        Target::Feed(feed) => match api.feeds[feed].messages.as_slice() {
            [message] => Some(&api.messages[*message].ty),
            _ => None,
        },
        Target::Message(message) => Some(&api.messages[message].ty),
        Target::Command(command) => Some(&api.commands[command].ty),
        Target::Type(_) => None,
    }
}

/// Docs of a listed thing: meaning, source, errata.
pub(super) fn of_meta(api: &Api, meta: &Meta) -> Docs {
    let mut docs = Docs::default();
    docs.text(&meta.doc)
        .provenance(&meta.provenance)
        .remarks(api, &meta.id, None);
    docs
}

/// Docs of a field of a thing; an element of an array has its index before it.
pub(super) fn of_field(api: &Api, owner: &Meta, field: &Field, element: Option<usize>) -> Docs {
    let mut docs = Docs::default();
    let doc = match element {
        Some(index) => format!("`[{index}]` {}", field.doc.trim()),
        None => field.doc.clone(),
    };
    docs.text(&doc);
    let mut facts: Vec<String> = Vec::new();
    if let Some(unit) = &field.unit {
        facts.push(format!("Unit: {}.", escape(unit)));
    }
    if field.wire != field.name {
        facts.push(format!("Wire name: {}.", code(&field.wire)));
    }
    if let Some(default) = &field.default {
        facts.push(format!("Default: {}.", code(&literal_text(default))));
    }
    if field.empty_is_none {
        facts.push("The empty string stands for none.".to_owned());
    }
    docs.sentences(&facts.join(" "))
        .own_provenance(&field.provenance, &owner.provenance)
        .remarks(api, &owner.id, Some(&field.name));
    docs
}

/// A literal as JSON writes it.
pub(super) fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Str(text) => format!("{text:?}"),
        Literal::Int(int) => int.to_string(),
        Literal::Bool(bool) => bool.to_string(),
    }
}

/// What an erratum calls a thing: its id without the API's, and the field.
fn about(api: &Api, id: &str, field: Option<&str>) -> String {
    let local = id
        .strip_prefix(api.id.as_str())
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(id);
    match field {
        Some(field) => format!("{local}#{field}"),
        None => local.to_owned(),
    }
}
