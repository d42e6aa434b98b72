//! Checks over a connection as a whole: what no single message tells.
//!
//! [`Checker::check`] looks at one record, and says in [`Outcome::observation`] what there is to know of
//! it here. [`Session`] takes these in the order of the records. It says something only where the
//! capture shows enough to know:
//!
//! | rule | what it needs |
//! |---|---|
//! | `sequence-gap`, `repeated-sequence`, `out-of-order` | a feed's `sequence` in the spec, and numbers that count up elsewhere on the connection |
//! | `venue-time-backwards` | a feed's `sent-at` in the spec |
//! | `capture-time-backwards` | times of the capture |
//! | `missing-login`, `update-before-snapshot`, `unexplained-message`, `still-sending` | the connection from its start, with what was sent |
//! | `unanswered-command` | what was sent, an answer to another command, and traffic after the command |
//! | `rate-limit-exceeded` | times of the capture |
//!
//! All but the last need to know which connection a message belongs to. A capture of raw messages does
//! not say; neither does a dump that may be a selection. At most [`CONNECTIONS`] are followed at a
//! time in one file: those that were silent longest are forgotten, and whatever begins in such a file
//! after that counts as begun midway.
//!
//! [`Outcome::observation`]: crate::Outcome::observation

mod connection;
mod counter;
mod limits;
mod observation;
mod peek;
mod plan;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use venue_schema::ir::Target;

use crate::candidate::Candidate;
use crate::check::{Checker, Findings};
use crate::finding::{Drawable, Finding, Severity, SpecPlace, Verdict, fingerprint};
use crate::rules;
use connection::{Command, Connection, Found, Message};
use limits::Limits;
use observation::Seen;
use words::{By, Said};

pub use observation::Observation;
pub(crate) use plan::Plan;

/// Connections of one file that are followed at a time.
pub const CONNECTIONS: usize = 1_024;

/// Follows the connections of a file, and then those of the next.
#[derive(Debug, Default)]
pub struct Session {
    connections: BTreeMap<Box<str>, Connection>,
    limits: Limits,
    /// Records seen of this file.
    records: u64,
    /// Of these, those that could not be read.
    unreadable: u64,
    /// Connections were forgotten.
    crowded: bool,
}

/// The record that something was found at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spot {
    record: u64,
    line: u64,
    at: Option<Timestamp>,
    /// The API and what it takes the record for.
    target: Option<(usize, Target)>,
}

impl Session {
    /// Takes what was seen of the next record of a file. Findings are about this record or about
    /// earlier ones: that something is missing is certain only later.
    pub fn observe(
        &mut self,
        checker: &Checker,
        file: &Arc<str>,
        seen: &Observation,
        findings: &mut Findings<'_>,
    ) {
        let mut out = Vec::new();
        self.records += 1;
        if seen.seen == Seen::Unreadable {
            self.unreadable += 1;
            return;
        }
        let spot = seen.spot();
        self.count(checker, seen, &spot, &mut out);
        if let Some(name) = &seen.connection {
            self.make_room(checker, name, &mut out);
            let is_known = self.connections.contains_key(name);
            let connection = self.connections.entry(name.clone()).or_default();
            let missed = match is_known {
                true => connection.unreadable != self.unreadable,
                false => self.crowded,
            };
            if missed {
                connection.lose_sight();
            }
            (connection.touched, connection.unreadable) = (self.records, self.unreadable);
            connection.take(checker, seen, &spot, &mut out);
        }
        report(checker, file, out, findings);
    }

    /// The file has ended.
    pub fn end(&mut self, checker: &Checker, file: &Arc<str>, findings: &mut Findings<'_>) {
        let mut out = Vec::new();
        for connection in std::mem::take(self).connections.values_mut() {
            connection.end(checker, &mut out);
        }
        // The same order whatever the connections are called.
        out.sort_by_key(|found| found.spot.record);
        report(checker, file, out, findings);
    }

    /// Counts what a limit counts.
    fn count(&mut self, checker: &Checker, seen: &Observation, spot: &Spot, out: &mut Vec<Found>) {
        let Some(at) = seen.at else { return };
        let (index, limits, route) = match &seen.seen {
            Seen::Called { api, operation } => {
                let op = &checker.candidates()[*api].api.operations[*operation];
                (*api, &op.limits, &op.meta.id)
            }
            Seen::Said { api, command, .. } => {
                let candidate = &checker.candidates()[*api];
                if !candidate.session.said[*command].limited {
                    return;
                }
                let command = &candidate.api.commands[*command];
                let socket = &candidate.api.sockets[command.socket];
                (*api, &socket.limits, &command.meta.id)
            }
            _ => return,
        };
        let api = &checker.candidates()[index].api;
        let connection = seen.connection.as_deref().unwrap_or_default();
        let over = self
            .limits
            .request((index, api), limits, route, connection, at);
        out.extend(over.into_iter().map(|limit| Found {
            rule: "rate-limit-exceeded",
            spot: spot.clone(),
            said: words::over(api, limit),
        }));
    }

    /// Forgets connections that were silent longest, if there is no room for another: some at once,
    /// so that a file of nothing but new connections costs no more than one of old ones.
    fn make_room(&mut self, checker: &Checker, name: &str, out: &mut Vec<Found>) {
        if self.connections.len() < CONNECTIONS || self.connections.contains_key(name) {
            return;
        }
        let mut touched: Vec<u64> = self.connections.values().map(|c| c.touched).collect();
        touched.sort_unstable();
        let last = touched[touched.len() / 4];
        self.crowded = true;
        self.connections.retain(|_, connection| {
            let stays = connection.touched > last;
            if !stays {
                connection.end(checker, out);
            }
            stays
        });
    }
}

impl Observation {
    fn spot(&self) -> Spot {
        let target = match &self.seen {
            Seen::Heard { api, message, .. } => Some((*api, Target::Message(*message))),
            Seen::Said { api, command, .. } => Some((*api, Target::Command(*command))),
            Seen::Called { api, operation } => Some((*api, Target::Request(*operation))),
            Seen::Unclear(_) | Seen::Unreadable => None,
        };
        Spot {
            record: self.record,
            line: self.line,
            at: self.at,
            target,
        }
    }
}

impl Connection {
    fn take(&mut self, checker: &Checker, seen: &Observation, spot: &Spot, out: &mut Vec<Found>) {
        let plan = |api: usize| &checker.candidates()[api].session;
        match &seen.seen {
            Seen::Heard {
                api,
                message,
                number,
                sent_at,
                channel,
                keys,
            } => {
                let message = Message {
                    api: *api,
                    id: *message,
                    plan: &plan(*api).heard[*message],
                    number: *number,
                    sent_at: *sent_at,
                    channel: channel.as_deref(),
                    keys,
                };
                self.heard(checker, spot, &message, out);
            }
            Seen::Said {
                api,
                command,
                channels,
                keys,
            } => {
                let command = Command {
                    api: *api,
                    id: *command,
                    plan: &plan(*api).said[*command],
                    channels,
                    keys,
                };
                self.time(spot, out);
                self.said(checker, spot, &command);
            }
            Seen::Unclear(direction) => {
                self.time(spot, out);
                self.unclear(*direction);
            }
            Seen::Called { .. } | Seen::Unreadable => {}
        }
    }
}

fn report(checker: &Checker, file: &Arc<str>, out: Vec<Found>, findings: &mut Findings<'_>) {
    for found in out {
        let finding = finding(checker, file, found);
        findings(&Drawable {
            finding,
            excerpt: &|| None,
        });
    }
}

fn finding(checker: &Checker, file: &Arc<str>, found: Found) -> Finding {
    let Found { rule, spot, said } = found;
    let claim = spot
        .target
        .map(|(api, target)| (&checker.candidates()[api], target));
    let id = claim.map(|(candidate, _)| candidate.id.clone());
    let target = claim.map(|(candidate, target)| crate::judge::id(candidate, target).clone());
    let of = if said.of.is_empty() {
        target.as_deref().unwrap_or_default()
    } else {
        &said.of
    };
    Finding {
        file: file.clone(),
        line: spot.line,
        record: spot.record,
        verdict: Verdict::Valid,
        rule,
        severity: rules::rule(rule).map_or(Severity::Warning, |rule| rule.severity),
        fingerprint: fingerprint(&[rule, id.as_deref().unwrap_or_default(), of]),
        spec: claim.and_then(|(candidate, target)| place(candidate, target, &said)),
        about: claim.map_or_else(String::new, |(candidate, target)| candidate.about(target)),
        api: id,
        target,
        pointer: said.pointer,
        message: said.message,
        expected: said.expected,
        found: said.found,
        at: spot.at,
        part: String::new(),
        missing: String::new(),
    }
}

/// Where the spec says so.
fn place(candidate: &Candidate, target: Target, said: &Said) -> Option<SpecPlace> {
    let api = &candidate.api;
    let meta = match said.by {
        By::Nothing => return None,
        By::Auth(auth) => &api.auth[auth].meta,
        By::Limit(limit) => &api.limits[limit].meta,
        By::Target => match target {
            Target::Message(id) if api.messages[id].feed.is_some() => {
                &api.feeds[api.messages[id].feed?].meta
            }
            _ => return candidate.target_place(target),
        },
    };
    candidate.place(&meta.at, &meta.provenance)
}
