//! One WebSocket connection: who it is, what it has subscribed to, and what comes of each message.
//! Nothing here touches the network.

mod compose;
pub(crate) mod io;

use std::collections::BTreeMap;
use std::sync::Arc;

use venue_schema::ir::{
    CommandId, FeedId, Message, MessageId, Recipe, Semantics, SocketId, Target,
};
use venue_schema::sample::raw::Raw;
use venue_wire::Verdict;

use crate::auth::{self, Caller, Denied};
use crate::fault::Kind;
use crate::limits::Counted;
use crate::mock::Inner;
use crate::play::{Scene, narrowed};
use crate::refusal::Refusal;
use crate::roles::When;
use crate::tree::texts;
use crate::venue::{fit, is_secret};
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
                let channel = crate::venue::template_text(&described.channel);
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

    fn log_in(&mut self, said: &Said) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let mut members = Vec::new();
        for (field, value) in said.fields(api) {
            let text = compose::plain(value);
            let name = match field.wire.to_ascii_lowercase().as_str() {
                name @ ("signature" | "content" | "nonce") => name.to_owned(),
                _ if is_secret(api, field) => "key".to_owned(),
                _ => continue,
            };
            members.push((name, text));
        }
        let mut recipes = api.sockets[self.socket].auth.clone();
        recipes.extend(0..api.auth.len());
        let stale = inner.faults.now(&[&self.command_id(said.command)], |kind| {
            kind == Kind::StaleAuth
        });
        let checked = if stale.is_empty() {
            auth::check_login(api, &recipes, &inner.keys, &members)
                .and_then(|caller| inner.fresh(&caller).map(|()| caller))
        } else {
            Err(Denied::Unknown)
        };
        match checked {
            Ok(caller) => {
                self.caller = Some(caller);
                // The account's past is no news.
                self.told = inner.news(&self.key(), u64::MAX).1;
                self.acknowledge(said, &[])
            }
            Err(denied) => self.refuse(Some(said), None, &inner.denied(denied)),
        }
    }

    fn subscribe(&mut self, said: &Said) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let mut wanted: Vec<(FeedId, String)> = Vec::new();
        for text in texts(&said.value) {
            let feed = api.feeds.iter().position(|feed| {
                feed.socket == self.socket
                    && feed.subscribe == Some(said.command)
                    && fit(&feed.channel.parts, &text).is_some()
            });
            if let Some(feed) = feed {
                wanted.push((feed, text));
            }
        }
        let Some((first, _)) = wanted.first() else {
            return self.refuse(Some(said), None, &inner.invalid("there is no such feed"));
        };
        let closed = |(feed, _): &&(FeedId, String)| needs_key(&inner, &api.feeds[*feed].auth);
        if self.caller.is_none()
            && let Some((feed, _)) = wanted.iter().find(closed)
        {
            return self.refuse(Some(said), Some(*feed), &inner.denied(Denied::Missing));
        }
        let first = *first;
        let mut fresh = Vec::new();
        for (feed, channel) in wanted {
            let same = |s: &Subscription| {
                s.feed == feed
                    && s.channel == channel
                    && s.said.as_ref().map(|s| &s.value) == Some(&said.value)
            };
            if !self.subscriptions.iter().any(same) {
                fresh.push(Subscription {
                    feed,
                    channel,
                    said: Some(said.clone()),
                    sent: 0,
                });
            }
        }
        let mut channels = self.channels();
        channels.extend(fresh.iter().map(|s| s.channel.clone()));
        // A feed's own first message is the answer where no other is described.
        // What happened before belongs to the snapshot.
        let news = self.news();
        let mut out = self.acknowledge_in(said, &channels, Some(first), false);
        out.splice(0..0, news);
        for subscription in fresh {
            let (message, subscription) = self.next_of(subscription);
            out.extend(message);
            self.subscriptions.push(subscription);
        }
        out
    }

    fn unsubscribe(&mut self, said: &Said) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let names = texts(&said.value);
        let mut gone = Vec::new();
        self.subscriptions.retain(|s| {
            let named = names.contains(&s.channel)
                && api.feeds[s.feed].unsubscribe == Some(said.command)
                && s.said
                    .as_ref()
                    .is_none_or(|before| agrees(&inner, before, said));
            if named {
                gone.push(s.feed);
            }
            !named
        });
        let Some(first) = gone.first().copied() else {
            let feed = api.feeds.iter().position(|feed| {
                let fits = |name: &String| fit(&feed.channel.parts, name).is_some();
                feed.socket == self.socket && names.iter().any(fits)
            });
            let refusal = inner.invalid("there is no such subscription");
            return self.refuse(Some(said), feed, &refusal);
        };
        let channels = self.channels();
        self.acknowledge_in(said, &channels, Some(first), true)
    }

    /// A command that calls an operation, as the roles say; none if it is no such.
    fn call(&mut self, said: &Said) -> Option<Vec<Out>> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let id = self.command_id(said.command);
        let call = inner
            .roles
            .as_ref()?
            .calls
            .iter()
            .find(|call| call.command == id)?;
        let method = said.value.member(&call.method)?.text()?;
        let called = |op: &venue_schema::ir::Operation| {
            crate::venue::template_text(&op.path).trim_start_matches('/') == method
        };
        let operation = api.operations.iter().position(called);
        let request = venue_capture::request::Request {
            path: "{}".into(),
            query: "{}".into(),
            body: said.value.member(&call.content).map(Raw::to_string),
            problems: Vec::new(),
        };
        let answer = match operation {
            Some(operation) => inner.serve(&crate::mock::Admitted {
                operation,
                request,
                caller: self.caller.clone().unwrap_or_default(),
                prefer: &crate::prefer::Prefer::default(),
            }),
            None => Err(inner.invalid("there is no such method")),
        };
        let message = |id: &str| {
            let full = format!("{}.{id}", api.id);
            api.messages.iter().position(|m| m.meta.id == full)
        };
        let refused = answer.is_err();
        let id = message(if refused { &call.refusal } else { &call.reply })?;
        let occasion = Occasion {
            socket: self.socket,
            message: id,
            said: Some(said),
            channel: None,
            channels: &[],
            sequence: None,
        };
        let value = match answer {
            Ok(answer) => {
                let mut value = inner.compose(&occasion, 0)?;
                let body = String::from_utf8_lossy(&answer.body);
                let body = Raw::parse(&body).unwrap_or_else(Raw::null);
                crate::tree::set_member(&mut value, &call.body, body);
                Some(value)
            }
            Err(why) => {
                let code = why.code.or_else(|| inner.venue.code_of(why.class));
                inner.compose_refusal(&occasion, &why.words, code)
            }
        };
        Some(self.sent(id, value).into_iter().collect())
    }

    /// What happened to the account that this connection's feeds tell of.
    pub(crate) fn news(&mut self) -> Vec<Out> {
        let inner = self.inner.clone();
        let Some(roles) = inner.playing() else {
            return Vec::new();
        };
        let key = self.key();
        let (events, told) = inner.news(&key, self.told);
        self.told = told;
        let api = inner.venue.api();
        let mut out = Vec::new();
        for event in events {
            let mut wanted = Vec::new();
            for subscription in &self.subscriptions {
                let Some(said) = &subscription.said else {
                    continue;
                };
                let names = texts(&said.value);
                let scene = Scene {
                    orders: event.orders.clone(),
                    deals: event.deals.clone(),
                    balances: event.balances.clone(),
                    next_id: 0,
                };
                let scene = narrowed(roles, scene, &names);
                for id in &api.feeds[subscription.feed].messages {
                    let follows = inner.follows(*id).is_some_and(|w| w.contains(&event.what));
                    if follows && !scene.is_empty() {
                        wanted.push((
                            *id,
                            said.clone(),
                            subscription.channel.clone(),
                            scene.clone(),
                        ));
                    }
                }
            }
            for (id, said, channel, scene) in wanted {
                out.extend(self.scenic(id, &said, &channel, &scene));
            }
        }
        out
    }

    /// A message that shows a scene.
    fn scenic(&mut self, id: MessageId, said: &Said, channel: &str, scene: &Scene) -> Option<Out> {
        let inner = self.inner.clone();
        let base = inner.paint_message(id, scene)?;
        let sequence = self.count(id);
        let occasion = Occasion {
            socket: self.socket,
            message: id,
            said: Some(said),
            channel: Some(channel),
            channels: &[],
            sequence: sequence
                .as_ref()
                .map(|(name, count)| (name.as_str(), *count)),
        };
        self.sent(id, Some(inner.adapt(&occasion, base)))
    }

    /// Whose account the connection is about.
    fn key(&self) -> String {
        self.caller
            .as_ref()
            .map_or_else(String::new, |caller| caller.key.clone())
    }

    /// Whether a feed tells of an account, and not of examples.
    fn is_played(&self, feed: FeedId) -> bool {
        if self.inner.playing().is_none() {
            return false;
        }
        let mut messages = self.inner.venue.api().feeds[feed].messages.iter();
        messages.any(|id| self.inner.follows(*id).is_some())
    }

    /// What a feed of an account begins with.
    fn opening(&mut self, subscription: &Subscription) -> Option<Out> {
        let inner = self.inner.clone();
        let roles = inner.playing()?;
        let said = subscription.said.as_ref()?;
        let messages = &inner.venue.api().feeds[subscription.feed].messages;
        let first = |id: &&MessageId| {
            inner
                .follows(**id)
                .is_some_and(|w| w.contains(&When::Subscribed))
        };
        let id = *messages.iter().find(first)?;
        let scene = narrowed(roles, inner.scene(&self.key()), &texts(&said.value));
        self.scenic(id, said, &subscription.channel, &scene)
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
        if self.is_played(subscription.feed) {
            let first = subscription.sent == 0;
            subscription.sent += 1;
            let message = if first {
                self.opening(&subscription)
            } else {
                None
            };
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

    /// What a command that was taken is answered with.
    fn acknowledge(&mut self, said: &Said, channels: &[String]) -> Vec<Out> {
        self.acknowledge_in(said, channels, None, true)
    }

    /// The same about a feed: where the answer stands for any feed's, that of this feed, if
    /// `closing`.
    fn acknowledge_in(
        &mut self,
        said: &Said,
        channels: &[String],
        feed: Option<FeedId>,
        closing: bool,
    ) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let mut out = Vec::new();
        for &id in &api.commands[said.command].answers {
            let message = &api.messages[id];
            if refuses(message) {
                continue;
            }
            let id = match feed {
                Some(feed) if message.fallback => {
                    let same = |m: &&MessageId| api.messages[**m].name == message.name;
                    let own = api.feeds[feed].messages.iter().find(same);
                    own.copied().filter(|_| closing)
                }
                _ => Some(id),
            };
            let Some(id) = id else { continue };
            let channels = if feed.is_some() { channels } else { &[] };
            let sequence = self.count(id);
            let occasion = Occasion {
                socket: self.socket,
                message: id,
                said: Some(said),
                channel: None,
                channels,
                sequence: sequence
                    .as_ref()
                    .map(|(name, count)| (name.as_str(), *count)),
            };
            out.extend(self.sent(id, inner.compose(&occasion, 0)));
        }
        out
    }

    /// A refusal, in the shape that the spec has for this command, or for any.
    fn refuse(&mut self, said: Option<&Said>, feed: Option<FeedId>, why: &Refusal) -> Vec<Out> {
        let inner = self.inner.clone();
        let api = inner.venue.api();
        let feed = feed.or_else(|| {
            let names = texts(&said?.value);
            let fits = |feed: &venue_schema::ir::Feed| {
                feed.socket == self.socket
                    && names.iter().any(|n| fit(&feed.channel.parts, n).is_some())
            };
            api.feeds.iter().position(fits)
        });
        let of_feed = feed.map_or(&[][..], |feed| &api.feeds[feed].messages);
        let of_command = said.map_or(&[][..], |said| &api.commands[said.command].answers);
        let all = api.received(self.socket);
        let refusing = |id: &&MessageId| refuses(&api.messages[**id]);
        let certain = |id: &&MessageId| refusing(id) && !api.messages[**id].fallback;
        let common = |id: &&MessageId| refusing(id) && api.messages[**id].feed.is_none();
        let found = (of_feed.iter().find(certain))
            .or_else(|| of_command.iter().find(certain))
            .or_else(|| of_command.iter().find(refusing))
            .or_else(|| all.iter().find(common));
        let Some(&id) = found else {
            inner.log(&format!("a message was not taken: {}", why.words));
            return Vec::new();
        };
        let sequence = self.count(id);
        let occasion = Occasion {
            socket: self.socket,
            message: id,
            said,
            channel: None,
            channels: &[],
            sequence: sequence
                .as_ref()
                .map(|(name, count)| (name.as_str(), *count)),
        };
        let code = why.code.or_else(|| inner.venue.code_of(why.class));
        let composed = inner.compose_refusal(&occasion, &why.words, code);
        self.sent(id, composed).into_iter().collect()
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

/// Whether two commands say the same in what both say, but for their own words.
fn agrees(inner: &Inner, one: &Said, other: &Said) -> bool {
    let api = inner.venue.api();
    let fields = other.fields(api);
    one.fields(api).iter().all(|(field, value)| {
        let same = |(of, with): &(&venue_schema::ir::Field, &Raw)| {
            of.name != field.name
                || of.constant.is_some()
                || matches!(with, Raw::Array(_))
                || with == value
        };
        fields.iter().all(same)
    })
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
