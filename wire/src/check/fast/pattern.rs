//! Texts that look like one before.

use super::super::NodeId;
use super::super::pattern::{Patterns, Step, What};
use super::{CHUNK, Chunk, Engine, Watch};

impl<W: Watch> Engine<'_, W> {
    /// The variant of a text that fits a pattern. If none does, nothing of it is noted.
    #[inline(never)]
    pub(super) fn follow(&self, patterns: &Patterns, root: NodeId) -> Option<u32> {
        let place = self.watch.place();
        let (mut at, mut next) = (0, patterns.first(root)?);
        while let Some(step) = patterns.step(next) {
            if !self.chunk(at).starts(&step.head)
                || (step.len as usize > CHUNK && !self.is_rest(patterns, step, at))
            {
                next = step.other;
                continue;
            }
            let value = at + step.len as usize;
            let mut end = self.in_lane(step.lane, &step.node, value);
            if end.is_none() {
                if let What::End(variant) = step.what
                    && value == self.json.len()
                {
                    return Some(variant);
                }
                end = self.odd_value(step, value);
            }
            (at, next) = match end {
                Some(end) => (end, step.next),
                None => (at, step.other),
            };
        }
        self.watch.undo(place);
        None
    }

    /// Whether the rest of a step's literal stands there, of which the head stands at `at`.
    #[inline(never)]
    fn is_rest(&self, patterns: &Patterns, step: &Step, at: usize) -> bool {
        self.chunk(at + CHUNK).starts(&step.neck)
            && (step.len as usize <= 2 * CHUNK || {
                let text = self.json.get(at + 2 * CHUNK..).unwrap_or_default();
                text.starts_with(patterns.rest(step))
            })
    }

    /// The value at `at`, if it is not what it mostly is.
    #[inline(never)]
    fn odd_value(&self, step: &Step, at: usize) -> Option<usize> {
        match step.what {
            What::Value { field, depth } => {
                self.other_value(self.fields.get(field as usize)?, at, depth)
            }
            What::Hole => self.hole(at),
            What::End(_) => None,
        }
    }

    /// Where the quote stands that ends a hole.
    fn hole(&self, at: usize) -> Option<usize> {
        let mut from = at;
        loop {
            let bytes = self.bytes(from);
            let chunk = Chunk::new(bytes);
            let stops = chunk.stops() | chunk.is(b'.') | chunk.is(b'/');
            if stops != 0 {
                let stop = stops.trailing_zeros() as usize;
                let end = from + stop;
                return (bytes[stop % CHUNK] == b'"' && end > at).then_some(end);
            }
            from += CHUNK;
        }
    }
}
