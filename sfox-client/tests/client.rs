//! A typed request to the bytes that an HTTP client sends, and a reply back to a typed response.

use sfox_client::sfox_types::legacy::{API, orders};
use sfox_client::{Client, Key, PrepareErrorKind, is_fate_unknown, read};

fn order() -> orders::create_buy_order::Request {
    let mut order = orders::NewOrder::new("1.50".parse().unwrap());
    order.price = Some("10".parse().unwrap());
    order.client_order_id = Some("a&b".to_owned());
    orders::create_buy_order::Request::new(order)
}

#[test]
fn an_order_goes_out_as_a_form_with_a_bearer_token() {
    let client = Client::new(&API, [Key::new("hunter2")]);
    let request = client.prepare(&order()).unwrap();
    assert_eq!(
        (request.method, &*request.url),
        ("POST", "https://api.sfox.com/v1/orders/buy")
    );
    assert_eq!(
        request.body,
        b"quantity=1.50&price=10&client_order_id=a%26b"
    );
    let value = |name| {
        request
            .headers
            .iter()
            .find(|it| it.name == name)
            .map(|it| &*it.value)
    };
    assert_eq!(value("Authorization"), Some("Bearer hunter2"));
    assert_eq!(
        value("Content-Type"),
        Some("application/x-www-form-urlencoded")
    );
}

#[test]
fn a_key_is_never_shown() {
    let client = Client::new(&API, [Key::new("hunter2")]);
    let request = client.prepare(&order()).unwrap();
    for shown in [format!("{client:?}"), format!("{request:?}")] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn what_cannot_be_sent_says_why() {
    let without_key = Client::new(&API, []);
    let error = without_key.prepare(&order()).unwrap_err();
    assert!(matches!(error.kind(), PrepareErrorKind::NoKey), "{error}");
    let elsewhere = Client::new(&API, [Key::new("k")]).in_environment("moon");
    let error = elsewhere.prepare(&order()).unwrap_err();
    assert!(
        matches!(error.kind(), PrepareErrorKind::NoAddress(_)),
        "{error}"
    );
}

#[test]
fn a_refusal_keeps_its_status_and_its_reason() {
    use orders::create_buy_order::{Request, Response};
    let reply = read::<Request>(400, br#"{"error":"no funds"}"#).unwrap();
    let Response::ClientError(400, Some(refusal)) = reply else {
        panic!("{reply:?}")
    };
    assert_eq!(refusal.error.as_deref(), Some("no funds"));
    let unreadable = read::<Request>(200, b"<html>").unwrap_err();
    assert_eq!(unreadable.reply.body, b"<html>");
}

#[test]
fn the_fate_of_a_lost_order_is_unknown() {
    use orders::{create_buy_order, get_order};
    assert!(is_fate_unknown::<create_buy_order::Request>(None));
    assert!(is_fate_unknown::<create_buy_order::Request>(Some(503)));
    assert!(!is_fate_unknown::<create_buy_order::Request>(Some(400)));
    assert!(!is_fate_unknown::<get_order::Request>(None));
}
