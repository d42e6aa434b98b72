//! Something that must be said is not there.
//!
//! An operation needs a method and a path, a feed a channel, a field a type or a `const`, an enum
//! value over integers its `wire`, and so on.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "missing-key", severity: Severity::Error, text: include_str!("missing_key.rs") };

/// A thing without a key that it needs.
pub(crate) fn at(what: &str, key: &str, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("{what} has no `{key}`"), label)
}
