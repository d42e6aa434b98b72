//! HAR 1.2, with the `_webSocketMessages` that Chrome adds to an entry.
//!
//! The file is walked, not loaded: one entry's request and response, or one message, is in memory at a
//! time. Chrome writes an entry's messages before its request, so they wait for the address; where
//! more wait than the limit allows, they are handed on without it.

mod parts;

use std::io::{self, Read};
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::Deserialize;

use super::escaped;
use super::fault::{self, Fault};
use super::stream::{Cut, Stream, Text};
use super::{Limits, Sink};
use crate::record::{Content, Direction, Exchange, Message, Record};
use crate::url::Address;
pub(crate) use parts::unpacked;
use parts::{Frame, Request, Response, request_part, response_part};

/// The walk through one file.
pub(super) struct Har<'s, R> {
    stream: Stream<R>,
    limits: Limits,
    sink: &'s mut Sink<'s>,
    index: u64,
    entries: u64,
    text: escaped::Content,
}

/// So many messages wait for their entry's address, however short they are.
const WAITING: usize = 1 << 16;

/// An entry, as far as it has been read.
#[derive(Default)]
struct Entry {
    line: u64,
    at: Option<Timestamp>,
    /// Its place among the entries: a socket's connection has no other name.
    number: u64,
    request: Option<Result<Request, Fault>>,
    response: Option<Result<Response, Fault>>,
    address: Option<Address>,
    waiting: Vec<(u64, Result<Frame, Fault>)>,
    waiting_bytes: usize,
    frames: u64,
}

/// The names of members that are looked into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Log,
    Entries,
    Request,
    Response,
    Started,
    Messages,
    Status,
    Content,
    BodySize,
    Size,
    Media,
    Text,
    Encoding,
    Time,
    Type,
    Opcode,
    Data,
    Other,
}

impl Name {
    /// Of a member's name as it stands in the file. None if that is no string.
    fn of(token: &[u8]) -> Option<Self> {
        let inner = token.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if inner.contains(&b'\\') {
            return Some(Self::known(crate::lex::unquote(token)?.as_bytes()));
        }
        Some(Self::known(inner))
    }

    fn known(name: &[u8]) -> Self {
        match name {
            b"log" => Name::Log,
            b"entries" => Name::Entries,
            b"request" => Name::Request,
            b"response" => Name::Response,
            b"startedDateTime" => Name::Started,
            b"_webSocketMessages" => Name::Messages,
            b"status" => Name::Status,
            b"content" => Name::Content,
            b"bodySize" => Name::BodySize,
            b"size" => Name::Size,
            b"mimeType" => Name::Media,
            b"text" => Name::Text,
            b"encoding" => Name::Encoding,
            b"time" => Name::Time,
            b"type" => Name::Type,
            b"opcode" => Name::Opcode,
            b"data" => Name::Data,
            _ => Name::Other,
        }
    }
}

/// Why the walk stopped early.
enum Stop {
    Io(io::Error),
    /// The sink has had enough.
    Enough,
    /// The text is not what a HAR is.
    Damage(&'static str),
    /// A part of an entry is not what it should be.
    Fault(Fault),
}

impl From<io::Error> for Stop {
    fn from(e: io::Error) -> Self {
        Stop::Io(e)
    }
}

type Walk<T = ()> = Result<T, Stop>;

impl<'s, R: Read> Har<'s, R> {
    pub(super) fn new(reader: R, limits: Limits, sink: &'s mut Sink<'s>) -> Self {
        Har {
            stream: Stream::new(reader),
            limits,
            sink,
            index: 0,
            entries: 0,
            text: escaped::Content::default(),
        }
    }

    pub(super) fn run(mut self) -> io::Result<()> {
        self.stream.skip_mark()?;
        let fault = match self.file() {
            Ok(()) | Err(Stop::Enough) => return Ok(()),
            Err(Stop::Io(e)) => return Err(e),
            Err(Stop::Damage(what)) => Fault::from(what),
            Err(Stop::Fault(fault)) => fault,
        };
        let line = self.stream.line();
        let _ = self.emit(line, None, fault.of("the HAR file is damaged: "));
        Ok(())
    }

    fn file(&mut self) -> Walk {
        let mut found = false;
        self.object(|walk, name| {
            if name != Name::Log {
                return walk.pass();
            }
            walk.object(|walk, name| {
                if name != Name::Entries {
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

    /// Whether a value comes next, and not what ends or parts values.
    fn value_is_there(&mut self) -> Walk {
        match self.stream.peek()? {
            None => Err(Stop::Damage("it ends where a value should be")),
            Some(b'}' | b']' | b',' | b':') => Err(Stop::Damage("a value is missing")),
            Some(_) => Ok(()),
        }
    }

    fn pass(&mut self) -> Walk {
        self.value_is_there()?;
        if self.stream.skip()? {
            Ok(())
        } else {
            Err(Stop::Damage("it ends in the middle of a value"))
        }
    }

    fn object(&mut self, mut each: impl FnMut(&mut Self, Name) -> Walk) -> Walk {
        if !self.stream.take(b'{')? {
            return Err(Stop::Damage("an object is missing"));
        }
        if self.stream.take(b'}')? {
            return Ok(());
        }
        loop {
            let name = match self.stream.peek()? {
                Some(b'"') => match self.stream.value(1 << 16)? {
                    Cut::Whole(name) => Name::of(name),
                    _ => None,
                },
                _ => None,
            };
            let Some(name) = name else {
                return Err(Stop::Damage("a member's name is missing"));
            };
            if !self.stream.take(b':')? {
                return Err(Stop::Damage("a colon is missing"));
            }
            each(self, name)?;
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
            Name::Request => {
                let request = walk.part(Self::parse::<Request>)?;
                let request = request.and_then(|request| {
                    entry.address = Some(fault::address(&request.url)?);
                    Ok(request)
                });
                entry.request = Some(request);
                walk.release(&mut entry)
            }
            Name::Response => {
                entry.response = walk.part(Self::response)?.transpose();
                Ok(())
            }
            Name::Started => {
                let at = walk.part(Self::parse::<String>)?;
                entry.at = at.ok().and_then(|at| super::moment(&at));
                Ok(())
            }
            Name::Messages if walk.is_null()? => Ok(()),
            Name::Messages => walk.array(|walk| walk.message(&mut entry)),
            _ => walk.pass(),
        });
        self.release(&mut entry)?;
        walked?;
        self.finish(entry)
    }

    /// Reads a part of an entry. What is wrong with it belongs to the entry, not to the file: the walk
    /// goes on behind it.
    fn part<T>(&mut self, read: impl FnOnce(&mut Self) -> Walk<T>) -> Walk<Result<T, Fault>> {
        self.value_is_there()?;
        let depth = self.stream.depth();
        let fault = match read(self) {
            Ok(part) => return Ok(Ok(part)),
            Err(Stop::Fault(fault)) => fault,
            Err(Stop::Damage(what)) => Fault::from(what),
            Err(other) => return Err(other),
        };
        match self.stream.close(depth)? {
            true => Ok(Err(fault)),
            false => Err(Stop::Damage("it ends in the middle of an entry")),
        }
    }

    /// Reads a value that is not large.
    fn parse<T: for<'de> Deserialize<'de>>(&mut self) -> Walk<T> {
        self.value_is_there()?;
        let parsed = match self.stream.value(self.limits.record)? {
            Cut::Whole(bytes) => serde_json::from_slice(bytes)
                .map_err(|e| Stop::Fault(Fault::from(super::reason(&e)))),
            Cut::TooLarge(size) => Err(Stop::Fault(Fault::too_large(size, self.limits))),
            Cut::Broken(_) => Err(Stop::Damage("it ends in the middle of an entry")),
        };
        self.stream.release();
        parsed
    }

    /// Reads a string that may be large, or null. What is no UTF-8 in it is left to who looks into it.
    fn text(&mut self) -> Walk<Option<Vec<u8>>> {
        self.value_is_there()?;
        match self.stream.text(self.limits.record, &mut self.text)? {
            Text::Whole => Ok(Some(self.text.bytes())),
            Text::TooLarge(size) => Err(Stop::Fault(Fault::too_large(size, self.limits))),
            Text::Broken => Err(Stop::Damage("it ends in the middle of an entry")),
            Text::Bad => Err(Stop::Fault(Fault::from("invalid escape"))),
            Text::Other => {
                let other = self.parse::<Option<String>>()?;
                Ok(other.map(String::into_bytes))
            }
        }
    }

    fn is_null(&mut self) -> Walk<bool> {
        Ok(self.stream.peek()? == Some(b'n') && self.parse::<()>().is_ok())
    }

    /// A response; none where it is null.
    fn response(&mut self) -> Walk<Option<Response>> {
        if self.is_null()? {
            return Ok(None);
        }
        let mut response = Response::default();
        self.object(|walk, name| {
            match name {
                Name::Status => response.status = Some(walk.parse()?),
                Name::BodySize => {
                    response.sent = walk.parse::<Option<f64>>()?.unwrap_or(0.0) as i64
                }
                Name::Content if !walk.is_null()? => walk.content(&mut response)?,
                Name::Content => {}
                _ => walk.pass()?,
            }
            Ok(())
        })?;
        match response.status {
            Some(_) => Ok(Some(response)),
            None => Err(Stop::Fault(Fault::from("missing field `status`"))),
        }
    }

    fn content(&mut self, response: &mut Response) -> Walk {
        self.object(|walk, name| {
            match name {
                Name::Size => response.size = walk.parse::<Option<f64>>()?.unwrap_or(0.0) as i64,
                Name::Media => response.media = walk.parse::<Option<_>>()?.unwrap_or_default(),
                Name::Text => response.text = walk.text()?,
                Name::Encoding => response.encoding = walk.parse()?,
                _ => walk.pass()?,
            }
            Ok(())
        })
    }

    fn frame(&mut self) -> Walk<Frame> {
        let mut frame = Frame::default();
        self.object(|walk, name| {
            match name {
                Name::Time => frame.time = walk.parse()?,
                Name::Type => frame.kind = walk.parse()?,
                Name::Opcode => frame.opcode = walk.parse()?,
                Name::Data => frame.data = walk.text()?,
                _ => walk.pass()?,
            }
            Ok(())
        })?;
        let missing = |name| Err(Stop::Fault(Fault::from(format!("missing field `{name}`"))));
        match frame {
            Frame { kind: None, .. } => missing("type"),
            Frame { data: None, .. } => missing("data"),
            frame => Ok(frame),
        }
    }

    /// A message on an entry's socket.
    fn message(&mut self, entry: &mut Entry) -> Walk {
        self.stream.peek()?;
        let line = self.stream.line();
        let frame = self.part(Self::frame)?;
        entry.frames += 1;
        if entry.address.is_some() {
            return self.tell(line, frame, entry);
        }
        let data = frame.as_ref().ok().and_then(|f| f.data.as_ref());
        entry.waiting_bytes += data.map_or(0, Vec::len);
        entry.waiting.push((line, frame));
        if entry.waiting_bytes > self.limits.record || entry.waiting.len() > WAITING {
            self.release(entry)
        } else {
            Ok(())
        }
    }

    /// Hands on the messages that waited for the address.
    fn release(&mut self, entry: &mut Entry) -> Walk {
        entry.waiting_bytes = 0;
        for (line, frame) in std::mem::take(&mut entry.waiting) {
            self.tell(line, frame, entry)?;
        }
        Ok(())
    }

    fn tell(&mut self, line: u64, frame: Result<Frame, Fault>, entry: &Entry) -> Walk {
        let frame = match frame {
            Ok(frame) => frame,
            Err(fault) => {
                return self.emit(line, None, fault.of("a `_webSocketMessages` element: "));
            }
        };
        // Close, ping and pong say nothing of the API, nor does Chromium's note of why a connection broke.
        if matches!(frame.opcode, Some(8..)) || frame.kind.as_deref() == Some("error") {
            return Ok(());
        }
        let at = frame.at();
        let direction = match frame.kind.as_deref() {
            Some("send") => Direction::Sent,
            Some("receive") => Direction::Received,
            _ => {
                let fault =
                    Fault::from("a `_webSocketMessages` element is neither `send` nor `receive`");
                return self.emit(line, at, fault.of(""));
            }
        };
        self.emit(
            line,
            at,
            Content::Message(Message {
                address: entry.address.clone(),
                connection: Some(entry.number.to_string().into()),
                direction,
                payload: frame.payload(),
            }),
        )
    }

    fn finish(&mut self, entry: Entry) -> Walk {
        let (line, at) = (entry.line, entry.at);
        let (request, response) = match (entry.request, entry.response.transpose()) {
            (Some(Ok(request)), Ok(response)) => (request, response),
            (Some(Err(fault)), _) | (_, Err(fault)) => {
                return self.emit(line, at, fault.of("an entry: "));
            }
            (None, _) => {
                let fault = Fault::from("an entry has no `request`");
                return self.emit(line, at, fault.of(""));
            }
        };
        let address = entry.address.unwrap_or_default();
        let status = response.as_ref().and_then(|r| r.status);
        if address.is_socket() || status == Some(101) || entry.frames > 0 {
            return Ok(());
        }
        if request.is_browsers_own() {
            return Ok(());
        }
        // 0 stands for a request that was blocked or never answered.
        let status = status.and_then(|status| u16::try_from(status).ok());
        let response = response.zip(status.filter(|status| *status > 0));
        let exchange = Exchange {
            method: request.method.to_ascii_uppercase(),
            address,
            request: request_part(request, self.limits),
            unanswered: response.is_none(),
            response: response
                .map(|(response, status)| (status, response_part(response, self.limits))),
        };
        self.emit(line, at, Content::Http(Box::new(exchange)))
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
