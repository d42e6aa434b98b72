//! Strings.

use super::super::literal;
use super::super::simd::Chunk;
use super::super::table::{NONE, Slots, Text};
use super::{CHUNK, Engine, Watch, grammar};

impl<W: Watch> Engine<'_, W> {
    /// Any string.
    #[inline(always)]
    pub(super) fn string(&self, at: usize) -> Option<usize> {
        match self.short_string(at) {
            Some(end) => Some(end),
            None => self.long_string(at),
        }
    }

    /// A string of plain ASCII without escapes that is within sixteen bytes.
    #[inline(always)]
    fn short_string(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes(at);
        let stops = Chunk::new(bytes).stops();
        // If the first is the opening quote, the second is the closing one.
        let stop = (stops & stops.wrapping_sub(1)).trailing_zeros() as usize;
        let quoted = bytes[0] == b'"' && bytes.get(stop) == Some(&b'"');
        quoted.then_some(at + stop + 1)
    }

    #[inline(never)]
    fn long_string(&self, at: usize) -> Option<usize> {
        match self.long_ascii_string(at) {
            Some(end) => Some(end),
            None if self.byte(at) == b'"' => grammar::string(self.json, at).ok(),
            None => None,
        }
    }

    /// A string of plain ASCII without escapes.
    #[inline(always)]
    pub(super) fn ascii_string(&self, at: usize) -> Option<usize> {
        match self.short_string(at) {
            Some(end) => Some(end),
            None => self.long_ascii_string(at),
        }
    }

    /// The same, sixteen bytes after sixteen.
    #[inline(never)]
    fn long_ascii_string(&self, at: usize) -> Option<usize> {
        if self.byte(at) != b'"' {
            return None;
        }
        let mut from = at + 1;
        loop {
            let bytes = self.bytes(from);
            let stops = Chunk::new(bytes).stops();
            if stops != 0 {
                let stop = stops.trailing_zeros() as usize;
                return (bytes[stop % CHUNK] == b'"').then_some(from + stop + 1);
            }
            from += CHUNK;
        }
    }

    #[inline(never)]
    pub(super) fn sized_string(&self, size: u32, at: usize) -> Option<usize> {
        let end = self.string(at)?;
        if size == NONE {
            return Some(end);
        }
        let size = self.tables.size(size);
        let characters = characters(&self.json[at + 1..end - 1]);
        (size.min as usize..=size.max as usize)
            .contains(&characters)
            .then_some(end)
    }

    /// Which of some literals stands from `at` to `end`.
    #[inline(always)]
    pub(super) fn lookup(
        &self,
        slots: Slots,
        at: usize,
        end: usize,
        literal: impl Fn(usize) -> Text,
    ) -> Option<usize> {
        if slots.shift == 0 {
            return None;
        }
        let len = end - at;
        let size = 1 << (64 - u32::from(slots.shift));
        let table = self.tables.slots.get(slots.first as usize..)?.get(..size)?;
        let mut slot = literal::slot(literal::head(self.bytes(at), len), len, slots);
        loop {
            let index = usize::from(*table.get(slot)?).checked_sub(1)?;
            let text = literal(index);
            if text.len as usize == len && self.is_whole(at, text) {
                return Some(index);
            }
            slot = (slot + 1) & (table.len() - 1);
        }
    }

    /// Whether a literal stands at `at`.
    #[inline(always)]
    pub(super) fn is_whole(&self, at: usize, text: Text) -> bool {
        let from = text.at as usize;
        let Some(literal) = self.pool.get(from..).and_then(|rest| rest.first_chunk()) else {
            // The pool ends with a chunk of padding; tables from elsewhere may not.
            return false;
        };
        let want = if text.len < CHUNK as u32 {
            (1 << text.len) - 1
        } else {
            0xffff
        };
        self.chunk(at).same(Chunk::new(literal)) & want == want
            && (text.len as usize <= CHUNK || self.rest_is(at, text))
    }

    /// `8-4-4-4-12` hexadecimal digits in quotes.
    #[inline(never)]
    pub(super) fn uuid(&self, at: usize) -> Option<usize> {
        let quoted: &[u8; 38] = self.json.get(at..)?.first_chunk()?;
        let right = quoted.iter().enumerate().all(|(place, byte)| match place {
            0 | 37 => *byte == b'"',
            9 | 14 | 19 | 24 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        right.then_some(at + 38)
    }
}

/// The number of characters of a valid string's inner text.
fn characters(inner: &[u8]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while let Some(&byte) = inner.get(at) {
        at += match (byte, inner.get(at + 1)) {
            (b'\\', Some(b'u')) => {
                // The second half of a pair of surrogates is no character of its own.
                let low = matches!(
                    inner.get(at + 2..at + 4),
                    Some([b'd' | b'D', b'c'..=b'f' | b'C'..=b'F'])
                );
                count -= usize::from(low);
                6
            }
            (b'\\', _) => 2,
            (0x80..0xc0, _) => {
                at += 1;
                continue;
            }
            _ => 1,
        };
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::characters;

    #[test]
    fn characters_are_counted_without_unescaping() {
        for (inner, count) in [
            ("", 0),
            ("abc", 3),
            ("é€😀", 3),
            (r"\n\u00e9\ud83d\ude00x", 4),
            (r"\\\udada\udcff", 2),
        ] {
            assert_eq!(characters(inner.as_bytes()), count, "{inner}");
        }
    }
}
