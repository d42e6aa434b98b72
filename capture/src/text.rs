//! Text from a capture made safe to print: nothing in it can move a cursor, colour a terminal, hide
//! or reorder what a reader sees.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character would act on a terminal, or show as nothing, or reorder its neighbours.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Appends one character, escaped as in Rust source if it is unprintable.
pub(crate) fn push_visible(out: &mut String, c: char) {
    match c {
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        c if is_unprintable(c) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        c => out.push(c),
    }
}

/// The text with every unprintable character escaped.
///
/// ```
/// assert_eq!(venue_capture::visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    Cow::Owned(out)
}

/// At most `limit` characters of the visible text, with `…` in place of the rest.
pub(crate) fn short(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == limit {
            out.push('…');
            break;
        }
        push_visible(&mut out, c);
    }
    out
}

/// Bytes as text; what is not UTF-8 is shown as `\xNN`.
pub(crate) fn from_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_visible(&mut out, c);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_payload_can_act_on_a_terminal() {
        assert_eq!(visible("plain £ text"), "plain £ text");
        assert_eq!(visible("\u{1b}]0;x\u{7}"), "\\u{1b}]0;x\\u{7}");
        assert_eq!(visible("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(from_bytes(b"a\xff\x1bz"), "a\\xff\\u{1b}z");
        assert_eq!(short("abcdef", 3), "abc…");
    }
}
