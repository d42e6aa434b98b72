//! Signed calls over a loopback connection.

#[path = "../../transport/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use finery_client::transport::{Config, FixedClock, Retry, signature};
use finery_client::types::ErrorCode;
use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
use finery_client::{Client, Error, Key};
use support::{Answer, Server};

fn order() -> add::Request {
    let mut order = AddOrder::new(
        "BTC-USD".to_owned(),
        RequestSide::Ask,
        RequestType::MarketIoc,
    );
    order.client_order_id = Some(1.into());
    order.size = Some(1.into());
    add::Request::new(order)
}

fn client(server: &Server, key: &str) -> Client {
    let clock = FixedClock(Duration::from_millis(1628489110490));
    let config = Config::new().base_url(&server.url).clock(clock);
    Client::with_config(Key::new(key, "secret"), config.retry(Retry::never())).unwrap()
}

#[tokio::test]
async fn exactly_what_is_sent_is_signed() {
    let server = Server::start([Answer::Reply(
        200,
        "",
        r#"{"id":5,"remainingSize":0,"deals":[]}"#,
    )])
    .await;
    client(&server, "exact").add(&order()).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!((&*asked.method, &*asked.target), ("POST", "/add"));
    let body = r#"{"nonce":1628489110490000,"timestamp":1628489110490,"instrument":"BTC-USD","clientOrderId":1,"size":1,"side":"ask","type":"marketIOC"}"#;
    assert_eq!(asked.body, body);
    assert_eq!(asked.header("efx-key"), Some("exact"));
    let signed = signature(
        "sha384",
        "base64",
        "secret",
        format!("add{body}").as_bytes(),
    );
    assert_eq!(asked.header("efx-sign"), signed.as_deref());
}

#[tokio::test]
async fn the_published_request_gets_the_published_signature() {
    let server = Server::start([]).await;
    let config = Config::new().base_url(&server.url).retry(Retry::never());
    let (key, secret) = (
        "RlZ4sKsHSr5zmYKIzbtf772J9y9gx8nekd8COrawI5V",
        "cZpZ1vwzOaXuiONfIQVg8h6za97FoHhrwwgoSCNwDAR",
    );
    let client = Client::with_config(Key::new(key, secret), config).unwrap();
    // In the order of the members that the page shows, but without its spaces.
    let mut request = order();
    request.body.nonce = Some(49856723467362345.into());
    request.body.timestamp = Some("1628489110490".parse().unwrap());
    let _ = client.add(&request).await;
    let asked = &server.asked()[0];
    let signed = format!("add{}", asked.body);
    let made = signature("sha384", "base64", secret, signed.as_bytes());
    assert_eq!(asked.header("efx-sign"), made.as_deref());
    assert!(
        asked
            .body
            .contains(r#""nonce":49856723467362345,"timestamp":1628489110490"#)
    );
}

#[tokio::test]
async fn a_code_in_the_body_is_the_reason() {
    let refused = Answer::Reply(400, "", r#"{"error":14}"#);
    let server = Server::start([refused]).await;
    let error = client(&server, "code").add(&order()).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidSignature), "{error:?}");
    assert!(matches!(error, Error::Refused(_)));
    assert!(!format!("{error:?} {error}").contains("secret"));
}

#[tokio::test]
async fn a_list_of_rows_by_position_is_taken_page_by_page() {
    use finery_client::types::settlements::{GetSettlementHistory, settlement_history};
    let page = Answer::Reply(
        200,
        "",
        r#"[[9,"BTC","USD",1,2,1628489110490,3,"",0,1628489110490,50,"",""],[7,"BTC","USD",1,2,1628489110490,3,"",0,1628489110490,40,"",""]]"#,
    );
    let server = Server::start([page, Answer::Reply(200, "", "[]")]).await;
    let client = client(&server, "pages");
    let request = settlement_history::Request::new(GetSettlementHistory::new());
    let mut pages = client.settlement_history_pages(request);
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!(first.len(), 2);
    assert!(pages.next().await.is_none());
    let asked = server.asked();
    assert!(!asked[0].body.contains("till") && asked[1].body.contains(r#""till":7"#));
}
