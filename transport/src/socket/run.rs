//! The task that runs a session: reads, routes, pings, reconnects.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::connect::{NotOpen, Ws};
use super::dialect::Command;
use super::feed::{Item, Reconnected};
use super::link::{Link, Opened};
use super::queue::Queue;
use super::sequence::{Seen, Sequence};
use super::session::{Answered, Order};

/// The task's state.
pub(super) struct Runner {
    link: Arc<Link>,
    orders: mpsc::Receiver<Order>,
    feeds: BTreeMap<u64, Feed>,
    next_feed: u64,
    /// Feeds by the names under which their messages arrive.
    routes: HashMap<String, Vec<u64>>,
    /// What waits for an answer, by its name.
    waiting: HashMap<String, VecDeque<Waiting>>,
    others: Vec<Queue>,
    sequence: Sequence,
    silence: Duration,
    tick: Interval,
    /// Ticks since anything came.
    silent_ticks: u32,
    /// Attempts since a connection last lived for a while. A venue that takes connections and drops
    /// them at once is not to be asked faster than one that takes none.
    attempts: u32,
}

struct Feed {
    command: Command,
    queue: Queue,
    /// Who waits for the venue's first answer.
    answer: Option<oneshot::Sender<Answered>>,
}

/// Who waits for an answer.
enum Waiting {
    /// A caller.
    Caller(oneshot::Sender<Answered>),
    /// These feeds.
    Feeds(Vec<u64>),
}

/// Why a connection is no longer served.
pub(super) enum End {
    /// Nobody wants it any more.
    Done,
    /// It was lost.
    Lost(String),
}

impl Runner {
    pub(super) fn new(link: Arc<Link>, orders: mpsc::Receiver<Order>) -> Self {
        let idle = link.spec.socket.idle_timeout_s;
        let idle = Duration::from_secs(idle.unwrap_or(60).into());
        let silence = link.config.session.silence.unwrap_or(idle);
        let mut tick = tokio::time::interval(silence / 3);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Runner {
            link,
            orders,
            feeds: BTreeMap::new(),
            next_feed: 0,
            routes: HashMap::new(),
            waiting: HashMap::new(),
            others: Vec::new(),
            sequence: Sequence::default(),
            silence,
            tick,
            silent_ticks: 0,
            attempts: 0,
        }
    }

    /// Serves one connection after the other until nobody wants any.
    pub(super) async fn run(mut self, opened: Opened) {
        let mut opened = opened;
        loop {
            let begin = Instant::now();
            let end = self.serve(&mut opened).await;
            if begin.elapsed() >= self.silence {
                self.attempts = 0;
            }
            match end {
                End::Done => {
                    let _ = opened.ws.close(None).await;
                    return;
                }
                End::Lost(cause) => {
                    tracing::info!(socket = self.link.spec.id, cause, "connection lost");
                    drop(opened);
                    match self.reconnect(cause).await {
                        Some(again) => opened = again,
                        None => return,
                    }
                }
            }
        }
    }

    async fn serve(&mut self, opened: &mut Opened) -> End {
        self.silent_ticks = 0;
        while let Some(bytes) = opened.early.pop_front() {
            if let Err(end) = self.received(&mut opened.ws, bytes).await {
                return end;
            }
        }
        loop {
            let outcome = tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(order) => self.obey(&mut opened.ws, order).await,
                    None => Err(End::Done),
                },
                message = opened.ws.next() => {
                    self.silent_ticks = 0;
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            self.received(&mut opened.ws, Bytes::from(text)).await
                        }
                        Some(Ok(Message::Binary(bytes))) => {
                            self.received(&mut opened.ws, bytes).await
                        }
                        Some(Ok(Message::Close(frame))) => {
                            let why = frame.map(|frame| u16::from(frame.code).to_string());
                            let why = why.unwrap_or_else(|| "no code".to_owned());
                            Err(End::Lost(format!("the venue closed: {why}")))
                        }
                        Some(Ok(_)) => Ok(()),
                        Some(Err(error)) => Err(End::Lost(error.to_string())),
                        None => Err(End::Lost("the connection ended".to_owned())),
                    }
                },
                _ = self.tick.tick() => self.ticked(&mut opened.ws).await,
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    /// Pings, counts silence, hands over what found no room.
    async fn ticked(&mut self, ws: &mut Ws) -> Result<(), End> {
        if self.silent_ticks >= 3 {
            let seconds = self.silence.as_secs_f64();
            return Err(End::Lost(format!("nothing came for {seconds} s")));
        }
        self.silent_ticks += 1;
        for feed in self.feeds.values_mut() {
            feed.queue.flush();
        }
        self.others.retain(|queue| !queue.items.is_closed());
        send(ws, Message::Ping(Bytes::new())).await?;
        self.drop_unwanted(ws).await
    }

    async fn obey(&mut self, ws: &mut Ws, order: Order) -> Result<(), End> {
        match order {
            Order::Subscribe {
                command,
                items,
                answer,
            } => {
                let id = self.add_feed(command, items, answer);
                self.start(ws, &[id]).await
            }
            Order::Send { text, to, answer } => {
                let sent = send(ws, Message::text(text)).await;
                match (to, &sent) {
                    (_, Err(_)) => drop(answer.send(Answered::Lost)),
                    (Some(to), Ok(())) => self.wait(to, Waiting::Caller(answer)),
                    (None, Ok(())) => drop(answer.send(Answered::Accepted(Bytes::new()))),
                }
                sent
            }
            Order::Others { items } => {
                self.others.push(Queue::new(items));
                Ok(())
            }
        }
    }

    fn add_feed(
        &mut self,
        command: Command,
        items: mpsc::Sender<Item>,
        answer: oneshot::Sender<Answered>,
    ) -> u64 {
        let id = self.next_feed;
        self.next_feed += 1;
        for route in self.link.dialect.routes(&command) {
            self.routes.entry(route).or_default().push(id);
        }
        let feed = Feed {
            command,
            queue: Queue::new(items),
            answer: Some(answer),
        };
        self.feeds.insert(id, feed);
        id
    }

    /// Tells the venue to start these feeds.
    async fn start(&mut self, ws: &mut Ws, ids: &[u64]) -> Result<(), End> {
        let Some(form) = &self.link.spec.subscribe else {
            return Ok(());
        };
        let found = ids
            .iter()
            .filter_map(|id| Some((*id, &self.feeds.get(id)?.command)));
        let (ids, commands): (Vec<u64>, Vec<&Command>) = found.unzip();
        let messages = form.messages(&commands);
        // One message for all, or one for each.
        let groups: Vec<Vec<u64>> = match messages.len() == ids.len() {
            true => ids.iter().map(|id| vec![*id]).collect(),
            false => vec![ids],
        };
        for (text, ids) in messages.into_iter().zip(groups) {
            match self.link.dialect.answer_to(text.as_bytes()) {
                Some(to) => self.wait(to, Waiting::Feeds(ids)),
                None => self.started(&ids, Bytes::new()),
            }
            send(ws, Message::text(text)).await?;
        }
        Ok(())
    }

    fn wait(&mut self, to: String, waiting: Waiting) {
        self.waiting.entry(to).or_default().push_back(waiting);
    }

    fn started(&mut self, ids: &[u64], answer: Bytes) {
        for id in ids {
            let feed = self.feeds.get_mut(id);
            if let Some(waits) = feed.and_then(|feed| feed.answer.take()) {
                let _ = waits.send(Answered::Accepted(answer.clone()));
            }
        }
    }

    async fn received(&mut self, ws: &mut Ws, bytes: Bytes) -> Result<(), End> {
        let link = Arc::clone(&self.link);
        let peek = link.dialect.peek(&bytes);
        let seen = peek
            .sequence
            .map(|number| (number, self.sequence.see(number)));
        if let Some((found, Seen::Gap { expected })) = seen {
            tracing::info!(socket = link.spec.id, expected, found, "gap");
            self.tell_all(ws, || Item::Gap { expected, found }).await?;
        }
        let is_answer = peek.answer.is_some();
        if let Some(answer) = peek.answer {
            self.answered(ws, &answer.to, answer.is_accepted, answer.code, &bytes)
                .await?;
        }
        let item = |bytes: &Bytes| match seen {
            Some((number, Seen::Duplicate)) => Item::Duplicate(number, bytes.clone()),
            Some((number, Seen::Late)) => Item::Late(number, bytes.clone()),
            _ => Item::Message(bytes.clone()),
        };
        let ids = peek.feed.and_then(|feed| self.routes.get(&*feed));
        match ids.map(Vec::len) {
            None | Some(0) if !peek.is_readable => {
                // Nobody can say whose it was.
                self.tell_all(ws, || Item::Message(bytes.clone())).await?;
            }
            None | Some(0) => {
                if !is_answer || !self.others.is_empty() {
                    self.tell_others(ws, &bytes).await?;
                }
            }
            Some(count) => {
                for index in 0..count {
                    // Looked up anew: handing over can take a feed away.
                    let Some(id) = self.routed(&bytes, index) else {
                        break;
                    };
                    self.hand_over(ws, id, item(&bytes)).await?;
                }
            }
        }
        Ok(())
    }

    fn routed(&self, bytes: &Bytes, index: usize) -> Option<u64> {
        let feed = self.link.dialect.peek(bytes).feed?;
        self.routes.get(&*feed)?.get(index).copied()
    }

    async fn answered(
        &mut self,
        ws: &mut Ws,
        to: &str,
        is_accepted: bool,
        code: Option<i64>,
        bytes: &Bytes,
    ) -> Result<(), End> {
        let waiting = self.waiting.get_mut(to).and_then(VecDeque::pop_front);
        let outcome = || match is_accepted {
            true => Answered::Accepted(bytes.clone()),
            false => Answered::Refused(bytes.clone(), code),
        };
        match waiting {
            Some(Waiting::Caller(answer)) => drop(answer.send(outcome())),
            Some(Waiting::Feeds(ids)) if is_accepted => self.started(&ids, bytes.clone()),
            Some(Waiting::Feeds(ids)) => {
                for id in ids {
                    let Some(mut feed) = self.remove(id) else {
                        continue;
                    };
                    match feed.answer.take() {
                        Some(waits) => drop(waits.send(outcome())),
                        None => {
                            let item = Item::Refused(bytes.clone());
                            let overflow = self.link.config.session.overflow;
                            feed.queue.push(ws, item, overflow, &mut self.tick).await?;
                        }
                    }
                }
            }
            None => {}
        }
        Ok(())
    }

    async fn hand_over(&mut self, ws: &mut Ws, id: u64, item: Item) -> Result<(), End> {
        let overflow = self.link.config.session.overflow;
        let Some(feed) = self.feeds.get_mut(&id) else {
            return Ok(());
        };
        let is_wanted = feed.queue.push(ws, item, overflow, &mut self.tick).await?;
        match is_wanted {
            true => Ok(()),
            false => self.drop_unwanted(ws).await,
        }
    }

    async fn tell_all(&mut self, ws: &mut Ws, item: impl Fn() -> Item) -> Result<(), End> {
        let overflow = self.link.config.session.overflow;
        let feeds = self.feeds.values_mut().map(|feed| &mut feed.queue);
        for queue in feeds.chain(&mut self.others) {
            queue.push(ws, item(), overflow, &mut self.tick).await?;
        }
        Ok(())
    }

    async fn tell_others(&mut self, ws: &mut Ws, bytes: &Bytes) -> Result<(), End> {
        let overflow = self.link.config.session.overflow;
        for queue in &mut self.others {
            let item = Item::Message(bytes.clone());
            queue.push(ws, item, overflow, &mut self.tick).await?;
        }
        Ok(())
    }

    /// Stops the feeds whose consumers are gone.
    async fn drop_unwanted(&mut self, ws: &mut Ws) -> Result<(), End> {
        let waits = |feed: &Feed| {
            feed.answer
                .as_ref()
                .is_some_and(|answer| !answer.is_closed())
        };
        let gone = |feed: &Feed| !waits(feed) && feed.queue.items.is_closed();
        let ids = self.feeds.iter().filter(|(_, feed)| gone(feed));
        let ids: Vec<u64> = ids.map(|(id, _)| *id).collect();
        for id in ids {
            let Some(feed) = self.remove(id) else {
                continue;
            };
            let is_shared = self
                .feeds
                .values()
                .any(|other| other.command == feed.command);
            let form = self.link.spec.unsubscribe.as_ref();
            for text in form
                .filter(|_| !is_shared)
                .iter()
                .flat_map(|form| form.messages(&[&feed.command]))
            {
                send(ws, Message::text(text)).await?;
            }
        }
        Ok(())
    }

    fn remove(&mut self, id: u64) -> Option<Feed> {
        for ids in self.routes.values_mut() {
            ids.retain(|other| *other != id);
        }
        self.routes.retain(|_, ids| !ids.is_empty());
        self.feeds.remove(&id)
    }

    /// A connection again, with all feeds started; none if nobody wants one, or the venue refuses.
    async fn reconnect(&mut self, cause: String) -> Option<Opened> {
        let begin = Instant::now();
        for (_, waiting) in self.waiting.drain() {
            for waiting in waiting {
                if let Waiting::Caller(answer) = waiting {
                    let _ = answer.send(Answered::Lost);
                }
            }
        }
        let mut attempts = 0;
        loop {
            attempts += 1;
            self.attempts += 1;
            let wait = self.link.config.session.backoff.wait(self.attempts);
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
                    Order::Others { items } => self.others.push(Queue::new(items)),
                },
            }
        }
    }

    async fn resume(&mut self, opened: &mut Opened, item: &Reconnected) -> Result<(), End> {
        let ws = &mut opened.ws;
        self.waiting.clear();
        self.tell_all(ws, || Item::Reconnected(item.clone()))
            .await?;
        let gone = self
            .feeds
            .iter()
            .filter(|(_, feed)| feed.queue.items.is_closed());
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
                None => drop(feed.queue.items.send(Item::Ended(why.to_owned())).await),
            }
        }
        for queue in &self.others {
            let _ = queue.items.send(Item::Ended(why.to_owned())).await;
        }
    }
}

pub(super) async fn send(ws: &mut Ws, message: Message) -> Result<(), End> {
    let sent = ws.send(message).await;
    sent.map_err(|error| End::Lost(error.to_string()))
}
