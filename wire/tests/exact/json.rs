//! JSON values kept as text.

use proptest::prelude::*;
use serde::Deserialize;
use venue_wire::{Blank, Json, Uuid};

use crate::{read, values_are_exact};

#[test]
fn text_is_kept_as_sent() {
    for text in [
        "1.10",
        "[ 1 , 2 ]",
        "{\"a\" : \"\\u0041\\n\"}",
        "\"\\ud83d\\ude00\"",
        "null",
        "-0.0e+00",
    ] {
        let value: Json = serde_json::from_str(&format!(" {text} ")).unwrap();
        assert_eq!(value.get(), text);
        assert_eq!(read::<Json>(text).as_ref(), Some(&value));
        assert_eq!(
            serde_json::to_string(&[value]).unwrap(),
            format!("[{text}]")
        );
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read::<Json>(&deep(126)).is_some());
    assert!(deep(127).parse::<Json>().is_ok());
    assert!(deep(128).parse::<Json>().is_err());
    assert!(read::<Json>(&deep(128)).is_none());
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800x""#,
        r#""\ud800\u0041""#,
        r#""\ud800\ud800""#,
        r#"{"\ud800":1}"#,
        r#"["\ud83d\ude00\ude00"]"#,
        "01",
        "[1,]",
        "\"\u{1}\"",
        "",
        "1 2",
    ] {
        assert!(read::<Json>(text).is_none(), "{text}");
        assert!(text.parse::<Json>().is_err(), "{text}");
    }
    assert!(read::<Json>(r#""\\ud800""#).is_some());
    assert!(serde_json::from_slice::<Json>(b"\"\xff\"").is_err());
    // What is skipped must be UTF-8 as well.
    for bytes in [
        &b"\"\xff\""[..],
        b"[\"\xff\"]",
        b"\xff",
        b"\"\xed\xa0\x80\"",
    ] {
        assert!(venue_wire::from_slice::<serde::de::IgnoredAny>(bytes).is_err());
    }
}

#[test]
fn a_buffered_value_is_exact_or_refused() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Buffered {
        Value(Json),
    }
    let read = |text| serde_json::from_str::<Buffered>(text).map(|Buffered::Value(json)| json);
    let text = r#"{"a":[1,"\"",null,true,{}],"b":-1}"#;
    assert_eq!(read(text).unwrap().get(), text);
    assert_eq!(read("\"1\"").unwrap().get(), "\"1\"");
    match read("[1.10]") {
        Ok(value) => assert!(values_are_exact() && value.get() == "[1.10]"),
        Err(_) => assert!(!values_are_exact()),
    }
}

#[test]
fn other_formats_hold_the_text() {
    #[derive(Debug, serde::Serialize, Deserialize)]
    struct Row {
        value: Json,
    }
    let row = Row {
        value: "[1.10]".parse().unwrap(),
    };
    let text = toml::to_string(&row).unwrap();
    assert_eq!(text, "value = \"[1.10]\"\n");
    assert_eq!(toml::from_str::<Row>(&text).unwrap().value, row.value);
    assert!(toml::from_str::<Row>("value = \"[1.10\"").is_err());
}

#[test]
fn uuids_keep_their_case() {
    for text in [
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "F81d4fae-7deC-11D0-A765-00a0c91E6bF6",
    ] {
        let quoted = format!("\"{text}\"");
        let uuid: Uuid = read(&quoted).unwrap();
        assert_eq!(uuid.to_string(), text);
        assert_eq!(serde_json::to_string(&Blank(Some(uuid))).unwrap(), quoted);
    }
    for text in [
        "",
        "f81d4fae7dec11d0a76500a0c91e6bf6",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "f81d4fae-7dec-11d0-a76500a0c91e6bf6-",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bfé",
    ] {
        assert!(text.parse::<Uuid>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_value_keeps_its_text(value in prop::collection::vec(("\\PC{0,8}", any::<Option<i32>>()), 0..6)) {
        for text in [serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap()] {
            let json: Json = read(&text).unwrap();
            prop_assert_eq!(json.get(), text);
        }
    }

    #[test]
    fn strings_are_json_exactly_if_serde_json_reads_them(inner in "([a\"]|\\\\[nu\"\\\\]|\\\\u[dD][89abAB][0-9]{2}|\\\\u[dD][c-f][0-9]{2}){0,6}") {
        let text = format!("\"{inner}\"");
        let sound = serde_json::from_str::<String>(&text).is_ok();
        prop_assert_eq!(read::<Json>(&text).is_some(), sound, "{}", text);
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in any::<Vec<u8>>(), text in "[\\[\\]{}\",:\\\\ud8cf0-9.]{0,40}") {
        let _ = serde_json::from_slice::<Json>(&bytes);
        let _ = text.parse::<Json>();
        let _ = serde_json::from_str::<Json>(&text);
    }
}
