//! Two flags are told by bits that overlap without being the same.
//!
//! Values of one bit field share their `mask`; different fields share no bit. Anything between cannot
//! be taken apart.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{EnumValue, TypeKind};

pub(crate) const RULE: Rule = Rule {
    id: "overlapping-flags",
    severity: Severity::Error,
    text: include_str!("overlapping_flags.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for ty in &lint.api.types {
        let TypeKind::Enum(declared) = &ty.kind else { continue };
        for (at, value) in declared.values.iter().enumerate() {
            let Some(mask) = value.mask else { continue };
            let clash = |other: &&EnumValue| {
                other.mask.is_some_and(|other| other != mask && other & mask != 0)
            };
            if let Some(first) = declared.values[..at].iter().find(clash) {
                let label = lint.label(&first.at, "shares some of its bits");
                let message = format!("the bits of `{}` overlap with `{}`", value.name, first.name);
                lint.report(&RULE, message, &value.at).point(label);
            }
        }
    }
}
