//! Something that users see has no `doc`.
//!
//! Types, enums, operations, feeds, commands, messages, errors, limits, servers, sockets and ways to
//! authenticate need a sentence of our own; it becomes the documentation of the generated code. Fields
//! may do without where the name says it all.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "undocumented-item",
    severity: Severity::Warning,
    text: include_str!("undocumented_item.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for (what, meta) in lint.things() {
        if meta.doc.is_empty() {
            lint.report(&RULE, format!("{what} has no doc"), &meta.at);
        }
    }
}
