//! Integers and decimals.

use super::super::scalar;
use super::super::simd::Chunk;
use super::super::table::{Form, NONE};
use super::{CHUNK, Engine, Watch, grammar};

/// A decimal of so many bytes and no exponent has at most 38 digits.
const SURELY_SHORT: usize = 38;

impl<W: Watch> Engine<'_, W> {
    /// A number in JSON's grammar that a decimal can hold.
    #[inline(always)]
    pub(super) fn decimal(&self, at: usize) -> Option<usize> {
        match self.plain_number(at) {
            Some(end) => Some(end),
            None => self.noted_number(at, false),
        }
    }

    /// The same, shown to who watches.
    #[inline(never)]
    fn noted_number(&self, at: usize, is_text: bool) -> Option<usize> {
        let end = self.long_number(at)?;
        self.watch.decimal(&self.json[at..end], is_text);
        Some(end)
    }

    /// A decimal in the form that is asked for, within its bounds.
    #[inline(never)]
    pub(super) fn any_decimal(&self, form: Form, bounds: u32, at: usize) -> Option<usize> {
        let text = self.byte(at) == b'"';
        if text == (form == Form::Number) && form != Form::Any {
            return None;
        }
        let start = at + usize::from(text);
        let end = match self.plain_number(start) {
            Some(end) => end,
            None => self.noted_number(start, text)?,
        };
        if bounds != NONE && !self.is_bounded(start, end, bounds) {
            return None;
        }
        if !text {
            return Some(end);
        }
        (self.byte(end) == b'"').then_some(end + 1)
    }

    /// A number without sign or exponent, all of it within sixteen bytes.
    #[inline(always)]
    pub(super) fn plain_number(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes(at);
        // The first byte after the digits, then the first after those of the fraction.
        let others = Chunk::new(bytes).not_digits();
        let whole = others.trailing_zeros() as usize;
        if whole.wrapping_sub(1) >= CHUNK - 1 || (bytes[0] == b'0' && whole > 1) {
            return None;
        }
        let mut end = whole;
        if bytes[whole] == b'.' {
            end = (others & (others - 1)).trailing_zeros() as usize;
            if end == whole + 1 || end >= CHUNK {
                return None;
            }
        }
        (bytes[end] | 0x20 != b'e').then_some(at + end)
    }

    /// A plain number in quotes.
    #[inline(always)]
    pub(super) fn quoted_number(&self, at: usize) -> Option<usize> {
        if self.byte(at) != b'"' {
            return None;
        }
        let end = self.plain_number(at + 1)?;
        (self.byte(end) == b'"').then_some(end + 1)
    }

    /// A plain number of which its being without a sign says that it is within its bounds.
    #[inline(always)]
    pub(super) fn bounded_number(&self, at: usize, bounds: u32) -> Option<usize> {
        let bounds = self.tables.bounds.get(bounds as usize)?;
        self.plain_number(at).filter(|_| bounds.from_zero)
    }

    #[inline(never)]
    fn long_number(&self, at: usize) -> Option<usize> {
        if self.byte(at) == b'-'
            && let Some(end) = self.plain_number(at + 1)
        {
            return Some(end);
        }
        let end = grammar::number(self.json, at).ok()?;
        let token = &self.json[at..end];
        let plain = token.len() <= SURELY_SHORT && !token.iter().any(|byte| byte | 0x20 == b'e');
        (plain || scalar::decimal(std::str::from_utf8(token).ok()?).is_ok()).then_some(end)
    }

    fn is_bounded(&self, at: usize, end: usize, bounds: u32) -> bool {
        let bounds = self.tables.bounds(bounds);
        if bounds.from_zero && self.byte(at) != b'-' {
            return true;
        }
        let exact = |text| scalar::decimal(text).ok();
        let token = std::str::from_utf8(&self.json[at..end])
            .ok()
            .and_then(exact);
        let low = exact(self.tables.text(bounds.min));
        let high = exact(self.tables.text(bounds.max));
        token.is_some_and(|value| {
            low.is_none_or(|min| value >= min) && high.is_none_or(|max| value <= max)
        })
    }

    /// An integer in its range. What follows the digits is the caller's to judge: neither a point
    /// nor an exponent can follow a value.
    #[inline(always)]
    pub(super) fn integer(&self, at: usize, range: u32, digits: u8, lead: u8) -> Option<usize> {
        match self.plain_integer(at, digits, lead) {
            Some(end) => Some(end),
            None => self.exact_integer(at, range),
        }
    }

    /// One of which the number of digits, or the first of them, says that it is in its range.
    #[inline(always)]
    pub(super) fn plain_integer(&self, at: usize, digits: u8, lead: u8) -> Option<usize> {
        let bytes = self.bytes(at);
        let mut count = Chunk::new(bytes).not_digits().trailing_zeros() as usize;
        if count == CHUNK {
            count += self.chunk(at + CHUNK).not_digits().trailing_zeros() as usize;
        }
        let safe =
            count <= usize::from(digits) || (count == usize::from(digits) + 1 && bytes[0] < lead);
        (safe && count > 0 && (bytes[0] != b'0' || count == 1)).then_some(at + count)
    }

    #[inline(never)]
    fn exact_integer(&self, at: usize, range: u32) -> Option<usize> {
        let end = grammar::number(self.json, at).ok()?;
        let value = scalar::integer(&self.json[at..end])?;
        let range = self.tables.range(range);
        (range.min..=range.max).contains(&value).then_some(end)
    }

    /// An integer within `i64`, and its value.
    pub(super) fn small_integer(&self, at: usize) -> Option<(i64, usize)> {
        let first = self.byte(at).wrapping_sub(b'0');
        if first < 10 && !self.byte(at + 1).is_ascii_digit() {
            return Some((i64::from(first), at + 1));
        }
        let end = grammar::number(self.json, at).ok()?;
        let value = scalar::integer(&self.json[at..end])?;
        Some((i64::try_from(value).ok()?, end))
    }
}
