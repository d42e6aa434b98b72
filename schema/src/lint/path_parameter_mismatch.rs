//! The holes of a path and the parameters of the operation are not the same.
//!
//! Each hole of `path` needs an entry in `path-params`, and each entry a hole, of the same name.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule = Rule {
    id: "path-parameter-mismatch",
    severity: Severity::Error,
    text: include_str!("path_parameter_mismatch.rs"),
};

/// A hole without a parameter.
pub(crate) fn hole(name: &str, near: Option<&str>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("the path's hole `{name}` is not in `path-params`"), label)
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}

/// A parameter without a hole.
pub(crate) fn parameter(name: &str, near: Option<&str>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("the path has no hole `{{{name}}}`"), label)
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}
