//! Every feed of every API in the box over real sockets: login, subscription, first message, the
//! next ones, the end; and that the records of it are what the spec describes.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::HeaderName;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use venue_capture::Address;
use venue_mock::{Mock, Options};

use crate::support::{Memory, api, apis, faults, key};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A mock on a free port, and its address.
pub(crate) async fn started(mock: &Mock) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let mock = mock.clone();
    tokio::spawn(async move { mock.serve(listener, std::future::pending()).await });
    address
}

/// A connection to a socket, with its handshake signed or not.
pub(crate) async fn connect(
    mock: &Mock,
    address: &str,
    socket: usize,
    signed: bool,
) -> Result<Socket, Error> {
    let (_, url) = &mock.api().sockets[socket].urls[0];
    let url = format!("ws://{address}{}", Address::parse(url).path);
    let mut request = url.into_client_request().expect("a request");
    let headers = mock.handshake(socket, &key());
    for (name, value) in headers.into_iter().filter(|_| signed) {
        let name: HeaderName = name.parse().expect("a name");
        let value = HeaderValue::from_str(&value).expect("a value");
        request.headers_mut().insert(name, value);
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

pub(crate) async fn text(socket: &mut Socket) -> Option<String> {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(5), socket.next());
        match next.await.ok()?? {
            Ok(Message::Text(text)) => return Some(text.as_str().to_owned()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

pub(crate) async fn say(socket: &mut Socket, text: &str) {
    socket.send(Message::text(text)).await.expect("it is sent");
}

fn quick(memory: &Memory) -> Options {
    Options {
        record: Some(Box::new(memory.clone())),
        limits: false,
        pace: Duration::from_millis(5),
        ..Options::default()
    }
}

#[tokio::test]
async fn every_feed_can_be_followed_as_described() {
    for api in apis() {
        let memory = Memory::default();
        let mock = Mock::new(api.clone(), quick(&memory).seeded(1));
        let address = started(&mock).await;
        for (feed, described) in api.feeds.iter().enumerate() {
            let Some(subscription) = mock.subscription(feed) else {
                continue;
            };
            let id = &described.meta.id;
            let mut socket = connect(&mock, &address, described.socket, true)
                .await
                .expect(id);
            if let Some(login) = mock.login(described.socket, &key()) {
                say(&mut socket, &login).await;
            }
            say(&mut socket, &subscription).await;
            for nth in 0..6 {
                assert!(text(&mut socket).await.is_some(), "{id}: message {nth}");
            }
            socket.close(None).await.expect("it closes");
        }
        let records = memory.text();
        let seen = records.lines().count();
        let subscribable = api.feeds.iter().filter(|f| f.subscribe.is_some()).count();
        assert!(seen >= subscribable * 7, "{}: {seen}", api.id);
        let found = faults(api, &records);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[tokio::test]
async fn a_private_feed_needs_a_key_and_counts_its_messages() {
    let memory = Memory::default();
    let mock = Mock::new(api("sfox"), quick(&memory));
    let address = started(&mock).await;
    let mut socket = connect(&mock, &address, 0, false).await.expect("open");
    let subscribe = r#"{"type":"subscribe","feeds":["ticker.sfox.ethusd","trades.sfox.ethusd"]}"#;
    say(&mut socket, subscribe).await;
    let refused = text(&mut socket).await.expect("a refusal");
    assert!(
        refused.contains(r#""error""#) && refused.contains(r#""subscribe""#),
        "{refused}"
    );
    say(&mut socket, r#"{"type":"authenticate","apiKey":"k"}"#).await;
    let taken = text(&mut socket).await.expect("an answer");
    assert!(taken.contains(r#""success""#), "{taken}");
    say(&mut socket, subscribe).await;
    let added = text(&mut socket).await.expect("an answer");
    assert!(added.contains("trades.sfox.ethusd"), "{added}");
    let mut last = 0;
    for _ in 0..6 {
        let message = text(&mut socket).await.expect("a message");
        assert!(message.contains("sfox.ethusd"), "{message}");
        let (_, rest) = message.split_once(r#""sequence":"#).expect("a counter");
        let digits: String = rest
            .trim_start()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let count: u64 = digits.parse().expect("a number");
        assert!(last == 0 || count == last + 1, "{count} after {last}");
        last = count;
    }
    // The key went over the wire, and is not in the record of it.
    let records = memory.text();
    assert!(records.contains(r#""apiKey":"***""#), "{records}");
    let found = faults(api("sfox"), &records);
    assert!(
        matches!(found.as_slice(), [one] if one.starts_with("missing-login: ")),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_feed_that_is_bound_without_an_id_comes_with_0() {
    let mock = Mock::new(api("finery"), quick(&Memory::default()));
    let address = started(&mock).await;
    let mut socket = connect(&mock, &address, 0, true).await.expect("open");
    text(&mut socket).await.expect("a status");
    say(&mut socket, r#"{"event":"bind","feed":"K"}"#).await;
    let snapshot = text(&mut socket).await.expect("a snapshot");
    assert!(
        snapshot.replace(' ', "").starts_with(r#"["K",0,"S""#),
        "{snapshot}"
    );
}
