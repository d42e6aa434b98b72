//! Who is let in, and how often: keys, signatures, nonces, limits. And that a seed makes runs alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::Error;
use venue_mock::{Answer, Asked, Clock, Key, Mock, Options, Roles, Scheme};

use crate::feeds::{connect, say, started, text};
use crate::support::{api, apis, key};

const NOON: i64 = 1_704_110_400_000;

/// A clock that a test sets, in milliseconds.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&self) -> i128 {
        i128::from(self.0.load(Ordering::Relaxed)) * 1_000_000
    }
}

fn operation(mock: &Mock, id: &str) -> usize {
    let operations = &mock.api().operations;
    operations.iter().position(|op| op.meta.id == id).expect(id)
}

fn body(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[test]
fn a_signature_is_verified_and_a_nonce_is_taken_once() {
    let hand = Hand(Arc::new(AtomicI64::new(NOON)));
    let options = Options {
        keys: vec![key()],
        roles: Roles::bundled("finery"),
        clock: Box::new(hand.clone()),
        ..Options::default()
    };
    let mock = Mock::new(api("finery"), options);
    let add = operation(&mock, "finery.add");
    let told = |key: &Key, change: fn(&mut Asked)| {
        let mut asked = mock.sample(add, key).expect("a request");
        change(&mut asked);
        let answer = mock.answer(&asked);
        (answer.status, body(&answer))
    };
    let as_is = |_: &mut Asked| {};
    let refused = |code| (400, format!(r#"{{"error":{code}}}"#));
    assert_eq!(told(&key(), as_is).0, 200);
    assert_eq!(told(&Key::parse("some-key:wrong"), as_is), refused(14));
    assert_eq!(told(&Key::parse("other:some-secret"), as_is), refused(3));
    let altered = |asked: &mut Asked| asked.body.push(b' ');
    assert_eq!(told(&key(), altered), refused(14));
    assert_eq!(told(&key(), |asked| asked.headers.clear()), refused(3));
    // What is signed is the path as it was sent, not as the spec has it.
    hand.0.fetch_add(1_000, Ordering::Relaxed);
    let streams = operation(&mock, "finery.qs-stream-management");
    let asked = mock.sample(streams, &key()).expect("a request");
    assert!(!asked.target.contains('{'), "{}", asked.target);
    let answer = mock.answer(&asked);
    assert_eq!(answer.status, 200, "{}", body(&answer));
    // A handshake's content carries its nonce and moment.
    let handshake = mock.handshake(0, &key());
    assert!(
        handshake.iter().any(|(name, _)| name == "efx-content"),
        "{handshake:?}"
    );
}

#[test]
fn a_key_of_the_wrong_kind_is_refused() {
    let connect = api("sfox-connect");
    let keys = ["partner=p1", "user=u1"].map(|text| Key::of(&connect, text));
    let options = Options {
        keys: keys.to_vec(),
        ..Options::default()
    };
    let mock = Mock::new(connect, options);
    let mut refused = [0, 0];
    for (index, op) in mock.api().operations.iter().enumerate() {
        let kinds: Vec<Option<&str>> = {
            let schemes = op
                .auth
                .iter()
                .map(|id| mock.api().auth[*id].token.as_deref());
            schemes.collect()
        };
        for (nth, key) in keys.iter().enumerate() {
            let answer = mock.answer(&mock.sample(index, key).expect("a request"));
            let taken = kinds.is_empty() || kinds.contains(&key.token.as_deref());
            assert_eq!(answer.status == 401, !taken, "{} with {nth}", op.meta.id);
            refused[nth] += usize::from(!taken);
        }
    }
    assert!(refused.iter().all(|count| *count > 0), "{refused:?}");
    assert_eq!(Key::of(&api("sfox"), "abc==").key, "abc==");
}

#[test]
fn limits_hold_and_pass_by_the_clock() {
    let hand = Hand(Arc::new(AtomicI64::new(NOON)));
    let options = Options {
        clock: Box::new(hand.clone()),
        ..Options::default()
    };
    let mock = Mock::new(api("sfox"), options);
    let done = operation(&mock, "sfox.get-done-orders");
    let limit = mock
        .api()
        .limits
        .iter()
        .find(|l| l.name == "done-orders-route");
    let limit = limit.expect("a limit").clone();
    let ask = || mock.answer(&mock.sample(done, &key()).expect("a request"));
    for nth in 0..limit.count {
        assert_eq!(ask().status, 200, "{nth}");
    }
    let over = ask();
    assert_eq!(over.status, 429, "{over:?}");
    let wait = over.headers.iter().find(|(name, _)| name == "retry-after");
    let wait: i64 = wait.expect("a wait").1.parse().expect("seconds");
    assert_eq!(Some(wait as u32), limit.penalty_s);
    hand.0.fetch_add(wait * 1000 - 1, Ordering::Relaxed);
    assert_eq!(ask().status, 429);
    hand.0.fetch_add(2, Ordering::Relaxed);
    assert_eq!(ask().status, 200);
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    for api in apis() {
        let run = |seed| -> Vec<String> {
            let options = Options {
                limits: false,
                ..Options::default()
            };
            let mock = Mock::new(api.clone(), options.seeded(seed));
            let answers = (0..api.operations.len()).map(|op| {
                let mut asked = mock.sample(op, &key()).expect("a request");
                asked.headers.push(("prefer".into(), "dynamic".into()));
                body(&mock.answer(&asked))
            });
            answers.collect()
        };
        assert_eq!(run(7), run(7), "{}", api.id);
        assert_ne!(run(7), run(8), "{}", api.id);
    }
}

/// By the vector that the venue publishes for its handshake, whose content this login signs too.
#[tokio::test]
async fn a_login_by_message_is_verified_and_its_key_is_of_the_kind_that_is_asked_for() {
    let api = api("finery");
    let auth = api.auth.iter().find(|auth| auth.name == "ws-handshake");
    let vector = auth.expect("a recipe").vectors[0].clone();
    let key = Key::parse(&format!("{}:{}", vector.key, vector.secret));
    let options = Options {
        keys: vec![key],
        clock: Box::new(Hand(Arc::new(AtomicI64::new(1_628_489_110_490)))),
        roles: Roles::bundled("finery"),
        ..Options::default()
    };
    let rfq = api.sockets.iter().position(|socket| socket.name == "rfq");
    let mock = Mock::new(api, options);
    let address = started(&mock).await;
    let wrong = vector.signature.replacen('K', "L", 1);
    for (signature, event) in [
        (&wrong, "ERROR"),
        (&vector.signature, "AUTHORIZED"),
        // The nonce was used before.
        (&vector.signature, "ERROR"),
    ] {
        let mut socket = connect(&mock, &address, rfq.expect("a socket"), false)
            .await
            .expect("open");
        let greeting = text(&mut socket).await.expect("a greeting");
        assert!(greeting.contains("CONNECTED"), "{greeting}");
        let login = json!({"event": "AUTH", "key": vector.key, "signature": signature, "content": vector.signed});
        say(&mut socket, &login.to_string()).await;
        let answer = text(&mut socket).await.expect("an answer");
        assert!(answer.contains(event), "{answer}");
    }

    let api = self::api("sfox-connect");
    let keys = ["partner=one", "user=two"].map(|key| Key::of(&api, key));
    let options = Options {
        keys: keys.to_vec(),
        ..Options::default()
    };
    let mock = Mock::new(api, options);
    let address = started(&mock).await;
    for (key, outcome) in [("one", "success"), ("two", "error")] {
        let mut socket = connect(&mock, &address, 0, false).await.expect("open");
        let login = json!({"type": "authenticate", "apiKey": key, "enterprise": true});
        say(&mut socket, &login.to_string()).await;
        let answer = text(&mut socket).await.expect("an answer");
        assert!(
            answer.contains(&format!(r#""type":"{outcome}""#)),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn too_many_connections_are_refused_until_the_venue_lets_in_again() {
    for (id, socket, most, closing_helps) in [("sfox", 0, 10, false), ("finery", 0, 100, true)] {
        let mock = Mock::new(api(id), Options::default());
        let address = started(&mock).await;
        let mut open = Vec::new();
        for nth in 0..most {
            let socket = connect(&mock, &address, socket, id == "finery").await;
            open.push(socket.unwrap_or_else(|e| panic!("{id} {nth}: {e}")));
        }
        let Err(Error::Http(refused)) = connect(&mock, &address, socket, true).await else {
            panic!("{id}: let in");
        };
        let wait = refused.headers().get("retry-after");
        assert_eq!(wait.is_some_and(|s| s == "120"), !closing_helps, "{id}");
        drop(open.pop());
        // The mock hears of the end a moment later.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let again = connect(&mock, &address, socket, true).await;
        assert_eq!(again.is_ok(), closing_helps, "{id}");
    }
}

#[test]
fn what_is_wrong_is_refused_in_the_venues_shape() {
    let mock = Mock::new(api("sfox"), Options::default());
    let ask = |method: &str, target: &str, body: &str, prefer: &str| {
        let headers = [
            ("authorization", "Bearer k"),
            ("content-type", "application/json"),
            ("prefer", prefer),
        ];
        let answer = mock.answer(&Asked {
            method: method.into(),
            target: target.into(),
            headers: headers.map(|(n, v)| (n.into(), v.into())).to_vec(),
            body: body.as_bytes().to_vec(),
            peer: "127.0.0.1".into(),
            scheme: Scheme::Plain,
        });
        (answer.status, self::body(&answer))
    };
    let order = r#"{"currency_pair":"btcusd","price":1,"quantity":1}"#;
    for (method, target, body, prefer, status, part) in [
        ("POST", "/v1/orders/hold", order, "", 422, "path"),
        ("POST", "/v1/orders/buy", "{}", "", 422, "currency_pair"),
        ("POST", "/v1/orders/buy", "{", "", 422, "request"),
        ("GET", "/v1/orders?limit=1000", "", "", 422, "limit"),
        ("GET", "/v1/nowhere", "", "", 404, "no such path"),
        ("PUT", "/v1/user/balance", "", "", 405, "GET"),
        ("DELETE", "/v1/staking/stake", "", "", 405, "POST"),
        (
            "POST",
            "/v1/orders/buy",
            order,
            "status=422, example=2",
            422,
            "btcusda",
        ),
        ("POST", "/v1/orders/buy", order, "status=503", 503, "error"),
    ] {
        let (got, text) = ask(method, target, body, prefer);
        assert_eq!(got, status, "{method} {target} {body}: {text}");
        assert!(
            text.starts_with(r#"{"error":"#) && text.contains(part),
            "{text}"
        );
    }
    let open = ask("GET", "/v1/user/balance", "", "").1;
    assert!(open.contains("btc"), "{open}");
}
