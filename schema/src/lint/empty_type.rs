//! An enum without values or a union without variants.
//!
//! Nothing is said by it that `string`, an integer or `json` would not say as well. Where the values
//! are not known, write an `[[unknown]]` about it.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{TypeKind};

pub(crate) const RULE: Rule = Rule {
    id: "empty-type",
    severity: Severity::Warning,
    text: include_str!("empty_type.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for ty in &lint.api.types {
        let what = match &ty.kind {
            TypeKind::Enum(declared) if declared.values.is_empty() => "values",
            TypeKind::Union(union) if union.variants.is_empty() => "variants",
            _ => continue,
        };
        if !lint.api.unknowns.iter().any(|it| it.about == lint.local(&ty.meta.id)) {
            lint.report(&RULE, format!("`{}` has no {what}", ty.name), &ty.meta.at);
        }
    }
}
