//! Where a text has its quotes, commas and closing brackets, a bit for each byte.
//!
//! What is found with these takes no branch that depends on how long a name or value is.

use super::simd::{self, Task, WIDE, Wide};

/// Longer texts are not marked.
const LONGEST: usize = 64 << 10;

/// Bytes of bits that are read at once.
const WORD: usize = size_of::<u64>();

/// The marks of one text.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    quotes: Vec<u8>,
    /// Commas, closing braces and brackets, in strings as well.
    stops: Vec<u8>,
    /// They are those of the text at hand, in which each quote starts or ends a string.
    are_set: bool,
}

impl Marks {
    /// Marks a text of which all bytes are plain: no escape, no control character, nothing that is not ASCII.
    /// Of another, there are no marks.
    pub(super) fn set(&mut self, text: &[u8]) {
        self.are_set = text.len() <= LONGEST && simd::widest(Fill { marks: self, text });
    }

    /// There are none.
    pub(super) fn unset(&mut self) {
        self.are_set = false;
    }

    pub(super) fn are_set(&self) -> bool {
        self.are_set
    }

    /// Where the first quote is from `at` on.
    #[inline(always)]
    pub(super) fn quote(&self, at: usize) -> Option<usize> {
        first(word(&self.quotes, at), at)
    }

    /// Where a string, or any other scalar, ends that starts at `at`: with the next quote, or before the next
    /// comma or closing bracket. None if it is long.
    #[inline(always)]
    pub(super) fn scalar_end(&self, at: usize) -> Option<usize> {
        let (quotes, stops) = (word(&self.quotes, at), word(&self.stops, at));
        // Whether it is a string no processor foretells: there is no branch on it.
        let quoted = quotes & 1;
        let in_string = quoted.wrapping_neg();
        let end = first((quotes & !1 & in_string) | (stops & !in_string), at)?;
        Some(end + quoted as usize)
    }
}

/// Bits from that of `at` on; at least 57 count.
#[inline(always)]
fn word(bits: &[u8], at: usize) -> u64 {
    let bits = bits.get(at / 8..at / 8 + WORD);
    let word = bits.and_then(|bits| bits.first_chunk().copied());
    word.map_or(0, u64::from_le_bytes) >> (at % 8)
}

#[inline(always)]
fn first(word: u64, at: usize) -> Option<usize> {
    (word != 0).then(|| at + word.trailing_zeros() as usize)
}

struct Fill<'m, 't> {
    marks: &'m mut Marks,
    text: &'t [u8],
}

impl Task for Fill<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Wide>(self) -> bool {
        let Marks { quotes, stops, .. } = self.marks;
        let (blocks, rest) = self.text.as_chunks::<WIDE>();
        let len = (blocks.len() + 1) * (WIDE / 8) + WORD;
        quotes.resize(len, 0);
        stops.resize(len, 0);
        let mut last = [b' '; WIDE];
        last[..rest.len()].copy_from_slice(rest);
        let parts = quotes.as_chunks_mut::<4>().0.iter_mut();
        let parts = parts.zip(stops.as_chunks_mut::<4>().0);
        let mut odd = 0;
        for (block, (quotes, stops)) in blocks.iter().chain([&last]).zip(parts) {
            let quoted = V::is(block, b'"');
            odd |= V::stops(block) ^ quoted;
            *quotes = quoted.to_le_bytes();
            let closes = V::is(block, b'}') | V::is(block, b']');
            *stops = (V::is(block, b',') | closes).to_le_bytes();
        }
        // What an earlier text left behind this one.
        for bits in [quotes, stops] {
            bits[len - WORD..].fill(0);
        }
        odd == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn what_is_marked_is_found() {
        let mut marks = Marks::default();
        for len in [1, 31, 32, 33, 64, 200] {
            // A longer text first, whose marks must not stay.
            for text in ["\",}x]".repeat(len), "x".repeat(len)] {
                marks.set(text.as_bytes());
                assert!(marks.are_set());
                for at in 0..text.len() + 100 {
                    let found = |wanted: &[u8]| {
                        let rest = text.as_bytes().get(at..).unwrap_or_default();
                        let found = rest.iter().position(|byte| wanted.contains(byte));
                        found.map(|found| at + found)
                    };
                    assert_eq!(marks.quote(at), found(b"\""), "{text} {at}");
                    let end = match text.as_bytes().get(at) {
                        Some(b'"') => marks.quote(at + 1).map(|quote| quote + 1),
                        _ => found(b",}]"),
                    };
                    assert_eq!(marks.scalar_end(at), end, "{text} {at}");
                }
            }
        }
    }

    #[test]
    fn odd_texts_have_no_marks() {
        let mut marks = Marks::default();
        for odd in ["\\", "é", "\n", "\u{7f}\0"] {
            for place in [0, 31, 32, 63, 64, 70] {
                marks.set(format!("{}{odd}{}", "x".repeat(place), "y".repeat(5)).as_bytes());
                assert!(!marks.are_set(), "{odd:?} {place}");
            }
        }
    }
}
