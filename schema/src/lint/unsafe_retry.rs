//! An operation that is not idempotent is said to leave nothing open when its reply is lost.
//!
//! A client may send such a request again after a timeout, and an order placed twice is two orders.
//! `ambiguous = false` is right only where the venue refuses a repetition, for instance by the
//! caller's own order id; then it is `idempotent = true` as well.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "unsafe-retry",
    severity: Severity::Warning,
    text: include_str!("unsafe_retry.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for operation in &lint.api.operations {
        if !operation.idempotent && !operation.ambiguous {
            let message = format!("`{}` is not idempotent, and not ambiguous", operation.name);
            lint.report(&RULE, message, &operation.meta.at);
        }
    }
}
