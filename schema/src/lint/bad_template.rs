//! A template with holes cannot be read.
//!
//! Holes are names in braces: `/v1/order/{order_id}`, `ticker.sfox.{pair}`. Braces come in pairs, no
//! hole is empty or comes twice, and two holes need a character between them.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "bad-template", severity: Severity::Error, text: include_str!("bad_template.rs") };

/// What is wrong with the template.
pub(crate) fn at(message: impl Into<String>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, message, label)
}
