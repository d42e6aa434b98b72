//! Patterns: what valid texts look like.
//!
//! A venue's messages are written by a machine: of one kind, they have the same members in the same
//! order with the same space around them, and differ in their values. A pattern is what they share:
//! fixed text and, between, the fields whose values stand there. A text that fits one is valid, and
//! is the variant that the pattern was made of; to see that, no tag is looked for and no key looked up.
//!
//! Patterns are made of texts that were found valid. Those that begin alike share their first steps.

use super::coverage::Unwatched;
use super::literal::Head;
use super::table::{
    Choice, Field, Lane, NONE, Node, Record, Run, Shape, StepTest, Tables, Tag, Then, Unknown,
};
use super::{NodeId, fast};
use crate::scan;

/// Most steps that are kept: some 350 kB.
const MOST_STEPS: usize = 4096;
/// Most steps that are tried at one place.
const MOST_OTHERS: usize = 16;
/// Longer texts gain little, and take long to take apart.
const LONGEST: usize = 64 << 10;
/// A list of so many objects or rows is taken for fixed text with values in it.
const MOST_ITEMS: usize = 4;
/// After so many texts it is seen whether patterns are of use.
const TRIAL: u32 = 4096;
/// So many texts are made patterns of in that time.
const MOST_LEARNED: u32 = 64;
/// For so many texts there are none if they are not: members come in ever new orders.
const PAUSE: u32 = 1 << 16;

/// The patterns of the texts that a thread has read.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    /// The first step for texts that are held against a node.
    roots: Vec<(NodeId, u32)>,
    steps: Vec<Step>,
    /// Of literals, what their steps do not hold.
    pool: Vec<u8>,
    /// Texts since the last trial, and how many of them fitted.
    asked: u32,
    fitted: u32,
    /// Texts that were made patterns since then.
    learned: u32,
    /// How many texts are left of a pause.
    pause: u32,
}

/// Fixed text, and what stands after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The literal's first bytes, those after them, and how many there are in all.
    pub(super) head: Head,
    pub(super) neck: Head,
    pub(super) len: u32,
    /// What comes after those, in the pool.
    rest: Run,
    pub(super) what: What,
    /// Of a field, how its value is read.
    pub(super) lane: Lane,
    pub(super) node: Node,
    /// The step after this one.
    pub(super) next: u32,
    /// The step to try if this one does not fit.
    pub(super) other: u32,
}

/// What stands after fixed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A field's value: index into `Tables::fields`, and how deep it stands.
    Value { field: u32, depth: u32 },
    /// The rest of a string, up to its quote: plain characters other than `.` and `/`, at least one.
    Hole,
    /// Nothing: the text is this variant; index into `Tables::variants`.
    End(u32),
}

impl What {
    /// Whether the same may stand there: fields of several records can be alike.
    fn is_like(self, other: What, tables: &Tables) -> bool {
        let value = |what| match what {
            What::Value { field, depth } => {
                let Field { what, nullable, .. } = tables.fields[field as usize];
                Some((what, nullable, depth))
            }
            What::Hole | What::End(_) => None,
        };
        self == other || value(self).is_some_and(|mine| value(other) == Some(mine))
    }
}

impl Patterns {
    /// The first step for a text that is held against `root`.
    #[inline(always)]
    pub(super) fn first(&self, root: NodeId) -> Option<u32> {
        let mut roots = self.roots.iter();
        roots.find(|(node, _)| *node == root).map(|(_, step)| *step)
    }

    #[inline(always)]
    pub(super) fn step(&self, index: u32) -> Option<&Step> {
        self.steps.get(index as usize)
    }

    /// What of a step's literal is beyond its head and neck.
    pub(super) fn rest(&self, step: &Step) -> &[u8] {
        self.pool.get(step.rest.range()).unwrap_or_default()
    }

    /// How many texts fitted since the last trial.
    pub(super) fn fitted(&self) -> u32 {
        self.fitted
    }

    /// Counts a text, and whether it fitted.
    #[inline(always)]
    pub(super) fn count(&mut self, fitted: bool) {
        self.asked += 1;
        self.fitted += u32::from(fitted);
        if self.asked >= TRIAL {
            self.judge();
        }
    }

    #[cold]
    #[inline(never)]
    fn judge(&mut self) {
        let pause = self.pause.saturating_sub(self.asked);
        let useless = self.pause == 0 && self.fitted < self.asked / 4;
        if useless {
            *self = Patterns {
                pause: PAUSE,
                ..Patterns::default()
            };
        } else {
            (self.asked, self.fitted, self.learned, self.pause) = (0, 0, 0, pause);
        }
    }

    /// Makes a pattern of a text that was found to be a variant of the union `root`.
    #[cold]
    #[inline(never)]
    pub(super) fn learn(&mut self, tables: &Tables, root: NodeId, variant: u32, json: &[u8]) {
        let full = self.steps.len() >= MOST_STEPS || self.learned >= MOST_LEARNED;
        if self.pause > 0 || full || json.len() > LONGEST {
            return;
        }
        self.learned += 1;
        if let Some(pieces) = Draft::of(tables, root, variant, json) {
            self.add(tables, root, &pieces, json);
        }
    }

    fn add(&mut self, tables: &Tables, root: NodeId, pieces: &[Piece], json: &[u8]) {
        // Whose link to the next step is to be followed; none for a root.
        let mut before: Option<u32> = None;
        for piece in pieces {
            let literal = &json[piece.from..piece.to];
            let first = match before {
                None => self.first(root),
                Some(step) => self.step(step).map(|step| step.next),
            };
            let (mut at, mut last, mut count) = (first.unwrap_or(NONE), None, 0);
            let known = loop {
                let Some(step) = self.step(at) else {
                    break None;
                };
                if step.what.is_like(piece.what, tables) && self.is_literal(step, literal) {
                    break Some(at);
                }
                count += 1;
                (at, last) = (step.other, Some(at));
            };
            if known.is_none() && count >= MOST_OTHERS {
                return;
            }
            before = known.or_else(|| {
                let new = self.push(tables, literal, piece.what);
                match (last, before) {
                    (Some(last), _) => self.steps[last as usize].other = new,
                    (None, Some(before)) => self.steps[before as usize].next = new,
                    (None, None) => self.roots.push((root, new)),
                }
                Some(new)
            });
        }
    }

    fn push(&mut self, tables: &Tables, literal: &[u8], what: What) -> u32 {
        let rest = literal.get(32..).unwrap_or_default();
        let run = Run {
            first: self.pool.len() as u32,
            count: rest.len() as u32,
        };
        self.pool.extend_from_slice(rest);
        let (lane, node) = match what {
            What::Value { field, .. } => {
                let Field { lane, what, .. } = tables.fields[field as usize];
                (lane, what)
            }
            What::Hole | What::End(_) => (Lane::Other, Node::Json),
        };
        self.steps.push(Step {
            head: Head::of_bytes(literal),
            neck: Head::of_bytes(literal.get(16..).unwrap_or_default()),
            len: literal.len() as u32,
            rest: run,
            what,
            lane,
            node,
            next: NONE,
            other: NONE,
        });
        self.steps.len() as u32 - 1
    }

    fn is_literal(&self, step: &Step, literal: &[u8]) -> bool {
        step.len as usize == literal.len()
            && step.head == Head::of_bytes(literal)
            && step.neck == Head::of_bytes(literal.get(16..).unwrap_or_default())
            && self.rest(step) == literal.get(32..).unwrap_or_default()
    }
}

/// Fixed text of a draft, and what stands after it.
struct Piece {
    from: usize,
    to: usize,
    what: What,
}

/// A pattern in the making.
struct Draft<'t> {
    tables: &'t Tables,
    json: &'t [u8],
    pieces: Vec<Piece>,
    /// Where the fixed text starts that is not in a piece yet.
    from: usize,
    /// Where values start that told the variant: they are fixed text.
    fixed: Vec<usize>,
    /// Of such values, where the part is that told nothing.
    holes: Vec<Hole>,
}

#[derive(Clone, Copy)]
struct Hole {
    value: usize,
    from: usize,
    to: usize,
}

impl<'t> Draft<'t> {
    /// The pieces of a text that is valid as this variant, if it can be told by fixed text.
    fn of(tables: &'t Tables, root: NodeId, variant: u32, json: &'t [u8]) -> Option<Vec<Piece>> {
        let mut draft = Draft {
            tables,
            json,
            pieces: Vec::new(),
            from: 0,
            fixed: Vec::new(),
            holes: Vec::new(),
        };
        let Node::Union(union) = tables.node(root) else {
            return None;
        };
        let at = scan::skip_space(json, 0);
        if draft.variant(union, at)? != variant {
            return None;
        }
        draft.container(tables.variants[variant as usize].node, at, 0)?;
        draft.cut(json.len(), What::End(variant));
        Some(draft.pieces)
    }

    /// Which variant of a union the object or array at `at` is taken for first.
    fn variant(&mut self, union: u32, at: usize) -> Option<u32> {
        let kind = match self.json.get(at)? {
            b'[' => 4,
            b'{' => 5,
            _ => return None,
        };
        self.told(self.tables.union(union).choices[kind], at)
    }

    /// The fixed text so far and what stands after it, which ends at the end of the value there.
    fn cut(&mut self, to: usize, what: What) {
        let from = self.from;
        self.pieces.push(Piece { from, to, what });
    }

    /// Which variant the values tell that a plan looks at. They are noted.
    fn told(&mut self, choice: Choice, at: usize) -> Option<u32> {
        match choice {
            Choice::Variant(variant) => Some(variant),
            Choice::Steps(steps) => self.first_of(steps, None, at),
            Choice::Tag(tag) => {
                let tag = self.tables.tag(tag);
                let value = if self.json[at] == b'{' {
                    let key = self.tables.text(tag.key).as_bytes();
                    let key = &key[1..key.len() - 1];
                    let mut members = scan::members(self.json, at);
                    members
                        .find(|member| self.json[member.key.0..member.key.1] == *key)
                        .map(|member| member.value)
                } else {
                    scan::elements(self.json, at).nth(tag.element as usize)
                };
                let Some(value) = value else {
                    // Nor is it in any text with the same keys.
                    return self.told(tag.missing, at);
                };
                self.fixed.push(value.0);
                let token = &self.json[value.0..value.1];
                let groups = self.tables.groups(tag.groups).iter();
                let mut groups =
                    groups.filter(|group| self.tables.text(group.json).as_bytes() == token);
                let steps = groups.next().map_or(tag.rest, |group| group.steps);
                self.first_of(steps, Some((tag, value)), at)
            }
            Choice::Nobody | Choice::Ask => None,
        }
    }

    /// The variant that is tried first. That it is may depend on values, which are noted.
    fn first_of(
        &mut self,
        steps: Run,
        tag: Option<(&'t Tag, (usize, usize))>,
        at: usize,
    ) -> Option<u32> {
        let steps = self.tables.steps(steps);
        for (index, step) in steps.iter().enumerate() {
            let mut hole = None;
            let passes = match &step.test {
                StepTest::Always => true,
                StepTest::Prefix { text, .. } => {
                    let (tag, value) = tag?;
                    let text = self.tables.text(*text).as_bytes();
                    if self.stands_alone(tag, &steps[..index], text) {
                        hole = Some(Hole {
                            value: value.0,
                            from: value.0 + text.len(),
                            to: value.1 - 1,
                        });
                    }
                    self.json[value.0..value.1].starts_with(text)
                }
                StepTest::Element { element, words } => {
                    let value = scan::elements(self.json, at).nth(*element as usize)?;
                    self.fixed.push(value.0);
                    let token = &self.json[value.0..value.1];
                    let mut words = self.tables.words(*words).iter();
                    words.any(|word| self.tables.text(word.json).as_bytes() == token)
                }
            };
            if !passes {
                continue;
            }
            match step.then {
                // It is tried in vain, and so in any text with the same keys.
                Then::OrNext if self.lacks_keys(step.variant, at) => {}
                Then::Only | Then::OrNext | Then::OrAsk => {
                    self.holes.extend(hole);
                    return Some(step.variant);
                }
                Then::Refuse | Then::Ask => return None,
            }
        }
        None
    }

    /// Whether a variant is refused to the object at `at` for the members that it has or lacks.
    fn lacks_keys(&self, variant: u32, at: usize) -> bool {
        let Node::Object(record) = self
            .tables
            .node(self.tables.variants[variant as usize].node)
        else {
            return false;
        };
        let record = self.tables.record(record);
        let mut met = Vec::new();
        for member in scan::members(self.json, at) {
            match self.field(record, &self.json[member.key.0..member.key.1]) {
                Some(field) => met.push(field as usize),
                None if record.unknown != Unknown::Expected => return true,
                None => {}
            }
        }
        let mut fields = record.fields.range();
        fields.any(|index| self.tables.fields[index].required && !met.contains(&index))
    }

    /// Whether what starts with `text` is told by nothing that comes before it.
    fn stands_alone(&self, tag: &Tag, before: &[super::table::Step], text: &[u8]) -> bool {
        let apart = |other: &[u8]| !other.starts_with(text) && !text.starts_with(other);
        let mut groups = self.tables.groups(tag.groups).iter();
        groups.all(|group| apart(self.tables.text(group.json).as_bytes()))
            && before.iter().all(|step| match &step.test {
                StepTest::Prefix { text: other, .. } => apart(self.tables.text(*other).as_bytes()),
                StepTest::Always | StepTest::Element { .. } => false,
            })
    }

    /// The members or elements of the object, row or short list at `at`. Nothing is said of others.
    fn container(&mut self, node: NodeId, at: usize, depth: u32) -> Option<()> {
        match (self.tables.node(node), self.json.get(at)?) {
            (Node::Object(record), b'{') => {
                let record = self.plain_record(record)?;
                for member in scan::members(self.json, at) {
                    let field = self.field(record, &self.json[member.key.0..member.key.1])?;
                    self.value(field, member.value, depth + 1);
                }
            }
            (Node::Row(record), b'[') => {
                let fields = self.plain_record(record)?.fields;
                for (index, value) in scan::elements(self.json, at).enumerate() {
                    let field = fields.range().nth(index)?;
                    self.value(field as u32, value, depth + 1);
                }
            }
            (Node::List { item, .. }, b'[') => {
                if scan::elements(self.json, at).nth(MOST_ITEMS).is_some() {
                    return None;
                }
                for (start, _) in scan::elements(self.json, at) {
                    self.container(item, start, depth + 1)?;
                }
            }
            (Node::Union(union), _) => {
                let variant = self.variant(union, at)?;
                let node = self.tables.variants[variant as usize].node;
                let value = self.json.get(at..scan::value_end(self.json, at))?;
                // Otherwise it is another, which is tried after this one.
                if !fast::accepts(self.tables, node, value, &Unwatched) {
                    return None;
                }
                self.container(node, at, depth)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// A record of which fields alone say what is valid, and which is not read in one go.
    fn plain_record(&self, index: u32) -> Option<&'t Record> {
        let record = self.tables.record(index);
        (record.rules.count == 0 && record.shape == Shape::Mixed).then_some(record)
    }

    /// The field of a key, quotes included, that is spelt without escapes.
    fn field(&self, record: &Record, key: &[u8]) -> Option<u32> {
        let names = |field: &Field| {
            let name = self.tables.text(field.key).as_bytes();
            name[1..name.len() - 1] == *key
        };
        let index = self.tables.fields(record.fields).iter().position(names)?;
        Some(record.fields.first + index as u32)
    }

    fn value(&mut self, index: u32, (from, to): (usize, usize), depth: u32) {
        let field = &self.tables.fields[index as usize];
        if self.fixed.contains(&from) {
            let mut holes = self.holes.iter().copied();
            if let Some(hole) = holes.find(|hole| hole.value == from)
                && field.what == Node::String(NONE)
            {
                self.cut(hole.from, What::Hole);
                self.from = hole.to;
            }
            return;
        }
        let (pieces, start) = (self.pieces.len(), self.from);
        if self.container(field.node, from, depth).is_none() {
            self.pieces.truncate(pieces);
            self.from = start;
            self.cut(
                from,
                What::Value {
                    field: index,
                    depth,
                },
            );
            self.from = to;
        }
    }
}
