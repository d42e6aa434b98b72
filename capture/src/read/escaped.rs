//! Strings of JSON: where they end, and what they say.
//!
//! A body in a HAR file is JSON within JSON, with a backslash every few bytes. What is fast for long
//! runs is slow there: so this goes by words of eight bytes.

/// What came of a string.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Escaped {
    /// Its content is whole; the closing quote is before this byte.
    Ends(usize),
    /// The text ends before it does.
    Cut,
    /// An escape that JSON does not have, or half a surrogate pair.
    Bad,
}

/// The content of a string. A buffer that is used again.
#[derive(Default)]
pub(super) struct Content {
    /// Longer than the content, so that whole words can be written.
    buffer: Vec<u8>,
    length: usize,
}

/// More memory than this is given back before the next string.
const KEPT: usize = 1 << 20;
const WORD: usize = 8;
/// So much text is taken before room is looked for again.
const PIECE: usize = 4096;
const LOW: u64 = u64::from_ne_bytes([1; WORD]);
const HIGH: u64 = LOW << 7;

impl Content {
    /// The bytes; a copy, unless they are many.
    pub(super) fn bytes(&mut self) -> Vec<u8> {
        if self.length <= KEPT {
            return self.buffer[..self.length].to_vec();
        }
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.truncate(std::mem::take(&mut self.length));
        bytes
    }

    /// Takes the content of a string, from behind its opening quote. Whether it is UTF-8 is not looked at.
    pub(super) fn take(&mut self, text: &[u8]) -> Escaped {
        self.length = 0;
        if self.buffer.len() > KEPT {
            self.buffer = Vec::new();
        }
        let mut at = 0;
        while at < text.len() {
            // What is said is no longer than how; words are written whole.
            let room = self.length + PIECE + 3 * WORD;
            if self.buffer.len() < room {
                let most = text.len() + PIECE + 3 * WORD;
                let room = room.next_power_of_two().min(most);
                self.buffer.resize(room, 0);
            }
            let end = text.len().min(at + PIECE);
            while at < end {
                let run = match text[at..].first_chunk::<{ 2 * WORD }>() {
                    Some(words) => {
                        let to = &mut self.buffer[self.length..self.length + 2 * WORD];
                        to.copy_from_slice(words);
                        special_in_two(words)
                    }
                    None => {
                        self.buffer[self.length] = text[at];
                        usize::from(!matches!(text[at], b'"' | b'\\'))
                    }
                };
                at += run;
                self.length += run;
                match text.get(at) {
                    Some(b'"') => return Escaped::Ends(at + 1),
                    Some(b'\\') => match text.get(at + 1) {
                        Some(byte @ (b'"' | b'\\')) => {
                            self.buffer[self.length] = *byte;
                            self.length += 1;
                            at += 2;
                        }
                        _ => match self.escape(&text[at + 1..]) {
                            Ok(used) => at += 1 + used,
                            Err(what) => return what,
                        },
                    },
                    // The next words.
                    _ => {}
                }
            }
        }
        Escaped::Cut
    }

    /// Adds what an escape stands for, of which `text` is what comes after the backslash.
    fn escape(&mut self, text: &[u8]) -> Result<usize, Escaped> {
        let byte = match text.first().ok_or(Escaped::Cut)? {
            byte @ (b'"' | b'\\' | b'/') => *byte,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 0x08,
            b'f' => 0x0c,
            b'u' => return self.unicode(&text[1..]),
            _ => return Err(Escaped::Bad),
        };
        self.buffer[self.length] = byte;
        self.length += 1;
        Ok(1)
    }

    /// The same of a `\u`.
    fn unicode(&mut self, text: &[u8]) -> Result<usize, Escaped> {
        let first = hex(text)?;
        let (code, used) = match first {
            0xd800..0xdc00 => {
                let rest = &text[4..];
                match rest.len() {
                    0 => return Err(Escaped::Cut),
                    1 if rest[0] == b'\\' => return Err(Escaped::Cut),
                    _ => {}
                }
                let rest = rest.strip_prefix(b"\\u").ok_or(Escaped::Bad)?;
                let second = hex(rest)?;
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
                let low = low.ok_or(Escaped::Bad)?;
                (0x10000 + (first - 0xd800) * 0x400 + low, 11)
            }
            code => (code, 5),
        };
        // Half a pair is no character.
        let character = char::from_u32(code).ok_or(Escaped::Bad)?;
        let to = &mut self.buffer[self.length..];
        self.length += character.encode_utf8(to).len();
        Ok(used)
    }
}

/// The number that four digits stand for.
fn hex(text: &[u8]) -> Result<u32, Escaped> {
    let digits = text.first_chunk::<4>().ok_or(Escaped::Cut)?;
    digits.iter().try_fold(0, |number, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(Escaped::Bad)?;
        Ok(number * 16 + digit)
    })
}

/// Where the first quote or backslash of a word is.
fn special_in(word: u64) -> Option<usize> {
    // The lowest bit that is set is that of the first byte which is zero.
    let zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let quote = zero(word ^ (LOW * u64::from(b'"')));
    let found = quote | zero(word ^ (LOW * u64::from(b'\\')));
    (found != 0).then(|| found.trailing_zeros() as usize / WORD)
}

/// The same of two words: 16 if there is none.
fn special_in_two(words: &[u8; 2 * WORD]) -> usize {
    let both = u128::from_le_bytes(*words);
    special_in(both as u64)
        .or_else(|| special_in((both >> 64) as u64).map(|at| WORD + at))
        .unwrap_or(2 * WORD)
}

/// Where the first quote or backslash of a text is. It is mostly near, and a call of `memchr` takes
/// longer than some words.
pub(super) fn special(text: &[u8]) -> Option<usize> {
    const NEAR: usize = 4;
    let (words, _) = text.as_chunks::<WORD>();
    for (index, word) in words.iter().take(NEAR).enumerate() {
        if let Some(at) = special_in(u64::from_le_bytes(*word)) {
            return Some(index * WORD + at);
        }
    }
    let far = words.len().min(NEAR) * WORD;
    memchr::memchr2(b'"', b'\\', &text[far..]).map(|at| far + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_or_backslash_is_found_wherever_it_stands() {
        for length in 1..80 {
            for at in 0..length {
                for found in [b'"', b'\\'] {
                    // Bytes that differ from a quote in one bit, and a second match after the first.
                    let mut text = vec![b'"' ^ 0x80; length];
                    text[length - 1] = b'"';
                    text[at] = found;
                    assert_eq!(special(&text), Some(at), "{length}");
                }
            }
            assert_eq!(special(&vec![b'#'; length]), None);
        }
    }

    #[test]
    fn strings_say_what_serde_json_says_wherever_they_are_cut() {
        let mut content = Content::default();
        let long = "x".repeat(5000) + "\\n";
        for text in [
            "",
            "plain",
            r#"{\"a\":[1,\"b\\c\"]}"#,
            r"\b\f\n\r\t\/\\",
            r"\u00e9 é \ud83d\ude00 \u0000",
            r"1234567\n\u20ac12345678\\",
            &long,
            r"\ud83d",
            r"\ud83dx",
            r"\ud83d\n",
            r"\ud83dA",
            r"\ude00",
            r"\x",
            r"\u12g4",
        ] {
            let quoted = format!("\"{text}\"");
            let wanted: Option<String> = serde_json::from_str(&quoted).ok();
            let rest = format!("{text}\", \"after\": \"it\"");
            match content.take(rest.as_bytes()) {
                Escaped::Ends(at) => {
                    assert_eq!(at, text.len() + 1);
                    let said = String::from_utf8(content.bytes()).ok();
                    assert_eq!(said, wanted, "{text}");
                }
                Escaped::Bad => assert_eq!(wanted, None, "{text}"),
                Escaped::Cut => panic!("{text}"),
            }
            for cut in 0..text.len() {
                let taken = content.take(&text.as_bytes()[..cut]);
                assert!(!matches!(taken, Escaped::Ends(_)), "{text} cut at {cut}");
                assert!(
                    wanted.is_none() || taken == Escaped::Cut,
                    "{text} cut at {cut}"
                );
            }
        }
    }
}
