//! A variant of a union that an earlier one always takes.
//!
//! The first variant that matches is taken. Where the conditions of one variant say no more than those
//! of an earlier one, no value ever reaches it. Give it a `match`, a `kind` or constants of its own,
//! or move it up.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use super::implication;
use crate::ir::TypeKind;

pub(crate) const RULE: Rule = Rule {
    id: "ambiguous-union",
    severity: Severity::Error,
    text: include_str!("ambiguous_union.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    for ty in &api.types {
        let TypeKind::Union(union) = &ty.kind else { continue };
        for (at, variant) in union.variants.iter().enumerate() {
            let earlier = union.variants[..at].iter();
            let taker = earlier.clone().find(|it| implication::implies(&variant.matches, &it.matches));
            if let Some(taker) = taker {
                let message = match taker.matches.conditions.is_empty() {
                    true => format!("`{}` takes everything, so that nothing is `{}`", taker.name, variant.name),
                    false => format!("whatever is `{}` is taken for `{}`", variant.name, taker.name),
                };
                let first = lint.label(&taker.at, "tried first");
                let help = "tell them apart by `match` or `kind`, or by constants of their types";
                lint.report(&RULE, message, &variant.at).point(first).advise(help);
            }
        }
    }
}
