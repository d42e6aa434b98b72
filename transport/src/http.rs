//! HTTP as the client sees it: parts that go out, a reply that comes back, and who carries them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, UNIX_EPOCH};

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
    /// Headers, names in lower case. Read of a reply that is no success alone, to learn how long to
    /// wait: `Retry-After` and `Date`.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// How long `Retry-After` asks to wait: seconds, or until a date. The date is held against the
    /// reply's own `Date`, so that a clock that is off does no harm, else against `now`, the time
    /// since the Unix epoch.
    pub fn retry_after(&self, now: Duration) -> Option<Duration> {
        let asked = self.header("retry-after")?;
        if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
            // More than fits is a century too.
            let seconds = asked.parse::<u32>().unwrap_or(u32::MAX);
            return Some(Duration::from_secs(seconds.into()));
        }
        let since_epoch = |text: &str| {
            let moment = httpdate::parse_http_date(text).ok()?;
            moment.duration_since(UNIX_EPOCH).ok()
        };
        let now = self.header("date").and_then(since_epoch).unwrap_or(now);
        Some(since_epoch(asked)?.saturating_sub(now))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(own, _)| own == name);
        header.map(|(_, value)| value.trim())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_until_a_date() {
        let moment = "Fri, 31 Dec 1999 23:59:30 GMT";
        let now = Duration::from_secs(946_684_740);
        type Headers<'a> = &'a [(&'a str, &'a str)];
        let cases: [(Headers<'_>, Option<u64>); 9] = [
            (&[("retry-after", "7")], Some(7)),
            (
                &[("retry-after", "99999999999999999999")],
                Some(u32::MAX.into()),
            ),
            (&[("retry-after", moment)], Some(30)),
            // The server's clock, not ours.
            (
                &[
                    ("retry-after", moment),
                    ("date", "Fri, 31 Dec 1999 23:59:20 GMT"),
                ],
                Some(10),
            ),
            (
                &[("retry-after", "Friday, 31-Dec-99 23:59:30 GMT")],
                Some(30),
            ),
            (&[("retry-after", "Thu, 30 Dec 1999 23:59:30 GMT")], Some(0)),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "-1")], None),
            (&[], None),
        ];
        for (headers, wait) in cases {
            let headers = headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let reply = HttpReply {
                status: 503,
                headers: headers.collect(),
                body: Vec::new(),
            };
            assert_eq!(
                reply.retry_after(now),
                wait.map(Duration::from_secs),
                "{:?}",
                reply.headers
            );
        }
    }
}
