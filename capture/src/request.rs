//! A request held against its operation before it is answered: what a server asks of it.

use venue_schema::ir::{Api, Media, Operation};
use venue_schema::program::Compiled;

use crate::candidate::Candidate;
use crate::finding::Verdict;
use crate::judge;
use crate::params;
use crate::record::{Body, Exchange};
use crate::route::{Holes, Route};
use crate::seen::Note;
use crate::url::Address;

/// A request read by its operation: its parts as JSON text, and what is wrong with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The values of the path's holes, an object.
    pub path: String,
    /// The query, an object.
    pub query: String,
    /// The body: a form as an object, anything else as sent. None if there is none, or if it is
    /// neither JSON nor a form.
    pub body: Option<String>,
    /// What contradicts the spec or is not described, in the order of the parts.
    pub problems: Vec<Problem>,
}

/// What is wrong with a request. Values that the spec calls sensitive are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable id of what is wrong.
    pub rule: &'static str,
    /// `path`, `query`, `header` or `request`.
    pub part: String,
    /// RFC 6901 pointer into that part; empty for the whole.
    pub pointer: String,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// Whether the spec is contradicted, or only does not describe it.
    pub verdict: Verdict,
}

impl Candidate {
    /// The API, with the parameters of its operations as types of their own at its end.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Its check program.
    pub fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// The operation that a request to one of the API's own addresses is.
    pub fn route(&self, method: &str, address: &Address) -> Route {
        self.routes.operation(&self.api, method, address)
    }

    /// Holds a request against the operation that it was routed to. A response is not looked at.
    pub fn request(&self, operation: usize, holes: &Holes, exchange: &Exchange<'_>) -> Request {
        let Some(op) = self.api.operations.get(operation) else {
            return Request::default();
        };
        let judged = judge::exchange(self, operation, holes, exchange, &mut Note(None));
        let problems = judged.found.iter().map(|found| {
            let piece = &judged.pieces[found.piece];
            Problem {
                rule: found.rule,
                part: piece.name.clone(),
                pointer: found.pointer.clone(),
                message: found.message.clone(),
                expected: found.expected.clone(),
                verdict: found.verdict.into(),
            }
        });
        let path = params::object(
            &self.api,
            &op.path_params.iter().collect::<Vec<_>>(),
            &judge::named(op, holes),
        );
        let query = params::object(
            &self.api,
            &op.query.iter().collect::<Vec<_>>(),
            &crate::url::pairs(&exchange.address.query),
        );
        Request {
            problems: problems.collect(),
            path,
            query,
            body: self.body(op, exchange),
        }
    }

    fn body(&self, op: &Operation, exchange: &Exchange<'_>) -> Option<String> {
        let Body::Bytes(payload) = &exchange.request.body else {
            return None;
        };
        let text = std::str::from_utf8(&payload.bytes).ok()?;
        let described = op.body.as_ref();
        let media = described.map_or(&[][..], |body| &body.media);
        match judge::media(&exchange.request.media, &payload.bytes, media) {
            Media::Json => Some(text.to_owned()),
            Media::Form => {
                let fields = described
                    .map(|body| judge::fields(&self.api, &body.ty, 0))
                    .unwrap_or_default();
                Some(params::object(&self.api, &fields, &crate::url::pairs(text)))
            }
            Media::Multipart => None,
        }
    }
}
