//! The tokens of JSON: strings, numbers, what is passed over.

use super::{Reader, Result, fail};
use crate::digits;
use crate::json::MAX_DEPTH;

/// A string: as it stands in the text, or in the scratch.
pub(super) enum Text<'de> {
    Borrowed(&'de str),
    Unescaped,
}

/// A number as visitors take it.
pub(super) enum Number {
    Positive(u64),
    Negative(i64),
    Float(f64),
}

impl<'de> Reader<'de> {
    #[inline]
    pub(super) fn word(&mut self, word: &str) -> Result<()> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            fail("expected value")
        }
    }

    /// Reads a string from its opening quote on.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Text<'de>> {
        let start = self.at + 1;
        let end = find_special(self.text.as_bytes(), start);
        match self.byte(end) {
            Some(b'"') => {
                self.at = end + 1;
                // Between two ASCII bytes: always at the boundaries of characters.
                Ok(Text::Borrowed(
                    self.text.get(start..end).unwrap_or_default(),
                ))
            }
            _ => self.string_with_escapes(start, end),
        }
    }

    /// Takes a string that says just that, if it is what the reader stands before.
    #[inline]
    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let bytes = self.text.as_bytes();
        let (start, end) = (self.at + 1, self.at + 1 + name.len());
        let is_there = bytes.get(end) == Some(&b'"')
            && bytes[self.at] == b'"'
            && is_same(&bytes[start..end], name.as_bytes());
        if is_there {
            self.at = end + 1;
        }
        is_there
    }

    #[cold]
    fn string_with_escapes(&mut self, mut start: usize, mut end: usize) -> Result<Text<'de>> {
        self.scratch.clear();
        loop {
            self.at = end;
            self.scratch
                .push_str(self.text.get(start..end).unwrap_or_default());
            match self.byte(end) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text::Unescaped);
                }
                Some(b'\\') => {
                    let character = self.escape()?;
                    self.scratch.push(character);
                }
                Some(_) => return fail("control character found while parsing a string"),
                None => return fail("EOF while parsing a string"),
            }
            start = self.at;
            end = find_special(self.text.as_bytes(), start);
        }
    }

    /// Reads an escape from its backslash on.
    fn escape(&mut self) -> Result<char> {
        let kind = self.byte(self.at + 1);
        self.at += 2;
        Ok(match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return fail("invalid escape"),
        })
    }

    /// Reads the digits of an escape, and a second escape if the first is half of a pair.
    fn unicode_escape(&mut self) -> Result<char> {
        let first = self.hex()?;
        let code = match first {
            0xD800..=0xDBFF => {
                if self.byte(self.at) != Some(b'\\') || self.byte(self.at + 1) != Some(b'u') {
                    return fail("lone leading surrogate in hex escape");
                }
                self.at += 2;
                match self.hex()? {
                    second @ 0xDC00..=0xDFFF => {
                        0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    _ => return fail("lone leading surrogate in hex escape"),
                }
            }
            other => other,
        };
        match char::from_u32(code) {
            Some(character) => Ok(character),
            None => fail("lone trailing surrogate in hex escape"),
        }
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        // `from_str_radix` takes a sign, too.
        match u32::from_str_radix(digits, 16) {
            Ok(unit) if digits.len() == 4 && !digits.starts_with('+') => {
                self.at += 4;
                Ok(unit)
            }
            _ => fail("invalid escape"),
        }
    }

    /// Where a number ends.
    #[inline]
    pub(super) fn number_end(&self) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let digits = |at| digits::end(bytes, at);
        let start = self.at + usize::from(bytes.get(self.at) == Some(&b'-'));
        let whole = digits(start);
        if whole == start || (whole > start + 1 && bytes[start] == b'0') {
            return fail("invalid number");
        }
        let mut end = whole;
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if fraction == end + 1 {
                return fail("invalid number");
            }
            end = fraction;
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent == end + 1 + sign {
                return fail("invalid number");
            }
            end = exponent;
        }
        Ok(end)
    }

    /// Reads a number as serde_json gives it to visitors: `-0` is a float.
    #[inline]
    pub(super) fn number(&mut self) -> Result<Number> {
        let bytes = self.text.as_bytes();
        let is_negative = bytes.get(self.at) == Some(&b'-');
        let start = self.at + usize::from(is_negative);
        let (at, value) = digits::append(bytes, start, 0);
        let is_plain = !matches!(bytes.get(at), Some(b'.' | b'e' | b'E'))
            && (at == start + 1 || bytes.get(start) != Some(&b'0'));
        // 19 digits always fit.
        if is_plain && (1..=19).contains(&(at - start)) {
            let number = match (is_negative, value) {
                (false, _) => Some(Number::Positive(value)),
                (true, 0) => None,
                (true, _) => 0i64.checked_sub_unsigned(value).map(Number::Negative),
            };
            if let Some(number) = number {
                self.at = at;
                return Ok(number);
            }
        }
        self.other_number()
    }

    /// Twenty digits, or what is no integer.
    #[cold]
    fn other_number(&mut self) -> Result<Number> {
        let start = self.at;
        let end = self.number_end()?;
        self.at = end;
        let text = self.text.get(start..end).unwrap_or_default();
        match (text.parse::<u64>(), text.parse::<f64>()) {
            (Ok(value), _) => Ok(Number::Positive(value)),
            (_, Ok(float)) if float.is_finite() => Ok(Number::Float(float)),
            _ => fail("number out of range"),
        }
    }

    #[inline]
    pub(super) fn enter(&mut self) -> Result<()> {
        self.at += 1;
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => fail("recursion limit exceeded"),
            false => Ok(()),
        }
    }

    /// After the elements of an array or the members of an object.
    #[inline]
    pub(super) fn leave(&mut self, close: u8) -> Result<()> {
        self.depth -= 1;
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(())
            }
            Some(b',') => fail("trailing comma"),
            Some(_) => fail("trailing characters"),
            None => fail("EOF while parsing a value"),
        }
    }

    /// Steps over any value.
    pub(super) fn skip(&mut self) -> Result<()> {
        // One bit for each array or object around: is it an object?
        let mut objects = 0u128;
        let outer = self.depth;
        loop {
            let closes = match self.peek() {
                Some(b'"') => {
                    self.string()?;
                    true
                }
                Some(b'-' | b'0'..=b'9') => {
                    self.at = self.number_end()?;
                    true
                }
                Some(b't') => self.word("true").map(|()| true)?,
                Some(b'f') => self.word("false").map(|()| true)?,
                Some(b'n') => self.word("null").map(|()| true)?,
                Some(open @ (b'[' | b'{')) => {
                    self.enter()?;
                    objects = objects << 1 | u128::from(open == b'{');
                    match (self.peek(), open) {
                        (Some(b']'), b'[') | (Some(b'}'), b'{') => true,
                        (_, b'{') => self.skip_key().map(|()| false)?,
                        _ => false,
                    }
                }
                Some(_) => return fail("expected value"),
                None => return fail("EOF while parsing a value"),
            };
            if !closes {
                continue;
            }
            // What ends here may end what is around it.
            loop {
                if self.depth == outer {
                    return Ok(());
                }
                let is_object = objects & 1 == 1;
                match (self.peek(), is_object) {
                    (Some(b']'), false) | (Some(b'}'), true) => {
                        self.at += 1;
                        self.depth -= 1;
                        objects >>= 1;
                    }
                    (Some(b','), true) => {
                        self.at += 1;
                        self.skip_key()?;
                        break;
                    }
                    (Some(b','), false) => {
                        self.at += 1;
                        break;
                    }
                    (Some(_), _) => return fail("expected `,` or the end"),
                    (None, _) => return fail("EOF while parsing a value"),
                }
            }
        }
    }

    fn skip_key(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.string()?,
            _ => return fail("key must be a string"),
        };
        self.colon()
    }

    #[inline]
    pub(super) fn colon(&mut self) -> Result<()> {
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            _ => fail("expected `:`"),
        }
    }
}

/// Whether two names are the same. They are short: to call somebody who compares them costs more
/// than to compare them.
#[inline]
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            4..=8 => {
                one.first_chunk::<4>() == other.first_chunk::<4>()
                    && one.last_chunk::<4>() == other.last_chunk::<4>()
            }
            9..=16 => {
                one.first_chunk::<8>() == other.first_chunk::<8>()
                    && one.last_chunk::<8>() == other.last_chunk::<8>()
            }
            _ => one == other,
        }
}

/// Where the first quote, backslash or control character stands, from `at` on.
#[inline]
pub(crate) fn find_special(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // A high bit in each byte that is zero; bytes above the first such one may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let below_space = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = zeros(word ^ (ONES * u64::from(b'"')))
            | zeros(word ^ (ONES * u64::from(b'\\')))
            | below_space;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}
