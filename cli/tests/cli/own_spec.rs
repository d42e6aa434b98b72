//! A spec of one's own: what it calls rules, files and forms is held as in those in the box.

use serde_json::Value;

use crate::support::{ends_with, ndjson};

const SPEC: &str = r#"[section]
title = "Mine"
doc = "A venue of my own."
source = "https://example.com/docs"

[api]
id = "mine"
title = "Mine"
doc = "A venue of my own."

[server.rest]
urls = { production = "https://api.example.com/v2", sandbox = "http://localhost:8080" }
doc = "The only one."

[error.http-503]
status = 503
class = "venue"
retryable = true
doc = "Down."

[operation.place-order]
method = "POST"
path = "/orders/{side}"
doc = "Places an order."
[operation.place-order.path-params]
side = { type = "string", max-length = 4, doc = "Side." }
[operation.place-order.body]
type = "Order"
[operation.place-order.responses]
204 = { doc = "Done." }

[operation.get-report]
method = "GET"
path = "/report"
doc = "Orders as a file."
[operation.get-report.query]
before = { type = "u64", presence = "optional", doc = "Older than." }
after  = { type = "u64", presence = "optional", doc = "Newer than." }
[[operation.get-report.rules]]
at-most-one = ["before", "after"]
doc = "Before or after, not both."
[operation.get-report.responses]
200 = { media = "text/csv", doc = "A row an order." }

[operation.get-state]
method = "GET"
path = "/state"
doc = "How the venue is."
[operation.get-state.responses]
200 = { type = "State", doc = "Well." }
4xx = { type = "State", may-be-empty = true, doc = "Refused." }
5xx = { type = "State", may-be-empty = true, doc = "Unwell." }

[record.State]
doc = "How the venue is."
[record.State.fields]
error = { type = "string", doc = "What is wrong." }

[record.Order]
doc = "An order."
[record.Order.fields]
type   = { type = "string", doc = "Market or limit." }
price  = { type = "decimal-string", presence = "optional", doc = "Limit." }
holder = { type = "string", presence = "optional", sensitivity = "personal", doc = "Who." }
tags   = { type = "{u8}", presence = "optional", doc = "By name." }

[[record.Order.rules]]
when = { type = "limit" }
all-of = ["price"]
doc = "A limit order needs a price."
"#;

#[test]
fn rules_hold_across_a_query() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.toml"), SPEC).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let broken =
        "broken-rule /query query: before or after, not both [[operation.get-report.rules]]";
    for (query, expected) in [
        ("", ""),
        ("?before=1", ""),
        ("?after=1", ""),
        ("?before=1&after=2", broken),
    ] {
        let record = format!(
            r#"{{"kind":"http","request":{{"method":"GET","url":"http://localhost:8080/report{query}"}}}}"#
        );
        let found = ndjson(&["--spec", &path, "--allow-empty"], record.as_bytes());
        let found: Vec<String> = found
            .iter()
            .map(|f| {
                let line = f["spec"]["line"].as_u64().unwrap_or_default() as usize;
                let [rule, pointer, message] =
                    ["rule", "pointer", "message"].map(|k| f[k].as_str().unwrap_or_default());
                let message = message.to_lowercase();
                let line = SPEC.lines().nth(line - 1).unwrap_or_default();
                format!("{rule} {pointer} {message} {line}")
            })
            .collect();
        assert_eq!(found.join("; "), expected, "{query}");
    }
}

#[test]
fn a_file_is_what_its_spec_calls_it_or_it_drifts() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.toml"), SPEC).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let rows = r#""id,price\n1,2.50\n""#;
    let markup = r#""<html></html>""#;
    for (content_type, body, expected) in [
        ("text/csv", rows, ""),
        ("Text/CSV; header=present", rows, ""),
        ("", rows, ""),
        ("application/octet-stream", rows, ""),
        ("text/csv", "null", ""),
        ("application/json", r#"{"error":"no"}"#, "application/json"),
        ("", r#"{"error":"no"}"#, "application/json"),
        ("text/html", markup, "text/html"),
        (
            "text/\\u001b[31m",
            markup,
            "a content type that is out of the ordinary",
        ),
    ] {
        let record = format!(
            r#"{{"kind":"http","request":{{"method":"GET","url":"http://localhost:8080/report"}},
                "response":{{"status":200,"headers":{{"content-type":"{content_type}"}},"body":{body}}}}}"#
        );
        let record = record.replace('\n', "");
        let found = ndjson(&["--spec", &path, "--allow-empty"], record.as_bytes());
        let found: Vec<_> = found
            .iter()
            .map(|f| {
                (
                    f["rule"].as_str(),
                    f["verdict"].as_str(),
                    f["found"].as_str(),
                )
            })
            .collect();
        let drift = (Some("undocumented-media"), Some("drift"), Some(expected));
        let expected = if expected.is_empty() {
            vec![]
        } else {
            vec![drift]
        };
        assert_eq!(found, expected, "{record}");
    }
}

#[test]
fn a_page_of_a_proxy_is_no_news_of_the_venue() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.toml"), SPEC).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    for (status, content_type, body, expected) in [
        (
            502,
            "text/html",
            "<html></html>",
            "drift undocumented-media",
        ),
        (429, "text/plain", "slow down", "drift undocumented-media"),
        (502, "text/html", r#"{\"error\":\"no\"}"#, ""),
        (
            502,
            "text/html",
            r#"{\"error\":7}"#,
            "invalid string-as-number",
        ),
        (502, "", "<html></html>", "invalid not-json"),
        (502, "application/json", "<html></html>", "invalid not-json"),
        (200, "text/html", "<html></html>", "invalid not-json"),
        (304, "", "", ""),
        // A browser shows with it what it had of an answer with 200.
        (304, "", r#"{\"error\":\"no\"}"#, ""),
        (304, "", "[]", "invalid wrong-kind"),
    ] {
        let record = format!(
            r#"{{"kind":"http","request":{{"method":"GET","url":"http://localhost:8080/state"}},"response":{{"status":{status},"headers":{{"content-type":"{content_type}"}},"body":"{body}"}}}}"#
        );
        let found = ndjson(&["--spec", &path], record.as_bytes());
        let found: Vec<String> = found
            .iter()
            .map(|f| format!("{} {}", f["verdict"], f["rule"]).replace('"', ""))
            .collect();
        assert_eq!(found.join("; "), expected, "{record}");
    }
}

#[test]
fn a_spec_of_ones_own_checks_as_the_bundled_ones_do() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.toml"), SPEC).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let call = |url: &str, request: &str, response: &str| {
        format!(
            r#"{{"kind":"http","request":{{"method":"POST","url":"{url}","body":{request}}},"response":{response}}}"#
        )
    };
    let done = r#"{"status":204,"body":null}"#;
    for (url, request, response, expected) in [
        (
            "https://api.example.com/v2/orders/buy",
            r#"{"type":"market"}"#,
            done,
            "",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"market"}"#,
            done,
            "",
        ),
        (
            "https://api.example.com/orders/buy",
            r#"{"type":"market"}"#,
            done,
            "unmatched-operation",
        ),
        (
            "https://api.example.com/v2/orders/buyer",
            r#"{"type":"market"}"#,
            done,
            "too-long /path/side side",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"limit"}"#,
            done,
            "broken-rule  [[record.Order.rules]]",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"market","holder":7}"#,
            done,
            "string-as-number /holder holder",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"market","tags":{"a":1,"b":256}}"#,
            done,
            "out-of-range /tags/b tags",
        ),
        (
            "http://localhost:8080/orders/buy",
            "null",
            done,
            "missing-body  [operation.place-order]",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"market"}"#,
            r#"{"status":204,"body":{"a":1}}"#,
            "undocumented-body  204",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"market"}"#,
            r#"{"status":503,"body":"<html>"}"#,
            "",
        ),
        (
            "http://localhost:8080/orders/buy",
            r#"{"type":"market"}"#,
            r#"{"status":500,"body":null}"#,
            "undocumented-status  [operation.place-order]",
        ),
    ] {
        let record = call(url, request, response);
        let shown: Vec<String> = ndjson(&["--spec", &path, "--allow-empty"], record.as_bytes())
            .iter()
            .map(|f| {
                let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
                let line = f["spec"]["line"]
                    .as_u64()
                    .and_then(|n| SPEC.lines().nth(n as usize - 1));
                let line = line
                    .and_then(|l| l.split([' ', '=']).next())
                    .unwrap_or_default();
                format!("{} {} {line}", text(&f["rule"]), text(&f["pointer"]))
                    .trim_end()
                    .to_owned()
            })
            .collect();
        assert_eq!(shown.join("; "), expected, "{record}");
    }
    let holder = call(
        "http://localhost:8080/orders/buy",
        r#"{"type":"limit","holder":"Ann Example"}"#,
        done,
    );
    let ran = ends_with(&["check", "-", "--spec", &path], holder.as_bytes(), 1);
    assert!(
        ran.out.contains("«masked»") && !ran.out.contains("Ann"),
        "{}",
        ran.out
    );
}
