//! Stand-ins: text of the same shape as what it replaces, and always the same for the same text.
//!
//! Digits become digits, letters letters of their case, hexadecimal stays hexadecimal, dates stay
//! dates; punctuation and length stay. Which ones is drawn from SHA-256 over the text, so the same
//! account has the same stand-in wherever it shows, and nothing leads back, but for whoever can guess
//! the text and try: a salt of one's own prevents that.

use sha2::{Digest, Sha256};

/// Draws numbers from a text.
struct Draw<'a> {
    text: &'a [u8],
    salt: &'a str,
    block: [u8; 32],
    used: usize,
    round: u64,
}

impl<'a> Draw<'a> {
    fn new(text: &'a [u8], salt: &'a str) -> Self {
        Draw {
            text,
            salt,
            block: [0; 32],
            used: 32,
            round: 0,
        }
    }

    /// A number below `limit`, which is small.
    fn below(&mut self, limit: u8) -> u8 {
        if self.used == self.block.len() {
            let hash = Sha256::new()
                .chain_update(self.salt)
                .chain_update([0])
                .chain_update(self.round.to_be_bytes())
                .chain_update(self.text);
            self.block = hash.finalize().into();
            self.used = 0;
            self.round += 1;
        }
        self.used += 1;
        self.block[self.used - 1] % limit.max(1)
    }
}

/// A stand-in for text.
///
/// ```
/// let one = venue_capture::scrub::stand_in("Jane.Doe@example.com", "salt");
/// assert_eq!(one, venue_capture::scrub::stand_in("Jane.Doe@example.com", "salt"));
/// assert_eq!(one.find('@'), Some(8));
/// assert!(!one.contains("Jane") && one.len() == 20);
/// ```
pub fn stand_in(text: &str, salt: &str) -> String {
    let mut draw = Draw::new(text.as_bytes(), salt);
    if let Some(date) = date(text, &mut draw) {
        return date;
    }
    let letters = || text.chars().filter(|c| c.is_ascii_alphanumeric());
    let hexadecimal = letters().count() >= 8 && letters().all(|c| c.is_ascii_hexdigit());
    let number = text
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+'));
    // What tells a form rather than a person.
    let kept = [
        "0x", "https://", "http://", "wss://", "ws://", "Bearer ", "Basic ",
    ]
    .into_iter()
    .find(|start| text.starts_with(start))
    .unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    out.push_str(kept);
    let mut leading = true;
    for c in text[kept.len()..].chars() {
        let new = match c {
            // A number keeps its size and its zeros in front.
            '0' if number && leading => '0',
            '0'..='9' if number && leading => digit(1 + draw.below(9)),
            '0'..='9' => digit(draw.below(10)),
            'a'..='z' if hexadecimal => char::from(b'a' + draw.below(6)),
            'A'..='Z' if hexadecimal => char::from(b'A' + draw.below(6)),
            'A'..='Z' => char::from(b'A' + draw.below(26)),
            c if c.is_ascii() && !c.is_ascii_lowercase() => c,
            _ => char::from(b'a' + draw.below(26)),
        };
        leading &= !matches!(c, '1'..='9' | '.');
        out.push(new);
    }
    out
}

fn digit(value: u8) -> char {
    char::from(b'0' + value)
}

/// A stand-in for a number's token: as many digits, the same sign, point and exponent.
pub(super) fn number(token: &str, salt: &str) -> String {
    match token.split_once(['e', 'E']) {
        // Another exponent would be another size.
        Some((mantissa, _)) => format!("{}{}", stand_in(mantissa, salt), &token[mantissa.len()..]),
        None => stand_in(token, salt),
    }
}

/// A stand-in for `YYYY-MM-DD`, and for the time of day after it: another one that exists.
fn date(text: &str, draw: &mut Draw<'_>) -> Option<String> {
    let form = |text: &str, form: &str| {
        text.len() >= form.len()
            && text.bytes().zip(form.bytes()).all(|(b, f)| match f {
                b'0' => b.is_ascii_digit(),
                f => b == f,
            })
    };
    if !form(text, "0000-00-00") {
        return None;
    }
    let mut out = format!(
        "{}-{:02}-{:02}",
        1930 + u32::from(draw.below(70)),
        1 + draw.below(12),
        1 + draw.below(28)
    );
    let mut rest = &text[10..];
    if form(rest, "T00:00:00") {
        out.push_str(&format!(
            "T{:02}:{:02}:{:02}",
            draw.below(24),
            draw.below(60),
            draw.below(60)
        ));
        rest = &rest[9..];
    }
    // A fraction and a zone: which of them there are says nothing of a person.
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes_are_kept() {
        for (text, pattern) in [
            ("7", "9"),
            ("0042", "0099"),
            ("12.50", "99.99"),
            ("AbC-1", "XxX-9"),
            ("550e8400-e29b-41d4", "999x9999-x99x-99x9"),
            ("Bearer abc", "Bearer xxx"),
            ("Zoë", "Xxx"),
        ] {
            let new = stand_in(text, "");
            let seen: String = new
                .chars()
                .zip(pattern.chars())
                .map(|(c, p)| match p {
                    '9' if c.is_ascii_digit() || c.is_ascii_lowercase() && text.len() > 8 => '9',
                    'x' if c.is_ascii_lowercase() => 'x',
                    'X' if c.is_ascii_uppercase() => 'X',
                    _ => c,
                })
                .collect();
            assert_eq!(seen, pattern, "{text} became {new}");
        }
        let date = stand_in("1984-02-29T23:59:59.5Z", "");
        assert!(
            date.parse::<jiff::Timestamp>().is_ok() && date != "1984-02-29T23:59:59.5Z",
            "{date}"
        );
        assert_eq!(number("-1.5e10", "").len(), 7);
        assert_ne!(stand_in("secret", "a"), stand_in("secret", "b"));
    }

    proptest! {
        #[test]
        fn length_in_characters_stays(text in "\\PC{0,40}") {
            prop_assert_eq!(stand_in(&text, "").chars().count(), text.chars().count());
        }
    }
}
