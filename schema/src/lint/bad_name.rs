//! A name is not spelt as names of its kind are.
//!
//! Types, enum values and variants are in PascalCase, fields and parameters in snake_case, all else in
//! kebab-case. Generated code and ids are made from these names; the vendor's own spelling belongs in
//! `wire`.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "bad-name", severity: Severity::Warning, text: include_str!("bad_name.rs") };

/// A name and the spelling it should have.
pub(crate) fn at(kind: &str, name: &str, style: &str, proposal: &str, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("{kind} `{name}` is not in {style}"), label)
        .help(format!("`{proposal}`, with the vendor's spelling in `wire` if it differs"))
}
