//! Judging the text of one scalar, exactly: what the wire types take is what is right.

use crate::decimal::{Decimal, DecimalErrorKind};
use crate::form::Number;
use crate::time::{DateTime, LocalDateTime};
use crate::uuid::Uuid;

/// Reads a decimal in JSON's grammar; says what is wrong otherwise.
pub(super) fn decimal(text: &str) -> Result<Decimal, &'static str> {
    text.parse::<Decimal<Number>>()
        .map_err(|error| match error.kind() {
            DecimalErrorKind::Syntax => "not a decimal as JSON spells numbers",
            DecimalErrorKind::TooManyDigits => "a decimal with more than 38 significant digits",
            DecimalErrorKind::ExponentOutOfRange => "a decimal with an exponent beyond 999",
            DecimalErrorKind::TooLong => "a decimal with more than 999 digits after the point",
        })
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
    fn integers_are_spelt_plainly() {
        assert_eq!(integer(b"-12"), Some(-12));
        assert_eq!(integer(b"0"), Some(0));
        assert_eq!(integer(&[b'9'; 60]), Some(i128::MAX));
        for text in ["-0", "1.0", "1e2", "", "-", "+1", "\"1\""] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }
}
