//! The session's end of a feed's queue, and what happens when it is full.

use std::collections::VecDeque;
use std::future::poll_fn;

use super::Overflow;
use super::feed::Item;
use super::lane::Sender;

/// Notes that are kept for a feed whose queue is full; more are counted as missed.
const MOST_NOTES: usize = 16;

/// The session's end of a queue.
pub(super) struct Queue {
    items: Sender,
    overflow: Overflow,
    missed: u64,
    /// What found no room and must not be lost: notes; with [`Overflow::Wait`] all that a message
    /// gave rise to, because the next one is not read before this is empty.
    held: VecDeque<Item<Box<str>>>,
}

impl Queue {
    pub(super) fn new(items: Sender, overflow: Overflow) -> Self {
        Queue {
            items,
            overflow,
            missed: 0,
            held: VecDeque::new(),
        }
    }

    /// Puts an item into the queue. False if the session has something to do before it reads on:
    /// the item is held back, or nobody takes any.
    #[inline]
    pub(super) fn push(&mut self, item: Item<&str>) -> bool {
        if self.missed == 0 && self.held.is_empty() && self.items.has_room() {
            self.items.send(item);
            return !self.items.was_closed();
        }
        self.push_late(item)
    }

    /// Puts an item into a queue that is full, or was.
    fn push_late(&mut self, item: Item<&str>) -> bool {
        if self.items.is_closed() {
            return false;
        }
        if self.flush() && self.items.has_room() {
            self.items.send(item);
            return true;
        }
        if self.overflow == Overflow::Wait {
            self.held.push_back(item.map(Into::into));
            return false;
        }
        let is_message = matches!(
            item,
            Item::Message(_) | Item::Duplicate(..) | Item::Late(..) | Item::Garbled(_)
        );
        match is_message || self.held.len() == MOST_NOTES {
            true => self.missed += 1,
            false => self.held.push_back(item.map(Into::into)),
        }
        true
    }

    /// Hands over what found no room before; whether all of it found room now.
    pub(super) fn flush(&mut self) -> bool {
        // With the last place taken by it, a slow consumer would hear of nothing but what it misses.
        if self.missed > 0 && self.items.room() < 2 {
            return false;
        }
        if self.missed > 0 {
            let missed = std::mem::take(&mut self.missed);
            self.items.send(Item::<&str>::Missed(missed));
        }
        while !self.held.is_empty() && self.items.has_room() {
            if let Some(item) = self.held.pop_front() {
                self.items.send(item);
            }
        }
        self.held.is_empty()
    }

    /// Lets the consumer have what was pushed; false if nobody takes any. To be called before the
    /// session waits for anything.
    #[inline]
    pub(super) fn hand_on(&mut self) -> bool {
        self.items.hand_on();
        !self.items.was_closed()
    }

    /// Whether nobody takes anything any more.
    pub(super) fn is_closed(&self) -> bool {
        self.items.is_closed()
    }

    /// Waits until what must not be lost has found room, or nobody wants it any more.
    pub(super) async fn hand_over(&mut self) {
        while self.overflow == Overflow::Wait && !self.held.is_empty() {
            match poll_fn(|context| self.items.poll_room(context)).await {
                true => drop(self.flush()),
                false => self.held.clear(),
            }
        }
        self.items.hand_on();
    }

    /// Waits for room for the last item, and hands it over.
    pub(super) async fn end(&mut self, item: Item<&str>) {
        self.flush();
        if poll_fn(|context| self.items.poll_room(context)).await {
            self.items.send(item);
            self.items.hand_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::super::lane::{Batch, Receiver, lane};
    use super::*;

    fn message(number: u64) -> Item<&'static str> {
        Item::Late(number, "text")
    }

    fn told(items: &mut Receiver) -> Vec<String> {
        let mut told = Vec::new();
        let mut context = Context::from_waker(Waker::noop());
        let mut batch = Batch::default();
        while let Poll::Ready(Some(next)) = items.poll_batch(&mut context, batch) {
            batch = next;
            while let Some(item) = batch.pop() {
                told.push(match item {
                    Item::Late(number, "text") => number.to_string(),
                    Item::Gap { .. } => "gap".to_owned(),
                    Item::Missed(count) => format!("missed {count}"),
                    other => format!("{other:?}"),
                });
            }
        }
        told
    }

    #[tokio::test]
    async fn what_waits_for_room_is_handed_over_in_order() {
        let (items, mut receiver) = lane(2);
        let mut queue = Queue::new(items, Overflow::Wait);
        assert!(queue.push(message(1)) && queue.push(message(2)));
        let gap = Item::Gap {
            expected: 3,
            found: 4,
        };
        assert!(!queue.push(gap) && !queue.push(message(4)));
        assert_eq!(told(&mut receiver), ["1", "2"]);
        queue.hand_over().await;
        assert_eq!(told(&mut receiver), ["gap", "4"]);
        drop(receiver);
        assert!(!queue.push(message(5)) || !queue.hand_on());
        queue.hand_over().await;
    }

    #[tokio::test]
    async fn what_is_dropped_is_counted_and_notes_are_kept() {
        let (items, mut receiver) = lane(2);
        let mut queue = Queue::new(items, Overflow::Drop);
        for number in 1..=4 {
            assert!(queue.push(message(number)));
        }
        let gap = Item::Gap {
            expected: 5,
            found: 6,
        };
        assert!(queue.push(gap));
        assert_eq!(told(&mut receiver), ["1", "2"]);
        assert!(queue.flush() && queue.hand_on());
        assert_eq!(told(&mut receiver), ["missed 2", "gap"]);
    }
}
