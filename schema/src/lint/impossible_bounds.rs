//! Bounds that no value meets.
//!
//! The smallest is above the largest, or a bound lies outside of what the type can hold at all.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule = Rule {
    id: "impossible-bounds",
    severity: Severity::Error,
    text: include_str!("impossible_bounds.rs"),
};

/// A lower bound above the upper.
pub(crate) fn crossed(
    low_key: &str,
    low: &str,
    high_key: &str,
    high: &str,
    label: Label,
) -> Diagnostic {
    let message = format!("`{low_key}` is {low}, above `{high_key}`, which is {high}");
    Diagnostic::new(&RULE, message, label)
}

/// A bound outside of the type.
pub(crate) fn out_of_type(key: &str, bound: &str, ty: &str, label: Label) -> Diagnostic {
    Diagnostic::new(&RULE, format!("`{key}` is {bound}, outside of {ty}"), label)
}
