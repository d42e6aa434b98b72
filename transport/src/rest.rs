//! A call, from the typed request to the typed reply: checked, signed, sent in its turn, tried
//! again if that is safe.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::Instant;
use tracing::Instrument;
use venue_wire::describe::{Api, Catalogue, ErrorClass, Operation, Recipe, Server};
use venue_wire::operation::{Body, Reply, Request, Response};
use venue_wire::{Validate, Verdict};

use crate::auth::Signer;
use crate::body;
use crate::config::Config;
use crate::error::{
    Ambiguous, CallerError, Error, NetworkError, NetworkErrorKind, Refusal, Sent, Unreadable, Why,
    unquoted,
};
use crate::http::{Header, Http, HttpReply, HttpRequest};
use crate::reqwest_http::Reqwest;
use crate::secret::Key;

/// Makes the calls of one API, with one key. Clones share its connections, limits and nonces.
#[derive(Clone)]
pub struct Rest(Arc<Inner>);

struct Inner {
    api: &'static Api,
    config: Config,
    http: Arc<dyn Http>,
    signer: Option<Signer>,
    /// Addresses by the names of servers, once they were found to be safe.
    bases: Mutex<BTreeMap<&'static str, Arc<str>>>,
}

/// A request apart from what is made anew for each attempt.
struct Prepared {
    operation: &'static Operation,
    base: Arc<str>,
    path: String,
    query: String,
    headers: Vec<Header>,
    accept: &'static str,
    body: Vec<u8>,
    recipe: Option<&'static Recipe>,
    is_empty: bool,
}

impl Rest {
    /// A client of the API with that key.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up: a certificate given as trusted cannot be read.
    pub fn new<K: Key>(api: &'static Api, key: &K, config: Config) -> Result<Self, CallerError> {
        let http = match &config.http {
            Some(http) => Arc::clone(http),
            None => Arc::new(Reqwest::new(config.connect_timeout, &config.trusted)?),
        };
        let signer = key.credential().map(|it| Signer::new(K::KIND, it));
        Ok(Rest(Arc::new(Inner {
            api,
            config,
            http,
            signer,
            bases: Mutex::default(),
        })))
    }

    /// The API.
    pub fn api(&self) -> &'static Api {
        self.0.api
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn signer(&self) -> Option<&Signer> {
        self.0.signer.as_ref()
    }

    /// Makes a call. The answer is one of the documented successes.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn call<R, C>(&self, request: &R) -> Result<R::Response, Error<C>>
    where
        R: Request + Validate,
        C: Catalogue,
    {
        self.call_for(request, Some).await
    }

    /// Makes a call, and takes out of the answer what `pick` wants; an answer without it is
    /// unreadable.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    #[doc(hidden)]
    pub async fn call_for<R, T, C>(
        &self,
        request: &R,
        pick: fn(R::Response) -> Option<T>,
    ) -> Result<T, Error<C>>
    where
        R: Request + Validate,
        C: Catalogue,
    {
        let answered = self.answered(request).await?;
        answered.read::<R, T, C>(pick)
    }

    pub(crate) async fn answered<R, C>(&self, request: &R) -> Result<Answered, Error<C>>
    where
        R: Request + Validate,
        C: Catalogue,
    {
        let operation = R::OPERATION;
        let span = tracing::info_span!("call", operation = operation.id);
        let prepared = self.prepare(request)?;
        self.run(prepared).instrument(span).await
    }

    fn prepare<R: Request + Validate>(&self, request: &R) -> Result<Prepared, CallerError> {
        check(request)?;
        let body = request.body().map_err(CallerError::Body)?;
        self.assemble(
            R::OPERATION,
            request.path(),
            request.query(),
            request.headers(),
            <R::Response as Response>::ACCEPT,
            body,
        )
    }

    fn assemble(
        &self,
        operation: &'static Operation,
        path: String,
        query: String,
        parameters: Vec<(&'static str, String)>,
        accept: &'static str,
        body: Body,
    ) -> Result<Prepared, CallerError> {
        check_path(self.0.api.operations, operation, &path)?;
        let base = self.base(operation.server)?;
        let parameters = parameters.into_iter();
        let mut headers: Vec<Header> = parameters
            .map(|(name, value)| Header::sensitive(name, value))
            .collect();
        let is_empty = matches!(body, Body::Empty);
        let (content_type, body) = body::encode(body);
        headers.extend(content_type.map(|value| Header::plain("Content-Type", value)));
        Ok(Prepared {
            operation,
            base,
            path,
            query,
            headers,
            accept,
            body,
            recipe: self.recipe(operation)?,
            is_empty,
        })
    }

    /// The address of a server.
    fn base(&self, server: &'static Server) -> Result<Arc<str>, CallerError> {
        let Inner { config, bases, .. } = &*self.0;
        let mut bases = bases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(base) = bases.get(server.name) {
            return Ok(Arc::clone(base));
        }
        let base = config.base(server.urls)?.into();
        bases.insert(server.name, Arc::clone(&base));
        Ok(base)
    }

    /// How to authenticate: the first way that the key suits; none where none is needed.
    fn recipe(
        &self,
        operation: &'static Operation,
    ) -> Result<Option<&'static Recipe>, CallerError> {
        let ways = operation.auth;
        let is_usable = |recipe: &Recipe| !matches!(recipe, Recipe::None | Recipe::Login { .. });
        if let Some(signer) = &self.0.signer {
            let suits = |auth: &&&venue_wire::describe::Auth| signer.suits(auth);
            let mut ways = ways.iter().filter(suits).map(|auth| &auth.recipe);
            if let Some(recipe) = ways.find(|recipe| is_usable(recipe)) {
                return Ok(Some(recipe));
            }
        }
        let needs_none = ways.iter().any(|auth| matches!(auth.recipe, Recipe::None));
        match ways.is_empty() || needs_none {
            true => Ok(None),
            false => Err(CallerError::NoKey),
        }
    }

    /// Sends until there is an answer, or a failure after which it must not be sent again.
    async fn run<C: Catalogue>(&self, prepared: Prepared) -> Result<Answered, Error<C>> {
        let Inner { config, http, .. } = &*self.0;
        let operation = prepared.operation;
        let is_safe = operation.is_idempotent && !operation.is_ambiguous;
        let mut attempt = 1;
        loop {
            if let Some(limiter) = &config.limiter {
                limiter.turn(operation.id, operation.limits).await;
            }
            let (request, sent) = self.sign(&prepared)?;
            let sent_at = config.clock.now();
            // Clocks are read for those who look.
            let begin = tracing::enabled!(tracing::Level::DEBUG).then(Instant::now);
            let outcome = http.send(request).await;
            let elapsed_ms = begin.map(|begin| begin.elapsed().as_millis() as u64);
            let may_repeat = is_safe && attempt < config.retry.attempts;
            let backoff = || config.retry.backoff.wait(attempt);
            let wait = match outcome {
                Ok(reply) => {
                    tracing::debug!(status = reply.status, elapsed_ms, attempt, "reply");
                    let refusal = match self.judge(operation, reply) {
                        Ok(reply) => {
                            return Ok(Answered {
                                reply,
                                operation,
                                sent,
                                sent_at,
                            });
                        }
                        Err(refusal) => refusal,
                    };
                    let wait = refusal.wait.unwrap_or_else(backoff);
                    let is_short = wait <= config.retry.longest_wait;
                    if !(may_repeat && is_short && is_retryable(refusal.code)) {
                        return Err(fate(operation, refusal, sent, sent_at));
                    }
                    wait
                }
                Err(error) => {
                    tracing::debug!(%error, elapsed_ms, attempt, "no reply");
                    if !(may_repeat && error.kind() != NetworkErrorKind::TooLarge) {
                        return Err(lost(operation, error, sent, sent_at));
                    }
                    backoff()
                }
            };
            tracing::info!(wait_ms = wait.as_millis() as u64, attempt, "trying again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// What goes out: fields that the recipe puts into the body, the signature over those bytes.
    fn sign(&self, prepared: &Prepared) -> Result<(HttpRequest, Sent), CallerError> {
        let Inner { config, signer, .. } = &*self.0;
        let mut headers = prepared.headers.clone();
        let mut body = prepared.body.clone();
        if let (Some(recipe), Some(signer)) = (prepared.recipe, signer) {
            let clock = &*config.clock;
            let method = prepared.path.trim_start_matches('/');
            let signed = signer.sign(recipe, clock, method, body);
            let (signed_headers, signed_body) = signed.ok_or(CallerError::NoKey)?;
            body = signed_body;
            headers.extend(signed_headers);
            if prepared.is_empty && !body.is_empty() {
                headers.push(Header::plain("Content-Type", "application/json".to_owned()));
            }
        }
        headers.push(Header::plain("Accept", prepared.accept.to_owned()));
        let question = if prepared.query.is_empty() { "" } else { "?" };
        let Prepared { path, query, .. } = prepared;
        let sent = Sent {
            path: path.clone(),
            body: body.clone(),
        };
        let request = HttpRequest {
            method: prepared.operation.method,
            url: [&*prepared.base, path, question, query].concat(),
            headers,
            body,
            timeout: config.timeout,
        };
        Ok((request, sent))
    }

    /// The reply, or the venue's no.
    fn judge<C: Catalogue>(
        &self,
        operation: &'static Operation,
        reply: HttpReply,
    ) -> Result<Reply, Refusal<C>> {
        let is_success = (200..300).contains(&reply.status);
        let asked = match is_success {
            true => None,
            false => reply.retry_after(self.0.config.clock.now()),
        };
        let reply = Reply {
            status: reply.status,
            body: reply.body,
        };
        if is_success {
            return Ok(reply);
        }
        let code: C = told_by(Some(reply.status), &reply.body);
        let entry = code.entry();
        let wait_s = entry.and_then(|entry| entry.wait_s);
        let wait = asked.or(wait_s.map(|seconds| Duration::from_secs(seconds.into())));
        if let (ErrorClass::RateLimit, Some(limiter)) = (code.class(), &self.0.config.limiter) {
            // Nobody wants to hang for as long as some proxy says: the next call asks again.
            let documented = Duration::from_secs(wait_s.unwrap_or(0).into());
            let longest = self.0.config.retry.longest_wait.max(documented);
            let wait = wait.unwrap_or_default().min(longest);
            limiter.close(operation.id, operation.limits, wait);
        }
        Err(Refusal {
            operation: operation.id,
            code,
            wait,
            reply,
        })
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest")
            .field("api", &self.0.api.id)
            .finish_non_exhaustive()
    }
}

/// Whether the same call can work later: as the catalogue has it; where it does not list the
/// error, if the venue failed or was asked too often.
fn is_retryable<C: Catalogue>(code: C) -> bool {
    match code.entry() {
        Some(entry) => entry.is_retryable,
        None => matches!(code.class(), ErrorClass::RateLimit | ErrorClass::Venue),
    }
}

/// A success, with what it is the answer to.
pub(crate) struct Answered {
    pub reply: Reply,
    pub operation: &'static Operation,
    pub sent: Sent,
    pub sent_at: Duration,
}

impl Answered {
    /// What is wanted of the typed reply. One without it is unreadable; what an unreadable answer to
    /// an order means, nobody knows.
    pub(crate) fn read<R: Request, T, C: Catalogue>(
        self,
        pick: fn(R::Response) -> Option<T>,
    ) -> Result<T, Error<C>> {
        let Answered {
            reply,
            operation,
            sent,
            sent_at,
        } = self;
        match read_for::<R, T, C>(reply, pick) {
            Err(Error::Unreadable(unreadable)) if operation.is_ambiguous => {
                Err(Error::Ambiguous(Box::new(Ambiguous {
                    operation: operation.id,
                    find_out: operation.find_out,
                    sent_at,
                    sent,
                    why: Why::Unreadable(*unreadable),
                })))
            }
            outcome => outcome,
        }
    }
}

/// What is wanted of the typed reply; one without it is unreadable.
pub(crate) fn read_for<R: Request, T, C>(
    reply: Reply,
    pick: fn(R::Response) -> Option<T>,
) -> Result<T, Error<C>> {
    match R::Response::from_parts(reply.status, &reply.body) {
        Ok(response) => pick(response).ok_or_else(|| unreadable::<R, C>(reply, None)),
        Err(error) => Err(unreadable::<R, C>(error.reply, Some(error.error))),
    }
}

fn unreadable<R: Request, C>(reply: Reply, error: Option<serde_json::Error>) -> Error<C> {
    Error::Unreadable(Box::new(Unreadable {
        operation: R::OPERATION.id,
        reply,
        error: error.map(unquoted),
    }))
}

/// Refuses what breaks a bound or a rule of the spec; what merely drifts may go out.
pub(crate) fn check(request: &impl Validate) -> Result<(), CallerError> {
    let mut broken = request.validate();
    broken.retain(|violation| violation.verdict == Verdict::Invalid);
    match broken.is_empty() {
        true => Ok(()),
        false => Err(CallerError::Broken(broken)),
    }
}

/// Refuses values in a path that make it another one: to cancel the order `""` or `open` might cancel
/// all of them.
pub(crate) fn check_path(
    others: &[Operation],
    operation: &Operation,
    path: &str,
) -> Result<(), CallerError> {
    if !operation.path.contains('{') {
        return Ok(());
    }
    let mut parts = path.trim_start_matches('/').split('/');
    let leads_away = parts.any(|part| matches!(part, "" | "." | ".."));
    let is_another = |it: &Operation| {
        (it.path, it.method, it.server.name) == (path, operation.method, operation.server.name)
    };
    match leads_away || others.iter().any(is_another) {
        true => Err(CallerError::BadPath),
        false => Ok(()),
    }
}

/// What a refusal means for a request that was sent.
pub(crate) fn fate<C: Catalogue>(
    operation: &'static Operation,
    refusal: Refusal<C>,
    sent: Sent,
    sent_at: Duration,
) -> Error<C> {
    let is_open = match refusal.code.class() {
        ErrorClass::Caller | ErrorClass::Auth => false,
        // Some venues shed load after they have taken a request.
        ErrorClass::RateLimit | ErrorClass::Venue | ErrorClass::Ambiguous => true,
        ErrorClass::Success => true,
    };
    if !(is_open && operation.is_ambiguous) {
        return Error::Refused(Box::new(refusal));
    }
    Error::Ambiguous(Box::new(Ambiguous {
        operation: operation.id,
        find_out: operation.find_out,
        sent_at,
        sent,
        why: Why::Refused(refusal),
    }))
}

/// What a failure of the network means.
pub(crate) fn lost<C: Catalogue>(
    operation: &'static Operation,
    error: NetworkError,
    sent: Sent,
    sent_at: Duration,
) -> Error<C> {
    if error.kind() == NetworkErrorKind::Connect || !operation.is_ambiguous {
        return Error::Network(error);
    }
    Error::Ambiguous(Box::new(Ambiguous {
        operation: operation.id,
        find_out: operation.find_out,
        sent_at,
        sent,
        why: Why::NoReply(error),
    }))
}

/// The entry of the catalogue that a refusal tells: by its status, and by an integer or a text in
/// the body's member `error`, `code` or `message`, wherever one stands.
pub(crate) fn told_by<C: Catalogue>(status: Option<u16>, body: &[u8]) -> C {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(body).unwrap_or_default();
    let told = || {
        ["error", "code", "message"]
            .iter()
            .filter_map(|name| members.get(*name))
    };
    let code = told().find_map(|value| value.get().parse().ok());
    let text = told().find_map(|value| serde_json::from_str::<String>(value.get()).ok());
    C::find(status, code, text.as_deref())
}
