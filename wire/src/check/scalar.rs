//! Judging the text of one scalar, exactly.

use std::cmp::Ordering;

/// An exact decimal: the digits as one integer, times ten to the scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    negative: bool,
    mantissa: u128,
    scale: i32,
}

const MAX_DIGITS: usize = 38;
const MAX_EXPONENT: i32 = 999;

/// Reads a decimal in JSON's grammar; says what is wrong otherwise.
pub(super) fn decimal(text: &[u8]) -> Result<Exact, &'static str> {
    if super::grammar::number(text, 0).ok() != Some(text.len()) {
        return Err("not a decimal as JSON spells numbers");
    }
    let negative = text.first() == Some(&b'-');
    let letter = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, exponent) = match letter {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b"0"[..]),
    };
    let point = digits
        .iter()
        .position(|&byte| byte == b'.')
        .unwrap_or(digits.len());
    let fraction = digits.len() - digits.len().min(point + 1);
    let significant = digits.iter().filter(|byte| byte.is_ascii_digit());
    let significant = || significant.clone().skip_while(|&&byte| byte == b'0');
    if significant().count() > MAX_DIGITS {
        return Err("a decimal with more than 38 significant digits");
    }
    let exponent = exponent
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0_i32, |sum, byte| {
            sum.saturating_mul(10)
                .saturating_add(i32::from(byte - b'0'))
        })
        * if exponent.first() == Some(&b'-') {
            -1
        } else {
            1
        };
    if exponent.abs() > MAX_EXPONENT || fraction > MAX_EXPONENT as usize {
        return Err("a decimal with an exponent beyond 999");
    }
    let mantissa = significant().fold(0, |sum, byte| sum * 10 + u128::from(byte - b'0'));
    Ok(Exact {
        negative,
        mantissa,
        scale: exponent - fraction as i32,
    })
}

impl Exact {
    pub(super) fn compare(&self, other: &Exact) -> Ordering {
        let below_zero = |one: &Exact| one.negative && one.mantissa != 0;
        match (below_zero(self), below_zero(other)) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    fn compare_magnitude(&self, other: &Exact) -> Ordering {
        if self.mantissa == 0 || other.mantissa == 0 || self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        // Unless the first digits stand at the same place, that decides; if they do, the one of
        // the larger scale has room to be stretched.
        let head = |one: &Exact| one.mantissa.ilog10() as i32 + one.scale;
        head(self).cmp(&head(other)).then_with(|| {
            let stretch =
                |one: &Exact, to: i32| one.mantissa * 10_u128.pow((one.scale - to) as u32);
            let to = self.scale.min(other.scale);
            stretch(self, to).cmp(&stretch(other, to))
        })
    }
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

/// Whether this is `YYYY-MM-DDTHH:MM:SS[.f{1,9}]`, with `Z` or `±HH:MM` after it if zoned: a real
/// date and time.
pub(super) fn date_time(text: &[u8], zoned: bool) -> bool {
    let number = |at: usize, len: usize| {
        let digits = text.get(at..at + len)?;
        digits.iter().try_fold(0_u32, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + u32::from(byte - b'0'))
        })
    };
    let below = |at: usize, limit: u32| number(at, 2).is_some_and(|number| number < limit);
    let is = |at: usize, byte: u8| text.get(at) == Some(&byte);
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 2), number(8, 2)) else {
        return false;
    };
    let date = is(4, b'-') && is(7, b'-') && is(10, b'T') && (1..=days(year, month)).contains(&day);
    let time = below(11, 24) && is(13, b':') && below(14, 60) && is(16, b':') && below(17, 60);
    if !(date && time) {
        return false;
    }
    let mut at = 19;
    if is(at, b'.') {
        let digits = text[at + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if !(1..=9).contains(&digits) {
            return false;
        }
        at += 1 + digits;
    }
    match (&text[at..], zoned) {
        ([], false) | ([b'Z'], true) => true,
        ([b'+' | b'-', _, _, b':', _, _], true) => below(at + 1, 24) && below(at + 4, 60),
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

/// Whether this is a UUID: 8-4-4-4-12 hexadecimal digits.
pub(super) fn uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_compared_by_value() {
        let rising = [
            "-1e999",
            "-12.5",
            "-12.49",
            "-1e-8",
            "0",
            "1e-999",
            "0.00000001",
            "9.99e-8",
            "1e-7",
            "1",
            "1.00000000000000000001",
            "99999999999999999999999999999999999999",
            "100e36",
            "1e999",
        ];
        for (i, a) in rising.iter().enumerate() {
            for (j, b) in rising.iter().enumerate() {
                let [a, b] = [a, b].map(|text| decimal(text.as_bytes()).unwrap());
                assert_eq!(a.compare(&b), i.cmp(&j), "{a:?} {b:?}");
            }
        }
        for (a, b) in [("0", "-0.0"), ("1.50", "15e-1"), ("0.0000001", "1E-07")] {
            let [a, b] = [a, b].map(|text| decimal(text.as_bytes()).unwrap());
            assert_eq!(a.compare(&b), Ordering::Equal);
        }
    }

    #[test]
    fn decimals_have_limits() {
        let digits = "1".repeat(39);
        for text in [
            &digits,
            "1e1000",
            "1e99999999999999999999",
            "",
            "-",
            "1.",
            " 1",
            "0x1",
            "NaN",
        ] {
            assert!(decimal(text.as_bytes()).is_err(), "{text}");
        }
        assert!(decimal(format!("0.{}{}", "0".repeat(40), "1".repeat(38)).as_bytes()).is_ok());
    }

    #[test]
    fn times_are_real() {
        for text in [
            "2018-08-16T17:34:21.000Z",
            "2024-02-29T00:00:00+05:30",
            "2000-02-29T23:59:59.1Z",
        ] {
            assert!(date_time(text.as_bytes(), true), "{text}");
            assert!(!date_time(text.as_bytes(), false), "{text}");
        }
        assert!(date_time(b"2018-08-16T17:34:21.123456789", false));
        for text in [
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2018-13-01T00:00:00Z",
            "2018-00-01T00:00:00Z",
            "2018-08-16T24:00:00Z",
            "2018-08-16T17:60:00Z",
            "2018-08-16 17:34:21Z",
            "2018-08-16T17:34:21",
            "2018-08-16T17:34:21.Z",
            "2018-08-16T17:34:21.1234567890Z",
            "2018-08-16T17:34:21z",
            "2018-08-16T17:34:21+0530",
            "2018-08-16T17:34:21+24:00",
            "2018-08-16T17:34:21Zx",
            "",
        ] {
            assert!(!date_time(text.as_bytes(), true), "{text}");
        }
    }
}
