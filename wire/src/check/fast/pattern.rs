//! Texts that look like one before.

use super::super::NodeId;
use super::super::pattern::{Patterns, Place, Step, What};
use super::{CHUNK, Chunk, Engine, Watch};

/// Is told of each step that a text fits.
pub(super) trait Trace {
    /// Whether strides are left aside.
    const STEP_BY_STEP: bool;
    fn place(&mut self, place: Place);
}

/// Nobody asks.
impl Trace for () {
    const STEP_BY_STEP: bool = false;
    #[inline(always)]
    fn place(&mut self, _: Place) {}
}

impl Trace for Vec<Place> {
    const STEP_BY_STEP: bool = true;
    fn place(&mut self, place: Place) {
        self.push(place);
    }
}

impl<W: Watch> Engine<'_, W> {
    /// The variant of a text that fits a pattern. If none does, nothing of it is noted.
    #[inline(never)]
    pub(super) fn follow<T: Trace>(
        &self,
        patterns: &Patterns,
        root: NodeId,
        trace: &mut T,
    ) -> Option<u32> {
        let noted = self.watch.place();
        let (mut at, mut next) = (0, patterns.first(root)?);
        while let Some(step) = patterns.step(next) {
            if (T::STEP_BY_STEP && patterns.is_stride(next))
                || !self.chunk(at).within(&step.head.low, &step.head.high)
                || (step.len as usize > CHUNK
                    && !(self.chunk(at + CHUNK)).within(&step.neck.low, &step.neck.high))
                || (step.len as usize > 2 * CHUNK && !patterns.is_long_text(step, self.json, at))
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
                    trace.place(Place {
                        step: next,
                        value,
                        end: value,
                    });
                    return Some(variant);
                }
                end = self.odd_value(step, value);
            }
            let Some(end) = end else {
                next = step.other;
                continue;
            };
            trace.place(Place {
                step: next,
                value,
                end,
            });
            (at, next) = (end, step.next);
        }
        self.watch.undo(noted);
        None
    }

    /// Has a text that fits looked at step by step.
    #[cold]
    #[inline(never)]
    pub(super) fn look_closely(&self, patterns: &mut Patterns, root: NodeId) {
        let mut places = Vec::new();
        if self.follow(patterns, root, &mut places).is_some() {
            patterns.study(self.tables, root, &places, self.json);
        }
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
