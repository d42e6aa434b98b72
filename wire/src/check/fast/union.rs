//! One of several types.

use super::Engine;
use crate::scan;
use crate::select::select;

impl Engine<'_> {
    pub(super) fn union(&self, index: u32, at: usize, depth: u32) -> Option<usize> {
        let end = scan::value_end(self.json, at);
        let variant = select(self.tables.matches_of(index), self.json.get(at..end)?)?;
        let variant = self.tables.variants_of(index)[variant];
        if variant.fallback {
            return None;
        }
        self.value(variant.node, at, depth)
    }
}
