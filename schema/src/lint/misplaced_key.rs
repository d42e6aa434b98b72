//! A key that has no meaning where it stands.
//!
//! `batch` belongs to a list, `empty = "none"` to what stands as a string, `scale` to an integer,
//! `min-length` to text, `digest` to a signature. A key that does nothing would be taken for a check
//! that is made.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "misplaced-key", severity: Severity::Error, text: include_str!("misplaced_key.rs") };

/// A key that does not apply, and why.
pub(crate) fn at(message: impl Into<String>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, message, label)
}
