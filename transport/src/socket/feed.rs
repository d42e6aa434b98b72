//! The consumer's end of a feed.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Bytes;
use venue_wire::operation::Reply;

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

/// What the session puts into a queue. Messages are copies, exact in size: a part of the
/// connection's buffer would keep all of it, and the connection would need another every few messages.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Message(Arc<str>),
    Duplicate(u64, Arc<str>),
    Late(u64, Arc<str>),
    /// A message that is no text.
    Garbled(Bytes),
    Gap {
        expected: u64,
        found: u64,
    },
    Reconnected(Reconnected),
    Missed(u64),
    Refused(Arc<str>),
    Ended(String),
}

/// The stream of one feed. Dropping it ends the subscription.
///
/// It is a [`Stream`]; [`next`](Subscription::next) does without one's extensions.
pub struct Subscription<T> {
    items: mpsc::Receiver<Item>,
    /// Taken out of the queue many at a time, which costs as much as one; the next one is the last.
    taken: Vec<Item>,
    /// Keeps the session running.
    _session: super::session::Handle,
    message: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Subscription<T> {
    pub(super) fn new(items: mpsc::Receiver<Item>, session: super::session::Handle) -> Self {
        Subscription {
            items,
            taken: Vec::new(),
            _session: session,
            message: PhantomData,
        }
    }

    /// The next event; none after the session has ended.
    pub async fn next(&mut self) -> Option<Event<T>> {
        poll_fn(|context| self.poll(context)).await
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        if self.taken.is_empty() {
            let most = (self.items.max_capacity() / 16).max(1);
            ready!(self.items.poll_recv_many(context, &mut self.taken, most));
            self.taken.reverse();
        }
        match self.taken.pop() {
            Some(item) => Poll::Ready(Some(event(item))),
            None => Poll::Ready(None),
        }
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
            .field("waiting", &(self.taken.len() + self.items.len()))
            .finish_non_exhaustive()
    }
}

#[inline]
fn event<T: DeserializeOwned>(item: Item) -> Event<T> {
    match item {
        Item::Message(text) => match venue_wire::from_str(&text) {
            Ok(message) => Event::Message(message),
            Err(error) => undecodable(text.as_bytes(), error),
        },
        Item::Duplicate(sequence, text) => match venue_wire::from_str(&text) {
            Ok(message) => Event::Duplicate { sequence, message },
            Err(error) => undecodable(text.as_bytes(), error),
        },
        Item::Late(sequence, text) => match venue_wire::from_str(&text) {
            Ok(message) => Event::Late { sequence, message },
            Err(error) => undecodable(text.as_bytes(), error),
        },
        Item::Garbled(bytes) => undecodable(&bytes, serde::de::Error::custom("invalid UTF-8")),
        Item::Gap { expected, found } => Event::Gap { expected, found },
        Item::Reconnected(reconnected) => Event::Reconnected(reconnected),
        Item::Missed(count) => Event::Missed(count),
        Item::Refused(answer) => Event::Refused(Reply::new(0, answer.as_bytes())),
        Item::Ended(why) => Event::Ended(why),
    }
}

fn undecodable<T>(message: &[u8], error: serde_json::Error) -> Event<T> {
    Event::Undecodable(Undecodable {
        bytes: message.to_vec(),
        error,
    })
}
