//! An enum of states takes values that nobody has described.
//!
//! To read an unknown state of an order, a fill or a balance as "something else" loses money. Such
//! enums are `strict`: the one message fails, loudly, and its siblings in a batch do not. An enum whose
//! list is known to be incomplete may stay open, with an `[[unknown]]` that says so.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Openness, TypeKind};
use crate::resolve::names;

pub(crate) const RULE: Rule = Rule {
    id: "open-state-enum",
    severity: Severity::Warning,
    text: include_str!("open_state_enum.rs"),
};

/// What has states that money hangs on, and the words that mean a state.
const SUBJECTS: [&str; 8] =
    ["order", "fill", "balance", "trade", "execution", "deal", "withdrawal", "deposit"];
const STATES: [&str; 3] = ["status", "state", "outcome"];

pub(crate) fn check(lint: &mut Lint<'_>) {
    for ty in &lint.api.types {
        let TypeKind::Enum(declared) = &ty.kind else { continue };
        let name = names::kebab(&ty.name);
        let words: Vec<&str> = name.split('-').collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        let excused = lint.api.unknowns.iter().any(|it| it.about == lint.local(&ty.meta.id));
        if declared.openness == Openness::Open && has(&SUBJECTS) && has(&STATES) && !excused {
            let message = format!("`{}` is a state, and open", ty.name);
            let help = "`openness = \"strict\"`, or an `[[unknown]]` about it";
            lint.report(&RULE, message, &ty.meta.at).advise(help);
        }
    }
}
