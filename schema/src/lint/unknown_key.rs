//! A key that the spec language does not have.
//!
//! A misspelt key would otherwise be ignored, and with it what it says. Keys are in kebab-case
//! (`max-length`, not `max_length`); `specs/README.md` lists them all, and editors that read the
//! `#:schema` line complete them.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "unknown-key", severity: Severity::Error, text: include_str!("unknown_key.rs") };

/// An unknown key in a kind of table.
pub(crate) fn at(
    given: &str,
    known: &[&str],
    near: Option<&str>,
    place: &str,
    label: Label,
) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "it has no keys".to_owned(),
        None => format!("known keys: `{}`", known.join("`, `")),
    };
    Diagnostic::new(&RULE, format!("{place} has no key `{given}`"), label).help(help)
}
