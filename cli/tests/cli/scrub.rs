//! Captures without secrets and personal data.

use std::fs;
use std::path::Path;

use crate::support::{ends, root, venue_with};

const CANARY: &str = "CANARY4Canary4canary";

fn scrub(input: &str, output: &Path) -> crate::support::Ran {
    ends(&["scrub", input, &output.to_string_lossy()], 0)
}

fn findings(path: &str) -> String {
    let ran = crate::support::venue(&["check", path, "--format", "json"]);
    ran.out.replace(path, "PATH")
}

#[test]
fn the_samples_check_the_same_and_stay_the_same_twice_scrubbed() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [
        "clean-sfox.har",
        "clean-finery.ndjson",
        "drift-finery.jsonl",
        "drift-sfox.ndjson",
    ] {
        let input = format!("captures/{name}");
        let (one, two) = (
            folder.path().join(name),
            folder.path().join(format!("2-{name}")),
        );
        scrub(&input, &one);
        scrub(&input, &two);
        let text = fs::read_to_string(&one).expect("written");
        assert_eq!(text, fs::read_to_string(&two).expect("written"));
        assert_eq!(findings(&one.to_string_lossy()), findings(&input), "{name}");
        // Sample keys are the only secrets in there: all other lines are as they were.
        let old = fs::read_to_string(root().join(&input)).expect("a sample");
        let differ = old.lines().zip(text.lines()).filter(|(a, b)| a != b);
        assert!(differ.count() <= 1, "{name}");
        assert_eq!(old.lines().count(), text.lines().count(), "{name}");
    }
    let gz = folder.path().join("f.jsonl.gz");
    scrub("captures/clean-finery-feeds.jsonl.gz", &gz);
    assert!(fs::read(&gz).expect("written").starts_with(&[0x1f, 0x8b]));
    ends(&["check", &gz.to_string_lossy()], 0);
}

/// Captures with the canary in every place that may hold a secret, one a layout.
fn with_canaries() -> Vec<String> {
    let har = r#"{"log":{"pages":[{"title":"https://u:@C@@api.sfox.com/#@C@"}],"entries":[
        {"startedDateTime":"2024-05-01T12:00:00Z","request":{"method":"POST","url":"https://u:@C@@api.sfox.com/v1/orders/buy?token=@C@#@C@",
        "headers":[{"name":"Authorization","value":"Bearer @C@"},{"name":"EFX-Key","value":"@C@"},{"name":"X-Api-Signature","value":"@C@"}],
        "cookies":[{"name":"s","value":"@C@"}],"queryString":[{"name":"token","value":"@C@"}],
        "postData":{"mimeType":"application/x-www-form-urlencoded","text":"quantity=1&secret=@C@","params":[{"name":"secret","value":"@C@"}]}},
        "response":{"status":200,"headers":[{"name":"Set-Cookie","value":"@C@"}],"cookies":[{"name":"x","value":"@C@"}],"redirectURL":"https://x.com/?a=@C@",
        "content":{"mimeType":"application/json","text":"{\"id\":1,\"apiKey\":\"@C@\",\"new\":\"@C@\"}"}}},
        {"request":{"method":"GET","url":"wss://ws.sfox.com/ws?k=@C@","headers":[]},"response":{"status":101},
        "_webSocketMessages":[{"type":"send","time":1,"opcode":1,"data":"{\"type\":\"authenticate\",\"apiKey\":\"@C@\"}"},
        {"type":"receive","time":2,"opcode":1,"data":"not json '@C@'"}]},
        {"request":{"method":"GET","url":"https://elsewhere.com/users/@C@1234?q=@C@","headers":{"authorization":"@C@"}},
        "response":{"status":200,"content":{"text":"<p>\"@C@\"</p>"}}}]}}"#;
    let lines = [
        r#"{"kind":"http","request":{"method":"POST","url":"https://api.sfox.com/v1/x?k=@C@","headers":{"Authorization":"@C@"},"body":{"password":"@C@"}},"response":{"status":200,"headers":{"set-cookie":["@C@"]},"body":"{\"token\":\"@C@\"}"}}"#,
        r#"{"kind":"ws","url":"wss://ws.sfox.com/ws","direction":"sent","data":{"type":"authenticate","apiKey":["@C@",{"x":"@C@"}]}}"#,
        r#"{"kind":"ws","direction":"received","data":{"unheard":{"of":"@C@"}},"token":"@C@"}"#,
    ];
    let raw = "[1,{\"email\":\"@C@\"}]\n{\"apiKey\":\"@C@\", broken";
    let tardis = "2024-05-01T00:00:04.9Z {\"apiKey\":\"@C@\"}";
    let cryptofeed = "wss://u:@C@@ws.sfox.com/ws?k=@C@ <- 1714521604.75: {\"apiKey\":\"@C@\"}\n\
        https://api.sfox.com/v1/x?k=@C@ -> 1714521607.0: {\"apiKey\": \"@C@\"} header: {\"Set-Cookie\": \"@C@\"}";
    [har, &lines.join("\n"), raw, tardis, cryptofeed]
        .map(|text| text.replace("@C@", CANARY))
        .into()
}

/// Whether a text holds the canary, in whatever case.
fn sings(text: &str) -> bool {
    text.to_ascii_lowercase()
        .contains(&CANARY.to_ascii_lowercase())
}

#[test]
fn a_canary_in_every_place_is_in_no_report() {
    for (n, text) in with_canaries().iter().enumerate() {
        for format in [
            "human", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html",
        ] {
            let ran = venue_with(
                &["check", "--format", format, "--verbose", "-"],
                text.as_bytes(),
            );
            assert!(
                ran.status == 1 || ran.status == 2,
                "{n} {format}: {}",
                ran.err
            );
            assert!(
                !sings(&ran.out) && !sings(&ran.err),
                "{n} {format}: {}\n{}",
                ran.out,
                ran.err
            );
        }
    }
}

#[test]
fn a_canary_in_every_place_survives_in_none() {
    let folder = tempfile::tempdir().expect("a folder");
    for (n, text) in with_canaries().iter().enumerate() {
        let input = folder.path().join(format!("in-{n}"));
        fs::write(&input, text).expect("a file");
        let output = folder.path().join(format!("out-{n}"));
        let ran = scrub(&input.to_string_lossy(), &output);
        let text = fs::read_to_string(&output).expect("written");
        assert!(!sings(&text), "{n}\n{text}");
        assert!(!sings(&ran.err), "{}", ran.err);
        assert!(ran.err.contains(" × "), "{}", ran.err);
    }
}

#[test]
fn nothing_is_overwritten_or_left_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let there = folder.path().join("there");
    fs::write(&there, "mine").expect("a file");
    let shown = there.to_string_lossy();
    let ran = ends(&["scrub", "captures/clean-sfox.har", &shown], 2);
    assert!(ran.err.contains("is not overwritten"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&there).expect("there"), "mine");
    let new = folder.path().join("new").to_string_lossy().into_owned();
    ends(&["scrub", "no/such/file", &new], 2);
    let broken = folder.path().join("broken.gz");
    fs::write(&broken, b"\x1f\x8b\x08\x00\x00").expect("a file");
    ends(&["scrub", &broken.to_string_lossy(), &new], 2);
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 2, "only what was there");
}

/// A recorder may leave a body as it came, packed for the way.
#[test]
fn a_packed_body_is_scrubbed_and_checks_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let [input, output] = ["in.har", "out.har"].map(|name| folder.path().join(name));
    // gzip of `[{"currency":"usd","apiKey":CANARY}]`
    let body =
        "H4sIAAAAAAACA4uuVkouLSpKzUuuVLJSKi1OUdJRSizI9E4FcZ0d/RyDIk2cE/MSiypNksGUUm0sAA/eBoI0AAAA";
    let har = format!(
        r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"https://api.sfox.com/v1/user/balance"}},"response":{{"status":200,"content":{{"size":52,"mimeType":"application/json","encoding":"base64","text":"{body}"}}}}}}]}}}}"#
    );
    fs::write(&input, har).expect("a file");
    let input = input.to_string_lossy();
    let said = scrub(&input, &output);
    let removed = format!("{}{}", said.out, said.err);
    assert!(removed.contains("1 × named like a secret"), "{removed}");
    let text = fs::read_to_string(&output).expect("written");
    assert!(!text.contains(&body[..8]), "{text}");
    let found = findings(&input);
    assert!(found.contains("missing-field"), "{found}");
    assert_eq!(findings(&output.to_string_lossy()), found);
}
