//! A key has a word that is not among those it can have.
//!
//! Keys such as `presence`, `openness`, `evidence`, `layout` or `class` take one of a few words.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "unknown-choice", severity: Severity::Error, text: include_str!("unknown_choice.rs") };

/// A word that the key does not take.
pub(crate) fn at(
    key: &str,
    given: &str,
    known: &[&str],
    near: Option<&str>,
    label: Label,
) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of `{}`", known.join("`, `")),
    };
    Diagnostic::new(&RULE, format!("`{key}` cannot be `{given}`"), label).help(help)
}
