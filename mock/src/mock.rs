//! A mock venue: answers requests, and keeps what they leave behind.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use venue_capture::Address;
use venue_capture::request::Request;
use venue_schema::ir::{Api, ErrorClass};

use crate::auth::Caller;
use crate::clock::Clock;
use crate::fault::{Faults, Kind};
use crate::limits::Limits;
use crate::locate::Located;
use crate::options::{Log, Options};
use crate::prefer::Prefer;
use crate::record::Secrets;
use crate::refusal::Refusal;
use crate::venue::Venue;
use crate::{auth::Key, page, play};

/// What a connection speaks: by this a page or document says how to reach the mock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheme {
    /// `http` and `ws`.
    #[default]
    Plain,
    /// `https` and `wss`.
    Tls,
}

impl Scheme {
    /// `http` or `https`.
    pub fn http(self) -> &'static str {
        match self {
            Scheme::Plain => "http",
            Scheme::Tls => "https",
        }
    }

    /// `ws` or `wss`.
    pub fn websocket(self) -> &'static str {
        match self {
            Scheme::Plain => "ws",
            Scheme::Tls => "wss",
        }
    }
}

/// A request as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// Upper case.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// In the order sent, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
    /// Address of the caller, without its port.
    pub peer: String,
    /// What it came over.
    pub scheme: Scheme,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.target.split('?').next().unwrap_or_default();
        write!(f, "{} {path}", self.method)
    }
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case; those of the transport are not among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What goes wrong on the way: latency, cut, garble, half-open.
    pub faults: Vec<Kind>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: String, by: &str) -> Self {
        let mut headers = vec![("venue-mock".to_owned(), by.to_owned())];
        if !body.is_empty() {
            headers.push(("content-type".into(), "application/json".into()));
        }
        Answer {
            status,
            headers,
            body: body.into_bytes(),
            faults: Vec::new(),
        }
    }
}

/// A mock of one API. Cheap to clone: all clones are the same venue.
#[derive(Clone)]
pub struct Mock {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Mock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mock({})", self.inner.venue.api().id)
    }
}

/// What all connections share.
pub(crate) struct Inner {
    pub(crate) venue: Venue,
    pub(crate) faults: Faults,
    pub(crate) seed: u64,
    pub(crate) keys: Vec<Key>,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) times: Box<dyn Clock>,
    pub(crate) pace: std::time::Duration,
    pub(crate) idle_timeout: Option<std::time::Duration>,
    pub(crate) roles: Option<crate::roles::Roles>,
    pub(crate) stateful: bool,
    pub(crate) limited: bool,
    secrets: Secrets,
    log: Option<Log>,
    record: Mutex<Option<Box<dyn Write + Send>>>,
    state: Mutex<State>,
    connections: AtomicU64,
}

/// What requests leave behind.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) limits: Limits,
    /// By target: values made so far.
    counts: std::collections::BTreeMap<String, u64>,
    /// By key.
    pub(crate) accounts: std::collections::BTreeMap<String, play::Account>,
    pub(crate) ids: play::Ids,
    /// Nonces seen, by key.
    pub(crate) nonces: std::collections::BTreeMap<String, std::collections::BTreeSet<u64>>,
}

/// A request that was let in, and whom it is from.
pub(crate) struct Admitted<'a> {
    pub(crate) operation: usize,
    pub(crate) request: Request,
    pub(crate) caller: Caller,
    pub(crate) prefer: &'a Prefer,
}

impl Mock {
    /// A mock of an API.
    pub fn new(api: Api, options: Options) -> Self {
        let venue = Venue::new(api);
        let inner = Inner {
            secrets: Secrets::new(venue.api(), &venue.secrets),
            faults: Faults::new(options.faults, options.seed),
            seed: options.seed,
            keys: options.keys,
            clock: options.clock,
            times: options.times,
            pace: options.pace,
            idle_timeout: options.idle_timeout,
            roles: options.roles,
            stateful: options.stateful,
            limited: options.limits,
            log: options.log,
            record: Mutex::new(options.record),
            state: Mutex::new(State::default()),
            connections: AtomicU64::new(1),
            venue,
        };
        Mock {
            inner: Arc::new(inner),
        }
    }

    /// The API.
    pub fn api(&self) -> &Api {
        self.inner.venue.api()
    }

    /// Paths of its sockets, as they are served: the default one first, none twice.
    pub fn socket_paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for socket in &self.api().sockets {
            for (_, url) in &socket.urls {
                let path = Address::parse(url).path;
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        paths
    }

    /// Answers a request, and keeps a record of it.
    pub fn answer(&self, asked: &Asked) -> Answer {
        self.inner.answer(asked)
    }
}

impl Inner {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Whatever a panic left is still whole: each step under the lock is one insertion.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self, line: &str) {
        if let Some(log) = &self.log {
            log(line);
        }
    }

    /// Time in payloads, with the clock's fault.
    pub(crate) fn stamp(&self) -> i128 {
        self.times.now() + self.faults.skew()
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// How many values of that name were made before.
    pub(crate) fn count(&self, name: String) -> u64 {
        let mut state = self.state();
        let count = state.counts.entry(name).or_default();
        *count += 1;
        *count - 1
    }

    pub(crate) fn write_record(&self, line: impl FnOnce(&Secrets) -> String) {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = record.as_mut() else { return };
        let mut line = line(&self.secrets);
        line.push('\n');
        if let Err(error) = file.write_all(line.as_bytes()).and_then(|()| file.flush()) {
            *record = None;
            drop(record);
            self.log(&format!("recording ends: {error}"));
        }
    }

    /// Ids by which faults and logs know an operation.
    pub(crate) fn operation_id(&self, operation: usize) -> &str {
        let id = &self.venue.api().operations[operation].meta.id;
        id.split_once('.').map_or(id.as_str(), |(_, id)| id)
    }

    /// Ids by which faults know a socket whose handshake carries a key.
    pub(crate) fn socket_id(&self, socket: usize) -> &str {
        let id = &self.venue.api().sockets[socket].meta.id;
        id.split_once('.').map_or(id.as_str(), |(_, id)| id)
    }

    fn answer(&self, asked: &Asked) -> Answer {
        let path = asked.target.split('?').next().unwrap_or_default();
        let located = self.locate(&asked.method, asked.header("host"), &asked.target);
        let Located::Operation {
            operation,
            holes,
            address,
            url,
        } = located
        else {
            let answer =
                page::answer(self, asked, path).unwrap_or_else(|| self.nowhere(asked, &located));
            if !answer.headers.iter().any(|(name, _)| name == page::OWN) {
                self.log(&format!(
                    "{} {} (no such operation)",
                    asked.method, answer.status
                ));
            }
            return answer;
        };
        let prefer = Prefer::read(
            asked
                .headers
                .iter()
                .filter(|(name, _)| name == "prefer")
                .map(|(_, value)| value.as_str()),
        );
        let served = self
            .admit(operation, &holes, address, asked, &prefer)
            .and_then(|admitted| self.serve(&admitted));
        let mut answer = match served {
            Ok(answer) => answer,
            Err(refusal) => self.refused(Some(operation), &refusal),
        };
        let id = self.operation_id(operation);
        answer.faults = self.faults.now(&[id], |kind| {
            use Kind::{Cut, Garble, HalfOpen, LateStatus, Latency};
            matches!(kind, Latency(..) | Cut | Garble | HalfOpen | LateStatus(_))
        });
        for kind in answer.faults.clone() {
            if let Kind::LateStatus(status) = kind {
                let faults = std::mem::take(&mut answer.faults);
                answer = self.failed(operation, status);
                answer.faults = faults;
            }
        }
        if answer.status >= 400 {
            let waits = |kind| matches!(kind, Kind::RetryAfter(_) | Kind::RetryDate(_));
            for kind in self.faults.now(&[id], waits) {
                self.ask_to_wait(&mut answer, kind);
            }
        }
        self.write_record(|secrets| secrets.exchange(&url, asked, &answer, self.clock.now()));
        self.log(&format!(
            "{} {} {}: {}",
            asked.method,
            self.venue.api().operations[operation].path,
            answer.status,
            answer
                .headers
                .iter()
                .find(|(name, _)| name == "venue-mock")
                .map_or("", |(_, by)| by)
        ));
        answer
    }

    pub(crate) fn refused(&self, operation: Option<usize>, refusal: &Refusal) -> Answer {
        let (status, body) = self.venue.refuse(operation, refusal, self.stamp());
        let words = visible(&refusal.words);
        let mut answer = Answer::json(status, body, &format!("refused; {words}"));
        if let Some(wait) = refusal.wait_s {
            answer
                .headers
                .push(("retry-after".into(), wait.to_string()));
        }
        answer
    }

    /// Puts a wait into a refusal's headers. Dates are the mock's own, as is the moment that they
    /// count from, whatever the system's clock says.
    fn ask_to_wait(&self, answer: &mut Answer, kind: Kind) {
        let now = u64::try_from(self.clock.now() / 1_000_000_000).unwrap_or_default();
        let date = |seconds: u64| {
            // What four digits have room for.
            let since = Duration::from_secs(seconds.min(253_402_300_799));
            httpdate::fmt_http_date(UNIX_EPOCH + since)
        };
        let headers = &mut answer.headers;
        headers.retain(|(name, _)| name != "retry-after");
        match kind {
            Kind::RetryAfter(wait) => {
                headers.push(("retry-after".into(), wait.as_secs().to_string()));
            }
            Kind::RetryDate(wait) => {
                let until = date(now.saturating_add(wait.as_secs()));
                headers.push(("date".into(), date(now)));
                headers.push(("retry-after".into(), until));
            }
            _ => {}
        }
    }

    fn failed(&self, operation: usize, status: u16) -> Answer {
        let refusal = Refusal::new(class_of(status), "a fault was asked for").status(status);
        self.refused(Some(operation), &refusal)
    }
}

/// Who must act on a status.
pub(crate) fn class_of(status: u16) -> ErrorClass {
    match status {
        401 | 403 => ErrorClass::Auth,
        429 => ErrorClass::RateLimit,
        400..=499 => ErrorClass::Caller,
        _ => ErrorClass::Venue,
    }
}

/// Text that a header can hold.
pub(crate) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if (' '..='~').contains(&c) { c } else { '?' })
        .collect()
}
