//! Sessions over a loopback connection: login, feeds, what is missing, what is garbled, reconnects.

#[path = "../../transport/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use sfox_client::current::types::feeds::{Ticker, Trades};
use sfox_client::current::types::{Received, market_feeds::TickerMessage};
use sfox_client::current::{Client, Error, Key, Session};
use sfox_client::transport::socket::{Event, Overflow, SessionConfig, Subscription};
use sfox_client::transport::{Backoff, Config};
use support::ws::{Connection, WsServer};

const LOGIN: &str = r#"{"type":"authenticate","apiKey":"hunter2"}"#;
const WELCOME: &str = r#"{"type":"success","sequence":1,"timestamp":1,"payload":{"action":"authenticate"},"action":"authenticate"}"#;
const SUBSCRIBE: &str = r#"{"type":"subscribe","feeds":["ticker.sfox.btcusd"]}"#;
const SUBSCRIBED: &str = r#"{"type":"success","sequence":2,"timestamp":1,"payload":{"action":"subscribe","feeds":["ticker.sfox.btcusd"]},"action":"subscribe"}"#;

fn ticker(sequence: u64) -> String {
    format!(
        r#"{{"sequence":{sequence},"recipient":"ticker.sfox.btcusd","timestamp":1649901842979345289,"payload":{{"amount":0.00005737,"exchange":"coinbase","high":41512.43,"last":41420.58,"low":41058.82,"open":41141.31,"pair":"btcusd","route":"Smart","source":"ticker-info","timestamp":"2022-04-14T02:04:02.481Z","volume":1387.77211046,"vwap":41283.96339697249}}}}"#
    )
}

fn config(server: &WsServer, session: SessionConfig) -> Config {
    let backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(10));
    let config = Config::new().socket_url(&server.url);
    config.session(session.backoff(backoff))
}

async fn open(server: &mut WsServer, session: SessionConfig) -> (Session, Connection) {
    let client = Client::with_config(Key::new("hunter2"), config(server, session)).unwrap();
    let venue = async {
        let mut venue = server.accept().await;
        venue.expect(LOGIN, WELCOME).await;
        venue
    };
    let (session, venue) = tokio::join!(client.session(), venue);
    (session.unwrap(), venue)
}

async fn follow(
    server: &mut WsServer,
    session: SessionConfig,
) -> (Session, Subscription<TickerMessage>, Connection) {
    let (session, mut venue) = open(server, session).await;
    let feed = Ticker::new("btcusd".to_owned());
    let (feed, ()) = tokio::join!(session.ticker(&feed), venue.expect(SUBSCRIBE, SUBSCRIBED));
    (session, feed.unwrap(), venue)
}

async fn next<T: serde::de::DeserializeOwned>(feed: &mut Subscription<T>) -> Event<T> {
    let next = tokio::time::timeout(Duration::from_secs(20), feed.next());
    next.await.expect("an event in time").expect("an event")
}

fn number(event: Event<TickerMessage>) -> u64 {
    match event {
        Event::Message(message) => message.sequence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_feed_is_followed_after_login_and_acknowledgement() {
    let mut server = WsServer::start().await;
    let (_session, mut feed, mut venue) = follow(&mut server, SessionConfig::new()).await;
    venue.say(&ticker(3)).await;
    match next(&mut feed).await {
        Event::Message(message) => assert_eq!(message.payload.last.to_string(), "41420.58"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn gaps_duplicates_and_late_messages_are_items() {
    let mut server = WsServer::start().await;
    let (_session, mut feed, mut venue) = follow(&mut server, SessionConfig::new()).await;
    for sequence in [3, 6, 6, 4, 7] {
        venue.say(&ticker(sequence)).await;
    }
    assert_eq!(number(next(&mut feed).await), 3);
    let gap = next(&mut feed).await;
    assert!(
        matches!(
            gap,
            Event::Gap {
                expected: 4,
                found: 6
            }
        ),
        "{gap:?}"
    );
    assert_eq!(number(next(&mut feed).await), 6);
    let twice = next(&mut feed).await;
    assert!(
        matches!(twice, Event::Duplicate { sequence: 6, .. }),
        "{twice:?}"
    );
    let late = next(&mut feed).await;
    assert!(matches!(late, Event::Late { sequence: 4, .. }), "{late:?}");
    assert_eq!(number(next(&mut feed).await), 7);
}

#[tokio::test]
async fn what_does_not_decode_is_an_item_with_its_bytes() {
    let mut server = WsServer::start().await;
    let (_session, mut feed, mut venue) = follow(&mut server, SessionConfig::new()).await;
    let odd = r#"{"sequence":3,"recipient":"ticker.sfox.btcusd","timestamp":1,"payload":{"last":"#;
    venue.say(odd).await;
    venue.say("\u{1}garbled").await;
    venue.say(&ticker(4)).await;
    for bytes in [odd, "\u{1}garbled"] {
        match next(&mut feed).await {
            Event::Undecodable(undecodable) => assert_eq!(undecodable.bytes, bytes.as_bytes()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(number(next(&mut feed).await), 4);
}

#[tokio::test]
async fn frames_of_every_kind_are_taken_and_those_that_end_a_connection_are_told() {
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
    use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::Frame};
    let mut server = WsServer::start().await;
    let session = SessionConfig::new().largest_message(4096);
    let (_session, mut feed, mut venue) = follow(&mut server, session).await;
    venue.send(Message::binary(ticker(3))).await;
    let text = ticker(4);
    let (first, last) = text.split_at(text.len() / 2);
    for (part, kind, is_last) in [(first, Data::Text, false), (last, Data::Continue, true)] {
        let frame = Frame::message(part.to_owned(), OpCode::Data(kind), is_last);
        venue.send(Message::Frame(frame)).await;
        for _ in 0..1000 {
            venue.send(Message::Ping("flood".into())).await;
        }
    }
    venue.say(&ticker(5)).await;
    for sequence in 3..=5 {
        assert_eq!(number(next(&mut feed).await), sequence);
    }
    let reason = CloseFrame {
        code: CloseCode::Policy,
        reason: "hunter2".into(),
    };
    let too_large = "x".repeat(5000);
    for (last, cause) in [
        (Message::Close(Some(reason)), "1008"),
        (Message::text(too_large), "too long"),
    ] {
        venue.send(last).await;
        venue = server.accept().await;
        venue.expect(LOGIN, WELCOME).await;
        venue.expect(SUBSCRIBE, SUBSCRIBED).await;
        let Event::Reconnected(again) = next(&mut feed).await else {
            panic!("no word of {cause}")
        };
        assert!(again.cause.contains(cause), "{again:?}");
        assert!(!again.cause.contains("hunter2"), "{again:?}");
    }
    venue.say(&ticker(3)).await;
    assert_eq!(number(next(&mut feed).await), 3);
}

#[tokio::test]
async fn a_lost_connection_comes_back_with_login_and_feeds() {
    let mut server = WsServer::start().await;
    let (session, mut feed, mut venue) = follow(&mut server, SessionConfig::new()).await;
    venue.say(&ticker(3)).await;
    drop(venue);
    let mut venue = server.accept().await;
    venue.expect(LOGIN, WELCOME).await;
    venue.expect(SUBSCRIBE, SUBSCRIBED).await;
    venue.say(&ticker(3)).await;
    assert_eq!(number(next(&mut feed).await), 3);
    let again = next(&mut feed).await;
    assert!(
        matches!(&again, Event::Reconnected(it) if it.attempts >= 1),
        "{again:?}"
    );
    assert_eq!(number(next(&mut feed).await), 3);
    // The session takes orders as before.
    let subscribe = r#"{"type":"subscribe","feeds":["trades.sfox.btcusd"]}"#;
    let trades = Trades::new("btcusd".to_owned());
    let (trades, ()) = tokio::join!(session.trades(&trades), venue.expect(subscribe, SUBSCRIBED));
    trades.unwrap();
}

#[tokio::test]
async fn silence_is_a_lost_connection() {
    let mut server = WsServer::start().await;
    let session = SessionConfig::new().silence(Duration::from_millis(150));
    let (_session, mut feed, _silent) = follow(&mut server, session).await;
    let mut venue = server.accept().await;
    venue.expect(LOGIN, WELCOME).await;
    let again = next(&mut feed).await;
    assert!(matches!(again, Event::Reconnected(_)), "{again:?}");
}

#[tokio::test]
async fn a_refused_login_is_the_venues_no() {
    let mut server = WsServer::start().await;
    let client = config(&server, SessionConfig::new());
    let client = Client::with_config(Key::new("hunter2"), client).unwrap();
    let no = r#"{"type":"error","sequence":2,"timestamp":1,"payload":{"action":"authenticate"},"action":"authenticate"}"#;
    let venue = async { server.accept().await.expect(LOGIN, no).await };
    let (session, ()) = tokio::join!(client.session(), venue);
    let error = session.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("hunter2"));
}

#[tokio::test]
async fn a_refused_feed_is_the_venues_no() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open(&mut server, SessionConfig::new()).await;
    let no = r#"{"type":"error","sequence":2,"timestamp":1,"action":"subscribe"}"#;
    let feed = Ticker::new("btcusd".to_owned());
    let (feed, ()) = tokio::join!(session.ticker(&feed), venue.expect(SUBSCRIBE, no));
    assert!(matches!(feed, Err(Error::Refused(_))), "{feed:?}");
}

#[tokio::test]
async fn a_slow_reader_gets_messages_between_what_it_misses() {
    let mut server = WsServer::start().await;
    let dropping = SessionConfig::new().queue(2).overflow(Overflow::Drop);
    let (_session, mut feed, mut venue) = follow(&mut server, dropping).await;
    let (mut messages, mut missed) = (0, 0);
    for sequence in 3..60 {
        venue.say(&ticker(sequence)).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
        if sequence % 5 == 0 {
            match next(&mut feed).await {
                Event::Missed(count) => missed += count,
                event => messages += u64::from(number(event) > 0),
            }
        }
    }
    assert!(messages > 4 && missed > 0, "{messages} {missed}");
}

#[tokio::test]
async fn a_partner_logs_in_as_one() {
    use sfox_client::connect::{Client, PartnerKey};
    let mut server = WsServer::start().await;
    let config = config(&server, SessionConfig::new());
    let client = Client::with_config(PartnerKey::new("hunter2"), config).unwrap();
    let login = r#"{"type":"authenticate","enterprise":true,"apiKey":"hunter2"}"#;
    let venue = async { server.accept().await.expect(login, WELCOME).await };
    let (session, ()) = tokio::join!(client.session(), venue);
    session.unwrap();
}

#[tokio::test]
async fn a_slow_reader_loses_nothing_unless_it_says_so() {
    let mut server = WsServer::start().await;
    let waiting = SessionConfig::new().queue(2);
    let (_session, mut feed, mut venue) = follow(&mut server, waiting).await;
    for sequence in 3..40 {
        venue.say(&ticker(sequence)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    for sequence in 3..40 {
        assert_eq!(number(next(&mut feed).await), sequence);
    }

    let dropping = SessionConfig::new().queue(2).overflow(Overflow::Drop);
    let (_session, mut feed, mut venue) = follow(&mut server, dropping).await;
    for sequence in 3..40 {
        venue.say(&ticker(sequence)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(number(next(&mut feed).await), 3);
    assert_eq!(number(next(&mut feed).await), 4);
    venue.say(&ticker(40)).await;
    let missed = next(&mut feed).await;
    assert!(matches!(missed, Event::Missed(35)), "{missed:?}");
    assert_eq!(number(next(&mut feed).await), 40);
}

#[tokio::test]
async fn a_dropped_feed_is_stopped_and_the_rest_is_shown() {
    let mut server = WsServer::start().await;
    let (session, feed, mut venue) = follow(&mut server, SessionConfig::new()).await;
    let mut others = session.received().await.unwrap();
    drop(feed);
    venue.say(&ticker(3)).await;
    assert_eq!(
        venue.hear().await,
        r#"{"type":"unsubscribe","feeds":["ticker.sfox.btcusd"]}"#
    );
    venue.say(&ticker(4)).await;
    // The third, too, if the feed was stopped before it came.
    loop {
        match next(&mut others).await {
            Event::Message(Received::Ticker(message)) if message.sequence == 4 => break,
            Event::Message(Received::Ticker(message)) => assert_eq!(message.sequence, 3),
            Event::Message(Received::WsUnsubscribeSuccess(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    drop((session, others));
    // Closed, once nobody holds it.
    let closed = tokio::time::timeout(Duration::from_secs(20), venue.closed());
    closed.await.expect("a close in time");
}
