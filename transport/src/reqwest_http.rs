//! [`Http`] over the network, by reqwest.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;

use crate::error::{CallerError, NetworkError, NetworkErrorKind};
use crate::http::{BoxFuture, Http, HttpReply, HttpRequest};
use crate::tls;

/// The largest body that a reply may have.
const LARGEST_BODY: usize = 64 << 20;

/// Carries requests over the network: HTTP/1.1, TLS by rustls, no redirects, no proxy of the
/// environment, nothing sent twice.
#[derive(Debug, Clone)]
pub struct Reqwest {
    client: reqwest::Client,
    origins: Origins,
}

/// Addresses up to their paths, and whole ones without a query, read once: to read one for each call
/// would cost more than all that this crate does for a call beside.
#[derive(Clone, Default)]
struct Origins(Arc<Mutex<BTreeMap<String, Url>>>);

/// Room for a body that is made at once, if the venue says that it is as large.
const FIRST_ROOM: usize = 64 << 10;

/// Addresses that are kept. A client has few origins, and few paths in which no id stands.
const MOST_KEPT: usize = 64;

impl Origins {
    /// Reads an address.
    fn url(&self, text: &str) -> Option<Url> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(url) = kept.get(text) {
            return Some(url.clone());
        }
        let host = text.find("://")? + 3;
        let path = text[host..]
            .find(['/', '?', '#'])
            .map_or(text.len(), |at| host + at);
        let (origin, rest) = text.split_at(path);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let mut url = match kept.get(origin) {
            Some(url) => url.clone(),
            None => {
                let url: Url = origin.parse().ok()?;
                keep(&mut kept, origin, &url);
                url
            }
        };
        url.set_path(path);
        url.set_query(query);
        if query.is_none() {
            keep(&mut kept, text, &url);
        }
        Some(url)
    }
}

fn keep(kept: &mut BTreeMap<String, Url>, text: &str, url: &Url) {
    if kept.len() < MOST_KEPT {
        kept.insert(text.to_owned(), url.clone());
    }
}

impl fmt::Debug for Origins {
    /// An address may hold what nobody should see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origins")
    }
}

impl Reqwest {
    /// A carrier with a pool of connections. Certificates (DER) in `trusted` are trusted beside the
    /// Mozilla list.
    ///
    /// # Errors
    ///
    /// If one of the certificates cannot be read.
    pub fn new(connect_timeout: Duration, trusted: &[Vec<u8>]) -> Result<Self, CallerError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(trusted)?)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .tcp_nodelay(true)
            .connect_timeout(connect_timeout)
            .user_agent(concat!("venue-transport/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|error| CallerError::Tls(error.into()))?;
        Ok(Reqwest {
            client,
            origins: Origins::default(),
        })
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpReply, NetworkError> {
        let headers = headers(&request).ok_or_else(|| {
            NetworkError::new(NetworkErrorKind::Connect).caused_by("a header cannot be written")
        })?;
        let method = reqwest::Method::from_bytes(request.method.as_bytes());
        let method = method.map_err(|error| failed(NetworkErrorKind::Connect, error))?;
        let url = self.origins.url(&request.url).ok_or_else(|| {
            NetworkError::new(NetworkErrorKind::Connect).caused_by("the address cannot be read")
        })?;
        let mut builder = self.client.request(method, url);
        builder = builder.headers(headers).timeout(request.timeout);
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let mut response = builder.send().await.map_err(network_error)?;
        let status = response.status().as_u16();
        // Nobody reads those of a success.
        let headers = response
            .headers()
            .iter()
            .filter(|_| !(200..300).contains(&status));
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let expected = response.content_length().unwrap_or_default();
        let expected = usize::try_from(expected).unwrap_or(LARGEST_BODY);
        let mut body = Vec::with_capacity(expected.min(FIRST_ROOM));
        while let Some(chunk) = response.chunk().await.map_err(network_error)? {
            if body.len() + chunk.len() > LARGEST_BODY {
                return Err(NetworkError::new(NetworkErrorKind::TooLarge));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpReply {
            status,
            headers,
            body,
        })
    }
}

impl Http for Reqwest {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpReply, NetworkError>> {
        Box::pin(self.carry(request))
    }
}

fn headers(request: &HttpRequest) -> Option<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for header in &request.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        let mut value = HeaderValue::from_str(&header.value).ok()?;
        value.set_sensitive(header.is_sensitive);
        headers.append(name, value);
    }
    Some(headers)
}

fn network_error(error: reqwest::Error) -> NetworkError {
    // What could not be put together was not sent either.
    let is_unsent = error.is_connect() || error.is_builder();
    let kind = match (is_unsent, error.is_timeout()) {
        (true, _) => NetworkErrorKind::Connect,
        (false, true) => NetworkErrorKind::Timeout,
        (false, false) => NetworkErrorKind::Broken,
    };
    // The address may hold parameters that nobody should see.
    failed(kind, error.without_url())
}

fn failed(
    kind: NetworkErrorKind,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> NetworkError {
    NetworkError::new(kind).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_if_anew_each_time() {
        let origins = Origins::default();
        let cases = [
            "https://api.example.com/v1/orders/a%2Fb?pair=btcusd&note=%23a+b",
            "https://api.example.com/v1/orders",
            "https://api.example.com",
            "https://api.example.com?only=query",
            "http://127.0.0.1:4010/a b/\u{e9}?",
            "https://[::1]:8443/x/../y?q=?",
        ];
        for text in cases.iter().chain(&cases) {
            assert_eq!(origins.url(text), text.parse().ok(), "{text}");
        }
        for text in ["nonsense", "https://", "/v1", "http://a b/c"] {
            assert_eq!(origins.url(text), None, "{text}");
        }
    }
}
