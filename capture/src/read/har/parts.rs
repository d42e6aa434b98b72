//! What stands in an entry: a request, a response, a message on its socket.

use std::fmt;
use std::io::Read as _;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::fault::LIST;
use super::super::{Limits, base64};
use crate::multipart;
use crate::record::{Body, Headers, Part, Payload};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default, deserialize_with = "few")]
    headers: Vec<Header>,
    #[serde(default)]
    post_data: Option<PostData>,
}

impl Request {
    /// Whether it is the browser's own affair and no call of the API: what never leaves the machine,
    /// a preflight, which asks on behalf of the request that follows and says of which page (Fetch
    /// standard, section 3.2; some recorders drop the rest of its headers), and the way through a
    /// proxy, which Charles and others write down as a request.
    pub(super) fn is_browsers_own(&self) -> bool {
        let local = [
            "about",
            "blob",
            "chrome",
            "chrome-extension",
            "data",
            "devtools",
            "file",
            "moz-extension",
        ];
        let scheme = self.url.split(':').next().unwrap_or_default();
        let asks = |h: &Header| {
            let names = ["access-control-request-method", "origin"];
            names.iter().any(|name| h.name.eq_ignore_ascii_case(name))
        };
        local.iter().any(|own| scheme.eq_ignore_ascii_case(own))
            || self.method.eq_ignore_ascii_case("CONNECT")
            || self.method.eq_ignore_ascii_case("OPTIONS") && self.headers.iter().any(asks)
    }
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Option<String>,
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
    #[serde(default, deserialize_with = "few")]
    params: Vec<FormField>,
    #[serde(default)]
    encoding: Option<String>,
}

/// A list that is not longer than lists are. One that is would take many times its text's memory.
fn few<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut out = Vec::new();
            while let Some(element) = list.next_element()? {
                if out.len() == LIST {
                    let message = format_args!("a list has more than {LIST} elements");
                    return Err(A::Error::custom(message));
                }
                out.push(element);
            }
            Ok(out)
        }
    }
    from.deserialize_any(Few(PhantomData))
}

/// A response, without what nothing looks at.
#[derive(Default)]
pub(super) struct Response {
    pub(super) status: Option<i64>,
    /// Bytes of the body, which need not be there.
    pub(super) size: i64,
    /// The same as it was sent: packed, perhaps.
    pub(super) sent: i64,
    pub(super) media: String,
    pub(super) text: Option<Vec<u8>>,
    pub(super) encoding: Option<String>,
}

/// When a message was sent or received.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Time {
    Number(f64),
    Text(String),
}

/// A message on a socket.
#[derive(Default)]
pub(super) struct Frame {
    /// Seconds since the Unix epoch; of some tools, RFC 3339.
    pub(super) time: Option<Time>,
    pub(super) kind: Option<String>,
    pub(super) opcode: Option<i64>,
    pub(super) data: Option<Vec<u8>>,
}

impl Frame {
    pub(super) fn at(&self) -> Option<Timestamp> {
        match self.time.as_ref()? {
            Time::Number(time) => seconds(*time),
            Time::Text(time) => super::super::moment(time),
        }
    }

    /// What was sent or received.
    pub(super) fn payload(self) -> Payload<'static> {
        let data = self.data.unwrap_or_default();
        Payload::decoded(match self.opcode {
            Some(2) => from_base64(data),
            _ => data,
        })
    }
}

/// A moment, to the microsecond at best: seconds since the Unix epoch, as Chrome and mitmproxy write; Playwright writes milliseconds, which
/// as seconds would lie beyond the year 5000.
fn seconds(since_epoch: f64) -> Option<Timestamp> {
    let seconds = match since_epoch {
        millis if millis > 1e11 => millis / 1e3,
        seconds => seconds,
    };
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}

/// The request's half of an exchange.
pub(super) fn request_part(request: Request, limits: Limits) -> Part<'static> {
    let header = request
        .headers
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case("content-type"));
    let post = request.post_data;
    let said = match (header, &post) {
        (Some(header), _) => header.value.as_deref().unwrap_or_default(),
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
        }) if !text.is_empty() => bytes(text.into_bytes(), encoding.as_deref(), limits),
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
    part.headers = Headers::new(
        headers
            .map(|h| (h.name, h.value.unwrap_or_default()))
            .collect(),
    );
    part
}

/// The response's half of an exchange.
pub(super) fn response_part(response: Response, limits: Limits) -> Part<'static> {
    let body = match response.text {
        Some(text) if !text.is_empty() => {
            let size = usize::try_from(response.size).unwrap_or(0);
            match bytes(text, response.encoding.as_deref(), limits) {
                Body::Bytes(payload) if payload.bytes.len() < size && is_cut(&payload.bytes) => {
                    Body::Unknown
                }
                whole => whole,
            }
        }
        // Less than nothing is how some say that they do not know.
        None if response.size < 0 => Body::Unknown,
        _ if response.size > 0 || response.sent > 0 => Body::Unknown,
        _ => Body::Empty,
    };
    Part {
        body,
        ..Part::typed(&response.media)
    }
}

/// Whether JSON ends before its time: recorders keep so many bytes of a body, and say how many there were.
fn is_cut(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err_and(|e| e.is_eof())
}

/// A body as it was before the recorder wrote it down, and before it was packed for the way: some keep that.
fn bytes(text: Vec<u8>, encoding: Option<&str>, limits: Limits) -> Body<'static> {
    let bytes = match encoding {
        Some("base64") => match decoded(&text) {
            Some(bytes) => bytes,
            None => return Body::Damaged("is marked as base64, and is not that"),
        },
        _ => text,
    };
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => match unpacked(&bytes, limits.record) {
            Ok(bytes) => Body::Bytes(Payload::decoded(bytes)),
            Err(why) => Body::Damaged(why),
        },
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Body::Damaged("is packed with zstd"),
        // The second byte of gzip is no UTF-8.
        [0x1f, 0xef, 0xbf, 0xbd, ..] => {
            Body::Damaged("was packed, and written down as text: bytes of it are lost")
        }
        _ => Body::Bytes(Payload::decoded(bytes)),
    }
}

/// What gzip holds, unless it is more than `limit` bytes.
pub(crate) fn unpacked(gzip: &[u8], limit: usize) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    let plain = flate2::read::MultiGzDecoder::new(gzip);
    match plain.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Err(_) => Err("is gzip that does not unpack"),
        Ok(size) if size > limit => Err("is gzip of more than is read at once"),
        Ok(_) => Ok(bytes),
    }
}

/// What a text says that should be base64; the text itself where it is not.
fn from_base64(text: Vec<u8>) -> Vec<u8> {
    decoded(&text).unwrap_or(text)
}

fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    std::str::from_utf8(text).ok().and_then(base64)
}
