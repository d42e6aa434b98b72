//! What a client can be told: where to, with what patience, carried by whom.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::error::CallerError;
use crate::http::Http;
use crate::limiter::Limiter;
use crate::retry::Retry;
use crate::socket::{Dial, SessionConfig};

/// What a client can be told. The default is the venue's first environment (production), with the
/// limits of the spec kept and safe calls repeated.
///
/// ```
/// use std::time::Duration;
/// use venue_transport::{Config, Retry};
///
/// let config = Config::new()
///     .environment("sandbox")
///     .timeout(Duration::from_secs(5))
///     .retry(Retry::never());
/// # let _ = config;
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) environment: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) socket_url: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) limiter: Option<Limiter>,
    pub(crate) retry: Retry,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) http: Option<Arc<dyn Http>>,
    pub(crate) dial: Option<Arc<dyn Dial>>,
    pub(crate) trusted: Vec<Vec<u8>>,
    pub(crate) session: SessionConfig,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            environment: None,
            base_url: None,
            socket_url: None,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            limiter: Some(Limiter::default()),
            retry: Retry::default(),
            clock: Arc::new(SystemClock),
            http: None,
            dial: None,
            trusted: Vec::new(),
            session: SessionConfig::default(),
        }
    }
}

impl Config {
    /// The default.
    pub fn new() -> Self {
        Config::default()
    }

    /// Another environment of the spec: `sandbox`, `test`.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Another address in place of every server's: `http://127.0.0.1:8080`, with a path perhaps,
    /// without a query. TLS is a must but on this machine.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Another address in place of every socket's: `ws://127.0.0.1:8080/ws`.
    #[must_use]
    pub fn socket_url(mut self, url: impl Into<String>) -> Self {
        self.socket_url = Some(url.into());
        self
    }

    /// How long one attempt may take, the reply's body included; 30 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Does not keep the limits of the spec.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.limiter = None;
        self
    }

    /// Counts against the limits together with every other client that was given the same limiter:
    /// limits of an address or an account hold for all of them.
    #[must_use]
    pub fn limiter(mut self, limiter: Limiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// What is tried again, and when.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Another clock for timestamps and nonces.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Another carrier of HTTP requests.
    #[must_use]
    pub fn http(mut self, http: impl Http) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// Another opener of connections for WebSockets.
    #[must_use]
    pub fn dial(mut self, dial: impl Dial) -> Self {
        self.dial = Some(Arc::new(dial));
        self
    }

    /// Trusts a certificate (DER) beside those of the Mozilla list.
    #[must_use]
    pub fn trust(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.trusted.push(certificate.into());
        self
    }

    /// How WebSocket sessions behave.
    #[must_use]
    pub fn session(mut self, session: SessionConfig) -> Self {
        self.session = session;
        self
    }

    /// The address of a server, to which paths are appended.
    pub(crate) fn base(
        &self,
        urls: &[(&'static str, &'static str)],
    ) -> Result<String, CallerError> {
        let url = self.address(self.base_url.as_deref(), urls)?;
        match url.contains(['?', '#']) {
            true => Err(CallerError::BadAddress),
            false => Ok(url.trim_end_matches('/').to_owned()),
        }
    }

    /// The address to use of those that the spec has.
    pub(crate) fn address(
        &self,
        replaced: Option<&str>,
        urls: &[(&'static str, &'static str)],
    ) -> Result<String, CallerError> {
        let url = match (replaced, &self.environment) {
            (Some(url), _) => Some(url),
            (None, Some(wanted)) => {
                let found = urls.iter().find(|(name, _)| name == wanted);
                found.map(|(_, url)| *url)
            }
            (None, None) => urls.first().map(|(_, url)| *url),
        };
        let Some(url) = url else {
            let environment = self.environment.clone().unwrap_or_default();
            return Err(CallerError::NoAddress(environment));
        };
        check_secure(url)?;
        Ok(url.to_owned())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("environment", &self.environment)
            .field("timeout", &self.timeout)
            .field("has_limits", &self.limiter.is_some())
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Refuses to send keys in the open, but to this machine.
fn check_secure(url: &str) -> Result<(), CallerError> {
    let address: reqwest::Url = url.parse().map_err(|_| CallerError::BadAddress)?;
    let host = address.host_str().unwrap_or_default();
    let is_here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    match address.scheme() {
        "https" | "wss" => Ok(()),
        "http" | "ws" if is_here => Ok(()),
        "http" | "ws" => Err(CallerError::Insecure),
        _ => Err(CallerError::BadAddress),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_tls() {
        let allowed = [
            "https://api.example.com/v1",
            "wss://ws.example.com",
            "http://127.0.0.1:80",
            "ws://[::1]:9/ws",
            "http://localhost:1234",
        ];
        for url in allowed {
            assert!(check_secure(url).is_ok(), "{url}");
        }
        let refused = [
            "http://api.example.com",
            "ws://10.0.0.1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://user@example.com",
            "ftp://127.0.0.1",
            "nonsense",
        ];
        for url in refused {
            assert!(check_secure(url).is_err(), "{url}");
        }
    }
}
