//! The session's end of a feed's queue, and what happens when it is full.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::Overflow;
use super::feed::Item;

/// Notes that are kept for a feed whose queue is full; more are counted as missed.
const MOST_NOTES: usize = 16;

/// The session's end of a queue.
pub(super) struct Queue {
    pub items: mpsc::Sender<Item>,
    overflow: Overflow,
    missed: u64,
    /// What found no room and must not be lost: notes; with [`Overflow::Wait`] all that a message
    /// gave rise to, because the next one is not read before this is empty.
    held: VecDeque<Item>,
}

impl Queue {
    pub(super) fn new(items: mpsc::Sender<Item>, overflow: Overflow) -> Self {
        Queue {
            items,
            overflow,
            missed: 0,
            held: VecDeque::new(),
        }
    }

    /// Puts an item into the queue. False if the session has something to do before it reads on:
    /// the item is held back, or nobody takes any.
    pub(super) fn push(&mut self, item: Item) -> bool {
        let item = match self.flush() {
            true => match self.items.try_send(item) {
                Ok(()) => return true,
                Err(TrySendError::Closed(_)) => return false,
                Err(TrySendError::Full(item)) => item,
            },
            false => item,
        };
        if self.items.is_closed() {
            return false;
        }
        if self.overflow == Overflow::Wait {
            self.held.push_back(item);
            return false;
        }
        let is_message = matches!(
            item,
            Item::Message(_) | Item::Duplicate(..) | Item::Late(..) | Item::Garbled(_)
        );
        match is_message || self.held.len() == MOST_NOTES {
            true => self.missed += 1,
            false => self.held.push_back(item),
        }
        true
    }

    /// Hands over what found no room before; whether all of it found room now.
    pub(super) fn flush(&mut self) -> bool {
        // With the last place taken by it, a slow consumer would hear of nothing but what it misses.
        if self.missed > 0 && self.items.capacity() < 2 {
            return false;
        }
        if self.missed > 0 {
            match self.items.try_send(Item::Missed(self.missed)) {
                Ok(()) => self.missed = 0,
                Err(_) => return false,
            }
        }
        while let Some(item) = self.held.pop_front() {
            if let Err(TrySendError::Full(item)) = self.items.try_send(item) {
                self.held.push_front(item);
                return false;
            }
        }
        true
    }

    /// Waits until what must not be lost has found room, or nobody wants it any more.
    pub(super) async fn hand_over(&mut self) {
        while self.overflow == Overflow::Wait && !self.held.is_empty() {
            match self.items.reserve().await {
                Ok(room) => {
                    if let Some(item) = self.held.pop_front() {
                        room.send(item);
                    }
                }
                Err(_) => self.held.clear(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: u64) -> Item {
        Item::Late(number, "".into())
    }

    fn told(items: &mut mpsc::Receiver<Item>) -> Vec<String> {
        let mut told = Vec::new();
        while let Ok(item) = items.try_recv() {
            told.push(match item {
                Item::Late(number, _) => number.to_string(),
                Item::Gap { .. } => "gap".to_owned(),
                Item::Missed(count) => format!("missed {count}"),
                other => format!("{other:?}"),
            });
        }
        told
    }

    #[tokio::test]
    async fn what_waits_for_room_is_handed_over_in_order() {
        let (items, mut receiver) = mpsc::channel(2);
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
        assert!(!queue.push(message(5)));
        queue.hand_over().await;
    }

    #[tokio::test]
    async fn what_is_dropped_is_counted_and_notes_are_kept() {
        let (items, mut receiver) = mpsc::channel(2);
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
        assert!(queue.flush());
        assert_eq!(told(&mut receiver), ["missed 2", "gap"]);
    }
}
