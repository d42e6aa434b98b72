//! A scaled integer does not say what it is an amount of.
//!
//! Price and size may have the same scale; the unit tells people which currency is meant.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{TypeKind};

pub(crate) const RULE: Rule = Rule {
    id: "scale-without-unit",
    severity: Severity::Warning,
    text: include_str!("scale_without_unit.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for ty in &lint.api.types {
        let TypeKind::Scalar(scalar) = &ty.kind else { continue };
        if scalar.scale.is_some() && scalar.unit.is_none() {
            lint.report(&RULE, format!("`{}` has a scale and no unit", ty.name), &ty.meta.at);
        }
    }
}
