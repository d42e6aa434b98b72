//! Dates and times.

use super::super::scalar;
use super::super::simd::Chunk;
use super::{CHUNK, Engine, Watch};

/// What the first sixteen bytes look like, and which of them are digits.
const FORM: [u8; CHUNK] = *b"0000-00-00T00:00";
const DIGITS: u32 = 0b1101_1011_0110_1111;

impl<W: Watch> Engine<'_, W> {
    /// `"YYYY-MM-DDTHH:MM:SS[.f{1,9}]"`, with `Z` or `±HH:MM` before the last quote if zoned.
    #[inline(never)]
    pub(super) fn date_time(&self, at: usize, zoned: bool) -> Option<usize> {
        self.plain_time(at, zoned)
            .or_else(|| self.any_time(at, zoned))
    }

    /// The usual forms: no offset but `Z`, no day after the 28th.
    #[inline(always)]
    fn plain_time(&self, at: usize, zoned: bool) -> Option<usize> {
        let (first, second) = (self.bytes(at + 1), self.bytes(at + 1 + CHUNK));
        let chunk = Chunk::new(first);
        let digits = !chunk.not_digits() & 0xffff == DIGITS;
        let form = chunk.same(Chunk::new(&FORM)) | DIGITS == 0xffff;
        let others = Chunk::new(second).not_digits();
        // A colon, two digits of the second, then a point or what ends the time.
        if !digits || !form || others & 7 != 1 || second[0] != b':' || self.byte(at) != b'"' {
            return None;
        }
        let mut end = 3;
        if second[3] == b'.' {
            end = 4 + (others >> 4).trailing_zeros() as usize;
            if !(5..=13).contains(&end) {
                return None;
            }
        }
        // Each byte becomes the number that it and the next one spell: ten times a digit, and a
        // digit, stay below 100.
        let pairs = |half: [u8; 8]| {
            let digits = u64::from_le_bytes(half) & 0x0f0f_0f0f_0f0f_0f0f;
            (digits * 10 + (digits >> 8)).to_le_bytes()
        };
        let [date, time] = [&first[..8], &first[8..]].map(|half| half.first_chunk().copied());
        let (date, time) = (pairs(date?), pairs(time?));
        let (month, day, hour, minute) = (date[5], time[0], time[3], time[6]);
        let sound =
            (1..=12).contains(&month) && (1..=28).contains(&day) && hour < 24 && minute < 60;
        if !sound || second[1] > b'5' {
            return None;
        }
        if zoned {
            if second[end] != b'Z' {
                return None;
            }
            end += 1;
        }
        (second[end] == b'"').then_some(at + 1 + CHUNK + end + 1)
    }

    #[inline(never)]
    fn any_time(&self, at: usize, zoned: bool) -> Option<usize> {
        let end = self.string(at)?;
        let text = std::str::from_utf8(&self.json[at + 1..end - 1]).ok()?;
        scalar::date_time(text, zoned).then_some(end)
    }
}
