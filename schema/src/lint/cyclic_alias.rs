//! A type is defined by itself.
//!
//! A scalar may name another scalar and a union another union, but the chain must end: what is
//! nothing but itself has no values.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "cyclic-alias", severity: Severity::Error, text: include_str!("cyclic_alias.rs") };

/// The chain, from the type back to itself.
pub(crate) fn at(chain: &[&str], label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("`{}` is defined by itself: {}", chain[0], chain.join(" → ")), label)
}
