//! An element of an array may be left out, while a later one may not.
//!
//! Elements are told by their position: only the tail can be missing. An element that is sometimes
//! empty is `nullable`.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Layout, TypeKind};

pub(crate) const RULE: Rule = Rule {
    id: "optional-before-required",
    severity: Severity::Error,
    text: include_str!("optional_before_required.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for ty in &lint.api.types {
        let TypeKind::Record(record) = &ty.kind else { continue };
        if record.layout != Layout::Array {
            continue;
        }
        let last = record.fields.iter().rposition(|field| !field.presence.may_be_absent());
        for field in &record.fields[..last.unwrap_or(0)] {
            if field.presence.may_be_absent() {
                let required = last.and_then(|last| record.fields.get(last));
                let later = required.map(|later| lint.label(&later.at, "this one must be there"));
                let message = format!("`{}` cannot be missing while later elements are there", field.name);
                let report = lint.report(&RULE, message, &field.at);
                if let Some(later) = later {
                    report.point(later);
                }
            }
        }
    }
}
