//! Nothing says where a fact is from.
//!
//! Documentation of venues is incomplete and contradicts itself, so whoever doubts a fact must be able
//! to look it up. `source` is inherited: one in `[api]` or `[section]` serves all below.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "missing-source",
    severity: Severity::Warning,
    text: include_str!("missing_source.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    // Without an `[api]` there is nothing to inherit from, and that has been said.
    if lint.api.title.is_empty() {
        return;
    }
    for (what, meta) in lint.things() {
        if meta.provenance.source.is_empty() {
            let message = format!("{what} has no source");
            let help = "give a `source` here, in `[section]` or in `[api]`";
            lint.report(&RULE, message, &meta.at).advise(help);
        }
    }
}
