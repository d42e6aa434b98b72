//! The golden output compiles, and does what the specs say.

#[allow(dead_code, unreachable_pub, missing_docs)]
mod hard_names {
    include!("golden/hard_names.rs");
}
#[allow(dead_code, unreachable_pub, unused_imports)]
mod order_book {
    include!("golden/order_book.rs");
}
#[allow(dead_code, unreachable_pub, unused_imports)]
mod presence {
    include!("golden/presence.rs");
}
#[allow(dead_code, unreachable_pub, unused_imports)]
mod privacy {
    include!("golden/privacy.rs");
}
#[allow(dead_code, unreachable_pub, unused_imports)]
mod recursive {
    include!("golden/recursive.rs");
}
#[allow(dead_code, unreachable_pub, unused_imports)]
mod rules {
    include!("golden/rules.rs");
}

use serde::Serialize;
use serde::de::DeserializeOwned;
use venue_wire::describe::{Channel, ErrorClass};
use venue_wire::operation::{Body, Request, Response};
use venue_wire::{Blank, Patch, Validate, Verdict};

/// Decodes, checks the verdict, encodes again to the same text, and gives the value.
fn check_round_trip<T: DeserializeOwned + Serialize + Validate>(json: &str, verdict: Verdict) -> T {
    let value: T = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(value.verdict(), verdict, "{json}: {:#?}", value.validate());
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    value
}

/// Does not decode, and says why.
fn check_refused<T: DeserializeOwned>(json: &str, why: &str) {
    let error = match serde_json::from_str::<T>(json) {
        Ok(_) => panic!("{json} decodes"),
        Err(error) => error.to_string(),
    };
    assert!(error.contains(why), "{json}: {error}");
}

/// Rule and pointer of each violation.
fn findings(value: &impl Validate) -> Vec<String> {
    let found = value.validate();
    found
        .iter()
        .map(|one| format!("{} {}", one.rule, one.pointer))
        .collect()
}

#[test]
fn messages_are_told_apart_by_two_positions() {
    use order_book::{FeedId, Received};
    let snapshot = r#"["B",42,"S",[[[100000000,-5]],[]]]"#;
    let received: Received = check_round_trip(snapshot, Verdict::Valid);
    assert_eq!(received.id(), Some("order-book.feed.b.snapshot"));
    let Received::BSnapshot(book) = received else {
        panic!("{received:?}")
    };
    assert_eq!(book.feed_id, FeedId::Number(42));
    assert_eq!(book.sides.bids[0].price.to_string(), "1");

    let update = r#"["B",{"instrument":"X","clientId":7},"M",[["+",1,2],["~",0,0,3]]]"#;
    let Received::BUpdate(update) = check_round_trip(update, Verdict::Valid) else {
        panic!("no update")
    };
    assert_eq!(
        update
            .levels
            .ok()
            .map(|level| level.orders)
            .collect::<Vec<_>>(),
        [None, Some(3)]
    );

    let failure: Received = check_round_trip(r#"["Q","X","Z",2]"#, Verdict::Valid);
    assert!(matches!(failure, Received::Failure(_)), "{failure:?}");
    let other: Received = check_round_trip(r#"["Q","X","S",2]"#, Verdict::Drift);
    assert_eq!(findings(&other), ["undocumented-message "]);
    let unknown: Received = check_round_trip(r#"{"pong":1}"#, Verdict::Drift);
    assert_eq!(unknown.id(), None);
    check_refused::<Received>(r#"["B",null,"S",[[],[]]]"#, "no variant of FeedId");
}

#[test]
fn arrays_grow_and_batches_lose_only_what_is_broken() {
    use order_book::{Level, LevelUpdate, Update};
    let level: Level = check_round_trip("[1,2,[3],null]", Verdict::Drift);
    assert_eq!(
        findings(&level),
        ["undocumented-element /2", "undocumented-element /3"]
    );
    check_refused::<Level>("[1]", "missing element 1 (`size`) of Level");
    check_refused::<Level>("[1,2.0]", "expected an integer");
    check_refused::<LevelUpdate>(r#"["?",1,2]"#, "\"?\" is not a value of Action");
    let update: Update = check_round_trip(r#"["B",1,"M",[["?",1,2],["-",1,2]]]"#, Verdict::Invalid);
    assert_eq!(update.levels.ok().count(), 1);
    check_refused::<Update>(r#"["B",1,"S",[]]"#, "expected \"M\", found \"S\"");
}

#[test]
fn feeds_and_commands_are_rendered() {
    let feed = order_book::feeds::B::new("BTC-USD");
    assert_eq!(feed.channel(), "B.BTC-USD");
    assert_eq!(order_book::feeds::B::FEED.channel, "B.{instrument}");
    let mut bind = order_book::Bind::new("B");
    bind.feed_id = Some(order_book::FeedId::Number(1));
    let sent = order_book::Sent::Bind(bind);
    let text = serde_json::to_string(&sent).unwrap();
    assert_eq!(text, r#"{"event":"bind","feed":"B","feedId":1}"#);
    assert_eq!(order_book::API.sockets[0].idle_timeout_s, Some(80));
}

#[test]
fn hard_names_stand_on_the_wire_as_they_are() {
    use hard_names::{Debug, Flags, Literal, Twins, Vec};
    check_round_trip::<Twins>(
        r#"{"timestamp":"a","timeStamp":"b","TIMESTAMP":"c","with space":"d","24h":"e","größe €":"f","\"\\":"g","":"h"}"#,
        Verdict::Valid,
    );
    check_round_trip::<Vec>(
        r#"{"list":[{"some":"5","none":[1,2]},{"none":[]}]}"#,
        Verdict::Valid,
    );
    for (text, value) in [
        ("none", Debug::None),
        ("unknown", Debug::Unknown),
        ("", Debug::Empty),
    ] {
        assert_eq!(text.parse(), Ok(value));
    }
    assert!(!"?".parse::<Debug>().unwrap().is_listed());
    check_round_trip::<Literal>(r#"{"kind":"place","ok":1}"#, Verdict::Valid);
    check_round_trip::<Literal>(r#"{"kind":"?"}"#, Verdict::Drift);
    let flags: Flags = check_round_trip("13", Verdict::Drift);
    assert_eq!(flags.unknown_bits(), 8);
    assert!(flags.r#type());
    assert_eq!(
        hard_names::ApiErrorCode::from_code(14).class(),
        ErrorClass::Venue
    );
    assert_eq!(
        hard_names::ApiErrorCode::from_status(503).class(),
        ErrorClass::Venue
    );
    let request = hard_names::r#match::Request::new("a/b");
    assert_eq!(request.path(), "/v1/a%2Fb");
}

#[test]
fn recursion_is_boxed() {
    use recursive::{Expression, Node};
    check_round_trip::<Expression>("[1.50,[2,[3e1,4]]]", Verdict::Valid);
    check_round_trip::<Node>(
        r#"{"value":1,"next":{"value":2,"spare":null},"spare":{"value":3},"children":[{"value":4}],"named":{"a":{"value":5}}}"#,
        Verdict::Valid,
    );
    let nested = |depth| format!("{}1{}", "[1,".repeat(depth), "]".repeat(depth));
    check_round_trip::<Expression>(&nested(126), Verdict::Valid);
    check_refused::<Expression>(&nested(100_000), "nested deeper");
}

const OBJECT: &str = r#"{"tag":"object","version":2,"is_final":true,"there":1.50,"absent":"1e-08","null":"7","both":"2018-08-16T17:34:21.000Z","blank":"","blank_or_absent":"","at":1534440609281315077,"anything":null,"batch":[["row",1,null,1],["row",2,"x",-1,true,null],["row"]],"by_name":{"b":1,"a":9}}"#;

#[test]
fn each_presence_is_kept() {
    use presence::{Nothing, Object, Partial, Row};
    let object: Object = check_round_trip(OBJECT, Verdict::Invalid);
    assert_eq!(object.blank, Blank(None));
    assert!(matches!(object.both, Patch::Value(_)));
    let found = findings(&object);
    assert_eq!(found[1..], ["undocumented-value /by_name/a"], "{found:?}");
    assert!(found[0].ends_with(" /batch/2"), "{found:?}");

    let sparse = OBJECT
        .replace(r#""absent":"1e-08","#, "")
        .replace(r#""7""#, "null")
        .replace(r#""both":"2018-08-16T17:34:21.000Z","#, "");
    let object: Object = check_round_trip(&sparse, Verdict::Invalid);
    assert_eq!(
        (object.absent, object.null, object.both),
        (None, None, Patch::Absent)
    );

    for (from, to, why) in [
        (r#""version":2"#, r#""version":2.0"#, "expected i64"),
        (r#""version":2"#, r#""version":3"#, "expected 2, found 3"),
        (r#""tag":"object","#, "", "missing field `tag` of Object"),
        (r#""absent":"1e-08""#, r#""absent":null"#, "null"),
        (
            r#""there":1.50"#,
            r#""there":1,"there":1"#,
            "duplicate field `there`",
        ),
        (
            r#""there":1.50"#,
            r#""x":1,"there":1,"x":1"#,
            "duplicate field `x`",
        ),
        (r#","blank":"""#, "", "missing field `blank`"),
    ] {
        check_refused::<Object>(&OBJECT.replacen(from, to, 1), why);
    }
    check_round_trip::<Object>(
        &OBJECT.replace(r#",["row"]"#, "").replace(r#","a":9"#, ""),
        Verdict::Valid,
    );
    check_round_trip::<Row>(r#"["row",1,null,1,false,null,9]"#, Verdict::Drift);
    check_round_trip::<Partial>(r#"{"id":1,"more":[1.10]}"#, Verdict::Valid);
    check_round_trip::<Nothing>("{}", Verdict::Valid);
    check_round_trip::<Nothing>(r#"{"a":1}"#, Verdict::Drift);

    let gap = Row {
        there: 1,
        null: None,
        kind: presence::Kind::First,
        absent: None,
        both: Patch::Value(1),
        tail: venue_wire::Tail::new(),
    };
    assert!(serde_json::to_string(&gap).is_err());
}

#[test]
fn members_may_stand_in_any_order_and_with_escapes() {
    let json = r#"{ "anything" : 1, "by_name": {}, "batch": [], "at": 1, "blank_or_absent": "", "blank": "",
        "null": null, "there": 1, "is_final": true, "v\u0065rsion": 2, "tag": "\u006fbject" }"#;
    let object: presence::Object = serde_json::from_str(json).unwrap();
    assert_eq!(object.verdict(), Verdict::Valid);
    let from_reader: presence::Object = serde_json::from_reader(json.as_bytes()).unwrap();
    assert_eq!(from_reader, object);
}

#[test]
fn text_is_checked_without_building_it() {
    use presence::{Kind, Object};
    use venue_wire::Checked;
    let valid = OBJECT.replace(r#",["row"]"#, "").replace(r#","a":9"#, "");
    assert!(Object::accepts(valid.as_bytes()));
    assert_eq!(Object::judge(OBJECT.as_bytes()), Verdict::Invalid);
    assert_eq!(Object::explain(OBJECT.as_bytes())[0].pointer, "/batch/2");
    assert_eq!(Kind::judge(b"7"), Verdict::Drift);
    assert_eq!(
        order_book::Received::judge(br#"["Q","X","S",2]"#),
        Verdict::Drift
    );
    assert_eq!(
        order_book::Sent::judge(br#"{"event":"bind"}"#),
        Verdict::Invalid
    );
}

#[test]
fn enums_know_what_is_listed() {
    use presence::{Kind, Spelt, State};
    assert_eq!(Spelt::CancelPendingTitle.canonical(), Spelt::CancelPending);
    assert_eq!(Kind::from_code(-1), Some(Kind::Minus));
    assert_eq!(Kind::LISTED.len(), 2);
    check_round_trip::<Kind>("7", Verdict::Drift);
    check_refused::<Kind>("1.0", "");
    check_refused::<Kind>("40000", "");
    check_refused::<State>("8", "bits 0b1000");
    let state = State::default().with_done().with_paid();
    assert_eq!(state.bits(), 5);
    assert!(state.done() && state.paid() && !state.open());
}

#[test]
fn rules_and_bounds_are_reported_where_they_break() {
    use rules::NewOrder;
    let cases: &[(&str, &[&str])] = &[
        (r#"{"type":"limit","lots":1,"price":2}"#, &[]),
        (r#"{"type":"limit","lots":1}"#, &["broken-rule "]),
        (
            r#"{"type":"limit","lots":1,"price":null}"#,
            &["broken-rule "],
        ),
        (r#"{"type":"market"}"#, &["broken-rule "]),
        (
            r#"{"type":"market","lots":1,"memo":"a","price":1}"#,
            &["broken-rule "],
        ),
        (r#"{"type":"market","lots":0}"#, &["out-of-range /lots"]),
        (
            r#"{"type":"market","volume":0.0009}"#,
            &["out-of-range /volume"],
        ),
        (r#"{"type":"market","lots":1,"memo":"äöüß"}"#, &[]),
        (
            r#"{"type":"market","lots":1,"memo":"12345"}"#,
            &["too-long /memo"],
        ),
        (
            r#"{"type":"market","lots":1,"shares":[1,100.1,2]}"#,
            &["too-long /shares", "out-of-range /shares/1"],
        ),
        (
            r#"{"type":"market","lots":1,"fees":{"a/b":0}}"#,
            &["out-of-range /fees/a~1b"],
        ),
        (
            r#"{"type":"market","lots":1,"x":1}"#,
            &["undocumented-field /x"],
        ),
        (r#"{"type":"stop","lots":1}"#, &["undocumented-value /type"]),
    ];
    for (json, expected) in cases {
        let order: NewOrder = serde_json::from_str(json).unwrap();
        assert_eq!(findings(&order), *expected, "{json}");
    }
}

#[test]
fn what_is_sensitive_is_masked() {
    let json = r#"{"type":"market","lots":1,"token":"hunter2"}"#;
    let order: rules::NewOrder = serde_json::from_str(json).unwrap();
    let found = order.validate();
    assert_eq!(found[0].pointer, "/token");
    for shown in [format!("{order:?}"), format!("{found:?}")] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let error = serde_json::from_str::<rules::NewOrder>(r#"{"type":"market","token":4711}"#);
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("token") && !error.contains("4711"),
        "{error}"
    );
}

/// Nothing that starts so is shown.
const HIDDEN: [&str; 2] = ["hunter", "4711"];

fn check_hides(shown: &str) {
    for hidden in HIDDEN {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn a_sensitive_parameter_or_body_is_masked() {
    use privacy::renew::{Request, Response as Reply};
    let mut request = Request::new(4711.into(), "hunter2", "hunter22");
    request.email = Some("hunter@venue.example".to_owned());
    check_hides(&format!("{request:?} {:?}", request.validate()));
    assert_eq!(
        findings(&request),
        ["out-of-range /account"],
        "the bound of a sensitive parameter holds"
    );
    check_hides(&format!("{:?}", privacy::feeds::Account::new("hunter2")));

    for (status, body) in [
        (200, r#""hunter2""#),
        (201, "[1,4711]"),
        (202, "4711"),
        (422, r#""hunter2""#),
        (422, "4711"),
        (503, "4711"),
    ] {
        let reply = Reply::from_parts(status, body.as_bytes()).expect("a described body");
        assert_eq!(reply.verdict(), Verdict::Invalid, "{status} {body}");
        check_hides(&format!("{reply:?} {:?}", reply.validate()));
    }
    let not_marked = Reply::from_parts(404, br#"{"house":12}"#).expect("a described body");
    assert!(format!("{not_marked:?}").contains("12"));
    for (status, body) in [
        (200, "4711"),
        (201, r#"["hunter2"]"#),
        (202, r#""hunter2""#),
        (400, "[4711]"),
        (500, r#""hunter2""#),
    ] {
        let error = Reply::from_parts(status, body.as_bytes()).expect_err("another kind");
        check_hides(&format!("{error} {error:?}"));
    }
    let received = privacy::Received::from_slice(br#""hunter2""#).expect("a message");
    check_hides(&format!("{received:?} {:?}", received.validate()));
    let error = privacy::Received::from_slice(b"4711").expect_err("no string");
    check_hides(&error.to_string());
}

#[test]
fn what_is_sensitive_within_a_list_a_map_a_record_or_a_union_is_masked() {
    for (json, pointer) in [
        (r#"{"salaries":[1,4711]}"#, "/salaries/1"),
        (r#"{"by_year":{"2020":4711}}"#, "/by_year/2020"),
        (r#"{"scores":[4711]}"#, "/scores/0"),
        (r#"{"address":{"house":4711}}"#, "/address/house"),
        (r#"{"either":4711}"#, "/either"),
        (r#"{"either":"hunter2"}"#, "/either"),
    ] {
        let person: privacy::Person = check_round_trip(json, Verdict::Invalid);
        let found = person.validate();
        assert_eq!(found[0].pointer, pointer);
        check_hides(&format!("{person:?} {found:?}"));
    }
    for json in [
        r#"{"salaries":["hunter2"]}"#,
        r#"{"by_year":{"a":"hunter2"}}"#,
        r#"{"either":["hunter2"]}"#,
    ] {
        let error = serde_json::from_str::<privacy::Person>(json).expect_err("another kind");
        check_hides(&error.to_string());
    }
    check_hides(&format!("{:?}", privacy::AccountId::new(4711)));
}

#[test]
fn a_request_renders_itself_and_a_response_reads_itself() {
    use rules::create_order::{self, Response as Reply};
    let mut order = rules::NewOrder::new(rules::OrderType::Limit);
    order.price = Patch::Value("1.50".parse().unwrap());
    order.memo = Some("a b&c".to_owned());
    let mut request = create_order::Request::new(rules::OrderType::Unknown("a/b".into()), order);
    assert_eq!(
        (request.path().as_str(), request.query()),
        ("/v1/orders/a%2Fb", String::new())
    );
    request.ids = Some(vec![1, 2]);
    request.limit = Some(2000);
    request.x_request = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".parse().ok();
    assert_eq!(request.query(), "ids=1%2C2&limit=2000");
    assert_eq!(request.headers()[0].0, "X-Request");
    let body = Body::Form(b"type=limit&price=1.50&memo=a%20b%26c".to_vec());
    assert_eq!(request.body().unwrap(), body);
    let found = findings(&request);
    assert!(found.contains(&"out-of-range /limit".to_owned()));
    // The body has a rule of its own that does not hold.
    let broken = |found: &[String]| found.iter().filter(|f| *f == "broken-rule ").count();
    assert_eq!(
        broken(&found),
        1,
        "another limit begins somewhere: {found:?}"
    );
    request.after = Some(7);
    let found = findings(&request);
    assert_eq!(broken(&found), 1, "ids and after: {found:?}");
    request.ids = None;
    assert_eq!(broken(&findings(&request)), 0);

    let facts = create_order::OPERATION;
    assert_eq!((facts.method, facts.server.name), ("POST", "main"));
    assert_eq!(facts.limits[0].penalty_s, Some(120));
    assert_eq!(facts.pagination.and_then(|page| page.max_size), Some(1000));
    let refused = rules::ErrorCode::from_text("no funds");
    assert_eq!(refused, rules::ErrorCode::NoFunds);
    assert_eq!(refused.to_string(), "The account is empty");

    let read = |status, body: &str| Reply::from_parts(status, body.as_bytes());
    assert!(matches!(read(200, r#"{"type":"limit"}"#), Ok(Reply::Ok(_))));
    let Ok(Reply::Accepted(receipt)) = read(202, "id,price\n1,2\n") else {
        panic!("a body that is not JSON is kept as it came")
    };
    assert_eq!(receipt.text(), Ok("id,price\n1,2\n"));
    check_hides(&format!("{receipt:?}"));
    assert_eq!(Reply::ACCEPT, "application/json, text/csv");
    assert!(matches!(read(204, ""), Ok(Reply::NoContent)));
    assert!(matches!(read(204, "x"), Ok(Reply::Undocumented(_))));
    assert!(matches!(
        read(422, ""),
        Ok(Reply::UnprocessableContent(None))
    ));
    assert!(matches!(read(409, "1"), Ok(Reply::ClientError(409, _))));
    assert!(matches!(read(500, "1"), Ok(Reply::Undocumented(_))));
    assert_eq!(read(200, "[]").unwrap_err().reply.body, b"[]");
}
