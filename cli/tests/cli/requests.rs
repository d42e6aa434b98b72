//! Requests part by part: header parameters and multipart bodies.

use serde_json::{Value, json};

use crate::support::{ends, ends_with};

const SPEC: &str = r#"
[api]
id = "x"
title = "X"
doc = "x"
[section]
source = "s"
[server.rest]
urls = { production = "https://api.x.com" }
[operation.send]
title = "Send"
method = "POST"
path = "/send"
[operation.send.headers]
"X-Window" = { type = "u32" }
"X-Tags"   = { type = "[u8]", presence = "optional" }
"X-Nonce"  = { type = "u64", sensitivity = "secret" }
[operation.send.body]
type = "Form"
media = ["multipart"]
parts = { files = ["application/pdf", "image/png"] }
[operation.send.responses]
200 = { type = "json", may-be-empty = true }
[record.Form.fields]
amount = { type = "decimal" }
files  = { type = "[string]" }
token  = { type = "string", presence = "optional", sensitivity = "secret", max-length = 4 }
about  = { type = "About", presence = "optional" }
[record.About.fields]
n = { type = "u8" }
"#;

/// A field and its text, or a file: name of the field, name of the file, content.
fn part(name: &str, file: Option<&str>, content: &str) -> String {
    let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/pdf"));
    let file = file.unwrap_or_default();
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
}

fn exchange(headers: &Value, body: &str) -> String {
    let request = json!({"method": "POST", "url": "https://api.x.com/send", "headers": headers, "body": body});
    json!({"kind": "http", "request": request, "response": {"status": 200, "body": ""}}).to_string()
}

/// Rule and pointer of each finding, and all that was said.
fn found(record: &str) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.toml"), SPEC).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let args = [
        "check",
        "-",
        "--spec",
        &path,
        "--fail-on",
        "never",
        "--format",
    ];
    let said = ends_with(&[&args[..], &["json"]].concat(), record.as_bytes(), 0).out;
    let human = ends_with(&[&args[..], &["human"]].concat(), record.as_bytes(), 0).out;
    let report: Value = serde_json::from_str(&said).expect("JSON");
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("a list").iter();
    let findings = findings.map(|f| format!("{} {}", text(&f["rule"]), text(&f["pointer"])));
    (findings.collect(), said + &human)
}

#[test]
fn header_parameters_are_held_against_the_spec() {
    let body = part("amount", None, "1.5") + &part("files", Some("a.pdf"), "%PDF") + "--b--\r\n";
    let form = "multipart/form-data; boundary=b";
    for (headers, want) in [
        (
            json!({"content-type": form, "x-window": "5", "X-TAGS": "1, 2", "x-nonce": "7", "Other": "y"}),
            vec![],
        ),
        // Not captured, and one that recorders leave out.
        (json!({}), vec![]),
        (Value::Null, vec![]),
        (json!([["X-Window", "5"], ["Content-Type", form]]), vec![]),
        (json!({"Content-Type": form}), vec!["missing-field /header"]),
        (
            json!({"X-Window": ["no"], "X-Tags": "1,x"}),
            vec!["wrong-kind /header/X-Tags/1", "wrong-kind /header/X-Window"],
        ),
        (
            json!({"X-Window": "5", "X-Nonce": "canary7"}),
            vec!["wrong-kind /header/X-Nonce"],
        ),
    ] {
        let (rules, said) = found(&exchange(&headers, &body));
        assert_eq!(rules, want, "{headers}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn parts_are_held_against_the_fields_of_the_body() {
    let amount = part("amount", None, "1.5");
    let file = part("files", Some("a,b.pdf"), "canary, never shown");
    for (body, want) in [
        (format!("{amount}{file}{file}--b--\r\n"), vec![]),
        (
            format!("{amount}{}--b--", part("files", None, "[\"a\"]")),
            vec![],
        ),
        (
            format!("{amount}{file}{}--b--", part("about", None, "{\"n\":1}")),
            vec![],
        ),
        (format!("{file}--b--"), vec!["missing-field "]),
        (
            format!("{}{file}--b--", part("amount", None, "lots")),
            vec!["wrong-kind /amount"],
        ),
        (
            format!("{}{file}--b--", part("amount", Some("x"), "1")),
            vec!["wrong-kind /amount"],
        ),
        (
            format!("{amount}{amount}{file}--b--"),
            vec!["duplicate-field /amount"],
        ),
        (
            format!("{amount}{file}{}--b--", part("new", None, "canary")),
            vec!["undocumented-field /new"],
        ),
        (
            format!(
                "{amount}{file}{}--b--",
                file.replace("application/pdf", "IMAGE/gif")
            ),
            vec!["wrong-media "],
        ),
        (
            format!(
                "{amount}{}{}--b--",
                file.replace("application/pdf", "Image/PNG; q=1"),
                file.replace("application/pdf", "application/octet-stream")
            ),
            vec![],
        ),
        (
            format!("{amount}{file}{}--b--", part("token", None, "canary")),
            vec!["too-long /token"],
        ),
        (
            format!("{amount}{file}{}--b--", part("about", None, "{\"n\":300}")),
            vec!["out-of-range /about/n"],
        ),
        (amount.clone(), vec!["bad-multipart "]),
        ("canary".to_owned(), vec!["bad-multipart "]),
    ] {
        let headers = json!({"Content-Type": "multipart/form-data", "X-Window": "1"});
        let (rules, said) = found(&exchange(&headers, &body));
        assert_eq!(rules, want, "{body}");
        assert!(!said.contains("canary"), "{said}");
    }
    // The boundary that was said is not the one that is there.
    let headers = json!({"Content-Type": "multipart/form-data; boundary=\"c\"", "X-Window": "1"});
    let (rules, said) = found(&exchange(&headers, &format!("{amount}{file}--b--")));
    assert_eq!(rules, ["bad-multipart "]);
    assert!(
        said.contains("the boundary of the content type does not stand in the body"),
        "{said}"
    );
}

#[test]
fn what_has_many_thousand_fields_is_no_form() {
    let headers = json!({"Content-Type": "application/x-www-form-urlencoded", "X-Window": "1"});
    for (fields, want) in [(10, "undocumented-field /x"), (10_001, "bad-form ")] {
        let (rules, said) = found(&exchange(&headers, &vec!["x=canary"; fields].join("&")));
        assert!(rules.iter().any(|rule| rule == want), "{rules:?}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn a_har_that_lists_the_parts_is_read_as_one_with_their_text() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.toml"), SPEC).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let entry = |params: Value| {
        let request = json!({
            "method": "POST", "url": "https://api.x.com/send",
            "headers": [{"name": "Content-Type", "value": "multipart/form-data; boundary=b"}, {"name": "x-window", "value": "1"}],
            "postData": {"mimeType": "multipart/form-data; boundary=b", "params": params},
        });
        json!({"log": {"entries": [{"request": request, "response": {"status": 200, "content": {}}}]}}).to_string()
    };
    let file = json!({"name": "files", "fileName": "a.pdf", "contentType": "application/pdf"});
    let whole = entry(json!([{"name": "amount", "value": "1.5"}, file]));
    ends_with(
        &["check", "-", "--spec", &path, "--fail-on", "info"],
        whole.as_bytes(),
        0,
    );
    let torn = entry(json!([{"name": "amount", "value": "x"}, file]));
    let out = ends_with(&["check", "-", "--spec", &path], torn.as_bytes(), 1).out;
    assert!(
        out.contains("`amount` is a string instead of a number"),
        "{out}"
    );
    ends(&["explain", "bad-multipart"], 0);
}
