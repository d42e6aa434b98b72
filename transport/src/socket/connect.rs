//! From an address to an open WebSocket: TCP, TLS, handshake.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, client::ClientRequestBuilder};

use crate::error::{CallerError, NetworkError, NetworkErrorKind};
use crate::http::{BoxFuture, Header};
use crate::tls;

/// A connection that bytes go over.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Opens connections for WebSockets. [`Network`] does it over TCP; another can stand in.
pub trait Dial: Send + Sync + 'static {
    /// A connection to that host; with TLS, if `is_tls` says so.
    ///
    /// # Errors
    ///
    /// If there is none.
    fn dial<'d>(
        &'d self,
        host: &'d str,
        port: u16,
        is_tls: bool,
    ) -> BoxFuture<'d, Result<Box<dyn Io>, NetworkError>>;
}

/// Opens connections over TCP, with TLS by rustls.
pub struct Network {
    tls: TlsConnector,
    timeout: Duration,
}

impl Network {
    /// Certificates (DER) in `trusted` are trusted beside the Mozilla list.
    ///
    /// # Errors
    ///
    /// If one of the certificates cannot be read.
    pub fn new(timeout: Duration, trusted: &[Vec<u8>]) -> Result<Self, CallerError> {
        let config = tls::config(trusted)?;
        Ok(Network {
            tls: TlsConnector::from(Arc::new(config)),
            timeout,
        })
    }

    async fn open(&self, host: &str, port: u16, is_tls: bool) -> Result<Box<dyn Io>, NetworkError> {
        let stream = TcpStream::connect((host, port)).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        if !is_tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(failed)?;
        let stream = self.tls.connect(name, stream).await.map_err(failed)?;
        Ok(Box::new(stream))
    }
}

impl Dial for Network {
    fn dial<'d>(
        &'d self,
        host: &'d str,
        port: u16,
        is_tls: bool,
    ) -> BoxFuture<'d, Result<Box<dyn Io>, NetworkError>> {
        Box::pin(async move {
            let opened = tokio::time::timeout(self.timeout, self.open(host, port, is_tls));
            opened.await.unwrap_or_else(|_| {
                Err(NetworkError::new(NetworkErrorKind::Connect).caused_by("no connection in time"))
            })
        })
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> NetworkError {
    NetworkError::new(NetworkErrorKind::Connect).caused_by(error)
}

/// An open WebSocket.
pub(super) type Ws = WebSocketStream<Box<dyn Io>>;

/// Why there is none.
pub(super) enum NotOpen {
    /// The network.
    Network(NetworkError),
    /// The venue: status and body of its reply.
    Refused(u16, Vec<u8>),
}

/// Opens a WebSocket, with these headers on the handshake.
pub(super) async fn open(
    dial: &dyn Dial,
    url: &str,
    headers: &[Header],
    largest_message: usize,
    timeout: Duration,
) -> Result<Ws, NotOpen> {
    let (host, port, is_tls) = place(url).map_err(NotOpen::Network)?;
    let stream = dial.dial(&host, port, is_tls).await;
    let stream = stream.map_err(NotOpen::Network)?;
    let request = request(url, headers).map_err(NotOpen::Network)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(largest_message))
        .max_frame_size(Some(largest_message));
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
    match tokio::time::timeout(timeout, opened).await {
        Ok(Ok((ws, _))) => Ok(ws),
        Ok(Err(WsError::Http(reply))) => {
            let status = reply.status().as_u16();
            let body = reply.into_body().unwrap_or_default();
            Err(NotOpen::Refused(status, body))
        }
        Ok(Err(error)) => Err(NotOpen::Network(failed(error))),
        Err(_) => Err(NotOpen::Network(failed("no handshake in time"))),
    }
}

fn place(url: &str) -> Result<(String, u16, bool), NetworkError> {
    let url: reqwest::Url = url
        .parse()
        .map_err(|_| failed("the address cannot be read"))?;
    let host = url
        .host_str()
        .map(|host| host.trim_matches(['[', ']']).to_owned());
    let port = url.port_or_known_default();
    match (host, port) {
        (Some(host), Some(port)) => Ok((host, port, url.scheme() == "wss")),
        _ => Err(failed("the address has no host")),
    }
}

fn request(
    url: &str,
    headers: &[Header],
) -> Result<tokio_tungstenite::tungstenite::handshake::client::Request, NetworkError> {
    let uri = url
        .parse()
        .map_err(|_| failed("the address cannot be read"))?;
    let mut request = ClientRequestBuilder::new(uri)
        .into_client_request()
        .map_err(failed)?;
    for header in headers {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(failed)?;
        // The error would show nothing, and the value must not be shown.
        let value = HeaderValue::from_str(&header.value)
            .map_err(|_| failed("a header cannot be written"))?;
        request.headers_mut().append(name, value);
    }
    Ok(request)
}
