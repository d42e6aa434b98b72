//! Whom and what the mock lets in: keys and signatures, limits, parameters and bodies.

use std::sync::Arc;

use venue_capture::{Address, Holes};
use venue_schema::ir::{Api, ErrorClass, LimitId, Recipe, SocketId};

use crate::auth::{self, Caller, Denied, Shown};
use crate::fault::Kind;
use crate::limits::Counted;
use crate::mock::{Admitted, Asked, Inner, class_of};
use crate::prefer::Prefer;
use crate::refusal::Refusal;

/// A place among the connections of a socket; it is free again when this is dropped.
pub(crate) struct Seat {
    inner: Arc<Inner>,
    socket: SocketId,
    peer: String,
    key: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let api = self.inner.venue.api();
        let limits = &api.sockets[self.socket].limits;
        if self.inner.limited {
            let by = Counted::connection(&self.peer, &self.key);
            self.inner.state().limits.close(api, limits, &by);
        }
    }
}

impl Inner {
    /// Lets a request in, or says why not: key, limits, parameters and body, in this order.
    pub(crate) fn admit<'a>(
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

    /// A place among the connections of a socket, if the spec's limits leave one.
    pub(crate) fn seat(
        self: &Arc<Self>,
        socket: SocketId,
        peer: &str,
        key: &str,
    ) -> Result<Seat, Refusal> {
        let api = self.venue.api();
        let limits = &api.sockets[socket].limits;
        let by = Counted::connection(peer, key);
        let opened = match self.limited {
            true => {
                let now = self.clock.now();
                self.state().limits.open(api, limits, &by, now)
            }
            false => Ok(()),
        };
        opened.map_err(|wait| {
            let words = "too many connections are open";
            let mut refusal = Refusal::new(ErrorClass::RateLimit, words);
            refusal.wait_s = wait;
            refusal
        })?;
        Ok(Seat {
            inner: self.clone(),
            socket,
            peer: peer.to_owned(),
            key: key.to_owned(),
        })
    }

    pub(crate) fn authenticate(&self, operation: usize, asked: &Asked) -> Result<Caller, Refusal> {
        let api = self.venue.api();
        let op = &api.operations[operation];
        let body = String::from_utf8_lossy(&asked.body);
        let path = below_server(api, op.server, &asked.target);
        let shown = Shown {
            headers: &asked.headers,
            method: path,
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
                let stale = |kind| kind == Kind::StaleAuth;
                if !caller.key.is_empty()
                    && !self.faults.now(&[self.socket_id(socket)], stale).is_empty()
                {
                    return Err(Denied::Unknown);
                }
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
        /// Nonces remembered of a key.
        const NONCES: usize = 100_000;
        let Some((nonce, at_ms)) = caller.signed else {
            return Ok(());
        };
        let now_ms = (self.clock.now() + self.faults.skew()).div_euclid(1_000_000);
        if at_ms.is_some_and(|at| (at - now_ms).abs() > TOLERANCE_MS) {
            return Err(Denied::Timestamp);
        }
        if let Some(nonce) = nonce {
            let mut state = self.state();
            let seen = state.nonces.entry(caller.key.clone()).or_default();
            // They mostly rise, so the smallest is the oldest: far past the time that it is good for.
            if seen.len() >= NONCES {
                seen.pop_first();
            }
            if !seen.insert(nonce) {
                return Err(Denied::Nonce);
            }
        }
        Ok(())
    }

    pub(crate) fn denied(&self, denied: Denied) -> Refusal {
        let code = self.roles.as_ref().and_then(|roles| roles.code(denied));
        Refusal::new(ErrorClass::Auth, denied.words()).code(code)
    }
}

/// What a recipe calls the method: the path below the server's address, as it was sent.
pub(crate) fn below_server<'t>(api: &Api, server: usize, target: &'t str) -> &'t str {
    let path = target.split('?').next().unwrap_or_default();
    let urls = api
        .servers
        .get(server)
        .map_or(&[][..], |server| &server.urls);
    let bases = urls.iter().map(|(_, url)| Address::parse(url).path);
    let below = bases.filter_map(|base| path.strip_prefix(&*base));
    below
        .min_by_key(|below| below.len())
        .unwrap_or(path)
        .trim_start_matches('/')
}
