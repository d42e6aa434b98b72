//! From the session to the consumer of a feed: a bounded queue that is handed over by the batch.
//!
//! A lock, a wake-up and an allocation for each message would cost more than all else that is done
//! with it in between. So the session gathers what came together in a [`Batch`] of its own, texts
//! one after the other in one buffer, and hands it on before it waits for anything; the consumer takes
//! it whole, and gives it back empty for the next.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::feed::Item;

/// Items of a batch. More would be out of the cache when the consumer comes to them.
const MOST_ITEMS: usize = 128;

/// Bytes of text in a batch, after which it is handed on.
const MOST_BYTES: usize = 64 << 10;

/// Empty batches that are kept for later.
const MOST_SPARE: usize = 2;

/// Items that go from the session to a consumer together. A text is held by its length: they stand in
/// the order of the items.
#[derive(Default)]
pub(super) struct Batch {
    items: VecDeque<Item<usize>>,
    texts: String,
    /// How far texts were read.
    at: usize,
}

impl Batch {
    #[inline]
    fn push(&mut self, item: Item<impl AsRef<str>>) {
        let item = item.map(|text| {
            self.texts.push_str(text.as_ref());
            text.as_ref().len()
        });
        self.items.push_back(item);
    }

    /// The next item.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Item<&str>> {
        let item = self.items.pop_front()?;
        Some(item.map(|length| {
            let begin = self.at;
            self.at += length;
            &self.texts[begin..self.at]
        }))
    }

    /// Items that are left.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    fn clear(&mut self) {
        self.items.clear();
        self.texts.clear();
        self.at = 0;
    }

    fn is_worth_keeping(&self) -> bool {
        (1..=2 * MOST_BYTES).contains(&self.texts.capacity())
    }
}

/// What both ends share.
struct Shared {
    /// Items that may wait at once.
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Batch>,
    /// Items in them.
    count: usize,
    spare: Vec<Batch>,
    /// The consumer, if it waits for items.
    consumer: Option<Waker>,
    /// The session, if it waits for room.
    session: Option<Waker>,
    is_consumer_gone: bool,
    is_session_gone: bool,
}

impl Shared {
    /// Nothing that is done under the lock can fail half-way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A queue with room for so many items.
pub(super) fn lane(capacity: usize) -> (Sender, Receiver) {
    let shared = Arc::new(Shared {
        capacity,
        state: Mutex::default(),
    });
    let sender = Sender {
        shared: Arc::clone(&shared),
        pending: Batch::default(),
        most_items: (capacity / 8).clamp(1, MOST_ITEMS),
        room: capacity,
        is_consumer_gone: false,
    };
    (sender, Receiver { shared })
}

/// The session's end.
pub(super) struct Sender {
    shared: Arc<Shared>,
    /// What was not handed on yet.
    pending: Batch,
    most_items: usize,
    /// Room that is there for certain: the consumer may have made more. What is pending has its
    /// place already.
    room: usize,
    is_consumer_gone: bool,
}

impl Sender {
    /// Whether there is room for another item.
    #[inline]
    pub(super) fn has_room(&mut self) -> bool {
        self.room > 0 || self.room() > 0
    }

    /// Puts an item into the queue, which [has room](Self::has_room) for it. It is not there for the
    /// consumer before [`hand_on`](Self::hand_on), or before the batch is full.
    #[inline]
    pub(super) fn send(&mut self, item: Item<impl AsRef<str>>) {
        self.room = self.room.saturating_sub(1);
        self.pending.push(item);
        if self.pending.len() >= self.most_items || self.pending.texts.len() >= MOST_BYTES {
            self.hand_on_pending();
        }
    }

    /// How many items there is room for.
    pub(super) fn room(&mut self) -> usize {
        let state = self.shared.lock();
        let taken = state.count + self.pending.len();
        self.room = self.shared.capacity.saturating_sub(taken);
        self.room
    }

    /// Lets the consumer have what it was sent.
    #[inline]
    pub(super) fn hand_on(&mut self) {
        if self.pending.len() > 0 {
            self.hand_on_pending();
        }
    }

    fn hand_on_pending(&mut self) {
        let mut state = self.shared.lock();
        self.is_consumer_gone = state.is_consumer_gone;
        if self.is_consumer_gone {
            drop(state);
            self.pending.clear();
            return;
        }
        let empty = state.spare.pop().unwrap_or_default();
        let full = std::mem::replace(&mut self.pending, empty);
        state.count += full.len();
        state.batches.push_back(full);
        self.room = self.shared.capacity.saturating_sub(state.count);
        let consumer = state.consumer.take();
        drop(state);
        if let Some(consumer) = consumer {
            consumer.wake();
        }
    }

    /// Whether nobody takes anything any more, as far as was seen when something was last handed on.
    pub(super) fn was_closed(&self) -> bool {
        self.is_consumer_gone
    }

    /// Whether nobody takes anything any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_consumer_gone || self.shared.lock().is_consumer_gone
    }

    /// Waits until there is room; false if there will be none, because nobody takes anything.
    pub(super) fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        self.hand_on();
        let mut state = self.shared.lock();
        if state.is_consumer_gone {
            self.is_consumer_gone = true;
            return Poll::Ready(false);
        }
        self.room = self.shared.capacity.saturating_sub(state.count);
        if self.room > 0 {
            return Poll::Ready(true);
        }
        state.session = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.hand_on();
        let mut state = self.shared.lock();
        state.is_session_gone = true;
        let consumer = state.consumer.take();
        drop(state);
        if let Some(consumer) = consumer {
            consumer.wake();
        }
    }
}

/// The consumer's end.
pub(super) struct Receiver {
    shared: Arc<Shared>,
}

impl Receiver {
    /// Takes the next batch in exchange for one that was read to its end; none if the session is gone.
    pub(super) fn poll_batch(
        &mut self,
        context: &mut Context<'_>,
        mut done: Batch,
    ) -> Poll<Option<Batch>> {
        done.clear();
        let mut state = self.shared.lock();
        if state.spare.len() < MOST_SPARE && done.is_worth_keeping() {
            state.spare.push(done);
        }
        let Some(batch) = state.batches.pop_front() else {
            if state.is_session_gone {
                return Poll::Ready(None);
            }
            state.consumer = Some(context.waker().clone());
            return Poll::Pending;
        };
        state.count -= batch.len();
        let session = state.session.take();
        drop(state);
        if let Some(session) = session {
            session.wake();
        }
        Poll::Ready(Some(batch))
    }

    /// Items that wait.
    pub(super) fn len(&self) -> usize {
        self.shared.lock().count
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_consumer_gone = true;
        let batches = std::mem::take(&mut state.batches);
        state.count = 0;
        state.spare.clear();
        let session = state.session.take();
        drop(state);
        drop(batches);
        if let Some(session) = session {
            session.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    /// Two threads, a queue that is mostly full, and one that is mostly empty.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn items_arrive_whole_and_in_order_and_no_more_wait_than_there_is_room_for() {
        for (capacity, pause) in [(2, 1), (16, 7), (1024, 64)] {
            let (mut sender, mut receiver) = lane(capacity);
            let session = tokio::spawn(async move {
                for number in 0..20_000_u64 {
                    if !sender.has_room() {
                        assert!(poll_fn(|context| sender.poll_room(context)).await);
                    }
                    sender.send(Item::Late(number, number.to_string()));
                    if number % pause == 0 {
                        sender.hand_on();
                        tokio::task::yield_now().await;
                    }
                }
            });
            let (mut batch, mut expected) = (Batch::default(), 0);
            while let Some(next) =
                poll_fn(|context| receiver.poll_batch(context, std::mem::take(&mut batch))).await
            {
                assert!(receiver.len() <= capacity);
                batch = next;
                while let Some(item) = batch.pop() {
                    let Item::Late(number, text) = item else {
                        panic!("{item:?}");
                    };
                    assert_eq!((number, text), (expected, &*expected.to_string()));
                    expected += 1;
                }
            }
            assert_eq!(expected, 20_000);
            session.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_session_that_waits_for_room_hears_that_nobody_wants_any() {
        let (mut sender, receiver) = lane(2);
        sender.send(Item::Message("1"));
        sender.send(Item::Message("2"));
        let waits = tokio::spawn(async move { poll_fn(|context| sender.poll_room(context)).await });
        tokio::task::yield_now().await;
        drop(receiver);
        assert!(!waits.await.unwrap());
    }
}
