//! Addresses and forms: user names, parameters, and ids in paths.

use venue_schema::ir::{Api, Field, TypeKind, TypeRef};

use super::{Scrubber, shape};
use crate::Candidate;
use crate::route::{Holes, Route};
use crate::url::{self, Address};

/// The operation that an exchange is, if one claims it.
pub(super) struct Known<'c> {
    pub(super) candidate: &'c Candidate,
    pub(super) operation: usize,
    holes: Holes,
}

impl<'c> Scrubber<'c> {
    /// The operation of an exchange, if an API claims it.
    pub(super) fn known(&self, method: &str, address: &Address) -> Option<Known<'c>> {
        let checker = self.checker;
        checker.candidates().iter().find_map(|candidate| {
            let method = method.to_ascii_uppercase();
            match candidate.routes.operation(&candidate.api, &method, address) {
                Route::Operation(operation, holes) => Some(Known {
                    candidate,
                    operation,
                    holes,
                }),
                _ => None,
            }
        })
    }

    /// An address without user name and fragment, and with stand-ins for what must go.
    pub(super) fn url(&mut self, text: &str, known: Option<&Known<'c>>) -> String {
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        if !fragment.is_empty() {
            *self.removed.entry(("fragment", String::new())).or_default() += 1;
        }
        let (rest, query) = match text.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (text, None),
        };
        let (scheme, rest) = match rest.find("://") {
            Some(at) => rest.split_at(at + 3),
            None => ("", rest),
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let host = match authority.rsplit_once('@') {
            Some((_, host)) => {
                let kind = ("user name in an address", String::new());
                *self.removed.entry(kind).or_default() += 1;
                host
            }
            None => authority,
        };
        let mut out = format!("{scheme}{host}{}", self.path(path, known));
        if let Some(query) = query {
            let fields = known.map(|known| {
                let operation = &known.candidate.api.operations[known.operation];
                (&known.candidate.api, operation.query.iter().collect())
            });
            out.push('?');
            out.push_str(&self.form(query, fields));
        }
        out
    }

    fn path(&mut self, path: &str, known: Option<&Known<'c>>) -> String {
        let segment = |this: &mut Self, segment: &str| {
            let text = url::decode(segment, false);
            let (kind, name) = match known {
                Some(known) => {
                    let operation = &known.candidate.api.operations[known.operation];
                    let hole = known.holes.iter().find(|(_, value)| *value == text);
                    let field = hole.and_then(|(name, _)| {
                        let mut fields = operation.path_params.iter();
                        fields.find(|f| f.name == *name || f.wire == *name)
                    });
                    match field {
                        Some(field) if marked(&known.candidate.api, field) => ("path", &field.wire),
                        _ => return segment.to_owned(),
                    }
                }
                None if url::is_id(segment) => ("path", &String::new()),
                None => return segment.to_owned(),
            };
            this.named(kind, name, segment)
        };
        let parts: Vec<String> = path.split('/').map(|part| segment(self, part)).collect();
        parts.join("/")
    }

    /// A query or form. Without its fields, nothing says what may stay.
    pub(super) fn form(&mut self, text: &str, fields: Option<(&Api, Vec<&Field>)>) -> String {
        let mut pair = |pair: &str| {
            let Some((name, value)) = pair.split_once('=') else {
                return pair.to_owned();
            };
            let plain = url::decode(name, true);
            let field = fields.as_ref().and_then(|(api, fields)| {
                let mut fields = fields.iter();
                fields.find(|f| f.wire == plain).map(|f| marked(api, f))
            });
            let known = match field {
                Some(false) => return pair.to_owned(),
                Some(true) => plain.clone(),
                None if fields.is_some() && !shape::sounds_secret(&plain) => {
                    return pair.to_owned();
                }
                None => String::new(),
            };
            if value.is_empty() {
                return pair.to_owned();
            }
            let new = self.named("parameter", &known, &url::decode(value, true));
            let new = url::form(std::iter::once(("", new.as_str())));
            format!("{name}{new}")
        };
        let pairs: Vec<String> = text.split('&').map(&mut pair).collect();
        pairs.join("&")
    }
}

/// Whether a parameter is marked, or its type is.
fn marked(api: &Api, field: &Field) -> bool {
    let by_type = match &field.ty {
        TypeRef::Named(id) => match api.types.get(*id).map(|t| &t.kind) {
            Some(TypeKind::Scalar(scalar)) => scalar.sensitivity.is_some(),
            _ => false,
        },
        _ => false,
    };
    field.sensitivity.is_some() || by_type
}
