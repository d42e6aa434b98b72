//! A connection that was lost, made again: waits, authentication, feeds.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::connect::NotOpen;
use super::feed::{Item, Reconnected};
use super::link::Opened;
use super::run::{End, Runner};
use super::sequence::Sequence;
use super::session::{Answered, Order};

impl Runner {
    /// A connection again, with all feeds started; none if nobody wants one, or the venue refuses.
    pub(super) async fn reconnect(&mut self, cause: String) -> Option<Opened> {
        let begin = Instant::now();
        self.waiting.tell_lost();
        let mut attempts = 0;
        let mut penalty = Duration::ZERO;
        loop {
            attempts += 1;
            self.attempts += 1;
            let wait = self.link.config.session.backoff.wait(self.attempts);
            let wait = wait.max(std::mem::take(&mut penalty));
            let link = Arc::clone(&self.link);
            let connect = async {
                tokio::time::sleep(wait).await;
                link.connect().await
            };
            match self.meanwhile(connect).await? {
                Ok(mut opened) => {
                    self.sequence = Sequence::default();
                    let reconnected = Reconnected {
                        cause: cause.clone(),
                        attempts,
                        after: begin.elapsed(),
                    };
                    if self.resume(&mut opened, &reconnected).await.is_ok() {
                        tracing::info!(socket = self.link.spec.id, attempts, "connected again");
                        return Some(opened);
                    }
                }
                Err(NotOpen::Refused(status, body)) if matches!(status, 0 | 401 | 403) => {
                    let why = format!("the venue refused the key (status {status})");
                    tracing::warn!(socket = self.link.spec.id, status, "key refused");
                    drop(body);
                    self.end(&why).await;
                    return None;
                }
                // To ask earlier makes some penalties longer.
                Err(NotOpen::Refused(429, _)) => penalty = self.link.penalty(),
                Err(_) => {}
            }
        }
    }

    /// Takes orders while something else goes on.
    async fn meanwhile<T>(&mut self, other: impl Future<Output = T>) -> Option<T> {
        let mut other = std::pin::pin!(other);
        loop {
            tokio::select! {
                outcome = &mut other => return Some(outcome),
                order = self.orders.recv() => match order? {
                    Order::Subscribe { command, items, answer } => {
                        self.add_feed(command, items, answer);
                    }
                    Order::Send { answer, .. } => {
                        let _ = answer.send(Answered::NotSent);
                    }
                    Order::Others { items } => self.takers.push(items),
                },
            }
        }
    }

    async fn resume(&mut self, opened: &mut Opened, item: &Reconnected) -> Result<(), End> {
        let ws = &mut opened.ws;
        self.tell_all(&Item::Reconnected(Box::new(item.clone())));
        self.settle(ws).await?;
        let gone = self.feeds.iter().filter(|(_, feed)| feed.queue.is_closed());
        let gone: Vec<u64> = gone.map(|(id, _)| *id).collect();
        for id in gone {
            self.remove(id);
        }
        if self.feeds.is_empty() {
            return Ok(());
        }
        if let (Some(limiter), Some(form)) = (&self.link.config.limiter, &self.link.spec.subscribe)
        {
            limiter.turn(form.id, self.link.spec.socket.limits).await;
        }
        let ids: Vec<u64> = self.feeds.keys().copied().collect();
        self.start(ws, &ids).await
    }

    async fn end(&mut self, why: &str) {
        for feed in self.feeds.values_mut() {
            match feed.answer.take() {
                Some(waits) => drop(waits.send(Answered::NotSent)),
                None => feed.queue.end(Item::Ended(why.into())).await,
            }
        }
        for items in std::mem::take(&mut self.takers) {
            self.take_others(items);
        }
        for queue in &mut self.others {
            queue.end(Item::Ended(why.into())).await;
        }
    }
}
