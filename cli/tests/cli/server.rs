//! Captures of an API that is served elsewhere than its spec says.

use crate::support::{ends, ends_with, root};

fn moved(to: &str) -> Vec<u8> {
    let path = root().join("captures/clean-sfox.har");
    let text = std::fs::read_to_string(path).expect("a capture");
    let moved = text.replace("wss://ws.sfox.com", &format!("ws://{to}"));
    moved
        .replace("https://api.sfox.com", &format!("http://{to}"))
        .into_bytes()
}

#[test]
fn what_goes_to_a_server_is_the_venues() {
    let here = ends(
        "check captures/clean-sfox.har"
            .split(' ')
            .collect::<Vec<_>>()
            .as_slice(),
        0,
    )
    .out;
    let capture = moved("127.0.0.1:4010");
    for server in ["127.0.0.1:4010", "sfox=http://127.0.0.1:4010", "*"] {
        let there = ends_with(&["check", "--server", server, "-"], &capture, 0).out;
        assert_eq!(
            there.replace("<stdin>", "captures/clean-sfox.har"),
            here,
            "{server}"
        );
    }
    let below = moved("proxy.example/venues/sfox");
    ends_with(&["check", "--server", "*/venues/sfox", "-"], &below, 0);
}

#[test]
fn another_address_is_still_nobodys() {
    let capture = moved("127.0.0.1:4010");
    let ran = ends_with(&["check", "--server", "127.0.0.1:4011", "-"], &capture, 2);
    assert!(ran.err.contains("nothing in the input matched") && ran.err.contains("--server"));
    ends_with(
        &["check", "--server", "finery=127.0.0.1:4010", "-"],
        &capture,
        2,
    );
}

#[test]
fn a_server_that_cannot_be_one_is_refused() {
    for (server, said) in [
        ("sfix=127.0.0.1:4010", "did you mean `sfox`?"),
        ("a b", "expected a host"),
        ("http://", "expected a host"),
    ] {
        let ran = ends(&["check", "--server", server, "captures/clean-sfox.har"], 2);
        assert!(ran.err.contains(said), "{server}: {}", ran.err);
    }
}
