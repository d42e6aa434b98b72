//! What a text has in common with others of its kind.

use super::{MOST_ITEMS, What};
use crate::check::coverage::Unwatched;
use crate::check::table::{
    Choice, Field, NONE, Node, Record, Run, Shape, StepTest, Tables, Tag, Then, Unknown,
};
use crate::check::{NodeId, fast, table};
use crate::scan;

/// Fixed text of a draft, and what stands after it.
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: What,
}

/// A pattern in the making.
pub(super) struct Draft<'t> {
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
    pub(super) fn of(
        tables: &'t Tables,
        root: NodeId,
        variant: u32,
        json: &'t [u8],
    ) -> Option<Vec<Piece>> {
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
                // It is tried in vain, and so in any text like this one.
                Then::OrNext if self.is_refused(step.variant, at) => {}
                Then::Only | Then::OrNext | Then::OrAsk => {
                    self.holes.extend(hole);
                    return Some(step.variant);
                }
                Then::Refuse | Then::Ask => return None,
            }
        }
        None
    }

    /// Whether a variant is refused to the object at `at` for the members that it has or lacks, or for
    /// a word, which is then noted.
    fn is_refused(&mut self, variant: u32, at: usize) -> bool {
        let Node::Object(record) = self
            .tables
            .node(self.tables.variants[variant as usize].node)
        else {
            return false;
        };
        let record = self.tables.record(record);
        let mut met = Vec::new();
        let mut word = None;
        for member in scan::members(self.json, at) {
            let Some(index) = self.field(record, &self.json[member.key.0..member.key.1]) else {
                if record.unknown != Unknown::Expected {
                    return true;
                }
                continue;
            };
            met.push(index as usize);
            let field = &self.tables.fields[index as usize];
            let value = &self.json[member.value.0..member.value.1];
            if matches!(field.what, Node::Words(_) | Node::Constant(_))
                && !(field.nullable && value == b"null")
                && !fast::accepts(self.tables, field.node, value, &Unwatched)
            {
                word = word.or(Some(member.value.0));
            }
        }
        let mut fields = record.fields.range();
        if fields.any(|index| self.tables.fields[index].required && !met.contains(&index)) {
            return true;
        }
        self.fixed.extend(word);
        word.is_some()
    }

    /// Whether what starts with `text` is told by nothing that comes before it.
    fn stands_alone(&self, tag: &Tag, before: &[table::Step], text: &[u8]) -> bool {
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
