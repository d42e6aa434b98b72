//! The session's end of a feed's queue, and what happens when it is full.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Interval;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::Overflow;
use super::connect::Ws;
use super::feed::Item;
use super::run::{End, send};

/// Notes that are kept for a feed whose queue is full; more are counted as missed.
const MOST_NOTES: usize = 16;

/// The session's end of a queue.
pub(super) struct Queue {
    pub items: mpsc::Sender<Item>,
    missed: u64,
    notes: VecDeque<Item>,
}

impl Queue {
    pub(super) fn new(items: mpsc::Sender<Item>) -> Self {
        Queue {
            items,
            missed: 0,
            notes: VecDeque::new(),
        }
    }

    /// Puts an item into the queue; false if nobody takes any. While it waits for room, pings go
    /// out, so that the venue does not think us gone.
    pub(super) async fn push(
        &mut self,
        ws: &mut Ws,
        item: Item,
        overflow: Overflow,
        tick: &mut Interval,
    ) -> Result<bool, End> {
        if overflow == Overflow::Drop && !self.flush() {
            self.set_aside(item);
            return Ok(!self.items.is_closed());
        }
        let item = match self.items.try_send(item) {
            Ok(()) => return Ok(true),
            Err(TrySendError::Closed(_)) => return Ok(false),
            Err(TrySendError::Full(item)) => item,
        };
        if overflow == Overflow::Drop {
            self.set_aside(item);
            return Ok(true);
        }
        loop {
            tokio::select! {
                room = self.items.reserve() => match room {
                    Ok(room) => {
                        room.send(item);
                        return Ok(true);
                    }
                    Err(_) => return Ok(false),
                },
                _ = tick.tick() => send(ws, Message::Ping(Bytes::new())).await?,
            }
        }
    }

    /// What found no room: a message is counted, anything else kept.
    fn set_aside(&mut self, item: Item) {
        let is_note = !matches!(
            item,
            Item::Message(_) | Item::Duplicate(..) | Item::Late(..)
        );
        match is_note && self.notes.len() < MOST_NOTES {
            true => self.notes.push_back(item),
            false => self.missed += 1,
        }
    }

    /// Hands over what was set aside; whether all of it found room.
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
        while let Some(note) = self.notes.pop_front() {
            if let Err(TrySendError::Full(note)) = self.items.try_send(note) {
                self.notes.push_front(note);
                return false;
            }
        }
        true
    }
}
