//! Our own capture records: one JSON object, `"kind":"http"` or `"kind":"ws"`.
//!
//! Bodies are taken as the text that stands in the file, so that the spelling of numbers and a member
//! given twice reach the checker.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::escaped::{self, Escaped};
use super::fault::{self, Fault};
use crate::record::{Body, Content, Direction, Exchange, Headers, Message, Part, Payload};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    at: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    connection: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    request: Option<Request<'a>>,
    #[serde(borrow, default)]
    response: Option<Response<'a>>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    direction: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "raw")]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "raw")]
    headers: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "raw")]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Response<'a> {
    status: u16,
    #[serde(borrow, default, deserialize_with = "raw")]
    headers: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "raw")]
    body: Option<&'a RawValue>,
}

/// Keeps a `null` apart from a member that is not there.
fn raw<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads a record. `line` is where `text` starts in the file.
pub(super) fn parse(text: &[u8], line: u64) -> (Option<Timestamp>, Content<'_>) {
    let envelope: Result<Envelope<'_>, _> = serde_json::from_slice(text);
    let at = envelope
        .as_ref()
        .ok()
        .and_then(|e| super::moment(e.at.as_deref()?));
    let content = envelope
        .map_err(|e| Fault::from(place(&e)))
        .and_then(|envelope| record(envelope, text, line));
    (at, content.unwrap_or_else(|fault| fault.of("")))
}

fn record<'a>(envelope: Envelope<'a>, text: &'a [u8], line: u64) -> Result<Content<'a>, Fault> {
    // Lines of the record before a part of it, for records spread over lines.
    let line_of = |part: &RawValue| {
        let offset = (part.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line + memchr::memchr_iter(b'\n', text.get(..offset).unwrap_or_default()).count() as u64
    };
    match &*envelope.kind {
        "http" => {
            let Some(request) = envelope.request else {
                return Err(
                    "`request` is null: without its method and address a response has no place"
                        .into(),
                );
            };
            let response = match envelope.response {
                Some(r) => Some((r.status, part(r.headers, r.body, line_of)?)),
                None => None,
            };
            Ok(Content::Http(Box::new(Exchange {
                method: request.method.to_ascii_uppercase(),
                address: fault::address(&request.url)?,
                request: part(request.headers, request.body, line_of)?,
                response,
                unanswered: false,
            })))
        }
        "ws" => {
            let direction = match envelope.direction.as_deref() {
                Some("received") => Direction::Received,
                Some("sent") => Direction::Sent,
                Some(_) => return Err("`direction` is neither `received` nor `sent`".into()),
                None => return Err("`direction` is missing: `received` or `sent`".into()),
            };
            let data = envelope.data.ok_or("`data` is missing: the message")?;
            Ok(Content::Message(Message {
                address: envelope.url.as_deref().map(fault::address).transpose()?,
                connection: envelope.connection,
                direction,
                payload: payload(data, line_of)?,
            }))
        }
        _ => Err("`kind` is neither `http` nor `ws`".into()),
    }
}

/// What is wrong and in which column, for a record's line is known.
fn place(error: &serde_json::Error) -> String {
    format!("{}, at column {}", super::reason(error), error.column())
}

fn part<'a>(
    headers: Option<&'a RawValue>,
    body: Option<&'a RawValue>,
    line_of: impl Fn(&RawValue) -> u64,
) -> Result<Part<'a>, Fault> {
    let body = match body {
        None => Body::Unknown,
        Some(raw) if matches!(raw.get(), "null" | "\"\"") => Body::Empty,
        Some(raw) => Body::Bytes(payload(raw, line_of)?),
    };
    let headers = match headers {
        Some(raw) => pairs(fault::headers(raw.get())?),
        None => Vec::new(),
    };
    let mut named = headers.iter();
    let content_type = named.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.map_or("", |(_, value)| value);
    let mut part = Part::typed(content_type);
    (part.body, part.headers) = (body, Headers::new(headers));
    Ok(part)
}

/// A string holds the text as sent; anything else is the text as sent.
fn payload<'a>(
    raw: &'a RawValue,
    line_of: impl Fn(&RawValue) -> u64,
) -> Result<Payload<'a>, Fault> {
    if !raw.get().starts_with('"') {
        return Ok(Payload::verbatim(raw.get().as_bytes(), line_of(raw)));
    }
    let mut text = escaped::Content::default();
    if let Escaped::Ends(_) = text.take(&raw.get().as_bytes()[1..]) {
        return Ok(Payload::decoded(text.bytes()));
    }
    // It says what is wrong.
    match serde_json::from_str::<String>(raw.get()) {
        Ok(text) => Ok(Payload::decoded(text.into_bytes())),
        Err(e) => Err(format!("the text of a body: {}", place(&e)).into()),
    }
}

/// The headers: an object of strings or lists, or a list of pairs, as recorders write them. What is
/// something else is left out.
fn pairs(headers: &str) -> Vec<(String, String)> {
    use serde_json::Value;
    let mut out = Vec::new();
    let mut add = |name: &str, value: &Value| {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        for value in values.iter().filter_map(Value::as_str) {
            out.push((name.to_owned(), value.to_owned()));
        }
    };
    match serde_json::from_str::<Value>(headers) {
        Ok(Value::Object(members)) => members.iter().for_each(|(name, value)| add(name, value)),
        Ok(Value::Array(pairs)) => {
            for pair in &pairs {
                let name = pair.get("name").or_else(|| pair.get(0));
                let value = pair.get("value").or_else(|| pair.get(1));
                if let Some((name, value)) = name.and_then(Value::as_str).zip(value) {
                    add(name, value);
                }
            }
        }
        _ => {}
    }
    out
}
