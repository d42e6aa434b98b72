//! How long clients wait, on a clock that tests move: by the venue's idle timeout, and by what its
//! catalogue of errors says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::sync::mpsc;
use tokio::time::Instant;
use venue_transport::BoxFuture;
use venue_transport::socket::{Dial, Io};
use venue_transport::{Config, Http, HttpReply, HttpRequest, NetworkError};

/// Hands the far end of each connection to the test, with the moment at which it was asked for.
struct Dials(mpsc::UnboundedSender<(Instant, DuplexStream)>);

impl Dial for Dials {
    fn dial<'d>(
        &'d self,
        _host: &'d str,
        _port: u16,
        _is_tls: bool,
    ) -> BoxFuture<'d, Result<Box<dyn Io>, NetworkError>> {
        let (near, far) = tokio::io::duplex(64 << 10);
        let _ = self.0.send((Instant::now(), far));
        Box::pin(async move { Ok(Box::new(near) as Box<dyn Io>) })
    }
}

/// Takes the handshake, and the login if one is expected; then reads and never says anything again.
/// Moments of what came, until the connection was given up.
async fn silent(far: DuplexStream, welcome: Option<&str>) -> Vec<Instant> {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;
    let mut ws = tokio_tungstenite::accept_async(far)
        .await
        .expect("a handshake");
    if let Some(welcome) = welcome {
        ws.next().await.expect("a login").expect("a login");
        ws.send(Message::text(welcome)).await.expect("sent");
    }
    let mut stream = ws.into_inner();
    let (mut moments, mut bytes) = (Vec::new(), [0; 256]);
    while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {
        // A ping of a client: the first byte of its frame.
        if bytes[0] == 0x89 {
            moments.push(Instant::now());
        }
    }
    moments
}

const SFOX_WELCOME: &str = r#"{"type":"success","sequence":1,"timestamp":1,"payload":{"action":"authenticate"},"action":"authenticate"}"#;

/// Opens a session to a venue that falls silent: it pings three times, gives up when the timeout is
/// over, and connects anew.
macro_rules! check_silence {
    ($client:ty, $key:expr, $session:ident, $welcome:expr) => {{
        let (dials, mut dialled) = mpsc::unbounded_channel();
        let config = Config::new()
            .socket_url("ws://127.0.0.1:1/ws")
            .dial(Dials(dials));
        let client = <$client>::with_config($key, config).expect("a client");
        let session = tokio::spawn(async move { client.$session().await });
        let (begin, far) = dialled.recv().await.expect("a connection");
        let venue = tokio::spawn(silent(far, $welcome));
        let session = session.await.expect("a task").expect("a session");
        let (again, _far) = dialled.recv().await.expect("another connection");
        let pings = venue.await.expect("a task");
        drop(session);
        let since = |moment: &Instant| moment.duration_since(begin).as_secs_f64().round();
        (pings.iter().map(since).collect::<Vec<f64>>(), since(&again))
    }};
}

#[tokio::test(start_paused = true)]
async fn a_silent_venue_is_pinged_and_left_by_its_own_idle_timeout() {
    // No idle timeout is known of sFOX, nor of requests for quote: a minute.
    let minute = (vec![0.0, 20.0, 40.0], 60.0);
    let key = sfox_client::legacy::Key::new("k");
    let seen = check_silence!(sfox_client::legacy::Client, key, session, None);
    assert_eq!(seen, minute, "sfox-legacy");
    let key = sfox_client::current::Key::new("k");
    let welcome = Some(SFOX_WELCOME);
    let seen = check_silence!(sfox_client::current::Client, key, session, welcome);
    assert_eq!(seen, minute, "sfox");
    let key = sfox_client::connect::PartnerKey::new("k");
    let seen = check_silence!(sfox_client::connect::Client<_>, key, session, welcome);
    assert_eq!(seen, minute, "sfox-connect");
    let key = finery_client::Key::new("k", "s");
    let seen = check_silence!(finery_client::Client, key.clone(), session, None);
    assert_eq!(seen, (vec![0.0, 27.0, 53.0], 80.0), "finery");
    let seen = check_silence!(finery_client::Client, key, rfq_session, None);
    assert_eq!(seen, minute, "finery, requests for quote");
}

/// Refuses the first call by 429, with these headers; the moments of the calls.
struct Busy(Arc<Mutex<Vec<Instant>>>, Vec<(String, String)>);

impl Http for Busy {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpReply, NetworkError>> {
        let mut moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moments.push(Instant::now());
        let (status, body) = match moments.len() {
            1 => (429, &br#"{"error":"too many requests"}"#[..]),
            _ => (200, &b"[]"[..]),
        };
        let reply = HttpReply {
            status,
            headers: self.1.clone(),
            body: body.to_vec(),
        };
        Box::pin(async move { Ok(reply) })
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_header_the_wait_is_the_catalogues() {
    for with_limits in [true, false] {
        let moments = Arc::default();
        let config = Config::new().http(Busy(Arc::clone(&moments), Vec::new()));
        let config = match with_limits {
            true => config,
            false => config.without_limits(),
        };
        let key = sfox_client::current::Key::new("k");
        let client = sfox_client::current::Client::with_config(key, config).expect("a client");
        client.get_balances().await.expect("balances");
        let moments = moments.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = moments[1].duration_since(moments[0]);
        // The catalogue has a minute for 429.
        assert!(waited >= Duration::from_secs(60), "{waited:?}");
        assert!(waited < Duration::from_secs(70), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_all_measure_does_not_hang_later_calls() {
    for wait in [
        "7200",
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let moments = Arc::default();
        let headers = vec![("retry-after".to_owned(), wait.to_owned())];
        let config = Config::new().http(Busy(Arc::clone(&moments), headers));
        let key = sfox_client::current::Key::new("k");
        let client = sfox_client::current::Client::with_config(key, config).expect("a client");
        client.get_balances().await.expect_err("a refusal");
        client.get_balances().await.expect("balances");
        let moments = moments.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = moments[1].duration_since(moments[0]);
        assert_eq!(waited.as_secs(), 120, "{wait}");
    }
}
