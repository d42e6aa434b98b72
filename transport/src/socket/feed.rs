//! The consumer's end of a feed.

use std::fmt;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;
use tokio::task::consume_budget;
use tokio_tungstenite::tungstenite::Bytes;
use venue_wire::operation::Reply;

use super::lane::{Batch, Receiver};
use crate::error::unquoted;

/// What happens on a feed. `T` is the type of its messages.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<T> {
    /// A message.
    Message(T),
    /// A message that does not decode. The stream goes on.
    Undecodable(Undecodable),
    /// Messages of the connection are missing before the next one; they may have been this feed's.
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A message whose number came before.
    Duplicate {
        /// Its number.
        sequence: u64,
        /// It.
        message: T,
    },
    /// A message that was missing, and comes after its successors.
    Late {
        /// Its number.
        sequence: u64,
        /// It.
        message: T,
    },
    /// The connection was lost and is there again: whatever was built from the feed is stale.
    Reconnected(Reconnected),
    /// The queue was full, and so many messages were dropped ([`Overflow::Drop`](super::Overflow)).
    Missed(u64),
    /// The venue refused to resume the feed after a reconnect; nothing more will come. Its answer.
    Refused(Reply),
    /// The session gave up: the venue refused the key when it reconnected. Nothing more will come.
    Ended(String),
}

/// A connection that was lost, and is there again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconnected {
    /// Why it was lost.
    pub cause: String,
    /// Attempts that it took.
    pub attempts: u32,
    /// How long it was away.
    pub after: Duration,
}

/// A message that does not decode.
pub struct Undecodable {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Why.
    pub error: serde_json::Error,
}

impl fmt::Debug for Undecodable {
    /// Leaves out the bytes: nobody knows what is sensitive in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Undecodable")
            .field("bytes", &format_args!("({} bytes)", self.bytes.len()))
            .field("error", &self.error)
            .finish()
    }
}

/// What the session puts into a queue, with texts held by `T`. Texts are copied: a part of the
/// connection's buffer would keep all of it, and the connection would need another every few messages.
#[derive(Debug, Clone)]
pub(super) enum Item<T> {
    Message(T),
    Duplicate(u64, T),
    Late(u64, T),
    /// A message that is no text.
    Garbled(Bytes),
    Gap {
        expected: u64,
        found: u64,
    },
    Reconnected(Box<Reconnected>),
    Missed(u64),
    Refused(T),
    Ended(Box<str>),
}

impl<T> Item<T> {
    /// The same with its text held in another way.
    #[inline]
    pub(super) fn map<U>(self, hold: impl FnOnce(T) -> U) -> Item<U> {
        match self {
            Item::Message(text) => Item::Message(hold(text)),
            Item::Duplicate(sequence, text) => Item::Duplicate(sequence, hold(text)),
            Item::Late(sequence, text) => Item::Late(sequence, hold(text)),
            Item::Garbled(bytes) => Item::Garbled(bytes),
            Item::Gap { expected, found } => Item::Gap { expected, found },
            Item::Reconnected(reconnected) => Item::Reconnected(reconnected),
            Item::Missed(count) => Item::Missed(count),
            Item::Refused(text) => Item::Refused(hold(text)),
            Item::Ended(why) => Item::Ended(why),
        }
    }
}

/// The stream of one feed. Dropping it ends the subscription.
///
/// It is a [`Stream`]; [`next`](Subscription::next) does without one's extensions.
pub struct Subscription<T> {
    items: Receiver,
    /// Taken over together; the next item is its first.
    batch: Batch,
    /// Keeps the session running.
    _session: super::session::Handle,
    message: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Subscription<T> {
    pub(super) fn new(items: Receiver, session: super::session::Handle) -> Self {
        Subscription {
            items,
            batch: Batch::default(),
            _session: session,
            message: PhantomData,
        }
    }

    /// The next event; none after the session has ended.
    ///
    /// To drop the future loses nothing.
    #[expect(clippy::should_implement_trait, reason = "it is what streams call it")]
    pub fn next(&mut self) -> Next<'_, T> {
        Next(self)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        loop {
            // Messages as directly as can be: each step in between would copy them.
            match self.batch.pop() {
                Some(Item::Message(text)) => match venue_wire::from_str(text) {
                    Ok(message) => return Poll::Ready(Some(Event::Message(message))),
                    Err(error) => return Poll::Ready(Some(undecodable(text.as_bytes(), error))),
                },
                Some(other) => return Poll::Ready(Some(event(other))),
                None => {}
            }
            // A feed that never pauses is not to keep its thread from other tasks.
            ready!(pin!(consume_budget()).poll(context));
            let done = std::mem::take(&mut self.batch);
            match ready!(self.items.poll_batch(context, done)) {
                Some(batch) => self.batch = batch,
                None => return Poll::Ready(None),
            }
        }
    }
}

/// The next event of a [`Subscription`].
#[must_use = "futures do nothing unless they are awaited"]
pub struct Next<'s, T>(&'s mut Subscription<T>);

impl<T: DeserializeOwned> Future for Next<'_, T> {
    type Output = Option<Event<T>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        self.0.poll(context)
    }
}

impl<T> fmt::Debug for Next<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

impl<T: DeserializeOwned> Stream for Subscription<T> {
    type Item = Event<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        self.get_mut().poll(context)
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("waiting", &(self.batch.len() + self.items.len()))
            .finish_non_exhaustive()
    }
}

#[cold]
fn event<T: DeserializeOwned>(item: Item<&str>) -> Event<T> {
    match item {
        Item::Message(text) => match venue_wire::from_str(text) {
            Ok(message) => Event::Message(message),
            Err(error) => undecodable(text.as_bytes(), error),
        },
        Item::Duplicate(sequence, text) => match venue_wire::from_str(text) {
            Ok(message) => Event::Duplicate { sequence, message },
            Err(error) => undecodable(text.as_bytes(), error),
        },
        Item::Late(sequence, text) => match venue_wire::from_str(text) {
            Ok(message) => Event::Late { sequence, message },
            Err(error) => undecodable(text.as_bytes(), error),
        },
        Item::Garbled(bytes) => undecodable(&bytes, serde::de::Error::custom("invalid UTF-8")),
        Item::Gap { expected, found } => Event::Gap { expected, found },
        Item::Reconnected(reconnected) => Event::Reconnected(*reconnected),
        Item::Missed(count) => Event::Missed(count),
        Item::Refused(answer) => Event::Refused(Reply::new(0, answer.as_bytes())),
        Item::Ended(why) => Event::Ended(why.into()),
    }
}

#[cold]
fn undecodable<T>(message: &[u8], error: serde_json::Error) -> Event<T> {
    Event::Undecodable(Undecodable {
        bytes: message.to_vec(),
        error: unquoted(error),
    })
}
