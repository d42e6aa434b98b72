//! Calls over a loopback connection: what goes out, what comes back, what becomes of faults.

#[path = "../../transport/tests/support/mod.rs"]
mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sfox_client::current::types::ErrorCode;
use sfox_client::current::types::account::RestError;
use sfox_client::current::types::orders::{NewOrder, SidePath, create_order};
use sfox_client::current::{Client, Error, Key};
use sfox_client::transport::{Backoff, CallerError, Config, NetworkErrorKind, NoKey, Retry};
use support::ws::WsServer;
use support::{Answer, Server};

const BALANCES: &str = r#"[{"currency":"usd","balance":100,"available":90.50,"held":10,"borrow_wallet":0,"collateral_wallet":0,"lending_wallet":0,"trading_wallet":100}]"#;
const ORDER: &str = r#"{"id":2010135,"side_id":500,"action":"Buy","algorithm_id":201,"algorithm":"Limit","type":"Limit","pair":"btcusd","quantity":0.1,"price":36431,"amount":0,"net_market_amount":0,"filled":0,"vwap":0,"filled_amount":0,"fees":0,"net_proceeds":0,"status":"Started","status_code":100,"routing_option":"WeightedExchange","routing_type":"NetPrice","time_in_force":"GTC","expires":null,"dateupdated":"2023-11-17T20:52:40.000Z","date_added":"2023-11-17T20:52:40.000Z","client_order_id":"mine","user_tx_id":"mine","o_action":"Buy","algo_id":201,"algorithm_options":null,"destination":""}"#;

fn quick() -> Config {
    let backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(2));
    Config::new().retry(Retry::default().backoff(backoff))
}

async fn client(answers: impl IntoIterator<Item = Answer>) -> (Client, Server) {
    let server = Server::start(answers).await;
    let config = quick().base_url(&server.url);
    (
        Client::with_config(Key::new("hunter2"), config).unwrap(),
        server,
    )
}

fn order() -> create_order::Request {
    let mut order = NewOrder::new("btcusd".to_owned());
    order.quantity = Some("0.10".parse().unwrap());
    order.price = Some("36431".parse().unwrap());
    order.client_order_id = Some("mine".to_owned());
    create_order::Request::new(SidePath::Buy, order)
}

#[tokio::test]
async fn balances_are_asked_for_with_the_key_and_come_back_exact() {
    let (client, server) = client([Answer::Reply(200, "", BALANCES)]).await;
    let balances = client.get_balances().await.unwrap();
    assert_eq!(balances[0].available.to_string(), "90.50");
    let asked = &server.asked()[0];
    assert_eq!(
        (&*asked.method, &*asked.target),
        ("GET", "/v1/user/balance")
    );
    assert_eq!(asked.header("authorization"), Some("Bearer hunter2"));
    // Bodies are read as they come.
    assert_eq!(asked.header("accept-encoding"), None);
}

#[tokio::test]
async fn a_value_in_a_path_stays_one_segment_of_it() {
    use sfox_client::current::types::orders::cancel_order;
    let (client, server) = client([]).await;
    for (id, target) in [
        ("a/b", "/v1/orders/a%2Fb"),
        ("%2F", "/v1/orders/%252F"),
        ("../x?y#z", "/v1/orders/..%2Fx%3Fy%23z"),
        ("\u{e9} ;", "/v1/orders/%C3%A9%20%3B"),
    ] {
        let _ = client.cancel_order(&cancel_order::Request::new(id)).await;
        assert_eq!(server.asked().last().unwrap().target, target);
    }
    let asked = server.asked().len();
    // The last is where all orders are cancelled.
    for id in ["", ".", "..", "open"] {
        let outcome = client.cancel_order(&cancel_order::Request::new(id)).await;
        let Err(Error::Caller(CallerError::BadPath)) = outcome else {
            panic!("{id}: {outcome:?}")
        };
    }
    assert_eq!(server.asked().len(), asked);
}

#[tokio::test]
async fn paths_go_below_that_of_the_address() {
    let server = Server::start([]).await;
    for (below, target) in [
        ("", "/v1/user/balance"),
        ("/", "/v1/user/balance"),
        ("/venue", "/venue/v1/user/balance"),
        ("/venue/", "/venue/v1/user/balance"),
    ] {
        let config = quick().base_url(format!("{}{below}", server.url));
        let client = Client::with_config(Key::new("k"), config).unwrap();
        let _ = client.get_balances().await;
        assert_eq!(server.asked().last().unwrap().target, target);
    }
    for below in ["?a=b", "/#top"] {
        let config = quick().base_url(format!("{}{below}", server.url));
        let client = Client::with_config(Key::new("k"), config).unwrap();
        let outcome = client.get_balances().await;
        let Err(Error::Caller(CallerError::BadAddress)) = outcome else {
            panic!("{below}: {outcome:?}")
        };
    }
}

#[tokio::test]
async fn an_order_goes_out_in_the_bytes_that_were_made_once() {
    let (client, server) = client([Answer::Reply(201, "", ORDER)]).await;
    let placed = client.create_order(&order()).await.unwrap();
    assert_eq!(placed.id, 2010135);
    let asked = &server.asked()[0];
    assert_eq!((&*asked.method, &*asked.target), ("POST", "/v1/orders/buy"));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!(
        asked.body,
        r#"{"currency_pair":"btcusd","price":36431,"quantity":0.10,"client_order_id":"mine"}"#
    );
}

#[tokio::test]
async fn a_refusal_carries_the_catalogues_code_and_the_typed_reply() {
    let refused = Answer::Reply(422, "", r#"{"error":"invalid currency_pair: btcusda"}"#);
    let (client, server) = client([refused]).await;
    let error = client.create_order(&order()).await.unwrap_err();
    let Error::Refused(refusal) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(refusal.code, ErrorCode::UnprocessableContent);
    let create_order::Response::UnprocessableContent(RestError { error, .. }) =
        refusal.read::<create_order::Request>().unwrap()
    else {
        panic!("{refusal:?}")
    };
    assert_eq!(error, "invalid currency_pair: btcusda");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn an_order_is_sent_once_and_its_unknown_fate_is_said() {
    let failures = [
        Answer::Reply(500, "", "{}"),
        Answer::Reply(503, "Retry-After: 0\r\n", ""),
        Answer::Reply(502, "", "<html>"),
        Answer::Reply(429, "Retry-After: 0\r\n", "{}"),
        Answer::Reply(504, "Content-Encoding: gzip\r\n", "\u{1f}"),
        Answer::Reply(200, "", ""),
        Answer::Cut(ORDER),
        Answer::Endless,
        Answer::Silence,
    ];
    for failure in failures {
        let server = Server::start([failure]).await;
        let config = quick()
            .base_url(&server.url)
            .timeout(Duration::from_millis(300));
        let client = Client::with_config(Key::new("hunter2"), config).unwrap();
        let error = client.create_order(&order()).await.unwrap_err();
        let Error::Ambiguous(ambiguous) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(ambiguous.operation, create_order::ID);
        assert_eq!(ambiguous.reference().as_deref(), Some("mine"));
        assert!(ambiguous.ask_with().contains(&"sfox.get-order"));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_order_that_never_left_is_no_riddle() {
    // A port that was free a moment ago.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let client = Client::with_config(Key::new("k"), quick().base_url(url)).unwrap();
    match client.create_order(&order()).await.unwrap_err() {
        Error::Network(error) => assert_eq!(error.kind(), NetworkErrorKind::Connect),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_safe_is_tried_again() {
    let answers = [
        Answer::Cut(BALANCES),
        Answer::Reply(503, "Retry-After: 0\r\n", "{}"),
        Answer::Reply(200, "", BALANCES),
    ];
    let (client, server) = client(answers).await;
    assert_eq!(client.get_balances().await.unwrap().len(), 1);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_left_to_the_caller() {
    let (client, server) = client([Answer::Reply(429, "Retry-After: 7200\r\n", "{}")]).await;
    match client.get_balances().await.unwrap_err() {
        Error::Refused(refusal) => assert_eq!(refusal.wait, Some(Duration::from_secs(7200))),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn an_unreadable_reply_keeps_its_bytes() {
    let (client, _server) = client([Answer::Reply(200, "", r#"[{"currency":1}]"#)]).await;
    match client.get_balances().await.unwrap_err() {
        Error::Unreadable(unreadable) => {
            assert_eq!(unreadable.reply.body, br#"[{"currency":1}]"#);
            assert!(unreadable.error.is_some());
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    // Same machine, another port; the same port; another host; another scheme.
    let elsewhere = Server::start([]).await;
    for to in [
        &*elsewhere.url,
        "",
        "http://localhost:1",
        "https://api.sfox.com",
    ] {
        for status in [301, 302, 303, 307, 308] {
            let location: &'static str = format!("Location: {to}/v1/orders/buy\r\n").leak();
            let moved = Answer::Reply(status, location, "");
            let (client, server) = client([moved.clone(), moved]).await;
            assert!(matches!(
                client.get_balances().await,
                Err(Error::Refused(_))
            ));
            let error = client.create_order(&order()).await.unwrap_err();
            assert!(
                matches!(error, Error::Refused(_) | Error::Ambiguous(_)),
                "{error:?}"
            );
            assert_eq!(server.asked().len(), 2);
        }
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn what_the_caller_has_to_mend_is_not_sent() {
    let server = Server::start([]).await;
    let config = quick().base_url(&server.url);
    let mut broken = order();
    broken.body.quantity = None;
    let client = Client::with_config(Key::new("k"), config.clone()).unwrap();
    let error = client.create_order(&broken).await.unwrap_err();
    assert!(
        matches!(error, Error::Caller(CallerError::Broken(_))),
        "{error:?}"
    );
    // Past the types, by hand.
    let client = Client::with_config(NoKey, config).unwrap();
    let error: Error = client.rest().call(&order()).await.unwrap_err();
    assert!(
        matches!(error, Error::Caller(CallerError::NoKey)),
        "{error:?}"
    );
    let config = quick().base_url("http://api.sfox.com");
    let client = Client::with_config(Key::new("k"), config).unwrap();
    let error = client.get_balances().await.unwrap_err();
    assert!(
        matches!(error, Error::Caller(CallerError::Insecure)),
        "{error:?}"
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn nothing_shows_a_key() {
    // A venue that says back what it was sent, in every way in which it can fail.
    let echo = r#"{"error":"hunter2","message":"Bearer hunter2"}"#;
    let answers = [400, 401, 403, 404, 418, 422, 500, 502].map(|status| {
        Answer::Reply(
            status,
            "Retry-After: 7200\r\nWWW-Authenticate: hunter2\r\n",
            echo,
        )
    });
    let broken = [Answer::Reply(200, "", echo), Answer::Cut(echo)];
    let server = Server::start(answers.into_iter().chain(broken)).await;
    let config = quick().base_url(format!("{}/?key=hunter2", server.url));
    let config = config.socket_url("ws://hunter2@127.0.0.1:1/?key=hunter2");
    let config = config.retry(Retry::never());
    let key = Key::new("hunter2");
    let mut shown = format!("{key:?} {config:?}");
    let client = Client::with_config(key.clone(), config).unwrap();
    shown += &format!("{client:?} {:?} {:#?}", client.rest(), client.rest());
    shown += &format!("{:?}", client.session().await.unwrap_err());
    let config = quick().base_url(&server.url).retry(Retry::never());
    let client = Client::with_config(key, config).unwrap();
    for _ in 0..10 {
        let mut error: &dyn std::error::Error = &client.create_order(&order()).await.unwrap_err();
        shown += &format!("{error:?} {error:#?} {error}");
        while let Some(source) = error.source() {
            shown += &format!("{source:?} {source}");
            error = source;
        }
    }
    assert_eq!(server.asked().len(), 10);
    assert!(!shown.contains("hunter2"), "{shown}");
}

/// What a logger writes down.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_tell_calls_and_sessions_and_no_key() {
    let log = Log::default();
    let writer = log.clone();
    let logger = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing_subscriber::util::SubscriberInitExt::set_default(logger);
    let refusal = r#"{"error":"hunter2"}"#;
    let (client, server) = client([
        Answer::Reply(503, "Retry-After: 0\r\n", refusal),
        Answer::Reply(200, "", BALANCES),
        Answer::Reply(401, "", refusal),
        Answer::Cut(refusal),
    ])
    .await;
    client.get_balances().await.unwrap();
    client.create_order(&order()).await.unwrap_err();
    client.create_order(&order()).await.unwrap_err();
    assert_eq!(server.asked().len(), 4);
    let mut socket = WsServer::start().await;
    let config = quick().socket_url(&socket.url);
    let client = Client::with_config(Key::new("hunter2"), config).unwrap();
    let no = r#"{"type":"error","sequence":2,"timestamp":1,"payload":{"action":"authenticate"},"action":"authenticate"}"#;
    let login = r#"{"type":"authenticate","apiKey":"hunter2"}"#;
    let venue = async { socket.accept().await.expect(login, no).await };
    let (session, ()) = tokio::join!(client.session(), venue);
    session.unwrap_err();
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for told in [
        "get-balances",
        "create-order",
        "status=503",
        "elapsed_ms",
        "connect",
    ] {
        assert!(written.contains(told), "no {told} in {written}");
    }
    assert!(!written.contains("hunter2"), "{written}");
}

#[tokio::test]
async fn a_list_is_taken_page_by_page() {
    use sfox_client::current::types::orders::get_trades;
    fn page(ids: [u32; 2]) -> Answer {
        let rows = ids.map(|id| {
            format!(
                r#"{{"cursor":"c{id}","trade_id":{id},"order_id":1,"date_updated":"2023-11-17T20:52:40.000Z","action":"Buy","currency_pair":"btcusd","quantity":"1","amount":"1","price":"1","fees":"0","net_amount":"1"}}"#
            )
        });
        let body = format!(r#"{{"data":[{}]}}"#, rows.join(","));
        Answer::Reply(200, "", body.leak())
    }
    let empty = Answer::Reply(200, "", r#"{"data":[]}"#);
    let (client, server) = client([page([1, 2]), page([3, 4]), empty]).await;
    let mut request = get_trades::Request::new();
    request.page_size = Some(2);
    let mut pages = client.get_trades_pages(request);
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        seen.extend(page.unwrap().data.into_iter().map(|trade| trade.trade_id));
    }
    assert_eq!(seen, [1, 2, 3, 4]);
    let targets: Vec<String> = server
        .asked()
        .into_iter()
        .map(|asked| asked.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/v1/account/trades?page_size=2",
            "/v1/account/trades?page_size=2&last_seen_id=c2",
            "/v1/account/trades?page_size=2&last_seen_id=c4",
        ]
    );
}
