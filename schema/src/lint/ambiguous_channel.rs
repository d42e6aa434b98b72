//! Two feeds of one socket have the same channel.
//!
//! A subscription could mean either. Where one channel carries several kinds of message, they are
//! messages of one feed.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Feed, Part};

pub(crate) const RULE: Rule = Rule {
    id: "ambiguous-channel",
    severity: Severity::Warning,
    text: include_str!("ambiguous_channel.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let shape = |feed: &Feed| -> Vec<Option<String>> {
        let parts = feed.channel.parts.iter();
        parts.map(|part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::Hole(_) => None,
        }).collect()
    };
    let feeds = &lint.api.feeds;
    for (at, feed) in feeds.iter().enumerate() {
        let same = |other: &&Feed| other.socket == feed.socket && shape(other) == shape(feed);
        if let Some(first) = feeds[..at].iter().find(same) {
            let label = lint.label(&first.meta.at, "the other feed");
            let message = format!("`{}` and `{}` have the same channel", first.name, feed.name);
            lint.report(&RULE, message, &feed.meta.at).point(label);
        }
    }
}
