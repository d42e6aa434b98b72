//! `venue check`: verdicts, formats, routing and exit codes.

use serde_json::Value;

use crate::support::{ends, ends_with, ndjson};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the report is JSON")
}

/// Rule, target and pointer of each finding.
fn found(args: &[&str], input: &str) -> Vec<String> {
    let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    ndjson(args, input.as_bytes())
        .iter()
        .map(|f| {
            format!(
                "{}:{} {} {} {}",
                f["line"],
                f["record"],
                text(&f["rule"]),
                text(&f["target"]),
                text(&f["pointer"])
            )
        })
        .collect()
}

const TICKER: &str = r#"{"sequence":4,"recipient":"ticker.sfox.btcusd","timestamp":1649901842979345289,"payload":{"amount":0.00005737,"exchange":"coinbase","high":41512.43,"last":41420.58,"low":41058.82,"open":41141.31,"pair":"btcusd","route":"Smart","source":"ticker-info","timestamp":"2022-04-14T02:04:02.481Z","volume":1387.77211046,"vwap":41283.96339697249}}"#;

#[test]
fn hosts_that_are_not_the_venues_are_named_once() {
    let visit = |host: &str| {
        format!(
            r#"{{"kind":"http","request":{{"method":"GET","url":"https://{host}/v1/a"}},"response":{{"status":200,"body":""}}}}"#
        )
    };
    let hosts = ["ads.example", "ads.example", "app.example", "fonts.example"].map(visit);
    let ticker = format!(
        r#"{{"kind":"ws","url":"wss://ws.sfox.com/ws","direction":"received","data":{TICKER}}}"#
    );
    let input = format!("{ticker}\n{}", hosts.join("\n"));
    let ran = ends_with(&["check", "-"], input.as_bytes(), 0);
    assert_eq!(
        ran.out.matches("[unmatched-host]").count(),
        1,
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("no spec names the host ads.example"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("nor: app.example, fonts.example"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("1 valid, 4 unmatched"), "{}", ran.out);
}

#[test]
fn the_samples_show_clean_and_drifting_venues() {
    let ran = ends(&["check", "captures/"], 1);
    for line in [
        "error[unknown-value]: `status` is \"Parked\", a value that the spec does not list",
        "  in sfox.create-order (POST /v1/orders/{side}), response 201",
        "--> captures/drift-sfox.ndjson:2",
        "expected one of Started, Cancel pending, Cancel Pending, Canceled, Filled, Done",
        "= source: https://docs.sfox.com/rest-api/orders (documented)",
        "error[missing-element]: `changes.bids[0]`: required element `size` is missing",
        "in sfox.feed.ticker.data (The ticker), twice",
        "= the last: captures/drift-sfox.ndjson:10",
        "= effect: the released types keep it in `extra` and go on\n   = to do: add the member",
        "✓ captures/clean-sfox.har ",
        "4 errors, 2 warnings in 5 files, 42 records: 35 valid, 3 drift, 4 invalid",
    ] {
        assert!(ran.out.contains(line), "missing: {line}\n{}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "no colours without a terminal");
    assert_eq!(ran.err, "");
}

#[test]
fn json_report_matches_its_schema_and_adds_up() {
    let report = json(&ends(&["check", "captures/", "--format", "json"], 1).out);
    let schema = json(&ends(&["check", "--report-schema"], 0).out);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let totals = &report["totals"];
    assert_eq!(
        [
            &totals["records"],
            &totals["valid"],
            &totals["drift"],
            &totals["invalid"],
            &totals["unmatched"]
        ],
        [42, 35, 3, 4, 0]
    );
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(6));
    assert_eq!(
        report["coverage"]["sfox"]["seen"]["sfox.feed.ticker.data"],
        4
    );
    // Every target is an id of the list.
    let listed = ends(&["list", "--format", "json"], 0).out;
    for finding in report["findings"].as_array().expect("a list") {
        let target = finding["target"].as_str().expect("an id");
        assert!(
            listed.contains(&format!("\"id\": \"{target}\"")),
            "{target}"
        );
    }
}

#[test]
fn findings_have_the_documented_members_in_order() {
    let line = ends(
        &[
            "check",
            "captures/drift-sfox.ndjson",
            "--format",
            "ndjson",
            "--max-findings",
            "1",
        ],
        1,
    )
    .out;
    assert_eq!(
        line,
        concat!(
            r#"{"file":"captures/drift-sfox.ndjson","line":2,"record":1,"verdict":"invalid","rule":"unknown-value","#,
            r#""severity":"error","api":"sfox","target":"sfox.create-order","pointer":"/status","#,
            r#""message":"response 201: `status` is \"Parked\", a value that the spec does not list","#,
            r#""expected":"one of Started, Cancel pending, Cancel Pending, Canceled, Filled, Done","found":"\"Parked\"","#,
            r#""fingerprint":"FINGERPRINT","spec":{"file":"sfox/types.toml","line":LINE,"#,
            r#""source":"https://docs.sfox.com/rest-api/orders","evidence":"documented"}}"#,
            "\n"
        )
        .replace("FINGERPRINT", json(&line)["fingerprint"].as_str().expect("a fingerprint"))
        .replace("LINE", &json(&line)["spec"]["line"].to_string())
    );
}

/// What a number's text says beside its value. None of it changes the verdict but what typed clients
/// refuse.
#[test]
fn a_number_that_is_written_otherwise_is_heard_of() {
    let with = |from: &str, to: &str| {
        assert!(TICKER.contains(from), "{from}");
        TICKER.replace(from, to)
    };
    let digits = "1".repeat(39);
    for (message, severity, rules) in [
        (
            with("41420.58", "\"41420.58\""),
            "error",
            vec!["number-as-string"],
        ),
        (
            with("41420.58", "\"41420.58 USD\""),
            "error",
            vec!["wrong-kind"],
        ),
        (with("\"coinbase\"", "7"), "error", vec!["string-as-number"]),
        (with("41420.58", &digits), "error", vec!["too-many-digits"]),
        (
            with("41420.58", "4.142058E4"),
            "info",
            vec!["exponent-notation"],
        ),
        (
            with("41420.58", "9007199254740993"),
            "info",
            vec!["unsafe-number"],
        ),
        (
            with("41420.58", "0.1234567890123456789"),
            "info",
            vec!["unsafe-number"],
        ),
        (
            with("41420.58", "1.234567890123456789e-7"),
            "info",
            vec!["exponent-notation", "unsafe-number"],
        ),
        // The type says that it has 64 bits.
        (with("1649901842979345289", "9007199254740993"), "", vec![]),
        (with("41420.58", "0.30000000000000004"), "", vec![]),
        (with("41420.58", "9007199254740992"), "", vec![]),
    ] {
        let found = ndjson(&["--api", "sfox"], message.as_bytes());
        let told: Vec<&str> = found.iter().filter_map(|f| f["rule"].as_str()).collect();
        assert_eq!(told, rules, "{message}");
        assert!(found.iter().all(|f| f["severity"] == severity), "{found:?}");
        let valid = severity != "error";
        ends_with(
            &["check", "-", "--api", "sfox"],
            message.as_bytes(),
            u8::from(!valid).into(),
        );
        let status = i32::from(!rules.is_empty());
        let strict = ["check", "-", "--api", "sfox", "--fail-on", "info"];
        ends_with(&strict, message.as_bytes(), status);
    }
    // A level of a book is read by a way of its own; and sizes with an exponent are usual, as the
    // spec's examples show.
    let book = |price: &str| {
        format!(
            r#"{{"sequence":2,"recipient":"orderbook.sfox.btcusd","timestamp":1,"payload":{{"bids":[[{price},1,"x"],[1,{price},"x"]],"asks":[],"market_making":{{"bids":[],"asks":[]}},"timestamps":{{}},"lastupdated":1,"pair":"btcusd","currency":"usd","lastpublished":1}}}}"#
        )
    };
    for (price, count) in [
        ("9007199254740993", 2),
        ("1.5", 0),
        ("10000000000.000001", 0),
        ("1e3", 1),
    ] {
        let found = ndjson(&["--api", "sfox"], book(price).as_bytes());
        let told = found.iter().filter(|f| f["severity"] == "info").count();
        assert_eq!((told, found.len()), (count, count), "{price}: {found:?}");
    }
}

#[test]
fn messages_are_told_apart_and_located() {
    let number = TICKER.replace("\"last\":41420.58", "\"last\":\"41420.58\"");
    let grown = TICKER.replace("\"payload\":{", "\"payload\":{\"new\":[1],");
    let other = TICKER.replace("ticker.sfox", "candles.sfox");
    let input = format!(
        "{TICKER}\r\n\n{number}\n{grown}\n{other}\n[\"X\",0,\"Z\",0]\n{{\"type\":\"what\"}}\n{{\"half"
    );
    assert_eq!(
        found(&[], &input),
        [
            "3:1 number-as-string sfox.feed.ticker.data /payload/last",
            "4:2 undocumented-field sfox.feed.ticker.data /payload/new",
            "5:3 undocumented-message sfox.msg.ws-feed-data ",
            "7:5 unmatched-message - ",
            "8:6 not-json - ",
        ]
    );
    // A document over several lines: the line is the value's own.
    let spread = "{\n \"type\": \"subscribe\",\n \"feeds\": [\"a\",\n  7]\n}\n";
    assert_eq!(
        found(&["--as", "sfox.ws.subscribe"], spread),
        ["4:0 string-as-number sfox.ws.subscribe /feeds/1"]
    );
}

#[test]
fn exchanges_are_routed_and_every_part_is_held() {
    let call = |method: &str, path: &str, request: &str, status: u16, response: &str| {
        format!(
            r#"{{"kind":"http","request":{{"method":"{method}","url":"https://api.sfox.com{path}","body":{request}}},"response":{{"status":{status},"body":{response}}}}}"#
        )
    };
    let legacy = ["--api", "sfox-legacy"];
    let order = r#"{"id":666,"quantity":1,"price":10,"o_action":"Buy","pair":"btcusd","type":"Limit","vwap":0,"filled":0,"status":"Started"}"#;
    for (record, expected) in [
        (call("GET", "/v1/order/666", "null", 200, order), vec![]),
        (
            call("GET", "/v1/order/abc", "null", 200, order),
            vec!["1:0 wrong-kind sfox-legacy.get-order /path/order_id"],
        ),
        (
            call("GET", "/v1/order/666?x=1", "null", 200, order),
            vec!["1:0 undocumented-field sfox-legacy.get-order /query/x"],
        ),
        (
            call(
                "GET",
                "/v1/account/transactions?limit=ten",
                "null",
                200,
                "[]",
            ),
            vec!["1:0 wrong-kind sfox-legacy.get-transactions /query/limit"],
        ),
        (
            call(
                "POST",
                "/v1/orders/buy",
                "\"quantity=1&price=10&currency_pair=btcusd\"",
                200,
                order,
            ),
            vec![],
        ),
        (
            call("POST", "/v1/orders/buy", "\"quantity=one\"", 200, order),
            vec!["1:0 wrong-kind sfox-legacy.create-buy-order /quantity"],
        ),
        (
            call("GET", "/v1/order/666", "null", 302, "\"elsewhere\""),
            vec!["1:0 undocumented-status sfox-legacy.get-order "],
        ),
        (
            call("GET", "/v1/order/666", "null", 503, r#"{"error":"later"}"#),
            vec![],
        ),
        // Every 4xx has this body, and the catalogue knows which there are; a proxy has its own.
        (
            call("GET", "/v1/order/666", "null", 409, r#"{"error":"twice"}"#),
            vec!["1:0 undocumented-error sfox-legacy.get-order "],
        ),
        (
            call("GET", "/v1/order/666", "null", 502, r#"{"error":"later"}"#),
            vec![],
        ),
        (
            call("GET", "/v1/order/666", "null", 200, "null"),
            vec!["1:0 missing-body sfox-legacy.get-order "],
        ),
        (
            call("GET", "/v1/order/666", "null", 200, "\"<html>\""),
            vec!["1:0 not-json sfox-legacy.get-order "],
        ),
        // The body is checked as it is spelt in the file.
        (
            call(
                "GET",
                "/v1/order/666",
                "null",
                200,
                &order.replace("\"id\":666", "\"id\":666.0"),
            ),
            vec!["1:0 bad-integer sfox-legacy.get-order /id"],
        ),
        (
            call(
                "GET",
                "/v1/order/666",
                "null",
                200,
                &order.replace("\"id\":666", "\"id\":666,\"id\":667"),
            ),
            vec!["1:0 duplicate-field sfox-legacy.get-order /id"],
        ),
    ] {
        assert_eq!(found(&legacy, &record), expected, "{record}");
    }
}

#[test]
fn one_fault_has_one_fingerprint_wherever_it_is() {
    let body = |n: &str| {
        format!(
            r#"[{{"currency":"btc","balance":{n},"available":0}},{{"currency":"usd","balance":{n},"available":0}}]"#
        )
    };
    let record = |n: &str| {
        format!(
            r#"{{"kind":"http","request":{{"method":"GET","url":"https://api.sfox.com/v1/user/balance"}},"response":{{"status":200,"body":{}}}}}"#,
            body(n)
        )
    };
    let input = format!("{}\n{}\n", record("\"1\""), record("\"2\""));
    let findings = ndjson(&["--api", "sfox-legacy"], input.as_bytes());
    assert_eq!(findings.len(), 4);
    assert!(
        findings
            .iter()
            .all(|f| f["fingerprint"] == findings[0]["fingerprint"])
    );
    let args = ["check", "-", "--format", "json", "--api", "sfox-legacy"];
    let report = json(&ends_with(&args, input.as_bytes(), 1).out);
    let group = &report["findings"][0];
    assert_eq!(
        (
            &group["count"],
            &group["first"]["line"],
            &group["last"]["line"]
        ),
        (&4.into(), &1.into(), &2.into())
    );
}

#[test]
fn exit_codes_are_clean_findings_and_trouble() {
    let drift = TICKER.replace("\"payload\":{", "\"payload\":{\"new\":1,");
    let invalid = TICKER.replace("41420.58", "\"x\"");
    for (args, input, status) in [
        (&["check", "-"][..], TICKER, 0),
        (&["check", "-"], &drift, 0),
        (&["check", "-", "--fail-on", "warning"], &drift, 1),
        (&["check", "-"], &invalid, 1),
        (&["check", "-", "--fail-on", "never"], &invalid, 0),
        (&["check", "-"], "", 2),
        (&["check", "-"], "{\"type\":\"no\"}", 2),
        (&["check", "-", "--allow-empty"], "{\"type\":\"no\"}", 0),
        (
            &["check", "-", "--allow-empty", "--fail-on", "warning"],
            "{\"type\":\"no\"}",
            1,
        ),
        (&["check", "-", "--allow-empty"], "", 0),
        (&["check", "no/such/file"], "", 2),
        (&["check", "captures/*.nothing"], "", 2),
        (&["check"], "", 2),
        (&["check", "-", "--api", "nope"], TICKER, 2),
    ] {
        ends_with(args, input.as_bytes(), status);
    }
}

#[test]
fn nothing_matched_says_what_was_there_and_what_is_near() {
    let input = r#"{"kind":"http","request":{"method":"GET","url":"https://user:pw@apis.sfox.com/v1/order/1234?token=hush"},"response":null}
{"kind":"ws","url":"wss://stream.example.com/ws?k=hush","direction":"received","data":{"type":"tick"}}"#;
    let ran = ends_with(&["check", "-"], input.as_bytes(), 2);
    for text in [
        "nothing in the input matched: none of its 2 records is traffic of finery, sfox or sfox-connect",
        "GET https://apis.sfox.com/v1/order/{…}",
        "wss://stream.example.com/ws received type = \"tick\"",
        "--server sfox=apis.sfox.com",
    ] {
        assert!(ran.err.contains(text), "missing: {text}\n{}", ran.err);
    }
    assert!(!format!("{}{}", ran.out, ran.err).contains("hush"));
}

#[test]
fn a_replaced_api_is_named_where_it_would_have_matched() {
    let ran = ends(&["check", "cli/tests/captures/sfox-2018.ndjson"], 1);
    assert!(
        ran.err
            .contains("described by sfox-legacy: add --api sfox-legacy"),
        "{}",
        ran.err
    );
    ends(
        &[
            "check",
            "--api",
            "sfox-legacy",
            "cli/tests/captures/sfox-2018.ndjson",
        ],
        0,
    );
}

#[test]
fn as_holds_documents_against_one_target() {
    for (target, input, status) in [
        (
            "finery.feed.f",
            "[\"F\",\"BTC-EUR\",\"M\",[[[\"+\",3,1]],[]]]",
            0,
        ),
        (
            "finery.feed.f.modified",
            "[\"F\",\"BTC-EUR\",\"M\",[[[\"+\",-3,1]],[]]]",
            1,
        ),
        ("sfox.create-order/response/422", "{\"error\":\"x\"}", 0),
        // Described by its class, and by the only success.
        ("sfox.get-balances/response/403", "{\"error\":\"x\"}", 0),
        ("sfox.get-balances/response", "[]", 0),
        ("sfox.get-balances", "[]", 0),
        ("sfox.get-balances/response/302", "{}", 2),
        ("sfox-legacy.type.order", "{}", 1),
        (
            "sfox.ws.subscribe",
            "{\"type\":\"subscribe\",\n\"feeds\":[]}\n{\"type\":\"subscribe\",\"feeds\":[]}",
            0,
        ),
        ("sfox.create-ordr/request", "{}", 2),
    ] {
        ends_with(&["check", "-", "--as", target], input.as_bytes(), status);
    }
    let ran = ends_with(
        &["check", "-", "--as", "sfox.create-ordr/request"],
        b"{}",
        2,
    );
    assert!(
        ran.err
            .contains("did you mean `sfox.create-order/request`?"),
        "{}",
        ran.err
    );
}

#[test]
fn reports_go_to_files_beside_what_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let reports = ["json", "ndjson", "human"].map(|f| format!("{f}={}", at(f)));
    let mut args = vec!["check", "captures/drift-sfox.ndjson"];
    for report in &reports {
        args.extend(["--report", report]);
    }
    let ran = ends(&[&args[..], &["--color", "always"]].concat(), 1);
    assert!(ran.out.contains("\u{1b}["));
    let read = |name: &str| std::fs::read_to_string(at(name)).expect("a report");
    assert_eq!(json(&read("json"))["totals"]["records"], 10);
    assert_eq!(read("ndjson").lines().count(), 4);
    assert!(read("human").contains("error[number-as-string]") && !read("human").contains('\u{1b}'));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = ends(&["check", "captures/", "--format", "json"], 1).out;
    let twice = ends(&["check", "captures/", "--format", "json"], 1).out;
    assert_eq!(once, twice);
    // The order of arguments says nothing about the venue.
    let files = ["captures/drift-finery.jsonl", "captures/drift-sfox.ndjson"];
    let one = ends(&["check", files[0], files[1], "--format", "json"], 1).out;
    let other = ends(&["check", files[1], files[0], "--format", "json"], 1).out;
    assert_eq!(one, other);
}

/// Whatever there is of an exchange that was not recorded whole: what was not looked at is said.
#[test]
fn a_request_without_an_answer_and_a_body_that_cannot_be_read_are_remarked_on() {
    let entry = |response: Value| {
        serde_json::json!({
            "startedDateTime": "2024-05-01T00:00:00Z",
            "request": {"method": "GET", "url": "https://api.sfox.com//v1/user/balance"},
            "response": response,
        })
    };
    for (response, rule, sentence) in [
        (
            serde_json::json!({"status": 0, "content": {"size": 0}}),
            "unanswered-request",
            "the capture has no response to it",
        ),
        (
            serde_json::json!({"status": 200, "content": {"size": 3, "text": "[1, 2]", "encoding": "base64"}}),
            "unrecorded-body",
            "the body in the capture is marked as base64, and is not that",
        ),
    ] {
        let har = serde_json::json!({"log": {"entries": [entry(response)]}}).to_string();
        let said = ends_with(&["check", "-"], har.as_bytes(), 0).out;
        assert!(
            said.contains(&format!("info[{rule}]: {sentence}")),
            "{said}"
        );
        // Of a file of one line, that says nothing.
        assert!(said.contains("<stdin>:1, record 0 (from 0)"), "{said}");
    }
}

/// A text that is no JSON has nothing to tell whose it is but its address.
#[test]
fn what_is_no_json_names_the_apis_of_its_socket() {
    let line = r#"{"kind":"ws","url":"wss://ws.sfox.com/ws","direction":"received","data":"oops"}"#;
    let said = |arguments: &[&str]| ends_with(arguments, line.as_bytes(), 1).out;
    let words = "at this address it may be of sfox or sfox-connect";
    let both = said(&["check", "--allow-empty", "-"]);
    assert!(both.contains(words), "{both}");
    let one = said(&["check", "--api", "sfox", "-"]);
    assert!(!one.contains("may be of"), "{one}");
}

/// A preflight is told by its own headers; of what lacks them, what else it may be is said.
#[test]
fn a_preflight_is_no_call() {
    let entry = |headers: Value| {
        serde_json::json!({"log": {"entries": [
            {"request": {"method": "OPTIONS", "url": "https://api.sfox.com/v1/user/balance", "headers": headers},
             "response": {"status": 204}},
            {"request": {"method": "GET", "url": "https://api.sfox.com/v1/user/balance"},
             "response": {"status": 200, "content": {"size": 2, "text": "[]"}}},
        ]}})
        .to_string()
    };
    let told = entry(serde_json::json!([{"name": "Origin", "value": "https://app.example"}]));
    let said = ends_with(&["check", "-"], told.as_bytes(), 0).out;
    assert!(!said.contains("OPTIONS"), "{said}");
    let bare = entry(serde_json::json!([]));
    let said = ends_with(&["check", "-"], bare.as_bytes(), 0).out;
    assert!(
        said.contains("a browser's preflight is no call of the API"),
        "{said}"
    );
}

/// That nothing is found in a body that the recorder dropped is not passed over in silence.
#[test]
fn a_body_that_was_not_recorded_is_remarked_on() {
    let entry = |content: Value| {
        serde_json::json!({
            "startedDateTime": "2024-05-01T00:00:00Z",
            "request": {"method": "GET", "url": "https://api.sfox.com/v1/user/balance"},
            "response": {"status": 200, "bodySize": 312, "content": content},
        })
    };
    let dropped = [
        serde_json::json!({"size": 312}),
        serde_json::json!({"size": 0, "text": ""}),
    ]
    .map(entry);
    let har = serde_json::json!({"log": {"entries": dropped}}).to_string();
    let said = ends_with(&["check", "-"], har.as_bytes(), 0).out;
    assert!(said.contains("info[unrecorded-body]"), "{said}");
    assert!(said.contains("twice"), "{said}");
    assert!(said.contains("clean, 1 remark"), "{said}");
    let whole = serde_json::json!({"size": 2, "text": "[]"});
    let har = serde_json::json!({"log": {"entries": [entry(whole)]}}).to_string();
    let said = ends_with(&["check", "-"], har.as_bytes(), 0).out;
    assert!(!said.contains("unrecorded-body"), "{said}");
}
