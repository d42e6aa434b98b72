//! The yes-or-no reader of a program: one pass, no allocation, nothing remembered.
//!
//! A `None` means "not this way": the text may still be valid. Each function takes the index of a
//! value's first byte and gives the index after the value.

mod map;
mod number;
mod object;
mod row;
mod string;
mod time;
mod union;

use super::NodeId;
use super::grammar::{self, MAX_DEPTH};
use super::simd::Chunk;
use super::table::{Field, Form, NONE, Node, Size, Tables, Text, Unknown};
use crate::scan;

/// Whether the text is valid, and seen to be so.
pub(super) fn accepts(tables: &Tables, root: NodeId, json: &[u8]) -> bool {
    let engine = Engine::new(tables, json);
    let start = scan::skip_space(json, 0);
    engine
        .value(root, start, 0)
        .is_some_and(|end| scan::skip_space(json, end) == json.len())
}

const CHUNK: usize = 16;

/// The tables and the text.
struct Engine<'p> {
    json: &'p [u8],
    nodes: &'p [Node],
    fields: &'p [Field],
    pool: &'p [u8],
    tables: &'p Tables,
    /// The last bytes of the text, with zeros after them, so that a chunk can be read anywhere.
    tail: [u8; 2 * CHUNK],
}

impl<'p> Engine<'p> {
    fn new(tables: &'p Tables, json: &'p [u8]) -> Self {
        let mut tail = [0; 2 * CHUNK];
        let last = &json[json.len().saturating_sub(CHUNK)..];
        tail[..last.len()].copy_from_slice(last);
        Engine {
            json,
            nodes: &tables.nodes,
            fields: &tables.fields,
            pool: tables.text.as_bytes(),
            tables,
            tail,
        }
    }

    /// The byte at `at`; 0, which no JSON text holds, after the end.
    #[inline(always)]
    fn byte(&self, at: usize) -> u8 {
        self.json.get(at).copied().unwrap_or(0)
    }

    /// Sixteen bytes from `at`, zeros after the end.
    #[inline(always)]
    fn bytes(&self, at: usize) -> &[u8; CHUNK] {
        match self.json.get(at..).and_then(|rest| rest.first_chunk()) {
            Some(bytes) => bytes,
            None => self.last_bytes(at),
        }
    }

    #[cold]
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

    /// Whether a literal stands at `at`, its first `done` bytes apart.
    fn same_text(&self, at: usize, text: Text, mut done: usize) -> bool {
        while done < text.len as usize {
            let left = text.len as usize - done;
            let want = if left < CHUNK {
                (1_u32 << left) - 1
            } else {
                0xffff
            };
            let from = text.at as usize + done;
            let literal = match self.pool.get(from..).and_then(|rest| rest.first_chunk()) {
                Some(bytes) => Chunk::new(bytes),
                // The pool ends with a chunk of padding; tables from elsewhere may not.
                None => return false,
            };
            if self.chunk(at + done).same(literal) & want != want {
                return false;
            }
            done += CHUNK;
        }
        true
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
    fn more_space(&self, at: usize) -> usize {
        scan::skip_space(self.json, at)
    }

    /// The value of which the first byte is at `at`. The commonest scalars are read in place; all
    /// else, with its larger stack frame, in [`other`](Self::other).
    #[inline(always)]
    fn value(&self, node: NodeId, at: usize, depth: u32) -> Option<usize> {
        match self.nodes[node.0 as usize] {
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
            _ => self.other(node, at, depth),
        }
    }

    /// The same where space may come first.
    #[inline(always)]
    fn spaced_value(&self, node: NodeId, at: usize, depth: u32) -> Option<usize> {
        self.value(node, self.space(at), depth)
    }

    #[inline(never)]
    fn other(&self, node: NodeId, at: usize, depth: u32) -> Option<usize> {
        match self.nodes[node.0 as usize] {
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
            Node::Blank(_) if self.byte(at) == b'"' && self.byte(at + 1) == b'"' => Some(at + 2),
            Node::Blank(inner) | Node::Masked(inner) => self.other(inner, at, depth),
            Node::Decimal { form, bounds } => self.any_decimal(form, bounds, at),
            Node::String(NONE) => self.string(at),
            Node::String(size) => self.sized_string(at, self.tables.size(size)),
            Node::Int {
                range,
                digits,
                lead,
                ..
            } => self.integer(at, range, digits, lead),
            Node::Uuid => self.uuid(at),
            Node::Json => self.json(at, depth),
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
        self.value(field.node, at, depth)
    }

    /// Whether a value is null, if it is one at all.
    fn is_null(&self, at: usize) -> bool {
        self.byte(self.space(at)) == b'n'
    }

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
        let mut count = 0;
        if self.byte(at) != b']' {
            let levels = self.are_levels(item, depth + 1);
            loop {
                let end = match levels.then(|| self.level(at)).flatten() {
                    Some(end) => end,
                    None => self.value(item, at, depth + 1)?,
                };
                count += 1;
                at = self.space(end);
                match self.byte(at) {
                    b',' => at = self.space(at + 1),
                    b']' => break,
                    _ => return None,
                }
            }
        }
        self.fits(size, count).then_some(at + 1)
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
        let want = u32::from(word.head.want);
        let same = self.chunk(at).same(Chunk::new(&word.head.bytes)) & want == want;
        (same && self.same_text(at, word.json, CHUNK)).then_some(at + word.json.len as usize)
    }

    /// One of the strings of an enum.
    #[inline(never)]
    fn word_of(&self, index: u32, at: usize) -> Option<usize> {
        let one = self.tables.one_enum(index);
        let words = self.tables.words(one.words);
        if words.len() <= 4 {
            let chunk = self.chunk(at);
            let found = words.iter().find(|word| {
                let want = u32::from(word.head.want);
                chunk.same(Chunk::new(&word.head.bytes)) & want == want
                    && self.same_text(at, word.json, CHUNK)
            })?;
            return Some(at + found.json.len as usize);
        }
        let end = self.string(at)?;
        self.lookup(one.slots, at, end, |word| words[word].json)?;
        Some(end)
    }

    #[inline(never)]
    fn code_of(&self, index: u32, at: usize) -> Option<usize> {
        let one = self.tables.one_enum(index);
        let (value, end) = self.small_integer(at)?;
        let words = self.tables.words(one.words);
        words.iter().any(|word| word.int == value).then_some(end)
    }

    #[inline(never)]
    fn flags_of(&self, index: u32, at: usize) -> Option<usize> {
        let one = self.tables.one_enum(index);
        let (value, end) = self.small_integer(at)?;
        let bits = u64::try_from(value).ok()?;
        one.describes(self.tables.words(one.words), bits)
            .then_some(end)
    }
}

/// Whether a record lets undescribed members or elements pass unreported.
fn lets_pass(unknown: Unknown) -> bool {
    unknown == Unknown::Expected
}
