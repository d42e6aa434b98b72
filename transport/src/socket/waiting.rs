//! What waits for an answer of the venue.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::session::Answered;

/// Who waits, by the names of the answers.
#[derive(Default)]
pub(super) struct Waiting(HashMap<String, VecDeque<(Instant, Waiter)>>);

/// Who waits for an answer.
pub(super) enum Waiter {
    /// A caller.
    Caller(oneshot::Sender<Answered>),
    /// These feeds.
    Feeds(Vec<u64>),
}

impl Waiting {
    pub(super) fn add(&mut self, to: String, waiter: Waiter) {
        let queue = self.0.entry(to).or_default();
        queue.push_back((Instant::now(), waiter));
    }

    /// The one who has waited longest for an answer of that name.
    pub(super) fn take(&mut self, to: &str) -> Option<Waiter> {
        let queue = self.0.get_mut(to)?;
        let first = queue.pop_front().map(|(_, waiter)| waiter);
        if queue.is_empty() {
            self.0.remove(to);
        }
        first
    }

    /// Forgets those who have waited longer than that: no answer will come any more. Gives the feeds
    /// among them. Callers are no longer there: they wait half as long.
    pub(super) fn forget(&mut self, patience: Duration) -> Vec<u64> {
        let mut feeds = Vec::new();
        for queue in self.0.values_mut() {
            while queue
                .front()
                .is_some_and(|(since, _)| since.elapsed() > patience)
            {
                if let Some((_, Waiter::Feeds(ids))) = queue.pop_front() {
                    feeds.extend(ids);
                }
            }
        }
        self.0.retain(|_, queue| !queue.is_empty());
        feeds
    }

    /// The connection is gone: nothing will be answered.
    pub(super) fn tell_lost(&mut self) {
        for (_, waiter) in self.0.drain().flat_map(|(_, queue)| queue) {
            if let Waiter::Caller(answer) = waiter {
                let _ = answer.send(Answered::Lost);
            }
        }
    }
}
