//! No client, key, request or error shows a key: against venues that say back all that they hear.

use std::error::Error;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_tungstenite::tungstenite::Message;
use venue_transport::socket::{Dial, Io, SessionConfig};
use venue_transport::{
    Backoff, BoxFuture, Config, Credential, Http, HttpReply, HttpRequest, NetworkError,
    NetworkErrorKind, Retry, Secret,
};

use crate::drive::Drive;
use crate::everything::place;
use crate::generated::CLIENTS;
use crate::values::{Source, Values};

/// What the generated calls use as key and secret.
const KEY: &str = "some-key";
const SECRET: &str = "some-secret";

/// Says back what it was sent: as a refusal, as a success that nobody described, or not at all.
#[derive(Clone, Default)]
struct Echo {
    /// None: the connection breaks.
    status: Option<u16>,
    /// All that was sent.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    fn hear(&self, text: String) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(text);
    }

    fn heard(&self) -> Vec<String> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut heard)
    }
}

impl Http for Echo {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpReply, NetworkError>> {
        let mut text = request.url.clone();
        for header in &request.headers {
            let _ = write!(text, " {}: {}", header.name, header.value);
        }
        text += " ";
        text += &String::from_utf8_lossy(&request.body);
        let shown = format!("{request:?} {request:#?}");
        assert!(!shown.contains(KEY) && !shown.contains(SECRET), "{shown}");
        let json = serde_json::Value::from(text.clone());
        self.hear(text.clone());
        Box::pin(async move {
            let broken = || NetworkError::new(NetworkErrorKind::Broken).caused_by("cut");
            Ok(HttpReply {
                status: self.status.ok_or_else(broken)?,
                headers: vec![("retry-after".to_owned(), text)],
                body: format!(r#"{{"error":{json},"message":{json},"data":{json}}}"#).into_bytes(),
            })
        })
    }
}

/// Sockets do the same: the handshake is refused with all its headers, or the first message said back.
impl Dial for Echo {
    fn dial<'d>(
        &'d self,
        _host: &'d str,
        _port: u16,
        _is_tls: bool,
    ) -> BoxFuture<'d, Result<Box<dyn Io>, NetworkError>> {
        let (near, far) = tokio::io::duplex(64 << 10);
        let echo = self.clone();
        tokio::spawn(async move {
            match echo.status {
                Some(status) => echo.refuse(far, status).await,
                None => echo.say_back(far).await,
            }
        });
        Box::pin(async move { Ok(Box::new(near) as Box<dyn Io>) })
    }
}

impl Echo {
    async fn refuse(&self, mut far: DuplexStream, status: u16) -> Option<()> {
        let mut head = vec![0; 8 << 10];
        let length = far.read(&mut head).await.ok()?;
        let head = String::from_utf8_lossy(&head[..length]).into_owned();
        let reply = format!(
            "HTTP/1.1 {status} No\r\nContent-Length: {}\r\n\r\n{head}",
            head.len()
        );
        self.hear(head);
        far.write_all(reply.as_bytes()).await.ok()
    }

    async fn say_back(&self, far: DuplexStream) -> Option<()> {
        let mut ws = tokio_tungstenite::accept_async(far).await.ok()?;
        while let Some(Ok(message)) = ws.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            self.hear(text.to_string());
            let json = serde_json::Value::from(text.as_str());
            let refusal = format!(
                r#"{{"type":"error","event":"ERROR","error":3,"sequence":1,"timestamp":1,"payload":{json},"action":{json}}}"#
            );
            ws.send(Message::text(refusal)).await.ok()?;
            ws.send(Message::text(text)).await.ok()?;
        }
        Some(())
    }
}

/// All that can be seen of an error.
fn shown(error: &dyn Error) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let _ = write!(text, "{error} {error:?} {error:#?} ");
        next = error.source();
    }
    text
}

/// Makes a call of which nothing must come; whether the venue heard of it.
async fn check(entry: &(&'static str, &str, Drive), echo: &Echo, values: Values) -> bool {
    let (id, kind, drive) = entry;
    let backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));
    let session = SessionConfig::new().answer_timeout(Duration::from_millis(30));
    let config = Config::new()
        .http(echo.clone())
        .dial(echo.clone())
        .retry(Retry::never())
        .session(session.backoff(backoff))
        .without_limits();
    let Err(error) = drive(config, values).await else {
        return !echo.heard().is_empty();
    };
    let shown = shown(&*error);
    assert!(!shown.contains(KEY), "{id} {kind}: {shown}");
    assert!(!shown.contains(SECRET), "{id} {kind}: {shown}");
    let heard = echo.heard();
    for text in &heard {
        // Nor what else was sent: it may be anybody's.
        assert!(!shown.contains(&**text), "{id} {kind}: {shown}");
    }
    !heard.is_empty()
}

#[tokio::test]
async fn no_error_of_a_call_shows_what_was_sent() {
    let failures = [200, 201, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502];
    for tables in CLIENTS {
        let api = &venue_schema::load_bundled(tables.api).expect(tables.api);
        let source = Source::new(api);
        for entry in tables.calls.iter().chain(tables.pages) {
            let index = place(&api.operations, entry.0, |it| &it.meta.id);
            for status in failures.into_iter().map(Some).chain([None]) {
                let echo = Echo {
                    status,
                    ..Echo::default()
                };
                let was_heard = check(entry, &echo, source.operation(index)).await;
                assert!(was_heard, "{} was not sent", entry.0);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_error_of_a_session_shows_what_was_sent() {
    for tables in CLIENTS {
        let api = &venue_schema::load_bundled(tables.api).expect(tables.api);
        let source = Source::new(api);
        for status in [Some(401), Some(429), Some(503), None] {
            let echo = Echo {
                status,
                ..Echo::default()
            };
            for entry in tables.feeds {
                let index = place(&api.feeds, entry.0, |it| &it.meta.id);
                let values = source.feed(index, "{}");
                check(entry, &echo, values).await;
            }
            for entry in tables.commands {
                let index = place(&api.commands, entry.0, |it| &it.meta.id);
                let was_heard = check(entry, &echo, source.command(index)).await;
                assert!(was_heard, "{} was not sent", entry.0);
            }
            for entry in tables.others {
                check(entry, &echo, Values::default()).await;
            }
        }
    }
}

/// All that can be seen of a key, and of the client and the sessions that have it.
macro_rules! check_client {
    ($client:ty, $key:expr $(, $session:ident)*) => {{
        let key = $key;
        let config = Config::new()
            .base_url(format!("https://{KEY}@example.com/?{KEY}"))
            .socket_url(format!("wss://{KEY}@example.com/{SECRET}"))
            .dial(Echo::default());
        let client = <$client>::with_config(key.clone(), config.clone()).expect("a client");
        check_debug(&[&key, &config, &client, client.rest()]);
        $(
            let session = client.$session().await;
            let inner = session.as_ref().map(|it| it.inner());
            check_debug(&[&session, &inner]);
        )*
    }};
}

fn check_debug(values: &[&dyn Debug]) {
    for value in values {
        let shown = format!("{value:?} {value:#?}");
        assert!(!shown.contains(KEY) && !shown.contains(SECRET), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_key_nor_client_shows_a_key() {
    use sfox_client::{connect, current, legacy};
    check_client!(legacy::Client, legacy::Key::new(KEY), session);
    check_client!(current::Client, current::Key::new(KEY), session);
    check_client!(connect::Client<_>, connect::PartnerKey::new(KEY), session);
    check_client!(connect::Client<_>, connect::UserToken::new(KEY));
    let key = finery_client::Key::new(KEY, SECRET);
    check_client!(finery_client::Client, key, session, rfq_session);
    let (key, pair) = (Credential::key(KEY), Credential::pair(KEY, SECRET));
    check_debug(&[&Secret::new(KEY), &key, &pair]);
    let login = current::types::websocket::Authenticate::new(KEY);
    let signed = finery_client::types::rfq::RfqAuth::new(KEY, SECRET, "{}");
    check_debug(&[&login, &signed]);
}
