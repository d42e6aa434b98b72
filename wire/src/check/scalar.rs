//! Judging the text of one scalar, exactly: what the wire types take is what is right.

use super::rule;
use crate::decimal::{Decimal, DecimalErrorKind};
use crate::form::Number;
use crate::time::{DateTime, LocalDateTime};
use crate::uuid::Uuid;

/// Reads a decimal in JSON's grammar; otherwise the rule that it breaks, and what is wrong.
pub(super) fn decimal(text: &str) -> Result<Decimal, (&'static str, &'static str)> {
    text.parse::<Decimal<Number>>()
        .map_err(|error| match error.kind() {
            DecimalErrorKind::Syntax => (rule::BAD_DECIMAL, "not a decimal as JSON spells numbers"),
            DecimalErrorKind::TooManyDigits => (
                rule::TOO_MANY_DIGITS,
                "a decimal with more than 38 significant digits",
            ),
            DecimalErrorKind::ExponentOutOfRange => {
                (rule::BAD_DECIMAL, "a decimal with an exponent beyond 999")
            }
            DecimalErrorKind::TooLong => (
                rule::TOO_MANY_DIGITS,
                "a decimal with more than 999 digits after the point",
            ),
        })
}

/// Whether a number is written with an exponent.
pub(super) fn has_exponent(number: &[u8]) -> bool {
    number.iter().any(|byte| byte | 0x20 == b'e')
}

/// Whether a reader with doubles changes a number: an integer beyond 2^53, or more significant digits
/// than any double is written with.
pub(super) fn is_unsafe(number: &[u8]) -> bool {
    const MOST: usize = 17;
    if let Some(value) = integer(number) {
        return value.unsigned_abs() > 1 << 53;
    }
    let (mut digits, mut zeros) = (0, 0);
    for byte in number {
        match byte {
            b'1'..=b'9' => (digits, zeros) = (digits + zeros + 1, 0),
            b'0' if digits > 0 => zeros += 1,
            b'e' | b'E' => break,
            _ => {}
        }
    }
    digits > MOST
}

/// Whether this is a real date and time, with a zone or without.
pub(super) fn date_time(text: &str, zoned: bool) -> bool {
    if zoned {
        text.parse::<DateTime>().is_ok()
    } else {
        text.parse::<LocalDateTime>().is_ok()
    }
}

/// Whether this is a UUID: 8-4-4-4-12 hexadecimal digits.
pub(super) fn uuid(text: &str) -> bool {
    text.parse::<Uuid>().is_ok()
}

/// Reads an integer: no fraction, no exponent, no `-0`. What is beyond `i128` is beyond any range.
pub(super) fn integer(token: &[u8]) -> Option<i128> {
    let (negative, digits) = match token {
        [b'-', digits @ ..] => (true, digits),
        _ => (false, token),
    };
    let plain = digits.iter().all(u8::is_ascii_digit);
    if !plain || digits.is_empty() || (negative && digits == b"0") {
        return None;
    }
    let value = digits.iter().fold(0_i128, |sum, byte| {
        sum.saturating_mul(10)
            .saturating_add(i128::from(byte - b'0'))
    });
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_change_what_is_too_large_or_too_long() {
        for (number, expected) in [
            ("9007199254740992", false),
            ("9007199254740993", true),
            ("-9007199254740993", true),
            ("0.30000000000000004", false),
            ("123456789.0123456789", true),
            ("0.00000000000000000001", false),
            ("1.00000000000000000000", false),
            ("1e300", false),
            ("1.234567890123456789E-7", true),
        ] {
            assert_eq!(is_unsafe(number.as_bytes()), expected, "{number}");
        }
    }

    #[test]
    fn integers_are_spelt_plainly() {
        assert_eq!(integer(b"-12"), Some(-12));
        assert_eq!(integer(b"0"), Some(0));
        assert_eq!(integer(&[b'9'; 60]), Some(i128::MAX));
        for text in ["-0", "1.0", "1e2", "", "-", "+1", "\"1\""] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }
}
