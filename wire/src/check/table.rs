//! The tables that a [`Program`](super::Program) consists of.
//!
//! Made by `venue_schema::program` from a spec, or written out as constants by `venue_codegen`; not
//! meant to be written by hand. Indices point into the other tables. All names and literals stand in
//! one pool of text as JSON spells them, quotes included.

use std::borrow::Cow;

use super::NodeId;
use super::literal::{self, Head};
use crate::scan;
use crate::select::Match;

/// Everything that a program knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    /// What a value can be.
    pub nodes: Cow<'static, [Node]>,
    /// Objects and positional arrays.
    pub records: Cow<'static, [Record]>,
    /// Members and elements, each record's in documented order.
    pub fields: Cow<'static, [Field]>,
    /// Rules across fields.
    pub rules: Cow<'static, [Rule]>,
    /// Conditions of rules.
    pub guards: Cow<'static, [Guard]>,
    /// Fields that rules ask about, as indices into their record.
    pub operands: Cow<'static, [u16]>,
    /// Named values.
    pub enums: Cow<'static, [Enum]>,
    /// Literals: values of enums, constants, values in guards.
    pub words: Cow<'static, [Word]>,
    /// Bounds of integers.
    pub ranges: Cow<'static, [Range]>,
    /// Bounds of decimals.
    pub bounds: Cow<'static, [Bounds]>,
    /// Lengths of strings, lists and maps.
    pub sizes: Cow<'static, [Size]>,
    /// One of several types.
    pub unions: Cow<'static, [Union]>,
    /// Variants, in order of trial.
    pub variants: Cow<'static, [Variant]>,
    /// What tells each variant from the others; the same indices as `variants`.
    pub matches: Cow<'static, [Match]>,
    /// What to look for in a value of a union.
    pub tags: Cow<'static, [Tag]>,
    /// The values of tags.
    pub groups: Cow<'static, [Group]>,
    /// What to try.
    pub steps: Cow<'static, [Step]>,
    /// Hash slots by which records find keys and enums values: an index plus one, or 0.
    pub slots: Cow<'static, [u16]>,
    /// For each record, the field that is first in alphabetical order, then for each of its fields
    /// the one that comes after it.
    pub successors: Cow<'static, [u16]>,
    /// The pool of text.
    pub text: Cow<'static, str>,
}

/// No entry, where an index is optional.
pub const NONE: u32 = u32::MAX;

/// A piece of `Tables::text`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Text {
    /// First byte.
    pub at: u32,
    /// Number of bytes.
    pub len: u32,
}

/// A run of entries of another table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// The first.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// What a value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Node {
    /// Any JSON value.
    Json,
    /// `true` or `false`.
    Bool,
    /// A string; index into `Tables::sizes` or [`NONE`].
    String(u32),
    /// `8-4-4-4-12` hexadecimal digits in a string.
    Uuid,
    /// A number without fraction or exponent.
    Int {
        /// Index into `Tables::ranges`.
        range: u32,
        /// A number of so many digits and no sign is in range whatever the digits are.
        digits: u8,
        /// So is one of one digit more that starts with a lesser character than this.
        lead: u8,
        /// What it counts.
        unit: Unit,
    },
    /// An exact decimal.
    Decimal {
        /// How it stands.
        form: Form,
        /// Index into `Tables::bounds` or [`NONE`].
        bounds: u32,
    },
    /// RFC 3339 date and time in a string.
    DateTime,
    /// The same without a zone.
    LocalDateTime,
    /// One of some strings; index into `Tables::enums`.
    Words(u32),
    /// One of some integers; index into `Tables::enums`.
    Codes(u32),
    /// Bits; index into `Tables::enums`.
    Flags(u32),
    /// One literal; index into `Tables::words`.
    Constant(u32),
    /// The empty string, or the node.
    Blank(NodeId),
    /// The node, whose value is not to be shown.
    Masked(NodeId),
    /// An object; index into `Tables::records`.
    Object(u32),
    /// A positional array; index into `Tables::records`.
    Row(u32),
    /// An array.
    List {
        /// Each element.
        item: NodeId,
        /// Index into `Tables::sizes` or [`NONE`].
        size: u32,
    },
    /// An object with any keys.
    Map {
        /// Each value.
        item: NodeId,
        /// Index into `Tables::sizes` or [`NONE`].
        size: u32,
    },
    /// One of several; index into `Tables::unions`.
    Union(u32),
}

/// What an integer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Unit {
    Number,
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// How a decimal stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A JSON number.
    Number,
    /// A JSON string.
    Text,
    /// Either.
    Any,
}

/// What is not described: kept and reported, or normal, or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Reported as drift.
    Drift,
    /// Normal.
    Expected,
    /// Invalid.
    Refused,
}

/// An object or a positional array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: Text,
    /// Index into `Tables::fields`.
    pub fields: Run,
    /// Which of the first 64 fields must be there.
    pub required: u64,
    /// Undescribed members or appended elements.
    pub unknown: Unknown,
    /// Index into `Tables::rules`.
    pub rules: Run,
    /// Finds keys.
    pub slots: Slots,
    /// Index into `Tables::successors`.
    pub successors: u32,
    /// Whether it is of a shape that is read in one go.
    pub shape: Shape,
}

/// The shape of a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Any.
    #[default]
    Mixed,
    /// An array of two numbers and a string: a level of an order book.
    Level,
}

/// A member or an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// `,"name":`
    pub key: Text,
    /// Its first bytes.
    pub head: Head,
    /// Its value.
    pub node: NodeId,
    /// The same, at hand.
    pub what: Node,
    /// It may not be absent.
    pub required: bool,
    /// It may be null.
    pub nullable: bool,
    /// Its value is not to be shown.
    pub masked: bool,
    /// How its value is read where members stand as they are documented.
    pub lane: Lane,
}

/// The kinds of value that are read in place. What does not read as one, such as null, is then read as
/// what it may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lane {
    /// Any other.
    #[default]
    Other,
    /// A decimal that may stand as a JSON number and has no bounds.
    Number,
    /// The same with bounds.
    Bounded,
    /// A decimal in a string, without bounds.
    Quoted,
    /// An integer.
    Int,
    /// Any string.
    Text,
    /// One of some strings.
    Words,
    /// Date and time with a zone.
    Time,
}

impl Lane {
    const fn of(what: Node) -> Self {
        match what {
            Node::Decimal {
                form: Form::Text,
                bounds: NONE,
            } => Lane::Quoted,
            Node::Decimal {
                form: Form::Text, ..
            } => Lane::Other,
            Node::Decimal { bounds: NONE, .. } => Lane::Number,
            Node::Decimal { .. } => Lane::Bounded,
            Node::Int { .. } => Lane::Int,
            Node::String(NONE) => Lane::Text,
            Node::Words(_) => Lane::Words,
            Node::DateTime => Lane::Time,
            _ => Lane::Other,
        }
    }
}

/// A hash table over `Tables::slots`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slots {
    /// The first slot.
    pub first: u32,
    /// 64 less the power of two that their number is; there are none if it is 0.
    pub shift: u8,
    /// Chosen so that few literals want the same slot.
    pub multiplier: u64,
}

/// A rule across the fields of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// When it applies: all guards hold.
    pub when: Run,
    /// What must hold then.
    pub need: Need,
    /// Index into `Tables::operands`.
    pub operands: Run,
    /// The same as bits, for the first 64 fields.
    pub mask: u64,
    /// The rule in words.
    pub doc: Text,
}

/// What a rule asks of its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Need {
    AllOf,
    NoneOf,
    ExactlyOne,
    AtMostOne,
    AtLeastOne,
}

/// A condition of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Index into the record's fields.
    pub field: u16,
    /// Index into `Tables::words`: it has one of these values. None: it is there, neither null
    /// nor the empty string that stands for none.
    pub values: Run,
    /// It is there and has none of these values.
    pub is_not: bool,
}

/// Named values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: Text,
    /// Index into `Tables::words`.
    pub words: Run,
    /// A value that is not listed.
    pub unknown: Unknown,
    /// For integers and flags, what the base can hold: index into `Tables::ranges`.
    pub range: u32,
    /// For flags, the bits that are described.
    pub known: u64,
    /// Finds strings.
    pub slots: Slots,
}

/// A literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As JSON spells it: `"Started"`, `3`, `true`.
    pub json: Text,
    /// Its first bytes.
    pub head: Head,
    /// Its value, if it is an integer.
    pub int: i64,
    /// For flags, the bits that it is told by.
    pub mask: u64,
}

/// Bounds of an integer, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Smallest.
    pub min: i128,
    /// Largest.
    pub max: i128,
}

/// Bounds of a decimal, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Smallest, in JSON's grammar; empty for none.
    pub min: Text,
    /// Largest, likewise.
    pub max: Text,
    /// Whatever has no sign is within.
    pub from_zero: bool,
}

/// Bounds of a length, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// One of several types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Union {
    /// Its name; empty for the messages of a socket or feed.
    pub name: Text,
    /// Index into `Tables::variants` and `Tables::matches`.
    pub variants: Run,
    /// A value that no variant claims.
    pub unknown: Unknown,
    /// How to find the variant, by the value's kind: null, boolean, number, string, array, object.
    pub choices: [Choice; 6],
}

/// How to find the variant of a union.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// No variant is valid for it.
    Nobody,
    /// By its kind alone; index into `Tables::variants`.
    Variant(u32),
    /// By a member or element; index into `Tables::tags`.
    Tag(u32),
    /// By trial; index into `Tables::steps`.
    Steps(Run),
    /// By all its matches.
    Ask,
}

/// A member or element that tells variants apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// For an object: `,"name":`
    pub key: Text,
    /// Its first bytes.
    pub head: Head,
    /// For an array: which element.
    pub element: u32,
    /// The values that have steps of their own; index into `Tables::groups`.
    pub groups: Run,
    /// Finds them.
    pub slots: Slots,
    /// What to try for any other string; index into `Tables::steps`.
    pub rest: Run,
    /// Without the member.
    pub missing: Choice,
}

/// A value of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The value, as JSON.
    pub json: Text,
    /// Its first bytes.
    pub head: Head,
    /// What to try; index into `Tables::steps`.
    pub steps: Run,
}

/// A variant to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub test: StepTest,
    /// Which; index into `Tables::variants`.
    pub variant: u32,
    /// How.
    pub then: Then,
}

/// When a variant is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepTest {
    /// Always.
    Always,
    /// The tag starts with this text, opening quote included, and goes on with a hole to its end.
    Prefix {
        /// The text.
        text: Text,
        /// Its first bytes.
        head: Head,
    },
    /// Another element is one of some strings.
    Element {
        /// Which.
        element: u32,
        /// Index into `Tables::words`.
        words: Run,
    },
}

/// How a variant is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// What its type accepts is valid, and nothing else.
    Only,
    /// What its type accepts is valid; of the rest, what the next step says.
    OrNext,
    /// What its type accepts is valid; of the rest, what all matches say.
    OrAsk,
    /// Nothing of it is valid.
    Refuse,
    /// By all matches.
    Ask,
}

/// A variant of a union.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: Text,
    /// Its type.
    pub node: NodeId,
    /// It stands for what is not described: what it claims drifts.
    pub fallback: bool,
}

impl Tables {
    /// Fills in what follows from the rest: plans, hash slots and padding.
    pub fn finish(&mut self) {
        for field in self.fields.to_mut() {
            field.what = self.nodes[field.node.0 as usize];
            field.lane = Lane::of(field.what);
        }
        super::plan::plan(self);
        // Literals are read from the pool by whole chunks.
        self.text.to_mut().push_str(&" ".repeat(16));
        let mut slots = Vec::new();
        let mut add = |literals: Vec<&str>| {
            let (table, more) = literal::slots(slots.len(), &literals);
            slots.extend(more);
            table
        };
        let records: Vec<Slots> = self
            .records
            .iter()
            .map(|record| {
                let keys = self
                    .fields(record.fields)
                    .iter()
                    .map(|field| self.text(field.key));
                add(keys.map(|key| &key[1..key.len() - 1]).collect())
            })
            .collect();
        let enums: Vec<Slots> = self
            .enums
            .iter()
            .map(|one| {
                add(self
                    .words(one.words)
                    .iter()
                    .map(|word| self.text(word.json))
                    .collect())
            })
            .collect();
        let tags: Vec<Slots> = self
            .tags
            .iter()
            .map(|tag| {
                let words = self
                    .groups(tag.groups)
                    .iter()
                    .map(|group| self.text(group.json));
                let words: Vec<_> = words.collect();
                if words.is_empty() {
                    Slots::default()
                } else {
                    add(words)
                }
            })
            .collect();
        let mut successors = Vec::new();
        for record in self.records.to_mut().iter_mut() {
            let fields = &self.fields[record.fields.range()];
            let key = |field: usize| {
                let Text { at, len } = fields[field].key;
                &self.text[at as usize..(at + len) as usize]
            };
            let mut order: Vec<usize> = (0..fields.len()).collect();
            order.sort_by_key(|field| key(*field));
            let mut after = vec![0; fields.len() + 1];
            let mut last = 0;
            for field in order {
                after[last] = field as u16;
                last = field + 1;
            }
            record.successors = successors.len() as u32;
            successors.extend(after);
        }
        self.successors = successors.into();
        let shapes: Vec<Shape> = self
            .records
            .iter()
            .map(|record| self.shape(record))
            .collect();
        for (record, shape) in self.records.to_mut().iter_mut().zip(shapes) {
            record.shape = shape;
        }
        self.slots = slots.into();
        for (tag, slots) in self.tags.to_mut().iter_mut().zip(tags) {
            tag.slots = slots;
        }
        for (record, slots) in self.records.to_mut().iter_mut().zip(records) {
            record.slots = slots;
        }
        for (one, slots) in self.enums.to_mut().iter_mut().zip(enums) {
            one.slots = slots;
        }
    }

    fn shape(&self, record: &Record) -> Shape {
        let fields = self.fields(record.fields);
        let number = Node::Decimal {
            form: Form::Number,
            bounds: NONE,
        };
        let nodes = fields.iter().map(|field| self.node(field.node));
        let level = nodes.eq([number, number, Node::String(NONE)]);
        let plain = fields.iter().all(|field| field.required && !field.nullable);
        if level && plain && record.rules.count == 0 {
            Shape::Level
        } else {
            Shape::Mixed
        }
    }

    pub(super) fn node(&self, node: NodeId) -> Node {
        self.nodes[node.0 as usize]
    }

    pub(super) fn record(&self, index: u32) -> &Record {
        &self.records[index as usize]
    }

    pub(super) fn fields(&self, run: Run) -> &[Field] {
        &self.fields[run.range()]
    }

    pub(super) fn rules(&self, run: Run) -> &[Rule] {
        &self.rules[run.range()]
    }

    pub(super) fn guards(&self, run: Run) -> &[Guard] {
        &self.guards[run.range()]
    }

    pub(super) fn operands(&self, run: Run) -> &[u16] {
        &self.operands[run.range()]
    }

    pub(super) fn one_enum(&self, index: u32) -> &Enum {
        &self.enums[index as usize]
    }

    pub(super) fn words(&self, run: Run) -> &[Word] {
        &self.words[run.range()]
    }

    pub(super) fn words_at(&self, index: u32) -> &Word {
        &self.words[index as usize]
    }

    pub(super) fn range(&self, index: u32) -> Range {
        self.ranges[index as usize]
    }

    pub(super) fn bounds(&self, index: u32) -> Bounds {
        self.bounds[index as usize]
    }

    pub(super) fn size(&self, index: u32) -> Size {
        self.sizes[index as usize]
    }

    pub(super) fn union(&self, index: u32) -> &Union {
        &self.unions[index as usize]
    }

    pub(super) fn variants_of(&self, union: u32) -> &[Variant] {
        &self.variants[self.union(union).variants.range()]
    }

    pub(super) fn matches_of(&self, union: u32) -> &[Match] {
        &self.matches[self.union(union).variants.range()]
    }

    pub(super) fn tag(&self, index: u32) -> &Tag {
        &self.tags[index as usize]
    }

    pub(super) fn groups(&self, run: Run) -> &[Group] {
        &self.groups[run.range()]
    }

    pub(super) fn steps(&self, run: Run) -> &[Step] {
        &self.steps[run.range()]
    }

    pub(super) fn text(&self, text: Text) -> &str {
        &self.text[text.at as usize..(text.at + text.len) as usize]
    }

    /// The name of a field, from its key `,"name":`.
    pub(super) fn field_name(&self, field: &Field) -> Cow<'_, str> {
        let key = self.text(field.key).as_bytes();
        scan::text(&key[1..key.len() - 1])
    }

    /// Whether a value is the literal.
    pub(super) fn word_is(&self, index: u32, token: &[u8]) -> bool {
        let word = self.words_at(index);
        let json = self.text(word.json).as_bytes();
        match json.first() {
            Some(b'"') => token.first() == Some(&b'"') && scan::text(token) == scan::text(json),
            Some(b't' | b'f') => token == json,
            _ => super::scalar::integer(token) == Some(i128::from(word.int)),
        }
    }
}

impl Field {
    /// Of this key in the pool.
    pub const fn new(
        pool: &str,
        nodes: &[Node],
        key: Text,
        node: NodeId,
        required: bool,
        nullable: bool,
        masked: bool,
    ) -> Self {
        let (head, what) = (Head::of(pool, key), nodes[node.0 as usize]);
        Field {
            key,
            head,
            node,
            what,
            required,
            nullable,
            masked,
            lane: Lane::of(what),
        }
    }
}

impl Tag {
    /// For a member whose key stands in the pool, or an element.
    pub const fn new(
        pool: &str,
        key: Text,
        element: u32,
        groups: Run,
        slots: Slots,
        rest: Run,
        missing: Choice,
    ) -> Self {
        Tag {
            key,
            head: Head::of(pool, key),
            element,
            groups,
            slots,
            rest,
            missing,
        }
    }
}

impl Group {
    /// Of this literal in the pool.
    pub const fn new(pool: &str, json: Text, steps: Run) -> Self {
        Group {
            json,
            head: Head::of(pool, json),
            steps,
        }
    }
}

impl StepTest {
    /// Of this text in the pool.
    pub const fn prefix(pool: &str, text: Text) -> Self {
        StepTest::Prefix {
            text,
            head: Head::of(pool, text),
        }
    }
}

impl Word {
    /// Of this literal in the pool.
    pub const fn new(pool: &str, json: Text, int: i64, mask: u64) -> Self {
        Word {
            json,
            head: Head::of(pool, json),
            int,
            mask,
        }
    }
}

impl Enum {
    /// Whether flags hold nothing but what is described: no other bit, and in a field of several
    /// bits a value that is listed.
    pub(super) fn describes(&self, words: &[Word], bits: u64) -> bool {
        bits & !self.known == 0
            && words.iter().all(|word| {
                let field = bits & word.mask;
                let unset = field == 0 && word.mask == word.int as u64;
                unset
                    || words
                        .iter()
                        .any(|other| other.mask == word.mask && other.int as u64 == field)
            })
    }
}

impl Enum {
    /// The words of flags that some bits spell, as indices into `Tables::words`.
    pub(super) fn set<'w>(
        &self,
        words: &'w [Word],
        bits: u64,
    ) -> impl Iterator<Item = usize> + use<'w> {
        let first = self.words.first as usize;
        let spelt = move |word: &Word| {
            let unset = word.int == 0 && word.mask == 0;
            bits & word.mask == word.int as u64 && (!unset || bits == 0)
        };
        let words = words.iter().enumerate();
        words
            .filter(move |(_, word)| spelt(word))
            .map(move |(index, _)| first + index)
    }
}

impl Run {
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}
