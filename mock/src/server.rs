//! HTTP around the mock: connections, bodies, and what goes wrong with them on purpose.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use venue_schema::ir::ErrorClass;

use crate::fault::{self, Kind};
use crate::locate::Located;
use crate::mock::{Answer, Asked, Inner, Mock};
use crate::refusal::Refusal;
use crate::socket::{self, Session};

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 16 << 20;

type OutBody = UnsyncBoxBody<Bytes, io::Error>;

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
        let mut connections = JoinSet::new();
        let mut until = pin!(until);
        loop {
            tokio::select! {
                () = &mut until => return Ok(()),
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        // Small messages are to leave at once; a refusal of that is no reason to stop.
                        let _ = stream.set_nodelay(true);
                        let mock = self.clone();
                        let peer = peer.ip().to_string();
                        connections.spawn(async move { mock.connection(stream, peer).await });
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
    }

    /// Serves one connection over any stream: one with TLS around it, say. `peer` is what limits by
    /// address count by.
    pub async fn connection<S>(&self, stream: S, peer: String)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(|request| {
            let mock = self.clone();
            let peer = peer.clone();
            async move { Ok::<_, Infallible>(mock.respond(request, peer).await) }
        });
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
        if let Err(error) = served {
            self.inner.log(&format!("connection: {error}"));
        }
    }

    async fn respond(&self, request: Request<Incoming>, peer: String) -> Response<OutBody> {
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
        };
        let is_socket = asked
            .header("upgrade")
            .is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
        if is_socket {
            return self.upgrade(Request::from_parts(parts, body), asked);
        }
        self.be_slow(&asked).await;
        match Limited::new(body, MAX_BODY).collect().await {
            Ok(body) => asked.body = body.to_bytes().to_vec(),
            Err(_) => return plain(413, "the body is too large or was cut"),
        }
        deliver(self.answer(&asked)).await
    }

    /// Turns a request into a WebSocket connection, or refuses it over HTTP.
    fn upgrade(&self, mut request: Request<Incoming>, asked: Asked) -> Response<OutBody> {
        let inner = self.inner.clone();
        let path = request.uri().path();
        let Some(place) = inner.socket_at(asked.header("host"), path) else {
            let refusal = Refusal::new(ErrorClass::Caller, "the spec has no socket at this path");
            return refused(&inner, refusal.status(404));
        };
        let Some(accept) = asked.header("sec-websocket-key") else {
            let refusal = Refusal::new(ErrorClass::Caller, "there is no Sec-WebSocket-Key");
            return refused(&inner, refusal.status(400));
        };
        let accept = derive_accept_key(accept.as_bytes());
        let caller = match inner.handshake(place.0, &asked) {
            Ok(caller) => caller,
            Err(denied) => return refused(&inner, inner.denied(denied)),
        };
        if !inner.count_connection(place.0, &asked.peer, true) {
            let words = "too many connections are open";
            return refused(&inner, Refusal::new(ErrorClass::RateLimit, words));
        }
        let socket = place.0;
        inner.log(&format!("socket {} opened", place.1));
        let upgrading = hyper::upgrade::on(&mut request);
        let session = Session::new(inner.clone(), place, asked.peer.clone(), caller);
        tokio::spawn(async move {
            if let Ok(upgraded) = upgrading.await {
                socket::io::run(TokioIo::new(upgraded), session).await;
            }
            inner.count_connection(socket, &asked.peer, false);
        });
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

fn refused(inner: &Inner, refusal: Refusal) -> Response<OutBody> {
    inner.log(&format!("socket refused: {}", refusal.words));
    response(inner.refused(None, &refusal))
}

async fn deliver(mut answer: Answer) -> Response<OutBody> {
    tokio::time::sleep(fault::latency(&answer.faults)).await;
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
