//! From a socket's spec to a connection that is authenticated.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use venue_wire::describe::{Auth, Recipe};

use super::Login;
use super::connect::{Dial, NotOpen, Ws, open};
use super::dialect::Dialect;
use super::session::SocketSpec;
use crate::auth::Signer;
use crate::config::Config;
use crate::error::{NetworkError, NetworkErrorKind};

/// Messages that may come before a login is answered; together no larger than the largest message.
const MOST_EARLY: usize = 256;

/// How to connect.
pub(super) struct Link {
    pub spec: &'static SocketSpec,
    pub dialect: Box<dyn Dialect>,
    pub config: Config,
    pub signer: Option<Signer>,
    pub dial: Arc<dyn Dial>,
    pub url: String,
}

/// A connection that is authenticated.
pub(super) struct Opened {
    pub ws: Ws,
    /// What came before the login was answered, its answer included.
    pub early: VecDeque<Utf8Bytes>,
}

impl Link {
    /// How long the venue shuts out who opens too many connections.
    pub(super) fn penalty(&self) -> Duration {
        let limits = self.spec.socket.limits.iter();
        let of_connections = limits.filter(|limit| limit.what == "connection");
        let longest = of_connections.filter_map(|limit| limit.penalty_s).max();
        Duration::from_secs(longest.unwrap_or(0).into())
    }

    /// Connects and authenticates.
    pub(super) async fn connect(&self) -> Result<Opened, NotOpen> {
        let span = tracing::info_span!("connect", socket = self.spec.id);
        let (clock, config) = (&*self.config.clock, &self.config);
        let suits = |auth: &&&Auth| self.signer.as_ref().is_some_and(|it| it.suits(auth));
        let signer = self.signer.as_ref();
        let by_headers = || {
            let mut ways = self.spec.socket.auth.iter().filter(suits);
            let signed = |auth: &&Auth| signer?.sign(&auth.recipe, clock, "", Vec::new());
            Some(ways.find_map(signed)?.0)
        };
        let by_message = || {
            let recipes = || self.spec.auth.iter().filter(suits).map(|auth| &auth.recipe);
            let signing = recipes().find(|it| matches!(it, Recipe::Hmac { .. }));
            recipes().find_map(|recipe: &Recipe| signer?.login(recipe, signing, clock))
        };
        let (headers, login) = match config.session.login {
            Login::Headers => match by_headers() {
                Some(headers) => (Some(headers), None),
                None => (None, by_message()),
            },
            Login::Message => match by_message() {
                Some(login) => (None, Some(login)),
                None => (by_headers(), None),
            },
        };
        let headers = headers.unwrap_or_default();
        let timeout = config.connect_timeout;
        let largest = config.session.largest_message;
        let ws = open(&*self.dial, &self.url, &headers, largest, timeout).await?;
        let mut opened = Opened {
            ws,
            early: VecDeque::new(),
        };
        if let Some(login) = login {
            let wait = config.session.answer_timeout;
            let answered = tokio::time::timeout(wait, self.log_in(&mut opened, login)).await;
            answered.unwrap_or_else(|_| Err(lost("the login was not answered in time")))?;
        }
        span.in_scope(|| tracing::debug!("open"));
        Ok(opened)
    }

    async fn log_in(&self, opened: &mut Opened, login: String) -> Result<(), NotOpen> {
        let answer = self.dialect.answer_to(&login);
        let sent = opened.ws.send(Message::text(login)).await;
        sent.map_err(|error| lost(error.to_string()))?;
        let Some(name) = answer else {
            return Ok(());
        };
        let mut room = self.config.session.largest_message;
        loop {
            let text = match opened.ws.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Binary(bytes))) => {
                    Utf8Bytes::try_from(bytes).map_err(|_| lost("garbled during the login"))?
                }
                Some(Ok(Message::Close(_))) | None => return Err(lost("closed during the login")),
                Some(Ok(_)) => continue,
                Some(Err(error)) => return Err(lost(error.to_string())),
            };
            let outcome = {
                let peek = self.dialect.peek(&text);
                // Nothing else was asked yet: a refusal is the login's, whatever it names.
                let is_its = |to: &str, is_accepted: bool| to == name.as_str() || !is_accepted;
                let answer = peek.answer;
                let answer = answer.filter(|answer| is_its(&answer.to, answer.is_accepted));
                answer.map(|answer| answer.is_accepted)
            };
            match outcome {
                Some(false) => return Err(NotOpen::Refused(0, text.as_bytes().to_vec())),
                Some(true) => {
                    opened.early.push_back(text);
                    return Ok(());
                }
                None if opened.early.len() >= MOST_EARLY || text.len() > room => {
                    return Err(lost("too much came before the login was answered"));
                }
                None => {
                    room -= text.len();
                    opened.early.push_back(text);
                }
            }
        }
    }
}

fn lost(why: impl Into<String>) -> NotOpen {
    let error = NetworkError::new(NetworkErrorKind::Broken);
    NotOpen::Network(error.caused_by(why.into()))
}
