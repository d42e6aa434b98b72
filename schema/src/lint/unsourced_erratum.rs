//! An erratum that does not say who claims what.
//!
//! An erratum weighs claims against each other; each needs words and a source. One claim is enough
//! where the vendor's page is simply wrong.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "unsourced-erratum",
    severity: Severity::Warning,
    text: include_str!("unsourced_erratum.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for erratum in &lint.api.errata {
        if erratum.claims.is_empty() {
            lint.report(&RULE, format!("`{}` weighs no claims", erratum.name), &erratum.at);
        }
        let unsourced = erratum.claims.iter().filter(|(_, source)| source.trim().is_empty());
        if let Some((says, _)) = unsourced.take(1).next() {
            let message = format!("`{}`: nothing says who claims {says:?}", erratum.name);
            lint.report(&RULE, message, &erratum.at);
        }
    }
}
