//! Rust identifiers from the names of a spec.
//!
//! A name that is already as Rust writes it is kept. Anything else is split into words, joined in
//! the case asked for, and made an identifier. [`Names`] keeps the identifiers of one scope apart.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};

/// `snake_case`, for fields, functions and modules.
pub(super) fn snake(name: &str) -> String {
    let kept = is_identifier(name) && !name.chars().any(char::is_uppercase);
    if kept {
        return name.to_owned();
    }
    sanitize(&words(name).join("_"))
}

/// `PascalCase`, for types and variants.
pub(super) fn pascal(name: &str) -> String {
    let first_is_lower = name.chars().next().is_some_and(char::is_lowercase);
    if is_identifier(name) && !first_is_lower && !name.contains('_') {
        return name.to_owned();
    }
    let joined: String = words(name).iter().map(|word| capitalize(word)).collect();
    sanitize(&joined)
}

/// The identifier itself; raw where Rust reserves the word, with `_` where even that is not
/// allowed.
pub(super) fn ident(name: &str) -> Ident {
    if matches!(name, "self" | "Self" | "super" | "crate" | "_") {
        return Ident::new(&format!("{name}_"), Span::call_site());
    }
    if KEYWORDS.contains(&name) {
        return Ident::new_raw(name, Span::call_site());
    }
    Ident::new(name, Span::call_site())
}

/// Reserved in edition 2024, in use or not.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// The identifiers of one scope.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A scope in which these are taken.
    pub(super) fn reserving<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Names {
            taken: names.into_iter().map(str::to_owned).collect(),
        }
    }

    /// An identifier for `name`, with a number after it if the scope has that one.
    pub(super) fn claim(&mut self, name: &str) -> Ident {
        let mut candidate = name.to_owned();
        let is_pascal = name.starts_with(char::is_uppercase);
        let joint = match is_pascal && !name.ends_with(|c: char| c.is_ascii_digit()) {
            true => "",
            false => "_",
        };
        let mut number = 2;
        while !self.taken.insert(candidate.clone()) {
            candidate = format!("{name}{joint}{number}");
            number += 1;
        }
        ident(&candidate)
    }

    /// Whether nothing is called so yet.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// Like [`Names::claim`], but tries the alternatives in order before numbering the last.
    pub(super) fn claim_one_of(&mut self, names: &[&str]) -> Ident {
        for name in names {
            if !self.taken.contains(*name) {
                return self.claim(name);
            }
        }
        self.claim(names.last().copied().unwrap_or("_item"))
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_start) && chars.all(is_continue) && name != "_"
}

fn is_start(c: char) -> bool {
    c == '_' || (c.is_alphabetic() && unicode_ident::is_xid_start(c))
}

/// Combining marks are left out: rustc composes identifiers, so two that differ to us might be
/// one to it.
fn is_continue(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && unicode_ident::is_xid_continue(c))
}

fn sanitize(name: &str) -> String {
    let mut out: String = name.chars().filter(|c| is_continue(*c)).collect();
    if !out.chars().next().is_some_and(is_start) || out == "_" {
        out.insert(0, '_');
        if out.chars().all(|c| c == '_') {
            out.push_str("unnamed");
        }
    }
    out
}

fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Lower-case words: split at anything that an identifier cannot hold, and where the case rises.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = i.checked_sub(1).map(|i| chars[i]);
        let next_is_lower = chars.get(i + 1).is_some_and(|c| c.is_lowercase());
        let rises = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || b.is_numeric() || (b.is_uppercase() && next_is_lower)
            });
        if rises && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let cases = [
            ("time_utc", "time_utc", "TimeUtc"),
            ("timeStamp", "time_stamp", "TimeStamp"),
            ("AtxId", "atx_id", "AtxId"),
            ("HTTPStatus", "http_status", "HTTPStatus"),
            ("get-order", "get_order", "GetOrder"),
            ("24h volume", "_24h_volume", "_24hVolume"),
            ("", "_unnamed", "_unnamed"),
            ("~", "_unnamed", "_unnamed"),
            ("größe", "größe", "Größe"),
            ("Cancel pending", "cancel_pending", "CancelPending"),
        ];
        for (name, as_snake, as_pascal) in cases {
            assert_eq!(snake(name), as_snake, "{name}");
            assert_eq!(pascal(name), as_pascal, "{name}");
        }
    }

    #[test]
    fn reserved_words_are_raw_or_marked() {
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("gen").to_string(), "r#gen");
        assert_eq!(ident("self").to_string(), "self_");
        assert_eq!(ident("Self").to_string(), "Self_");
        assert_eq!(ident("union").to_string(), "union");
    }

    #[test]
    fn a_scope_keeps_names_apart() {
        let mut names = Names::default();
        assert_eq!(names.claim("a").to_string(), "a");
        assert_eq!(names.claim("a").to_string(), "a_2");
        assert_eq!(names.claim("a_2").to_string(), "a_2_2");
        assert_eq!(names.claim("Ok").to_string(), "Ok");
        assert_eq!(names.claim("Ok").to_string(), "Ok2");
    }
}
