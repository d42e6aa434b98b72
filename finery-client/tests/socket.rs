//! Sessions over a loopback connection: signed handshake, feeds and books, REST methods as requests.

#[path = "../../transport/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use finery_client::transport::book::Fault;
use finery_client::transport::socket::{Event, Login, SessionConfig};
use finery_client::transport::{Backoff, Config, FixedClock, NetworkErrorKind, Why, signature};
use finery_client::types::rfq::RfqAuth;
use finery_client::types::sockets::rfq;
use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
use finery_client::types::{ErrorCode, Price, Received, websocket::FeedId};
use finery_client::{Client, Error, IMessage, Key, PMessage, Session, books};
use support::ws::{Connection, WsServer};

const BIND: &str = r#"{"event":"bind","feed":"B","feedId":"BTC-EUR"}"#;
const SNAPSHOT: &str =
    r#"["B","BTC-EUR","S",[[[300000000000,10000000],[299000000000,5]],[[301000000000,7]]]]"#;

async fn open(server: &mut WsServer) -> (Session, Connection) {
    open_with(server, Duration::from_secs(5)).await
}

async fn open_with(server: &mut WsServer, answer_timeout: Duration) -> (Session, Connection) {
    let backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(10));
    let session = SessionConfig::new()
        .backoff(backoff)
        .queue(2)
        .answer_timeout(answer_timeout);
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

#[tokio::test]
async fn updates_that_come_under_other_letters_are_the_feeds_own() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open(&mut server).await;
    let bind = r#"{"event":"bind","feed":"P"}"#;
    let snapshot = r#"["P",0,"S",[5,[],[],[]]]"#;
    let (feed, ()) = tokio::join!(session.p(None), venue.expect(bind, snapshot));
    let mut account = feed.unwrap();
    let bind = r#"{"event":"bind","feed":"I"}"#;
    let (feed, ()) = tokio::join!(
        session.i(None),
        venue.expect(bind, r#"["I",0,"S",[[],[]]]"#)
    );
    let mut instruments = feed.unwrap();
    let order = r#"["BTC-EUR",0,0,0,5,7,300000000000,100,0,1628489110490,0]"#;
    venue.say(&format!(r#"["O",0,"-",{order}]"#)).await;
    venue
        .say(r#"["C",0,"-",["XRP",5,1000000,100000000,"crypto"]]"#)
        .await;
    let event = account.next().await;
    let whole = matches!(event, Some(Event::Message(PMessage::Snapshot(_))));
    assert!(whole, "{event:?}");
    let event = account.next().await;
    let Some(Event::Message(PMessage::ORemoved(removed))) = event else {
        panic!("{event:?}")
    };
    assert_eq!(removed.order.id.to_string(), "5");
    let event = instruments.next().await;
    assert!(
        matches!(event, Some(Event::Message(IMessage::Snapshot(_)))),
        "{event:?}"
    );
    let event = instruments.next().await;
    let Some(Event::Message(IMessage::CRemoved(removed))) = event else {
        panic!("{event:?}")
    };
    assert_eq!(removed.currency.name, "XRP");
}

#[tokio::test]
async fn a_session_can_log_in_by_a_signed_message() {
    let mut server = WsServer::start().await;
    let session = SessionConfig::new().login(Login::Message);
    let config = Config::new().socket_url(&server.url).session(session);
    let client = Client::with_config(Key::new("by-message", "hunter2"), config).unwrap();
    let venue = async {
        let mut venue = server.accept().await;
        venue.say(r#"{"event":"CONNECTED"}"#).await;
        let heard = venue.hear().await;
        venue.say(r#"{"event":"AUTHORIZED"}"#).await;
        (venue, heard)
    };
    let (session, (venue, heard)) = tokio::join!(client.rfq_session(), venue);
    let session = session.unwrap();
    assert_eq!(venue.header("efx-key"), None);
    let login: RfqAuth = venue_wire::from_slice(heard.as_bytes()).unwrap();
    assert_eq!(login.key, "by-message");
    let signed = signature("sha384", "base64", "hunter2", login.content.as_bytes());
    assert_eq!(Some(login.signature), signed);
    // What came before anyone asked is kept.
    let mut received = session.received().await.unwrap();
    let event = received.next().await;
    let greeted = matches!(event, Some(Event::Message(rfq::Received::RfqConnected(_))));
    assert!(greeted, "{event:?}");
}

#[tokio::test]
async fn an_order_that_was_given_up_in_the_queue_is_not_sent_later() {
    let mut server = WsServer::start().await;
    let (session, mut venue) = open_with(&mut server, Duration::from_millis(200)).await;
    let name = FeedId::Name("BTC-EUR".to_owned());
    let (feed, ()) = tokio::join!(session.b(Some(&name)), venue.expect(BIND, SNAPSHOT));
    let mut feed = feed.unwrap();
    // More than the queue holds: the session waits for its consumer, and sends nothing meanwhile.
    for _ in 0..8 {
        venue.say(SNAPSHOT).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let given_up = session.add(&order()).await;
    let Err(Error::Network(error)) = given_up else {
        panic!("{given_up:?}")
    };
    assert_eq!(error.kind(), NetworkErrorKind::Connect);
    for _ in 0..9 {
        assert!(matches!(feed.next().await, Some(Event::Message(_))));
    }
    let heard = tokio::time::timeout(Duration::from_millis(100), venue.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
}
