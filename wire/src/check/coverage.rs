//! What texts have shown of a program: which members, which elements, which values of enums.
//!
//! A bit for each, set where a text is held against the program. Sets of bits add up in any order. A
//! reader that tries one variant of a union and then takes another has read members that are none of
//! the text's: what was set can be taken back.

use std::cell::{Cell, RefCell};

use super::marks::Marks;
use super::pattern::Patterns;
use super::table::{Node, Tables};
use super::{NodeId, Program, scalar};

/// Words of bits for the fields of a record; what a record has beyond is not noted.
const PER_RECORD: usize = 4;

/// What texts have shown of a [`Program`]: which fields of its records, which values of its enums.
///
/// Made by [`Program::coverage`], filled by [`Program::accepts_noting`] and
/// [`Program::explain_noting`], read by [`Program::shown`].
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Bits of the first 64 fields of each record, then of all words, then of the other fields.
    bits: Vec<u64>,
    records: usize,
    words: usize,
    /// What stood where before it was set, since the last [`keep`](Self::keep).
    before: Vec<(u32, u64)>,
    /// A number was met that is worth a remark, since then.
    odd: bool,
    /// What the texts looked like.
    patterns: Patterns,
    /// Those of the last text that was marked.
    marks: Marks,
}

impl Coverage {
    fn new(tables: &Tables) -> Self {
        let (records, words) = (tables.records.len(), tables.words.len().div_ceil(64));
        Coverage {
            bits: vec![0; records * PER_RECORD + words],
            records,
            words,
            before: Vec::new(),
            odd: false,
            patterns: Patterns::default(),
            marks: Marks::default(),
        }
    }

    /// Makes what was noted final.
    pub fn keep(&mut self) {
        self.before.clear();
        self.odd = false;
    }

    /// Whether a number was met since the last [`keep`](Self::keep) that may be worth a remark.
    pub fn is_odd(&self) -> bool {
        self.odd
    }

    /// How many of the last texts looked like one before.
    #[doc(hidden)]
    pub fn familiar(&self) -> u32 {
        self.patterns.fitted()
    }

    /// Whether the last text was marked, for its members to be found in any order.
    #[doc(hidden)]
    pub fn is_marked(&self) -> bool {
        self.marks.are_set()
    }

    /// How many steps over several fields are in use.
    #[doc(hidden)]
    pub fn strides(&self) -> usize {
        self.patterns.strides()
    }

    /// Takes back what was noted since the last [`keep`](Self::keep).
    pub fn undo(&mut self) {
        while let Some((slot, bits)) = self.before.pop() {
            self.bits[slot as usize] = bits;
        }
        self.odd = false;
    }

    /// Adds what was noted elsewhere of the same program.
    pub fn merge(&mut self, other: &Coverage) {
        for (bits, more) in self.bits.iter_mut().zip(&other.bits) {
            *bits |= more;
        }
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|bits| *bits == 0)
    }

    /// Where the bits of a record's fields stand: those of the first 64, and so on.
    fn slot_of_fields(&self, record: u32, part: usize) -> usize {
        match part {
            0 => record as usize,
            _ => self.records + self.words + record as usize * (PER_RECORD - 1) + (part - 1),
        }
    }

    fn has(&self, slot: usize, bit: usize) -> bool {
        self.bits
            .get(slot)
            .is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
    }

    fn has_field(&self, record: u32, field: usize) -> bool {
        field < 64 * PER_RECORD && self.has(self.slot_of_fields(record, field / 64), field)
    }

    fn has_word(&self, word: usize) -> bool {
        self.has(self.records + word / 64, word)
    }

    pub(super) fn notes(&mut self) -> Notes<'_> {
        self.parts().2
    }

    /// What the texts so far looked like, and the places for the next one's marks and for what it shows.
    #[inline(always)]
    pub(super) fn parts(&mut self) -> (&mut Patterns, &mut Marks, Notes<'_>) {
        let notes = Notes {
            bits: Cell::from_mut(self.bits.as_mut_slice()).as_slice_of_cells(),
            records: self.records,
            words: self.words,
            before: RefCell::new(&mut self.before),
            odd: Cell::from_mut(&mut self.odd),
        };
        (&mut self.patterns, &mut self.marks, notes)
    }
}

impl Program {
    /// A place to note what texts show of this program: nothing so far.
    pub fn coverage(&self) -> Coverage {
        Coverage::new(&self.tables)
    }

    /// Of a record, which of its fields were seen; of an enum, which of its values; both in
    /// documented order. Empty for anything else. A field is seen where it is there, null included.
    pub fn shown(&self, coverage: &Coverage, node: NodeId) -> Vec<bool> {
        let Some(node) = self.tables.nodes.get(node.0 as usize) else {
            return Vec::new();
        };
        match *node {
            Node::Object(record) | Node::Row(record) => {
                let count = self.tables.record(record).fields.count as usize;
                (0..count)
                    .map(|field| coverage.has_field(record, field))
                    .collect()
            }
            Node::Words(index) | Node::Codes(index) | Node::Flags(index) => {
                let words = self.tables.one_enum(index).words.range();
                words.map(|word| coverage.has_word(word)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Takes note of what a reader meets.
pub(super) trait Watch {
    /// A decimal that is not of the plainest kind, and whether it stands in a string.
    fn decimal(&self, token: &[u8], is_text: bool);
    /// Fields of a record: a bit for each of the first 64, or of the 64 after them, and so on.
    fn fields(&self, record: u32, part: usize, seen: u64);
    /// A value of an enum: index into `Tables::words`.
    fn word(&self, word: usize);
    /// How much was noted, for [`undo`](Self::undo).
    fn place(&self) -> usize;
    /// Takes back what was noted since.
    fn undo(&self, place: usize);
}

/// Takes no note, and costs nothing.
pub(super) struct Unwatched;

impl Watch for Unwatched {
    #[inline(always)]
    fn decimal(&self, _: &[u8], _: bool) {}
    #[inline(always)]
    fn fields(&self, _: u32, _: usize, _: u64) {}
    #[inline(always)]
    fn word(&self, _: usize) {}
    #[inline(always)]
    fn place(&self) -> usize {
        0
    }
    #[inline(always)]
    fn undo(&self, _: usize) {}
}

/// A [`Coverage`] while it is written to. Nearly all that is met has been met before: then it is
/// looked up and no more.
pub(super) struct Notes<'c> {
    bits: &'c [Cell<u64>],
    records: usize,
    words: usize,
    before: RefCell<&'c mut Vec<(u32, u64)>>,
    odd: &'c Cell<bool>,
}

impl Notes<'_> {
    /// Whether nothing was noted that is not final, so that all that was met is known for good.
    pub(super) fn is_settled(&self) -> bool {
        self.before.borrow().is_empty() && !self.odd.get()
    }

    #[inline(always)]
    fn set(&self, slot: usize, more: u64) {
        if let Some(bits) = self.bits.get(slot)
            && more & !bits.get() != 0
        {
            self.note(slot, bits, more);
        }
    }

    #[cold]
    #[inline(never)]
    fn note(&self, slot: usize, bits: &Cell<u64>, more: u64) {
        self.before.borrow_mut().push((slot as u32, bits.get()));
        bits.set(bits.get() | more);
    }
}

impl Watch for Notes<'_> {
    fn decimal(&self, token: &[u8], is_text: bool) {
        if scalar::has_exponent(token) || (!is_text && scalar::is_unsafe(token)) {
            self.odd.set(true);
        }
    }

    #[inline(always)]
    fn fields(&self, record: u32, part: usize, seen: u64) {
        let slot = match part {
            0 => record as usize,
            1..PER_RECORD => {
                self.records + self.words + record as usize * (PER_RECORD - 1) + (part - 1)
            }
            _ => return,
        };
        self.set(slot, seen);
    }

    #[inline(always)]
    fn word(&self, word: usize) {
        self.set(self.records + word / 64, 1 << (word % 64));
    }

    fn place(&self) -> usize {
        self.before.borrow().len()
    }

    fn undo(&self, place: usize) {
        let mut before = self.before.borrow_mut();
        while before.len() > place {
            if let Some((slot, bits)) = before.pop() {
                self.bits[slot as usize].set(bits);
            }
        }
    }
}
