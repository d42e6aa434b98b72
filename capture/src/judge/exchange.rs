//! What one API says of an exchange over HTTP: its parameters, request, response and error.

use std::borrow::Cow;

use venue_schema::ir::{Api, Field, FilePart, Media, Operation, Status, Target, TypeKind, TypeRef};
use venue_wire::Verdict;
use venue_wire::check::shown;

use super::{About, Judged, Piece};
use crate::candidate::Candidate;
use crate::finding::SpecPlace;
use crate::lex;
use crate::misplaced;
use crate::multipart::{self, FormPart};
use crate::params;
use crate::record::{Body, Exchange, Part};
use crate::seen::{self, Note};

/// More fields than any form has: taken apart they take many times their text's memory.
const FIELDS: usize = 10_000;

/// An exchange over HTTP.
pub(crate) fn exchange<'p>(
    candidate: &Candidate,
    operation: usize,
    holes: &[(String, String)],
    exchange: &'p Exchange<'_>,
    note: &mut Note<'_>,
) -> Judged<'p> {
    let api = &candidate.api;
    let op = &api.operations[operation];
    let mut judged = Judged {
        target: Target::Request(operation),
        fallback: false,
        pieces: vec![],
        found: vec![],
    };
    let ids = candidate.params[operation];
    let named = named(op, holes);
    let query = crate::url::pairs(&exchange.address.query);
    for (name, prefix, fields, pairs, id) in [
        ("path", "/path", &op.path_params, &named, ids.path),
        ("query", "/query", &op.query, &query, ids.query),
    ] {
        if fields.is_empty() && pairs.is_empty() {
            continue;
        }
        let fields: Vec<&Field> = fields.iter().collect();
        let json = params::object(api, &fields, pairs).into_bytes();
        let root = candidate.root(Target::Type(id));
        let piece = Piece {
            name: name.into(),
            prefix,
            bytes: json.into(),
            line: None,
            about: About::Type(id),
        };
        judged.hold(candidate, piece, root, note);
    }
    if let Some(id) = ids.header
        && !exchange.request.headers.is_empty()
    {
        let json = params::headers(api, &op.headers, &exchange.request.headers);
        let piece = Piece {
            name: "header".into(),
            prefix: "/header",
            bytes: json.into_bytes().into(),
            line: None,
            about: About::Type(id),
        };
        judged.hold(candidate, piece, candidate.root(Target::Type(id)), note);
    }
    judged.request(candidate, operation, exchange, note);
    if let Some((status, part)) = &exchange.response {
        judged.response(candidate, operation, *status, part, note);
        judged.error(candidate, operation, *status, part);
    }
    if exchange.unanswered {
        let piece = Piece::of_request();
        let place = candidate.place(&op.meta.at, &op.meta.provenance);
        let texts = (
            "the capture has no response to it".into(),
            "a response".into(),
            "none".into(),
        );
        judged.whole(
            piece,
            "unanswered-request",
            Verdict::Valid,
            texts,
            place,
            None,
        );
    }
    judged
}

/// The values of a path's holes by the vendor's names.
pub(crate) fn named(op: &Operation, holes: &[(String, String)]) -> Vec<(String, String)> {
    holes
        .iter()
        .map(|(name, v)| (wire_name(&op.path_params, name), v.clone()))
        .collect()
}

/// Holes go by our name of the parameter or by the vendor's.
fn wire_name(fields: &[Field], hole: &str) -> String {
    fields
        .iter()
        .find(|f| f.name == hole || f.wire == hole)
        .map_or(hole, |f| &f.wire)
        .to_owned()
}

impl<'p> Judged<'p> {
    /// Remarks that a body cannot be had from the capture.
    fn unrecorded(
        &mut self,
        piece: Piece<'p>,
        message: String,
        found: &str,
        place: Option<SpecPlace>,
    ) {
        let texts = (message, "a body".into(), found.into());
        self.whole(piece, "unrecorded-body", Verdict::Valid, texts, place, None);
    }

    fn request(
        &mut self,
        candidate: &Candidate,
        operation: usize,
        exchange: &'p Exchange<'_>,
        note: &mut Note<'_>,
    ) {
        let op = &candidate.api.operations[operation];
        let about = About::Target(Target::Request(operation));
        let piece = |bytes: Cow<'p, [u8]>, line, about| Piece {
            name: "request".into(),
            prefix: "",
            bytes,
            line,
            about,
        };
        // Where it is described is looked for only where there is something to say.
        let place = || candidate.place(&op.meta.at, &op.meta.provenance);
        match (&op.body, &exchange.request.body) {
            (_, Body::Unknown) | (None, Body::Empty) => {}
            (_, Body::Damaged(what)) => self.unrecorded(
                piece(Cow::Borrowed(&[]), None, about),
                format!("the body in the capture {what}"),
                "none that can be read",
                place(),
            ),
            (None, Body::Bytes(payload)) if is_blank(&payload.bytes) => {}
            (None, Body::Bytes(payload)) => self.whole(
                piece(Cow::Borrowed(&[]), None, About::Nothing),
                "undocumented-body",
                Verdict::Drift,
                (
                    "the request has a body; the spec describes none".into(),
                    "no body".into(),
                    format!("{} bytes", payload.bytes.len()),
                ),
                place(),
                None,
            ),
            (Some(body), Body::Empty) if !body.required => {}
            (Some(_), Body::Empty) => self.whole(
                piece(Cow::Borrowed(&[]), None, about),
                "missing-body",
                Verdict::Invalid,
                (
                    "the request has no body".into(),
                    "a body".into(),
                    "nothing".into(),
                ),
                place(),
                None,
            ),
            (Some(body), Body::Bytes(payload)) => {
                let root = candidate.root(Target::Request(operation));
                let told = &exchange.request.media;
                self.foreign_way(candidate, operation, told, &body.media);
                let media = media(told, &payload.bytes, &body.media);
                match media {
                    Media::Json => self.hold(
                        candidate,
                        piece(Cow::Borrowed(&payload.bytes), payload.line, about),
                        root,
                        note,
                    ),
                    Media::Form => {
                        let count = memchr::memchr_iter(b'&', &payload.bytes).count();
                        if count >= FIELDS {
                            let texts = (
                                format!("the form has more than {FIELDS} fields"),
                                "application/x-www-form-urlencoded".into(),
                                "something else".into(),
                            );
                            let piece = piece(Cow::Borrowed(&[]), None, about);
                            let verdict = Verdict::Invalid;
                            return self.whole(piece, "bad-form", verdict, texts, place(), None);
                        }
                        let pairs = crate::url::pairs(&String::from_utf8_lossy(&payload.bytes));
                        let fields = fields(&candidate.api, &body.ty, 0);
                        let json = params::object(&candidate.api, &fields, &pairs).into_bytes();
                        // A field may be long, and stands in the text now.
                        drop(pairs);
                        self.hold(candidate, piece(json.into(), None, about), root, note);
                    }
                    Media::Multipart => {
                        let boundary = exchange.request.boundary.as_deref();
                        let parts = match multipart::parts(&payload.bytes, boundary) {
                            Ok(parts) => parts,
                            Err(what) => {
                                let expected = "multipart/form-data (RFC 7578)".into();
                                let texts = (what, expected, "something else".into());
                                let piece = piece(Cow::Borrowed(&[]), None, about);
                                let rule = "bad-multipart";
                                let verdict = Verdict::Invalid;
                                return self.whole(piece, rule, verdict, texts, place(), None);
                            }
                        };
                        for described in &body.parts {
                            let Some(part) = foreign(described, &parts) else {
                                continue;
                            };
                            let texts = (
                                format!(
                                    "a file in `{}` is of a kind that is not taken",
                                    described.field
                                ),
                                described.media.join(" or "),
                                media_name(&part.media),
                            );
                            let piece = piece(Cow::Borrowed(&[]), None, about);
                            let verdict = Verdict::Invalid;
                            self.whole(piece, "wrong-media", verdict, texts, place(), None);
                        }
                        let fields = fields(&candidate.api, &body.ty, 0);
                        let json = params::parts(&candidate.api, &fields, &parts).into_bytes();
                        self.hold(candidate, piece(json.into(), None, about), root, note);
                    }
                }
            }
        }
    }

    fn response(
        &mut self,
        candidate: &Candidate,
        operation: usize,
        status: u16,
        part: &'p Part<'_>,
        note: &mut Note<'_>,
    ) {
        let api = &candidate.api;
        let op = &api.operations[operation];
        let name = format!("response {status}");
        let piece = |bytes: Cow<'p, [u8]>, line, about| Piece {
            name: name.clone(),
            prefix: "",
            bytes,
            line,
            about,
        };
        // The answer to a request that names what its sender has: HTTP's, whatever the API. A browser
        // shows what it had, which was an answer with 200.
        let is_cached = status == 304;
        let status = if is_cached { 200 } else { status };
        if is_cached && (!matches!(part.body, Body::Bytes(_)) || described(op, status).is_none()) {
            return;
        }
        let Some(index) = described(op, status) else {
            if api.errors.iter().any(|e| e.status == Some(status)) {
                return;
            }
            let known: Vec<String> = op.responses.iter().map(|r| status_text(r.status)).collect();
            let expected = if known.is_empty() {
                "another status".to_owned()
            } else {
                known.join(", ")
            };
            let texts = (
                format!("status {status} is not described"),
                expected,
                status.to_string(),
            );
            let place = candidate.place(&op.meta.at, &op.meta.provenance);
            let piece = piece(Cow::Borrowed(&[]), None, About::Nothing);
            let own = op.meta.id.strip_prefix(&*candidate.id);
            let own = own.map_or(op.meta.id.as_str(), |own| own.trim_start_matches('.'));
            let news = Some(seen::error(format!("{own}/response/{status}")));
            let rule = "undocumented-status";
            return self.whole(piece, rule, Verdict::Drift, texts, place, news);
        };
        let response = &op.responses[index];
        let place = || candidate.place(&response.at, &response.provenance);
        let about = About::Target(Target::Response(operation, index));
        if let Some(described) = &response.media {
            let Body::Bytes(payload) = &part.body else {
                return;
            };
            let Some(found) = other_media(described, &part.media, &payload.bytes) else {
                return;
            };
            let texts = (
                "the body is of another media type than described".to_owned(),
                described.clone(),
                found,
            );
            let piece = piece(Cow::Borrowed(&[]), None, About::Nothing);
            let rule = "undocumented-media";
            return self.whole(piece, rule, Verdict::Drift, texts, place(), None);
        }
        match (&response.ty, &part.body) {
            (Some(_), Body::Unknown) if op.method != "HEAD" => self.unrecorded(
                piece(Cow::Borrowed(&[]), None, about),
                "the body is not in the capture".into(),
                "none recorded",
                place(),
            ),
            (_, Body::Damaged(what)) => self.unrecorded(
                piece(Cow::Borrowed(&[]), None, about),
                format!("the body in the capture {what}"),
                "none that can be read",
                place(),
            ),
            (_, Body::Unknown) | (None, Body::Empty) => {}
            (Some(_), Body::Empty) if response.may_be_empty || op.method == "HEAD" => {}
            (Some(_), Body::Empty) => self.whole(
                piece(Cow::Borrowed(&[]), None, about),
                "missing-body",
                Verdict::Invalid,
                (
                    "the body is empty".into(),
                    "a body".into(),
                    "nothing".into(),
                ),
                place(),
                None,
            ),
            (None, Body::Bytes(payload)) if is_blank(&payload.bytes) => {}
            (None, Body::Bytes(payload)) => self.whole(
                piece(Cow::Borrowed(&[]), None, About::Nothing),
                "undocumented-body",
                Verdict::Drift,
                (
                    "there is a body; the spec describes none".into(),
                    "no body".into(),
                    format!("{} bytes", payload.bytes.len()),
                ),
                place(),
                None,
            ),
            // A page of a proxy that stands before the venue: the status is what clients go by.
            (Some(_), Body::Bytes(payload)) if status >= 400 && is_page(part, &payload.bytes) => {
                let texts = (
                    "the body is no JSON, as its content type says".to_owned(),
                    "application/json".to_owned(),
                    media_name(&part.media),
                );
                let piece = piece(Cow::Borrowed(&[]), None, About::Nothing);
                let rule = "undocumented-media";
                self.whole(piece, rule, Verdict::Drift, texts, place(), None);
            }
            (Some(_), Body::Bytes(payload)) => {
                let root = candidate.root(Target::Response(operation, index));
                self.hold(
                    candidate,
                    piece(Cow::Borrowed(&payload.bytes), payload.line, about),
                    root,
                    note,
                );
            }
        }
    }
}

impl<'p> Judged<'p> {
    /// Adds a remark if the response is an error that the spec has for other operations.
    fn error(&mut self, candidate: &Candidate, operation: usize, status: u16, part: &'p Part<'_>) {
        let Some(error) = misplaced::found(candidate, operation, status, part) else {
            return self.unlisted(candidate, operation, status, part);
        };
        let operations = &candidate.api.operations;
        let others = error
            .operations
            .iter()
            .map(|other| &*operations[*other].name);
        let others: Vec<&str> = others.collect();
        let piece = Piece {
            name: format!("response {status}"),
            prefix: "",
            bytes: Cow::Borrowed(&[]),
            line: None,
            about: About::Nothing,
        };
        let texts = (
            format!(
                "the error `{}` is described for other operations",
                error.name
            ),
            format!("it at {}", others.join(", ")),
            operations[operation].name.clone(),
        );
        let place = candidate.place(&error.meta.at, &error.meta.provenance);
        self.whole(piece, "misplaced-error", Verdict::Valid, texts, place, None);
    }
}

/// The response of an operation that describes a status: the very status, or its hundred.
pub(crate) fn described(operation: &Operation, status: u16) -> Option<usize> {
    let responses = &operation.responses;
    let exact = responses
        .iter()
        .position(|r| r.status == Status::Code(status));
    exact.or_else(|| {
        responses
            .iter()
            .position(|r| matches!(r.status, Status::Class(c) if u16::from(c) == status / 100))
    })
}

fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}xx"),
    }
}

/// The media type of a body that is another than the one described. Where the capture does not tell,
/// the body is taken for what the spec says, unless it is a JSON object or list, as errors are.
/// `application/octet-stream` tells no more than no content type (RFC 9110, section 8.3).
fn other_media(described: &str, told: &str, bytes: &[u8]) -> Option<String> {
    let found = match told {
        told if told == described => return None,
        "" | "application/octet-stream" => {
            let first = bytes.get(lex::skip_space(bytes, 0));
            let is_json = matches!(first, Some(b'{' | b'['))
                && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
            is_json.then_some("application/json")?
        }
        told => told,
    };
    Some(media_name(found))
}

/// The first part of a field whose content type is another than those that are taken, if it tells one.
fn foreign<'b>(described: &FilePart, parts: &'b [FormPart<'b>]) -> Option<&'b FormPart<'b>> {
    parts.iter().find(|part| {
        params::is_of(&described.field, &part.name)
            && !matches!(&*part.media, "" | "application/octet-stream")
            && !described.media.contains(&part.media)
    })
}

/// A media type as a capture has it, fit to be shown.
fn media_name(found: &str) -> String {
    match shown::name(&found.replace('+', "-")) {
        true => found.to_owned(),
        false => "a content type that is out of the ordinary".to_owned(),
    }
}

/// Whether a body is no JSON and says so. Venues send JSON under other content types, so what says
/// so alone is none.
pub(super) fn is_page(part: &Part<'_>, bytes: &[u8]) -> bool {
    let tells = !matches!(&*part.media, "" | "application/octet-stream");
    tells
        && !part.media.ends_with("json")
        && !is_blank(bytes)
        && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err()
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| lex::is_space(*b))
}

/// How a body is written: as its content type says, else as it looks.
pub(crate) fn media(named: &str, bytes: &[u8], described: &[Media]) -> Media {
    let first = bytes.get(lex::skip_space(bytes, 0));
    let json = matches!(first, Some(b'{' | b'['));
    match named {
        // What `curl -d` says unless it is told otherwise.
        "application/x-www-form-urlencoded" if json && !described.contains(&Media::Form) => {
            Media::Json
        }
        "application/x-www-form-urlencoded" => Media::Form,
        "multipart/form-data" => Media::Multipart,
        name if name.ends_with("json") => Media::Json,
        _ => {
            if !json && described.contains(&Media::Form) {
                Media::Form
            } else if !json && described.contains(&Media::Multipart) {
                Media::Multipart
            } else {
                Media::Json
            }
        }
    }
}

/// The fields that a form may have.
pub(crate) fn fields<'a>(api: &'a Api, ty: &TypeRef, depth: usize) -> Vec<&'a Field> {
    let TypeRef::Named(id) = ty else {
        return Vec::new();
    };
    match api.types.get(*id).map(|t| &t.kind) {
        Some(TypeKind::Record(record)) => record.fields.iter().collect(),
        Some(TypeKind::Union(union)) if depth < 8 => union
            .variants
            .iter()
            .flat_map(|v| fields(api, &v.ty, depth + 1))
            .collect(),
        _ => Vec::new(),
    }
}
