//! The life of an order, from placing to its last message, on both kinds of venue.

use std::time::Duration;

use serde_json::Value;
use venue_mock::{Asked, Mock, Options, Roles, Scheme};

use crate::feeds::{connect, say, started, text};
use crate::support::{Memory, api, apis, faults, key};

fn stateful(id: &str, memory: &Memory) -> Mock {
    let options = Options {
        record: Some(Box::new(memory.clone())),
        roles: Roles::bundled(id),
        stateful: true,
        pace: Duration::from_secs(60),
        ..Options::default()
    };
    Mock::new(api(id), options)
}

/// What a request is answered with: the status, and the body.
fn ask(mock: &Mock, method: &str, target: &str, body: &str) -> (u16, Value) {
    let headers = [
        ("authorization", "Bearer some-key"),
        ("efx-key", "some-key"),
        ("efx-sign", "c2lnbg=="),
        ("content-type", "application/json"),
    ];
    let answer = mock.answer(&Asked {
        method: method.into(),
        target: target.into(),
        headers: headers.map(|(n, v)| (n.into(), v.into())).to_vec(),
        body: body.as_bytes().to_vec(),
        peer: "127.0.0.1".into(),
        scheme: Scheme::Plain,
    });
    let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    (answer.status, body)
}

#[test]
fn roles_name_what_there_is() {
    for api in apis() {
        if let Some(roles) = Roles::bundled(&api.id) {
            assert_eq!(roles.unknown_names(&api), [""; 0], "{}", api.id);
        }
    }
    assert!(Roles::bundled("sfox").is_some() && Roles::bundled("finery").is_some());
}

#[tokio::test]
async fn an_order_fills_and_is_told_of() {
    let memory = Memory::default();
    let mock = stateful("sfox", &memory);
    let address = started(&mock).await;
    let mut socket = connect(&mock, &address, 0, false).await.expect("open");
    say(
        &mut socket,
        r#"{"type":"authenticate","apiKey":"some-key"}"#,
    )
    .await;
    let feeds = r#"["private.user.open-orders","private.user.trades","private.user.balances"]"#;
    say(
        &mut socket,
        &format!(r#"{{"type":"subscribe","feeds":{feeds}}}"#),
    )
    .await;
    for part in [
        r#""authenticate""#,
        r#""subscribe""#,
        "open-orders",
        "balances",
    ] {
        let message = text(&mut socket).await.expect(part);
        assert!(message.contains(part), "{message}");
    }
    let low = r#"{"currency_pair":"btcusd","algorithm_id":201,"price":100,"quantity":0.5,"client_order_id":"low"}"#;
    let (status, resting) = ask(&mock, "POST", "/v1/orders/buy", low);
    assert_eq!(
        (status, &resting["status"]),
        (201, &"Started".into()),
        "{resting}"
    );
    let (status, _) = ask(&mock, "POST", "/v1/orders/buy", low);
    assert_eq!(status, 422, "an id is not used twice");
    let high = r#"{"currency_pair":"btcusd","algorithm_id":201,"price":36431,"quantity":0.5}"#;
    let (_, filling) = ask(&mock, "POST", "/v1/orders/buy", high);
    let mut told = Vec::new();
    while told.last().is_none_or(|last: &Value| {
        last["recipient"] != "private.user.balances"
            || last["payload"].as_array().map(Vec::len) != Some(2)
    }) {
        let message = text(&mut socket).await.expect("news");
        told.push(serde_json::from_str(&message).expect("JSON"));
    }
    let of = |feed: &str| -> Vec<&Value> {
        let here = |m: &&Value| m["recipient"] == feed;
        told.iter().filter(here).map(|m| &m["payload"][0]).collect()
    };
    let states: Vec<&Value> = of("private.user.open-orders")
        .iter()
        .map(|o| &o["status"])
        .collect();
    assert_eq!(states, ["Started", "Started", "Done"]);
    let trades = of("private.user.trades");
    assert_eq!(trades.len(), 1);
    assert_eq!(
        (&trades[0]["order_id"], &trades[0]["price"]),
        (&filling["id"], &"36000".into())
    );
    let (_, open) = ask(&mock, "GET", "/v1/orders", "");
    assert_eq!(open.as_array().map(Vec::len), Some(1));
    let (_, balances) = ask(&mock, "GET", "/v1/user/balance", "");
    let usd = balances
        .as_array()
        .and_then(|b| b.iter().find(|b| b["currency"] == "usd"));
    let usd = usd.expect("a balance in usd");
    assert_eq!(usd["balance"].to_string(), "982000");
    assert_eq!(usd["held"].to_string(), "50");
    let path = format!("/v1/orders/{}", resting["id"]);
    assert_eq!(ask(&mock, "DELETE", &path, "").1["status"], "canceled");
    assert_eq!(
        ask(&mock, "DELETE", &path, "").1["status"],
        "order already finished"
    );
    assert_eq!(ask(&mock, "GET", &path, "").1["status"], "Canceled");
    let (status, _) = ask(&mock, "GET", "/v1/orders/1", "");
    assert!(status >= 400, "{status}");
    let found = faults(api("sfox"), &memory.text());
    // The order whose id was used before is valid by the spec; nothing else is to be found.
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn lists_come_by_pages_and_an_order_is_amended() {
    let mock = stateful("sfox", &Memory::default());
    let mut ids = Vec::new();
    for price in 1..=5 {
        let order = format!(r#"{{"currency_pair":"btcusd","price":{price},"quantity":1}}"#);
        let (_, placed) = ask(&mock, "POST", "/v1/orders/buy", &order);
        ids.insert(0, placed["id"].as_u64().expect("an id"));
    }
    let page = |query: String| -> Vec<u64> {
        let (status, page) = ask(&mock, "GET", &format!("/v1/orders{query}"), "");
        assert_eq!(status, 200, "{page}");
        let orders = page.as_array().expect("a list").iter();
        orders.map(|o| o["id"].as_u64().expect("an id")).collect()
    };
    // The latest first, as the pages of a client go on before the last that it saw.
    assert_eq!(page("?limit=2".into()), ids[..2]);
    assert_eq!(page(format!("?limit=2&before={}", ids[1])), ids[2..4]);
    assert_eq!(page(format!("?before={}", ids[4])), [0; 0]);
    // After an id, the page next to it, so that pages lead up to the latest.
    assert_eq!(page(format!("?limit=2&after={}", ids[4])), ids[2..4]);
    let (before, after) = (ids[0], ids[4]);
    assert_eq!(
        page(format!("?limit=2&before={before}&after={after}")),
        ids[1..3]
    );
    assert_eq!(page(format!("?after={}", ids[0])), [0; 0]);

    let path = format!("/v1/orders/{}", ids[0]);
    let (status, _) = ask(&mock, "PATCH", &path, r#"{"quantity":2}"#);
    assert_eq!(status, 200);
    let (_, order) = ask(&mock, "GET", &path, "");
    assert_eq!(order["quantity"], 2, "{order}");
    let (status, refused) = ask(&mock, "PATCH", &path, r#"{"quantity":1}"#);
    assert!(status >= 400, "{refused}");
}

#[test]
fn a_list_of_orders_shows_what_is_asked_for() {
    let mock = stateful("sfox", &Memory::default());
    let mut placed = Vec::new();
    for (side, body) in [
        (
            "buy",
            r#"{"currency_pair":"btcusd","price":1,"quantity":1}"#,
        ),
        (
            "sell",
            r#"{"currency_pair":"ethusd","algorithm_id":201,"price":9000,"quantity":1}"#,
        ),
        (
            "sell",
            r#"{"currency_pair":"btcusd","price":90000,"quantity":1}"#,
        ),
    ] {
        let (_, order) = ask(&mock, "POST", &format!("/v1/orders/{side}"), body);
        placed.push(order["id"].as_u64().expect("an id"));
    }
    let cancelled = placed.pop().expect("three orders");
    let path = format!("/v1/orders/{cancelled}");
    assert_eq!(ask(&mock, "DELETE", &path, "").0, 200);
    for (list, shown) in [
        ("/v1/orders?action=buy", vec![placed[0]]),
        ("/v1/orders?action=sell", vec![placed[1]]),
        ("/v1/orders?action=sell&currency_pair=btcusd", vec![]),
        ("/v1/orders?algorithm_id=201", vec![placed[1]]),
        ("/v1/orders?status=Started", vec![placed[1], placed[0]]),
        ("/v1/orders?status=Canceled", vec![]),
        ("/v1/orders/done?status=Canceled", vec![cancelled]),
        ("/v1/orders/done?status=Done", vec![]),
        ("/v1/orders/done?action=sell", vec![cancelled]),
        ("/v1/orders/done?action=buy", vec![]),
    ] {
        let (status, page) = ask(&mock, "GET", list, "");
        assert_eq!(status, 200, "{list}: {page}");
        let ids = page.as_array().expect(list).iter();
        let ids: Vec<u64> = ids.map(|o| o["id"].as_u64().expect("an id")).collect();
        assert_eq!(ids, shown, "{list}");
    }
}

#[tokio::test]
async fn rows_tell_of_orders_placed_over_the_socket() {
    let memory = Memory::default();
    let mock = stateful("finery", &memory);
    let address = started(&mock).await;
    let mut socket = connect(&mock, &address, 0, true).await.expect("open");
    let status = text(&mut socket).await.expect("a status");
    assert!(status.starts_with(r#"["X""#), "{status}");
    say(
        &mut socket,
        r#"{"event":"bind","feed":"O","feedId":"BTC-USD"}"#,
    )
    .await;
    let snapshot = text(&mut socket).await.expect("a snapshot");
    assert_eq!(snapshot, r#"["O","BTC-USD","S",[]]"#);
    say(
        &mut socket,
        r#"{"event":"bind","feed":"F","feedId":"BTC-USD"}"#,
    )
    .await;
    let book: Value =
        serde_json::from_str(&text(&mut socket).await.expect("a book")).expect("JSON");
    let best = |side: usize| book[3][side][0][0].as_u64().expect("a price");
    assert!(
        best(0) < 990_000_000_000 && best(1) > 990_000_000_000,
        "{book}"
    );
    let add = r#"{"event":"request","reqId":7,"method":"add","content":{"instrument":"BTC-USD","clientOrderId":5,"price":3643100000000,"size":100000000,"side":"bid","type":"limit"}}"#;
    say(&mut socket, add).await;
    let mut told: Vec<Value> = Vec::new();
    for _ in 0..4 {
        let message = text(&mut socket).await;
        let message = message.unwrap_or_else(|| panic!("after {told:?}"));
        told.push(serde_json::from_str(&message).expect("JSON"));
    }
    let reply = &told[0];
    assert_eq!(reply["reqId"], 7, "{reply}");
    assert_eq!(reply["reply"]["clientOrderId"], 5);
    assert_eq!(reply["reply"]["remainingSize"], 0);
    assert_eq!(reply["reply"]["deals"][0]["price"], 990_000_000_000_u64);
    let actions: Vec<&Value> = told[1..].iter().map(|row| &row[2]).collect();
    assert_eq!(actions, ["+", "D", "-"]);
    assert_eq!(told[2][3][13], 990_000_000_000_u64, "{}", told[2]);
    // Another account knows nothing of it; this one has its position.
    let (_, positions) = ask(&mock, "POST", "/api/positions", "{}");
    assert!(
        positions.to_string().contains("\"BTC\",100000000"),
        "{positions}"
    );
    let (status, refused) = ask(&mock, "POST", "/api/del", r#"{"orderId":1}"#);
    assert_eq!((status, &refused["error"]), (400, &80.into()));
    assert_eq!(key().key, "some-key");
    let found = faults(api("finery"), &memory.text());
    assert!(found.is_empty(), "{}", found.join("\n"));
}
