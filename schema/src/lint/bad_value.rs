//! A value is of the right type and yet makes no sense.
//!
//! A bound that is not a number, a status that is neither a status nor a class of them, a literal
//! that its type does not have, a flag that is negative.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "bad-value", severity: Severity::Error, text: include_str!("bad_value.rs") };

/// What is wrong with the value.
pub(crate) fn at(message: impl Into<String>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, message, label)
}
