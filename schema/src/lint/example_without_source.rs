//! An example that nobody can look up.
//!
//! Payloads are copied, never invented, so each has a source. It may be inherited from what the
//! example shows.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "example-without-source",
    severity: Severity::Warning,
    text: include_str!("example_without_source.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    // Without an `[api]` there is nothing to inherit from, and that has been said.
    if lint.api.title.is_empty() {
        return;
    }
    for example in &lint.api.examples {
        if example.provenance.source.is_empty() {
            lint.report(&RULE, "the example has no source", &example.at);
        }
    }
}
