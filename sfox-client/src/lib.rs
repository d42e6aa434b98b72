//! Typed requests and replies for the sFOX APIs, without a transport.
//!
//! There is no network code in this crate yet: it turns a typed request into what an HTTP client
//! has to send, and what came back into a typed response. Use whichever HTTP client you have in
//! between.
//!
//! ```
//! use sfox_client::{Client, Key, read, sfox_types::legacy};
//! use legacy::orders::get_order;
//!
//! let client = Client::new(&legacy::API, [Key::new("my key")]);
//! let request = client.prepare(&get_order::Request::new(666))?;
//! assert_eq!(request.method, "GET");
//! assert_eq!(request.url, "https://api.sfox.com/v1/order/666");
//! // … send it …
//! let body = br#"{"id":666,"quantity":1,"price":10,"o_action":"Buy","pair":"btcusd","type":"Limit",
//!     "vwap":0,"filled":0,"status":"Started"}"#;
//! match read::<get_order::Request>(200, body)? {
//!     get_order::Response::Ok(order) => assert_eq!(order.quantity.to_string(), "1"),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auth;
mod error;
mod http;

pub use auth::Key;
pub use error::{PrepareError, PrepareErrorKind};
pub use http::{Header, HttpRequest};
pub use sfox_types;
use venue_wire::describe::{Api, Server};
use venue_wire::operation::{Request, Response, UnreadableReply};
use venue_wire::{Validate, Verdict};

/// Prepares the requests of one API.
#[derive(Debug, Clone)]
pub struct Client {
    api: &'static Api,
    environment: Option<String>,
    keys: Vec<Key>,
}

impl Client {
    /// A client of an API such as `sfox_types::legacy::API`, in its first environment.
    pub fn new(api: &'static Api, keys: impl IntoIterator<Item = Key>) -> Self {
        Client {
            api,
            environment: None,
            keys: keys.into_iter().collect(),
        }
    }

    /// The same client in another environment, such as `sandbox`.
    #[must_use]
    pub fn in_environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// The API.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// What to send for a request.
    ///
    /// # Errors
    ///
    /// If the request breaks a bound or a rule of the spec, if there is no key for the operation or
    /// no way to use it here, or if the environment has no address.
    pub fn prepare<R: Request + Validate>(&self, request: &R) -> Result<HttpRequest, PrepareError> {
        let operation = R::OPERATION;
        let mut broken = request.validate();
        broken.retain(|violation| violation.verdict == Verdict::Invalid);
        if !broken.is_empty() {
            return Err(PrepareError::new(
                operation,
                PrepareErrorKind::Broken(broken),
            ));
        }
        let base = self.address(operation.server);
        let base = base.ok_or_else(|| {
            let environment = self.environment.clone().unwrap_or_default();
            PrepareError::new(operation, PrepareErrorKind::NoAddress(environment))
        })?;
        let mut url = format!("{}{}", base.trim_end_matches('/'), request.path());
        let query = request.query();
        if !query.is_empty() {
            url = format!("{url}?{query}");
        }
        let parameters = request.headers().into_iter();
        let mut headers: Vec<Header> = parameters
            .map(|(name, value)| Header::sensitive(name, value))
            .collect();
        let failed = |kind| PrepareError::new(operation, kind);
        headers.extend(auth::headers(operation, &self.keys).map_err(failed)?);
        let body = request.body();
        let body = body.map_err(|error| failed(PrepareErrorKind::Body(error)))?;
        let (content_type, body) = http::encode(body);
        headers.extend(content_type.map(|value| Header::plain("Content-Type", value)));
        Ok(HttpRequest {
            operation,
            method: operation.method,
            url,
            headers,
            body,
        })
    }

    fn address(&self, server: &Server) -> Option<&'static str> {
        let mut urls = server.urls.iter();
        let found = match &self.environment {
            Some(wanted) => urls.find(|(name, _)| name == wanted),
            None => urls.next(),
        };
        found.map(|(_, url)| *url)
    }
}

/// Reads what came back for a request, by its status.
///
/// # Errors
///
/// If the spec describes a body for this status and this one does not decode as it; the bytes are
/// in the error.
pub fn read<R: Request>(status: u16, body: &[u8]) -> Result<R::Response, UnreadableReply> {
    R::Response::from_parts(status, body)
}

/// Whether it is open if the request took effect: it is not one to repeat blindly, and no reply
/// came (`None`), or one that says that the venue failed or shed load after it was sent.
pub fn is_fate_unknown<R: Request>(status: Option<u16>) -> bool {
    R::OPERATION.is_ambiguous && status.is_none_or(|status| status == 429 || status >= 500)
}
