//! Limits on a client's requests: how many went out in how many seconds.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use venue_schema::ir::{Api, LimitId};

use super::plan::counts_requests;

/// Windows that are kept, over all limits.
const WINDOWS: usize = 4_096;

/// Larger limits are not watched: what they count would have to be kept.
const LARGEST: u32 = 100_000;

/// Requests by limit.
#[derive(Debug, Default)]
pub(super) struct Limits {
    windows: BTreeMap<(usize, LimitId, Box<str>), Window>,
}

#[derive(Debug, Default)]
struct Window {
    /// The latest, in order, one more than are allowed.
    at: VecDeque<Timestamp>,
    /// It was said that there are too many.
    said: bool,
}

impl Limits {
    /// Counts a request, and gives the limits that it is one too many for. Of requests that follow at
    /// once nothing more is said. `route` is what limits by route count by, `connection` likewise.
    pub(super) fn request(
        &mut self,
        (index, api): (usize, &Api),
        limits: &[LimitId],
        route: &str,
        connection: &str,
        at: Timestamp,
    ) -> Vec<LimitId> {
        let mut over = Vec::new();
        for id in limits
            .iter()
            .copied()
            .filter(|id| counts_requests(api, *id))
        {
            let limit = &api.limits[id];
            let (Some(span), 1..=LARGEST) = (limit.per_s, limit.count) else {
                continue;
            };
            let by = match limit.scope.as_str() {
                "route" => route,
                "connection" => connection,
                // One capture, one client.
                _ => "",
            };
            let key = (index, id, Box::from(by));
            if self.windows.len() >= WINDOWS && !self.windows.contains_key(&key) {
                continue;
            }
            let window = self.windows.entry(key).or_default();
            if window.add(at, limit.count as usize, span) {
                over.push(id);
            }
        }
        over
    }
}

impl Window {
    /// Whether this is the first request too many.
    fn add(&mut self, at: Timestamp, count: usize, span_s: u32) -> bool {
        // Records of several connections are not always in the order of their time.
        let place = self.at.partition_point(|known| *known <= at);
        self.at.insert(place, at);
        if self.at.len() <= count {
            return false;
        }
        while self.at.len() > count + 1 {
            self.at.pop_front();
        }
        let (Some(first), Some(last)) = (self.at.front(), self.at.back()) else {
            return false;
        };
        // A capture's moments are not quite the venue's: one part in a hundred is let go.
        let over = last.as_nanosecond() - first.as_nanosecond() < i128::from(span_s) * 990_000_000;
        let first_time = over && !self.said;
        self.said = over;
        first_time
    }
}
