//! What a capture holds, whatever its format: exchanges over HTTP and messages on a WebSocket.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::url::Address;

/// One record of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// 0-based, within its file.
    pub index: u64,
    /// 1-based line of the decompressed file that it starts on.
    pub line: u64,
    /// When it was captured, if the capture says so.
    pub at: Option<Timestamp>,
    /// What it holds.
    pub content: Content<'a>,
}

/// The kinds of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// A request and its response, or one of them.
    Http(Box<Exchange<'a>>),
    /// A WebSocket message.
    Message(Message<'a>),
    /// A place in the file that cannot be read as a record.
    Unreadable {
        /// `unreadable-record` or `record-too-large`.
        rule: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

/// A request and its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange<'a> {
    /// Upper case. Where the capture does not say which of several it was, all of them, with ` or ` between.
    pub method: String,
    /// Where it went.
    pub address: Address,
    /// The request's body.
    pub request: Part<'a>,
    /// Status and body of the response; none if it was not captured. The status is 0 where the capture does
    /// not say it.
    pub response: Option<(u16, Part<'a>)>,
    /// Whether a response would be there if one had come.
    pub unanswered: bool,
}

/// A body and what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// `Content-Type` without its parameters, lower case; empty if not known.
    pub media: String,
    /// The boundary that the `Content-Type` names, for multipart bodies.
    pub boundary: Option<String>,
    /// The headers, where the capture has them.
    pub headers: Headers,
    /// The body.
    pub body: Body<'a>,
}

/// Headers of a request or response, in the order captured; none if they were not captured, for no
/// request goes without any. Their values hold keys, so `Debug` shows the names alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Of names and values.
    pub fn new(headers: Vec<(String, String)>) -> Self {
        Headers(headers)
    }

    /// Whether none was captured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values of a header, however its name is spelt.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        let same = self
            .0
            .iter()
            .filter(|(of, _)| of.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Part<'_> {
    /// Takes the media type, and the boundary if there is one, from a `Content-Type`.
    pub(crate) fn typed(content_type: &str) -> Self {
        Part {
            media: crate::read::media(content_type),
            boundary: crate::read::boundary(content_type),
            headers: Headers::default(),
            body: Body::Unknown,
        }
    }
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// It was not captured.
    Unknown,
    /// It was captured, and in a way that cannot be undone: what is the matter with it.
    Damaged(&'static str),
    /// There was none.
    Empty,
    /// Its bytes.
    Bytes(Payload<'a>),
}

/// Bytes as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Line of the file that they start on, if they stand in it as they are.
    pub line: Option<u64>,
}

impl<'a> Payload<'a> {
    /// Bytes that stand in the file as they are, from a line on.
    pub(crate) fn verbatim(bytes: &'a [u8], line: u64) -> Self {
        Payload {
            bytes: Cow::Borrowed(bytes),
            line: Some(line),
        }
    }

    /// Bytes that stand in the file encoded.
    pub(crate) fn decoded(bytes: Vec<u8>) -> Self {
        Payload {
            bytes: Cow::Owned(bytes),
            line: None,
        }
    }
}

/// A WebSocket message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// The connection's address, if known.
    pub address: Option<Address>,
    /// What the capture calls the connection, if it tells them apart.
    pub connection: Option<Cow<'a, str>>,
    /// Who sent it.
    pub direction: Direction,
    /// The message.
    pub payload: Payload<'a>,
}

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The venue.
    Received,
    /// The client.
    Sent,
}
