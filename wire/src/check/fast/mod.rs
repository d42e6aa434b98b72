//! The yes-or-no reader of a program: one pass, no allocation, nothing remembered.
//!
//! A `None` means "not this way": the text may still be valid. Each function takes the index of a
//! value's first byte and gives the index after the value.

mod level;
mod map;
mod number;
mod object;
mod pattern;
mod row;
mod string;
mod time;
mod union;

use std::cell::Cell;

use super::coverage::{Notes, Watch};
use super::grammar::{self, MAX_DEPTH};
use super::literal::Head;
use super::marks::Marks;
use super::pattern::Patterns;
use super::simd::{Chunk, Windows};
use super::table::{Field, Form, NONE, Node, Size, Tables, Text, Unknown};
use super::{CHUNK, NodeId};
use crate::scan;

/// Whether the text is valid, and seen to be so.
pub(super) fn accepts<W: Watch>(tables: &Tables, root: NodeId, json: &[u8], watch: &W) -> bool {
    Engine::new(tables, json, watch, &Marks::default()).whole(root)
}

/// Which variant of a union a text is, that is valid and seen to be so.
pub(super) fn accepts_as<W: Watch>(
    tables: &Tables,
    root: NodeId,
    json: &[u8],
    watch: &W,
) -> Option<usize> {
    let Node::Union(union) = tables.node(root) else {
        return None;
    };
    let marks = Marks::default();
    let engine = Engine::new(tables, json, watch, &marks);
    let first = tables.union(union).variants.first;
    engine
        .whole(root)
        .then(|| engine.chosen.get().wrapping_sub(first) as usize)
}

/// The same for a text that may look like one before.
pub(super) fn accepts_like(
    tables: &Tables,
    root: NodeId,
    json: &[u8],
    notes: &Notes<'_>,
    patterns: &mut Patterns,
    marks: &mut Marks,
) -> Option<usize> {
    let Node::Union(union) = tables.node(root) else {
        return None;
    };
    let first = tables.union(union).variants.first;
    if patterns.are_useless() {
        marks.set(json);
    } else {
        marks.unset();
    }
    let engine = Engine::new(tables, json, notes, marks);
    let familiar = engine.follow(patterns, root, &mut ());
    patterns.count(familiar.is_some());
    if let Some(variant) = familiar {
        if patterns.is_curious() && notes.is_settled() {
            engine.look_closely(patterns, root);
        }
        return Some((variant - first) as usize);
    }
    if !engine.whole(root) {
        return None;
    }
    let variant = engine.chosen.get();
    // A text that shows nothing new: what its pattern stands for has been noted.
    if notes.is_settled() {
        patterns.learn(tables, root, variant, json);
    }
    Some(variant.wrapping_sub(first) as usize)
}

/// Enums of so many words are compared with each; larger ones are looked up.
const FEW: usize = 4;

/// The tables and the text.
struct Engine<'p, W> {
    json: &'p [u8],
    windows: Windows<'p>,
    nodes: &'p [Node],
    fields: &'p [Field],
    pool: &'p [u8],
    tables: &'p Tables,
    /// Takes note of what is met.
    watch: &'p W,
    /// The last bytes of the text, with zeros after them, so that a chunk can be read anywhere.
    tail: [u8; 2 * CHUNK],
    /// How many more variants of unions may be refused before all is.
    patience: Cell<u32>,
    /// Set where members come in ever new orders.
    marks: &'p Marks,
    /// The variant that the text as a whole was last held against; index into `Tables::variants`.
    chosen: Cell<u32>,
}

/// A union within a union within … might have each level try several variants, so that the work
/// doubles with each: after so many refusals the explaining reader is the faster one.
const PATIENCE: u32 = 1000;

impl<'p, W: Watch> Engine<'p, W> {
    fn new(tables: &'p Tables, json: &'p [u8], watch: &'p W, marks: &'p Marks) -> Self {
        let mut tail = [0; 2 * CHUNK];
        match json.last_chunk::<CHUNK>() {
            Some(last) => tail[..CHUNK].copy_from_slice(last),
            None => tail[..json.len()].copy_from_slice(json),
        }
        Engine {
            json,
            windows: Windows::of(json),
            nodes: &tables.nodes,
            fields: &tables.fields,
            pool: tables.text.as_bytes(),
            tables,
            watch,
            tail,
            patience: Cell::new(PATIENCE),
            marks,
            chosen: Cell::new(0),
        }
    }

    /// Whether the text is one value of the root, with no more than space around it. If it is not,
    /// nothing of it is noted.
    fn whole(&self, root: NodeId) -> bool {
        let place = self.watch.place();
        let start = scan::skip_space(self.json, 0);
        let accepted = self
            .value(&self.tables.node(root), start, 0)
            .is_some_and(|end| scan::skip_space(self.json, end) == self.json.len());
        if !accepted {
            self.watch.undo(place);
        }
        accepted
    }

    /// The byte at `at`; 0, which no JSON text holds, after the end.
    #[inline(always)]
    fn byte(&self, at: usize) -> u8 {
        self.json.get(at).copied().unwrap_or(0)
    }

    /// Sixteen bytes from `at`, zeros after the end.
    #[inline(always)]
    fn bytes(&self, at: usize) -> &[u8; CHUNK] {
        match self.windows.at(at) {
            Some(bytes) => bytes,
            None => self.last_bytes(at),
        }
    }

    #[cold]
    #[inline(never)]
    fn last_bytes(&self, at: usize) -> &[u8; CHUNK] {
        let base = self.json.len().saturating_sub(CHUNK);
        let rest = self
            .tail
            .get(at.wrapping_sub(base)..)
            .and_then(|rest| rest.first_chunk());
        rest.unwrap_or(&[0; CHUNK])
    }

    #[inline(always)]
    fn chunk(&self, at: usize) -> Chunk {
        Chunk::new(self.bytes(at))
    }

    /// Whether a literal stands at `at`.
    #[inline(always)]
    fn is_text(&self, at: usize, text: Text, head: &Head) -> bool {
        self.chunk(at).starts(head) && (text.len as usize <= CHUNK || self.rest_is(at, text))
    }

    /// Whether the rest of a literal stands there, of which the first chunk does.
    #[inline(never)]
    fn rest_is(&self, at: usize, text: Text) -> bool {
        let text = self
            .pool
            .get(text.at as usize..(text.at + text.len) as usize);
        let text = text.and_then(|text| text.get(CHUNK..)).unwrap_or_default();
        self.json
            .get(at + CHUNK..)
            .is_some_and(|rest| rest.starts_with(text))
    }

    /// Index of the first byte from `at` that is not space. There is none as a rule, or one blank
    /// after a comma or colon.
    #[inline(always)]
    fn space(&self, at: usize) -> usize {
        if self.byte(at) > b' ' {
            at
        } else if self.byte(at + 1) > b' ' && self.byte(at) == b' ' {
            at + 1
        } else {
            self.more_space(at)
        }
    }

    #[cold]
    #[inline(never)]
    fn more_space(&self, at: usize) -> usize {
        scan::skip_space(self.json, at)
    }

    /// The value of which the first byte is at `at`. The commonest scalars are read in place; all
    /// else, with its larger stack frame, in [`other`](Self::other).
    #[inline(always)]
    fn value(&self, node: &Node, at: usize, depth: u32) -> Option<usize> {
        match *node {
            Node::Decimal {
                form: Form::Number,
                bounds: NONE,
            } => self.decimal(at),
            Node::String(NONE) => self.string(at),
            Node::Int {
                range,
                digits,
                lead,
                ..
            } => self.integer(at, range, digits, lead),
            Node::Words(index) => self.word_of(index, at),
            Node::Constant(index) => self.constant(index, at),
            _ => self.other(node, at, depth),
        }
    }

    #[inline(always)]
    fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    /// No more than a table of jumps, so that it needs no stack of its own.
    #[inline(never)]
    fn other(&self, node: &Node, at: usize, depth: u32) -> Option<usize> {
        match *node {
            Node::Object(record) => self.object(record, at, depth),
            Node::Row(record) => self.row(record, at, depth),
            Node::List { item, size } => self.list(item, size, at, depth),
            Node::Words(index) => self.word_of(index, at),
            Node::Constant(index) => self.constant(index, at),
            Node::Union(index) => self.union(index, at, depth),
            Node::Map { item, size } => self.map::<64>(item, size, at, depth),
            Node::Bool => self.bool(at),
            Node::DateTime => self.date_time(at, true),
            Node::LocalDateTime => self.date_time(at, false),
            Node::Codes(index) => self.code_of(index, at),
            Node::Flags(index) => self.flags_of(index, at),
            Node::Blank(inner) => self.blank(inner, at, depth),
            Node::Masked(inner) => self.other(self.node(inner), at, depth),
            Node::Decimal { form, bounds } => self.any_decimal(form, bounds, at),
            Node::String(size) => self.sized_string(size, at),
            Node::Int { .. } => self.wrapped_integer(node, at),
            Node::Uuid => self.uuid(at),
            Node::Json => self.json(at, depth),
        }
    }

    /// An integer under a mark of its own.
    #[inline(never)]
    fn wrapped_integer(&self, node: &Node, at: usize) -> Option<usize> {
        match *node {
            Node::Int {
                range,
                digits,
                lead,
                ..
            } => self.integer(at, range, digits, lead),
            _ => None,
        }
    }

    /// The empty string, or a value.
    #[inline(never)]
    fn blank(&self, inner: NodeId, at: usize, depth: u32) -> Option<usize> {
        if self.byte(at) == b'"' && self.byte(at + 1) == b'"' {
            return Some(at + 2);
        }
        self.value(self.node(inner), at, depth)
    }

    /// What follows an element or member that ends before `at`.
    #[inline(always)]
    fn after(&self, at: usize, close: u8) -> After {
        match self.byte(at) {
            b',' => After::Next(self.space(at + 1)),
            byte if byte == close => After::End(at + 1),
            b' ' | b'\t' | b'\n' | b'\r' => self.after_space(at, close),
            _ => After::Fault,
        }
    }

    #[cold]
    #[inline(never)]
    fn after_space(&self, at: usize, close: u8) -> After {
        let at = scan::skip_space(self.json, at);
        match self.byte(at) {
            b',' => After::Next(self.space(at + 1)),
            byte if byte == close => After::End(at + 1),
            _ => After::Fault,
        }
    }

    /// Any value, by the grammar alone.
    #[inline(never)]
    fn json(&self, at: usize, depth: u32) -> Option<usize> {
        grammar::value(self.json, at, depth).ok()
    }

    /// A field's value.
    #[inline(always)]
    fn field_value(&self, field: &Field, at: usize, depth: u32) -> Option<usize> {
        if field.nullable && self.byte(at) == b'n' {
            return (self.json.get(at..at + 4)? == b"null").then_some(at + 4);
        }
        self.value(&field.what, at, depth)
    }

    /// Whether a field's value counts for rules, if it is one at all: neither null nor the empty
    /// string where that stands for none.
    fn is_given(&self, field: &Field, at: usize) -> bool {
        let at = self.space(at);
        match self.byte(at) {
            b'n' => false,
            b'"' if self.byte(at + 1) == b'"' => {
                !matches!(self.nodes[field.node.0 as usize], Node::Blank(_))
            }
            _ => true,
        }
    }

    #[inline(never)]
    fn bool(&self, at: usize) -> Option<usize> {
        match *self.bytes(at).first_chunk::<5>()? {
            [b't', b'r', b'u', b'e', _] => Some(at + 4),
            [b'f', b'a', b'l', b's', b'e'] => Some(at + 5),
            _ => None,
        }
    }

    #[inline(never)]
    fn list(&self, item: NodeId, size: u32, at: usize, depth: u32) -> Option<usize> {
        if self.byte(at) != b'[' || depth >= MAX_DEPTH {
            return None;
        }
        let mut at = self.space(at + 1);
        if self.byte(at) == b']' {
            return self.fits(size, 0).then_some(at + 1);
        }
        let (levels, node) = (self.are_levels(item, depth + 1), self.node(item));
        let mut count = 0;
        loop {
            let (read, mut end) = if levels { self.levels(at) } else { (0, at) };
            count += read;
            if read == 0 {
                end = self.value(node, at, depth + 1)?;
                count += 1;
            }
            match self.after(end, b']') {
                After::Next(next) => at = next,
                After::End(end) => {
                    if levels {
                        self.note_level(item);
                    }
                    return self.fits(size, count).then_some(end);
                }
                After::Fault => return None,
            }
        }
    }

    fn fits(&self, size: u32, count: u32) -> bool {
        if size == NONE {
            return true;
        }
        let Size { min, max } = self.tables.size(size);
        (min..=max).contains(&count)
    }

    /// A literal: the caller sees to it that nothing of the same token follows.
    #[inline(never)]
    fn constant(&self, index: u32, at: usize) -> Option<usize> {
        let word = self.tables.words_at(index);
        self.is_text(at, word.json, &word.head)
            .then_some(at + word.json.len as usize)
    }

    /// One of the strings of an enum.
    #[inline(never)]
    fn word_of(&self, index: u32, at: usize) -> Option<usize> {
        let one = self.tables.one_enum(index);
        let words = self.tables.words(one.words);
        if words.len() <= FEW {
            let found = words
                .iter()
                .position(|word| self.is_text(at, word.json, &word.head))?;
            self.watch.word(one.words.first as usize + found);
            return Some(at + words[found].json.len as usize);
        }
        let end = self.string(at)?;
        let found = self.lookup(one.slots, at, end, |word| words[word].json)?;
        self.watch.word(one.words.first as usize + found);
        Some(end)
    }

    #[inline(never)]
    fn code_of(&self, index: u32, at: usize) -> Option<usize> {
        let one = self.tables.one_enum(index);
        let (value, end) = self.small_integer(at)?;
        let words = self.tables.words(one.words);
        let found = words.iter().position(|word| word.int == value)?;
        self.watch.word(one.words.first as usize + found);
        Some(end)
    }

    #[inline(never)]
    fn flags_of(&self, index: u32, at: usize) -> Option<usize> {
        let one = self.tables.one_enum(index);
        let (value, end) = self.small_integer(at)?;
        let bits = u64::try_from(value).ok()?;
        let words = self.tables.words(one.words);
        if !one.describes(words, bits) {
            return None;
        }
        one.set(words, bits).for_each(|word| self.watch.word(word));
        Some(end)
    }
}

/// What follows an element or member.
enum After {
    /// The next one, from there.
    Next(usize),
    /// The end of the container: the index after it.
    End(usize),
    /// What cannot follow.
    Fault,
}

/// Whether a record lets undescribed members or elements pass unreported.
fn lets_pass(unknown: Unknown) -> bool {
    unknown == Unknown::Expected
}
