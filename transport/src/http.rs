//! HTTP as the client sees it: parts that go out, a reply that comes back, and who carries them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use venue_wire::MASKED;

use crate::error::NetworkError;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries requests. [`Reqwest`](crate::Reqwest) does it over the network; another can stand in.
///
/// It must not follow redirects (headers hold keys) and must not send anything twice.
pub trait Http: Send + Sync + 'static {
    /// Sends the request, and waits for the whole reply.
    ///
    /// # Errors
    ///
    /// If there is no whole reply within the request's timeout.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpReply, NetworkError>>;
}

/// A request, ready to go: signed over exactly these bytes.
#[derive(Clone)]
pub struct HttpRequest {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Headers, those that authenticate included.
    pub headers: Vec<Header>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
    /// How long to wait for the whole reply.
    pub timeout: Duration,
}

impl fmt::Debug for HttpRequest {
    /// Leaves out what may hold what must not be shown: query, headers' values, body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("headers", &self.headers)
            .field("body", &format_args!("({} bytes)", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A header of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The value must not be shown.
    pub is_sensitive: bool,
}

impl Header {
    pub(crate) fn plain(name: &'static str, value: String) -> Self {
        Header {
            name,
            value,
            is_sensitive: false,
        }
    }

    pub(crate) fn sensitive(name: &'static str, value: String) -> Self {
        Header {
            name,
            value,
            is_sensitive: true,
        }
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.is_sensitive {
            MASKED
        } else {
            &self.value
        };
        write!(f, "{}: {value}", self.name)
    }
}

/// A reply, whole.
#[derive(Clone)]
pub struct HttpReply {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// The seconds that `Retry-After` asks for; a date is not understood.
    pub fn retry_after(&self) -> Option<Duration> {
        let header = self.headers.iter().find(|(name, _)| name == "retry-after");
        let seconds = header?.1.trim().parse::<u32>().ok()?;
        Some(Duration::from_secs(seconds.into()))
    }
}

impl fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply")
            .field("status", &self.status)
            .field("body", &format_args!("({} bytes)", self.body.len()))
            .finish_non_exhaustive()
    }
}
