//! Sessions over a loopback connection: signed handshake, feeds and books, REST methods as requests.

#[path = "../../transport/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use finery_client::transport::book::Fault;
use finery_client::transport::socket::{Event, SessionConfig};
use finery_client::transport::{Backoff, Config, FixedClock, Why, signature};
use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
use finery_client::types::{ErrorCode, Price, Received, websocket::FeedId};
use finery_client::{Client, Error, Key, Session, books};
use support::ws::{Connection, WsServer};

const BIND: &str = r#"{"event":"bind","feed":"B","feedId":"BTC-EUR"}"#;
const SNAPSHOT: &str =
    r#"["B","BTC-EUR","S",[[[300000000000,10000000],[299000000000,5]],[[301000000000,7]]]]"#;

async fn open(server: &mut WsServer) -> (Session, Connection) {
    let backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(10));
    let session = SessionConfig::new()
        .backoff(backoff)
        .answer_timeout(Duration::from_secs(5));
    let config = Config::new()
        .socket_url(&server.url)
        .session(session)
        .clock(FixedClock(Duration::from_millis(1628489110490)));
    let client = Client::with_config(Key::new("public", "hunter2"), config).unwrap();
    let (session, venue) = tokio::join!(client.session(), server.accept());
    (session.unwrap(), venue)
}

fn order() -> add::Request {
    let mut order = AddOrder::new(
        "BTC-EUR".to_owned(),
        RequestSide::Ask,
        RequestType::MarketIoc,
    );
    order.client_order_id = Some(7.into());
    order.size = Some(100000.into());
    add::Request::new(order)
}

#[tokio::test]
async fn the_handshake_is_signed_over_its_content() {
    let mut server = WsServer::start().await;
    let (_session, venue) = open(&mut server).await;
    assert_eq!(venue.header("efx-key"), Some("public"));
    let content = venue.header("efx-content").unwrap();
    assert!(
        content.ends_with(r#","timestamp":1628489110490}"#),
        "{content}"
    );
    let signed = signature("sha384", "base64", "hunter2", content.as_bytes());
    assert_eq!(venue.header("efx-sign"), signed.as_deref());
}

#[tokio::test]
async fn a_book_is_kept_and_begins_anew_after_a_lost_connection() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open(&mut server).await;
    let name = FeedId::Name("BTC-EUR".to_owned());
    let (feed, ()) = tokio::join!(session.b(Some(&name)), venue.expect(BIND, SNAPSHOT));
    let mut feed = feed.unwrap();
    let mut book = books::empty();
    let mut next = async || {
        let event = tokio::time::timeout(Duration::from_secs(20), feed.next()).await;
        let outcome = book.follow(&event.unwrap().unwrap(), books::apply_global);
        (
            outcome,
            book.best_bid().map(|(price, _)| *price),
            book.best_ask().map(|(price, _)| *price),
        )
    };
    let price = |units: u64| Some(Price::new(units));
    let start = (Ok(()), price(300000000000), price(301000000000));
    assert_eq!(next().await, start);
    venue
        .say(r#"["B","BTC-EUR","M",[[["-",300000000000,0]],[["~",300500000000,3]]]]"#)
        .await;
    assert_eq!(
        next().await,
        (Ok(()), price(299000000000), price(300500000000))
    );
    // Its own side gone, then a level that was never there.
    venue.say(r#"["B","BTC-EUR","M",[[],[["~",0,0]]]]"#).await;
    assert_eq!(next().await, (Ok(()), price(299000000000), None));
    venue.say(r#"["B","BTC-EUR","M",[[["M",1,1]],[]]]"#).await;
    assert_eq!(next().await, (Err(Fault::NoSuchLevel), None, None));
    drop(venue);
    let mut venue = server.accept().await;
    venue.expect(BIND, SNAPSHOT).await;
    assert_eq!(next().await.0, Err(Fault::Reconnected));
    assert_eq!(next().await, start);
}

#[tokio::test]
async fn a_refused_binding_has_the_venues_code() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open(&mut server).await;
    let name = FeedId::Name("BTC-EUR".to_owned());
    let no = r#"["B","BTC-EUR","Z",34]"#;
    let (feed, ()) = tokio::join!(session.b(Some(&name)), venue.expect(BIND, no));
    assert_eq!(
        feed.unwrap_err().code(),
        Some(ErrorCode::InstrumentNotFound)
    );
    let mut others = session.received().await.unwrap();
    // Ours only: what was asked before it is done by now.
    venue.say(r#"["X",0,"Z",2]"#).await;
    let event = tokio::time::timeout(Duration::from_secs(20), others.next()).await;
    let event = event.unwrap();
    assert!(
        matches!(event, Some(Event::Message(Received::X(_)))),
        "{event:?}"
    );
}

/// Hears a request; gives its number and the rest of it.
async fn request(venue: &mut Connection) -> (i64, String) {
    let heard = venue.hear().await;
    let rest = heard
        .strip_prefix(r#"{"event":"request","reqId":"#)
        .unwrap();
    let (number, rest) = rest.split_once(',').unwrap();
    (number.parse().unwrap(), rest.to_owned())
}

#[tokio::test]
async fn a_rest_method_goes_over_the_socket_unsigned() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open(&mut server).await;
    let say_yes = async {
        let (number, rest) = request(&mut venue).await;
        assert_eq!(
            rest,
            r#""method":"add","content":{"instrument":"BTC-EUR","clientOrderId":7,"size":100000,"side":"ask","type":"marketIOC"}}"#
        );
        let reply = r#"{"id":5,"clientOrderId":7,"remainingSize":0,"deals":[]}"#;
        venue
            .say(&format!(
                r#"{{"event":"request","reqId":{number},"reply":{reply}}}"#
            ))
            .await;
        venue
    };
    let request_order = order();
    let (placed, mut venue) = tokio::join!(session.add(&request_order), say_yes);
    assert_eq!(placed.unwrap().id.to_string(), "5");
    let say_no = async {
        let (number, _) = request(&mut venue).await;
        venue
            .say(&format!(
                r#"{{"event":"request","reqId":{number},"error":9,"param":"size"}}"#
            ))
            .await;
    };
    let (refused, ()) = tokio::join!(session.add(&request_order), say_no);
    let Err(Error::Refused(refusal)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(refusal.code, ErrorCode::InvalidParameter);
    let add::Response::BadRequest(body) = refusal.read::<add::Request>().unwrap() else {
        panic!("{refusal:?}")
    };
    assert_eq!(body.param.as_deref(), Some("size"));
}

#[tokio::test]
async fn an_order_that_was_on_its_way_is_of_unknown_fate() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open(&mut server).await;
    let cut = async {
        request(&mut venue).await;
        drop(venue);
    };
    let request_order = order();
    let (lost, ()) = tokio::join!(session.add(&request_order), cut);
    let Err(Error::Ambiguous(open)) = lost else {
        panic!("{lost:?}")
    };
    assert!(matches!(open.why, Why::NoReply(_)));
    assert_eq!(open.reference().as_deref(), Some("7"));
    // It is not sent again on the new connection.
    let mut venue = server.accept().await;
    let again = tokio::time::timeout(Duration::from_millis(100), venue.hear()).await;
    assert!(again.is_err(), "{again:?}");
}
