//! What is kept of a record for the checks over its connection.
//!
//! Making one looks at a single record and at nothing before it, so that records can be looked at in
//! parallel; [`Session`](super::Session) then takes them one after the other.

use jiff::Timestamp;
use venue_schema::ir::{Api, CommandId, MessageId, Part, SocketId, TimeForm};

use super::peek::{list, peek};
use crate::candidate::Candidate;
use crate::record::{Direction, Message, Record};

/// Longest channel or key that is kept.
const LONGEST: usize = 256;

/// Most channels of one command that are kept.
const CHANNELS: usize = 1_000;

/// What is kept of a record for the checks over its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    pub(super) record: u64,
    pub(super) line: u64,
    pub(super) at: Option<Timestamp>,
    /// What the capture calls the connection; none if it does not tell them apart.
    pub(super) connection: Option<Box<str>>,
    pub(super) seen: Seen,
}

/// What a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// A message that was received.
    Heard {
        api: usize,
        message: MessageId,
        number: Option<u64>,
        /// In nanoseconds since the Unix epoch.
        sent_at: Option<i128>,
        channel: Option<Box<str>>,
        keys: Keys,
    },
    /// A command that was sent.
    Said {
        api: usize,
        command: CommandId,
        channels: Vec<Box<str>>,
        keys: Keys,
    },
    /// A request over HTTP that a limit counts.
    Called { api: usize, operation: usize },
    /// Something on the connection of which nothing can be told.
    Unclear(Direction),
    /// A place in the file that cannot be read: any connection may have had something there.
    Unreadable,
}

/// Values of fields by which an answer is told to be that of one command, as they are spelt.
pub(super) type Keys = Vec<(usize, Box<[u8]>)>;

impl Observation {
    pub(crate) fn unreadable(record: &Record<'_>) -> Box<Self> {
        Self::of(record, None, Seen::Unreadable)
    }

    pub(crate) fn unclear(record: &Record<'_>, message: &Message<'_>) -> Option<Box<Self>> {
        let connection = name(message)?;
        let seen = Seen::Unclear(message.direction);
        Some(Self::of(record, Some(connection), seen))
    }

    /// A request that a limit counts.
    pub(crate) fn called(
        record: &Record<'_>,
        api: usize,
        candidate: &Candidate,
        operation: usize,
    ) -> Option<Box<Self>> {
        let counts = record.at.is_some() && candidate.session.limited[operation];
        counts.then(|| Self::of(record, None, Seen::Called { api, operation }))
    }

    pub(crate) fn heard(
        record: &Record<'_>,
        message: &Message<'_>,
        api: usize,
        candidate: &Candidate,
        id: MessageId,
    ) -> Option<Box<Self>> {
        let connection = name(message)?;
        let plan = &candidate.session.heard[id];
        let found = peek(&message.payload.bytes, &plan.places);
        let seen = Seen::Heard {
            api,
            message: id,
            number: plan.number.and_then(|(at, _)| number(found[at]?)),
            sent_at: plan.sent_at.and_then(|(at, form)| moment(found[at]?, form)),
            channel: plan.channel.and_then(|at| text(found[at]?)),
            keys: keys(&plan.keys, &found),
        };
        Some(Self::of(record, Some(connection), seen))
    }

    pub(crate) fn said(
        record: &Record<'_>,
        message: &Message<'_>,
        api: usize,
        candidate: &Candidate,
        id: CommandId,
    ) -> Option<Box<Self>> {
        let plan = &candidate.session.said[id];
        let connection = name(message);
        if connection.is_none() && !(plan.limited && record.at.is_some()) {
            return None;
        }
        let found = peek(&message.payload.bytes, &plan.places);
        let socket = candidate.api.commands[id].socket;
        let mut channels = Vec::new();
        for at in &plan.channels {
            let Some(value) = found[*at] else { continue };
            if value.first() == Some(&b'[') {
                // Where two APIs share a socket, either may claim the command: all names are kept.
                channels.extend(list(value, CHANNELS).into_iter().filter_map(text));
            } else {
                let name = text(value).filter(|name| is_channel(&candidate.api, socket, name));
                channels.extend(name);
            }
        }
        let seen = Seen::Said {
            api,
            command: id,
            channels,
            keys: keys(&plan.keys, &found),
        };
        Some(Self::of(record, connection, seen))
    }

    fn of(record: &Record<'_>, connection: Option<Box<str>>, seen: Seen) -> Box<Self> {
        Box::new(Observation {
            record: record.index,
            line: record.line,
            at: record.at,
            connection,
            seen,
        })
    }
}

/// A connection's name: what the capture calls it, which may be the same at two addresses.
fn name(message: &Message<'_>) -> Option<Box<str>> {
    let connection = message.connection.as_deref()?;
    let Some(address) = &message.address else {
        return Some(connection.into());
    };
    let mut name =
        String::with_capacity(connection.len() + address.host.len() + address.path.len() + 1);
    for part in [connection, " ", &address.host, &address.path] {
        name.push_str(part);
    }
    Some(name.into())
}

/// Whether a name is that of a channel that can be asked for.
fn is_channel(api: &Api, socket: SocketId, name: &str) -> bool {
    let mut feeds = api.feeds.iter();
    feeds.any(|feed| {
        feed.socket == socket && feed.subscribe.is_some() && fits(&feed.channel.parts, name)
    })
}

/// A hole stands for one or more characters other than a point and a slash.
pub(super) fn fits(parts: &[Part], text: &str) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((Part::Text(start), rest)) => text
            .strip_prefix(start.as_str())
            .is_some_and(|text| fits(rest, text)),
        Some((Part::Hole(_), rest)) => {
            let end = text.find(['.', '/']).unwrap_or(text.len());
            let mut ends = (1..=end).rev().filter(|end| text.is_char_boundary(*end));
            ends.any(|end| fits(rest, &text[end..]))
        }
    }
}

fn keys(places: &[(usize, usize)], found: &[Option<&[u8]>]) -> Keys {
    let scalar = |value: &&[u8]| {
        !matches!(value.first(), Some(b'{' | b'[')) && *value != b"null" && value.len() <= LONGEST
    };
    let values = places.iter().filter_map(|(name, at)| {
        let value = found[*at].filter(scalar)?;
        Some((*name, value.into()))
    });
    values.collect()
}

fn text(value: &[u8]) -> Option<Box<str>> {
    let inner = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if inner.len() > LONGEST {
        return None;
    }
    if inner.contains(&b'\\') {
        return serde_json::from_slice::<String>(value).ok().map(Into::into);
    }
    std::str::from_utf8(inner).ok().map(Into::into)
}

/// A number that counts: digits, bare or in a string.
fn number(value: &[u8]) -> Option<u64> {
    let bare = value
        .strip_prefix(b"\"")
        .and_then(|v| v.strip_suffix(b"\""));
    std::str::from_utf8(bare.unwrap_or(value))
        .ok()?
        .parse()
        .ok()
}

/// Nanoseconds since the Unix epoch.
fn moment(value: &[u8], form: TimeForm) -> Option<i128> {
    let unit: i128 = match form {
        TimeForm::Seconds => 1_000_000_000,
        TimeForm::Millis => 1_000_000,
        TimeForm::Micros => 1_000,
        TimeForm::Nanos => 1,
        TimeForm::DateTime => {
            return Some(text(value)?.parse::<Timestamp>().ok()?.as_nanosecond());
        }
        // It is not known where: a change of the clock would look like a step back.
        TimeForm::LocalDateTime => return None,
    };
    let whole: i64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    Some(i128::from(whole) * unit)
}
