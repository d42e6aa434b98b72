//! Reads a decimal by JSON's number grammar, keeping how it was spelt.

use std::fmt;

use super::parts::{Meta, Parts};
use crate::digits;

/// Why a text is not a decimal.
///
/// It never holds the text itself, so it can be logged whatever the field was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecimalError {
    kind: DecimalErrorKind,
}

/// What is wrong with the text of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecimalErrorKind {
    /// It does not follow JSON's number grammar.
    Syntax,
    /// It has more than 38 significant digits, leading zeros not counted.
    TooManyDigits,
    /// Its exponent is beyond 999 or below -999.
    ExponentOutOfRange,
    /// It has more than 999 digits after the point, or more than 65535 zeros before the exponent's
    /// first digit.
    TooLong,
}

impl DecimalError {
    /// What is wrong.
    pub fn kind(&self) -> DecimalErrorKind {
        self.kind
    }
}

impl From<DecimalErrorKind> for DecimalError {
    fn from(kind: DecimalErrorKind) -> Self {
        DecimalError { kind }
    }
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            DecimalErrorKind::Syntax => {
                "not a decimal as JSON spells numbers (such as `-12.50` or `1e-8`)"
            }
            DecimalErrorKind::TooManyDigits => "a decimal with more than 38 significant digits",
            DecimalErrorKind::ExponentOutOfRange => "a decimal with an exponent beyond 999",
            DecimalErrorKind::TooLong => "a decimal with more than 999 digits after the point",
        })
    }
}

impl std::error::Error for DecimalError {}

/// Digits that always fit a `u64`.
const SHORT: usize = 19;
/// Digits that always fit below 10^38.
const MAX_DIGITS: usize = super::MAX_DIGITS as usize;

impl Parts {
    /// Reads the whole of `text`.
    #[inline]
    pub(crate) fn parse(text: &[u8]) -> Result<Parts, DecimalErrorKind> {
        match Self::parse_short(text) {
            Some((lo, meta)) => Ok(Parts { lo, hi: 0, meta }),
            None => parse_long(text),
        }
    }

    /// Reads what nearly all decimals are: a few digits without an exponent. `None` says nothing
    /// about the text.
    ///
    /// Digit by digit: where the text ends with the number, eight bytes at once would have to be put
    /// together first.
    #[inline]
    pub(crate) fn parse_short(text: &[u8]) -> Option<(u64, Meta)> {
        let (sign, digits) = match text {
            [b'-', rest @ ..] => (Meta::NEGATIVE, rest),
            _ => (0, text),
        };
        if digits.len() > SHORT {
            return None;
        }
        let digit = |at: usize| {
            let value = digits.get(at)?.wrapping_sub(b'0');
            (value <= 9).then_some(u64::from(value))
        };
        let (mut mantissa, mut at) = (0u64, 0);
        while let Some(value) = digit(at) {
            mantissa = mantissa * 10 + value;
            at += 1;
        }
        if at == 0 || (at > 1 && digits[0] == b'0') {
            return None;
        }
        let mut fraction = 0;
        if let Some(b'.') = digits.get(at) {
            let first = at + 1;
            at = first;
            while let Some(value) = digit(at) {
                mantissa = mantissa * 10 + value;
                at += 1;
            }
            fraction = (at - first) as u16;
            if fraction == 0 {
                return None;
            }
        }
        (at == digits.len()).then(|| (mantissa, Meta::new(fraction, sign)))
    }

    /// Reads such a decimal from `at` on, whatever follows it: its end, mantissa and spelling.
    #[inline]
    pub(crate) fn read_short(text: &[u8], at: usize) -> Option<(usize, u64, Meta)> {
        let (start, sign) = match text.get(at) {
            Some(b'-') => (at + 1, Meta::NEGATIVE),
            _ => (at, 0),
        };
        let (mut end, mut mantissa) = digits::append(text, start, 0);
        let mut count = end - start;
        if count == 0 || (count > 1 && text[start] == b'0') {
            return None;
        }
        let mut fraction = 0;
        if let Some(b'.') = text.get(end) {
            let first = end + 1;
            (end, mantissa) = digits::append(text, first, mantissa);
            fraction = end - first;
            if fraction == 0 {
                return None;
            }
            count += fraction;
        }
        let is_short = count <= SHORT && !matches!(text.get(end), Some(b'e' | b'E'));
        is_short.then(|| (end, mantissa, Meta::new(fraction as u16, sign)))
    }
}

/// Reads `e-08` and the like: all that is left of the text.
fn read_exponent(text: &[u8], meta: Meta) -> Result<Meta, DecimalErrorKind> {
    let (letter, rest) = match text {
        [b'e', rest @ ..] => (0, rest),
        [b'E', rest @ ..] => (Meta::UPPER, rest),
        _ => return Err(DecimalErrorKind::Syntax),
    };
    let (sign, digits) = match rest {
        [b'+', rest @ ..] => (Meta::PLUS, rest),
        [b'-', rest @ ..] => (Meta::MINUS, rest),
        _ => (0, rest),
    };
    if digits.is_empty() || digits.iter().any(|byte| !byte.is_ascii_digit()) {
        return Err(DecimalErrorKind::Syntax);
    }
    // The last zero of a zero exponent is its digit, not a leading zero.
    let zeros = digits[..digits.len() - 1]
        .iter()
        .take_while(|&&byte| byte == b'0')
        .count();
    let value = &digits[zeros..];
    if value.len() > 3 {
        return Err(DecimalErrorKind::ExponentOutOfRange);
    }
    let value = value
        .iter()
        .fold(0, |sum, byte| sum * 10 + i16::from(byte - b'0'));
    let zeros = u16::try_from(zeros).map_err(|_| DecimalErrorKind::TooLong)?;
    let value = if sign == Meta::MINUS { -value } else { value };
    Ok(meta.with(letter | sign).with_exponent(value, zeros))
}

/// Reads any decimal.
#[cold]
#[inline(never)]
fn parse_long(text: &[u8]) -> Result<Parts, DecimalErrorKind> {
    let (sign, text) = match text {
        [b'-', rest @ ..] => (Meta::NEGATIVE, rest),
        _ => (0, text),
    };
    let whole = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return Err(DecimalErrorKind::Syntax);
    }
    let mut rest = &text[whole..];
    let mut fraction: &[u8] = &[];
    if let [b'.', tail @ ..] = rest {
        let count = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(DecimalErrorKind::Syntax);
        }
        (fraction, rest) = tail.split_at(count);
    }
    // A text that is no number at all is told so first, whatever else is wrong with it.
    let meta = Meta::new(0, sign);
    let meta = if rest.is_empty() {
        Ok(meta)
    } else {
        read_exponent(rest, meta)
    };
    if meta == Err(DecimalErrorKind::Syntax) {
        return Err(DecimalErrorKind::Syntax);
    }
    let digits = || text[..whole].iter().chain(fraction).map(|byte| byte - b'0');
    if digits().skip_while(|&value| value == 0).count() > MAX_DIGITS {
        return Err(DecimalErrorKind::TooManyDigits);
    }
    if fraction.len() > usize::from(super::MAX_FRACTION) {
        return Err(DecimalErrorKind::TooLong);
    }
    let meta = meta?.with(fraction.len() as u64);
    let mantissa = digits().fold(0u128, |sum, value| sum * 10 + u128::from(value));
    Ok(Parts::new(mantissa, meta))
}
