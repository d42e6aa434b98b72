//! What comes of a command: a login, subscriptions, operations called over the socket, and the
//! answers to each.

use venue_schema::ir::{FeedId, MessageId, Recipe};
use venue_schema::sample::raw::Raw;

use super::{Occasion, Out, Said, Session, Subscription, compose, needs_key, refuses};
use crate::auth::{self, Denied};
use crate::fault::Kind;
use crate::mock::Inner;
use crate::refusal::Refusal;
use crate::tree::texts;
use crate::venue::{fit, is_secret};

impl Session {
    pub(super) fn log_in(&mut self, said: &Said) -> Vec<Out> {
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
            let login = api.auth.iter().find(|auth| {
                matches!(auth.recipe, Recipe::Login { command, .. } if command == said.command)
            });
            let kind = login.and_then(|auth| auth.token.as_deref());
            auth::check_login(api, &recipes, &inner.keys, kind, &members)
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

    pub(super) fn subscribe(&mut self, said: &Said) -> Vec<Out> {
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

    pub(super) fn unsubscribe(&mut self, said: &Said) -> Vec<Out> {
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
    pub(super) fn call(&mut self, said: &Said) -> Option<Vec<Out>> {
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
        let path = format!("/{method}");
        let mut operations = api.operations.iter();
        let named = operations.position(|op| op.path.to_string() == path);
        // A method that is known by its form alone.
        let formed = || {
            let mut operations = api.operations.iter();
            operations.position(|op| fit(&op.path.parts, &path).is_some())
        };
        let operation = named.or_else(formed);
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

    /// What a command that was taken is answered with.
    pub(super) fn acknowledge(&mut self, said: &Said, channels: &[String]) -> Vec<Out> {
        self.acknowledge_in(said, channels, None, true)
    }

    /// The same about a feed: where the answer stands for any feed's, that of this feed, if
    /// `closing`.
    pub(super) fn acknowledge_in(
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
    pub(super) fn refuse(
        &mut self,
        said: Option<&Said>,
        feed: Option<FeedId>,
        why: &Refusal,
    ) -> Vec<Out> {
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
