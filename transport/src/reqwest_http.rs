//! [`Http`] over the network, by reqwest.

use std::time::Duration;

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
pub struct Reqwest(reqwest::Client);

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
        Ok(Reqwest(client))
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpReply, NetworkError> {
        let headers = headers(&request).ok_or_else(|| {
            NetworkError::new(NetworkErrorKind::Connect).caused_by("a header cannot be written")
        })?;
        let method = reqwest::Method::from_bytes(request.method.as_bytes());
        let method = method.map_err(|error| failed(NetworkErrorKind::Connect, error))?;
        let mut builder = self.0.request(method, request.url);
        builder = builder.headers(headers).timeout(request.timeout);
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let mut response = builder.send().await.map_err(network_error)?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let mut body = Vec::new();
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
