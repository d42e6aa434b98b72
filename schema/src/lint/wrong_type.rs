//! A key has a value of the wrong TOML type.
//!
//! For example a number where a text is expected. Decimals stand in quotes (`min = "0.001"`), because
//! a TOML float is binary and would not be exact.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "wrong-type", severity: Severity::Error, text: include_str!("wrong_type.rs") };

/// A wrong type, in the words of serde (`invalid type: integer `5`, expected a string`), and the
/// text that has it.
pub(crate) fn at(key: &str, message: &str, raw: &str, label: Label) -> Diagnostic {
    let parts = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .or_else(|| message.strip_prefix("invalid length "))
        .and_then(|rest| rest.split_once(", expected "));
    // toml hands out a date as a map.
    let date = message.contains("map") && raw.starts_with(|c: char| c.is_ascii_digit());
    let message = match parts {
        Some((found, expected)) => {
            let found = if date { "a date".to_owned() } else { plain(found) };
            match key {
                "" => format!("expected {}, found {found}", plain(expected)),
                key => format!("`{key}` should be {}, not {found}", plain(expected)),
            }
        }
        None if key.is_empty() => message.to_owned(),
        None => format!("`{key}`: {message}"),
    };
    let help = match () {
        () if date => Some("put it in quotes"),
        () if message.contains("not floating point") => {
            Some("write a decimal in quotes: a TOML float is binary and not exact")
        }
        () => None,
    };
    let help = help.map(str::to_owned);
    Diagnostic::new(&RULE, message, label).maybe_help(help)
}

/// serde's and Rust's names for types, in the words of TOML.
fn plain(text: &str) -> String {
    match text {
        "a sequence" | "sequence" => "a list".to_owned(),
        "a map" | "map" => "a table".to_owned(),
        "u8" | "u16" | "u32" | "u64" => format!("an integer that fits {text}"),
        "0" => "an empty list".to_owned(),
        _ if text.starts_with("struct ") => "a table".to_owned(),
        _ => text.to_owned(),
    }
}
