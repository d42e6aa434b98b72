//! The same payload is shown twice for the same thing.
//!
//! One of them can go, unless both sources matter; then say so in `doc`.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Example};

pub(crate) const RULE: Rule = Rule {
    id: "duplicate-example",
    severity: Severity::Info,
    text: include_str!("duplicate_example.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let examples = &lint.api.examples;
    for (at, example) in examples.iter().enumerate() {
        let same = |other: &&Example| other.of == example.of && other.payload == example.payload;
        let first = examples[..at].iter().find(same).filter(|_| example.doc.is_empty());
        if let Some(first) = first {
            let first = lint.label(&first.at, "first here");
            lint.report(&RULE, "the same example stands above", &example.at).point(first);
        }
    }
}
