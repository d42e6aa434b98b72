//! HAR 1.2, with the `_webSocketMessages` that Chrome adds to an entry.
//!
//! The file is walked, not loaded: one entry's request and response, or one message, is in memory at a
//! time. Chrome writes an entry's messages before its request, so they wait for the address; where
//! more wait than the limit allows, they are handed on without it.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::Deserialize;

use super::stream::{Cut, Stream};
use super::{Limits, Sink, base64};
use crate::multipart;
use crate::record::{Body, Content, Direction, Exchange, Headers, Message, Part, Payload, Record};
use crate::url::Address;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
}

/// A field of a form; where it is a file, with its name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormField {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
}

impl FormField {
    fn text(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<FormField>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    status: i64,
    #[serde(default)]
    content: Option<ResponseContent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseContent {
    #[serde(default)]
    size: i64,
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Frame {
    /// Seconds since the Unix epoch.
    #[serde(default)]
    time: Option<f64>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    opcode: Option<i64>,
    data: String,
}

/// The walk through one file.
pub(super) struct Har<'s, R> {
    stream: Stream<R>,
    limits: Limits,
    sink: &'s mut Sink<'s>,
    index: u64,
    entries: u64,
}

/// An entry, as far as it has been read.
#[derive(Default)]
struct Entry {
    line: u64,
    at: Option<Timestamp>,
    /// Its place among the entries: a socket's connection has no other name.
    number: u64,
    request: Option<Result<Request, String>>,
    response: Option<Result<Response, String>>,
    address: Option<Address>,
    waiting: Vec<(u64, Result<Frame, String>)>,
    waiting_bytes: usize,
    frames: u64,
}

/// Why the walk stopped early.
enum Stop {
    Io(io::Error),
    /// The sink has had enough.
    Enough,
    /// The text is not what a HAR is.
    Damage(&'static str),
}

impl From<io::Error> for Stop {
    fn from(e: io::Error) -> Self {
        Stop::Io(e)
    }
}

type Walk = Result<(), Stop>;

impl<'s, R: BufRead> Har<'s, R> {
    pub(super) fn new(reader: R, limits: Limits, sink: &'s mut Sink<'s>) -> Self {
        Har {
            stream: Stream::new(reader),
            limits,
            sink,
            index: 0,
            entries: 0,
        }
    }

    pub(super) fn run(mut self) -> io::Result<()> {
        self.stream.skip_mark()?;
        match self.file() {
            Ok(()) | Err(Stop::Enough) => Ok(()),
            Err(Stop::Io(e)) => Err(e),
            Err(Stop::Damage(what)) => {
                let line = self.stream.line();
                let _ = self.emit(
                    line,
                    None,
                    unreadable(format!("the HAR file is damaged: {what}")),
                );
                Ok(())
            }
        }
    }

    fn file(&mut self) -> Walk {
        let mut found = false;
        self.object(|walk, name| {
            if name != "log" {
                return walk.pass();
            }
            walk.object(|walk, name| {
                if name != "entries" {
                    return walk.pass();
                }
                found = true;
                walk.array(Self::entry)
            })
        })?;
        if found {
            Ok(())
        } else {
            Err(Stop::Damage("it has no `log.entries`"))
        }
    }

    fn pass(&mut self) -> Walk {
        if self.stream.skip()? {
            Ok(())
        } else {
            Err(Stop::Damage("it ends in the middle of a value"))
        }
    }

    fn object(&mut self, mut each: impl FnMut(&mut Self, &str) -> Walk) -> Walk {
        if !self.stream.take(b'{')? {
            return Err(Stop::Damage("an object is missing"));
        }
        if self.stream.take(b'}')? {
            return Ok(());
        }
        loop {
            let name = match self.stream.value(1 << 16)? {
                Cut::Whole(name) => crate::lex::unquote(&name),
                _ => None,
            };
            let Some(name) = name else {
                return Err(Stop::Damage("a member's name is missing"));
            };
            if !self.stream.take(b':')? {
                return Err(Stop::Damage("a colon is missing"));
            }
            each(self, &name)?;
            if self.stream.take(b'}')? {
                return Ok(());
            }
            if !self.stream.take(b',')? {
                return Err(Stop::Damage("it ends in the middle of an object"));
            }
        }
    }

    fn array(&mut self, mut each: impl FnMut(&mut Self) -> Walk) -> Walk {
        if !self.stream.take(b'[')? {
            return Err(Stop::Damage("a list is missing"));
        }
        if self.stream.take(b']')? {
            return Ok(());
        }
        loop {
            each(self)?;
            if self.stream.take(b']')? {
                return Ok(());
            }
            if !self.stream.take(b',')? {
                return Err(Stop::Damage("it ends in the middle of a list"));
            }
        }
    }

    fn entry(&mut self) -> Walk {
        self.stream.peek()?;
        self.entries += 1;
        let mut entry = Entry {
            line: self.stream.line(),
            number: self.entries,
            ..Entry::default()
        };
        let walked = self.object(|walk, name| match name {
            "request" => {
                let request = walk.parse::<Request>()?;
                entry.address = request.as_ref().ok().map(|r| Address::parse(&r.url));
                entry.request = Some(request);
                walk.release(&mut entry)
            }
            "response" => {
                entry.response = Some(walk.parse()?);
                Ok(())
            }
            "startedDateTime" => {
                let at = walk.parse::<String>()?;
                entry.at = at.ok().and_then(|at| super::moment(&at));
                Ok(())
            }
            "_webSocketMessages" => walk.array(|walk| walk.frame(&mut entry)),
            _ => walk.pass(),
        });
        self.release(&mut entry)?;
        walked?;
        self.finish(entry)
    }

    /// Reads a part of an entry; what is wrong with it belongs to the entry, not to the file.
    fn parse<T: for<'de> Deserialize<'de>>(&mut self) -> Result<Result<T, String>, Stop> {
        Ok(match self.stream.value(self.limits.record)? {
            Cut::Whole(bytes) => serde_json::from_slice(&bytes).map_err(|e| super::reason(&e)),
            Cut::TooLarge(size) => Err(super::too_large(size, self.limits)),
            Cut::Broken(_) => return Err(Stop::Damage("it ends in the middle of an entry")),
        })
    }

    fn frame(&mut self, entry: &mut Entry) -> Walk {
        self.stream.peek()?;
        let line = self.stream.line();
        let frame = self.parse::<Frame>()?;
        entry.frames += 1;
        if entry.address.is_some() {
            return self.message(line, frame, entry);
        }
        entry.waiting_bytes += frame.as_ref().map_or(0, |f| f.data.len());
        entry.waiting.push((line, frame));
        if entry.waiting_bytes > self.limits.record {
            self.release(entry)
        } else {
            Ok(())
        }
    }

    /// Hands on the messages that waited for the address.
    fn release(&mut self, entry: &mut Entry) -> Walk {
        entry.waiting_bytes = 0;
        for (line, frame) in std::mem::take(&mut entry.waiting) {
            self.message(line, frame, entry)?;
        }
        Ok(())
    }

    fn message(&mut self, line: u64, frame: Result<Frame, String>, entry: &Entry) -> Walk {
        let at = frame.as_ref().ok().and_then(|f| seconds(f.time?));
        let frame = match frame {
            Ok(frame) => frame,
            Err(e) => {
                return self.emit(
                    line,
                    None,
                    unreadable(format!("a `_webSocketMessages` element: {e}")),
                );
            }
        };
        // Close, ping and pong say nothing of the API.
        if matches!(frame.opcode, Some(8..)) {
            return Ok(());
        }
        let direction = match frame.kind.as_str() {
            "send" => Direction::Sent,
            "receive" => Direction::Received,
            _ => {
                return self.emit(
                    line,
                    at,
                    unreadable(
                        "a `_webSocketMessages` element is neither `send` nor `receive`".into(),
                    ),
                );
            }
        };
        let bytes = match frame.opcode {
            Some(2) => base64(&frame.data).unwrap_or_else(|| frame.data.into_bytes()),
            _ => frame.data.into_bytes(),
        };
        let payload = Payload::decoded(bytes);
        self.emit(
            line,
            at,
            Content::Message(Message {
                address: entry.address.clone(),
                connection: Some(entry.number.to_string().into()),
                direction,
                payload,
            }),
        )
    }

    fn finish(&mut self, entry: Entry) -> Walk {
        let (line, at) = (entry.line, entry.at);
        let (request, response) = match (entry.request, entry.response.transpose()) {
            (Some(Ok(request)), Ok(response)) => (request, response),
            (Some(Err(e)), _) | (_, Err(e)) => {
                return self.emit(line, at, unreadable(format!("an entry: {e}")));
            }
            (None, _) => {
                return self.emit(line, at, unreadable("an entry has no `request`".into()));
            }
        };
        let address = entry.address.unwrap_or_default();
        let upgraded = response.as_ref().is_some_and(|r| r.status == 101);
        if address.is_socket() || upgraded || entry.frames > 0 {
            return Ok(());
        }
        let exchange = Exchange {
            method: request.method.to_ascii_uppercase(),
            address,
            request: request_part(request),
            // 0 stands for a request that was blocked or never answered.
            response: response.and_then(|r| {
                u16::try_from(r.status)
                    .ok()
                    .filter(|s| *s > 0)
                    .map(|s| (s, response_part(r)))
            }),
        };
        self.emit(line, at, Content::Http(exchange))
    }

    fn emit(&mut self, line: u64, at: Option<Timestamp>, content: Content<'_>) -> Walk {
        let index = self.index;
        self.index += 1;
        match (self.sink)(Record {
            index,
            line,
            at,
            content,
        }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Enough),
        }
    }
}

/// Chrome's clock: seconds with a fraction, to the microsecond at best.
/// Seconds since the Unix epoch, as Chrome and mitmproxy write; Playwright writes milliseconds, which
/// as seconds would lie beyond the year 5000.
fn seconds(since_epoch: f64) -> Option<Timestamp> {
    let seconds = match since_epoch {
        millis if millis > 1e11 => millis / 1e3,
        seconds => seconds,
    };
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}

fn unreadable(message: String) -> Content<'static> {
    Content::Unreadable {
        rule: "unreadable-record",
        message,
    }
}

fn request_part(request: Request) -> Part<'static> {
    let header = request
        .headers
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case("content-type"));
    let post = request.post_data;
    let said = match (header, &post) {
        (Some(header), _) => header.value.as_str(),
        (None, Some(post)) => post.mime_type.as_str(),
        (None, None) => "",
    };
    let mut part = Part::typed(said);
    part.body = match post {
        None => Body::Empty,
        Some(PostData {
            text: Some(text),
            encoding,
            ..
        }) if !text.is_empty() => bytes(text, encoding.as_deref()),
        Some(post) if post.params.is_empty() => Body::Empty,
        Some(post) => {
            let fields = post.params.iter();
            Body::Bytes(Payload::decoded(if part.media == "multipart/form-data" {
                // The fields are all there is: a body of them has a boundary of its own.
                part.boundary = None;
                multipart::compose(fields.map(|field| {
                    let media = field.content_type.as_deref().unwrap_or_default();
                    (
                        field.name.as_str(),
                        field.file_name.as_deref(),
                        media,
                        field.text(),
                    )
                }))
            } else {
                let pairs = fields.map(|field| (field.name.as_str(), field.text()));
                crate::url::form(pairs).into_bytes()
            }))
        }
    };
    let headers = request.headers.into_iter();
    part.headers = Headers::new(headers.map(|h| (h.name, h.value)).collect());
    part
}

fn response_part(response: Response) -> Part<'static> {
    let Some(content) = response.content else {
        return Part::typed("");
    };
    let body = match content.text {
        Some(text) if !text.is_empty() => bytes(text, content.encoding.as_deref()),
        _ if content.size > 0 => Body::Unknown,
        _ => Body::Empty,
    };
    Part {
        body,
        ..Part::typed(&content.mime_type)
    }
}

fn bytes(text: String, encoding: Option<&str>) -> Body<'static> {
    let decoded = if encoding == Some("base64") {
        base64(&text)
    } else {
        None
    };
    Body::Bytes(Payload::decoded(
        decoded.unwrap_or_else(|| text.into_bytes()),
    ))
}
