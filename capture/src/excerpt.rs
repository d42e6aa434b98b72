//! The piece of a payload that a finding is about, cut to one line, with secrets masked and nothing
//! left in it that a terminal would act on.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lex;
use crate::shape::Hidden;
use crate::text::push_visible;

/// What stands in place of a value that must not be shown.
pub const MASK: &str = "«masked»";

/// Characters shown before and after the place.
const BEFORE: usize = 44;
const AFTER: usize = 64;

/// One line of a payload with a place marked in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The line, safe to print.
    pub text: String,
    /// Where the marked place starts in it, in characters.
    pub column: usize,
    /// How many characters are marked; at least one.
    pub width: usize,
}

/// The bytes that an excerpt around `offset` may show.
pub(crate) fn window(payload: &[u8], offset: usize) -> Range<usize> {
    let offset = offset.min(payload.len());
    let line_start = payload[..offset]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let line_end =
        memchr::memchr(b'\n', &payload[offset..]).map_or(payload.len(), |at| offset + at);
    let start = back(payload, offset, BEFORE).max(line_start);
    // What is not used before the place is used after it.
    let unused = BEFORE
        - payload[start..offset]
            .iter()
            .filter(|b| **b & 0xc0 != 0x80)
            .count()
            .min(BEFORE);
    let end = forward(payload, offset, AFTER + unused).min(line_end);
    start..end
}

fn back(payload: &[u8], mut at: usize, chars: usize) -> usize {
    for _ in 0..chars {
        if at == 0 {
            break;
        }
        at -= 1;
        while at > 0 && payload[at] & 0xc0 == 0x80 {
            at -= 1;
        }
    }
    at
}

fn forward(payload: &[u8], mut at: usize, chars: usize) -> usize {
    for _ in 0..chars {
        if at >= payload.len() {
            break;
        }
        at += 1;
        while at < payload.len() && payload[at] & 0xc0 == 0x80 {
            at += 1;
        }
    }
    at
}

/// Draws the window around `offset`; `hidden` are the spans to mask, in order.
pub(crate) fn draw(payload: &[u8], offset: usize, hidden: &[Hidden]) -> Excerpt {
    let offset = offset.min(payload.len());
    let window = window(payload, offset);
    let marked = marked(payload, offset);
    let line_start = payload[..window.start].last().is_none_or(|b| *b == b'\n');
    let line_end = payload.get(window.end).is_none_or(|b| *b == b'\n');

    let mut text = String::new();
    if !line_start {
        text.push('…');
    }
    let mut at = window.start;
    if line_start {
        while at < window.end && at < offset && payload[at] == b' ' {
            at += 1;
        }
    }
    let (mut column, mut end_column) = (None, None);
    while at < window.end {
        if at >= marked.start && column.is_none() {
            column = Some(text.chars().count());
        }
        if at >= marked.end && end_column.is_none() {
            end_column = Some(text.chars().count());
        }
        if let Some(Hidden { span, shown, .. }) =
            hidden.iter().find(|hidden| hidden.span.contains(&at))
        {
            // A place inside a masked value is marked at the mask.
            if column.is_none() && span.contains(&marked.start) {
                column = Some(text.chars().count());
            }
            text.push_str(shown);
            at = span.end;
            continue;
        }
        at += push(payload, at, window.end, &mut text);
    }
    let length = text.chars().count();
    let column = column.unwrap_or(length);
    let end_column = end_column.unwrap_or(length);
    if !line_end {
        text.push('…');
    }
    Excerpt {
        text,
        column,
        width: end_column.saturating_sub(column).max(1),
    }
}

/// The token at the place; of a list or object its first bracket.
fn marked(payload: &[u8], offset: usize) -> Range<usize> {
    match lex::Lexer::new(payload, offset).next() {
        // A member: its name is marked, which is where it starts.
        Some(token) if token.span.start < payload.len() => token.span,
        _ => payload.len()..payload.len(),
    }
}

/// Appends the character at a byte, and says how many bytes it took.
fn push(payload: &[u8], at: usize, end: usize, text: &mut String) -> usize {
    let width = match payload[at] {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    let piece = &payload[at..(at + width).min(end)];
    match std::str::from_utf8(piece) {
        Ok(valid) => {
            valid.chars().for_each(|c| push_visible(text, c));
            piece.len()
        }
        Err(_) => {
            text.push_str(&crate::text::from_bytes(&piece[..1]));
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(payload: &[u8], offset: usize, hidden: Option<Range<usize>>) -> String {
        let hidden: Vec<_> = hidden.map(Hidden::masked).into_iter().collect();
        let e = draw(payload, offset, &hidden);
        format!(
            "{}\n{}{}",
            e.text,
            " ".repeat(e.column),
            "^".repeat(e.width)
        )
    }

    #[test]
    fn the_place_is_marked_in_a_short_line() {
        let short = br#"{"a":1,"price":"x"}"#;
        assert_eq!(
            drawn(short, 15, None),
            "{\"a\":1,\"price\":\"x\"}\n               ^^^"
        );
        assert_eq!(
            drawn(short, 15, Some(15..18)),
            "{\"a\":1,\"price\":«masked»}\n               ^^^^^^^^"
        );
        assert_eq!(
            drawn(short, 99, None),
            "{\"a\":1,\"price\":\"x\"}\n                   ^"
        );
        assert_eq!(drawn(b"", 0, None), "\n^");
        assert_eq!(
            drawn(b"{\n   \"a\": 1,\n \"b\": 2}", 10, None),
            "\"a\": 1,\n     ^"
        );
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_and_never_inside_a_secret() {
        let long = format!(
            "[{}\"SECRETSECRET\",7,{}]",
            "1,".repeat(40),
            "2,".repeat(80)
        );
        let at = long.find(",7,").expect("there") + 1;
        let secret = at - 15..at - 1;
        let shown = drawn(long.as_bytes(), at, Some(secret));
        assert!(
            shown.starts_with("…,1,1,") && shown.contains(",«masked»,7,2,2,"),
            "{shown}"
        );
        assert!(!shown.contains("SECRET"));
        // The window starts inside the secret.
        let long = format!("[\"{}\",7]", "S".repeat(100));
        let at = long.find(",7").expect("there") + 1;
        assert_eq!(
            drawn(long.as_bytes(), at, Some(1..103)),
            "…«masked»,7]\n          ^"
        );
    }

    #[test]
    fn nothing_acts_on_a_terminal() {
        let text = drawn(b"[\"\x1b[31m\xff\xe2\x80\xae\", 1]", 0, None);
        assert_eq!(text, "[\"\\u{1b}[31m\\xff\\u{202e}\", 1]\n^");
    }
}
