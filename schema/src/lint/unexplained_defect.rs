//! An example whose original is kept, and nothing says what is wrong with it.
//!
//! `published` holds an original that is not JSON, or that could not be taken as it stands. `defect`
//! says in a few words why: "A trailing comma."

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "unexplained-defect",
    severity: Severity::Warning,
    text: include_str!("unexplained_defect.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    for example in &lint.api.examples {
        let published = example.published.as_ref();
        if published.is_some_and(|published| *published == example.payload) {
            let message = "`published` is the same as `payload`";
            lint.report(&RULE, message, &example.at).advise("leave `published` out");
        } else if published.is_some() && example.defect.is_none() {
            let message = "the example has an original, but no `defect`";
            lint.report(&RULE, message, &example.at);
        }
    }
}
