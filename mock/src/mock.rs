//! A mock venue: answers requests, and keeps what they leave behind.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use venue_capture::request::Request;
use venue_capture::{Address, Holes, Route};
use venue_schema::ir::{Api, ErrorClass, LimitId, Recipe, SocketId};

use crate::auth::{self, Caller, Denied, Shown};
use crate::clock::Clock;
use crate::fault::{Faults, Kind};
use crate::limits::{Counted, Limits};
use crate::options::{Log, Options};
use crate::prefer::Prefer;
use crate::record::Secrets;
use crate::refusal::Refusal;
use crate::venue::{Venue, template_text};
use crate::{auth::Key, page, play};

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
    limited: bool,
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
    nonces: std::collections::BTreeMap<String, std::collections::BTreeSet<u64>>,
}

/// Where a request went.
pub(crate) enum Located {
    Operation {
        operation: usize,
        holes: Holes,
        /// The venue's own address of it.
        address: Address,
        url: String,
    },
    OtherMethod(Vec<String>),
    Nothing,
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

    /// The operation that a request is, by its path and, where several servers have that, its
    /// host.
    pub(crate) fn locate(&self, method: &str, host: Option<&str>, target: &str) -> Located {
        let mut others: Vec<String> = Vec::new();
        for (scheme, authority) in self.authorities(host) {
            let url = format!("{scheme}://{authority}{target}");
            let address = Address::parse(&url);
            match self.venue.candidate.route(method, &address) {
                Route::Operation(operation, holes) => {
                    return Located::Operation {
                        operation,
                        holes,
                        address,
                        url,
                    };
                }
                Route::OtherMethod(methods) => {
                    for method in methods {
                        if !others.contains(&method) {
                            others.push(method);
                        }
                    }
                }
                Route::OtherPath | Route::OtherHost => {}
            }
        }
        if others.is_empty() {
            Located::Nothing
        } else {
            Located::OtherMethod(others)
        }
    }

    /// Scheme and host of the API's servers, the one that was asked for first.
    fn authorities(&self, host: Option<&str>) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = Vec::new();
        for (_, url) in self.venue.api().servers.iter().flat_map(|s| &s.urls) {
            let address = Address::parse(url);
            let pair = (address.scheme, address.host);
            if !out.contains(&pair) {
                out.push(pair);
            }
        }
        // Stable: the rest keep the order of the spec.
        out.sort_by_key(|(_, authority)| Some(authority.as_str()) != host);
        out
    }

    /// The socket at a path, with its own address.
    pub(crate) fn socket_at(&self, host: Option<&str>, path: &str) -> Option<(SocketId, String)> {
        let path = path.trim_end_matches('/');
        let sockets = self.venue.api().sockets.iter().enumerate();
        let mut found: Vec<(SocketId, Address, &String)> = sockets
            .flat_map(|(id, socket)| {
                let urls = socket.urls.iter();
                urls.map(move |(_, url)| (id, Address::parse(url), url))
            })
            .filter(|(_, address, _)| address.path == path)
            .collect();
        found.sort_by_key(|(_, address, _)| Some(address.host.as_str()) != host);
        let (id, _, url) = found.into_iter().next()?;
        Some((id, url.clone()))
    }

    /// Ids by which faults and logs know an operation.
    pub(crate) fn operation_id(&self, operation: usize) -> &str {
        let id = &self.venue.api().operations[operation].meta.id;
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
        self.write_record(|secrets| secrets.exchange(&url, asked, &answer, self.clock.now()));
        self.log(&format!(
            "{} {} {}: {}",
            asked.method,
            template_text(&self.venue.api().operations[operation].path),
            answer.status,
            answer
                .headers
                .iter()
                .find(|(name, _)| name == "venue-mock")
                .map_or("", |(_, by)| by)
        ));
        answer
    }

    /// Lets a request in, or says why not: key, limits, parameters and body, in this order.
    fn admit<'a>(
        &self,
        operation: usize,
        holes: &Holes,
        address: Address,
        asked: &Asked,
        prefer: &'a Prefer,
    ) -> Result<Admitted<'a>, Refusal> {
        let api = self.venue.api();
        let op = &api.operations[operation];
        let id = self.operation_id(operation);
        let caller = self.authenticate(operation, asked)?;
        let by = Counted {
            ip: &asked.peer,
            key: &caller.key,
            route: id,
            connection: 0,
        };
        self.within_limits(&op.limits, &by)?;
        let request = self.read(operation, holes, address, asked)?;
        let failing = self
            .faults
            .now(&[id], |kind| matches!(kind, Kind::Status(_)));
        if let Some(Kind::Status(status)) = failing.first() {
            let class = class_of(*status);
            let mut refusal = Refusal::new(class, "a fault was asked for").status(*status);
            refusal.wait_s = (*status == 429).then_some(1);
            return Err(refusal);
        }
        Ok(Admitted {
            operation,
            request,
            caller,
            prefer,
        })
    }

    /// Counts a request or message; a refusal once there are too many.
    pub(crate) fn within_limits(
        &self,
        limits: &[LimitId],
        by: &Counted<'_>,
    ) -> Result<(), Refusal> {
        if !self.limited {
            return Ok(());
        }
        let now = self.clock.now();
        let counted = self
            .state()
            .limits
            .request(self.venue.api(), limits, by, now);
        counted.map_err(|wait| {
            let mut refusal = Refusal::new(ErrorClass::RateLimit, "too many requests");
            refusal.wait_s = Some(wait);
            refusal
        })
    }

    /// Counts a connection that opens, or closes.
    pub(crate) fn count_connection(&self, socket: SocketId, peer: &str, opens: bool) -> bool {
        let api = self.venue.api();
        let limits = &api.sockets[socket].limits;
        let by = Counted {
            ip: peer,
            key: "",
            route: "",
            connection: 0,
        };
        let mut state = self.state();
        if !opens {
            state.limits.close(api, limits, &by);
            return true;
        }
        state.limits.open(api, limits, &by) || !self.limited
    }

    fn authenticate(&self, operation: usize, asked: &Asked) -> Result<Caller, Refusal> {
        let api = self.venue.api();
        let op = &api.operations[operation];
        let body = String::from_utf8_lossy(&asked.body);
        let path = template_text(&op.path);
        let shown = Shown {
            headers: &asked.headers,
            method: path.trim_start_matches('/'),
            body: &body,
        };
        let stale = |kind| kind == Kind::StaleAuth;
        let needed = !op.auth.is_empty();
        if needed
            && !self
                .faults
                .now(&[self.operation_id(operation)], stale)
                .is_empty()
        {
            return Err(self.denied(Denied::Unknown));
        }
        let caller = auth::check(api, &op.auth, &self.keys, &shown).map_err(|d| self.denied(d))?;
        self.fresh(&caller).map_err(|d| self.denied(d))?;
        Ok(caller)
    }

    /// Who opens a socket: none yet, if it is to say so by message.
    pub(crate) fn handshake(
        &self,
        socket: SocketId,
        asked: &Asked,
    ) -> Result<Option<Caller>, Denied> {
        let api = self.venue.api();
        let recipes = &api.sockets[socket].auth;
        if recipes.is_empty() {
            return Ok(None);
        }
        // A browser cannot set headers of a handshake: it may put them into the query.
        let mut headers = asked.headers.clone();
        if let Some((_, query)) = asked.target.split_once('?') {
            headers.extend(venue_capture::query(query));
        }
        let shown = Shown {
            headers: &headers,
            method: "",
            body: "",
        };
        let by_message = |id: &usize| matches!(api.auth[*id].recipe, Recipe::Login { .. });
        match auth::check(api, recipes, &self.keys, &shown) {
            Ok(caller) => {
                self.fresh(&caller)?;
                // Without a key it is nobody's connection, though it may be open to all.
                Ok(Some(caller).filter(|caller| !caller.key.is_empty()))
            }
            Err(Denied::Missing) if recipes.iter().any(by_message) => Ok(None),
            Err(denied) => Err(denied),
        }
    }

    /// Whether what was signed is new: its nonce not used before, its moment near the mock's.
    pub(crate) fn fresh(&self, caller: &Caller) -> Result<(), Denied> {
        /// How far a signed moment may be off, in milliseconds. No venue states it.
        const TOLERANCE_MS: i128 = 60_000;
        let Some((nonce, at_ms)) = caller.signed else {
            return Ok(());
        };
        let now_ms = (self.clock.now() + self.faults.skew()).div_euclid(1_000_000);
        if at_ms.is_some_and(|at| (at - now_ms).abs() > TOLERANCE_MS) {
            return Err(Denied::Timestamp);
        }
        if let Some(nonce) = nonce {
            let mut state = self.state();
            if !state
                .nonces
                .entry(caller.key.clone())
                .or_default()
                .insert(nonce)
            {
                return Err(Denied::Nonce);
            }
        }
        Ok(())
    }

    pub(crate) fn denied(&self, denied: Denied) -> Refusal {
        let code = self.roles.as_ref().and_then(|roles| roles.code(denied));
        Refusal::new(ErrorClass::Auth, denied.words()).code(code)
    }

    fn nowhere(&self, asked: &Asked, located: &Located) -> Answer {
        let (status, words, allow) = match located {
            Located::OtherMethod(methods) => {
                let words = format!(
                    "there is no such operation; the path takes {}",
                    methods.join(", ")
                );
                (405, words, Some(methods.join(", ")))
            }
            _ => (404, "the spec describes no such path".to_owned(), None),
        };
        let refusal = Refusal::new(ErrorClass::Caller, words).status(status);
        let mut answer = self.refused(None, &refusal);
        if let Some(allow) = allow {
            answer.headers.push(("allow".into(), allow));
        }
        if asked.method == "HEAD" {
            answer.body.clear();
        }
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
