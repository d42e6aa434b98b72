//! The caller's end of a session.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};
use venue_wire::Validate;
use venue_wire::describe::{Auth, Catalogue, Recipe, Socket};
use venue_wire::operation::{Reply, Request};

use super::connect::{Network, NotOpen};
use super::dialect::{Command, Dialect, Form};
use super::feed::Subscription;
use super::lane::{Sender, lane};
use super::link::Link;
use super::run::Runner;
use crate::clock::Clock;
use crate::error::{
    CallerError, Error, NetworkError, NetworkErrorKind, Refusal, Sent, Unreadable, unquoted,
};
use crate::limiter::Room;
use crate::rest::{self, Rest, check, check_path, fate, lost, told_by};

/// What the spec says of a socket: generated for each.
#[derive(Debug)]
pub struct SocketSpec {
    /// The socket.
    pub socket: &'static Socket,
    /// Its id.
    pub id: &'static str,
    /// Ways to authenticate: the socket's, then those of its feeds.
    pub auth: &'static [&'static Auth],
    /// The command that starts feeds.
    pub subscribe: Option<Form>,
    /// The command that stops them.
    pub unsubscribe: Option<Form>,
}

/// One WebSocket connection, kept up until all clones and all [`Subscription`]s are gone.
#[derive(Clone)]
pub struct Session {
    handle: Handle,
    link: Arc<Link>,
}

/// The way to the task that runs the session.
#[derive(Clone)]
pub(super) struct Handle(mpsc::Sender<Order>);

/// What the task is asked.
pub(super) enum Order {
    /// Start a feed.
    Subscribe {
        command: Command,
        items: Sender,
        answer: oneshot::Sender<Answered>,
    },
    /// Send a message; `to` is the name of its answer, if one comes.
    Send {
        text: String,
        to: Option<String>,
        answer: oneshot::Sender<Answered>,
        claim: Claim,
    },
    /// Give a copy of what belongs to no feed.
    Others { items: Sender },
}

/// Decides between the task, which is about to send, and a caller, who gives up waiting: so that what
/// was given up is never sent, and what was sent is never said not to be.
#[derive(Clone, Default)]
pub(super) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether this is the first to ask.
    pub(super) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// What became of an order.
#[derive(Debug)]
pub(super) enum Answered {
    /// It was done; the answer, if one comes.
    Accepted(Arc<str>),
    /// The venue refused; its answer and code.
    Refused(Arc<str>, Option<i64>),
    /// It was not sent.
    NotSent,
    /// It was sent, and the connection was lost before it was answered.
    Lost,
}

impl Session {
    /// Opens a session: connects, authenticates. Waits while as many connections are open as the
    /// spec allows, of clients that share the limiter.
    ///
    /// # Errors
    ///
    /// If there is no connection, or the venue refuses it. Only a session that was open once is
    /// reconnected.
    pub async fn open<C: Catalogue>(
        rest: &Rest,
        spec: &'static SocketSpec,
        dialect: impl Dialect,
    ) -> Result<Self, Error<C>> {
        let config = rest.config().clone();
        let url = config.address(config.socket_url.as_deref(), spec.socket.urls)?;
        let needs_key = {
            let ways = spec.socket.auth;
            let is_open = |auth: &&Auth| matches!(auth.recipe, Recipe::None);
            !ways.is_empty() && !ways.iter().any(is_open)
        };
        let signer = rest.signer().cloned();
        if needs_key && signer.is_none() {
            return Err(CallerError::NoKey.into());
        }
        let dial = match &config.dial {
            Some(dial) => Arc::clone(dial),
            None => Arc::new(Network::new(config.connect_timeout, &config.trusted)?),
        };
        let room = match &config.limiter {
            Some(limiter) => limiter.room(spec.socket.limits).await,
            None => Room::default(),
        };
        let link = Arc::new(Link {
            spec,
            dialect: Box::new(dialect),
            config,
            signer,
            dial,
            url,
        });
        let opened = link.connect().await.map_err(|error| match error {
            NotOpen::Network(error) => Error::Network(error),
            NotOpen::Refused(status, body) => {
                let status = (status != 0).then_some(status);
                refused(spec.id, status, body, None)
            }
        })?;
        let (orders, inbox) = mpsc::channel(64);
        tokio::spawn(Runner::new(Arc::clone(&link), inbox, room).run(opened));
        Ok(Session {
            handle: Handle(orders),
            link,
        })
    }

    /// Starts a feed, and waits until the venue says that it did.
    ///
    /// # Errors
    ///
    /// If the venue refuses, or does not answer in time.
    pub async fn subscribe<T: DeserializeOwned, C: Catalogue>(
        &self,
        command: Command,
    ) -> Result<Subscription<T>, Error<C>> {
        let Some(form) = &self.link.spec.subscribe else {
            return Err(CallerError::Closed.into());
        };
        self.turn(form.id).await;
        let (items, receiver) = lane(self.link.config.session.queue);
        let (answer, answered) = oneshot::channel();
        let order = Order::Subscribe {
            command,
            items,
            answer,
        };
        match self.ordered(order, answered).await? {
            Answered::Accepted(_) => Ok(Subscription::new(receiver, self.handle.clone())),
            Answered::Refused(body, code) => {
                Err(refused(form.id, None, body.as_bytes().to_vec(), code))
            }
            Answered::NotSent => Err(Error::Network(NetworkError::new(NetworkErrorKind::Connect))),
            Answered::Lost => Err(Error::Network(NetworkError::new(NetworkErrorKind::Broken))),
        }
    }

    /// What belongs to no feed: status messages, answers to nobody, what nothing describes. The
    /// first who asks gets what came before as well, up to 64 messages.
    ///
    /// # Errors
    ///
    /// If the session has ended.
    pub async fn others<T: DeserializeOwned>(&self) -> Result<Subscription<T>, CallerError> {
        let (items, receiver) = lane(self.link.config.session.queue);
        let sent = self.handle.0.send(Order::Others { items }).await;
        sent.map_err(|_| CallerError::Closed)?;
        Ok(Subscription::new(receiver, self.handle.clone()))
    }

    /// Sends a command, and waits for its answer; for the moment that it is sent, if none comes.
    /// `id` is the command's.
    ///
    /// # Errors
    ///
    /// If the command breaks the spec, the venue refuses it, or no answer comes.
    pub async fn command<M, T, C>(&self, id: &'static str, command: &M) -> Result<T, Error<C>>
    where
        M: serde::Serialize + Validate,
        T: DeserializeOwned,
        C: Catalogue,
    {
        check(command)?;
        let text = serde_json::to_string(command).map_err(CallerError::Body)?;
        let to = self.link.dialect.answer_to(&text);
        match self.exchange(id, text, to).await? {
            Answered::Accepted(answer) => {
                let answer = if answer.is_empty() { "null" } else { &answer };
                venue_wire::from_str(answer).map_err(|error| unreadable(id, answer, error))
            }
            Answered::Refused(body, code) => Err(refused(id, None, body.as_bytes().to_vec(), code)),
            Answered::NotSent => Err(Error::Network(NetworkError::new(NetworkErrorKind::Connect))),
            Answered::Lost => Err(Error::Network(NetworkError::new(NetworkErrorKind::Broken))),
        }
    }

    /// Makes the call of an HTTP operation over the socket, for venues that take them there: `wrap`
    /// makes the message of the operation's name and its body, `unwrap` gives status and body of the
    /// answer as HTTP would have them, `pick` takes out of the typed answer what is wanted.
    ///
    /// # Errors
    ///
    /// See [`Error`]. A call that was sent and not answered is ambiguous where the spec says so; it
    /// is never sent again.
    pub async fn call<R, T, C>(
        &self,
        request: &R,
        wrap: impl FnOnce(&str, Vec<u8>) -> Vec<u8>,
        unwrap: impl FnOnce(&[u8]) -> Option<Reply>,
        pick: fn(R::Response) -> Option<T>,
    ) -> Result<T, Error<C>>
    where
        R: Request + Validate,
        C: Catalogue,
    {
        check(request)?;
        let operation = R::OPERATION;
        let body = request.body().map_err(CallerError::Body)?;
        let (_, body) = crate::body::encode(body);
        let path = request.path();
        check_path(&[], operation, &path)?;
        let text = wrap(path.trim_start_matches('/'), body.clone());
        let text = String::from_utf8(text).map_err(|_| CallerError::BadAddress)?;
        let sent_at = self.link.config.clock.now();
        let sent = Sent { path, body };
        let to = self.link.dialect.answer_to(&text);
        let no_reply = |kind| lost(operation, NetworkError::new(kind), sent.clone(), sent_at);
        let answer = match self.exchange(operation.id, text, to).await {
            Ok(Answered::Accepted(answer) | Answered::Refused(answer, _)) => answer,
            Ok(Answered::NotSent) => return Err(no_reply(NetworkErrorKind::Connect)),
            Ok(Answered::Lost) => return Err(no_reply(NetworkErrorKind::Broken)),
            Err(Error::Network(error)) => return Err(no_reply(error.kind())),
            Err(other) => return Err(other),
        };
        // An answer without the parts of a reply has no status, and is read as such.
        let reply = unwrap(answer.as_bytes()).unwrap_or_else(|| Reply::new(0, answer.as_bytes()));
        if !matches!(reply.status, 0 | 200..=299) {
            let refusal = Refusal {
                operation: operation.id,
                code: told_by(Some(reply.status), &reply.body),
                wait: None,
                reply,
            };
            return Err(fate(operation, refusal, sent, sent_at));
        }
        let answered = rest::Answered {
            reply,
            operation,
            sent,
            sent_at,
        };
        answered.read::<R, T, C>(pick)
    }

    async fn exchange<C: Catalogue>(
        &self,
        id: &'static str,
        text: String,
        to: Option<String>,
    ) -> Result<Answered, Error<C>> {
        self.turn(id).await;
        let (answer, answered) = oneshot::channel();
        let claim = Claim::default();
        let order = Order::Send {
            text,
            to,
            answer,
            claim: claim.clone(),
        };
        match self.ordered(order, answered).await {
            Err(Error::Network(error)) if error.kind() == NetworkErrorKind::Timeout => {
                match claim.take() {
                    true => Ok(Answered::NotSent),
                    false => Err(Error::Network(error)),
                }
            }
            outcome => outcome,
        }
    }

    /// Waits for the turn of one message under the socket's limits.
    async fn turn(&self, id: &'static str) {
        if let Some(limiter) = &self.link.config.limiter {
            limiter.turn(id, self.link.spec.socket.limits).await;
        }
    }

    async fn ordered<C: Catalogue>(
        &self,
        order: Order,
        answered: oneshot::Receiver<Answered>,
    ) -> Result<Answered, Error<C>> {
        let sent = self.handle.0.send(order).await;
        sent.map_err(|_| CallerError::Closed)?;
        let wait: Duration = self.link.config.session.answer_timeout;
        match tokio::time::timeout(wait, answered).await {
            Ok(Ok(answered)) => Ok(answered),
            Ok(Err(_)) => Err(Error::Network(NetworkError::new(NetworkErrorKind::Broken))),
            Err(_) => Err(Error::Network(NetworkError::new(NetworkErrorKind::Timeout))),
        }
    }

    /// The clock that was given to the client.
    pub fn clock(&self) -> &dyn Clock {
        &*self.link.config.clock
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("socket", &self.link.spec.id)
            .finish_non_exhaustive()
    }
}

fn refused<C: Catalogue>(
    operation: &'static str,
    status: Option<u16>,
    body: Vec<u8>,
    code: Option<i64>,
) -> Error<C> {
    let told = match code {
        Some(code) => C::find(None, Some(code), None),
        None => told_by(status, &body),
    };
    Error::Refused(Box::new(Refusal {
        operation,
        code: told,
        wait: None,
        reply: Reply {
            status: status.unwrap_or(0),
            body,
        },
    }))
}

fn unreadable<C>(operation: &'static str, answer: &str, error: serde_json::Error) -> Error<C> {
    Error::Unreadable(Box::new(Unreadable {
        operation,
        reply: Reply::new(0, answer.as_bytes()),
        error: Some(unquoted(error)),
    }))
}

/// A member of a command: its name, and the value as JSON.
///
/// # Errors
///
/// If the value has no form on the wire.
#[doc(hidden)]
pub fn parameter(
    name: &'static str,
    value: &impl serde::Serialize,
) -> Result<(&'static str, String), CallerError> {
    let json = serde_json::to_string(value).map_err(CallerError::Body)?;
    Ok((name, json))
}
