//! A key has a value of the wrong TOML type.
//!
//! For example a number where a text is expected. Decimals stand in quotes (`min = "0.001"`), because
//! a TOML float is binary and would not be exact.

use super::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity};

pub(crate) const RULE: Rule =
    Rule { id: "wrong-type", severity: Severity::Error, text: include_str!("wrong_type.rs") };

/// A wrong type, in the words of serde: `invalid type: integer `5`, expected a string`.
pub(crate) fn at(key: &str, message: &str, label: Label) -> Diagnostic {
    let parts = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .or_else(|| message.strip_prefix("invalid length "))
        .and_then(|rest| rest.split_once(", expected "));
    let message = match parts {
        Some((found, expected)) if !key.is_empty() => {
            format!("`{key}` should be {}, not {}", plain(expected), plain(found))
        }
        Some((found, expected)) => format!("expected {}, found {}", plain(expected), plain(found)),
        None if key.is_empty() => message.to_owned(),
        None => format!("`{key}`: {message}"),
    };
    let help = message
        .contains("not floating point")
        .then(|| "write a decimal in quotes: a TOML float is binary and not exact".to_owned());
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
