//! A forgiving JSON lexer: it never fails, so that damaged payloads can be cut, masked and drawn.

use std::ops::Range;

/// What a [`Token`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of `{ } [ ] : ,`.
    Punct(u8),
    /// A string, quotes included.
    Text,
    /// A string that the text ends in the middle of.
    Cut,
    /// A run of anything else: a number, a literal, rubbish.
    Word,
}

/// A piece of JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

/// The tokens of a text, from a position on.
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Lexer { bytes, at }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.bytes.get(self.at).is_some_and(|b| is_space(*b)) {
            self.at += 1;
        }
        let start = self.at;
        let kind = match *self.bytes.get(start)? {
            b @ (b'{' | b'}' | b'[' | b']' | b':' | b',') => {
                self.at += 1;
                Kind::Punct(b)
            }
            b'"' => match string_end(self.bytes, start) {
                Some(end) => {
                    self.at = end;
                    Kind::Text
                }
                None => {
                    self.at = self.bytes.len();
                    Kind::Cut
                }
            },
            _ => {
                while self.bytes.get(self.at).is_some_and(|b| is_word(*b)) {
                    self.at += 1;
                }
                Kind::Word
            }
        };
        Some(Token {
            kind,
            span: start..self.at,
        })
    }
}

/// JSON's white space.
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_word(b: u8) -> bool {
    !is_space(b) && !matches!(b, b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"')
}

/// The end of the string that starts at `start`, past its closing quote.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        let next = memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        at += next;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The end of the value at or after `start`; `None` if the text ends before it does.
pub(crate) fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let token = Lexer::new(bytes, start).next()?;
    match token.kind {
        Kind::Punct(b'{' | b'[') => venue_wire::check::container_end(bytes, token.span.start),
        Kind::Cut => None,
        _ => Some(token.span.end),
    }
}

/// The members of the object at `start`: the name's text and the value's span. Stops at the first damage.
/// There may be millions, so they are not gathered.
pub(crate) fn members(
    bytes: &[u8],
    start: usize,
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let mut tokens = Lexer::new(bytes, start);
    let mut more = tokens.next().map(|t| t.kind) == Some(Kind::Punct(b'{'));
    std::iter::from_fn(move || {
        if !std::mem::take(&mut more) {
            return None;
        }
        let name = tokens.next().filter(|name| name.kind == Kind::Text)?;
        if tokens.next().map(|t| t.kind) != Some(Kind::Punct(b':')) {
            return None;
        }
        let (value, end) = value_after(bytes, tokens.at)?;
        tokens.at = end;
        more = tokens.next().map(|t| t.kind) == Some(Kind::Punct(b','));
        Some((name.span, value..end))
    })
}

/// The elements of the array at `start`. Stops at the first damage.
pub(crate) fn elements(bytes: &[u8], start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut tokens = Lexer::new(bytes, start);
    let mut more = tokens.next().map(|t| t.kind) == Some(Kind::Punct(b'['));
    std::iter::from_fn(move || {
        if !std::mem::take(&mut more) {
            return None;
        }
        let (value, end) = value_after(bytes, tokens.at)?;
        if bytes[value] == b']' {
            return None;
        }
        tokens.at = end;
        more = tokens.next().map(|t| t.kind) == Some(Kind::Punct(b','));
        Some(value..end)
    })
}

fn value_after(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = Lexer::new(bytes, at).next()?.span.start;
    Some((start, value_end(bytes, start)?))
}

/// The first byte at or after `at` that is not white space.
pub(crate) fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(|b| !is_space(*b))
        .unwrap_or(rest.len())
}

/// How many lines end before a byte.
pub(crate) fn lines_before(bytes: &[u8], at: usize) -> u64 {
    memchr::memchr_iter(b'\n', &bytes[..at.min(bytes.len())]).count() as u64
}

/// Where the name of the member starts whose value is at `value`. The text before it is valid JSON.
pub(crate) fn name_before(bytes: &[u8], value: usize) -> Option<usize> {
    let before = |at: usize| bytes[..at].iter().rposition(|b| !is_space(*b));
    let colon = before(value).filter(|at| bytes[*at] == b':')?;
    let mut quote = before(colon).filter(|at| bytes[*at] == b'"')?;
    loop {
        quote = memchr::memrchr(b'"', &bytes[..quote])?;
        let slashes = bytes[..quote]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count();
        if slashes % 2 == 0 {
            return Some(quote);
        }
    }
}

/// The text of a string token, unescaped; `None` if it is damaged.
pub(crate) fn unquote(token: &[u8]) -> Option<String> {
    serde_json::from_slice(token).ok()
}

/// The name of the first member of an object, quotes included; none if the text is no object or has no
/// member.
pub(crate) fn first_key(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start().strip_prefix(b"{")?;
    let text = text.trim_ascii_start();
    let inner = text.strip_prefix(b"\"")?;
    // An escaped quote ends it too soon: the backslash before it tells.
    let end = memchr::memchr(b'"', inner)?;
    Some(&text[..end + 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_json_says_and_damage_is_none() {
        for (text, end) in [
            (r#"{"a":"}"} x"#, Some(9)),
            (r#" [1,[2]]"#, Some(8)),
            (r#""a\"b" "#, Some(6)),
            ("12 ", Some(2)),
            (r#"{"a":["#, None),
            (r#""abc"#, None),
            (r#"""#, None),
            (r#""a\"#, None),
            (r#""a\""#, None),
            ("", None),
        ] {
            assert_eq!(value_end(text.as_bytes(), 0), end, "{text}");
        }
    }

    #[test]
    fn the_first_member_of_an_object_is_found() {
        for (text, key) in [
            (r#"{"a":1,"b":2}"#, Some(r#""a""#)),
            (" {\n \"a b\" : 1}", Some(r#""a b""#)),
            (r#"{"a\"b":1}"#, Some(r#""a\""#)),
            ("{}", None),
            (r#"["a"]"#, None),
            (r#"{"a"#, None),
            ("", None),
        ] {
            assert_eq!(first_key(text.as_bytes()), key.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn a_members_name_is_found_from_its_value() {
        let text = br#"{"a\\\"b" : [1,2]}"#;
        assert_eq!(name_before(text, 9), None);
        assert_eq!(name_before(text, 12), Some(1));
        assert_eq!(name_before(b"[1,2]", 3), None);
    }

    #[test]
    fn members_and_elements_of_damaged_text_stop_quietly() {
        let text = br#"{"a": 1, "b": [2, {"c": 3}], "d"#;
        let names: Vec<_> = members(text, 0).map(|(n, _)| &text[n]).collect();
        assert_eq!(names, [br#""a""#, br#""b""#]);
        let text = b"[1, [2, 3], ]";
        assert_eq!(elements(text, 0).collect::<Vec<_>>(), [1..2, 4..10]);
        assert_eq!(elements(b"[]", 0).count(), 0);
        assert_eq!(elements(b"[", 0).count(), 0);
    }
}
