//! Positional arrays.

use super::{Engine, MAX_DEPTH, grammar, lets_pass};

impl Engine<'_> {
    pub(super) fn row(&self, record: u32, at: usize, depth: u32) -> Option<usize> {
        if self.byte(at) != b'[' || depth >= MAX_DEPTH {
            return None;
        }
        let record = self.tables.record(record);
        if record.rules.count > 0 && record.fields.count > 64 {
            return None;
        }
        let fields = self.fields.get(record.fields.range())?;
        let mut places = [0_u32; 64];
        let mut present = 0_u64;
        let mut count = 0;
        let mut at = self.space(at + 1);
        let mut more = self.byte(at) != b']';
        while more {
            if let Some(field) = fields.get(count) {
                let end = self.field_value(field, at, depth + 1)?;
                if record.rules.count > 0 {
                    places[count & 63] = u32::try_from(at).ok()?;
                    present |= u64::from(!self.is_null(at)) << (count & 63);
                }
                at = end;
            } else if lets_pass(record.unknown) {
                at = grammar::value(self.json, self.space(at), depth + 1).ok()?;
            } else {
                return None;
            }
            count += 1;
            at = self.space(at);
            match self.byte(at) {
                b',' => at += 1,
                b']' => more = false,
                _ => return None,
            }
        }
        let rest = fields.get(count..).unwrap_or_default();
        if rest.iter().any(|field| field.required) {
            return None;
        }
        let obeys = record.rules.count == 0 || self.obeys(record, present, &places);
        obeys.then_some(at + 1)
    }
}
