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
        self.in_time("request", api, limits, by, now)
    }

    fn in_time(
        &mut self,
        what: &str,
        api: &Api,
        limits: &[LimitId],
        by: &Counted<'_>,
        now: i128,
    ) -> Result<(), u64> {
        let mut wait = None;
        for &id in limits {
            let limit = &api.limits[id];
            let (Some(per_s), true) = (limit.per_s, limit.what == what) else {
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
            wait = wait.max(Some(seconds(window.blocked_until - now)));
        }
        wait.map_or(Ok(()), Err)
    }

    /// Counts a connection that opens. If there are too many, the seconds to wait, where the spec
    /// states them: until then none is let in, though others close.
    pub(crate) fn open(
        &mut self,
        api: &Api,
        limits: &[LimitId],
        by: &Counted<'_>,
        now: i128,
    ) -> Result<(), Option<u64>> {
        self.in_time("connection", api, limits, by, now)
            .map_err(Some)?;
        let on_open = |id: &&LimitId| {
            let limit = &api.limits[**id];
            limit.what == "connection" && limit.per_s.is_none()
        };
        let ids: Vec<LimitId> = limits.iter().filter(on_open).copied().collect();
        for &id in &ids {
            let limit = &api.limits[id];
            let window = self.window(api, id, by);
            if window.blocked_until > now {
                return Err(Some(seconds(window.blocked_until - now)));
            }
            if window.open >= limit.count {
                let penalty = limit.penalty_s.map(i128::from);
                window.blocked_until = now + penalty.unwrap_or(0) * SECOND;
                return Err(penalty.map(|_| seconds(window.blocked_until - now)));
            }
        }
        for id in ids {
            self.window(api, id, by).open += 1;
        }
        Ok(())
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

/// A span as whole seconds, rounded up, at least one.
fn seconds(span: i128) -> u64 {
    let whole = (span + SECOND - 1) / SECOND;
    u64::try_from(whole).unwrap_or(1).max(1)
}
