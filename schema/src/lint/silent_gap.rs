//! An operation without responses or a feed without messages, and nothing says that they are unknown.
//!
//! What a source does not tell is worth writing down: `[[unknown]]` with `about = "get-order"` makes
//! the gap visible in listings and in the generated docs.

use super::{Lint, Rule};
use crate::diagnostic::Severity;

pub(crate) const RULE: Rule = Rule {
    id: "silent-gap",
    severity: Severity::Warning,
    text: include_str!("silent_gap.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    let operations = api.operations.iter().filter(|it| it.responses.is_empty());
    let operations = operations.map(|it| (&it.name, "responses", &it.meta));
    let feeds = api.feeds.iter().filter(|it| it.messages.is_empty());
    let feeds = feeds.map(|it| (&it.name, "messages", &it.meta));
    for (name, what, meta) in operations.chain(feeds) {
        if !api.unknowns.iter().any(|it| it.about == lint.local(&meta.id)) {
            let message = format!("`{name}` has no {what}");
            let help = format!("describe them, or add `[[unknown]]` with `about = \"{}\"`", lint.local(&meta.id));
            lint.report(&RULE, message, &meta.at).advise(help);
        }
    }
}
