//! Digits read eight at a time: a loop that ends after as many steps as a number has digits is
//! guessed wrongly at each price, which costs more than its steps.

/// Ten to the number of digits of a word.
const POWERS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The end of the digits that stand from `at` on, and `before` with them appended. What is more than
/// a `u64` holds is lost: the caller counts.
#[inline]
pub(crate) fn append(bytes: &[u8], mut at: usize, mut before: u64) -> (usize, u64) {
    loop {
        let word = eight(bytes, at);
        let count = count(word);
        if count == 0 {
            return (at, before);
        }
        let more = before.wrapping_mul(POWERS[count]);
        before = more.wrapping_add(value(word, count));
        at += count;
        if count < 8 {
            return (at, before);
        }
    }
}

/// The end of the digits that stand from `at` on.
#[inline]
pub(crate) fn end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let count = count(eight(bytes, at));
        at += count;
        if count < 8 {
            return at;
        }
    }
}

/// The eight bytes from `at` on, the first one lowest; zeros behind the end.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => few(rest),
    }
}

/// Less than eight bytes.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    let length = bytes.len();
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            // What stands in both is the same.
            u64::from(first) | u64::from(last) << (8 * (length - 4))
        }
        _ => match *bytes {
            [a, b, c] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
            [a, b] => u64::from(a) | u64::from(b) << 8,
            [a] => u64::from(a),
            _ => 0,
        },
    }
}

/// How many of the bytes are digits, from the lowest on.
#[inline]
fn count(word: u64) -> usize {
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let values = word ^ 0x3030_3030_3030_3030;
    // From 10 on, and no carry from byte to byte.
    let others = (((values & !HIGHS) + 0x7676_7676_7676_7676) | values) & HIGHS;
    others.trailing_zeros() as usize / 8
}

/// What the lowest bytes say, of which there are one to eight, and all digits.
#[inline]
fn value(word: u64, count: usize) -> u64 {
    // The last digit highest, and zeros before the first.
    let digits = (word ^ 0x3030_3030_3030_3030) << (64 - 8 * count);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    const MASK: u64 = 0x0000_00ff_0000_00ff;
    let even = (pairs & MASK).wrapping_mul(100 + (1_000_000 << 32));
    let odd = ((pairs >> 16) & MASK).wrapping_mul(1 + (10_000 << 32));
    even.wrapping_add(odd) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_wherever_they_end() {
        let digits = "9081726354453627180";
        for start in 0..digits.len() {
            for length in 0..=digits.len() - start {
                for behind in ["", ",", ".", "e", "/", ":", "\u{ba}", "}}", "x12345678"] {
                    let text = format!("{}{behind}", &digits[start..start + length]);
                    let expected = text[..length].parse().unwrap_or(0);
                    let found = append(text.as_bytes(), 0, 0);
                    assert_eq!(found, (length, expected), "{text}");
                    assert_eq!(end(text.as_bytes(), 0), length, "{text}");
                }
            }
        }
        assert_eq!(append(b"12.34", 3, 12), (5, 1234));
        assert_eq!(append(b"12", 7, 5), (7, 5));
    }
}
