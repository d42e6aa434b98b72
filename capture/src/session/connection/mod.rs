//! What is known of one connection, record by record, and what is odd about it.

mod subscriptions;

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use venue_schema::ir::{Api, CommandId, MessageId};

use super::Spot;
use super::counter::{Counter, Odd, Step, What};
use super::observation::Keys;
use super::plan::{Counted, Heard, Said};
use super::words;
use crate::check::Checker;
use crate::record::Direction;

/// Feeds of a connection that are followed; of one that has more, only what needs none is checked.
const FEEDS: usize = 4_096;

/// Commands that wait for an answer.
const COMMANDS: usize = 1_024;

/// Nanoseconds for which a feed may go on after the venue said that it stopped.
const GRACE: i128 = 1_000_000_000;

/// Nanoseconds after which an answer is overdue.
const OVERDUE: i128 = 10_000_000_000;

/// Messages after which it is, where the capture has no times.
const MANY: u64 = 100;

/// A recorder's threads may differ by so many nanoseconds.
const JITTER: i128 = 1_000_000;

/// No connection's messages go back so far in the venue's time: what does was put together from
/// several captures, and is no connection. A day.
const TORN: i128 = 86_400_000_000_000;

/// What stands for any number of messages that cannot be read.
const LOST: u64 = 1 << 40;

/// Something found, with the record that it is about.
pub(super) struct Found {
    pub(super) rule: &'static str,
    pub(super) spot: Spot,
    pub(super) said: words::Said,
}

/// One connection.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// When it was last heard of, in records.
    pub(super) touched: u64,
    /// Records of the file that could not be read up to then.
    pub(super) unreadable: u64,
    begun: Begun,
    /// Something came that need not be asked for.
    greeted: bool,
    /// Its records are not those of one connection.
    torn: bool,
    at: Option<Timestamp>,
    sent_at: Option<i128>,
    counter: Counter,
    /// Messages received of which it is not known whether they had a number.
    unclear: u64,
    feeds: BTreeMap<Box<str>, Feed>,
    subscriptions: BTreeMap<Box<str>, Vec<Subscription>>,
    logged_in: bool,
    no_login: Option<(Spot, words::Said)>,
    login_missing: bool,
    pending: VecDeque<Pending>,
    /// Messages received.
    received: u64,
    /// Of these, those that may have answered a command and cannot be told to.
    loose: u64,
    /// A command was answered, a subscription explained a message, a feed sent its snapshot: this
    /// capture has what the checks of these need.
    answered: bool,
    explained: bool,
    snapshots: bool,
}

/// Whether a capture has the connection from its start, with what was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Begun {
    #[default]
    Unknown,
    FromStart,
    Midway,
}

/// What is kept of a channel's messages.
#[derive(Debug, Default)]
struct Feed {
    counter: Counter,
    sent_at: Option<i128>,
    /// The venue's time went on at least once.
    goes_on: bool,
    /// It was said that nothing explains it.
    unexplained: bool,
}

#[derive(Debug)]
struct Subscription {
    api: usize,
    keys: Keys,
    command: CommandId,
    stopped: Option<Stopped>,
    snapshot: bool,
    /// A change that came before its snapshot.
    early: Option<(Spot, words::Said)>,
}

#[derive(Debug)]
struct Stopped {
    at: Option<Timestamp>,
    said: bool,
}

/// A command that was not answered yet.
#[derive(Debug)]
struct Pending {
    spot: Spot,
    api: usize,
    command: CommandId,
    channels: Vec<Box<str>>,
    keys: Keys,
    at: Option<Timestamp>,
    /// Messages received before.
    received: u64,
    loose: u64,
    /// A later command was answered.
    overtaken: bool,
}

/// A message that was received.
pub(super) struct Message<'a> {
    pub(super) api: usize,
    pub(super) id: MessageId,
    pub(super) plan: &'a Heard,
    pub(super) number: Option<u64>,
    pub(super) sent_at: Option<i128>,
    pub(super) channel: Option<&'a str>,
    pub(super) keys: &'a Keys,
}

/// A command that was sent.
pub(super) struct Command<'a> {
    pub(super) api: usize,
    pub(super) id: CommandId,
    pub(super) plan: &'a Said,
    pub(super) channels: &'a [Box<str>],
    pub(super) keys: &'a Keys,
}

impl Message<'_> {
    /// The channel, for people.
    fn named(&self, api: &Api) -> String {
        words::channel(api, self.plan.feed, self.channel, self.keys)
    }

    /// The channel, with what else tells it from others.
    fn identity(&self) -> Option<Cow<'_, str>> {
        let channel = self.channel?;
        if self.keys.is_empty() {
            return Some(Cow::Borrowed(channel));
        }
        let mut name = channel.to_owned();
        for (_, value) in self.keys {
            name.push('\n');
            name.push_str(&String::from_utf8_lossy(value));
        }
        Some(Cow::Owned(name))
    }
}

impl Connection {
    /// Something was there, in this file, that cannot be read.
    pub(super) fn lose_sight(&mut self) {
        self.begun = Begun::Midway;
        self.loose += 1;
        self.unclear = self.unclear.saturating_add(LOST);
    }

    /// Something came of which nothing can be told.
    pub(super) fn unclear(&mut self, direction: Direction) {
        if direction == Direction::Sent {
            self.begun = Begun::Midway;
            return;
        }
        self.received += 1;
        self.loose += 1;
        self.unclear = self.unclear.saturating_add(1);
        if self.begun == Begun::Unknown {
            self.begun = Begun::Midway;
        }
    }

    /// The recorder's clock.
    pub(super) fn time(&mut self, spot: &Spot, out: &mut Vec<Found>) {
        let Some(at) = spot.at else { return };
        if let Some(before) = self.at.replace(at) {
            let back = before.as_nanosecond() - at.as_nanosecond();
            if back > JITTER {
                out.push(Found {
                    rule: "capture-time-backwards",
                    spot: spot.clone(),
                    said: words::clock_back(before, at),
                });
            }
        }
    }

    /// Takes a command.
    pub(super) fn said(&mut self, checker: &Checker, spot: &Spot, command: &Command<'_>) {
        let plan = command.plan;
        if self.begun == Begun::Unknown {
            // A subscription may be one more: the numbers tell, or what comes unasked at the start.
            let begins = plan.logs_in || !plan.starts.is_empty() && (plan.numbered || self.greeted);
            self.begun = if begins {
                Begun::FromStart
            } else {
                Begun::Midway
            };
        }
        if plan.logs_in {
            // A key is given once: this may be another connection under the same name.
            if self.logged_in {
                self.begun = Begun::Midway;
            }
            self.logged_in = true;
        }
        if !plan.starts.is_empty() {
            self.subscribe(checker, spot, command);
        }
        if plan.is_answered {
            if self.pending.len() >= COMMANDS {
                self.pending.pop_front();
            }
            self.pending.push_back(Pending {
                spot: spot.clone(),
                api: command.api,
                command: command.id,
                channels: command.channels.to_vec(),
                keys: command.keys.clone(),
                at: self.at,
                received: self.received,
                loose: self.loose,
                overtaken: false,
            });
        }
    }

    /// Takes a message.
    pub(super) fn heard(
        &mut self,
        checker: &Checker,
        spot: &Spot,
        message: &Message<'_>,
        out: &mut Vec<Found>,
    ) {
        let api = &checker.candidates()[message.api].api;
        self.received += 1;
        let plan = message.plan;
        if plan.asked_for || !plan.answers.is_empty() {
            if self.begun == Begun::Unknown {
                self.begun = Begun::Midway;
            }
        } else {
            self.greeted = true;
        }
        self.venue_time(message);
        let step = self.number(checker, spot, message, out);
        if step != Step::Back {
            self.time(spot, out);
            self.feed_time(api, spot, message, out);
        }
        if self.torn {
            return;
        }
        if let Some((spot, said)) = self.no_login.take()
            && self.begun == Begun::FromStart
            && !self.logged_in
        {
            self.login_missing = true;
            out.push(Found {
                rule: "missing-login",
                spot,
                said,
            });
        }
        if !plan.answers.is_empty() {
            self.answer(checker, message);
        } else if plan.feed.is_none() {
            self.loose += 1;
        }
        if plan.asked_for
            && let Some(channel) = message.channel
        {
            self.explain(api, spot, message, channel, out);
        }
    }

    /// Notes where the venue's time goes back so far that this cannot be one connection.
    fn venue_time(&mut self, message: &Message<'_>) {
        let Some(now) = message.sent_at else { return };
        if self.sent_at.is_some_and(|before| before - now > TORN) {
            self.torn = true;
        }
        self.sent_at = Some(now);
    }

    fn number(
        &mut self,
        checker: &Checker,
        spot: &Spot,
        message: &Message<'_>,
        out: &mut Vec<Found>,
    ) -> Step {
        let Some((_, counted)) = message.plan.number else {
            return Step::On;
        };
        let Some(number) = message.number else {
            self.unclear = self.unclear.saturating_add(1);
            return Step::On;
        };
        let unclear = self.unclear;
        let counter = match counted {
            Counted::Connection => &mut self.counter,
            Counted::Feed => match self.feed(message) {
                Some(feed) => &mut feed.counter,
                None => return Step::On,
            },
        };
        let is_first = counter.first().is_none();
        let (step, odd) = counter.see(number, message.sent_at, unclear, spot);
        if is_first && counted == Counted::Connection && number > 1 {
            self.begun = Begun::Midway;
        }
        if step == Step::Again {
            self.begun = Begun::Midway;
            self.sent_at = None;
            self.feeds.values_mut().for_each(|feed| feed.sent_at = None);
        }
        self.odd(checker, odd, out);
        step
    }

    fn odd(&self, checker: &Checker, odd: Vec<Odd>, out: &mut Vec<Found>) {
        if self.torn {
            return;
        }
        out.extend(odd.into_iter().map(|odd| Found {
            rule: match odd.what {
                What::Gap { .. } => "sequence-gap",
                What::Twice { .. } => "repeated-sequence",
                What::Late { .. } => "out-of-order",
            },
            said: words::odd(checker, &odd),
            spot: odd.spot,
        }));
    }

    /// What is kept of a message's channel.
    fn feed(&mut self, message: &Message<'_>) -> Option<&mut Feed> {
        let name = message.identity()?;
        if !self.feeds.contains_key(&*name) {
            if self.feeds.len() >= FEEDS {
                return None;
            }
            self.feeds.insert((*name).into(), Feed::default());
        }
        self.feeds.get_mut(&*name)
    }

    /// The venue's time, over the messages of one channel.
    fn feed_time(&mut self, api: &Api, spot: &Spot, message: &Message<'_>, out: &mut Vec<Found>) {
        let Some(now) = message.sent_at else { return };
        let torn = self.torn;
        let Some(feed) = self.feed(message) else {
            return;
        };
        let Some(before) = feed.sent_at.replace(now) else {
            return;
        };
        if now >= before {
            feed.goes_on |= now > before;
        } else if feed.goes_on && !torn {
            out.push(Found {
                rule: "venue-time-backwards",
                spot: spot.clone(),
                said: words::time_back(api, message.plan.feed, &message.named(api), before - now),
            });
        }
    }

    /// The connection has ended, or the file has.
    pub(super) fn end(&mut self, checker: &Checker, out: &mut Vec<Found>) {
        let odd = self.counter.end();
        self.odd(checker, odd, out);
        let mut feeds = std::mem::take(&mut self.feeds);
        for feed in feeds.values_mut() {
            let odd = feed.counter.end();
            self.odd(checker, odd, out);
        }
        if self.torn {
            return;
        }
        self.no_snapshot(out);
        if !self.answered {
            return;
        }
        for p in &self.pending {
            let waited = self.at.zip(p.at);
            let waited = waited.map(|(now, then)| now.as_nanosecond() - then.as_nanosecond());
            let after = self.received - p.received;
            let overdue = p.overtaken
                || after > 0 && waited.is_some_and(|waited| waited > OVERDUE)
                || after >= MANY;
            if overdue && self.loose == p.loose {
                out.push(Found {
                    rule: "unanswered-command",
                    spot: p.spot.clone(),
                    said: words::unanswered(checker, p.api, p.command, after, waited),
                });
            }
        }
    }
}
