//! A type expression cannot be read.
//!
//! A type expression is a built-in name, the name of a type, or a list `[T]` or map `{T}` of one.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "bad-type-expression", severity: Severity::Error, text: include_str!("bad_type_expression.rs") };

/// What is wrong with the expression.
pub(crate) fn at(message: impl Into<String>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, message, label)
        .help("a type is a name such as `string` or `Order`, a list `[T]` or a map `{T}`")
}
