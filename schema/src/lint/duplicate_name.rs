//! Two things of one kind have the same name.
//!
//! Types share one namespace over all files of an API, whatever their kind; so do operations, feeds,
//! commands, messages, servers, sockets, ways to authenticate, limits and errors, each kind in its
//! own. Ids must differ as well, those set with `id = "…"` included.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "duplicate-name", severity: Severity::Error, text: include_str!("duplicate_name.rs") };

/// A name that a table has twice.
pub(crate) fn in_toml(name: &str, label: Label, first: Option<Label>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&RULE, format!("`{name}` is defined twice"), label);
    match first {
        Some(first) => diagnostic.with(first),
        None => diagnostic,
    }
}

/// A name that two entries have.
pub(crate) fn of(kind: &str, name: &str, label: Label, first: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("{kind} `{name}` is defined twice"), label).with(first)
}
