//! Decimals: spelling, forms, limits, order.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use num_bigint::BigInt;
use proptest::prelude::*;
use serde::Deserialize;
use venue_wire::{Any, Decimal, DecimalErrorKind, Form, Number, Text, WireForm};

use crate::{read, values_are_exact};

/// Numbers as JSON spells them, within the limits and beyond.
pub(crate) fn number() -> impl Strategy<Value = String> {
    let digits = prop_oneof![
        4 => "(0|[1-9][0-9]{0,6})(\\.[0-9]{1,8})?",
        2 => "(0|[1-9][0-9]{0,20})(\\.[0-9]{1,22})?",
        1 => "0\\.0{1,40}[0-9]{1,40}",
        1 => "[1-9][0-9]{15,40}",
        1 => "0\\.0{990,1002}[0-9]?",
    ];
    let exponent = prop_oneof![3 => Just(String::new()), 1 => "[eE][+-]?0{0,3}[0-9]{1,4}"];
    ("-?", digits, exponent).prop_map(|(sign, digits, exponent)| sign + &digits + &exponent)
}

/// Numbers within the limits.
fn within() -> impl Strategy<Value = String> {
    number().prop_filter("beyond the limits", |text| limit(text).is_none())
}

/// A number and one that is equal or next to it, in another spelling.
fn neighbours() -> impl Strategy<Value = (String, String)> {
    (within(), 0u32..20, -1i8..=1).prop_filter_map("beyond the limits", |(text, zeros, step)| {
        let (mantissa, exponent) = exact(&text);
        let stretched = mantissa * BigInt::from(10).pow(zeros) + BigInt::from(step);
        let other = format!("{stretched}e{}", exponent - i64::from(zeros));
        limit(&other).is_none().then_some((text, other))
    })
}

/// Texts that are nearly numbers, and some that are.
fn near_number() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+0-9.eE]{0,24}",
        "-?0*[0-9]*\\.?[0-9]*[eE]?[-+]?[0-9]{0,3}",
        any::<String>()
    ]
}

/// Mantissa and exponent of a number, read in the plainest way.
pub(crate) fn exact(text: &str) -> (BigInt, i64) {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa = format!("{whole}{fraction}").parse().unwrap();
    (
        mantissa,
        exponent.parse::<i64>().unwrap() - fraction.len() as i64,
    )
}

/// Which limit a number breaks.
fn limit(text: &str) -> Option<DecimalErrorKind> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (_, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = digits.replace(['-', '.'], "").trim_start_matches('0').len();
    if significant > 38 {
        Some(DecimalErrorKind::TooManyDigits)
    } else if fraction.len() > 999 {
        Some(DecimalErrorKind::TooLong)
    } else if exponent.parse::<i64>().unwrap().abs() > 999 {
        Some(DecimalErrorKind::ExponentOutOfRange)
    } else {
        None
    }
}

/// The two of them at the same exponent.
pub(crate) fn aligned(a: &(BigInt, i64), b: &(BigInt, i64)) -> (BigInt, BigInt, i64) {
    let scale = a.1.min(b.1);
    let stretch = |one: &(BigInt, i64)| &one.0 * BigInt::from(10).pow((one.1 - scale) as u32);
    (stretch(a), stretch(b), scale)
}

fn hash<T: Hash>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn check_form<F: Form>(token: &str, form: Option<WireForm>) {
    let value = read::<Decimal<F>>(token);
    assert_eq!(value.map(|value| value.wire_form()), form, "{token}");
    if let Some(value) = value {
        assert_eq!(serde_json::to_string(&value).unwrap(), token);
    }
}

#[test]
fn spellings_seen_in_the_field_are_kept() {
    for text in [
        "383.00",
        "1e-08",
        "9.2443E-05",
        "0.000",
        "-0",
        "-0.0",
        "0",
        "1E+2",
        "1e0",
        "1e00",
        "1e-0",
        "0e5",
        "8155.1",
        "0.3881078",
        "12345678901234567890",
        "0.12345678901234567890",
        "99999999999999999999999999999999999999",
        "-1.0000000000000000000000000000000000001",
        "1e999",
        "1e-999",
        "1e+0000999",
    ] {
        let value: Decimal = read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(value.to_string(), text);
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
        assert_eq!(
            serde_json::to_vec(&[value]).unwrap(),
            format!("[{text}]").as_bytes()
        );
        assert_eq!(text.parse::<Decimal<Text>>().unwrap(), value);
    }
}

#[test]
fn what_json_does_not_call_a_number_is_refused() {
    for text in [
        "",
        "-",
        "+1",
        ".5",
        "5.",
        "01",
        "-01",
        "00",
        "1e",
        "1e+",
        "1.e1",
        "1 ",
        " 1",
        "1_0",
        "0x1",
        "NaN",
        "Infinity",
        "1,5",
        "١",
        "--1",
        "1.2.3",
        "1e1.5",
        "0123456789012345678901234567890",
        "1.",
        "12345678901234567890.",
        "12345678901234567890e",
        "12345678901234567890x",
    ] {
        let error = text.parse::<Decimal>().expect_err(text);
        assert_eq!(error.kind(), DecimalErrorKind::Syntax, "{text}");
        assert!(
            read::<Decimal<Text>>(&format!("\"{text}\"")).is_none(),
            "{text}"
        );
    }
}

#[test]
fn limits_are_told_and_nothing_is_rounded() {
    let cases = [
        ("1".repeat(39), DecimalErrorKind::TooManyDigits),
        (
            format!("1.{}", "0".repeat(38)),
            DecimalErrorKind::TooManyDigits,
        ),
        ("1e1000".to_owned(), DecimalErrorKind::ExponentOutOfRange),
        (
            "1e-9999999999999999999999".to_owned(),
            DecimalErrorKind::ExponentOutOfRange,
        ),
        (format!("0.{}", "0".repeat(1000)), DecimalErrorKind::TooLong),
    ];
    for (text, kind) in cases {
        assert_eq!(text.parse::<Decimal>().unwrap_err().kind(), kind, "{text}");
        let error = serde_json::from_str::<Decimal>(&text)
            .unwrap_err()
            .to_string();
        assert!(error.contains("a decimal with"), "{error}");
    }
}

#[test]
fn forms_take_their_own_kind_of_token_only() {
    check_form::<Number>("1.50", Some(WireForm::Number));
    check_form::<Number>("\"1.50\"", None);
    check_form::<Text>("\"1.50\"", Some(WireForm::Text));
    check_form::<Text>("1.50", None);
    check_form::<Text>("15", None);
    check_form::<Any>("1.50", Some(WireForm::Number));
    check_form::<Any>("\"1.50\"", Some(WireForm::Text));
    assert_eq!(read::<Option<Decimal>>("null"), Some(None));
    assert_eq!(
        read::<Option<Decimal<Any>>>("1").flatten(),
        "1".parse().ok()
    );
    for token in [
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "\" 1\"",
        "[1]",
        "{\"a\":1}",
    ] {
        check_form::<Number>(token, None);
        check_form::<Text>(token, None);
        check_form::<Any>(token, None);
    }
    // An object that looks like what serde_json says in private.
    let forged = r#"{"$serde_json::private::RawValue":"1"}"#;
    check_form::<Number>(forged, None);
    check_form::<Any>(forged, None);
}

#[test]
fn escapes_in_strings_are_read() {
    let escaped = r#""\u0031.5""#;
    assert_eq!(read::<Decimal<Text>>(escaped).unwrap().to_string(), "1.5");
    assert_eq!(read::<Decimal<Any>>(escaped).unwrap().to_string(), "1.5");
    assert!(read::<Decimal<Any>>(r#""1\"5""#).is_none());
}

#[test]
fn errors_say_what_was_found() {
    let error = |text| {
        serde_json::from_str::<Decimal>(text)
            .unwrap_err()
            .to_string()
    };
    assert!(error("\"secret\"").starts_with("expected a decimal as a number, found a string"));
    assert!(error("[1]").starts_with("expected a decimal as a number, found an array"));
    assert!(!error("\"secret\"").contains("secret"));
    let error = serde_json::from_str::<Decimal<Any>>("null")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("expected a decimal as a number or a string, found null"),
        "{error}"
    );
}

#[test]
fn widths_and_precisions_of_format_strings_cut_nothing_off() {
    let value: Decimal = "-1.25".parse().unwrap();
    assert_eq!(
        format!("{value:.1}|{value:8}|{value:<8}|{value:08}"),
        "-1.25|   -1.25|-1.25   |-0001.25"
    );
}

#[test]
fn values_are_as_exact_as_serde_json_keeps_them() {
    let value: serde_json::Value = serde_json::from_str("[7, -7, 18446744073709551615]").unwrap();
    let read: Vec<Decimal> = serde_json::from_value(value).unwrap();
    assert_eq!(
        serde_json::to_string(&read).unwrap(),
        "[7,-7,18446744073709551615]"
    );
    if values_are_exact() {
        let text = "[383.00,1e-08,0.12345678901234567890]";
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let read: Vec<Decimal> = serde_json::from_value(value).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(serde_json::to_value(&read).unwrap().to_string(), text);
    }
}

/// serde's buffers turn number tokens into floats, unless `arbitrary_precision` is on.
#[test]
fn a_buffered_number_is_exact_or_refused() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Buffered {
        Price(Decimal),
        Text(Decimal<Text>),
    }
    let read = |text| serde_json::from_str::<Buffered>(text);
    match read("383.00") {
        Ok(Buffered::Price(price)) => {
            assert!(values_are_exact());
            assert_eq!(price.to_string(), "383.00");
        }
        Ok(Buffered::Text(_)) => panic!("a number passed for a string"),
        Err(_) => assert!(!values_are_exact()),
    }
    assert!(matches!(read("383"), Ok(Buffered::Price(_))));
    assert!(matches!(read("\"383.00\""), Ok(Buffered::Text(text)) if text.to_string() == "383.00"));
}

#[test]
fn other_formats_hold_decimals_as_strings() {
    #[derive(Debug, serde::Serialize, Deserialize)]
    struct Row {
        price: Decimal,
        size: Decimal<Any>,
    }
    let row: Row = serde_json::from_str(r#"{"price":1.50,"size":"2.0"}"#).unwrap();
    let text = toml::to_string(&row).unwrap();
    assert_eq!(text, "price = \"1.50\"\nsize = \"2.0\"\n");
    let back: Row = toml::from_str(&text).unwrap();
    assert_eq!(back.price.to_string(), "1.50");
    let integers: Row = toml::from_str("price = 3\nsize = -3").unwrap();
    assert_eq!(integers.size.to_string(), "-3");
    let error = toml::from_str::<Row>("price = 1.5\nsize = 1")
        .unwrap_err()
        .to_string();
    assert!(error.contains("floating point"), "{error}");
}

#[test]
fn conversions_keep_value_and_spelling() {
    let value: Decimal = "1.50e2".parse().unwrap();
    assert_eq!(
        value.with_form::<Any>().with_form::<Text>().to_string(),
        "1.50e2"
    );
    assert_eq!(value.normalized().to_string(), "150");
    assert_eq!(value.to_i128(), Some(150));
    assert_eq!(
        "-0.0".parse::<Decimal>().unwrap().normalized().to_string(),
        "0"
    );
    assert_eq!(
        Decimal::<Number>::from(i64::MIN).to_string(),
        i64::MIN.to_string()
    );
    assert_eq!(
        Decimal::<Number>::from(u64::MAX).to_string(),
        u64::MAX.to_string()
    );
    assert!(Decimal::<Number>::try_from(u128::MAX).is_err());
    assert_eq!(std::mem::size_of::<Option<Decimal>>(), 24);
}

proptest! {
    #[test]
    fn any_number_within_the_limits_prints_as_it_was_spelt(text in number()) {
        let value = read::<Decimal>(&text);
        prop_assert_eq!(value.is_none(), limit(&text).is_some());
        if let Some(value) = value {
            prop_assert_eq!(value.to_string(), text.clone());
            prop_assert_eq!(serde_json::to_string(&value).unwrap(), text.clone());
            let (mantissa, exponent) = exact(&text);
            prop_assert_eq!(BigInt::from(value.mantissa()), mantissa);
            prop_assert_eq!(i64::from(value.exponent()), exponent);
            let quoted = format!("\"{text}\"");
            prop_assert_eq!(serde_json::to_string(&read::<Decimal<Any>>(&quoted)).unwrap(), quoted);
        }
    }

    #[test]
    fn acceptance_is_that_of_json_and_the_limits(text in near_number()) {
        let token = serde_json::from_str::<&serde_json::value::RawValue>(&text);
        let is_number = token.is_ok_and(|token| {
            token.get() == text && text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        });
        let expected = if is_number { limit(&text) } else { Some(DecimalErrorKind::Syntax) };
        prop_assert_eq!(text.parse::<Decimal>().err().map(|error| error.kind()), expected);
    }

    #[test]
    fn order_is_that_of_the_exact_values(
        (a, b) in prop_oneof![(within(), within()), neighbours()]
    ) {
        let (x, y): (Decimal, Decimal<Text>) = (a.parse().unwrap(), b.parse().unwrap());
        let (big_x, big_y, _) = aligned(&exact(&a), &exact(&b));
        prop_assert_eq!(x.partial_cmp(&y), Some(big_x.cmp(&big_y)));
        prop_assert_eq!(y.partial_cmp(&x), Some(big_y.cmp(&big_x)));
        prop_assert_eq!(x == y, big_x == big_y);
        if x == y {
            prop_assert_eq!(hash(&x), hash(&y));
        }
    }

    #[test]
    fn the_plainest_spelling_is_equal_and_stays(text in within()) {
        let value: Decimal = text.parse().unwrap();
        let plain = value.normalized();
        prop_assert_eq!(plain, value);
        prop_assert_eq!(hash(&plain), hash(&value));
        prop_assert_eq!(plain.normalized().to_string(), plain.to_string());
        prop_assert_eq!(plain.to_string().parse::<Decimal>().unwrap(), value);
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in any::<Vec<u8>>()) {
        let _ = Decimal::<Number>::from_bytes(&bytes);
        let _ = serde_json::from_slice::<Decimal>(&bytes);
        let _ = serde_json::from_slice::<Decimal<Any>>(&bytes);
        let _ = serde_json::from_slice::<Decimal<Text>>(&bytes);
    }
}
