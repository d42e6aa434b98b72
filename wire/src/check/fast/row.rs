//! Positional arrays.

use super::super::table::Record;
use super::{After, Engine, MAX_DEPTH, Watch, grammar, lets_pass};

impl<W: Watch> Engine<'_, W> {
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
