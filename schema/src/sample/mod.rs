//! Values made from a spec: JSON text that the spec calls valid, as a venue would write it or in
//! every spelling that JSON has.
//!
//! This reads the model on its own and shares no code with the judges: what it calls valid, they
//! must call valid.

mod choices;
mod matching;
pub mod raw;
mod record;
mod scalar;

use crate::ir::{
    Api, Constraints, Enum, EnumBase, Literal, Match, Target, Test, TypeKind, TypeRef, Union,
};

pub use choices::Choices;
pub use matching::{first_claim, holds};
pub use scalar::moment;

use raw::{Raw, quoted};

/// Containers inside one another after which nothing optional is made.
const DEEP: usize = 6;
/// Containers inside one another after which a value is given up.
const TOO_DEEP: usize = 40;

/// How values look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// At the edges of what is valid: odd characters, escapes, huge and tiny numbers, members out
    /// of order. For tests.
    Edges,
    /// As a venue writes them: words, modest numbers, times about a moment, members in documented
    /// order and none that is not described.
    Plain {
        /// The moment, in nanoseconds since the Unix epoch.
        now: i128,
    },
}

/// Makes values of one API from a seed.
pub struct Generator<'a> {
    api: &'a Api,
    /// Where decisions come from.
    pub choices: Choices<'a>,
    manner: Manner,
    depth: usize,
}

impl<'a> Generator<'a> {
    /// A generator that draws its decisions from the seed: shorter and smaller ones make simpler
    /// values.
    pub fn new(api: &'a Api, seed: &'a [u8], manner: Manner) -> Self {
        Generator {
            api,
            choices: Choices::new(seed),
            manner,
            depth: 0,
        }
    }

    fn is_plain(&self) -> bool {
        self.manner != Manner::Edges
    }

    /// A valid payload of the target, if it has one and the seed finds it.
    pub fn target(&mut self, target: Target) -> Option<Raw> {
        let api = self.api;
        match target {
            Target::Request(id) => self.of(&api.operations[id].body.as_ref()?.ty),
            Target::Response(id, response) => {
                self.of(api.operations[id].responses[response].ty.as_ref()?)
            }
            Target::Feed(id) => {
                let feed = &api.feeds[id];
                let mut order = api.received(feed.socket);
                order.retain(|message| feed.messages.contains(message));
                let choices: Vec<_> = order
                    .iter()
                    .map(|&message| {
                        let message = &api.messages[message];
                        (&message.ty, &message.matches, message.fallback)
                    })
                    .collect();
                self.claimed(&choices, &Match::default())
            }
            Target::Message(id) => {
                let message = &api.messages[id];
                if message.fallback {
                    None
                } else {
                    self.matching(&message.ty, &message.matches)
                }
            }
            Target::Command(id) => {
                let command = &api.commands[id];
                self.matching(&command.ty, &command.matches)
            }
            Target::Type(id) => self.of(&TypeRef::Named(id)),
        }
    }

    /// A valid value of a field, not null unless its type says so; of a path, say, or a query.
    pub fn field(&mut self, field: &crate::ir::Field) -> Option<Raw> {
        self.present(field, &[])
    }

    fn of(&mut self, ty: &TypeRef) -> Option<Raw> {
        self.value(ty, &[], &Match::default())
    }

    /// A value of the type that the match claims.
    fn matching(&mut self, ty: &TypeRef, pins: &Match) -> Option<Raw> {
        let value = self.value(ty, &[], pins)?;
        holds(pins, &value).then_some(value)
    }

    /// A value of one of the types, such that its own match is the first to claim it.
    fn claimed(&mut self, choices: &[(&TypeRef, &Match, bool)], pins: &Match) -> Option<Raw> {
        for _ in 0..4 {
            let chosen = self.choices.below(choices.len());
            let &(ty, matches, fallback) = choices.get(chosen)?;
            if fallback {
                continue;
            }
            let mut all = pins.clone();
            all.conditions.extend(matches.conditions.iter().cloned());
            let Some(value) = self.value(ty, &[], &all) else {
                continue;
            };
            let order: Vec<&Match> = choices.iter().map(|choice| choice.1).collect();
            if first_claim(&order, &value) == Some(chosen) && holds(pins, &value) {
                return Some(value);
            }
        }
        None
    }

    /// A valid value of the type within bounds. Pins are made true where that is in the type's
    /// power; whether they all hold is for the caller to see.
    fn value(&mut self, ty: &TypeRef, bounds: &[&Constraints], pins: &Match) -> Option<Raw> {
        self.depth += 1;
        let value = if self.depth > TOO_DEEP {
            None
        } else {
            self.inner(ty, bounds, pins)
        };
        self.depth -= 1;
        value
    }

    fn inner(&mut self, ty: &TypeRef, bounds: &[&Constraints], pins: &Match) -> Option<Raw> {
        let api = self.api;
        match ty {
            TypeRef::List(item) => {
                let count = self.count(bounds)?;
                let items: Option<Vec<_>> = (0..count).map(|_| self.of(item)).collect();
                items.map(Raw::Array)
            }
            TypeRef::Map(item) => {
                let count = self.count(bounds)?;
                let members: Option<Vec<_>> = (0..count)
                    .map(|index| {
                        let name = format!("{}{index}", self.word());
                        Some((self.spelt(&name), self.of(item)?))
                    })
                    .collect();
                members.map(Raw::Object)
            }
            TypeRef::Json => Some(self.any_json(2)),
            TypeRef::Named(id) => match &api.types[*id].kind {
                TypeKind::Record(record) => self.record(record, pins),
                TypeKind::Enum(values) => self.enumerated(values),
                TypeKind::Union(union) => self.union(union, pins),
                TypeKind::Scalar(scalar) => {
                    let bounds = [&[&scalar.constraints], bounds].concat();
                    self.scalar(&scalar.base, &bounds)
                }
            },
            scalar => self.scalar(scalar, bounds),
        }
    }

    fn union(&mut self, union: &Union, pins: &Match) -> Option<Raw> {
        let choices: Vec<_> = union
            .variants
            .iter()
            .map(|variant| (&variant.ty, &variant.matches, false))
            .collect();
        self.claimed(&choices, pins)
    }

    fn count(&mut self, bounds: &[&Constraints]) -> Option<usize> {
        let fewest = bounds
            .iter()
            .filter_map(|bound| bound.min_items)
            .max()
            .unwrap_or(0) as usize;
        let most = bounds
            .iter()
            .filter_map(|bound| bound.max_items)
            .min()
            .unwrap_or(u32::MAX) as usize;
        let more = match self.manner {
            _ if self.depth > DEEP => 0,
            Manner::Plain { .. } => 1 + self.choices.below(3),
            Manner::Edges => self.choices.below(4),
        };
        (fewest <= most).then(|| (fewest + more).min(most))
    }

    fn enumerated(&mut self, values: &Enum) -> Option<Raw> {
        if let EnumBase::Flags(_) = values.base {
            return self.flags(values);
        }
        // What another page or an older client spells otherwise is read, and not said.
        let plain = self.manner != Manner::Edges;
        let said = values.values.iter();
        let said: Vec<_> = said
            .filter(|value| !plain || value.spelling_of.is_none())
            .collect();
        let chosen = self.choices.below(said.len());
        Some(self.literal(&said.get(chosen)?.wire))
    }

    /// A listed value for each group of bits. Bits of one group may be those of another.
    fn flags(&mut self, values: &Enum) -> Option<Raw> {
        let fields: Vec<(u64, u64)> = values
            .values
            .iter()
            .filter_map(|value| match value.wire {
                Literal::Int(bits) => Some((value.mask.unwrap_or(bits as u64), bits as u64)),
                _ => None,
            })
            .collect();
        let mut bits = 0;
        for &(mask, wire) in &fields {
            if self.choices.chance(2) {
                bits = (bits & !mask) | wire;
            }
        }
        let listed = fields.iter().all(|&(mask, wire)| {
            fields.contains(&(mask, bits & mask)) || (bits & mask == 0 && wire == mask)
        });
        let first = fields.first().map_or(0, |field| field.1);
        Some(Raw::Token(if listed { bits } else { first }.to_string()))
    }

    /// A literal as it stands on the wire, strings in one of their spellings.
    fn literal(&mut self, literal: &Literal) -> Raw {
        Raw::Token(match literal {
            Literal::Str(text) => self.spelt(text),
            Literal::Int(value) => value.to_string(),
            Literal::Bool(value) => value.to_string(),
        })
    }

    /// A string's token, now and then with an escape that it could do without.
    fn spelt(&mut self, text: &str) -> String {
        if self.is_plain() {
            return quoted(text);
        }
        let escaped = self
            .choices
            .chance(24)
            .then(|| self.choices.below(text.chars().count()));
        let Some(place) = escaped else {
            return quoted(text);
        };
        let mut out = String::from("\"");
        for (index, c) in text.chars().enumerate() {
            if index == place {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                let one = quoted(c.encode_utf8(&mut [0; 4]));
                out.push_str(&one[1..one.len() - 1]);
            }
        }
        out.push('"');
        out
    }

    /// Any JSON value of at most that many levels of containers.
    fn any_json(&mut self, levels: usize) -> Raw {
        if self.is_plain() {
            return Raw::Object(Vec::new());
        }
        match self.choices.below(if levels == 0 { 6 } else { 8 }) {
            0 => Raw::null(),
            1 => Raw::Token("true".into()),
            2 => Raw::Token("1.50".into()),
            3 => Raw::Token("12345678901234567890123".into()),
            4 => Raw::Token("-0".into()),
            5 => {
                let text = self.text(0, 5);
                Raw::Token(self.spelt(&text))
            }
            6 => Raw::Array(
                (0..self.choices.below(3))
                    .map(|_| self.any_json(levels - 1))
                    .collect(),
            ),
            _ => Raw::Object(
                (0..self.choices.below(3))
                    .map(|index| (quoted(&format!("k{index}")), self.any_json(levels - 1)))
                    .collect(),
            ),
        }
    }
}

/// Whether a test asks for something to be there.
fn asks_for_presence(test: &Test) -> bool {
    *test != Test::Absent
}
