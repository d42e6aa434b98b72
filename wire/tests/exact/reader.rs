//! `venue_wire::from_slice` against serde_json: the same texts are JSON, and mean the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use venue_wire::{Any, Decimal, Json};

/// One of each kind that a derive makes.
#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Unit,
    Newtype(i8),
    Tuple(u64, Option<String>),
    Struct { a: f64, b: Box<Shape> },
}

fn check_same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(json: &[u8]) {
    let ours = venue_wire::from_slice::<T>(json);
    let theirs = serde_json::from_slice::<T>(json);
    let shown = String::from_utf8_lossy(json);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{shown}"),
        (Err(_), Err(_)) => {}
        _ => panic!("{shown}: {ours:?} and {theirs:?}"),
    }
}

fn check_all(json: &[u8]) {
    // Not their values: serde_json's own floats are not always the nearest.
    let ours = venue_wire::from_slice::<Value>(json).map(|_| ());
    let theirs = serde_json::from_slice::<Value>(json).map(|_| ());
    let shown = String::from_utf8_lossy(json);
    // With serde_json's `arbitrary_precision` its values also hold numbers beyond a double's range.
    let beyond = |e: &serde_json::Error| e.to_string().contains("number out of range");
    assert!(
        ours.is_ok() == theirs.is_ok() || theirs.is_ok() && ours.as_ref().is_err_and(beyond),
        "{shown}: {ours:?} and {theirs:?}"
    );
    check_same::<Vec<String>>(json);
    check_same::<BTreeMap<String, Option<bool>>>(json);
    check_same::<BTreeMap<i64, Vec<u8>>>(json);
    check_same::<(i64, u64)>(json);
    check_same::<Vec<Decimal<Any>>>(json);
    check_same::<BTreeMap<String, Json>>(json);
    check_same::<Shape>(json);
}

const TEXTS: &[&str] = &[
    r#"["", "a", "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "longer than eight bytes, és", "exactly8"]"#,
    r#"{"a": true, "\u0062": null, "longer name than that": false}"#,
    r#"{"-1": [0, 255], "7": []}"#,
    "[-9223372036854775808, 18446744073709551615]",
    "[1, 18446744073709551616]",
    "[-0, 0]",
    "[01, 0]",
    "[1.0, 1e2]",
    r#"[1.50, -0, 1e-08, "9.2443E-05", 12345678901234567890123456789012345678]"#,
    r#"{"a": [1, {"b": "]}"}, "\\"], "c": {}, "d": [], "e": -1.5e+3}"#,
    r#""Unit""#,
    r#"{"Newtype": -128}"#,
    r#"{"Tuple": [1, null]}"#,
    r#"{"Struct": {"a": 1.5, "b": {"Struct": {"b": "Unit", "a": 2}}}}"#,
    r#"{"Unit": null}"#,
    r#"["\ud83d"]"#,
    r#"["\ude00\ud83d"]"#,
    r#"["\u+123"]"#,
    "[\"\u{1f}\"]",
    "[\"\t\"]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "[1]]",
    " \r\n\t[ ] ",
    "nul",
    "truex",
    "[1.]",
    "[.5]",
    "[1e]",
    "[-]",
    "[+1]",
    "",
    "\u{feff}[]",
];

#[test]
fn texts_are_read_as_serde_json_reads_them() {
    for text in TEXTS {
        check_all(text.as_bytes());
        // Cut off anywhere.
        for end in 0..text.len() {
            check_all(&text.as_bytes()[..end]);
        }
    }
    check_all(b"[\"\xff\"]");
    check_all(b"[\"\xc3\"]");
}

proptest! {
    #[test]
    fn changed_texts_are_read_as_serde_json_reads_them(
        text in prop::sample::select(TEXTS),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..4),
    ) {
        const BYTES: &[u8] = b"\"\\{}[]:,0123456789-+.eEutfn \n\x00\x7f\x80\xc3\xa9";
        let mut json = text.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let byte = BYTES[usize::from(byte) % BYTES.len()];
            let at = if json.is_empty() { 0 } else { at.index(json.len()) };
            match how {
                0 => json.insert(at, byte),
                1 if !json.is_empty() => json[at] = byte,
                _ if !json.is_empty() => drop(json.remove(at)),
                _ => {}
            }
        }
        check_all(&json);
    }
}

#[test]
fn depth_is_counted_through_what_is_kept_as_text() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (depth, is_json) in [(127, true), (128, false), (100_000, false)] {
        let json = nested(depth);
        assert_eq!(
            venue_wire::from_str::<Json>(&json).is_ok(),
            is_json,
            "{depth}"
        );
        assert_eq!(
            venue_wire::from_str::<Value>(&json).is_ok(),
            is_json,
            "{depth}"
        );
        let within = format!("[{}]", nested(depth - 1));
        assert_eq!(
            venue_wire::from_str::<Vec<Json>>(&within).is_ok(),
            is_json,
            "{depth}"
        );
    }
}

#[test]
fn an_error_names_its_place() {
    for json in ["[1,\n 2,\n x]", "[1,\n 2,\n -1]"] {
        let error = venue_wire::from_str::<Vec<u8>>(json).unwrap_err();
        assert_eq!(error.line(), 3, "{error}");
        assert!(error.column() > 0, "{error}");
    }
}
