//! Values that a spec describes.

use venue_schema::ir::{
    Api, Constraints, DecimalForm, EnumBase, Field, IntKind, JsonKind, Layout, Literal, Match,
    Part, Place, Record, Target, Test, TimeForm, TypeKind, TypeRef,
};

use crate::random::Random;
use crate::tree::Tree;

/// Containers within one another after which lists and optional fields stay empty.
const DEEP: usize = 6;

/// A value for a target; rules across fields may be broken, and messages may be claimed by another.
pub(crate) fn generate(api: &Api, target: Target, random: &mut Random) -> Tree {
    let mut generator = Generator { api, random };
    match target {
        Target::Request(id) => {
            let ty = &api.operations[id].body.as_ref().expect("a body").ty;
            generator.value(ty, &[], 0)
        }
        Target::Response(id, response) => {
            let ty = &api.operations[id].responses[response].ty;
            generator.value(ty.as_ref().expect("a body"), &[], 0)
        }
        Target::Message(id) => generator.message(id),
        Target::Command(id) => generator.value(&api.commands[id].ty, &[], 0),
        Target::Type(id) => generator.value(&TypeRef::Named(id), &[], 0),
        Target::Feed(id) => {
            let id = *generator.random.pick(&api.feeds[id].messages);
            generator.message(id)
        }
    }
}

struct Generator<'a> {
    api: &'a Api,
    random: &'a mut Random,
}

impl Generator<'_> {
    fn message(&mut self, id: usize) -> Tree {
        let message = &self.api.messages[id];
        let mut tree = self.value(&message.ty, &[], 0);
        self.make_match(&message.matches, &mut tree);
        tree
    }

    /// Sets what a match asks for.
    fn make_match(&mut self, matches: &Match, tree: &mut Tree) {
        for condition in &matches.conditions {
            let value = match &condition.test {
                Test::Equals(literals) => Some(literal(self.random.pick(literals))),
                Test::Template(template) => {
                    let parts = template.parts.iter().map(|part| match part {
                        Part::Text(text) => text.as_str(),
                        Part::Hole(_) => "btcusd",
                    });
                    Some(Tree::Text(parts.collect()))
                }
                Test::Kind(kind) => Some(of_kind(*kind)),
                Test::Present | Test::Absent => None,
            };
            let place = match (&condition.at, &mut *tree) {
                (Place::Member(name), Tree::Object(members)) => {
                    if condition.test == Test::Absent {
                        members.retain(|(known, _)| known != name);
                    }
                    members
                        .iter_mut()
                        .find(|(known, _)| known == name)
                        .map(|(_, value)| value)
                }
                (Place::Element(index), Tree::Array(items)) => items.get_mut(*index),
                _ => None,
            };
            if let (Some(value), Some(place)) = (value, place) {
                *place = value;
            }
        }
    }

    fn value(&mut self, ty: &TypeRef, bounds: &[&Constraints], depth: usize) -> Tree {
        match ty {
            TypeRef::String => {
                let min = bounds
                    .iter()
                    .filter_map(|it| it.min_length)
                    .max()
                    .unwrap_or(0) as usize;
                let max = bounds
                    .iter()
                    .filter_map(|it| it.max_length)
                    .min()
                    .unwrap_or(40) as usize;
                let count = min + self.random.below(max.saturating_sub(min).min(30) + 1);
                let alphabet: Vec<char> = "abcXYZ 019-_./{}[],:é€😀\"\\".chars().collect();
                let plain = self.random.below(4) > 0;
                let limit = if plain { 20 } else { alphabet.len() };
                Tree::Text(
                    (0..count)
                        .map(|_| alphabet[self.random.below(limit)])
                        .collect(),
                )
            }
            TypeRef::Bool => Tree::Bool(self.random.one_in(2)),
            TypeRef::Uuid => Tree::Text(format!(
                "{:08x}-{:04X}-4000-8000-{:012x}",
                self.random.next() as u32,
                self.random.next() as u16,
                self.random.next() >> 16
            )),
            TypeRef::Json => self.anything(depth),
            TypeRef::Int(kind) => self.integer(kind.range(), bounds),
            TypeRef::Decimal(form) => {
                let number = self.decimal(bounds);
                let text = match form {
                    DecimalForm::Number => false,
                    DecimalForm::Text => true,
                    DecimalForm::Any => self.random.one_in(2),
                };
                if text {
                    Tree::Text(number)
                } else {
                    Tree::Number(number)
                }
            }
            TypeRef::Time(TimeForm::DateTime) => {
                let zone = *self.random.pick(&["Z", "+05:30", "-00:00"]);
                Tree::Text(self.local_time() + zone)
            }
            TypeRef::Time(TimeForm::LocalDateTime) => Tree::Text(self.local_time()),
            TypeRef::Time(_) => self.integer(IntKind::I64.range(), bounds),
            TypeRef::List(item) => {
                let count = self.count(bounds, depth);
                Tree::Array(
                    (0..count)
                        .map(|_| self.value(item, &[], depth + 1))
                        .collect(),
                )
            }
            TypeRef::Map(item) => {
                let count = self.count(bounds, depth);
                let count = if self.random.one_in(20) && depth < 2 {
                    count + 60
                } else {
                    count
                };
                let names = (0..count).map(|index| format!("k{index}"));
                Tree::Object(
                    names
                        .map(|name| (name, self.value(item, &[], depth + 1)))
                        .collect(),
                )
            }
            TypeRef::Named(id) => self.named(*id, bounds, depth),
        }
    }

    fn named(&mut self, id: usize, bounds: &[&Constraints], depth: usize) -> Tree {
        let api = self.api;
        match &api.types[id].kind {
            TypeKind::Record(record) => self.record(record, depth),
            TypeKind::Enum(values) => match values.base {
                EnumBase::Flags(_) => {
                    let mut bits = 0;
                    for value in &values.values {
                        if let (Literal::Int(wire), true) = (&value.wire, self.random.one_in(2)) {
                            let mask = value.mask.unwrap_or(*wire as u64);
                            bits = bits & !mask | *wire as u64;
                        }
                    }
                    Tree::Number(bits.to_string())
                }
                _ => literal(&self.random.pick(&values.values).wire),
            },
            TypeKind::Union(union) => {
                let variant = self.random.pick(&union.variants);
                let mut tree = self.value(&variant.ty, &[], depth);
                self.make_match(&variant.matches, &mut tree);
                tree
            }
            TypeKind::Scalar(scalar) => {
                let all: Vec<_> = bounds
                    .iter()
                    .copied()
                    .chain([&scalar.constraints])
                    .collect();
                self.value(&scalar.base, &all, depth)
            }
        }
    }

    fn record(&mut self, record: &Record, depth: usize) -> Tree {
        let leave_out = depth >= DEEP || self.random.one_in(3);
        if record.layout == Layout::Array {
            let mut items = Vec::new();
            for field in &record.fields {
                if field.presence.may_be_absent() && (leave_out || self.random.one_in(4)) {
                    break;
                }
                items.push(self.field(field, depth));
            }
            return Tree::Array(items);
        }
        let mut members = Vec::new();
        for field in &record.fields {
            let absent = field.presence.may_be_absent() && (leave_out || self.random.one_in(3));
            if !absent {
                members.push((field.wire.clone(), self.field(field, depth)));
            }
        }
        Tree::Object(members)
    }

    fn field(&mut self, field: &Field, depth: usize) -> Tree {
        if let Some(constant) = &field.constant {
            return literal(constant);
        }
        if field.presence.may_be_null() && (depth >= DEEP || self.random.one_in(3)) {
            return Tree::Null;
        }
        if field.empty_is_none && self.random.one_in(3) {
            return Tree::Text(String::new());
        }
        self.value(&field.ty, &[&field.constraints], depth + 1)
    }

    fn count(&mut self, bounds: &[&Constraints], depth: usize) -> usize {
        let min = bounds
            .iter()
            .filter_map(|it| it.min_items)
            .max()
            .unwrap_or(0) as usize;
        let max = bounds
            .iter()
            .filter_map(|it| it.max_items)
            .min()
            .unwrap_or(4) as usize;
        if depth >= DEEP {
            min
        } else {
            min + self.random.below(max.saturating_sub(min).min(4) + 1)
        }
    }

    fn integer(&mut self, (min, max): (i128, i128), bounds: &[&Constraints]) -> Tree {
        let parse = |text: &String| text.parse::<i128>().ok();
        let lower = bounds
            .iter()
            .filter_map(|it| it.min.as_ref().and_then(parse));
        let upper = bounds
            .iter()
            .filter_map(|it| it.max.as_ref().and_then(parse));
        let (min, max) = (lower.fold(min, i128::max), upper.fold(max, i128::min));
        let value = match self.random.below(5) {
            0 => min,
            1 => max,
            2 => min.max(0) + self.random.below(100) as i128,
            _ => i128::from(self.random.next() >> self.random.below(64)),
        };
        Tree::Number(value.clamp(min, max).to_string())
    }

    fn decimal(&mut self, bounds: &[&Constraints]) -> String {
        if let Some(bound) = bounds
            .iter()
            .find_map(|it| it.min.as_ref().or(it.max.as_ref()))
            && self.random.one_in(2)
        {
            return bound.clone();
        }
        let digits = self.random.next().to_string();
        let whole = self.random.next() >> self.random.below(64);
        let bounded = bounds.iter().any(|it| it.min.is_some());
        let sign = if bounded || self.random.one_in(2) {
            ""
        } else {
            "-"
        };
        match self.random.below(5) {
            0 => format!("{sign}{whole}"),
            1 => format!("{sign}{whole}.{digits}"),
            2 => format!("{sign}0.{}", &digits[..4]),
            3 => format!("{sign}{}e-{:02}", whole % 10, self.random.below(12)),
            _ => format!("{sign}{}.{}", whole % 100_000, &digits[..3]),
        }
    }

    fn local_time(&mut self) -> String {
        let fraction = *self.random.pick(&["", ".1", ".123", ".123456789", ".000"]);
        let (month, day) = (1 + self.random.below(12), 1 + self.random.below(28));
        let (hour, minute) = (self.random.below(24), self.random.below(60));
        format!(
            "20{:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:07{fraction}",
            self.random.below(60)
        )
    }

    fn anything(&mut self, depth: usize) -> Tree {
        match self.random.below(if depth >= DEEP { 4 } else { 6 }) {
            0 => Tree::Null,
            1 => Tree::Bool(true),
            2 => Tree::Number(self.decimal(&[])),
            3 => self.value(&TypeRef::String, &[], depth),
            4 => Tree::Array(
                (0..self.random.below(3))
                    .map(|_| self.anything(depth + 1))
                    .collect(),
            ),
            _ => {
                let names = 0..self.random.below(3);
                Tree::Object(
                    names
                        .map(|name| (format!("m{name}"), self.anything(depth + 1)))
                        .collect(),
                )
            }
        }
    }
}

fn literal(literal: &Literal) -> Tree {
    match literal {
        Literal::Str(text) => Tree::Text(text.clone()),
        Literal::Int(int) => Tree::Number(int.to_string()),
        Literal::Bool(bool) => Tree::Bool(*bool),
    }
}

fn of_kind(kind: JsonKind) -> Tree {
    match kind {
        JsonKind::Null => Tree::Null,
        JsonKind::Bool => Tree::Bool(false),
        JsonKind::Number => Tree::Number("7".to_owned()),
        JsonKind::String => Tree::Text("text".to_owned()),
        JsonKind::Array => Tree::Array(Vec::new()),
        JsonKind::Object => Tree::Object(Vec::new()),
    }
}
