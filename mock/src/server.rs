//! HTTP around the mock: connections, bodies, and what goes wrong with them on purpose.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, StreamBody};
use hyper::body::{Body as _, Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use venue_schema::ir::ErrorClass;

use crate::admit::Seat;
use crate::fault::{self, Kind};
use crate::locate::Located;
use crate::mock::{Answer, Asked, Inner, Mock, Scheme};
use crate::refusal::Refusal;
use crate::socket::{self, Session};

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 16 << 20;

/// How long a caller has for the head of a request, from the start of the connection or the end of the
/// answer before it. Then the connection ends, however much came meanwhile.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// How long a caller has to send one.
const BODY_TIME: Duration = Duration::from_secs(30);

type OutBody = UnsyncBoxBody<Bytes, io::Error>;

/// How long open connections have to end, once the mock is told to stop.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Ready, with an error, once the mock is told to stop.
pub(crate) type Stop = watch::Receiver<()>;

/// A WebSocket that is to be served once its handshake is answered.
type Upgraded = (OnUpgrade, Session, Seat);

impl Mock {
    /// Serves connections of a listener until `until` is ready; those that are open then are closed.
    ///
    /// # Errors
    ///
    /// Those of taking connections that do not concern one connection alone.
    pub async fn serve(
        &self,
        listener: TcpListener,
        until: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let served = |mock: Mock, stream, peer, stop| async move {
            mock.converse(stream, peer, Scheme::Plain, stop).await;
        };
        self.accept(listener, until, served).await
    }

    /// As [`serve`](Self::serve), with TLS.
    ///
    /// # Errors
    ///
    /// Those of taking connections that do not concern one connection alone.
    #[cfg(feature = "tls")]
    pub async fn serve_tls(
        &self,
        listener: TcpListener,
        tls: &crate::Tls,
        until: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let served = |mock: Mock, stream, peer, stop| {
            let tls = tls.clone();
            async move {
                match tls.greet(stream).await {
                    Ok(stream) => mock.converse(stream, peer, Scheme::Tls, stop).await,
                    Err(error) => mock.inner.log(&format!("connection: TLS: {error}")),
                }
            }
        };
        self.accept(listener, until, served).await
    }

    async fn accept<F: Future<Output = ()> + Send + 'static>(
        &self,
        listener: TcpListener,
        until: impl Future<Output = ()>,
        served: impl Fn(Mock, TcpStream, String, Stop) -> F,
    ) -> io::Result<()> {
        let (goes_on, stop) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut until = pin!(until);
        loop {
            tokio::select! {
                () = &mut until => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        // Small messages are to leave at once; a refusal of that is no reason to stop.
                        let _ = stream.set_nodelay(true);
                        let peer = peer.ip().to_string();
                        connections.spawn(served(self.clone(), stream, peer, stop.clone()));
                    }
                    // Out of descriptors, or a caller that was gone before it was let in.
                    Err(error) => {
                        self.inner.log(&format!("a connection was not taken: {error}"));
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop((goes_on, listener));
        let ended = async { while connections.join_next().await.is_some() {} };
        // What has not ended by then is cut off.
        let _ = tokio::time::timeout(LAST_WORDS, ended).await;
        Ok(())
    }

    /// Serves one connection over any stream, until either side ends it. `peer` is what limits by
    /// address count by, `scheme` what stands in the addresses that pages and documents give.
    pub async fn connection<S>(&self, stream: S, peer: String, scheme: Scheme)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (_goes_on, stop) = watch::channel(());
        self.converse(stream, peer, scheme, stop).await;
    }

    async fn converse<S>(&self, stream: S, peer: String, scheme: Scheme, mut stop: Stop)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        // A WebSocket is served here, not in a task of its own, so that it ends when this does.
        let (upgrades, mut upgraded) = mpsc::channel::<Upgraded>(1);
        let service = service_fn(|request| {
            let (mock, peer, upgrades) = (self.clone(), peer.clone(), upgrades.clone());
            async move { Ok::<_, Infallible>(mock.respond(request, peer, scheme, upgrades).await) }
        });
        let mut conversation = pin!(
            hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIME)
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades()
        );
        let served = tokio::select! {
            served = conversation.as_mut() => served,
            _ = stop.changed() => {
                conversation.as_mut().graceful_shutdown();
                conversation.await
            }
        };
        if let Err(error) = served {
            self.inner.log(&format!("connection: {error}"));
        }
        if let Ok((upgrading, session, _seat)) = upgraded.try_recv()
            && let Ok(stream) = upgrading.await
        {
            socket::io::run(TokioIo::new(stream), session, stop).await;
        }
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        peer: String,
        scheme: Scheme,
        upgrades: mpsc::Sender<Upgraded>,
    ) -> Response<OutBody> {
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", |t| t.as_str());
        let headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let mut asked = Asked {
            method: parts.method.as_str().to_owned(),
            target: target.to_owned(),
            headers,
            body: Vec::new(),
            peer,
            scheme,
        };
        if is_upgrade(&asked) {
            return self.upgrade(Request::from_parts(parts, body), &asked, &upgrades);
        }
        self.be_slow(&asked).await;
        match read(body).await {
            Ok(body) => asked.body = body,
            Err((status, why)) => return plain(status, why),
        }
        deliver(self.answer(&asked)).await
    }

    /// Turns a request into a WebSocket connection, or refuses it over HTTP.
    fn upgrade(
        &self,
        mut request: Request<Incoming>,
        asked: &Asked,
        upgrades: &mpsc::Sender<Upgraded>,
    ) -> Response<OutBody> {
        let inner = self.inner.clone();
        let path = request.uri().path();
        let Some(place) = inner.socket_at(asked.header("host"), path) else {
            let refusal = Refusal::new(ErrorClass::Caller, "the spec has no socket at this path");
            return refused(&inner, refusal.status(404));
        };
        let accept = match accept_key(asked) {
            Ok(accept) => accept,
            Err((status, words)) => {
                let refusal = Refusal::new(ErrorClass::Caller, words).status(status);
                let mut answer = inner.refused(None, &refusal);
                let version = ("sec-websocket-version".into(), VERSION.into());
                answer.headers.push(version);
                inner.log(&format!("socket refused: {words}"));
                return response(answer);
            }
        };
        let caller = match inner.handshake(place.0, asked) {
            Ok(caller) => caller,
            Err(denied) => return refused(&inner, inner.denied(denied)),
        };
        let key = caller.as_ref().map_or("", |caller| &caller.key);
        let seat = match inner.seat(place.0, &asked.peer, key) {
            Ok(seat) => seat,
            Err(refusal) => return refused(&inner, refusal),
        };
        inner.log(&format!("socket {} opened", place.1));
        let upgrading = hyper::upgrade::on(&mut request);
        let session = Session::new(inner, place, asked.peer.clone(), caller);
        // There is one handshake at most, for nothing of HTTP comes after it.
        let _ = upgrades.try_send((upgrading, session, seat));
        let response = Response::builder()
            .status(101)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-accept", accept);
        response
            .body(whole(Vec::new()))
            .unwrap_or_else(|_| plain(500, "the answer has no form in HTTP"))
    }

    async fn be_slow(&self, asked: &Asked) {
        let located = self
            .inner
            .locate(&asked.method, asked.header("host"), &asked.target);
        if let Located::Operation { operation, .. } = located {
            let id = self.inner.operation_id(operation);
            let slow = |kind| matches!(kind, Kind::SlowReader(_));
            for kind in self.inner.faults.now(&[id], slow) {
                if let Kind::SlowReader(wait) = kind {
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }
}

/// Whether a request asks for a WebSocket.
fn is_upgrade(asked: &Asked) -> bool {
    let says = |name: &str, what: &str| {
        let words = asked.header(name).unwrap_or_default().split(',');
        words.map(str::trim).any(|w| w.eq_ignore_ascii_case(what))
    };
    asked.method == "GET" && says("connection", "upgrade") && says("upgrade", "websocket")
}

/// The version of WebSocket that there is (RFC 6455).
const VERSION: &str = "13";

/// What a handshake is accepted with; else the status and why not.
fn accept_key(asked: &Asked) -> Result<String, (u16, &'static str)> {
    if asked.header("sec-websocket-version") != Some(VERSION) {
        return Err((426, "the version of WebSocket is not 13"));
    }
    let key = asked.header("sec-websocket-key").unwrap_or_default().trim();
    match STANDARD.decode(key) {
        Ok(bytes) if bytes.len() == 16 => Ok(derive_accept_key(key.as_bytes())),
        _ => Err((400, "Sec-WebSocket-Key is not 16 bytes in base64")),
    }
}

/// The whole of a body; else the status and why not.
async fn read(body: Incoming) -> Result<Vec<u8>, (u16, &'static str)> {
    const TOO_LARGE: (u16, &str) = (413, "the body is too large");
    // What is announced as too large is not waited for.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(TOO_LARGE);
    }
    let whole = Limited::new(body, MAX_BODY).collect();
    match tokio::time::timeout(BODY_TIME, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(TOO_LARGE),
        Ok(Err(_)) => Err((400, "the body was cut")),
        Err(_) => Err((408, "the body did not come in time")),
    }
}

fn refused(inner: &Inner, refusal: Refusal) -> Response<OutBody> {
    inner.log(&format!("socket refused: {}", refusal.words));
    response(inner.refused(None, &refusal))
}

async fn deliver(mut answer: Answer) -> Response<OutBody> {
    let wait = fault::latency(&answer.faults);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if answer.faults.contains(&Kind::HalfOpen) {
        std::future::pending::<()>().await;
    }
    if answer.faults.contains(&Kind::Garble) {
        answer.body = fault::garbled(&String::from_utf8_lossy(&answer.body)).into_bytes();
    }
    response(answer)
}

fn response(answer: Answer) -> Response<OutBody> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let body = if answer.faults.contains(&Kind::Cut) {
        response = response.header("content-length", answer.body.len().max(1));
        cut(&answer.body)
    } else {
        whole(answer.body)
    };
    response
        .body(body)
        .unwrap_or_else(|_| plain(500, "the answer has no form in HTTP"))
}

fn whole(body: Vec<u8>) -> OutBody {
    Full::new(Bytes::from(body))
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// Half of a body, then the end of the connection.
fn cut(body: &[u8]) -> OutBody {
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    // The error comes a moment later, so that the half is on its way before.
    let frames = stream::unfold(Some(half), |half| async move {
        match half {
            Some(half) if !half.is_empty() => Some((Ok(Frame::data(half)), Some(Bytes::new()))),
            _ => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                let error = io::Error::other("cut, as was asked for");
                Some((Err(error), None))
            }
        }
    });
    StreamBody::new(frames).boxed_unsync()
}

fn plain(status: u16, text: &str) -> Response<OutBody> {
    let mut response = Response::new(whole(text.as_bytes().to_vec()));
    if let Ok(status) = hyper::StatusCode::from_u16(status) {
        *response.status_mut() = status;
    }
    response
}
