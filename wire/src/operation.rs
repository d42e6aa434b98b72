//! HTTP operations apart from transport: a request renders itself, a response reads itself.
//!
//! Generated crates implement [`Request`] and [`Response`] for each operation. What sends bytes
//! is up to whoever has a connection.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::describe::Operation;
use crate::{Validate, support};

/// What a client sends for one operation.
pub trait Request {
    /// What comes back.
    type Response: Response;

    /// What the spec says of the operation.
    const OPERATION: &'static Operation;

    /// The path below the server's address, with the parameters in place.
    fn path(&self) -> String;

    /// The query without its `?`; empty if there is none.
    fn query(&self) -> String {
        String::new()
    }

    /// Headers that are parameters of the operation; not those that authenticate.
    fn headers(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The body.
    ///
    /// # Errors
    ///
    /// If the value has no form on the wire: an array with an element set behind one that is not.
    fn body(&self) -> Result<Body, serde_json::Error> {
        Ok(Body::Empty)
    }
}

/// The body of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    Empty,
    /// `application/json`
    Json(Vec<u8>),
    /// `application/x-www-form-urlencoded`
    Form(Vec<u8>),
    /// `multipart/form-data`, as names and texts.
    Multipart(Vec<(String, String)>),
}

impl Body {
    /// The value as JSON.
    ///
    /// # Errors
    ///
    /// If it has no form on the wire.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(value).map(Body::Json)
    }

    /// The members of the value as a form.
    ///
    /// # Errors
    ///
    /// If it has no form on the wire, or is no object.
    pub fn form<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        let mut text = String::new();
        for (name, value) in support::form_fields(value)? {
            support::parameter(&mut text, &name, &value);
        }
        Ok(Body::Form(text.into_bytes()))
    }

    /// The members of the value as parts.
    ///
    /// # Errors
    ///
    /// If it has no form on the wire, or is no object.
    pub fn multipart<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        support::form_fields(value).map(Body::Multipart)
    }

    /// What to say in `Content-Type`; a multipart body's needs the boundary beside it.
    pub fn content_type(&self) -> Option<&'static str> {
        match self {
            Body::Empty => None,
            Body::Json(_) => Some("application/json"),
            Body::Form(_) => Some("application/x-www-form-urlencoded"),
            Body::Multipart(_) => Some("multipart/form-data"),
        }
    }
}

impl fmt::Debug for Body {
    /// Leaves out the content: it may hold what must not be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => f.write_str("Empty"),
            Body::Json(bytes) => write!(f, "Json({} bytes)", bytes.len()),
            Body::Form(bytes) => write!(f, "Form({} bytes)", bytes.len()),
            Body::Multipart(parts) => write!(f, "Multipart({} parts)", parts.len()),
        }
    }
}

/// What comes back for one operation, by status.
///
/// [`Validate`] reports what is wrong with the body, and as drift a reply that the spec does not
/// describe.
pub trait Response: Sized + Validate {
    /// What to say in `Accept`: the media types that the spec describes.
    const ACCEPT: &'static str = "application/json";

    /// Reads a reply.
    ///
    /// # Errors
    ///
    /// If the spec describes a body for this status and this one does not decode as it.
    fn from_parts(status: u16, body: &[u8]) -> Result<Self, UnreadableReply>;
}

/// A body that is not JSON, as it came: a report as CSV, a document. What is in it is not looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    bytes: Vec<u8>,
}

impl Content {
    /// Keeps a body.
    pub fn new(body: &[u8]) -> Self {
        Content {
            bytes: body.to_vec(),
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as text.
    ///
    /// # Errors
    ///
    /// If they are not UTF-8.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.bytes)
    }

    /// The bytes, to keep.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl fmt::Debug for Content {
    /// Leaves out the bytes: nobody knows what is sensitive in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.bytes.len())
    }
}

/// A reply as it came, where nothing in the spec describes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Reply {
    /// Keeps a reply.
    pub fn new(status: u16, body: &[u8]) -> Self {
        Reply {
            status,
            body: body.to_vec(),
        }
    }
}

impl fmt::Debug for Reply {
    /// Leaves out the body: nobody knows what is sensitive in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("body", &format_args!("({} bytes)", self.body.len()))
            .finish()
    }
}

/// A reply whose body is not what the spec describes for its status.
#[derive(Debug)]
pub struct UnreadableReply {
    /// The reply as it came.
    pub reply: Reply,
    /// Why it does not decode.
    pub error: serde_json::Error,
}

impl fmt::Display for UnreadableReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.reply.status;
        write!(
            f,
            "a reply with status {status} that the spec does not describe"
        )
    }
}

impl std::error::Error for UnreadableReply {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Reads a body.
#[doc(hidden)]
pub fn read_body<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, UnreadableReply> {
    crate::from_slice(body).map_err(|error| UnreadableReply {
        reply: Reply::new(status, body),
        error,
    })
}

/// Hides what the error of a sensitive body says: it might show the value.
#[doc(hidden)]
#[cold]
pub fn hide(unreadable: UnreadableReply) -> UnreadableReply {
    let UnreadableReply { reply, .. } = unreadable;
    let error = serde::de::Error::custom(format_args!(
        "the body is not what it should be ({})",
        crate::MASKED
    ));
    UnreadableReply { reply, error }
}

/// Reads a body that may be empty.
#[doc(hidden)]
pub fn read_optional_body<T: DeserializeOwned>(
    status: u16,
    body: &[u8],
) -> Result<Option<T>, UnreadableReply> {
    match body.trim_ascii().is_empty() {
        true => Ok(None),
        false => read_body(status, body).map(Some),
    }
}
