//! Walking JSON text without building it.
//!
//! Nothing here judges: malformed text gives some answer, never a panic. Who needs a judgement asks
//! [`crate::check`].

use std::borrow::Cow;

use crate::check::skip;
use crate::select::Kind;

/// Index of the first byte from `at` that is not JSON whitespace.
pub(crate) fn skip_space(json: &[u8], mut at: usize) -> usize {
    while matches!(json.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The kind of the value that starts with `first`.
pub(crate) fn kind(first: u8) -> Option<Kind> {
    Some(match first {
        b'n' => Kind::Null,
        b't' | b'f' => Kind::Bool,
        b'-' | b'0'..=b'9' => Kind::Number,
        b'"' => Kind::String,
        b'[' => Kind::Array,
        b'{' => Kind::Object,
        _ => return None,
    })
}

/// Index after the string whose opening quote is at `at`; the text's length if it does not end.
pub(crate) fn string_end(json: &[u8], at: usize) -> usize {
    skip::string_end(json, at).unwrap_or(json.len())
}

/// Index after the value that starts at `at`.
pub(crate) fn value_end(json: &[u8], at: usize) -> usize {
    match json.get(at) {
        Some(b'"') => string_end(json, at),
        Some(b'[' | b'{') => skip::container_end(json, at).unwrap_or(json.len()),
        _ => {
            let tail = json.get(at..).unwrap_or_default();
            let length = tail
                .iter()
                .position(|byte| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r'));
            at.min(json.len()) + length.unwrap_or(tail.len())
        }
    }
}

/// A member of an object: where its key (with quotes) and its value stand.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    pub(crate) key: (usize, usize),
    pub(crate) value: (usize, usize),
}

/// The members of the object that opens at `at`.
pub(crate) fn members(json: &[u8], at: usize) -> impl Iterator<Item = Member> {
    let mut at = skip_space(json, at + 1);
    std::iter::from_fn(move || {
        if json.get(at) != Some(&b'"') {
            return None;
        }
        let key = (at, string_end(json, at));
        let colon = skip_space(json, key.1);
        let start = skip_space(json, colon + 1);
        let value = (start, value_end(json, start));
        at = after_comma(json, value.1);
        (value.1 > value.0).then_some(Member { key, value })
    })
}

/// The elements of the array that opens at `at`.
pub(crate) fn elements(json: &[u8], at: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut at = skip_space(json, at + 1);
    std::iter::from_fn(move || {
        let value = (at, value_end(json, at));
        at = after_comma(json, value.1);
        (value.1 > value.0).then_some(value)
    })
}

fn after_comma(json: &[u8], at: usize) -> usize {
    let at = skip_space(json, at);
    match json.get(at) {
        Some(b',') => skip_space(json, at + 1),
        _ => json.len(),
    }
}

/// The text of a string, given with its quotes.
pub(crate) fn text(quoted: &[u8]) -> Cow<'_, str> {
    let inner = quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default();
    if inner.contains(&b'\\') {
        Cow::Owned(unescape(inner))
    } else {
        String::from_utf8_lossy(inner)
    }
}

fn unescape(inner: &[u8]) -> String {
    let mut out = Vec::with_capacity(inner.len());
    let mut at = 0;
    while let Some(&byte) = inner.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let escape = inner.get(at).copied().unwrap_or(b'\\');
        at += 1;
        match escape {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'u' => {
                let mut code = hex4(inner, at);
                at += 4;
                if (0xD800..0xDC00).contains(&code) && inner.get(at..at + 2) == Some(b"\\u") {
                    let low = hex4(inner, at + 2);
                    if (0xDC00..0xE000).contains(&low) {
                        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                        at += 6;
                    }
                }
                let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            other => out.push(other),
        }
    }
    match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// Four hexadecimal digits; what is none counts as 15, for nothing here judges.
fn hex4(bytes: &[u8], at: usize) -> u32 {
    let digits = bytes.get(at..at + 4).unwrap_or_default();
    digits.iter().fold(0, |code, &digit| {
        code * 16 + char::from(digit).to_digit(16).unwrap_or(15)
    })
}
