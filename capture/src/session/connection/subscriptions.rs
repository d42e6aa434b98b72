//! What was asked for over a connection, and what comes of it: answers to commands, and messages of the feeds
//! that were subscribed to.

use venue_schema::ir::{Api, CommandId};

use super::{
    Begun, Command, Connection, FEEDS, Found, GRACE, Message, Pending, Stopped, Subscription,
};
use crate::check::Checker;
use crate::session::observation::{self, Keys};
use crate::session::plan::{self, FeedPart, needs_login};
use crate::session::{Spot, words};

/// Keys of one API that both have are equal.
fn agree(one: (usize, &Keys), other: (usize, &Keys)) -> bool {
    one.0 != other.0
        || one.1.iter().all(|(name, value)| {
            let theirs = other.1.iter().find(|(known, _)| known == name);
            theirs.is_none_or(|(_, known)| known == value)
        })
}

impl Connection {
    pub(super) fn subscribe(&mut self, checker: &Checker, spot: &Spot, command: &Command<'_>) {
        let api = &checker.candidates()[command.api].api;
        for channel in command.channels {
            if !self.logged_in && !self.login_missing && self.no_login.is_none() {
                let way = command
                    .plan
                    .starts
                    .iter()
                    .filter(|feed| observation::fits(&api.feeds[**feed].channel.parts, channel))
                    .find_map(|feed| Some((*feed, needs_login(api, &api.feeds[*feed])?)));
                if let Some((feed, way)) = way {
                    let said = words::no_login(api, feed, channel, way);
                    self.no_login = Some((spot.clone(), said));
                }
            }
            if !self.subscriptions.contains_key(channel) && self.subscriptions.len() >= FEEDS {
                self.begun = Begun::Midway;
                continue;
            }
            let known = self.subscriptions.entry(channel.clone()).or_default();
            let is_full = known.len() >= FEEDS;
            let same = known
                .iter_mut()
                .find(|s| s.api == command.api && s.keys == *command.keys);
            match same {
                Some(same) if same.stopped.is_none() => {}
                Some(same) => (same.stopped, same.snapshot) = (None, false),
                None if is_full => self.begun = Begun::Midway,
                None => known.push(Subscription {
                    api: command.api,
                    keys: command.keys.clone(),
                    command: command.id,
                    stopped: None,
                    snapshot: false,
                    early: None,
                }),
            }
        }
    }

    /// Finds the command that a message answers.
    pub(super) fn answer(&mut self, checker: &Checker, message: &Message<'_>) {
        let plan = message.plan;
        let candidates = checker.candidates();
        let logs_in = |command: &CommandId| candidates[message.api].session.said[*command].logs_in;
        if plan.answers.iter().any(logs_in) {
            self.logged_in = true;
        }
        let answers = |p: &Pending| p.api == message.api && plan.answers.contains(&p.command);
        let exactly =
            |p: &Pending| answers(p) && agree((p.api, &p.keys), (message.api, message.keys));
        // Where two APIs share a socket, one may claim the command and the other its answer.
        let found = self.pending.iter().position(exactly);
        let index = found.or_else(|| self.pending.iter().position(|p| p.api != message.api));
        let Some(index) = index else {
            if self.pending.iter().any(answers) {
                self.loose += 1;
            }
            return;
        };
        self.answered |= found.is_some();
        for earlier in self.pending.iter_mut().take(index) {
            earlier.overtaken = true;
        }
        let Some(done) = self.pending.remove(index) else {
            return;
        };
        let stops = !candidates[done.api].session.said[done.command]
            .stops
            .is_empty();
        // The first answer that a spec names is that of success. Numbers of messages are those of their
        // API: where another one claims the answer, its own commands tell.
        let own = &candidates[message.api];
        let is_same = |command: CommandId| match done.api == message.api {
            true => command == done.command,
            false => !own.session.said[command].stops.is_empty(),
        };
        let mut asked = plan.answers.iter().filter(|command| is_same(**command));
        let mut success = || {
            asked.any(|command| {
                let first = own.api.commands[*command].answers.first();
                first.is_some_and(|first| {
                    *first == message.id || plan::is_like(&own.api, *first, message.id)
                })
            })
        };
        if stops && success() {
            let at = self.at;
            for channel in &done.channels {
                let known = self.subscriptions.get_mut(channel).into_iter().flatten();
                for s in known.filter(|s| agree((s.api, &s.keys), (done.api, &done.keys))) {
                    s.stopped = Some(Stopped { at, said: false });
                }
            }
        }
    }

    /// Finds the subscription that a feed's message is owed to.
    pub(super) fn explain(
        &mut self,
        api: &Api,
        spot: &Spot,
        message: &Message<'_>,
        channel: &str,
        out: &mut Vec<Found>,
    ) {
        let plan = message.plan;
        let is_data = plan.answers.is_empty();
        let from_start = self.begun == Begun::FromStart;
        let carried = self.carried(message);
        let mut known: Vec<&mut Subscription> = self
            .subscriptions
            .get_mut(channel)
            .into_iter()
            .flatten()
            .filter(|s| agree((s.api, &s.keys), (message.api, message.keys)))
            .collect();
        self.snapshots |= plan.part == FeedPart::Snapshot;
        if let Some(open) = known.iter_mut().find(|s| s.stopped.is_none()) {
            self.explained |= is_data || plan.part == FeedPart::Snapshot;
            match plan.part {
                FeedPart::Snapshot if !open.snapshot => {
                    open.snapshot = true;
                    if let Some((spot, said)) = open.early.take().filter(|_| from_start) {
                        out.push(Found {
                            rule: "update-before-snapshot",
                            spot,
                            said,
                        });
                    }
                }
                FeedPart::Update if !open.snapshot && open.early.is_none() && !carried => {
                    open.early = Some((spot.clone(), words::early(&message.named(api))));
                }
                _ => {}
            }
            return;
        }
        if !is_data || !from_start {
            return;
        }
        let at = self.at;
        if let Some(stopped) = known.iter_mut().find_map(|s| s.stopped.as_mut()) {
            let since = stopped.at.zip(at);
            let since = since.map(|(then, now)| now.as_nanosecond() - then.as_nanosecond());
            if !stopped.said && since.is_none_or(|since| since > GRACE) {
                stopped.said = true;
                out.push(Found {
                    rule: "still-sending",
                    spot: spot.clone(),
                    said: words::still_sending(&message.named(api), since),
                });
            }
            return;
        }
        if carried {
            return;
        }
        if !self.explained {
            // Before the first message that is explained stands one that is not: the connection is
            // older than the capture, which happens to begin with a command.
            self.begun = Begun::Midway;
            return;
        }
        if let Some(feed) = self.feed(message)
            && !std::mem::replace(&mut feed.unexplained, true)
        {
            out.push(Found {
                rule: "unexplained-message",
                spot: spot.clone(),
                said: words::unexplained(&message.named(api)),
            });
        }
    }

    /// Whether another feed's subscription brings a feed's messages with it.
    fn carried(&self, message: &Message<'_>) -> bool {
        let mut carriers = message.plan.carriers.iter();
        carriers.any(|channel| self.subscriptions.contains_key(channel))
    }

    /// Subscriptions whose changes came and whose snapshot did not.
    pub(super) fn no_snapshot(&mut self, out: &mut Vec<Found>) {
        if !self.snapshots || self.begun != Begun::FromStart {
            return;
        }
        let subscriptions = std::mem::take(&mut self.subscriptions);
        for (channel, known) in subscriptions {
            for s in known {
                let Some((spot, said)) = s.early else {
                    continue;
                };
                // Its snapshot is what answers the command: this is said once.
                self.pending
                    .retain(|p| p.command != s.command || !p.channels.contains(&channel));
                out.push(Found {
                    rule: "update-before-snapshot",
                    spot,
                    said,
                });
            }
        }
    }
}
