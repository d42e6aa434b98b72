//! What a spec says of a value, worked out the slow way: no tables, no bytes, no tricks.

use std::collections::BTreeSet;

use venue_schema::ir::{
    Api, Constraints, DecimalForm, Enum, EnumBase, Field, IntKind, JsonKind, Layout, Literal,
    Match, Need, Openness, Part, Place, Record, Target, Test, TimeForm, TypeKind, TypeRef, Union,
    UnknownFields,
};
use venue_wire::{DateTime, Decimal, LocalDateTime, Uuid, Verdict};

use crate::tree::{Tree, parse};

/// The verdict on a text.
pub(crate) fn judge(api: &Api, target: Target, json: &[u8]) -> Verdict {
    let Some(tree) = parse(json).filter(|tree| depth(tree) <= 127) else {
        return Verdict::Invalid;
    };
    let judge = Judge { api };
    match target {
        Target::Request(id) => {
            let ty = api.operations[id].body.as_ref().map(|body| &body.ty);
            judge.value(ty.expect("a body"), &[], &tree)
        }
        Target::Response(id, response) => {
            let ty = api.operations[id].responses[response].ty.as_ref();
            judge.value(ty.expect("a body"), &[], &tree)
        }
        Target::Message(id) => judge.message(id, &tree),
        Target::Command(id) => judge.value(&api.commands[id].ty, &[], &tree),
        Target::Type(id) => judge.value(&TypeRef::Named(id), &[], &tree),
        Target::Feed(id) => {
            let feed = &api.feeds[id];
            let mut ids = api.received(feed.socket);
            ids.retain(|message| feed.messages.contains(message));
            let claims = |message: &&usize| claims(&api.messages[**message].matches, &tree);
            ids.iter()
                .find(claims)
                .map_or(Verdict::Invalid, |id| judge.message(*id, &tree))
        }
    }
}

/// The verdict on whatever arrives on a socket.
pub(crate) fn judge_received(api: &Api, socket: usize, json: &[u8]) -> Verdict {
    let Some(tree) = parse(json).filter(|tree| depth(tree) <= 127) else {
        return Verdict::Invalid;
    };
    let ids = api.received(socket);
    let claimed = ids
        .iter()
        .find(|id| claims(&api.messages[**id].matches, &tree));
    claimed.map_or(Verdict::Drift, |id| Judge { api }.message(*id, &tree))
}

fn depth(tree: &Tree) -> usize {
    match tree {
        Tree::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Tree::Object(members) => {
            1 + members
                .iter()
                .map(|(_, value)| depth(value))
                .max()
                .unwrap_or(0)
        }
        _ => 0,
    }
}

fn valid_if(holds: bool) -> Verdict {
    if holds {
        Verdict::Valid
    } else {
        Verdict::Invalid
    }
}

fn unlisted(openness: Openness) -> Verdict {
    if openness == Openness::Open {
        Verdict::Drift
    } else {
        Verdict::Invalid
    }
}

struct Judge<'a> {
    api: &'a Api,
}

impl Judge<'_> {
    fn message(&self, id: usize, tree: &Tree) -> Verdict {
        let message = &self.api.messages[id];
        let least = if message.fallback {
            Verdict::Drift
        } else {
            Verdict::Valid
        };
        least.max(self.value(&message.ty, &[], tree))
    }

    fn value(&self, ty: &TypeRef, bounds: &[&Constraints], tree: &Tree) -> Verdict {
        match (ty, tree) {
            (TypeRef::Json, _) => Verdict::Valid,
            (TypeRef::Named(id), _) => match &self.api.types[*id].kind {
                TypeKind::Record(record) => self.record(record, tree),
                TypeKind::Enum(values) => self.enumeration(values, tree),
                TypeKind::Union(union) => self.union(union, tree),
                TypeKind::Scalar(scalar) => {
                    let all: Vec<_> = bounds
                        .iter()
                        .copied()
                        .chain([&scalar.constraints])
                        .collect();
                    self.value(&scalar.base, &all, tree)
                }
            },
            (TypeRef::String, Tree::Text(text)) => {
                let count = text.chars().count();
                valid_if(
                    bounds
                        .iter()
                        .all(|it| within(count, it.min_length, it.max_length)),
                )
            }
            (TypeRef::Bool, Tree::Bool(_)) => Verdict::Valid,
            (TypeRef::Uuid, Tree::Text(text)) => valid_if(text.parse::<Uuid>().is_ok()),
            (TypeRef::Int(kind), Tree::Number(number)) => integer(*kind, bounds, number),
            (TypeRef::Decimal(DecimalForm::Number | DecimalForm::Any), Tree::Number(text))
            | (TypeRef::Decimal(DecimalForm::Text | DecimalForm::Any), Tree::Text(text)) => {
                let value = text.parse::<Decimal>();
                valid_if(value.is_ok_and(|value| in_bounds(value, bounds)))
            }
            (TypeRef::Time(TimeForm::DateTime), Tree::Text(text)) => {
                valid_if(text.parse::<DateTime>().is_ok())
            }
            (TypeRef::Time(TimeForm::LocalDateTime), Tree::Text(text)) => {
                valid_if(text.parse::<LocalDateTime>().is_ok())
            }
            (TypeRef::Time(TimeForm::DateTime | TimeForm::LocalDateTime), _) => Verdict::Invalid,
            (TypeRef::Time(_), Tree::Number(number)) => integer(IntKind::I64, bounds, number),
            (TypeRef::List(item), Tree::Array(items)) => {
                let count = bounds
                    .iter()
                    .all(|it| within(items.len(), it.min_items, it.max_items));
                let items = items.iter().map(|value| self.value(item, &[], value));
                items.fold(valid_if(count), Verdict::max)
            }
            (TypeRef::Map(item), Tree::Object(members)) => {
                let count = bounds
                    .iter()
                    .all(|it| within(members.len(), it.min_items, it.max_items));
                let count = valid_if(count && distinct(members));
                members
                    .iter()
                    .map(|(_, value)| self.value(item, &[], value))
                    .fold(count, Verdict::max)
            }
            _ => Verdict::Invalid,
        }
    }

    fn field(&self, field: &Field, tree: &Tree) -> Verdict {
        if let Some(constant) = &field.constant {
            return valid_if(equals(constant, tree));
        }
        if *tree == Tree::Null && field.presence.may_be_null() {
            return Verdict::Valid;
        }
        if field.empty_is_none && *tree == Tree::Text(String::new()) {
            return Verdict::Valid;
        }
        self.value(&field.ty, &[&field.constraints], tree)
    }

    fn record(&self, record: &Record, tree: &Tree) -> Verdict {
        let (values, more): (Vec<Option<&Tree>>, bool) = match (record.layout, tree) {
            (Layout::Object, Tree::Object(members)) => {
                if !distinct(members) {
                    return Verdict::Invalid;
                }
                let value = |name: &str| members.iter().find(|(known, _)| known == name);
                let values = record
                    .fields
                    .iter()
                    .map(|field| Some(&value(&field.wire)?.1));
                let known = |name: &str| record.fields.iter().any(|field| field.wire == name);
                (
                    values.collect(),
                    members.iter().any(|(name, _)| !known(name)),
                )
            }
            (Layout::Array, Tree::Array(items)) => {
                let values = (0..record.fields.len()).map(|index| items.get(index));
                (values.collect(), items.len() > record.fields.len())
            }
            _ => return Verdict::Invalid,
        };
        let mut verdict = Verdict::Valid;
        if more && record.unknown_fields == UnknownFields::Drift {
            verdict = Verdict::Drift;
        }
        for (field, value) in record.fields.iter().zip(&values) {
            verdict = verdict.max(match value {
                Some(value) => self.field(field, value),
                None => valid_if(field.presence.may_be_absent()),
            });
        }
        verdict.max(valid_if(rules_hold(record, &values)))
    }

    fn enumeration(&self, values: &Enum, tree: &Tree) -> Verdict {
        match (values.base, tree) {
            (EnumBase::Text, Tree::Text(_)) => {}
            (EnumBase::Int(kind) | EnumBase::Flags(kind), Tree::Number(number))
                if integer(kind, &[], number) == Verdict::Valid => {}
            _ => return Verdict::Invalid,
        }
        let listed = match (values.base, tree) {
            (EnumBase::Flags(_), Tree::Number(number)) => flags_listed(values, number),
            _ => values.values.iter().any(|value| equals(&value.wire, tree)),
        };
        if listed {
            Verdict::Valid
        } else {
            unlisted(values.openness)
        }
    }

    fn union(&self, union: &Union, tree: &Tree) -> Verdict {
        let claimed = union
            .variants
            .iter()
            .find(|variant| claims(&variant.matches, tree));
        match claimed {
            Some(variant) => self.value(&variant.ty, &[], tree),
            None => unlisted(union.openness),
        }
    }
}

fn flags_listed(values: &Enum, number: &str) -> bool {
    let Ok(bits) = number.parse::<u64>() else {
        return false;
    };
    let mut rest = bits;
    let mut good = true;
    let fields: Vec<(u64, u64)> = values
        .values
        .iter()
        .filter_map(|value| match value.wire {
            Literal::Int(wire) => Some((value.mask.unwrap_or(wire as u64), wire as u64)),
            _ => None,
        })
        .collect();
    for (mask, wire) in &fields {
        rest &= !mask;
        let single = mask == wire && bits & mask == 0;
        good &= single || fields.iter().any(|(m, w)| m == mask && bits & mask == *w);
    }
    good && rest == 0
}

fn integer(kind: IntKind, bounds: &[&Constraints], number: &str) -> Verdict {
    let plain = number
        .trim_start_matches('-')
        .bytes()
        .all(|byte| byte.is_ascii_digit());
    if !plain || number == "-0" {
        return Verdict::Invalid;
    }
    let (min, max) = kind.range();
    let fits = number
        .parse::<i128>()
        .is_ok_and(|value| (min..=max).contains(&value));
    valid_if(
        fits && number
            .parse::<Decimal>()
            .is_ok_and(|value| in_bounds(value, bounds)),
    )
}

fn in_bounds(value: Decimal, bounds: &[&Constraints]) -> bool {
    let decimal = |text: &String| text.parse::<Decimal>().expect("a bound");
    bounds.iter().all(|it| {
        it.min.iter().all(|min| value >= decimal(min))
            && it.max.iter().all(|max| value <= decimal(max))
    })
}

fn within(count: usize, min: Option<u32>, max: Option<u32>) -> bool {
    min.is_none_or(|min| count >= min as usize) && max.is_none_or(|max| count <= max as usize)
}

fn distinct(members: &[(String, Tree)]) -> bool {
    let names: BTreeSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.len() == members.len()
}

fn equals(literal: &Literal, tree: &Tree) -> bool {
    match (literal, tree) {
        (Literal::Str(text), Tree::Text(found)) => text == found,
        (Literal::Int(int), Tree::Number(found)) => *found == int.to_string(),
        (Literal::Bool(bool), Tree::Bool(found)) => bool == found,
        _ => false,
    }
}

fn rules_hold(record: &Record, values: &[Option<&Tree>]) -> bool {
    let present = |index: &usize| {
        let blank = |value: &Tree| {
            record.fields[*index].empty_is_none && *value == Tree::Text(String::new())
        };
        values[*index].is_some_and(|value| *value != Tree::Null && !blank(value))
    };
    record.rules.iter().all(|rule| {
        let applies = rule.when.iter().all(|guard| {
            let listed = |value: &Tree| guard.values.iter().any(|literal| equals(literal, value));
            present(&guard.field)
                && (guard.values.is_empty()
                    || guard.is_not != values[guard.field].is_some_and(listed))
        });
        let count = |fields: &[usize]| fields.iter().filter(|field| present(field)).count();
        !applies
            || match &rule.need {
                Need::AllOf(fields) => count(fields) == fields.len(),
                Need::NoneOf(fields) => count(fields) == 0,
                Need::ExactlyOne(fields) => count(fields) == 1,
                Need::AtMostOne(fields) => count(fields) <= 1,
                Need::AtLeastOne(fields) => count(fields) >= 1,
            }
    })
}

/// Whether a match holds for a value.
pub(crate) fn claims(matches: &Match, tree: &Tree) -> bool {
    matches.conditions.iter().all(|condition| {
        let found = match (&condition.at, tree) {
            (Place::Whole, tree) => Some(tree),
            (Place::Member(name), Tree::Object(members)) => members
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value),
            (Place::Element(index), Tree::Array(items)) => items.get(*index),
            _ => return false,
        };
        match (&condition.test, found) {
            (Test::Absent, found) => found.is_none(),
            (_, None) => false,
            (Test::Present, _) => true,
            (Test::Equals(literals), Some(tree)) => literals.iter().any(|one| equals(one, tree)),
            (Test::Template(template), Some(Tree::Text(text))) => fits(&template.parts, text),
            (Test::Template(_), _) => false,
            (Test::Kind(kind), Some(tree)) => *kind == kind_of(tree),
        }
    })
}

fn kind_of(tree: &Tree) -> JsonKind {
    match tree {
        Tree::Null => JsonKind::Null,
        Tree::Bool(_) => JsonKind::Bool,
        Tree::Number(_) => JsonKind::Number,
        Tree::Text(_) => JsonKind::String,
        Tree::Array(_) => JsonKind::Array,
        Tree::Object(_) => JsonKind::Object,
    }
}

fn fits(parts: &[Part], text: &str) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((Part::Text(start), rest)) => text
            .strip_prefix(start.as_str())
            .is_some_and(|text| fits(rest, text)),
        Some((Part::Hole(_), rest)) => (1..=text.len())
            .filter(|end| text.is_char_boundary(*end))
            .any(|end| !text[..end].contains(['.', '/']) && fits(rest, &text[end..])),
    }
}
