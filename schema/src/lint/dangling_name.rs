//! A name that nothing has.
//!
//! Types, fields in rules, servers, sockets, limits, ways to authenticate, commands, messages and the
//! targets of examples, errata and unknowns must exist in the spec of the same API.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "dangling-name", severity: Severity::Error, text: include_str!("dangling_name.rs") };

/// A reference to what is not there.
pub(crate) fn at(kind: &str, name: &str, near: Option<&str>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("there is no {kind} `{name}`"), label)
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}
