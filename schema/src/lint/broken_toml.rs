//! The file is not TOML.
//!
//! Spec files are TOML 1.0. Strings need quotes, keys of one table must differ, and a payload with
//! quotes in it is easiest in a literal block between two lines of three apostrophes.
//!
//! Only the first fault of a line is reported: the others mostly follow from it.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "broken-toml", severity: Severity::Error, text: include_str!("broken_toml.rs") };

/// A syntax error, in the words of the TOML parser.
pub(crate) fn at(message: &str, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, message, label)
}
