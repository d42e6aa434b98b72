//! Records that keep to presence, pins and rules.

use crate::ir::{
    Condition, Field, Guard, Layout, Match, Need, Operation, Part, Place, Record, Rule, Template,
    Test, UnknownFields,
};

use super::matching::{equals, kind_of};
use super::raw::{Raw, quoted};
use super::{DEEP, Generator, asks_for_presence};

/// Drafts made, and repairs made to each, before a record is given up.
const TRIES: usize = 8;

/// A value for each field; none where it is left out.
type Draft = Vec<Option<Raw>>;

impl Generator<'_> {
    pub(super) fn record(&mut self, record: &Record, pins: &Match) -> Option<Raw> {
        for _ in 0..TRIES {
            let mut draft = self.draft(record, pins)?;
            if self.repair(record, pins, &mut draft) {
                return self.assemble(record, pins, draft);
            }
        }
        None
    }

    /// Values for the query of an operation, by parameter: what it must have, and what its rules
    /// ask for beside.
    pub fn query(&mut self, operation: &Operation) -> Option<Vec<Option<Raw>>> {
        let record = operation.query_record();
        for _ in 0..TRIES {
            let mut draft = Draft::new();
            for field in &record.fields {
                draft.push(match field.presence.may_be_absent() {
                    true => None,
                    false => Some(self.present(field, &[])?),
                });
            }
            if self.repair(&record, &Match::default(), &mut draft) {
                return Some(draft);
            }
        }
        None
    }

    fn draft(&mut self, record: &Record, pins: &Match) -> Option<Draft> {
        let mut draft = Vec::new();
        let mut ended = false;
        for (index, field) in record.fields.iter().enumerate() {
            let pins = pins_of(record, index, pins);
            let asked = pins.iter().any(|test| asks_for_presence(test));
            let shy = self.depth > DEEP || self.choices.chance(2);
            let left_out = pins.contains(&&Test::Absent)
                || (field.presence.may_be_absent() && !asked && shy)
                || ended;
            if left_out {
                ended |= record.layout == Layout::Array;
                draft.push(None);
                continue;
            }
            let rare = if self.is_plain() { 8 } else { 3 };
            let null = field.presence.may_be_null() && !asked && self.choices.chance(rare);
            draft.push(Some(if null {
                Raw::null()
            } else {
                self.present(field, &pins)?
            }));
        }
        Some(draft)
    }

    /// A value of the field, not null unless its type says so.
    pub(super) fn present(&mut self, field: &Field, pins: &[&Test]) -> Option<Raw> {
        if let Some(constant) = &field.constant {
            return Some(self.literal(constant));
        }
        for test in pins {
            match test {
                Test::Equals(values) => {
                    let chosen = self.choices.below(values.len());
                    return Some(self.literal(values.get(chosen)?));
                }
                Test::Template(template) => {
                    let text = self.fill(template);
                    return Some(Raw::Token(self.spelt(&text)));
                }
                _ => {}
            }
        }
        if field.empty_is_none && !self.is_plain() && self.choices.chance(3) {
            return Some(Raw::string(""));
        }
        let mut kinds = pins.iter().filter_map(|test| match test {
            Test::Kind(kind) => Some(*kind),
            _ => None,
        });
        let kind = kinds.next();
        for _ in 0..TRIES {
            let value = self.value(&field.ty, &[&field.constraints], &Match::default())?;
            // An empty string would stand for none here, whatever the type makes of it: fine.
            if kind.is_none_or(|kind| kind_of(&value) == kind) {
                return Some(value);
            }
        }
        None
    }

    fn fill(&mut self, template: &Template) -> String {
        let mut out = String::new();
        for part in &template.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(_) => out.push_str(&self.word()),
            }
        }
        out
    }

    /// Makes the rules hold; false if they will not.
    fn repair(&mut self, record: &Record, pins: &Match, draft: &mut Draft) -> bool {
        for _ in 0..TRIES {
            let Some(rule) = record.rules.iter().find(|rule| !keeps(record, rule, draft)) else {
                return true;
            };
            let (Need::AllOf(fields)
            | Need::NoneOf(fields)
            | Need::ExactlyOne(fields)
            | Need::AtMostOne(fields)
            | Need::AtLeastOne(fields)) = &rule.need;
            let chosen = fields[self.choices.below(fields.len())];
            for &field in fields {
                let wanted = match rule.need {
                    Need::AllOf(_) => true,
                    Need::NoneOf(_) => false,
                    _ => field == chosen,
                };
                if wanted == is_present(record, draft, field) {
                    continue;
                }
                let done = if wanted {
                    self.put(record, pins, draft, field)
                } else {
                    take(record, pins, draft, field)
                };
                if !done {
                    return false;
                }
            }
        }
        false
    }

    fn put(&mut self, record: &Record, pins: &Match, draft: &mut Draft, index: usize) -> bool {
        let first = match record.layout {
            Layout::Object => index,
            Layout::Array => 0,
        };
        for place in first..=index {
            if draft[place].is_some() && place != index {
                continue;
            }
            let pins = pins_of(record, place, pins);
            if pins.contains(&&Test::Absent) {
                return false;
            }
            draft[place] = self.present(&record.fields[place], &pins);
            if draft[place].is_none() || (place == index && !is_present(record, draft, index)) {
                return false;
            }
        }
        true
    }

    fn assemble(&mut self, record: &Record, pins: &Match, draft: Draft) -> Option<Raw> {
        let more = !self.is_plain()
            && record.unknown_fields == UnknownFields::Expected
            && self.choices.chance(2);
        match record.layout {
            Layout::Array => {
                let full = draft.iter().all(Option::is_some);
                let mut items: Vec<Raw> = draft.into_iter().map_while(|item| item).collect();
                if more && full {
                    items.push(self.any_json(1));
                }
                Some(Raw::Array(items))
            }
            Layout::Object => {
                let mut members = Vec::new();
                for (field, value) in record.fields.iter().zip(draft) {
                    if let Some(value) = value {
                        members.push((self.spelt(&field.wire), value));
                    }
                }
                // A name that no field has and no pin wants absent.
                let name = "zzz undescribed";
                if more && pins_at(&Place::Member(name.into()), pins).is_empty() {
                    members.push((quoted(name), self.any_json(1)));
                }
                if !self.is_plain() && self.choices.chance(4) {
                    let by = self.choices.below(members.len());
                    members.rotate_left(by);
                }
                Some(Raw::Object(members))
            }
        }
    }
}

fn take(record: &Record, pins: &Match, draft: &mut Draft, index: usize) -> bool {
    let field = &record.fields[index];
    if pins_of(record, index, pins)
        .iter()
        .any(|test| asks_for_presence(test))
    {
        return false;
    }
    let last = draft[index + 1..].iter().all(Option::is_none);
    if field.presence.may_be_absent() && (record.layout == Layout::Object || last) {
        draft[index] = None;
    } else if field.presence.may_be_null() {
        draft[index] = Some(Raw::null());
    } else if field.empty_is_none {
        draft[index] = Some(Raw::string(""));
    } else {
        return false;
    }
    true
}

fn keeps(record: &Record, rule: &Rule, draft: &Draft) -> bool {
    let count = |fields: &[usize]| {
        fields
            .iter()
            .filter(|&&field| is_present(record, draft, field))
            .count()
    };
    !rule.when.iter().all(|guard| applies(record, guard, draft))
        || match &rule.need {
            Need::AllOf(fields) => count(fields) == fields.len(),
            Need::NoneOf(fields) => count(fields) == 0,
            Need::ExactlyOne(fields) => count(fields) == 1,
            Need::AtMostOne(fields) => count(fields) <= 1,
            Need::AtLeastOne(fields) => count(fields) >= 1,
        }
}

fn applies(record: &Record, guard: &Guard, draft: &Draft) -> bool {
    match &draft[guard.field] {
        Some(value) if is_present(record, draft, guard.field) => {
            guard.values.is_empty()
                || guard.is_not != guard.values.iter().any(|literal| equals(literal, value))
        }
        _ => false,
    }
}

fn is_present(record: &Record, draft: &Draft, field: usize) -> bool {
    let none = |value: &Raw| {
        value.is_null() || (record.fields[field].empty_is_none && *value == Raw::string(""))
    };
    draft[field].as_ref().is_some_and(|value| !none(value))
}

fn pins_of<'p>(record: &Record, index: usize, pins: &'p Match) -> Vec<&'p Test> {
    pins_at(
        &match record.layout {
            Layout::Object => Place::Member(record.fields[index].wire.clone()),
            Layout::Array => Place::Element(index),
        },
        pins,
    )
}

fn pins_at<'p>(place: &Place, pins: &'p Match) -> Vec<&'p Test> {
    let at = |condition: &&Condition| condition.at == *place;
    pins.conditions
        .iter()
        .filter(at)
        .map(|condition| &condition.test)
        .collect()
}
