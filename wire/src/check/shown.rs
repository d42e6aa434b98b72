//! What text of a capture may be shown: the one rule, for whoever prints any of it.
//!
//! A value is shown that is a number, a date or time, or a few plain words, as APIs use them for values,
//! codes and names. Whatever may be a key, a token, an address, a hash or somebody's data is not: it is
//! told by its length. So is a name that is not plain. What a spec itself lists needs no rule.

use std::borrow::Cow;

/// Most characters of a plain text, and of one word of it.
const LONGEST: usize = 40;
const WORD: usize = 16;
/// Most digits beside letters: `depth1000`, not `canary_12345`.
const DIGITS: usize = 4;
/// What is no longer than this hides nothing: `?`, `[]`.
const SHORT: usize = 2;
/// From so many characters on, a word of hexadecimal digits is none.
const HEXADECIMAL: usize = 8;

/// Whether a string may be shown as it is.
///
/// ```
/// use venue_wire::check::shown;
///
/// assert!(["POST_ONLY", "btcusd", "1e-8", "2024-05-01 12:00"].iter().all(|it| shown::value(it)));
/// assert!(["sk_live_4eC39HqLyjWD", "hunter2hunter2", "me@example.com"].iter().all(|it| !shown::value(it)));
/// ```
pub fn value(text: &str) -> bool {
    let sounds_secret = || {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_ascii_lowercase();
        let parts = [
            "secret",
            "token",
            "passw",
            "credential",
            "bearer",
            "apikey",
            "privatekey",
        ];
        parts.iter().any(|part| plain.contains(part))
            || words(text).any(|it| it.eq_ignore_ascii_case("key"))
    };
    let is_short = || text.len() <= SHORT && text.bytes().all(|b| (b' '..0x7f).contains(&b));
    text.len() <= LONGEST
        && (is_short() || is_number(text) || is_time(text) || (name(text) && !sounds_secret()))
}

/// Whether the name of a member, a parameter, a host or a path may be shown as it is. It may name a
/// secret.
pub fn name(text: &str) -> bool {
    let digits = || text.bytes().filter(u8::is_ascii_digit).count();
    text.len() <= LONGEST
        && (digits() <= DIGITS || is_number(text))
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || is_between(b))
        && words(text).all(is_word)
        // What testers plant.
        && !text.to_ascii_lowercase().contains("canary")
}

/// A string as it may be shown: in quotes, or told by its length.
pub fn quoted(text: &str) -> Cow<'static, str> {
    match value(text) {
        true => format!("\"{text}\"").into(),
        false => told(text),
    }
}

/// What stands in place of a string that is not shown.
pub fn told(text: &str) -> Cow<'static, str> {
    match text.chars().count() {
        1 => "a string of one character".into(),
        count => format!("a string of {count} characters").into(),
    }
}

/// A name as it may be shown: as it is, or `«9 characters»`.
pub fn named(text: &str) -> Cow<'_, str> {
    match name(text) {
        true => text.into(),
        false => masked(text).into(),
    }
}

/// What stands in place of a name that is not shown: `«9 characters»`.
pub fn masked(text: &str) -> String {
    match text.chars().count() {
        1 => "«1 character»".to_owned(),
        count => format!("«{count} characters»"),
    }
}

fn is_between(byte: u8) -> bool {
    b"_-./: ".contains(&byte)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_ascii() && is_between(c as u8));
    words.filter(|word| !word.is_empty())
}

/// Letters, digits, or the one after the other, in no random order: `depth20`, `1min`, `postOnly`.
fn is_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    let changes = |of: fn(&[u8]) -> bool| bytes.windows(2).filter(|pair| of(pair)).count();
    let kinds = 1 + changes(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit());
    // Random letters have more capitals than `postOnly`.
    let humps = 1 + changes(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_hexadecimal = bytes.iter().all(u8::is_ascii_hexdigit);
    let in_order = kinds <= 2 && (humps == 1 || bytes.len() >= 3 * humps - 1);
    bytes.len() <= WORD
        && (in_order || bytes.len() <= 3)
        && !(is_hexadecimal && bytes.len() >= HEXADECIMAL)
}

/// A number however it is written: `-1.5E+3`, `1,000.00`, `12%`.
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    fn unsigned(text: &str) -> &str {
        text.strip_prefix(['-', '+']).unwrap_or(text)
    }
    let is = |text: &str, others: &str| {
        text.chars().any(|c| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || others.contains(c))
    };
    is(unsigned(mantissa), ".,_'%") && is(unsigned(exponent), "")
}

/// Numbers and names of which dates and times are made, whatever their order.
fn is_time(text: &str) -> bool {
    const NAMES: &str = " t z utc gmt am pm mon tue wed thu fri sat sun \
        jan feb mar apr may jun jul aug sep oct nov dec ";
    let (mut years, mut runs, mut fraction) = (0, 0, false);
    let kind = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_alphabetic());
    for run in text.as_bytes().chunk_by(|a, b| kind(*a) == kind(*b)) {
        // It is ASCII, or it is none of these.
        let part = std::str::from_utf8(run).unwrap_or("?");
        let fits = match kind(run[0]) {
            (true, _) => {
                runs += 1;
                years += usize::from(run.len() == 4);
                matches!(run.len(), 1 | 2 | 4) || (fraction && run.len() <= 9)
            }
            (_, true) => NAMES.contains(&format!(" {} ", part.to_ascii_lowercase())),
            _ => part.chars().all(|c| "-/.:,+ ".contains(c)),
        };
        if !fits {
            return false;
        }
        fraction = part == "." && runs >= 3;
    }
    // A zone has four digits too.
    (2..=9).contains(&runs) && years <= if text.contains(['+', '-']) { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_findings_are_about_is_shown() {
        for text in [
            "POST_ONLY",
            "Buy",
            "btcusd",
            "BTC-USD",
            "ETH/USDT",
            "orderbook.sfox.btcusd",
            "orderbook.net.sfox.btcusd",
            "insufficient funds",
            "INSUFFICIENT_AVAILABLE_BALANCE",
            "invalid currency_pair: undefined",
            "post-only",
            "trade.depth20",
            "L2",
            "1min",
            "v1",
            "p2p",
            "",
            "x",
            "clientOrderId",
            "HTTPServer",
            "0",
            "-1.5",
            "1e-8",
            "1.5E+3",
            "1,000.00",
            "12.5%",
            "18446744073709551616",
            "NaN",
            "?",
            "[]",
            "2024-05-01",
            "2024-05-01T12:00:00.123456789Z",
            "2024-05-01 12:00",
            "01/05/2024",
            "12:30:15",
            "Wed, 01 May 2024 12:00:00 GMT",
            "2024-05-01T12:00:00+0200",
            "2024-05-01T12:00:00.5+02:00",
        ] {
            assert!(value(text), "{text}");
        }
        for text in [
            "depth",
            "token",
            "client_secret",
            "apiKey",
            "X-Api-Key",
            "/v1/orders",
            "api.example.com",
        ] {
            assert!(name(text), "{text}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not() {
        for text in [
            "CANARY-7f3a9c1e",
            "CANARY_SECRET_12345",
            "canary_s3cr3t_value",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "c4n4ry-5f2d8e90ab",
            "hunter2hunter2",
            "s3cr3t",
            "3f2b8c1e-0d4a-4c7b-9a52-6e1f0c9d8b7a",
            "jane.doe@example.com",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w",
            "deadbeefcafebabe",
            "dGVzdHNlY3JldA",
            "AbCdEfGh",
            "415-555-0100",
            "+1 415 555 0100",
            "123-45-6789",
            "4111-1111-1111-1111",
            "ключ",
            "<b>",
            "a\u{1b}[31m",
            "my password",
            "PRIVATE_KEY",
            "x=1",
            "Bearer abc",
            "a free text in which a client may say whatever it likes",
            "verylongwordwithoutend",
        ] {
            assert!(!value(text), "{text}");
        }
        for text in [
            "CANARY_FIELD",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "hunter2hunter2",
            "jane@example.com",
        ] {
            assert!(!name(text), "{text}");
        }
    }
}
