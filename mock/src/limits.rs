//! Rate limits as the spec states them, counted by what it says they are counted by.

use std::collections::{BTreeMap, VecDeque};

use venue_schema::ir::{Api, LimitId};

const SECOND: i128 = 1_000_000_000;

/// What a request is counted by.
pub(crate) struct Counted<'a> {
    pub(crate) ip: &'a str,
    pub(crate) key: &'a str,
    /// Id of the operation or command.
    pub(crate) route: &'a str,
    pub(crate) connection: u64,
}

impl<'a> Counted<'a> {
    /// A connection, by whose it is.
    pub(crate) fn connection(ip: &'a str, key: &'a str) -> Self {
        Counted {
            ip,
            key,
            route: "",
            connection: 0,
        }
    }
}

/// What has been counted.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    windows: BTreeMap<(LimitId, String), Window>,
}

#[derive(Debug, Default)]
struct Window {
    at: VecDeque<i128>,
    /// How many are open, for limits on that.
    open: u32,
    blocked_until: i128,
}

impl Limits {
    /// Counts a request against limits on requests. If one is reached, the seconds to wait.
    pub(crate) fn request(
        &mut self,
        api: &Api,
        limits: &[LimitId],
        by: &Counted<'_>,
        now: i128,
    ) -> Result<(), u64> {
        let mut wait = None;
        for &id in limits {
            let limit = &api.limits[id];
            let (Some(per_s), true) = (limit.per_s, limit.what == "request") else {
                continue;
            };
            let window = self.window(api, id, by);
            let span = i128::from(per_s) * SECOND;
            while window.at.front().is_some_and(|at| at + span <= now) {
                window.at.pop_front();
            }
            if window.blocked_until <= now && window.at.len() < limit.count as usize {
                window.at.push_back(now);
                continue;
            }
            if window.blocked_until <= now {
                let free = window.at.front().map_or(now, |at| at + span);
                let penalty = limit.penalty_s.map(|s| now + i128::from(s) * SECOND);
                window.blocked_until = penalty.unwrap_or(free);
            }
            let left = (window.blocked_until - now + SECOND - 1) / SECOND;
            let left = u64::try_from(left).unwrap_or(1).max(1);
            wait = wait.max(Some(left));
        }
        wait.map_or(Ok(()), Err)
    }

    /// Counts a connection that opens; false if there are too many.
    pub(crate) fn open(&mut self, api: &Api, limits: &[LimitId], by: &Counted<'_>) -> bool {
        let on_open = |id: &&LimitId| {
            let limit = &api.limits[**id];
            limit.what == "connection" && limit.per_s.is_none()
        };
        let ids: Vec<LimitId> = limits.iter().filter(on_open).copied().collect();
        let full = |this: &mut Self, id| this.window(api, id, by).open >= api.limits[id].count;
        if ids.iter().any(|id| full(self, *id)) {
            return false;
        }
        for id in ids {
            self.window(api, id, by).open += 1;
        }
        true
    }

    /// Counts it as closed.
    pub(crate) fn close(&mut self, api: &Api, limits: &[LimitId], by: &Counted<'_>) {
        for &id in limits {
            let limit = &api.limits[id];
            if limit.what == "connection" && limit.per_s.is_none() {
                let window = self.window(api, id, by);
                window.open = window.open.saturating_sub(1);
            }
        }
    }

    fn window(&mut self, api: &Api, id: LimitId, by: &Counted<'_>) -> &mut Window {
        let scope = match api.limits[id].scope.as_str() {
            "ip" => by.ip.to_owned(),
            "connection" => by.connection.to_string(),
            // Of one account's routes each has its own; the limit is named by one of them.
            "route" => format!("{} {}", by.key, by.route),
            _ => by.key.to_owned(),
        };
        self.windows.entry((id, scope)).or_default()
    }
}
