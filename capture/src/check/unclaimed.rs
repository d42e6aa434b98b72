//! What no API claims: hosts, paths and feeds that no spec names, and what is no JSON.

use std::sync::Arc;

use venue_schema::ir::Api;
use venue_wire::check::shown;

use super::{ANY, Checker, Findings, Outcome};
use crate::candidate::Candidate;
use crate::finding::{Drawable, Finding, Severity, SpecPlace, Verdict, fingerprint};
use crate::lex;
use crate::record::{Direction, Exchange, Message, Record};
use crate::url::Address;
use crate::words;

impl Checker {
    /// The APIs whose socket an address is; of none, all that have one.
    fn apis_at(&self, address: Option<&Address>) -> Vec<&Candidate> {
        let here = |c: &&Candidate| c.routes.sockets(address).next().is_some();
        self.candidates.iter().filter(here).collect()
    }

    pub(super) fn not_json(
        &self,
        place: &Where<'_>,
        message: &Message<'_>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let bytes = &*message.payload.bytes;
        let fault = self.any.explain(ANY, bytes).into_iter().next();
        let (mut what, offset, found) = fault.map_or_else(Default::default, |fault| {
            (fault.message, fault.offset, fault.found)
        });
        let apis = self.apis_at(message.address.as_ref());
        let api = match apis.as_slice() {
            [one] => Some(&one.id),
            _ => None,
        };
        let possible = match (&message.address, apis.as_slice()) {
            (Some(_), [_, _, ..]) => apis.iter().map(|api| &*api.id).collect(),
            _ => Vec::new(),
        };
        let possible = possible.join(" or ");
        let which = api.map_or(possible.as_str(), |id| id);
        let print = fingerprint(&["not-json", which, &what]);
        if !possible.is_empty() {
            what = format!("{what}; at this address it may be of {possible}");
        }
        let expected = "a JSON message".to_owned();
        let line = message
            .payload
            .line
            .map(|line| line + lex::lines_before(bytes, offset));
        let finding = Finding {
            line: line.unwrap_or(place.record.line),
            verdict: Verdict::Invalid,
            severity: Severity::Error,
            fingerprint: print,
            api: api.cloned(),
            ..place.unmatched("not-json", what, expected, found)
        };
        let empty = Api::default();
        findings(&Drawable {
            finding,
            excerpt: &|| Some(self.masked(&empty, &[], bytes, offset)),
        });
        Outcome {
            verdict: Verdict::Invalid,
            api,
            ..Outcome::default()
        }
    }

    /// A call of a host that a spec names, of which other methods go to the same path; or of another host.
    pub(super) fn unclaimed_exchange(
        &self,
        place: &Where<'_>,
        exchange: &Exchange<'_>,
        methods: Option<Vec<String>>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let call = format!("{} {}", shown::named(&exchange.method), exchange.address);
        let finding = match methods.as_deref() {
            None => self.unknown_host(place, &exchange.address),
            Some(methods) => {
                let known = match methods {
                    [] => String::new(),
                    methods => format!("; the specs have this path with {}", methods.join(", ")),
                };
                // With a preflight's own headers it would not have come here.
                let known = match exchange.method.as_str() {
                    "OPTIONS" => format!("{known}; a browser's preflight is no call of the API"),
                    _ => known,
                };
                place.unmatched(
                    "unmatched-operation",
                    format!("no operation is {call}{known}"),
                    format!("an operation for {call}"),
                    call.clone(),
                )
            }
        };
        findings(&Drawable {
            finding,
            excerpt: &|| None,
        });
        Outcome {
            verdict: Verdict::Unmatched,
            unclaimed: Some(call),
            ..Outcome::default()
        }
    }

    pub(super) fn unclaimed_message(
        &self,
        place: &Where<'_>,
        message: &Message<'_>,
        socket_known: bool,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let bytes = &*message.payload.bytes;
        let seen = words::describe(bytes, &self.tags());
        let (verb, what) = match message.direction {
            Direction::Received => ("received", "message or feed"),
            Direction::Sent => ("sent", "command"),
        };
        let finding = match &message.address {
            Some(address) if !socket_known => {
                if self
                    .candidates
                    .iter()
                    .any(|c| c.routes.knows(&address.host))
                {
                    place.unmatched(
                        "unmatched-message",
                        format!("no spec has a socket at {address}"),
                        format!("a socket at {address}"),
                        address.to_string(),
                    )
                } else {
                    self.unknown_host(place, address)
                }
            }
            _ => place.unmatched(
                "unmatched-message",
                format!("no {what} of a spec is like what was {verb}: {seen}"),
                format!("a {what} like {seen}"),
                seen.clone(),
            ),
        };
        let empty = Api::default();
        let start = lex::skip_space(bytes, 0);
        findings(&Drawable {
            finding,
            excerpt: &|| Some(self.masked(&empty, &[], bytes, start)),
        });
        let unclaimed = match &message.address {
            Some(address) => format!("{address} {verb} {seen}"),
            None => format!("{verb} {seen}"),
        };
        Outcome {
            verdict: Verdict::Unmatched,
            unclaimed: Some(unclaimed),
            ..Outcome::default()
        }
    }

    fn unknown_host(&self, place: &Where<'_>, address: &Address) -> Finding {
        let host = match address.shown_host() {
            host if host.is_empty() => "(no host)".to_owned(),
            host => host,
        };
        place.unmatched(
            "unmatched-host",
            format!("no spec names the host {host}"),
            format!("a spec for {host}"),
            host,
        )
    }
}

/// Where the record at hand is.
pub(super) struct Where<'a> {
    pub(super) file: &'a Arc<str>,
    pub(super) record: &'a Record<'a>,
}

impl Where<'_> {
    /// A finding that belongs to no API.
    pub(super) fn unmatched(
        &self,
        rule: &'static str,
        message: String,
        expected: String,
        found: String,
    ) -> Finding {
        Finding {
            file: self.file.clone(),
            line: self.record.line,
            record: self.record.index,
            verdict: Verdict::Unmatched,
            rule,
            severity: Severity::Warning,
            api: None,
            target: None,
            pointer: String::new(),
            fingerprint: match rule {
                // One damage is not another. What stands in the file is no part of it.
                "unreadable-record" => {
                    let quoted = |c: char| c.is_ascii_digit() || c == '"';
                    let kind = message.split(quoted).next().unwrap_or_default();
                    fingerprint(&[rule, &expected, kind])
                }
                _ => fingerprint(&[rule, &expected]),
            },
            message,
            expected,
            found,
            spec: None::<SpecPlace>,
            at: self.record.at,
            part: String::new(),
            missing: String::new(),
            about: String::new(),
        }
    }
}
