//! The task that runs a session: reads, routes, pings.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message};

use super::connect::Ws;
use super::dialect::Command;
use super::feed::Item;
use super::lane::Sender;
use super::link::{Link, Opened};
use super::queue::Queue;
use super::sequence::{Seen, Sequence};
use super::session::{Answered, Order};
use super::waiting::{Waiter, Waiting};
use crate::limiter::Room;

/// Messages that are taken before anything else is looked at, and consumers have their turn.
const MOST_AT_ONCE: usize = 128;

/// Bytes after which the same is done.
const LARGEST_AT_ONCE: usize = 64 << 10;

/// Messages that belong to no feed and are kept until somebody wants such.
const MOST_UNCLAIMED: usize = 64;

/// The largest of them, in bytes.
const LARGEST_UNCLAIMED: usize = 64 << 10;

/// How long the venue may take to take a message.
const LONGEST_SEND: Duration = Duration::from_secs(10);

/// The task's state.
pub(super) struct Runner {
    pub link: Arc<Link>,
    pub orders: mpsc::Receiver<Order>,
    pub feeds: BTreeMap<u64, Feed>,
    next_feed: u64,
    /// Feeds by the names under which their messages arrive.
    routes: BTreeMap<String, Vec<u64>>,
    pub waiting: Waiting,
    pub others: Vec<Queue>,
    /// Who wants what belongs to no feed, and has had nothing yet.
    pub takers: Vec<Sender>,
    /// What belonged to no feed before anyone wanted it; none once somebody did.
    unclaimed: Option<VecDeque<Box<str>>>,
    /// Queues of feeds that the venue refused, until they have what was left to say.
    leaving: Vec<Queue>,
    /// All queues have room, and are wanted.
    is_settled: bool,
    pub sequence: Sequence,
    silence: Duration,
    tick: Interval,
    /// Ticks since anything came.
    silent_ticks: u32,
    /// Attempts since a connection last lived for a while. A venue that takes connections and drops
    /// them at once is not to be asked faster than one that takes none.
    pub attempts: u32,
    /// The connection's place among those that may be open.
    _room: Room,
}

pub(super) struct Feed {
    pub command: Command,
    pub queue: Queue,
    /// Who waits for the venue's first answer.
    pub answer: Option<oneshot::Sender<Answered>>,
}

/// Why a connection is no longer served.
pub(super) enum End {
    /// Nobody wants it any more.
    Done,
    /// It was lost.
    Lost(String),
}

impl Runner {
    pub(super) fn new(link: Arc<Link>, orders: mpsc::Receiver<Order>, room: Room) -> Self {
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
            routes: BTreeMap::new(),
            waiting: Waiting::default(),
            others: Vec::new(),
            takers: Vec::new(),
            unclaimed: Some(VecDeque::new()),
            leaving: Vec::new(),
            is_settled: true,
            sequence: Sequence::default(),
            silence,
            tick,
            silent_ticks: 0,
            attempts: 0,
            _room: room,
        }
    }

    /// Serves one connection after the other until nobody wants any.
    pub(super) async fn run(mut self, opened: Opened) {
        let mut opened = opened;
        loop {
            let begin = Instant::now();
            let end = self.serve(&mut opened).await;
            self.hand_on();
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
        for items in std::mem::take(&mut self.takers) {
            self.take_others(items);
        }
        for text in std::mem::take(&mut opened.early) {
            self.received(&text);
        }
        loop {
            if let Err(end) = self.settle(&mut opened.ws).await {
                return end;
            }
            let outcome = tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(order) => self.obey(&mut opened.ws, order).await,
                    None => Err(End::Done),
                },
                // Before messages, which may never pause.
                _ = self.tick.tick() => self.ticked(&mut opened.ws).await,
                message = opened.ws.next() => self.heard(&mut opened.ws, message).await,
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    /// Takes a message, and those that are there already: to look at all else that may happen
    /// between any two of them would cost more than the messages.
    async fn heard(
        &mut self,
        ws: &mut Ws,
        message: Option<Result<Message, WsError>>,
    ) -> Result<(), End> {
        self.silent_ticks = 0;
        let (mut next, mut count, mut size) = (Some(message), 0, 0);
        while let Some(message) = next {
            match message {
                Some(Ok(Message::Text(text))) => {
                    size += text.len();
                    self.received(&text);
                }
                Some(Ok(Message::Binary(bytes))) => {
                    size += bytes.len();
                    match std::str::from_utf8(&bytes) {
                        Ok(text) => self.received(text),
                        // Nobody can say whose it was.
                        Err(_) => self.tell_all(&Item::Garbled(bytes)),
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    let why = frame.map(|frame| u16::from(frame.code).to_string());
                    let why = why.unwrap_or_else(|| "no code".to_owned());
                    return Err(End::Lost(format!("the venue closed: {why}")));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(End::Lost(error.to_string())),
                None => return Err(End::Lost("the connection ended".to_owned())),
            }
            count += 1;
            next = match self.is_settled && count < MOST_AT_ONCE && size < LARGEST_AT_ONCE {
                true => ws.next().now_or_never(),
                false => None,
            };
        }
        self.hand_on();
        if count == MOST_AT_ONCE || size >= LARGEST_AT_ONCE {
            // Consumers find what was queued still in the cache.
            tokio::task::yield_now().await;
        }
        Ok(())
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
        self.hand_on();
        let unanswered = self
            .waiting
            .forget(self.link.config.session.answer_timeout * 2);
        // Nobody waits for feeds that were resumed: without an answer they would be silent for ever.
        if unanswered
            .iter()
            .any(|id| self.feeds.get(id).is_some_and(|feed| feed.answer.is_none()))
        {
            return Err(End::Lost("a feed was not resumed in time".to_owned()));
        }
        self.is_settled = false;
        send(ws, Message::Ping(Bytes::new())).await
    }

    async fn obey(&mut self, ws: &mut Ws, order: Order) -> Result<(), End> {
        match order {
            // Its caller has given up: what it would start now, nobody expects any more.
            Order::Subscribe { answer, .. } | Order::Send { answer, .. } if answer.is_closed() => {
                Ok(())
            }
            Order::Subscribe {
                command,
                items,
                answer,
            } => {
                let id = self.add_feed(command, items, answer);
                self.start(ws, &[id]).await
            }
            Order::Send { claim, .. } if !claim.take() => Ok(()),
            Order::Send {
                text, to, answer, ..
            } => {
                let sent = send(ws, Message::text(text)).await;
                match (to, &sent) {
                    (_, Err(_)) => drop(answer.send(Answered::Lost)),
                    (Some(to), Ok(())) => self.waiting.add(to, Waiter::Caller(answer)),
                    (None, Ok(())) => drop(answer.send(Answered::Accepted("".into()))),
                }
                sent
            }
            Order::Others { items } => {
                self.take_others(items);
                Ok(())
            }
        }
    }

    /// Whoever is the first to want what belongs to no feed gets what came before.
    pub(super) fn take_others(&mut self, items: Sender) {
        self.others
            .push(Queue::new(items, self.link.config.session.overflow));
        for text in self.unclaimed.take().unwrap_or_default() {
            self.tell_others(&text);
        }
    }

    pub(super) fn add_feed(
        &mut self,
        command: Command,
        items: Sender,
        answer: oneshot::Sender<Answered>,
    ) -> u64 {
        let id = self.next_feed;
        self.next_feed += 1;
        for route in self.link.dialect.routes(&command) {
            self.routes.entry(route).or_default().push(id);
        }
        let feed = Feed {
            command,
            queue: Queue::new(items, self.link.config.session.overflow),
            answer: Some(answer),
        };
        self.feeds.insert(id, feed);
        id
    }

    /// Tells the venue to start these feeds.
    pub(super) async fn start(&mut self, ws: &mut Ws, ids: &[u64]) -> Result<(), End> {
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
            match self.link.dialect.answer_to(&text) {
                Some(to) => self.waiting.add(to, Waiter::Feeds(ids)),
                None => self.started(&ids, ""),
            }
            send(ws, Message::text(text)).await?;
        }
        Ok(())
    }

    fn started(&mut self, ids: &[u64], answer: &str) {
        for id in ids {
            let feed = self.feeds.get_mut(id);
            if let Some(waits) = feed.and_then(|feed| feed.answer.take()) {
                let _ = waits.send(Answered::Accepted(answer.into()));
            }
        }
    }

    /// Looks at a message, and puts it where it belongs.
    fn received(&mut self, text: &str) {
        let peek = self.link.dialect.peek(text);
        let seen = peek
            .sequence
            .map(|number| (number, self.sequence.see(number)));
        if let Some((found, Seen::Gap { expected })) = seen {
            tracing::info!(socket = self.link.spec.id, expected, found, "gap");
            self.tell_all(&Item::Gap { expected, found });
        }
        let is_answer = peek.answer.is_some();
        if let Some(answer) = peek.answer {
            self.answered(&answer.to, answer.is_accepted, answer.code, text);
        }
        let route = peek.feed.and_then(|feed| self.routes.get(&*feed));
        let Some(ids) = route else {
            match peek.is_readable {
                // Nobody can say whose it was.
                false => self.tell_all(&Item::Message(text)),
                true if is_answer && self.others.is_empty() => {}
                true => self.tell_others(text),
            }
            return;
        };
        let item = match seen {
            Some((number, Seen::Duplicate)) => Item::Duplicate(number, text),
            Some((number, Seen::Late)) => Item::Late(number, text),
            _ => Item::Message(text),
        };
        for (id, item) in ids.iter().zip(std::iter::repeat_n(item, ids.len())) {
            if let Some(feed) = self.feeds.get_mut(id) {
                self.is_settled &= feed.queue.push(item);
            }
        }
    }

    fn answered(&mut self, to: &str, is_accepted: bool, code: Option<i64>, text: &str) {
        let outcome = || match is_accepted {
            true => Answered::Accepted(text.into()),
            false => Answered::Refused(text.into(), code),
        };
        match self.waiting.take(to) {
            Some(Waiter::Caller(answer)) => drop(answer.send(outcome())),
            Some(Waiter::Feeds(ids)) if is_accepted => self.started(&ids, text),
            Some(Waiter::Feeds(ids)) => {
                for id in ids {
                    let Some(mut feed) = self.remove(id) else {
                        continue;
                    };
                    match feed.answer.take() {
                        Some(waits) => drop(waits.send(outcome())),
                        None => {
                            feed.queue.push(Item::Refused(text));
                            self.leaving.push(feed.queue);
                            self.is_settled = false;
                        }
                    }
                }
            }
            None => {}
        }
    }

    pub(super) fn tell_all(&mut self, item: &Item<&str>) {
        let feeds = self.feeds.values_mut().map(|feed| &mut feed.queue);
        for queue in feeds.chain(&mut self.others) {
            self.is_settled &= queue.push(item.clone());
        }
    }

    fn tell_others(&mut self, text: &str) {
        for queue in &mut self.others {
            self.is_settled &= queue.push(Item::Message(text));
        }
        if let Some(unclaimed) = &mut self.unclaimed {
            // The oldest say how the connection began; more than a few are a stream of their own.
            if unclaimed.len() < MOST_UNCLAIMED && text.len() <= LARGEST_UNCLAIMED {
                unclaimed.push_back(text.into());
            }
        }
    }

    /// Lets consumers have what came for them. To be done before the session waits for anything.
    fn hand_on(&mut self) {
        let feeds = self.feeds.values_mut().map(|feed| &mut feed.queue);
        for queue in feeds.chain(&mut self.others).chain(&mut self.leaving) {
            self.is_settled &= queue.hand_on();
        }
    }

    /// Does what messages have left to do: stops feeds that nobody takes, and waits for room where
    /// nothing may be lost. Meanwhile pings go out, so that the venue does not think us gone.
    pub(super) async fn settle(&mut self, ws: &mut Ws) -> Result<(), End> {
        self.hand_on();
        if std::mem::replace(&mut self.is_settled, true) {
            return Ok(());
        }
        self.drop_unwanted(ws).await?;
        self.others.retain(|queue| !queue.is_closed());
        let feeds = self.feeds.values_mut().map(|feed| &mut feed.queue);
        for queue in feeds.chain(&mut self.others).chain(&mut self.leaving) {
            let mut room = std::pin::pin!(queue.hand_over());
            loop {
                tokio::select! {
                    () = &mut room => break,
                    _ = self.tick.tick() => send(ws, Message::Ping(Bytes::new())).await?,
                }
            }
        }
        self.leaving.retain_mut(|queue| !queue.flush());
        Ok(())
    }

    /// Stops the feeds whose consumers are gone.
    async fn drop_unwanted(&mut self, ws: &mut Ws) -> Result<(), End> {
        let waits = |feed: &Feed| {
            feed.answer
                .as_ref()
                .is_some_and(|answer| !answer.is_closed())
        };
        let gone = |feed: &Feed| !waits(feed) && feed.queue.is_closed();
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

    pub(super) fn remove(&mut self, id: u64) -> Option<Feed> {
        self.routes.retain(|_, ids| {
            ids.retain(|other| *other != id);
            !ids.is_empty()
        });
        self.feeds.remove(&id)
    }
}

/// Sends a message. A venue that takes none for so long is gone, whatever the connection says.
pub(super) async fn send(ws: &mut Ws, message: Message) -> Result<(), End> {
    match tokio::time::timeout(LONGEST_SEND, ws.send(message)).await {
        Ok(sent) => sent.map_err(|error| End::Lost(error.to_string())),
        Err(_) => Err(End::Lost("the venue reads nothing any more".to_owned())),
    }
}
