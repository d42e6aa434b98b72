//! What is found over a connection, in people's words.

use jiff::Timestamp;
use venue_schema::ir::{Api, AuthId, CommandId, FeedId, LimitId, Place, Target};
use venue_wire::check::shown;

use super::counter::{Odd, What};
use super::observation::Keys;
use super::plan::Counted;
use crate::check::Checker;
use crate::format::tell::{plural, thousands};
use crate::text::visible;

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    pub(super) message: String,
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) pointer: String,
    /// What findings of one kind have in common: the feed, the socket, the limit.
    pub(super) of: String,
    /// Where the spec says so; where it is not the feed or command.
    pub(super) by: By,
}

/// What of a spec a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum By {
    /// The feed or command.
    #[default]
    Target,
    Auth(AuthId),
    Limit(LimitId),
    /// No spec: it is about the capture.
    Nothing,
}

/// A channel as it may be shown, with what else tells its subscription from others.
pub(super) fn channel(
    api: &Api,
    feed: Option<FeedId>,
    channel: Option<&str>,
    keys: &Keys,
) -> String {
    let feed = feed.map(|feed| &api.feeds[feed]);
    let secret = feed.is_some_and(|feed| feed.params.iter().any(|p| p.sensitivity.is_some()));
    let name = match (channel, feed) {
        (Some(channel), _) if !secret && shown::value(channel) => channel.to_owned(),
        (_, Some(feed)) => feed.channel.to_string(),
        _ => "a feed".to_owned(),
    };
    let quoted = channel.map(|channel| format!("\"{channel}\""));
    let others = keys.iter().filter_map(|(_, value)| {
        let text = std::str::from_utf8(value).ok()?;
        let plain = text.trim_matches('"');
        (Some(text) != quoted.as_deref() && text != "0").then(|| match shown::value(plain) {
            true => plain.to_owned(),
            false => shown::masked(plain),
        })
    });
    let others: Vec<String> = others.collect();
    let name = visible(&name);
    if others.is_empty() {
        format!("`{name}`")
    } else {
        format!("`{name}` of `{}`", visible(&others.join(", ")))
    }
}

pub(super) fn odd(checker: &Checker, odd: &Odd) -> Said {
    let mut said = Said::default();
    let mut field = "the sequence".to_owned();
    if let Some((index, Target::Message(id))) = odd.spot.target {
        let candidate = &checker.candidates()[index];
        let plan = &candidate.session.heard[id];
        let message = &candidate.api.messages[id];
        if let Some((at, counted)) = plan.number {
            match &plan.places[at] {
                Place::Member(name) => {
                    field = format!("`{}`", visible(name));
                    said.pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
                }
                Place::Element(n) => said.pointer = format!("/{n}"),
                Place::Whole => {}
            }
            said.of = match (counted, message.feed) {
                (Counted::Feed, Some(feed)) => candidate.api.feeds[feed].meta.id.clone(),
                _ => candidate.api.sockets[message.socket].name.clone(),
            };
        }
    }
    match odd.what {
        What::Gap {
            before,
            after,
            missing,
        } => {
            let are = if missing == 1 { "is" } else { "are" };
            let missing = plural(missing, "message");
            said.message =
                format!("{field} went from {before} to {after}: {missing} {are} missing");
            said.expected = (before + 1).to_string();
            said.found = after.to_string();
        }
        What::Twice { number } => {
            said.message = format!("{field} {number} came a second time");
            said.expected = "each number once".to_owned();
            said.found = number.to_string();
        }
        What::Late { number, after } => {
            said.message = format!("{field} {number} came after {after}: the order is broken");
            said.expected = format!("{number} before {after}");
            said.found = format!("{number} after {after}");
        }
    }
    said
}

pub(super) fn clock_back(before: Timestamp, now: Timestamp) -> Said {
    let by = span(before.as_nanosecond() - now.as_nanosecond());
    Said {
        message: format!("a message was recorded {by} before the one ahead of it"),
        expected: format!("a time of {before} or later"),
        found: now.to_string(),
        by: By::Nothing,
        ..Said::default()
    }
}

pub(super) fn time_back(api: &Api, feed: Option<FeedId>, named: &str, by: i128) -> Said {
    let by = span(by);
    Said {
        message: format!("the venue's time on {named} went back by {by}"),
        expected: "a time not before that of the message ahead of it".to_owned(),
        found: format!("{by} earlier"),
        of: feed.map_or_else(String::new, |feed| api.feeds[feed].meta.id.clone()),
        ..Said::default()
    }
}

pub(super) fn no_login(api: &Api, feed: FeedId, channel: &str, way: AuthId) -> Said {
    let named = self::channel(api, Some(feed), Some(channel), &Keys::new());
    let auth = &api.auth[way];
    Said {
        message: format!(
            "subscribed to {named} without a login before it, which the spec asks for"
        ),
        expected: format!("a login first: {}", visible(&auth.name)),
        found: "none on this connection".to_owned(),
        of: api.feeds[feed].meta.id.clone(),
        by: By::Auth(way),
        ..Said::default()
    }
}

pub(super) fn early(named: &str) -> Said {
    Said {
        message: format!("a change of {named} came before its snapshot"),
        expected: "the snapshot first".to_owned(),
        found: "a change of a state that is not known".to_owned(),
        ..Said::default()
    }
}

pub(super) fn still_sending(named: &str, since: Option<i128>) -> Said {
    let when = since.map(|since| format!(" {} ", span(since)));
    Said {
        message: format!(
            "{named} came{}after the venue confirmed that it was unsubscribed",
            when.as_deref().unwrap_or(" ")
        ),
        expected: "no more messages".to_owned(),
        found: "another message".to_owned(),
        ..Said::default()
    }
}

pub(super) fn unexplained(named: &str) -> Said {
    Said {
        message: format!("{named} came, and nothing that was sent on this connection asked for it"),
        expected: "a subscription before it".to_owned(),
        found: "none".to_owned(),
        ..Said::default()
    }
}

pub(super) fn unanswered(
    checker: &Checker,
    api: usize,
    command: CommandId,
    after: u64,
    waited: Option<i128>,
) -> Said {
    let api = &checker.candidates()[api].api;
    let answers: Vec<&str> = api.commands[command]
        .answers
        .iter()
        .map(|answer| local(&api.messages[*answer].meta.id))
        .collect();
    let what = match after {
        0 => "no message".to_owned(),
        n => plural(n, "message"),
    };
    let within = waited.map(|waited| format!(" in {}", span(waited)));
    Said {
        message: format!(
            "the command was never answered, though {what} came after it{}",
            within.unwrap_or_default()
        ),
        expected: format!("an answer: {}", visible(&answers.join(" or "))),
        found: "none up to the end of the connection".to_owned(),
        ..Said::default()
    }
}

pub(super) fn over(api: &Api, limit: LimitId) -> Said {
    let it = &api.limits[limit];
    let span = plural(u64::from(it.per_s.unwrap_or_default()), "second");
    let sent = thousands(u64::from(it.count) + 1);
    let allowed = thousands(u64::from(it.count));
    Said {
        message: format!(
            "request number {sent} within {span}, where the limit `{}` allows {allowed}",
            visible(&it.name)
        ),
        expected: format!("at most {allowed} in {span}"),
        found: sent,
        of: it.meta.id.clone(),
        by: By::Limit(limit),
        ..Said::default()
    }
}

/// An id without that of its API.
fn local(id: &str) -> &str {
    id.split_once('.').map_or(id, |(_, local)| local)
}

/// Nanoseconds for people: `2.4 s`, `15 ms`, `3 min`, `2 h`.
fn span(nanos: i128) -> String {
    const UNITS: [(i128, i128, &str); 6] = [
        (1_000, 1, "ns"),
        (1_000_000, 1_000, "µs"),
        (1_000_000_000, 1_000_000, "ms"),
        (120_000_000_000, 1_000_000_000, "s"),
        (7_200_000_000_000, 60_000_000_000, "min"),
        (172_800_000_000_000, 3_600_000_000_000, "h"),
    ];
    let (unit, name) = UNITS
        .iter()
        .find(|(below, ..)| nanos < *below)
        .map_or((86_400_000_000_000, "days"), |(_, unit, name)| {
            (*unit, *name)
        });
    let tenths = nanos * 10 / unit;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    }
}
