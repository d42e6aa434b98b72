//! Faults against a client that signs: each attempt anew, over HTTP, on the handshake of a socket, and
//! where calls go over that socket. What is alike for all clients stands in `faults`.

use std::time::Instant;

use finery_client::books;
use finery_client::types::ErrorCode;
use finery_client::types::deals::{GetPositions, positions};
use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
use finery_client::types::websocket::FeedId;
use finery_client::{Client, Error, Key, Session};
use venue_transport::Config;
use venue_transport::book::Fault;
use venue_transport::socket::{Event, Overflow, SessionConfig};

use crate::faults::Told::{self, Ambiguous, Done, Refused, Unreadable};
use crate::faults::{BACKOFF, SILENCE, SLACK, TIMEOUT, faulty_venue, told};
use venue_mock::Mock;

/// A fault, how a read ends, how an order ends, orders that the venue then has.
const OVER_HTTP: &[(&str, Told, Told, usize)] = &[
    ("latency=2s,times=1", Done, Ambiguous, 1),
    ("status=429,times=1", Refused, Ambiguous, 0),
    ("status=503,times=1", Done, Ambiguous, 0),
    ("late-status=500,times=1", Done, Ambiguous, 1),
    ("cut,times=1", Done, Ambiguous, 1),
    ("garble,times=1", Unreadable, Ambiguous, 1),
    ("slow-reader=50ms", Done, Done, 1),
    ("stale-auth,times=1", Refused, Refused, 0),
    ("half-open,times=1", Done, Ambiguous, 1),
];

/// A fault of the answer to a call over the socket, how an order ends, orders that the venue then has.
const OVER_SOCKET: &[(&str, Told, usize)] = &[
    ("latency=50ms", Done, 1),
    ("latency=3s,times=1", Ambiguous, 1),
    ("truncate,times=1", Ambiguous, 1),
    ("garble,times=1", Ambiguous, 1),
    ("half-open,times=1", Ambiguous, 1),
];

async fn faulty(fault: &str, on: &str) -> (Mock, Config) {
    faulty_venue("finery", "/api", &[(fault, on)]).await
}

fn client(config: Config) -> Client {
    Client::with_config(Key::new("some-key", "some-secret"), config).expect("a client")
}

/// An order that rests, so that it can be counted.
fn order(number: i64) -> add::Request {
    let (side, kind) = (RequestSide::Bid, RequestType::Limit);
    let mut order = AddOrder::new("BTC-USD".to_owned(), side, kind);
    order.price = Some("100".parse().expect("a price"));
    order.size = Some("0.1".parse().expect("a size"));
    order.client_order_id = Some(number.into());
    add::Request::new(order)
}

/// Orders that rest at the venue, as a client sees them that no fault touches.
async fn placed(client: &Client) -> usize {
    let request = positions::Request::new(GetPositions::new());
    let state = client.positions(&request).await.expect("positions");
    state.orders.len()
}

fn check_reference(outcome: &Result<impl Sized, Error>, number: i64, fault: &str) {
    if let Err(Error::Ambiguous(open)) = outcome {
        let number = Some(number.to_string());
        assert_eq!(open.reference(), number, "{fault}");
        assert!(!open.ask_with().is_empty(), "{fault}");
    }
}

#[tokio::test]
async fn a_signed_read_is_signed_anew_each_time_it_is_sent() {
    for &(fault, read, ..) in OVER_HTTP {
        let (_mock, config) = faulty(fault, "positions").await;
        let client = client(config);
        let begin = Instant::now();
        let request = positions::Request::new(GetPositions::new());
        // The mock takes no nonce twice, and no signature but that of what came.
        assert_eq!(told(client.positions(&request).await), read, "{fault}");
        assert!(begin.elapsed() < TIMEOUT + BACKOFF + SLACK, "{fault}");
        let next = told(client.positions(&request).await);
        assert_eq!(next, Done, "{fault}: the next");
    }
}

#[tokio::test]
async fn a_signed_order_is_placed_once_or_not_at_all() {
    for &(fault, _, wanted, count) in OVER_HTTP {
        let (_mock, config) = faulty(fault, "add").await;
        let client = client(config);
        let outcome = client.add(&order(7)).await;
        check_reference(&outcome, 7, fault);
        assert_eq!(told(outcome), wanted, "{fault}");
        tokio::time::sleep(BACKOFF * 2).await;
        assert_eq!(placed(&client).await, count, "{fault}");
        let next = told(client.add(&order(8)).await);
        let (count, wanted) = (placed(&client).await, count + 1);
        assert_eq!((next, count), (Done, wanted), "{fault}: the next");
    }
}

#[tokio::test]
async fn an_order_over_the_socket_is_placed_once_or_not_at_all() {
    for &(fault, wanted, count) in OVER_SOCKET {
        let (_mock, config) = faulty(fault, "msg.request-reply").await;
        let client = client(config);
        let session = client.session().await.expect("a session");
        let outcome = session.add(&order(7)).await;
        check_reference(&outcome, 7, fault);
        assert_eq!(told(outcome), wanted, "{fault}");
        assert_eq!(placed(&client).await, count, "{fault}");
        let next = next_over(&session).await;
        assert_eq!(next, Done, "{fault}: the next");
        assert_eq!(placed(&client).await, count + 1, "{fault}: the next");
    }
}

/// Places an order as soon as the session is there again.
async fn next_over(session: &Session) -> Told {
    let begin = Instant::now();
    loop {
        match session.add(&order(8)).await {
            Err(Error::Network(error)) => {
                assert!(begin.elapsed() < SILENCE + TIMEOUT + SLACK, "{error:?}");
                tokio::time::sleep(BACKOFF).await;
            }
            outcome => return told(outcome),
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_by_every_signature() {
    let (_mock, config) = faulty("skew=-1h", "*").await;
    let client = client(config);
    let refused = client.add(&order(7)).await.expect_err("a refusal");
    assert_eq!(refused.code(), Some(ErrorCode::InvalidTimestamp));
    assert_eq!(told::<(), _>(Err(refused)), Refused);
    assert_eq!(told(client.session().await), Refused);
}

#[tokio::test]
async fn a_signed_handshake_that_is_refused_is_told_and_made_anew() {
    let (_mock, config) = faulty("stale-auth,times=1", "socket.main").await;
    let client = client(config);
    assert_eq!(told(client.session().await), Refused);
    let session = client.session().await.expect("a session");
    assert_eq!(told(session.add(&order(7)).await), Done);
}

/// The feed has no count of its messages: what is missing is seen on the book alone, if at all.
#[tokio::test]
async fn a_feed_behind_a_signed_handshake_comes_back_and_its_book_is_whole_again() {
    for (fault, is_lost) in [
        ("latency=20ms", false),
        ("slow-reader=50ms", false),
        ("truncate,after=4,times=1", true),
        ("half-open,after=4,times=1", true),
        ("garble,after=4,times=1", false),
    ] {
        let (_mock, config) = faulty(fault, "feed.b").await;
        let session = client(config).session().await.expect("a session");
        let name = FeedId::Name("BTC-USD".to_owned());
        let mut feed = session.b(Some(&name)).await.expect(fault);
        let (mut book, mut was_lost, mut told) = (books::empty(), false, 0);
        for _ in 0..16 {
            let next = tokio::time::timeout(SILENCE + TIMEOUT + SLACK, feed.next()).await;
            let event = next.expect(fault).expect(fault);
            was_lost |= matches!(event, Event::Reconnected(_));
            match book.follow(&event, books::apply_global) {
                Ok(()) => {}
                Err(Fault::Reconnected) => was_lost = true,
                Err(_) => told += 1,
            }
        }
        assert_eq!(was_lost, is_lost, "{fault}");
        assert_eq!(told > 0, fault.starts_with("garble"), "{fault}");
        let whole = book.best_bid().is_some() && book.best_ask().is_some();
        assert!(whole || told > 0, "{fault}");
    }
}

#[tokio::test]
async fn a_slow_consumer_of_a_feed_keeps_calls_over_its_socket_bounded() {
    let (_mock, config) = faulty("latency=0ms", "feed.b").await;
    let session = SessionConfig::new().queue(2).overflow(Overflow::Wait);
    let session = session.answer_timeout(TIMEOUT);
    let client = client(config.session(session));
    let session = client.session().await.expect("a session");
    let name = FeedId::Name("BTC-USD".to_owned());
    let _feed = session.b(Some(&name)).await.expect("a feed");
    tokio::time::sleep(BACKOFF * 2).await;
    let begin = Instant::now();
    let outcome = session.add(&order(7)).await;
    assert!(begin.elapsed() < TIMEOUT + SLACK);
    // Not sent, or sent and not answered: never one for the other.
    match (told_of(&outcome), placed(&client).await) {
        ("not sent", 0) | ("open", 0 | 1) => {}
        other => panic!("{other:?}: {outcome:?}"),
    }
}

fn told_of<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Network(_)) => "not sent",
        Err(Error::Ambiguous(_)) => "open",
        _ => "other",
    }
}
