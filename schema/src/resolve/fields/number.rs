//! Numbers as decimal text: JSON's grammar, and their order without rounding.

use std::cmp::Ordering;

/// Whether a text is a number in JSON's grammar.
pub(crate) fn is_number(text: &str) -> bool {
    parts(text).is_some()
}

/// Sign, digits without leading zeros, and the power of ten of the last digit.
struct Parts {
    negative: bool,
    digits: String,
    exponent: i64,
}

fn parts(text: &str) -> Option<Parts> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let sound = (1..=6).contains(&digits.len()) && all_digits(digits);
            (
                mantissa,
                sound.then(|| exponent.trim_start_matches('+').parse::<i64>().ok())??,
            )
        }
        None => (rest, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let digits = format!("{whole}{fraction}")
        .trim_start_matches('0')
        .to_owned();
    let exponent = exponent - i64::try_from(fraction.len()).ok()?;
    Some(Parts {
        negative,
        digits,
        exponent,
    })
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Order of two numbers; what is not a number equals everything.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (Some(a), Some(b)) = (parts(a), parts(b)) else {
        return Ordering::Equal;
    };
    let sign = |parts: &Parts| match (parts.digits.is_empty(), parts.negative) {
        (true, _) => 0,
        (false, true) => -1,
        (false, false) => 1,
    };
    match sign(&a).cmp(&sign(&b)) {
        Ordering::Equal if sign(&a) < 0 => magnitude(&b, &a),
        Ordering::Equal => magnitude(&a, &b),
        different => different,
    }
}

fn magnitude(a: &Parts, b: &Parts) -> Ordering {
    if a.digits.is_empty() || b.digits.is_empty() {
        return b.digits.is_empty().cmp(&a.digits.is_empty());
    }
    let order = |parts: &Parts| parts.exponent + parts.digits.len() as i64;
    order(a).cmp(&order(b)).then_with(|| {
        let (a, b) = (
            a.digits.trim_end_matches('0'),
            b.digits.trim_end_matches('0'),
        );
        a.cmp(b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_exactly() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("1", "1.00", Equal),
            ("0", "-0", Equal),
            ("1e2", "100", Equal),
            ("0.1", "0.09", Greater),
            ("-2", "-1", Less),
            ("-1", "0", Less),
            ("18446744073709551615", "18446744073709551616", Less),
            ("1e-8", "0.00000001", Equal),
            ("9", "10", Less),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
            assert_eq!(compare(b, a), expected.reverse(), "{b} {a}");
        }
        for text in [
            "",
            "-",
            "01",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "NaN",
            "1 ",
            "0x1",
            "1e9999999",
        ] {
            assert!(!is_number(text), "{text}");
        }
    }
}
