//! Positional arrays.

use super::super::NodeId;
use super::super::simd::Chunk;
use super::super::table::{Node, Record, Shape};
use super::{After, CHUNK, Engine, MAX_DEPTH, Watch, grammar, lets_pass};

/// How much of the text is looked at together for a level.
const WINDOW: usize = 48;

impl<W: Watch> Engine<'_, W> {
    /// Whether elements are levels of an order book, for [`level`](Self::level).
    pub(super) fn are_levels(&self, item: NodeId, depth: u32) -> bool {
        match self.nodes[item.0 as usize] {
            Node::Row(record) => {
                self.tables.record(record).shape == Shape::Level && depth < MAX_DEPTH
            }
            _ => false,
        }
    }

    /// `[12.5,0.25,"name"]`: compact or with a blank after each comma, without sign or exponent,
    /// and short. None for a level that is not as plain.
    #[inline(always)]
    pub(super) fn level(&self, at: usize) -> Option<usize> {
        self.spaced_level::<0>(at)
            .or_else(|| self.spaced_level::<1>(at))
    }

    /// All that matters is where the digits end and where the quotes are, which two masks tell.
    #[inline(always)]
    fn spaced_level<const BLANKS: u32>(&self, at: usize) -> Option<usize> {
        let window: &[u8; WINDOW + CHUNK] = self.json.get(at..)?.first_chunk()?;
        let mut others = 0;
        let mut stops = 0;
        for part in 0..WINDOW / CHUNK {
            let chunk = Chunk::new(window[part * CHUNK..].first_chunk()?);
            others |= u64::from(chunk.not_digits() & 0xffff) << (part * CHUNK);
            stops |= u64::from(chunk.stops()) << (part * CHUNK);
        }
        let byte = |place: u32| window[place as usize % window.len()];
        let comma = |place: u32| byte(place) == b',' && (BLANKS == 0 || byte(place + 1) == b' ');
        let open = stops.trailing_zeros();
        let close = (stops & stops.wrapping_sub(1)).trailing_zeros();
        let (first_end, second) = number(others & others.wrapping_sub(1), 1, byte)?;
        let second = if BLANKS == 0 {
            second
        } else {
            second & second.wrapping_sub(1)
        };
        let (second_end, _) = number(second, first_end + 1 + BLANKS, byte)?;
        let second_start = first_end + 1 + BLANKS;
        if self.watch.looks()
            && (is_long(window, 1, first_end) || is_long(window, second_start, second_end))
        {
            return None;
        }
        let right = byte(0) == b'['
            && comma(first_end)
            && comma(second_end)
            && open == second_end + 1 + BLANKS
            && byte(open) == b'"'
            && byte(close) == b'"'
            && byte(close + 1) == b']'
            && close < WINDOW as u32;
        right.then_some(at + close as usize + 2)
    }

    #[inline(never)]
    pub(super) fn row(&self, index: u32, at: usize, depth: u32) -> Option<usize> {
        let record = self.tables.record(index);
        if self.byte(at) != b'[' || depth >= MAX_DEPTH {
            return None;
        }
        if record.rules.count > 0 {
            return self.ruled_row(index, record, at, depth);
        }
        let mut fields = self.fields.get(record.fields.range())?.iter();
        let mut at = self.space(at + 1);
        if self.byte(at) == b']' {
            return fields.all(|field| !field.required).then_some(at + 1);
        }
        loop {
            let end = match fields.next() {
                Some(field) => self.field_value(field, at, depth + 1)?,
                None => self.appended(record, at, depth)?,
            };
            match self.after(end, b']') {
                After::Next(next) => at = next,
                After::End(end) => {
                    self.note_elements(index, record.fields.count as usize - fields.len());
                    return fields.all(|field| !field.required).then_some(end);
                }
                After::Fault => return None,
            }
        }
    }

    /// Takes note of the first elements of a row.
    #[inline(always)]
    fn note_elements(&self, record: u32, met: usize) {
        let ones = |count: usize| match count {
            ..64 => (1 << count) - 1,
            _ => u64::MAX,
        };
        self.watch.fields(record, 0, ones(met));
        for part in 1..met.div_ceil(64) {
            self.watch.fields(record, part, ones(met - part * 64));
        }
    }

    /// Takes note of a level of an order book.
    pub(super) fn note_level(&self, item: NodeId) {
        if let Some(&Node::Row(record)) = self.nodes.get(item.0 as usize) {
            self.watch.fields(record, 0, 0b111);
        }
    }

    /// An element that the spec does not describe.
    #[cold]
    #[inline(never)]
    fn appended(&self, record: &Record, at: usize, depth: u32) -> Option<usize> {
        if !lets_pass(record.unknown) {
            return None;
        }
        grammar::value(self.json, at, depth + 1).ok()
    }

    /// A row with rules across its elements: where they start is noted.
    #[inline(never)]
    fn ruled_row(&self, index: u32, record: &Record, at: usize, depth: u32) -> Option<usize> {
        let fields = self.fields.get(record.fields.range())?;
        let (mut places, mut present, mut count) = ([0_u32; 64], 0_u64, 0);
        if fields.len() > places.len() {
            // So many elements and rules too: the explaining reader settles it.
            return None;
        }
        let mut at = self.space(at + 1);
        let end = loop {
            if count == 0 && self.byte(at) == b']' {
                break at + 1;
            }
            let end = match fields.get(count) {
                Some(field) => {
                    places[count] = u32::try_from(at).ok()?;
                    present |= u64::from(self.is_given(field, at)) << count;
                    self.field_value(field, at, depth + 1)?
                }
                None => self.appended(record, at, depth)?,
            };
            count += 1;
            match self.after(end, b']') {
                After::Next(next) => at = next,
                After::End(end) => break end,
                After::Fault => return None,
            }
        };
        self.note_elements(index, count.min(fields.len()));
        let rest = fields.get(count..).unwrap_or_default();
        let all = rest.iter().all(|field| !field.required);
        (all && self.obeys(record, present, &places)).then_some(end)
    }
}

/// Whether a number of these bytes may be beyond 2^53 or have more digits than a double keeps.
#[inline(always)]
fn is_long(window: &[u8], from: u32, to: u32) -> bool {
    let number = window.get(from as usize..to as usize).unwrap_or_default();
    number.len() > 15 && (number.len() > 18 || !number.contains(&b'.'))
}

/// Reads the plain number at `start`: gives the index after it, and the bits of `others` (bytes that
/// are no digits) after that one.
#[inline(always)]
fn number(others: u64, start: u32, byte: impl Fn(u32) -> u8) -> Option<(u32, u64)> {
    let whole = others.trailing_zeros();
    let later = others & others.wrapping_sub(1);
    if whole == start || (byte(start) == b'0' && whole > start + 1) {
        return None;
    }
    if byte(whole) != b'.' {
        return Some((whole, later));
    }
    let end = later.trailing_zeros();
    (end > whole + 1).then_some((end, later & later.wrapping_sub(1)))
}
