//! The formats of reports, baselines, shards and merging.

use std::fs;

use serde_json::Value;

use crate::support::{ends, ends_with};

const DRIFT: &str = "captures/drift-sfox.ndjson";

/// What each format makes of one capture. Read the difference before accepting it with
/// `INSTA_UPDATE=always`.
#[test]
fn each_format_tells_the_same_findings() {
    for format in ["sarif", "junit", "github", "gitlab", "markdown", "html"] {
        let ran = ends(&["check", DRIFT, "--format", format], 1);
        let text = ran.out.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(format, text);
    }
}

#[test]
fn one_line_a_finding_when_quiet() {
    let ran = ends(&["check", DRIFT, "-q"], 1);
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
    let first = "captures/drift-sfox.ndjson:2: error[unknown-value]: sfox.create-order: `status` is \"Parked\"";
    assert!(ran.out.starts_with(first), "{}", ran.out);
    let clean = ends(&["check", "captures/clean-sfox.har", "-q"], 0);
    assert_eq!(clean.out, "");
}

/// Text that would be markup, a command or the end of something in one format or another.
#[test]
fn nothing_in_a_payload_breaks_out_of_a_format() {
    let names = [
        "</pre></details><script>alert(1)</script>",
        "]]></failure></testcase>",
        "\\n::error file=x::y",
        "`**[a](javascript:b)|",
        "\"}],\"results\":[",
    ];
    for name in names {
        let name = name.replace('"', "\\\"");
        let line = format!(
            r#"{{"sequence":1,"recipient":"ticker.sfox.btcusd","timestamp":1,"{name}":1}}"#
        );
        for format in ["sarif", "junit", "github", "gitlab", "markdown", "html"] {
            let args = ["check", "-", "--api", "sfox", "--format", format];
            let out = ends_with(&args, line.as_bytes(), 1).out;
            match format {
                "sarif" | "gitlab" => {
                    serde_json::from_str::<Value>(&out).expect("JSON");
                }
                "junit" => well_formed(&out),
                "github" => {
                    let commands = out.lines().all(|line| line.starts_with("::"));
                    assert!(commands, "{out}");
                }
                _ => {
                    let markup = ["<script", "</script"].into_iter();
                    let links = ["](javascript", "**[a]"];
                    let links = links.into_iter().filter(|_| format == "markdown");
                    let found = markup.chain(links).find(|bad| out.contains(bad));
                    assert_eq!(found, None, "{format}: {out}");
                }
            }
        }
    }
}

#[track_caller]
fn well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Eof => return,
            _ => continue,
        }
    }
}

#[test]
fn parts_merge_to_the_whole_whatever_their_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = folder.path().join("connection.ndjson");
    fs::write(&connection, faulty_connection()).expect("a file");
    let connection = connection.to_string_lossy().into_owned();
    let inputs = ["captures/", &connection];
    let whole = ends(&["check", inputs[0], inputs[1], "--format", "json"], 1).out;
    for rule in ["sequence-gap", "repeated-sequence", "out-of-order"] {
        assert!(whole.contains(rule), "{rule}");
    }
    let paths: Vec<String> = (1..=3)
        .map(|part| {
            let shard = format!("{part}/3");
            let args = [
                "check",
                inputs[0],
                inputs[1],
                "--format",
                "json",
                "--shard",
                &shard,
                "--fail-on",
                "never",
            ];
            let path = folder.path().join(format!("{part}.json"));
            fs::write(&path, ends(&args, 0).out).expect("a file");
            path.to_string_lossy().into_owned()
        })
        .collect();
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut args = vec!["report", "merge"];
        args.extend(order.map(|part| paths[part].as_str()));
        assert_eq!(ends(&args, 1).out, whole);
    }
    let args = [
        "report", "merge", &paths[0], &paths[1], &paths[2], "--format", "human",
    ];
    assert_eq!(
        ends(&args, 1).out,
        ends(&["check", inputs[0], inputs[1]], 1).out
    );
}

/// Numbers of a connection of which one is missing, one comes twice, and two are the wrong way round.
fn faulty_connection() -> String {
    let record = |number: u32| {
        format!(
            r#"{{"kind":"ws","connection":"1","url":"wss://ws.sfox.com/ws","direction":"received","data":{{"type":"success","sequence":{number},"timestamp":16499018429793{number:05},"payload":{{"action":"authenticate"}},"action":"authenticate"}}}}"#
        ) + "\n"
    };
    let numbers = [1, 2, 3, 5, 6, 7, 7, 8, 10, 9, 11, 12, 13];
    numbers.into_iter().map(record).collect()
}

#[test]
fn what_is_no_report_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.json");
    let shown = path.to_string_lossy().into_owned();
    for text in ["", "{}", "[1]", "{\"version\":2}"] {
        fs::write(&path, text).expect("a file");
        let ran = ends(&["report", "merge", &shown], 2);
        assert!(
            ran.err.contains("not a report of `venue check"),
            "{}",
            ran.err
        );
    }
    for shard in ["0/2", "3/2", "x", "1/0"] {
        ends(&["check", DRIFT, "--shard", shard], 2);
    }
}

#[test]
fn a_baseline_puts_up_with_what_it_lists_until_it_runs_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("baseline.toml");
    let shown = path.to_string_lossy().into_owned();
    let with = |more: &[&str], status| {
        let args = [
            &["check", DRIFT, "--baseline", &shown, "--fail-on", "warning"],
            more,
        ]
        .concat();
        ends(&args, status)
    };
    assert!(with(&[], 2).err.contains("baseline.toml"));
    with(&["--update-baseline"], 0);
    let ran = with(&[], 0);
    assert!(
        ran.err
            .contains("3 entries of the baseline without a reason"),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("3 kinds of finding in the baseline"),
        "{}",
        ran.out
    );

    let text = fs::read_to_string(&path).expect("written").replacen(
        "reason = \"\"",
        "reason = \"known\"",
        1,
    );
    let expired = text.replacen(
        "reason = \"\"",
        "reason = \"later\"\nexpires = \"2020-01-31\"",
        1,
    );
    fs::write(&path, &expired).expect("a file");
    let ran = with(&[], 1);
    assert!(ran.err.contains("ran out after 2020-01-31"), "{}", ran.err);
    // Reasons and days are kept when it is written anew; entries without a finding are not.
    let stale = format!("{expired}\n[[finding]]\nfingerprint = \"0123456789abcdef\"\n");
    fs::write(&path, stale).expect("a file");
    assert!(
        with(&[], 1)
            .err
            .contains("0123456789abcdef () was not found")
    );
    with(&["--update-baseline"], 1);
    let kept = fs::read_to_string(&path).expect("written");
    assert!(
        kept.contains("known") && kept.contains("2020-01-31") && !kept.contains("0123456789abcdef"),
        "{kept}"
    );
    // The mark is in the machine's report too.
    let json: Value = serde_json::from_str(&with(&["--format", "json"], 1).out).expect("JSON");
    let accepted = json["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|f| !f["accepted"].is_null());
    assert_eq!(accepted.count(), 2);
}

#[test]
fn thin_coverage_fails_where_that_is_asked_for() {
    let clean = "captures/clean-sfox.har";
    ends(&["check", clean, "--min-coverage", "1"], 0);
    assert!(
        ends(&["check", clean, "--min-coverage", "90"], 1)
            .err
            .contains("below --min-coverage operations=90")
    );
    ends(
        &["check", clean, "--min-coverage", "fields=1,operations=1"],
        0,
    );
    let ran = ends(&["check", clean, "--min-coverage", "fields=1,errors=1"], 1);
    let said = "0 of 22 error codes of sfox were seen, which is below --min-coverage errors=1";
    assert!(ran.err.contains(said), "{}", ran.err);
    for wrong in ["101", "x", "speed=1", "fields=101", "fields="] {
        ends(&["check", clean, "--min-coverage", wrong], 2);
    }
}

/// Names of one listing in a report.
fn names(of: &Value) -> Vec<&str> {
    match of {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        Value::Object(names) => names.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn coverage_names_what_was_seen_never_seen_and_not_described() {
    let out = ends(&["check", "captures/", "--format", "json"], 1).out;
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let sfox = &report["coverage"]["sfox"];
    let ticker = &sfox["fields"]["type.ticker"];
    assert!(names(&ticker["seen"]).contains(&"vwap"), "{ticker}");
    assert_eq!(names(&ticker["undocumented"]), ["spread"]);
    assert_eq!(ticker["undocumented"]["spread"], 2);
    // A message that is refused shows what it holds all the same.
    let status = &sfox["values"]["enum.order-status"];
    assert_eq!(names(&status["undocumented"]), ["Parked"]);
    assert_eq!(names(&status["seen"]), ["Started"]);
    assert!(names(&status["not_seen"]).contains(&"Filled"), "{status}");
    // Two spellings are one value.
    assert!(
        !names(&status["not_seen"]).contains(&"Cancel Pending"),
        "{status}"
    );
    assert_eq!(
        names(&sfox["fields"]["create-order/path"]["seen"]),
        ["side"]
    );
    assert!(names(&sfox["errors"]["not_seen"]).contains(&"http-429"));
    let level = &report["coverage"]["finery"]["fields"]["type.level-update"];
    assert_eq!(names(&level["seen"]), ["action", "price", "size"]);
    assert_eq!(names(&level["undocumented"]), ["[3]"]);
    // Of an API that nothing belongs to, only the operations are listed.
    assert_eq!(
        report["coverage"]["sfox-connect"]["fields"],
        serde_json::json!({})
    );
}

#[test]
fn errors_are_told_by_status_by_code_and_by_text() {
    let records = [
        r#"{"kind":"http","request":{"method":"GET","url":"https://api.sfox.com/v1/user/balance"},"response":{"status":429,"body":{"error":"slow down"}}}"#,
        r#"{"kind":"http","request":{"method":"GET","url":"https://api.sfox.com/v1/user/balance"},"response":{"status":401,"body":{"error":"invalid token. check authorization header."}}}"#,
        r#"{"kind":"http","request":{"method":"GET","url":"https://api.sfox.com/v1/user/balance"},"response":{"status":302,"body":{}}}"#,
        r#"{"kind":"ws","direction":"received","data":["X",0,"Z",14]}"#,
        r#"{"kind":"ws","direction":"received","data":["F","BTC-EUR","Z",9999]}"#,
    ];
    let args = [
        "check",
        "-",
        "--format",
        "json",
        "--fail-on",
        "never",
        "--api",
        "sfox",
        "--api",
        "finery",
    ];
    let out = ends_with(&args, records.join("\n").as_bytes(), 0).out;
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let errors = &report["coverage"]["sfox"]["errors"];
    assert_eq!(
        names(&errors["seen"]),
        ["http-401", "http-429", "invalid-token"]
    );
    assert_eq!(
        names(&errors["undocumented"]),
        ["get-balances/response/302"]
    );
    let errors = &report["coverage"]["finery"]["errors"];
    assert_eq!(names(&errors["undocumented"]), ["9999"]);
    let rules: Vec<&Value> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| &f["rule"])
        .collect();
    assert!(
        rules.contains(&&Value::from("undocumented-error")),
        "{rules:?}"
    );
}

/// What a client sends wrongly is no matter of released types, and one damage hides no other.
#[test]
fn advice_is_for_who_sent_it_and_each_damage_is_told() {
    let records = [
        r#"{"kind":"http","request":{"method":"POST","url":"https://api.sfox.com/v1/approvals/1","body":{"approve":"yes"}},"response":null}"#,
        r#"{"kind":"http","request":{"method":"GET","url":"https://api.sfox.com/v1/user/balance"},"response":{"status":200,"body":{}}}"#,
        r#"{"kind":"smoke","at":null}"#,
        r#"{"kind":"http","request":null}"#,
    ];
    let out = ends_with(&["check", "-"], records.join("\n").as_bytes(), 1).out;
    let at = |text: &str| {
        out.find(text)
            .unwrap_or_else(|| panic!("no {text:?} in\n{out}"))
    };
    let request = at("POST /v1/approvals/");
    let response = at("GET /v1/user/balance");
    let first = |text: &str, from: usize| out[from..].find(text).map(|n| n + from);
    assert!(first("the venue may refuse it", request).is_some());
    assert!(first("the released types refuse the message", response).is_some());
    at("`kind` is neither");
    at("`request` is null");
}
