//! Messages made for a connection: an example of the spec or a made value, with the counter, the
//! feed's name, the time, and what the client said put where they belong. A change that the check
//! program would not take is not made.

use venue_schema::ir::{
    Api, Condition, EnumBase, Feed, Field, Layout, Literal, MessageId, Place, Record, SocketId,
    Target, Test, TypeKind, TypeRef,
};
use venue_schema::sample::raw::{Raw, unquoted};
use venue_schema::sample::{moment, raw::quoted};
use venue_wire::Verdict;

use crate::mock::Inner;
use crate::refusal;
use crate::tree::{field, set_deep, set_member, texts, with_field};
use crate::venue::{fit, key, records};

/// What a message is made for.
pub(crate) struct Occasion<'a> {
    pub(crate) socket: SocketId,
    pub(crate) message: MessageId,
    /// What the client sent, and its record.
    pub(crate) said: Option<&'a Said>,
    /// The feed's name as it was subscribed to.
    pub(crate) channel: Option<&'a str>,
    /// Names of all feeds of the connection, for answers that list them.
    pub(crate) channels: &'a [String],
    /// The connection's counter, for messages that have one.
    pub(crate) sequence: Option<(&'a str, u64)>,
}

/// A command that a client sent.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) command: usize,
    pub(crate) value: Raw,
}

impl Said {
    /// Its top-level fields that are there, with their values.
    pub(crate) fn fields<'a>(&'a self, api: &'a Api) -> Vec<(&'a Field, &'a Raw)> {
        let mut out: Vec<(&Field, &Raw)> = Vec::new();
        for record in records(api, &api.commands[self.command].ty) {
            for (index, of) in record.fields.iter().enumerate() {
                let known = out.iter().any(|(other, _)| other.wire == of.wire);
                if let (Some(value), false) = (field(record, index, &self.value), known) {
                    out.push((of, value));
                }
            }
        }
        out
    }

    /// Its fields that it could have and has not.
    fn left_out<'a>(&self, api: &'a Api) -> Vec<&'a Field> {
        let said = self.fields(api);
        let records = records(api, &api.commands[self.command].ty);
        let fields = records.into_iter().flat_map(|record| &record.fields);
        let absent = fields.filter(|of| said.iter().all(|(other, _)| other.wire != of.wire));
        absent.collect()
    }
}

impl Inner {
    /// A message for the occasion; none if the spec has no valid value for it. `count` chooses among
    /// examples.
    pub(crate) fn compose(&self, occasion: &Occasion<'_>, count: u64) -> Option<Raw> {
        let base = self.base(occasion.message, count)?;
        Some(self.adapt(occasion, base))
    }

    /// A refusal, with words and code where it has room for them.
    pub(crate) fn compose_refusal(
        &self,
        occasion: &Occasion<'_>,
        words: &str,
        code: Option<i64>,
    ) -> Option<Raw> {
        let api = self.venue.api();
        let base = self.base(occasion.message, 0)?;
        let mut filled = base.clone();
        let ty = &api.messages[occasion.message].ty;
        refusal::fill(api, ty, &mut filled, words, code, 0);
        let base = if self.takes(occasion, &filled) {
            filled
        } else {
            base
        };
        Some(self.adapt(occasion, base))
    }

    /// An example of a message, or a made one.
    pub(crate) fn base(&self, message: MessageId, count: u64) -> Option<Raw> {
        let known = self.venue.message_examples(message);
        if !known.is_empty() {
            let index = known[(count % known.len() as u64) as usize];
            return Raw::parse(&self.venue.api().examples[index].payload);
        }
        let target = Target::Message(message);
        let made = self.count(key(target));
        self.venue.generate(target, self.seed, made, self.stamp())
    }

    /// Puts into a message what belongs to the occasion.
    pub(crate) fn adapt(&self, occasion: &Occasion<'_>, base: Raw) -> Raw {
        let api = self.venue.api();
        let mut out = base;
        let ty = &api.messages[occasion.message].ty;
        for record in records(api, ty) {
            self.name_feed(occasion, record, &mut out);
            self.echo(occasion, record, &mut out);
            self.count_and_time(occasion, record, &mut out);
        }
        self.name_params(occasion, &mut out);
        self.echo_deep(occasion, &mut out);
        out
    }

    /// Whether the message is still the one that it was meant to be.
    fn takes(&self, occasion: &Occasion<'_>, value: &Raw) -> bool {
        let text = value.to_string();
        let fallback = self.venue.api().messages[occasion.message].fallback;
        let worst = if fallback {
            Verdict::Drift
        } else {
            Verdict::Valid
        };
        self.venue
            .claims(occasion.socket, &text)
            .is_some_and(|(message, verdict)| message == occasion.message && verdict <= worst)
    }

    fn change(&self, occasion: &Occasion<'_>, out: &mut Raw, new: Option<Raw>) {
        if let Some(new) = new
            && new != *out
            && self.takes(occasion, &new)
        {
            *out = new;
        }
    }

    /// The feed's name where the message's match says that it stands.
    fn name_feed(&self, occasion: &Occasion<'_>, record: &Record, out: &mut Raw) {
        let Some(channel) = occasion.channel else {
            return;
        };
        let matches = &self.venue.api().messages[occasion.message].matches;
        for Condition { at, test } in &matches.conditions {
            let Test::Template(template) = test else {
                continue;
            };
            if fit(&template.parts, channel).is_none() {
                continue;
            }
            let index = match at {
                Place::Member(name) => record.fields.iter().position(|f| f.wire == *name),
                Place::Element(index) => Some(*index),
                Place::Whole => None,
            };
            if let Some(index) = index {
                let new = with_field(record, index, out, Raw::string(channel));
                self.change(occasion, out, new);
            }
        }
    }

    /// What the client said, in fields of the same name; its command's word, where a field lists it.
    fn echo(&self, occasion: &Occasion<'_>, record: &Record, out: &mut Raw) {
        let Some(said) = occasion.said else { return };
        let api = self.venue.api();
        for (of, value) in said.fields(api) {
            for (index, other) in record.fields.iter().enumerate() {
                if other.constant.is_some() {
                    continue;
                }
                if other.name == of.name || other.wire == of.wire {
                    let new = with_field(record, index, out, value.clone());
                    self.change(occasion, out, new);
                } else if let Some(Literal::Str(word)) = &of.constant
                    && lists(api, &other.ty, word)
                {
                    let new = with_field(record, index, out, Raw::string(word));
                    self.change(occasion, out, new);
                }
            }
        }
        // What was bound without an id comes with 0 for one.
        for of in said.left_out(api) {
            let same = |(_, other): &(usize, &Field)| other.name == of.name && other.ty == of.ty;
            if let Some((index, _)) = record.fields.iter().enumerate().find(same) {
                let new = with_field(record, index, out, Raw::Token("0".to_owned()));
                self.change(occasion, out, new);
            }
        }
    }

    fn count_and_time(&self, occasion: &Occasion<'_>, record: &Record, out: &mut Raw) {
        for (index, of) in record.fields.iter().enumerate() {
            let counter = occasion.sequence.filter(|(name, _)| *name == of.wire);
            let new = match counter {
                Some((_, count)) => Some(Raw::Token(count.to_string())),
                None if record.layout == Layout::Object => moment(&of.ty, self.stamp()),
                None => None,
            };
            let Some(new) = new else { continue };
            let mut changed = with_field(record, index, out, new.clone());
            if changed.is_none() && counter.is_some() && record.layout == Layout::Object {
                let mut added = out.clone();
                set_member(&mut added, &of.wire, new);
                changed = Some(added);
            }
            self.change(occasion, out, changed);
        }
    }

    /// Parameters of the feed's name, in members of the same name.
    fn name_params(&self, occasion: &Occasion<'_>, out: &mut Raw) {
        let api = self.venue.api();
        let (Some(channel), Some(feed)) = (occasion.channel, api.messages[occasion.message].feed)
        else {
            return;
        };
        let feed: &Feed = &api.feeds[feed];
        for (name, value) in fit(&feed.channel.parts, channel).unwrap_or_default() {
            let mut new = out.clone();
            set_deep(&mut new, &name, &Raw::string(&value));
            self.change(occasion, out, Some(new));
        }
    }

    /// What the client said, deeper in an answer; lists of feeds become those of the connection. In
    /// a feed's own messages only what is said in words: instruments, mostly.
    fn echo_deep(&self, occasion: &Occasion<'_>, out: &mut Raw) {
        let api = self.venue.api();
        let Some(said) = occasion.said else { return };
        let of_feed = api.messages[occasion.message].feed.is_some();
        let mut pairs: Vec<(String, Raw)> = Vec::new();
        for (of, value) in said.fields(api) {
            if of.constant.is_none() {
                pairs.push((of.wire.clone(), value.clone()));
                members(value, &mut pairs);
            }
        }
        for (name, value) in pairs {
            let words = texts(&value);
            let names_feeds = words.iter().any(|text| is_channel(api, text));
            if of_feed && (words.is_empty() || names_feeds) {
                continue;
            }
            let value = match &value {
                Raw::Array(_) if names_feeds && !occasion.channels.is_empty() => {
                    let names = occasion.channels.iter().map(|name| Raw::string(name));
                    Raw::Array(names.collect())
                }
                _ => value,
            };
            let mut new = out.clone();
            set_deep(&mut new, &name, &value);
            self.change(occasion, out, Some(new));
            // What was asked of several is answered of the first.
            if let Raw::Array(items) = &value
                && let Some(first) = items.first()
            {
                let mut new = out.clone();
                set_deep(&mut new, &name, first);
                self.change(occasion, out, Some(new));
            }
        }
    }
}

/// Members of the objects in a value, with their names.
fn members(value: &Raw, out: &mut Vec<(String, Raw)>) {
    if let Raw::Object(all) = value {
        for (key, value) in all {
            out.push((unquoted(key).into_owned(), value.clone()));
            members(value, out);
        }
    }
}

/// Whether a text is a feed's name.
pub(crate) fn is_channel(api: &Api, text: &str) -> bool {
    let fits = |feed: &Feed| fit(&feed.channel.parts, text).is_some();
    api.feeds.iter().any(fits)
}

fn lists(api: &Api, ty: &TypeRef, word: &str) -> bool {
    let TypeRef::Named(id) = ty else { return false };
    match &api.types[*id].kind {
        TypeKind::Enum(values) if values.base == EnumBase::Text => values
            .values
            .iter()
            .any(|value| value.wire == Literal::Str(word.to_owned())),
        _ => false,
    }
}

/// A member's token as text, for keys and signatures.
pub(crate) fn plain(value: &Raw) -> String {
    match value {
        Raw::Token(token) => unquoted(token).into_owned(),
        other => quoted(&other.to_string()),
    }
}
