//! A record contains itself, so that no finite JSON is one.
//!
//! Recursion must be able to end: through a field that is optional or nullable, a list, a map, or a
//! union with another variant.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "endless-record", severity: Severity::Error, text: include_str!("endless_record.rs") };

/// A type without finite values, and the field that leads back to it.
pub(crate) fn at(name: &str, label: Label, field: Option<Label>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&RULE, format!("`{name}` always contains itself"), label)
        .help("make the field optional or nullable, or a list");
    match field {
        Some(field) => diagnostic.with(field),
        None => diagnostic,
    }
}
