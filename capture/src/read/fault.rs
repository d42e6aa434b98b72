//! Why a part of a capture cannot be read, and what is too much of it.

use super::Limits;
use crate::record::Content;
use crate::url::Address;

/// Bytes of a URL. Servers take some thousand.
const URL: usize = 64 << 10;
/// Bytes that the headers of a message take in a capture.
const HEADERS: usize = 1 << 20;
/// Headers of a message, and fields of a form that stand one by one.
pub(super) const LIST: usize = 10_000;

/// Why a part of a capture cannot be read.
pub(super) struct Fault {
    rule: &'static str,
    pub(super) message: String,
}

impl<T: Into<String>> From<T> for Fault {
    fn from(message: T) -> Self {
        Fault {
            rule: "unreadable-record",
            message: message.into(),
        }
    }
}

impl Fault {
    /// A record that has so many bytes.
    pub(super) fn too_large(size: u64, limits: Limits) -> Self {
        Fault::larger("the record", size, limits.record)
    }

    fn larger(what: &str, size: u64, most: usize) -> Self {
        Fault {
            rule: "record-too-large",
            message: format!("{what} has {size} bytes; at most {most} are read"),
        }
    }

    /// As a record, of what it is the fault.
    pub(super) fn of(self, what: &str) -> Content<'static> {
        Content::Unreadable {
            rule: self.rule,
            message: format!("{what}{}", self.message),
        }
    }
}

/// An address as it stands in a capture.
pub(super) fn address(url: &str) -> Result<Address, Fault> {
    match url.len() {
        0..=URL => Ok(Address::parse(url)),
        size => Err(Fault::larger("a URL", size as u64, URL)),
    }
}

/// Headers as they stand in a capture, if they are not too many.
pub(super) fn headers(text: &str) -> Result<&str, Fault> {
    match text.len() {
        0..=HEADERS => Ok(text),
        size => Err(Fault::larger("a list of headers", size as u64, HEADERS)),
    }
}
