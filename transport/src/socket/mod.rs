//! WebSocket sessions: one connection, kept up, with a queue for each feed.
//!
//! A [`Session`] connects, authenticates (headers on the handshake, or a login message), subscribes,
//! and matches acknowledgements. It pings, takes silence for a dead connection, reconnects with
//! growing and jittered waits, authenticates and subscribes anew, and tells every feed so.
//!
//! A [`Subscription`] is the stream of one feed. Its items are [`Event`]s: messages, and what a
//! consumer must know beside them: gaps, duplicates, late messages, reconnects, messages that do
//! not decode. None of these ends the stream.
//!
//! **Back-pressure.** Each feed has a queue of [`SessionConfig::queue`] messages. When it is full,
//! [`Overflow::Wait`] (the default) stops reading the connection until there is room: nothing is
//! lost, all feeds of the session wait, and answers to commands with them; pings go on, and a venue
//! may in the end close on a slow reader. [`Overflow::Drop`] drops what does not fit and says how many
//! were missed.

mod again;
mod connect;
mod dialect;
mod feed;
mod lane;
mod link;
mod peek;
mod queue;
mod run;
mod sequence;
mod session;
mod waiting;

pub use connect::{Dial, Io, Network};
pub use dialect::{Answer, Command, Dialect, Form, Peek};
pub use feed::{Event, Next, Reconnected, Subscription, Undecodable};
pub use peek::{peek_elements, peek_members};
pub use session::{Session, SocketSpec, parameter};

use std::time::Duration;

use crate::retry::Backoff;

/// How WebSocket sessions behave.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    pub(crate) queue: usize,
    pub(crate) overflow: Overflow,
    pub(crate) login: Login,
    pub(crate) silence: Option<Duration>,
    pub(crate) answer_timeout: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) largest_message: usize,
}

/// What happens to a message for which a feed's queue has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overflow {
    /// The session reads no further until there is room.
    #[default]
    Wait,
    /// It is dropped, and [`Event::Missed`] says how many were.
    Drop,
}

/// How a session says who it is, where the venue takes either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Login {
    /// In headers of the handshake.
    #[default]
    Headers,
    /// In a message after it, for those whose handshakes go through somebody else.
    Message,
}

impl Default for SessionConfig {
    fn default() -> Self {
        SessionConfig {
            queue: 1024,
            overflow: Overflow::Wait,
            login: Login::Headers,
            silence: None,
            answer_timeout: Duration::from_secs(10),
            backoff: Backoff::new(Duration::from_millis(250), Duration::from_secs(30)),
            largest_message: 16 << 20,
        }
    }
}

impl SessionConfig {
    /// The default.
    pub fn new() -> Self {
        SessionConfig::default()
    }

    /// How many messages of a feed wait for its consumer; 1024 by default, at least 2. An eighth as
    /// many again, at most 128, may be with the consumer, which takes them over together.
    #[must_use]
    pub fn queue(mut self, messages: usize) -> Self {
        self.queue = messages.max(2);
        self
    }

    /// What happens when they are more.
    #[must_use]
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// How the session says who it is, where the venue takes either; in headers by default.
    #[must_use]
    pub fn login(mut self, login: Login) -> Self {
        self.login = login;
        self
    }

    /// How long nothing at all may come before the connection counts as dead; by default the
    /// venue's own idle timeout, or 60 s. A ping goes out every third of it.
    #[must_use]
    pub fn silence(mut self, silence: Duration) -> Self {
        self.silence = Some(silence.max(Duration::from_millis(30)));
        self
    }

    /// How long to wait for an acknowledgement; 10 s by default.
    #[must_use]
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = timeout;
        self
    }

    /// The waits between attempts to reconnect; from a quarter of a second to 30 s by default.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The largest message that is taken, in bytes; 16 MiB by default. A larger one breaks the
    /// connection.
    #[must_use]
    pub fn largest_message(mut self, bytes: usize) -> Self {
        self.largest_message = bytes;
        self
    }
}
