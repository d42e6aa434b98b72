//! Payloads that a source shows, with names.

use venue_schema::ir::{Api, Example, ExampleVerdict, Target};

use crate::json_schema::annotations;
use crate::json_schema::{Members, Tree};

/// A payload under a name.
pub(crate) struct Shown<'a> {
    /// `example-1`, `drift-2`: verdict and number among the target's.
    pub(crate) name: String,
    /// What it shows, in a line.
    pub(crate) summary: String,
    /// The payload, spelt as in the spec.
    pub(crate) payload: Tree,
    example: &'a Example,
}

/// The target's examples that the tolerant schema accepts.
pub(crate) fn shown(api: &Api, target: Target) -> Vec<Shown<'_>> {
    of(api, target, |verdict| verdict != ExampleVerdict::Invalid)
}

/// Those that contradict the spec: sources show them all the same.
pub(crate) fn invalid(api: &Api, target: Target) -> Vec<Shown<'_>> {
    of(api, target, |verdict| verdict == ExampleVerdict::Invalid)
}

fn of(api: &Api, target: Target, wanted: fn(ExampleVerdict) -> bool) -> Vec<Shown<'_>> {
    let examples = api.examples.iter().filter(|example| example.of == target);
    examples
        .enumerate()
        .filter(|(_, example)| wanted(example.verdict))
        .filter_map(|(index, example)| {
            let kind = match example.verdict {
                ExampleVerdict::Valid => "example",
                ExampleVerdict::Drift => "drift",
                ExampleVerdict::Invalid => "invalid",
            };
            Some(Shown {
                name: format!("{kind}-{}", index + 1),
                summary: summary(example),
                payload: Tree::parse(&example.payload)?,
                example,
            })
        })
        .collect()
}

fn summary(example: &Example) -> String {
    if !example.doc.is_empty() {
        return example.doc.clone();
    }
    match example.provenance.source.as_str() {
        "" => "As a source shows it.".to_owned(),
        source => format!("As shown by {source}."),
    }
}

impl Shown<'_> {
    /// The payload's bytes.
    pub(crate) fn text(&self) -> &str {
        &self.example.payload
    }

    /// What is wrong with the original, if something is.
    pub(crate) fn defect(&self) -> &str {
        self.example.defect.as_deref().unwrap_or_default()
    }

    /// Source, defect, the original as published, and the verdict if it is not plain.
    pub(crate) fn annotations(&self) -> Members {
        let mut out = annotations::provenance(&self.example.provenance);
        match self.example.verdict {
            ExampleVerdict::Valid => {}
            ExampleVerdict::Drift => out.set("x-venue-verdict", "drift"),
            ExampleVerdict::Invalid => out.set("x-venue-verdict", "invalid"),
        }
        out.set_text("x-venue-defect", self.defect());
        let published = self.example.published.as_deref();
        out.set_text("x-venue-published", published.unwrap_or_default());
        out
    }
}
