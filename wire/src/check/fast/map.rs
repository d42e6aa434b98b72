//! Objects with any keys, and sets of names.

use super::super::NodeId;
use super::super::literal;
use super::super::table::Slots;
use super::{After, Engine, MAX_DEPTH, Watch};
use crate::scan;

/// Most names that a map can have here; a larger one is left to the explaining reader.
const LARGE: usize = 1024;

/// The names met so far in one object, by where they stand. A hash table, never more than three
/// quarters full.
pub(super) struct Names<const SLOTS: usize> {
    /// Index of the opening quote plus one; 0 for none.
    slots: [u32; SLOTS],
    count: usize,
}

impl<const SLOTS: usize> Names<SLOTS> {
    const TABLE: Slots = Slots {
        first: 0,
        shift: 64 - SLOTS.trailing_zeros() as u8,
        multiplier: 0x9e37_79b9_7f4a_7c15,
    };

    pub(super) fn new() -> Self {
        Names {
            slots: [0; SLOTS],
            count: 0,
        }
    }

    /// Adds the name that stands from `at` to `end`, quotes included. None if it was there, if it is
    /// escaped, or if there are too many.
    pub(super) fn add<W: Watch>(
        &mut self,
        engine: &Engine<'_, W>,
        at: usize,
        end: usize,
    ) -> Option<()> {
        let json = engine.json;
        let name = &json[at..end];
        if name.contains(&b'\\') || self.count >= SLOTS / 4 * 3 {
            return None;
        }
        let head = literal::head(engine.bytes(at), name.len());
        let mut slot = literal::slot(head, name.len(), Self::TABLE);
        loop {
            let known = self.slots[slot % SLOTS];
            if known == 0 {
                break;
            }
            let from = known as usize - 1;
            if &json[from..scan::string_end(json, from)] == name {
                return None;
            }
            slot += 1;
        }
        self.slots[slot % SLOTS] = u32::try_from(at + 1).ok()?;
        self.count += 1;
        Some(())
    }
}

impl<W: Watch> Engine<'_, W> {
    /// A map. One that has too many names for `SLOTS` is read again with more.
    #[inline(never)]
    pub(super) fn map<const SLOTS: usize>(
        &self,
        item: NodeId,
        size: u32,
        start: usize,
        depth: u32,
    ) -> Option<usize> {
        if self.byte(start) != b'{' || depth >= MAX_DEPTH {
            return None;
        }
        let mut at = self.space(start + 1);
        if self.byte(at) == b'}' {
            return self.fits(size, 0).then_some(at + 1);
        }
        let (mut names, node) = (Names::<SLOTS>::new(), self.node(item));
        loop {
            let end = self.string(at)?;
            if names.add(self, at, end).is_none() {
                let full = names.count >= SLOTS / 4 * 3 && SLOTS < LARGE;
                return if full {
                    self.map::<LARGE>(item, size, start, depth)
                } else {
                    None
                };
            }
            let colon = self.space(end);
            if self.byte(colon) != b':' {
                return None;
            }
            let end = self.value(node, self.space(colon + 1), depth + 1)?;
            match self.after(end, b'}') {
                After::Next(next) => at = next,
                After::End(end) => return self.fits(size, names.count as u32).then_some(end),
                After::Fault => return None,
            }
        }
    }
}
