//! Each fault of the mock against a call that reads, an order, and a feed: nothing panics, no order
//! is sent twice, nothing is lost without a word, queues stay bounded, and what comes after is whole
//! again in time.

use std::time::{Duration, Instant};

use sfox_client::current::types::feeds::Ticker;
use sfox_client::current::types::market_feeds::TickerMessage;
use sfox_client::current::types::orders::{NewOrder, SidePath, create_order};
use sfox_client::current::{Client, Key};
use venue_mock::{Fault, Mock, Options, Roles};
use venue_transport::socket::{Event, Overflow, SessionConfig, Subscription};
use venue_transport::{Backoff, Config, Error, Retry};
use venue_wire::describe::{Catalogue, ErrorClass};

use crate::venue::{asked, serve};

/// How long one attempt of a call may take.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(400);
/// How long a connection may be silent.
pub(crate) const SILENCE: Duration = Duration::from_millis(300);
/// The longest wait before another attempt.
pub(crate) const BACKOFF: Duration = Duration::from_millis(40);
/// What a busy machine adds.
pub(crate) const SLACK: Duration = Duration::from_secs(3);

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Done,
    Refused,
    Unreadable,
    Ambiguous,
}
use Told::{Ambiguous, Done, Refused, Unreadable};

/// What a feed tells beside its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Gap,
    Duplicate,
    GapAndLate,
    Undecodable,
    Reconnected,
    NotOpened,
}

/// A fault, how a read ends, how an order ends, orders that the venue then has, what a feed tells.
type Row = (&'static str, Told, Told, usize, Seen);

const MATRIX: &[Row] = &[
    ("latency=50ms", Done, Done, 1, Seen::Nothing),
    ("latency=2s,times=1", Done, Ambiguous, 1, Seen::Reconnected),
    ("status=429,times=1", Refused, Ambiguous, 0, Seen::Nothing),
    ("status=503,times=1", Done, Ambiguous, 0, Seen::Nothing),
    ("late-status=500,times=1", Done, Ambiguous, 1, Seen::Nothing),
    ("cut,times=1", Done, Ambiguous, 1, Seen::Nothing),
    ("truncate,after=4,times=1", Done, Done, 1, Seen::Reconnected),
    (
        "garble,times=1",
        Unreadable,
        Ambiguous,
        1,
        Seen::Undecodable,
    ),
    ("drop,after=4,times=1", Done, Done, 1, Seen::Gap),
    ("duplicate,after=4,times=1", Done, Done, 1, Seen::Duplicate),
    ("reorder,after=4,times=1", Done, Done, 1, Seen::GapAndLate),
    ("slow-reader=50ms", Done, Done, 1, Seen::Nothing),
    ("stale-auth,times=1", Refused, Refused, 0, Seen::NotOpened),
    ("skew=-1h", Done, Done, 1, Seen::Nothing),
    ("half-open,times=1", Done, Ambiguous, 1, Seen::Reconnected),
];

/// A mock with these faults, each on one of its parts, and how a client gets there.
async fn faulty(faults: &[(&str, &str)]) -> (Mock, Config) {
    faulty_venue("sfox", "", faults).await
}

/// The same of any venue, whose operations stand below `path`.
pub(crate) async fn faulty_venue(id: &str, path: &str, faults: &[(&str, &str)]) -> (Mock, Config) {
    let faults = faults.iter().map(|(fault, on)| {
        let mut fault: Fault = fault.parse().expect(fault);
        fault.on.push((*on).to_owned());
        fault
    });
    let options = Options {
        keys: vec![venue_mock::Key::parse("some-key:some-secret")],
        faults: faults.collect(),
        roles: Roles::bundled(id),
        stateful: true,
        limits: false,
        pace: Duration::from_millis(5),
        ..Options::default()
    };
    let api = venue_schema::load_bundled(id).expect(id);
    let mock = Mock::new(api, options.seeded(1));
    let address = serve(&mock).await;
    let backoff = Backoff::new(BACKOFF / 4, BACKOFF);
    let session = SessionConfig::new()
        .silence(SILENCE)
        .answer_timeout(TIMEOUT * 4)
        .backoff(backoff);
    let retry = Retry::default().backoff(backoff).longest_wait(BACKOFF);
    let config = Config::new()
        .base_url(format!("http://{address}{path}"))
        .socket_url(format!("ws://{address}/ws"))
        .timeout(TIMEOUT)
        .retry(retry)
        .session(session)
        .without_limits();
    (mock, config)
}

fn client(config: Config) -> Client {
    Client::with_config(Key::new("some-key"), config).expect("a client")
}

pub(crate) fn told<T, C: Catalogue>(outcome: Result<T, Error<C>>) -> Told {
    match outcome {
        Ok(_) => Done,
        Err(Error::Refused(_)) => Refused,
        Err(Error::Unreadable(_)) => Unreadable,
        Err(Error::Ambiguous(_)) => Ambiguous,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_read_passes_each_fault() {
    for &(fault, read, ..) in MATRIX {
        let (_mock, config) = faulty(&[(fault, "get-balances")]).await;
        let client = client(config);
        let begin = Instant::now();
        assert_eq!(told(client.get_balances().await), read, "{fault}");
        // At most one attempt runs into the fault and its time limit, and the next is good.
        assert!(begin.elapsed() < TIMEOUT + BACKOFF + SLACK, "{fault}");
        assert_eq!(told(client.get_balances().await), Done, "{fault}: the next");
    }
}

#[tokio::test]
async fn a_wait_that_a_refusal_asks_for_is_kept() {
    // A date is that of the reply's own clock, in whole seconds.
    for wait in ["retry-after=1s", "retry-date=1s"] {
        let refusal = ("status=503,times=1", "get-balances");
        let (_mock, config) = faulty(&[refusal, (wait, "get-balances")]).await;
        let longest = Duration::from_secs(10);
        let client = client(config.retry(Retry::default().longest_wait(longest)));
        let begin = Instant::now();
        assert_eq!(told(client.get_balances().await), Done, "{wait}");
        let took = begin.elapsed();
        assert!(took >= Duration::from_secs(1), "{wait}: {took:?}");
        assert!(took < longest, "{wait}: {took:?}");
    }
}

/// A limit order that rests, so that it can be counted.
fn order(id: &str) -> create_order::Request {
    let mut order = NewOrder::new("btcusd".to_owned());
    order.quantity = Some("0.10".parse().expect("a quantity"));
    order.price = Some("1000".parse().expect("a price"));
    order.client_order_id = Some(id.to_owned());
    create_order::Request::new(SidePath::Buy, order)
}

/// Orders that the venue has taken.
fn placed(mock: &Mock) -> usize {
    let open = mock.answer(&asked("GET", "/v1/orders", ""));
    let open: Vec<serde_json::Value> = serde_json::from_slice(&open.body).expect("a list");
    open.len()
}

#[tokio::test]
async fn an_order_is_placed_once_or_not_at_all_whatever_happens() {
    for &(fault, _, order_told, count, _) in MATRIX {
        let (mock, config) = faulty(&[(fault, "create-order")]).await;
        let client = client(config);
        let outcome = client.create_order(&order("mine")).await;
        if let Err(Error::Ambiguous(open)) = &outcome {
            assert_eq!(open.reference().as_deref(), Some("mine"), "{fault}");
            assert!(open.ask_with().contains(&"sfox.get-order"), "{fault}");
        }
        if let Err(Error::Refused(refusal)) = &outcome {
            assert_eq!(refusal.class(), ErrorClass::Auth, "{fault}");
        }
        assert_eq!(told(outcome), order_told, "{fault}");
        // What a client would send again by itself would come soon.
        tokio::time::sleep(BACKOFF * 2).await;
        assert_eq!(placed(&mock), count, "{fault}");
        let next = told(client.create_order(&order("another")).await);
        assert_eq!(
            (next, placed(&mock)),
            (Done, count + 1),
            "{fault}: the next"
        );
    }
}

/// Follows a feed for so many messages. Each number of its connection must be accounted for.
async fn follow(feed: &mut Subscription<TickerMessage>, fault: &str, messages: usize) -> Seen {
    let (mut seen, mut expected, mut taken) = (Seen::Nothing, None, 0);
    while taken < messages {
        let next = tokio::time::timeout(SILENCE + TIMEOUT + SLACK, feed.next()).await;
        let event = next.unwrap_or_else(|_| panic!("{fault}: silence after {taken}"));
        match event.unwrap_or_else(|| panic!("{fault}: an end after {taken}")) {
            Event::Message(message) => {
                assert!(expected.is_none_or(|it| it == message.sequence), "{fault}");
                expected = Some(message.sequence + 1);
                taken += 1;
            }
            Event::Gap {
                expected: from,
                found,
            } => {
                assert!(expected.is_none_or(|it| it == from), "{fault}");
                expected = Some(found);
                seen = Seen::Gap;
            }
            Event::Late { .. } => seen = Seen::GapAndLate,
            Event::Duplicate { .. } => seen = Seen::Duplicate,
            Event::Undecodable(_) => (seen, expected) = (Seen::Undecodable, None),
            Event::Reconnected(_) => (seen, expected) = (Seen::Reconnected, None),
            other => panic!("{fault}: {other:?}"),
        }
    }
    seen
}

#[tokio::test]
async fn a_feed_tells_of_each_fault_and_goes_on() {
    for &(fault, _, _, _, wanted) in MATRIX {
        let on = match wanted {
            Seen::NotOpened => "ws.authenticate",
            _ => "feed.ticker",
        };
        let (_mock, config) = faulty(&[(fault, on)]).await;
        let client = client(config);
        let session = match client.session().await {
            Ok(session) => session,
            Err(error) => {
                assert_eq!(
                    (told::<(), _>(Err(error)), wanted),
                    (Refused, Seen::NotOpened)
                );
                client.session().await.expect(fault)
            }
        };
        let ticker = Ticker::new("btcusd".to_owned());
        let mut feed = session.ticker(&ticker).await.expect(fault);
        let seen = follow(&mut feed, fault, 12).await;
        let wanted = match wanted {
            Seen::NotOpened => Seen::Nothing,
            other => other,
        };
        assert_eq!(seen, wanted, "{fault}");
    }
}

#[tokio::test]
async fn a_key_that_is_refused_on_the_way_back_ends_the_feed_with_a_word() {
    let lost = ("truncate,after=4,times=1", "feed.ticker");
    let refused = ("stale-auth,after=1", "ws.authenticate");
    let (_mock, config) = faulty(&[lost, refused]).await;
    let session = client(config).session().await.expect("a session");
    let ticker = Ticker::new("btcusd".to_owned());
    let mut feed = session.ticker(&ticker).await.expect("a feed");
    let mut last = None;
    while let Some(event) = feed.next().await {
        last = Some(event);
    }
    assert!(matches!(last, Some(Event::Ended(_))), "{last:?}");
}

#[tokio::test]
async fn a_slow_consumer_costs_no_memory_and_is_told_what_it_missed() {
    for overflow in [Overflow::Wait, Overflow::Drop] {
        let (_mock, config) = faulty(&[]).await;
        let session = SessionConfig::new().queue(4).overflow(overflow);
        let client = client(config.session(session));
        let session = client.session().await.expect("a session");
        let ticker = Ticker::new("btcusd".to_owned());
        let mut feed = session.ticker(&ticker).await.expect("a feed");
        let (mut counted, mut missed, mut last) = (0, 0, 2);
        while last < 80 {
            tokio::time::sleep(Duration::from_millis(25)).await;
            let shown = format!("{feed:?}");
            let bounded = (0..=4).any(|waiting| shown.contains(&format!("waiting: {waiting},")));
            assert!(bounded, "{shown}");
            match feed.next().await.expect("an event") {
                Event::Message(message) => (counted, last) = (counted + 1, message.sequence),
                Event::Missed(count) => missed += count,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((missed > 0), overflow == Overflow::Drop);
        assert!(counted + missed >= last - 2, "{counted} {missed} {last}");
    }
}
