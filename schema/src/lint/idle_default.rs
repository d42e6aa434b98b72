//! A default for what cannot be left out.
//!
//! `default` says what the venue assumes when a field is absent; a required field never is. Either the
//! field is optional, or the default is an example.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "idle-default",
    severity: Severity::Warning,
    text: include_str!("idle_default.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for (field, _) in lint.fields() {
        if field.default.is_some() && !field.presence.may_be_absent() {
            let message = format!("`{}` has a default and is never absent", field.name);
            lint.report(&RULE, message, &field.at).advise("`presence = \"optional\"`");
        }
    }
}
