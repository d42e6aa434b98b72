//! One WebSocket connection: who it is, what it has subscribed to, and what comes of each message.
//! Nothing here touches the network.

mod commands;
mod compose;
pub(crate) mod io;
mod told;

use std::collections::BTreeMap;
use std::sync::Arc;

use venue_schema::ir::{
    CommandId, FeedId, Message, MessageId, Recipe, Semantics, SocketId, Target,
};
use venue_schema::sample::raw::Raw;
use venue_wire::Verdict;

use crate::auth::{Caller, Denied};
use crate::limits::Counted;
use crate::mock::Inner;
use crate::refusal::Refusal;
use crate::roles::When;
pub(crate) use compose::{Occasion, Said, is_channel};

/// A message on its way out, with the ids that faults know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Out {
    pub(crate) text: String,
    pub(crate) ids: Vec<String>,
    /// Of a feed: it may be dropped, doubled or late.
    pub(crate) feed: bool,
}

/// A feed that a connection has subscribed to.
struct Subscription {
    feed: FeedId,
    channel: String,
    said: Option<Said>,
    /// Messages sent so far.
    sent: u64,
}

/// One connection.
pub(crate) struct Session {
    pub(crate) inner: Arc<Inner>,
    pub(crate) socket: SocketId,
    /// The venue's own address of it.
    pub(crate) url: String,
    pub(crate) id: u64,
    peer: String,
    caller: Option<Caller>,
    subscriptions: Vec<Subscription>,
    /// By feed for those that count alone; none for the connection's counter.
    counters: BTreeMap<Option<FeedId>, u64>,
    /// Place in the account's events up to which this connection has been told.
    told: u64,
}

impl Session {
    pub(crate) fn new(
        inner: Arc<Inner>,
        (socket, url): (SocketId, String),
        peer: String,
        caller: Option<Caller>,
    ) -> Self {
        let key = caller.as_ref().map_or("", |caller| &caller.key);
        // The account's past is no news.
        let told = inner.news(key, u64::MAX).1;
        Session {
            id: inner.next_connection(),
            inner,
            socket,
            url,
            peer,
            caller,
            subscriptions: Vec::new(),
            counters: BTreeMap::new(),
            told,
        }
    }

    /// What comes unasked: what the roles say, and feeds that nothing subscribes to.
    pub(crate) fn greet(&mut self) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let mut out = Vec::new();
        for id in api.received(self.socket) {
            let follows = inner.follows(id).unwrap_or_default();
            if follows.contains(&When::Connected) {
                out.extend(self.message(id, None, None, 0));
            }
        }
        for (feed, described) in api.feeds.iter().enumerate() {
            let unasked = described.subscribe.is_none()
                && described.semantics != Semantics::SnapshotThenUpdates
                && described.channel.parts.len() == 1;
            if described.socket == self.socket && unasked {
                let channel = described.channel.to_string();
                let subscription = Subscription {
                    feed,
                    channel,
                    said: None,
                    sent: 0,
                };
                out.extend(self.next_of(subscription).0);
            }
        }
        out
    }

    /// What comes of a message that the client sent.
    pub(crate) fn receive(&mut self, text: &str) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let compiled = inner.venue.candidate.compiled();
        let root = compiled.socket_sent(self.socket);
        let claimed = compiled.program.variant(root, text.as_bytes());
        let command = claimed.and_then(|variant| compiled.sent(self.socket).get(variant).copied());
        let Some(value) = Raw::parse(text) else {
            return self.refuse(None, None, &inner.invalid("the message is not JSON"));
        };
        let Some(command) = command else {
            let refusal = inner.invalid("the spec describes no such message");
            return self.refuse(None, None, &refusal);
        };
        let said = Said { command, value };
        if let Err(refusal) = self.within_limits(command) {
            return self.refuse(Some(&said), None, &refusal);
        }
        let target = Target::Command(command);
        if inner.venue.verdict(target, text) == Verdict::Invalid {
            let found = compiled.program.explain(root, text.as_bytes());
            let words = found
                .iter()
                .find(|finding| finding.verdict == Verdict::Invalid)
                .map_or("the message is not valid", |finding| &finding.message);
            return self.refuse(Some(&said), None, &inner.invalid(words));
        }
        let recipe = |auth: &venue_schema::ir::Auth| matches!(auth.recipe, Recipe::Login { command: c, .. } if c == command);
        if api.auth.iter().any(recipe) {
            return self.log_in(&said);
        }
        if self.caller.is_none() && needs_key(&inner, &api.sockets[self.socket].auth) {
            return self.refuse(Some(&said), None, &inner.denied(Denied::Missing));
        }
        self.obey(&said)
    }

    fn obey(&mut self, said: &Said) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let here = |feed: &&venue_schema::ir::Feed| feed.socket == self.socket;
        let mut feeds = api.feeds.iter().filter(here);
        if feeds
            .clone()
            .any(|feed| feed.subscribe == Some(said.command))
        {
            return self.subscribe(said);
        }
        if feeds.any(|feed| feed.unsubscribe == Some(said.command)) {
            return self.unsubscribe(said);
        }
        if let Some(answers) = self.call(said) {
            return answers;
        }
        self.acknowledge(said, &[])
    }

    fn within_limits(&mut self, command: CommandId) -> Result<(), Refusal> {
        let api = self.inner.venue.api();
        let limits = &api.sockets[self.socket].limits;
        let by = Counted {
            ip: &self.peer,
            key: self.caller.as_ref().map_or("", |caller| &caller.key),
            route: &api.commands[command].meta.id,
            connection: self.id,
        };
        self.inner.within_limits(limits, &by)
    }

    /// The next message of each feed that was subscribed to.
    pub(crate) fn tick(&mut self) -> Vec<Out> {
        let mut out = Vec::new();
        for subscription in std::mem::take(&mut self.subscriptions) {
            let (message, subscription) = self.next_of(subscription);
            out.extend(message);
            self.subscriptions.push(subscription);
        }
        out
    }

    /// The first message of a feed is its snapshot, if it has one; the rest come in turn.
    fn next_of(&mut self, mut subscription: Subscription) -> (Option<Out>, Subscription) {
        let inner = self.inner.clone();
        if let Some(played) = self.played(subscription.feed) {
            let turn = subscription.sent;
            subscription.sent += 1;
            let message = self.turn(played, &subscription, turn);
            return (message, subscription);
        }
        let (first, rest) = inner.venue.feed_messages(subscription.feed);
        let sent = subscription.sent;
        subscription.sent += 1;
        let id = match sent.checked_sub(1) {
            None => Some(first),
            Some(turn) if !rest.is_empty() => {
                Some(rest.get((turn % rest.len() as u64) as usize).copied())
            }
            Some(_) => Some(first),
        };
        let message = id.flatten().and_then(|id| {
            let turn = sent / (rest.len().max(1) as u64);
            let said = subscription.said.as_ref();
            self.message(id, said, Some(&subscription.channel), turn)
        });
        (message, subscription)
    }

    fn message(
        &mut self,
        id: MessageId,
        said: Option<&Said>,
        channel: Option<&str>,
        turn: u64,
    ) -> Option<Out> {
        let inner = self.inner.clone();
        let sequence = self.count(id);
        let occasion = Occasion {
            socket: self.socket,
            message: id,
            said,
            channel,
            channels: &[],
            sequence: sequence
                .as_ref()
                .map(|(name, count)| (name.as_str(), *count)),
        };
        self.sent(id, inner.compose(&occasion, turn))
    }

    fn sent(&self, id: MessageId, value: Option<Raw>) -> Option<Out> {
        let api = self.inner.venue.api();
        let message = &api.messages[id];
        let local = |id: &str| id.split_once('.').map_or(id, |(_, id)| id).to_owned();
        let feed = message.feed.map(|feed| local(&api.feeds[feed].meta.id));
        let mut ids = vec![local(&message.meta.id)];
        let is_feed = feed.is_some();
        ids.extend(feed);
        Some(Out {
            text: value?.to_string(),
            ids,
            feed: is_feed,
        })
    }

    /// The counter that a message carries, moved on by one.
    fn count(&mut self, id: MessageId) -> Option<(String, u64)> {
        let api = self.inner.venue.api();
        let message = &api.messages[id];
        let (feed, sequence) = match message.feed {
            Some(feed) => (Some(feed), api.feeds[feed].sequence.as_ref()?),
            // What belongs to no feed shares the connection's counter.
            None => {
                let here = api.feeds.iter().filter(|feed| feed.socket == self.socket);
                let shared = here.filter_map(|feed| feed.sequence.as_ref());
                (None, shared.clone().find(|s| s.scope == "connection")?)
            }
        };
        let counted = crate::venue::records(api, &message.ty)
            .iter()
            .any(|record| record.fields.iter().any(|f| f.wire == sequence.field));
        let name = sequence.field.clone();
        let scope = feed.filter(|_| sequence.scope != "connection");
        if !counted {
            return None;
        }
        let counter = self.counters.entry(scope).or_default();
        *counter += 1;
        Some((name, *counter))
    }

    /// Keeps a record of a message; `direction` is `sent` by the client, or `received` by it.
    pub(crate) fn record(&self, direction: &str, text: &str) {
        let at = self.inner.clock.now();
        self.inner
            .write_record(|secrets| secrets.message(&self.url, self.id, direction, text, at));
    }

    /// Ids by which faults know a message of the client: its command, and the feeds that it names.
    pub(crate) fn ids_of(&self, text: &str) -> Vec<String> {
        let compiled = self.inner.venue.candidate.compiled();
        let root = compiled.socket_sent(self.socket);
        let claimed = compiled.program.variant(root, text.as_bytes());
        let command = claimed.and_then(|variant| compiled.sent(self.socket).get(variant));
        command.map(|id| self.command_id(*id)).into_iter().collect()
    }

    fn channels(&self) -> Vec<String> {
        self.subscriptions
            .iter()
            .map(|s| s.channel.clone())
            .collect()
    }

    pub(crate) fn command_id(&self, command: CommandId) -> String {
        let id = &self.inner.venue.api().commands[command].meta.id;
        id.split_once('.')
            .map_or(id.as_str(), |(_, id)| id)
            .to_owned()
    }
}

/// Whether a key is needed: not if one of the ways is none.
fn needs_key(inner: &Inner, any_of: &[usize]) -> bool {
    let open = |id: &usize| matches!(inner.venue.api().auth[*id].recipe, Recipe::None);
    !any_of.is_empty() && !any_of.iter().any(open)
}

/// Whether a message says that something was refused: specs name those so.
pub(crate) fn refuses(message: &Message) -> bool {
    let says = |word| message.name.contains(word);
    ["error", "failure", "refus", "reject"]
        .into_iter()
        .any(says)
}
