//! Each fault, as a client sees it over a real socket; and that what comes after it is whole again.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use venue_mock::{Mock, Options, Roles};

use crate::feeds::{Socket, connect, say, started, text};
use crate::support::{Memory, api, faults};

async fn faulty(id: &str, fault: &str) -> (Mock, String) {
    recorded(id, fault, &Memory::default()).await
}

async fn recorded(id: &str, fault: &str, memory: &Memory) -> (Mock, String) {
    let options = Options {
        record: Some(Box::new(memory.clone())),
        faults: vec![fault.parse().expect(fault)],
        roles: Roles::bundled(id),
        stateful: true,
        pace: Duration::from_millis(10),
        ..Options::default()
    };
    let mock = Mock::new(api(id), options.seeded(3));
    let address = started(&mock).await;
    (mock, address)
}

/// All that comes back on a connection of its own, until it ends or a second has passed.
async fn ask(address: &str, request: &str) -> Option<String> {
    let (line, body) = request.split_once('\n').unwrap_or((request, ""));
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer k\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(1), stream.read_to_end(&mut answer));
    read.await.ok()?.ok();
    Some(String::from_utf8_lossy(&answer).into_owned())
}

const BALANCE: &str = "GET /v1/user/balance";
const ORDER: &str =
    "POST /v1/orders/buy\n{\"currency_pair\":\"btcusd\",\"price\":1,\"quantity\":1}";

#[tokio::test]
async fn faults_of_answers_are_seen_and_pass() {
    let (_, address) = faulty("sfox", "status=503,times=1").await;
    let answer = ask(&address, ORDER).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let orders = ask(&address, "GET /v1/orders").await.expect("an answer");
    assert!(
        orders.ends_with("\r\n\r\n[]"),
        "the order was not taken: {orders}"
    );

    for (fault, said) in [
        ("retry-after=90s", "retry-after: 90\r\n"),
        (
            "retry-date=90s",
            "retry-after: Mon, 01 Jan 2024 00:01:30 GMT\r\n",
        ),
    ] {
        let options = Options {
            faults: vec![
                "status=503,times=1".parse().expect("a fault"),
                fault.parse().expect(fault),
            ],
            clock: Box::new(venue_mock::SteppedClock::default()),
            ..Options::default()
        };
        let address = started(&Mock::new(api("sfox"), options)).await;
        let answer = ask(&address, BALANCE).await.expect("an answer");
        assert!(answer.contains(said), "{answer}");
        assert_eq!(answer.matches("\r\ndate: ").count(), 1, "{answer}");
        let answer = ask(&address, BALANCE).await.expect("an answer");
        assert!(!answer.contains("retry-after"), "{answer}");
    }

    for fault in [
        "late-status=500,times=1,on=create-order",
        "cut,times=1,on=create-order",
    ] {
        let (_, address) = faulty("sfox", fault).await;
        let answer = ask(&address, ORDER).await.expect("an end");
        assert!(
            !answer.ends_with('}') || answer.starts_with("HTTP/1.1 500"),
            "{answer}"
        );
        let orders = ask(&address, "GET /v1/orders").await.expect("an answer");
        assert!(
            orders.contains("\"pair\":\"btcusd\""),
            "the order was taken: {orders}"
        );
    }

    let (_, address) = faulty("sfox", "latency=120ms").await;
    let begun = Instant::now();
    ask(&address, BALANCE).await.expect("an answer");
    assert!(begun.elapsed() >= Duration::from_millis(120));

    let (_, address) = faulty("sfox", "slow-reader=120ms").await;
    let begun = Instant::now();
    ask(&address, BALANCE).await.expect("an answer");
    assert!(begun.elapsed() >= Duration::from_millis(120));

    let (_, address) = faulty("sfox", "garble,times=1").await;
    let garbled = ask(&address, BALANCE).await.expect("an answer");
    let (_, body) = garbled.split_once("\r\n\r\n").expect("a body");
    assert!(
        serde_json::from_str::<serde_json::Value>(body).is_err(),
        "{body}"
    );

    let (_, address) = faulty("sfox", "stale-auth,after=1,times=1").await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let answer = ask(&address, BALANCE).await.expect("an answer");
        statuses.push(answer[9..12].to_owned());
    }
    assert_eq!(statuses, ["200", "401", "200"]);

    let (_, address) = faulty("sfox", "half-open,times=1").await;
    assert_eq!(ask(&address, BALANCE).await, None);
    let answer = ask(&address, BALANCE).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A connection that follows the ticker, past its answers.
async fn ticker(fault: &str) -> Socket {
    ticker_recorded(fault, &Memory::default()).await
}

async fn ticker_recorded(fault: &str, memory: &Memory) -> Socket {
    let (mock, address) = recorded("sfox", fault, memory).await;
    let mut socket = connect(&mock, &address, 0, false).await.expect("open");
    say(&mut socket, r#"{"type":"authenticate","apiKey":"k"}"#).await;
    say(
        &mut socket,
        r#"{"type":"subscribe","feeds":["ticker.sfox.btcusd"]}"#,
    )
    .await;
    text(&mut socket).await.expect("an answer");
    text(&mut socket).await.expect("an answer");
    socket
}

fn sequence(message: &str) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_str(message).ok()?;
    value["sequence"].as_u64()
}

async fn sequences(socket: &mut Socket, count: usize) -> Vec<Option<u64>> {
    let mut out = Vec::new();
    for _ in 0..count {
        out.push(text(socket).await.as_deref().and_then(sequence));
    }
    out
}

#[tokio::test]
async fn faults_of_feeds_are_seen() {
    for (fault, wanted, rule) in [
        (
            "drop,on=feed.ticker,after=1,times=1",
            [3, 5, 6, 7],
            "sequence-gap: `sequence` went from 3 to 5: 1 message is missing",
        ),
        (
            "duplicate,on=feed.*,after=1,times=1",
            [3, 4, 4, 5],
            "repeated-sequence: `sequence` 4 came a second time",
        ),
        (
            "reorder,on=feed.ticker,after=1,times=1",
            [3, 5, 4, 6],
            "out-of-order: `sequence` 4 came after 5: the order is broken",
        ),
    ] {
        let memory = Memory::default();
        let mut socket = ticker_recorded(fault, &memory).await;
        assert_eq!(sequences(&mut socket, 4).await, wanted.map(Some), "{fault}");
        // And the record of the connection tells of it.
        assert_eq!(faults(api("sfox"), &memory.text()), [rule]);
    }
    let mut socket = ticker("garble,on=feed.ticker,times=1").await;
    let seen = sequences(&mut socket, 2).await;
    assert_eq!((seen[0], seen[1]), (None, Some(4)));

    let mut socket = ticker("truncate,on=feed.ticker,after=2").await;
    assert_eq!(sequences(&mut socket, 3).await, [Some(3), Some(4), None]);

    let mut socket = ticker("half-open,on=feed.ticker,after=1").await;
    assert!(text(&mut socket).await.is_some());
    let silent = timeout(Duration::from_millis(300), text(&mut socket)).await;
    assert!(
        silent.is_err(),
        "nothing comes, and nothing ends: {silent:?}"
    );
}

#[tokio::test]
async fn silence_ends_a_connection_and_skew_moves_its_times() {
    let options = Options {
        idle_timeout: Some(Duration::from_millis(150)),
        pace: Duration::from_millis(20),
        ..Options::default()
    };
    let mock = Mock::new(api("sfox-legacy"), options);
    let address = started(&mock).await;
    let mut socket = connect(&mock, &address, 0, false).await.expect("open");
    let begun = Instant::now();
    assert_eq!(text(&mut socket).await, None);
    assert!(
        begun.elapsed() >= Duration::from_millis(140),
        "{:?}",
        begun.elapsed()
    );

    // Who pings is not silent.
    let mut socket = connect(&mock, &address, 0, false).await.expect("open");
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let ping = Message::Ping(Vec::new().into());
        socket.send(ping).await.expect("it is open");
        let pong = socket.next().await;
        assert!(matches!(pong, Some(Ok(Message::Pong(_)))), "{pong:?}");
    }

    let time = |message: Option<String>| {
        let value: serde_json::Value = serde_json::from_str(&message?).ok()?;
        value["timestamp"].as_i64()
    };
    let mut plain = ticker("drop,times=0").await;
    let mut skewed = ticker("skew=-1h").await;
    let (plain, skewed) = (time(text(&mut plain).await), time(text(&mut skewed).await));
    let behind = plain.zip(skewed).map(|(plain, skewed)| plain - skewed);
    assert!(
        behind.is_some_and(|ns| (3_599_000_000_000..3_601_000_000_000).contains(&ns)),
        "{behind:?}"
    );
}
