//! Limits of the spec, kept before the venue has to: a call waits for its turn.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use venue_wire::describe::Limit;

/// Counts requests against the limits of the spec.
///
/// A limit of `n` in `t` seconds lets no more than `n` start in any stretch of `t` seconds. Calls
/// take their turn in the order in which they ask. What is counted by route is counted for each
/// operation alone; everything else is counted for all that share the limiter. Of connections no
/// more are open than the spec allows: a session that is one too many waits until another ends.
#[derive(Clone, Default)]
pub struct Limiter(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    /// By limit, and route where it is counted by route.
    windows: BTreeMap<String, Window>,
    /// By limit: room for connections.
    rooms: BTreeMap<&'static str, Arc<Semaphore>>,
}

/// The place of one connection, until it is dropped.
#[derive(Default)]
pub(crate) struct Room {
    _places: Vec<OwnedSemaphorePermit>,
}

#[derive(Default)]
struct Window {
    /// When those of the last stretch start, ascending; some are still to come.
    starts: VecDeque<Instant>,
    /// Nothing starts before.
    closed_until: Option<Instant>,
}

impl Limiter {
    /// A limiter that has counted nothing yet.
    pub fn new() -> Self {
        Limiter::default()
    }

    /// Waits for the turn of one request to `route`.
    pub(crate) async fn turn(&self, route: &str, limits: &[&Limit]) {
        let at = self.reserve(route, limits, Instant::now());
        if let Some(at) = at {
            tracing::debug!(route, "waiting for a limit");
            tokio::time::sleep_until(at).await;
        }
    }

    /// Waits for room for one connection.
    pub(crate) async fn room(&self, limits: &[&Limit]) -> Room {
        let mut room = Room::default();
        let open = limits
            .iter()
            .filter(|limit| limit.what == "connection" && limit.per_s.is_none());
        for limit in open {
            let count = usize::try_from(limit.count.max(1)).unwrap_or(usize::MAX);
            let count = count.min(Semaphore::MAX_PERMITS);
            let new = || Arc::new(Semaphore::new(count));
            let places = Arc::clone(self.counts().rooms.entry(limit.name).or_insert_with(new));
            if places.available_permits() == 0 {
                tracing::debug!(limit = limit.name, "waiting for room for a connection");
            }
            // It is never closed: the error cannot happen.
            room._places.extend(places.acquire_owned().await.ok());
        }
        room
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The start of one request; none if it is now.
    fn reserve(&self, route: &str, limits: &[&Limit], now: Instant) -> Option<Instant> {
        let timed = || {
            limits.iter().filter_map(|limit| {
                let per = Duration::from_secs(limit.per_s?.into());
                (limit.what == "request").then_some((name(limit, route), limit.count, per))
            })
        };
        let windows = &mut self.counts().windows;
        let mut at = now;
        for (name, count, per) in timed() {
            let window = windows.entry(name).or_default();
            while window
                .starts
                .front()
                .is_some_and(|start| *start + per <= now)
            {
                window.starts.pop_front();
            }
            // The one that has to be a whole stretch ago.
            let count = usize::try_from(count.max(1)).unwrap_or(usize::MAX);
            let before = window.starts.len().checked_sub(count);
            let free = before.and_then(|index| window.starts.get(index));
            let last = window.starts.back().copied();
            let bounds = [free.map(|start| *start + per), last, window.closed_until];
            at = bounds.into_iter().flatten().fold(at, Instant::max);
        }
        for (name, ..) in timed() {
            windows.entry(name).or_default().starts.push_back(at);
        }
        (at > now).then_some(at)
    }

    /// The venue says that a limit is reached: nothing under the route's own limits starts before
    /// `wait` is over; under all of its limits, if it has none of its own.
    pub(crate) fn close(&self, route: &str, limits: &[&Limit], wait: Duration) {
        let until = Instant::now() + wait;
        let counted = || limits.iter().filter(|limit| limit.what == "request");
        let has_own = counted().any(|limit| limit.scope == "route");
        let windows = &mut self.counts().windows;
        for limit in counted().filter(|limit| !has_own || limit.scope == "route") {
            let window = windows.entry(name(limit, route)).or_default();
            let later = window.closed_until.map_or(until, |other| other.max(until));
            window.closed_until = Some(later);
        }
    }
}

fn name(limit: &Limit, route: &str) -> String {
    match limit.scope {
        "route" => format!("{} {route}", limit.name),
        _ => limit.name.to_owned(),
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limiter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn limit(name: &'static str, count: u32, scope: &'static str) -> Limit {
        Limit {
            name,
            count,
            per_s: Some(10),
            what: "request",
            scope,
            penalty_s: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_stretch_holds_more_than_the_limit() {
        let (all, one) = (limit("all", 5, "ip"), limit("one", 2, "route"));
        let limiter = Limiter::new();
        let begin = Instant::now();
        let mut starts = Vec::new();
        for call in 0..12 {
            match call % 3 {
                0 => limiter.turn("a", &[&all, &one]).await,
                1 => limiter.turn("b", &[&all, &one]).await,
                _ => limiter.turn("c", &[&all]).await,
            }
            starts.push(begin.elapsed().as_secs());
        }
        assert_eq!(starts, [0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 20, 20]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_too_many_waits_for_another_to_end() {
        let open = Limit {
            what: "connection",
            per_s: None,
            ..limit("open", 2, "ip")
        };
        let limiter = Limiter::new();
        let (first, _second) = (limiter.room(&[&open]).await, limiter.room(&[&open]).await);
        let wait = Duration::from_secs(5);
        assert!(
            tokio::time::timeout(wait, limiter.room(&[&open]))
                .await
                .is_err()
        );
        drop(first);
        assert!(
            tokio::time::timeout(wait, limiter.room(&[&open]))
                .await
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_penalty_closes_the_route_and_spares_the_others() {
        let (all, one) = (limit("all", 5, "ip"), limit("one", 2, "route"));
        let limiter = Limiter::new();
        let begin = Instant::now();
        limiter.close("a", &[&all, &one], Duration::from_secs(60));
        limiter.turn("b", &[&all, &one]).await;
        assert_eq!(begin.elapsed().as_secs(), 0);
        limiter.turn("a", &[&all, &one]).await;
        assert!(begin.elapsed().as_secs() >= 60);
    }
}
