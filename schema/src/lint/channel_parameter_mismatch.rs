//! The holes of a feed's channel and its parameters are not the same.
//!
//! Each hole of `channel` needs an entry in `params`, and each entry a hole, of the same name.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule = Rule {
    id: "channel-parameter-mismatch",
    severity: Severity::Error,
    text: include_str!("channel_parameter_mismatch.rs"),
};

/// A hole without a parameter.
pub(crate) fn hole(name: &str, near: Option<&str>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("the channel's hole `{name}` is not in `params`"), label)
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}

/// A parameter without a hole.
pub(crate) fn parameter(name: &str, near: Option<&str>, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("the channel has no hole `{{{name}}}`"), label)
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}
