//! How the fast reader finds the variant of a union without walking the whole value first.
//!
//! [`select`](crate::select::select) must see every member before it can say that one is absent.
//! The fast reader looks for one telling member, the *tag*, and takes the variant that it names;
//! that the other conditions hold, and that no earlier variant claims the value, then follows from
//! the value's being valid for that variant: a record without a member `type` accepts no object
//! that has one. Where it does not follow, the plan says to ask `select`.

use std::collections::{BTreeMap, BTreeSet};

use super::NodeId;
use super::table::{
    Choice, Group, Node, Record, Run, Slots, Step, StepTest, Tables, Tag, Text, Then, Union,
    Unknown, Word,
};
use super::words;
use crate::select::{Condition, Kind, Literal, Match, Part, Place, Test, fits};

const KINDS: [Kind; 6] = [
    Kind::Null,
    Kind::Bool,
    Kind::Number,
    Kind::String,
    Kind::Array,
    Kind::Object,
];

/// Most members that are looked for one after the other.
const MOST_TAGS: usize = 3;

/// Fills in the plans of all unions.
pub(super) fn plan(tables: &mut Tables) {
    let mut planner = Planner {
        tables,
        tags: Vec::new(),
        groups: Vec::new(),
        steps: Vec::new(),
        words: tables.words.to_vec(),
        text: tables.text.to_string(),
        pooled: BTreeMap::new(),
    };
    let choices: Vec<_> = tables
        .unions
        .iter()
        .map(|union| planner.union(union))
        .collect();
    let Planner {
        tags,
        groups,
        steps,
        words,
        text,
        ..
    } = planner;
    for (union, choices) in tables.unions.to_mut().iter_mut().zip(choices) {
        union.choices = choices;
    }
    tables.tags = tags.into();
    tables.groups = groups.into();
    tables.steps = steps.into();
    tables.words = words.into();
    tables.text = text.into();
}

struct Planner<'t> {
    tables: &'t Tables,
    tags: Vec<Tag>,
    groups: Vec<Group>,
    steps: Vec<Step>,
    words: Vec<Word>,
    text: String,
    /// What has been looked for in the text.
    pooled: BTreeMap<String, Text>,
}

/// A variant that is still possible.
#[derive(Clone, Copy)]
struct Candidate<'t> {
    matches: &'t Match,
    /// Index into `Tables::variants`.
    variant: u32,
    node: NodeId,
    fallback: bool,
}

impl<'t> Planner<'t> {
    fn union(&mut self, union: &Union) -> [Choice; 6] {
        let all: Vec<_> = union
            .variants
            .range()
            .map(|index| Candidate {
                matches: &self.tables.matches[index],
                variant: index as u32,
                node: self.tables.variants[index].node,
                fallback: self.tables.variants[index].fallback,
            })
            .collect();
        KINDS.map(|kind| {
            let possible: Vec<_> = all
                .iter()
                .copied()
                .filter(|one| may_be(one.matches, kind))
                .collect();
            match possible.first() {
                None => Choice::Nobody,
                Some(first) if first.matches.conditions.iter().all(is_about_kind) => {
                    if first.fallback {
                        Choice::Nobody
                    } else {
                        Choice::Variant(first.variant)
                    }
                }
                Some(_) if kind == Kind::Object => self.object(&possible, &mut Vec::new()),
                Some(_) if kind == Kind::Array => self.array(&possible),
                Some(_) => Choice::Ask,
            }
        })
    }

    /// Objects: by the member that most variants ask for. `absent` are the members that were
    /// looked for and are not there.
    fn object(&mut self, possible: &[Candidate<'t>], absent: &mut Vec<&'t str>) -> Choice {
        if possible.is_empty() {
            return Choice::Nobody;
        }
        let place = |place: &'t Place| match place {
            Place::Member(name) if !absent.contains(&&**name) => Some(&**name),
            _ => None,
        };
        // A template is one comparison for many values, so variants count for more than texts.
        let name = telling(possible, place, |variants, texts| (variants, texts));
        let Some(name) = name.filter(|_| absent.len() < MOST_TAGS) else {
            return Choice::Steps(self.untagged(possible, absent));
        };
        let with = |test: &dyn Fn(&Test) -> bool| -> Vec<Candidate<'t>> {
            possible
                .iter()
                .copied()
                .filter(|one| about(one.matches, name).all(|condition| test(&condition.test)))
                .collect()
        };
        let mut groups = Vec::new();
        for literal in literals(possible, &Place::Member(name.to_owned().into())) {
            let list = with(&|test| match test {
                Test::Equals(values) => values.contains(&Literal::Text(literal.to_owned().into())),
                Test::Template(parts) => fits(parts, literal),
                Test::Present | Test::Kind(Kind::String) => true,
                Test::Absent | Test::Kind(_) => false,
            });
            let steps = self.tagged(&list, name, absent, true);
            let json = self.pooled(&quoted(literal));
            groups.push(Group::new(&self.text, json, steps));
        }
        let rest = with(&|test| {
            matches!(
                test,
                Test::Template(_) | Test::Present | Test::Kind(Kind::String)
            )
        });
        let rest = self.tagged(&rest, name, absent, false);
        let missing = with(&|test| matches!(test, Test::Absent));
        absent.push(name);
        let missing = self.object(&missing, absent);
        absent.pop();
        let key = self.pooled(&format!(",{}:", quoted(name)));
        let groups = self.run_of_groups(groups);
        let tag = Tag::new(&self.text, key, 0, groups, Slots::default(), rest, missing);
        self.tags.push(tag);
        Choice::Tag(self.tags.len() as u32 - 1)
    }

    /// The steps for objects of which the tag is known: that it is one value, if `fixed`, or else
    /// that it is none of those that have steps of their own.
    fn tagged(&mut self, list: &[Candidate<'t>], name: &str, absent: &[&str], fixed: bool) -> Run {
        let mut steps = Vec::new();
        let mut before: Vec<&Match> = Vec::new();
        for one in list {
            let templates: Vec<&[Part]> = about(one.matches, name)
                .filter_map(|condition| match &condition.test {
                    Test::Template(parts) if !fixed => Some(&**parts),
                    _ => None,
                })
                .collect();
            let (test, exact) = match templates[..] {
                [] => (StepTest::Always, true),
                [[Part::Text(start), Part::Hole]] => (self.prefix(start), true),
                [[Part::Text(start), ..], ..] => (self.prefix(start), false),
                [..] => (StepTest::Always, false),
            };
            let known = |condition: &Condition| is_member(condition, name);
            let could_hold = self.could_hold(one.node, name);
            let runs = could_hold && exact && self.follows(*one, &before, absent, known);
            let then = match templates[..] {
                _ if one.fallback => Then::Refuse,
                [] if runs => Then::OrNext,
                [_] if runs => Then::OrAsk,
                _ => Then::Ask,
            };
            // What cannot hold the tag accepts nothing here, whatever its match says.
            if could_hold || one.fallback || !templates.is_empty() {
                let asks_for_tag = about(one.matches, name).next().is_some();
                steps.push((
                    (one.fallback, !asks_for_tag),
                    Step {
                        test,
                        variant: one.variant,
                        then,
                    },
                ));
            }
            // A template that does not fit is ruled out when it is tried, and one that fits ends
            // the trial.
            if templates.is_empty() {
                before.push(one.matches);
            }
        }
        // What asks for the tag goes first: whether it may be taken without trying the others was
        // settled above.
        steps.sort_by_key(|(order, _)| *order);
        self.run_of_steps(steps.into_iter().map(|(_, step)| step).collect())
    }

    /// The steps for objects without any tag.
    fn untagged(&mut self, list: &[Candidate<'t>], absent: &[&str]) -> Run {
        let mut steps = Vec::new();
        let mut before: Vec<&Match> = Vec::new();
        for one in list {
            let then = if one.fallback {
                Then::Refuse
            } else if self.follows(*one, &before, absent, |_| false) {
                Then::OrNext
            } else {
                Then::Ask
            };
            steps.push(Step {
                test: StepTest::Always,
                variant: one.variant,
                then,
            });
            before.push(one.matches);
        }
        self.run_of_steps(steps)
    }

    /// Whether, once the variant's type accepts a value, `select` takes this variant: its conditions
    /// but those `known` hold, and one of each earlier variant's does not.
    fn follows(
        &self,
        one: Candidate,
        before: &[&Match],
        absent: &[&str],
        known: impl Fn(&Condition) -> bool,
    ) -> bool {
        let Some(record) = self.record(one.node) else {
            return false;
        };
        let is_absent = |condition: &Condition| match &condition.at {
            Place::Member(name) => absent.contains(&&**name),
            _ => false,
        };
        let holds = |condition: &Condition| {
            known(condition)
                || is_about_kind(condition)
                || (is_absent(condition) && condition.test == Test::Absent)
                || self.sure(record, condition) == Some(true)
        };
        let fails = |condition: &Condition| {
            !known(condition)
                && ((is_absent(condition) && condition.test != Test::Absent)
                    || self.sure(record, condition) == Some(false))
        };
        one.matches.conditions.iter().all(holds)
            && before
                .iter()
                .all(|other| other.conditions.iter().any(fails))
    }

    /// What is sure of a condition once the record accepts an object.
    fn sure(&self, record: &Record, condition: &Condition) -> Option<bool> {
        let name = match &condition.at {
            Place::Member(name) => name,
            Place::Element(_) => return Some(false),
            Place::Whole => return None,
        };
        let fields = self.tables.fields(record.fields);
        let Some(field) = fields.iter().find(|it| self.tables.field_name(it) == *name) else {
            let surely_absent = record.unknown != Unknown::Expected;
            return surely_absent.then_some(condition.test == Test::Absent);
        };
        match &condition.test {
            Test::Absent => field.required.then_some(false),
            Test::Present => field.required.then_some(true),
            Test::Kind(kind) => {
                let kinds = words::kinds(self.unmasked(field.node));
                let one = field.required && !field.nullable && kinds == [*kind];
                let may_be = kinds.contains(kind) || (field.nullable && *kind == Kind::Null);
                if one {
                    Some(true)
                } else {
                    (!may_be).then_some(false)
                }
            }
            Test::Equals(literals) => {
                let values = self.listed(field.node)?;
                let meant = |value: &str| literals.iter().any(|it| it.equals(value.as_bytes()));
                if !values.iter().any(|value| meant(value)) {
                    return Some(false);
                }
                let always = field.required && !field.nullable;
                (always && values.iter().all(|value| meant(value))).then_some(true)
            }
            Test::Template(_) => None,
        }
    }

    /// The only values that the fast reader accepts for a node, as JSON.
    fn listed(&self, node: NodeId) -> Option<Vec<&str>> {
        match self.unmasked(node) {
            Node::Constant(word) => Some(vec![self.tables.text(self.tables.words_at(word).json)]),
            Node::Words(index) => {
                let words = self.tables.words(self.tables.one_enum(index).words).iter();
                Some(words.map(|word| self.tables.text(word.json)).collect())
            }
            _ => None,
        }
    }

    /// Whether a type could accept an object that has the member.
    fn could_hold(&self, node: NodeId, name: &str) -> bool {
        self.record(node).is_none_or(|record| {
            let mut fields = self.tables.fields(record.fields).iter();
            record.unknown == Unknown::Expected
                || fields.any(|field| self.tables.field_name(field) == name)
        })
    }

    fn record(&self, node: NodeId) -> Option<&'t Record> {
        match self.unmasked(node) {
            Node::Object(record) => Some(self.tables.record(record)),
            _ => None,
        }
    }

    fn unmasked(&self, node: NodeId) -> Node {
        match self.tables.node(node) {
            Node::Masked(inner) => self.tables.node(inner),
            node => node,
        }
    }

    /// Arrays: by the element that most variants ask for. Elements are looked at one by one, so
    /// nothing needs to follow from anything.
    fn array(&mut self, possible: &[Candidate<'t>]) -> Choice {
        let place = |place: &'t Place| match place {
            Place::Element(index) => Some(*index),
            _ => None,
        };
        // The more different texts, the fewer variants for each.
        let place = telling(possible, place, |variants, texts| (texts, variants));
        let Some(index) = place else {
            return Choice::Ask;
        };
        let at = Place::Element(index);
        let mut groups = Vec::new();
        for literal in literals(possible, &at) {
            let mut steps = Vec::new();
            for one in possible {
                let value = Literal::Text(literal.to_owned().into());
                let mut here = one.matches.conditions.iter().filter(|it| it.at == at);
                let may = here.all(|condition| match &condition.test {
                    Test::Equals(values) => values.contains(&value),
                    Test::Present | Test::Kind(Kind::String) => true,
                    Test::Template(parts) => fits(parts, literal),
                    Test::Absent | Test::Kind(_) => false,
                });
                if may {
                    steps.push(self.array_step(*one, &at));
                }
            }
            let steps = self.run_of_steps(steps);
            let json = self.pooled(&quoted(literal));
            groups.push(Group::new(&self.text, json, steps));
        }
        let mut rest = possible.iter();
        let equals =
            |condition: &Condition| condition.at == at && matches!(condition.test, Test::Equals(_));
        let rest = if rest.all(|one| one.matches.conditions.iter().any(equals)) {
            Run::default()
        } else {
            self.run_of_steps(vec![ASK])
        };
        let groups = self.run_of_groups(groups);
        self.tags.push(Tag::new(
            "",
            Text::default(),
            index,
            groups,
            Slots::default(),
            rest,
            Choice::Ask,
        ));
        Choice::Tag(self.tags.len() as u32 - 1)
    }

    /// A step for an array of which the element `at` is known.
    fn array_step(&mut self, one: Candidate, at: &Place) -> Step {
        let others = one
            .matches
            .conditions
            .iter()
            .filter(|it| it.at != *at && !is_about_kind(it));
        let test = match &others.collect::<Vec<_>>()[..] {
            [] => StepTest::Always,
            [
                Condition {
                    at: Place::Element(element),
                    test: Test::Equals(values),
                },
            ] if texts(values).is_some() => {
                let values = texts(values).unwrap_or_default();
                let first = self.words.len() as u32;
                for value in &values {
                    self.word(value);
                }
                StepTest::Element {
                    element: *element,
                    words: Run {
                        first,
                        count: values.len() as u32,
                    },
                }
            }
            _ => return ASK,
        };
        let then = if one.fallback {
            Then::Refuse
        } else {
            Then::Only
        };
        Step {
            test,
            variant: one.variant,
            then,
        }
    }

    fn prefix(&mut self, start: &str) -> StepTest {
        let json = quoted(start);
        let text = self.pooled(&json[..json.len() - 1]);
        StepTest::prefix(&self.text, text)
    }

    fn word(&mut self, literal: &str) -> u32 {
        let json = self.pooled(&quoted(literal));
        self.words.push(Word::new(&self.text, json, 0, 0));
        self.words.len() as u32 - 1
    }

    fn pooled(&mut self, text: &str) -> Text {
        if let Some(known) = self.pooled.get(text) {
            return *known;
        }
        // Whether it is there is told many times faster than where.
        let known = self.text.contains(text).then(|| self.text.find(text));
        let at = known.flatten().unwrap_or_else(|| {
            self.text.push_str(text);
            self.text.len() - text.len()
        });
        let pooled = Text {
            at: at as u32,
            len: text.len() as u32,
        };
        self.pooled.insert(text.to_owned(), pooled);
        pooled
    }

    fn run_of_steps(&mut self, steps: Vec<Step>) -> Run {
        let run = Run {
            first: self.steps.len() as u32,
            count: steps.len() as u32,
        };
        self.steps.extend(steps);
        run
    }

    fn run_of_groups(&mut self, groups: Vec<Group>) -> Run {
        let run = Run {
            first: self.groups.len() as u32,
            count: groups.len() as u32,
        };
        self.groups.extend(groups);
        run
    }
}

const ASK: Step = Step {
    test: StepTest::Always,
    variant: 0,
    then: Then::Ask,
};

/// Whether a match can hold for a value of this kind.
fn may_be(one: &Match, kind: Kind) -> bool {
    one.conditions
        .iter()
        .all(|condition| match (&condition.at, &condition.test) {
            (Place::Member(_), _) => kind == Kind::Object,
            (Place::Element(_), _) => kind == Kind::Array,
            (Place::Whole, Test::Kind(wanted)) => *wanted == kind,
            (Place::Whole, Test::Template(_)) => kind == Kind::String,
            (Place::Whole, Test::Absent) => false,
            (Place::Whole, Test::Present) => true,
            (Place::Whole, Test::Equals(literals)) => {
                literals.iter().any(|literal| match literal {
                    Literal::Text(_) => kind == Kind::String,
                    Literal::Int(_) => kind == Kind::Number,
                    Literal::Bool(_) => kind == Kind::Bool,
                })
            }
        })
}

/// Whether a condition says no more than [`may_be`] has seen to.
fn is_about_kind(condition: &Condition) -> bool {
    condition.at == Place::Whole && matches!(condition.test, Test::Kind(_) | Test::Present)
}

fn is_member(condition: &Condition, name: &str) -> bool {
    matches!(&condition.at, Place::Member(known) if *known == name)
}

/// The conditions on a member.
fn about<'m>(one: &'m Match, name: &str) -> impl Iterator<Item = &'m Condition> {
    one.conditions
        .iter()
        .filter(move |condition| is_member(condition, name))
}

/// The place that tells most variants apart: by how many compare it with text, and with how many
/// different texts, in the order that `rank` puts these two numbers.
fn telling<'t, K: Ord + Copy>(
    possible: &[Candidate<'t>],
    place: impl Fn(&'t Place) -> Option<K>,
    rank: impl Fn(usize, usize) -> (usize, usize),
) -> Option<K> {
    let mut asked: BTreeMap<K, Option<(usize, BTreeSet<&str>)>> = BTreeMap::new();
    for condition in possible
        .iter()
        .flat_map(|one| one.matches.conditions.iter())
    {
        let Some(key) = place(&condition.at) else {
            continue;
        };
        let entry = asked.entry(key).or_insert_with(|| Some(Default::default()));
        match (&condition.test, entry.as_mut()) {
            (Test::Equals(values), Some((count, known))) => match texts(values) {
                Some(texts) => {
                    *count += 1;
                    known.extend(texts);
                }
                None => *entry = None,
            },
            (Test::Template(_), Some((count, _))) => *count += 1,
            _ => {}
        }
    }
    let asked = asked
        .into_iter()
        .filter_map(|(key, entry)| Some((key, entry?)));
    let asked = asked.filter(|(_, (count, _))| *count > 0);
    asked
        .max_by_key(|(_, (count, known))| rank(*count, known.len()))
        .map(|(key, _)| key)
}

/// The strings that variants compare a place with, each once.
fn literals<'t>(possible: &[Candidate<'t>], at: &Place) -> Vec<&'t str> {
    let mut out = Vec::new();
    for condition in possible
        .iter()
        .flat_map(|one| one.matches.conditions.iter())
    {
        if let (true, Test::Equals(values)) = (condition.at == *at, &condition.test) {
            for text in texts(values).unwrap_or_default() {
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
    }
    out
}

/// The literals, if all are strings.
fn texts(values: &[Literal]) -> Option<Vec<&str>> {
    values.iter().map(Literal::text).collect()
}

/// The text as JSON spells it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
