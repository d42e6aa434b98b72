//! Fills the tables of a program.

use std::collections::HashMap;

use venue_wire::check::table::{self, Node, Tables, Text, Unit, Unknown};
use venue_wire::check::{NodeId, Program};
use venue_wire::{Decimal, select};

use super::{Compiled, Origin};
use crate::ir::{
    Api, Condition, Constraints, DecimalForm, Enum, EnumBase, Field, Guard, IntKind, JsonKind,
    Layout, Literal, Match, Message, MessageId, Need, Openness, Part, Place, Record, Rule, Test,
    TimeForm, Type, TypeKind, TypeRef, Union, UnknownFields,
};

/// Tables under construction.
pub(super) struct Builder<'a> {
    api: &'a Api,
    out: Growing,
    nodes: HashMap<Node, NodeId>,
    texts: HashMap<String, Text>,
    compiled: Compiled,
}

/// [`Tables`] while they grow.
#[derive(Default)]
struct Growing {
    nodes: Vec<Node>,
    records: Vec<table::Record>,
    fields: Vec<table::Field>,
    rules: Vec<table::Rule>,
    guards: Vec<table::Guard>,
    operands: Vec<u16>,
    enums: Vec<table::Enum>,
    words: Vec<table::Word>,
    ranges: Vec<table::Range>,
    bounds: Vec<table::Bounds>,
    sizes: Vec<table::Size>,
    unions: Vec<table::Union>,
    variants: Vec<table::Variant>,
    matches: Vec<select::Match>,
    text: String,
}

impl<'a> Builder<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Builder {
            api,
            out: Growing::default(),
            nodes: HashMap::new(),
            texts: HashMap::new(),
            compiled: Compiled::default(),
        }
    }

    pub(super) fn build(mut self) -> Compiled {
        // The node of a named type has the type's index, so that types can refer to one another
        // whatever their order.
        self.out.nodes = vec![Node::Json; self.api.types.len()];
        self.compiled.types = (0..self.api.types.len()).map(node_id).collect();
        for (index, ty) in self.api.types.iter().enumerate() {
            let node = self.named(ty);
            self.out.nodes[index] = node;
            let origin = Origin {
                at: ty.meta.at.clone(),
                provenance: ty.meta.provenance.clone(),
            };
            self.compiled.type_origins.push(origin);
        }
        self.roots();
        let out = self.out;
        let mut tables = Tables {
            nodes: out.nodes.into(),
            records: out.records.into(),
            fields: out.fields.into(),
            rules: out.rules.into(),
            guards: out.guards.into(),
            operands: out.operands.into(),
            enums: out.enums.into(),
            words: out.words.into(),
            ranges: out.ranges.into(),
            bounds: out.bounds.into(),
            sizes: out.sizes.into(),
            unions: out.unions.into(),
            variants: out.variants.into(),
            matches: out.matches.into(),
            text: out.text.into(),
            ..Tables::default()
        };
        tables.finish();
        Compiled {
            program: Program::new(tables),
            ..self.compiled
        }
    }

    fn roots(&mut self) {
        let api = self.api;
        for operation in &api.operations {
            let request = operation.body.as_ref().map(|body| self.node(&body.ty));
            self.compiled.requests.push(request);
            let bodies = operation
                .responses
                .iter()
                .map(|response| response.ty.as_ref());
            let bodies = bodies.map(|ty| ty.map(|ty| self.node(ty))).collect();
            self.compiled.responses.push(bodies);
        }
        for message in &api.messages {
            let node = if message.fallback {
                let everything = Match::default();
                self.union(
                    Text::default(),
                    Unknown::Drift,
                    &[self.variant(message, &everything)],
                )
            } else {
                self.node(&message.ty)
            };
            self.compiled.messages.push(node);
        }
        for command in &api.commands {
            let node = self.node(&command.ty);
            self.compiled.commands.push(node);
        }
        for feed in &api.feeds {
            let received = api.received(feed.socket).into_iter();
            let ids: Vec<_> = received.filter(|id| feed.messages.contains(id)).collect();
            let node = self.messages(&ids, Unknown::Refused);
            self.compiled.feeds.push(node);
        }
        for socket in 0..api.sockets.len() {
            let ids = api.received(socket);
            let node = self.messages(&ids, Unknown::Drift);
            self.compiled.received.push((node, ids));
            let ids = api.sent(socket);
            let commands: Vec<_> = ids.iter().map(|&id| &api.commands[id]).collect();
            let variants: Vec<_> = commands
                .iter()
                .map(|command| Choice {
                    name: &command.name,
                    ty: &command.ty,
                    matches: &command.matches,
                    fallback: false,
                })
                .collect();
            let node = self.union(Text::default(), Unknown::Drift, &variants);
            self.compiled.sent.push((node, ids));
        }
    }

    fn messages(&mut self, ids: &[MessageId], unknown: Unknown) -> NodeId {
        let messages: Vec<&Message> = ids.iter().map(|&id| &self.api.messages[id]).collect();
        let variants: Vec<_> = messages
            .iter()
            .map(|message| self.variant(message, &message.matches))
            .collect();
        self.union(Text::default(), unknown, &variants)
    }

    fn variant<'v>(&self, message: &'v Message, matches: &'v Match) -> Choice<'v> {
        Choice {
            name: &message.name,
            ty: &message.ty,
            matches,
            fallback: message.fallback,
        }
    }

    /// What a named type is.
    fn named(&mut self, ty: &'a Type) -> Node {
        match &ty.kind {
            TypeKind::Record(record) => {
                let index = self.record(&ty.name, record);
                match record.layout {
                    Layout::Object => Node::Object(index),
                    Layout::Array => Node::Row(index),
                }
            }
            TypeKind::Enum(values) => self.values(&ty.name, values),
            TypeKind::Union(union) => {
                let variants: Vec<_> = union.variants.iter().map(Choice::of).collect();
                let name = self.text(&ty.name);
                let unknown = openness(union);
                let index = self.union_table(name, unknown, &variants);
                Node::Union(index)
            }
            TypeKind::Scalar(scalar) => {
                let node = self.scalar(&scalar.base, &[&scalar.constraints]);
                match scalar.sensitivity {
                    Some(_) => Node::Masked(self.intern(node)),
                    None => node,
                }
            }
        }
    }

    fn record(&mut self, name: &str, record: &'a Record) -> u32 {
        let name = self.text(name);
        let fields: Vec<_> = record
            .fields
            .iter()
            .map(|field| self.field(field))
            .collect();
        let required = fields.iter().take(64).enumerate();
        let required = required.fold(0, |all, (bit, field)| {
            all | u64::from(field.required) << bit
        });
        let rules: Vec<_> = record.rules.iter().collect();
        let rules = self.rules(&rules);
        for field in &record.fields {
            let origin = Origin {
                at: field.at.clone(),
                provenance: field.provenance.clone(),
            };
            self.compiled.field_origins.push(origin);
        }
        let fields = append(&mut self.out.fields, fields);
        push(
            &mut self.out.records,
            table::Record {
                name,
                fields,
                required,
                unknown: match record.unknown_fields {
                    UnknownFields::Drift => Unknown::Drift,
                    UnknownFields::Expected => Unknown::Expected,
                },
                rules,
                slots: table::Slots::default(),
                successors: 0,
                shape: table::Shape::default(),
            },
        )
    }

    fn field(&mut self, field: &Field) -> table::Field {
        let key = format!(",{}:", json_text(&field.wire));
        let mut node = match &field.constant {
            Some(literal) => {
                let word = self.word(literal, 0);
                let index = push(&mut self.out.words, word);
                self.intern(Node::Constant(index))
            }
            None => self.bounded(&field.ty, &field.constraints),
        };
        if field.empty_is_none {
            node = self.intern(Node::Blank(node));
        }
        let key = self.text(&key);
        table::Field::new(
            &self.out.text,
            &self.out.nodes,
            key,
            node,
            !field.presence.may_be_absent(),
            field.presence.may_be_null(),
            field.sensitivity.is_some(),
        )
    }

    fn rules(&mut self, rules: &[&Rule]) -> table::Run {
        let mut made = Vec::new();
        for rule in rules {
            let guards: Vec<_> = rule.when.iter().map(|guard| self.guard(guard)).collect();
            let (need, fields) = match &rule.need {
                Need::AllOf(fields) => (table::Need::AllOf, fields),
                Need::NoneOf(fields) => (table::Need::NoneOf, fields),
                Need::ExactlyOne(fields) => (table::Need::ExactlyOne, fields),
                Need::AtMostOne(fields) => (table::Need::AtMostOne, fields),
                Need::AtLeastOne(fields) => (table::Need::AtLeastOne, fields),
            };
            let mask = fields.iter().filter(|&&field| field < 64);
            let mask = mask.fold(0, |all, &field| all | 1 << field);
            let operands = fields.iter().map(|&field| field as u16).collect();
            made.push(table::Rule {
                when: append(&mut self.out.guards, guards),
                need,
                operands: append(&mut self.out.operands, operands),
                mask,
                doc: self.text(&rule.doc),
            });
        }
        append(&mut self.out.rules, made)
    }

    fn guard(&mut self, guard: &Guard) -> table::Guard {
        let words = guard
            .values
            .iter()
            .map(|literal| self.word(literal, 0))
            .collect();
        table::Guard {
            field: guard.field as u16,
            values: append(&mut self.out.words, words),
            is_not: guard.is_not,
        }
    }

    fn values(&mut self, name: &str, values: &Enum) -> Node {
        let name = self.text(name);
        let mut known = 0;
        let mut words = Vec::new();
        for value in &values.values {
            let mask = match value.wire {
                Literal::Int(bits) => value.mask.unwrap_or(bits as u64),
                _ => 0,
            };
            known |= mask;
            words.push(self.word(&value.wire, mask));
        }
        let range = match values.base {
            EnumBase::Text => table::NONE,
            EnumBase::Int(kind) | EnumBase::Flags(kind) => self.range(kind.range()),
        };
        let words = append(&mut self.out.words, words);
        let index = push(
            &mut self.out.enums,
            table::Enum {
                name,
                words,
                unknown: match values.openness {
                    Openness::Open => Unknown::Drift,
                    Openness::Strict | Openness::Closed => Unknown::Refused,
                },
                range,
                known,
                slots: table::Slots::default(),
            },
        );
        match values.base {
            EnumBase::Text => Node::Words(index),
            EnumBase::Int(_) => Node::Codes(index),
            EnumBase::Flags(_) => Node::Flags(index),
        }
    }

    fn union(&mut self, name: Text, unknown: Unknown, variants: &[Choice]) -> NodeId {
        let index = self.union_table(name, unknown, variants);
        self.intern(Node::Union(index))
    }

    fn union_table(&mut self, name: Text, unknown: Unknown, variants: &[Choice]) -> u32 {
        let rows: Vec<_> = variants
            .iter()
            .map(|variant| table::Variant {
                name: self.text(variant.name),
                node: self.node(variant.ty),
                fallback: variant.fallback,
            })
            .collect();
        let variants_run = append(&mut self.out.variants, rows);
        self.out
            .matches
            .extend(variants.iter().map(|variant| matches(variant.matches)));
        push(
            &mut self.out.unions,
            table::Union {
                name,
                variants: variants_run,
                unknown,
                choices: [table::Choice::Ask; 6],
            },
        )
    }

    /// The node of a type as used, without bounds of its own.
    fn node(&mut self, ty: &TypeRef) -> NodeId {
        self.bounded(ty, &Constraints::default())
    }

    /// The node of a type as used in a field.
    fn bounded(&mut self, ty: &TypeRef, constraints: &Constraints) -> NodeId {
        if let TypeRef::Named(id) = ty {
            let api = self.api;
            return match &api.types[*id].kind {
                TypeKind::Scalar(scalar) if !constraints.is_empty() => {
                    let node = self.scalar(&scalar.base, &[&scalar.constraints, constraints]);
                    let node = self.intern(node);
                    match scalar.sensitivity {
                        Some(_) => self.intern(Node::Masked(node)),
                        None => node,
                    }
                }
                _ => node_id(*id),
            };
        }
        let node = self.scalar(ty, &[constraints]);
        self.intern(node)
    }

    /// What a type expression is under some constraints, all of which hold.
    fn scalar(&mut self, ty: &TypeRef, bounds: &[&Constraints]) -> Node {
        match ty {
            TypeRef::String => Node::String(self.size(bounds, Of::Characters)),
            TypeRef::Bool => Node::Bool,
            TypeRef::Uuid => Node::Uuid,
            TypeRef::Json => Node::Json,
            TypeRef::Int(kind) => self.integer(kind.range(), bounds, Unit::Number),
            TypeRef::Decimal(form) => Node::Decimal {
                form: match form {
                    DecimalForm::Number => table::Form::Number,
                    DecimalForm::Text => table::Form::Text,
                    DecimalForm::Any => table::Form::Any,
                },
                bounds: self.decimal_bounds(bounds),
            },
            TypeRef::Time(form) => {
                let unit = match form {
                    TimeForm::Seconds => Unit::Seconds,
                    TimeForm::Millis => Unit::Millis,
                    TimeForm::Micros => Unit::Micros,
                    TimeForm::Nanos => Unit::Nanos,
                    TimeForm::DateTime => return Node::DateTime,
                    TimeForm::LocalDateTime => return Node::LocalDateTime,
                };
                self.integer(IntKind::I64.range(), bounds, unit)
            }
            TypeRef::List(item) => Node::List {
                item: self.node(item),
                size: self.size(bounds, Of::Items),
            },
            TypeRef::Map(item) => Node::Map {
                item: self.node(item),
                size: self.size(bounds, Of::Items),
            },
            TypeRef::Named(id) => self.out.nodes[*id],
        }
    }

    fn integer(&mut self, width: (i128, i128), bounds: &[&Constraints], unit: Unit) -> Node {
        let lower = bounds
            .iter()
            .filter_map(|bound| integer_bound(bound.min.as_deref()?, true));
        let upper = bounds
            .iter()
            .filter_map(|bound| integer_bound(bound.max.as_deref()?, false));
        let min = lower.fold(width.0, i128::max);
        let max = upper.fold(width.1, i128::min);
        // A number of n digits is below 10^n; one that is not negative is no less than 0.
        let digits = if min > 0 || max < 9 {
            0
        } else {
            (max + 1).ilog10()
        };
        let lead = if digits == 0 {
            0
        } else {
            (max + 1) / 10_i128.pow(digits)
        };
        let (digits, lead) = (digits as u8, b'0' + lead as u8);
        Node::Int {
            range: self.range((min, max)),
            digits,
            lead,
            unit,
        }
    }

    fn range(&mut self, (min, max): (i128, i128)) -> u32 {
        intern(&mut self.out.ranges, table::Range { min, max })
    }

    fn size(&mut self, bounds: &[&Constraints], of: Of) -> u32 {
        let pick = |bound: &Constraints| match of {
            Of::Characters => (bound.min_length, bound.max_length),
            Of::Items => (bound.min_items, bound.max_items),
        };
        let min = bounds
            .iter()
            .filter_map(|bound| pick(bound).0)
            .max()
            .unwrap_or(0);
        let max = bounds
            .iter()
            .filter_map(|bound| pick(bound).1)
            .min()
            .unwrap_or(u32::MAX);
        if (min, max) == (0, u32::MAX) {
            return table::NONE;
        }
        intern(&mut self.out.sizes, table::Size { min, max })
    }

    fn decimal_bounds(&mut self, bounds: &[&Constraints]) -> u32 {
        let lower = bounds.iter().filter_map(|bound| bound.min.as_deref());
        let upper = bounds.iter().filter_map(|bound| bound.max.as_deref());
        let min = lower.max_by_key(|text| decimal(text)).unwrap_or_default();
        let max = upper.min_by_key(|text| decimal(text)).unwrap_or_default();
        if min.is_empty() && max.is_empty() {
            return table::NONE;
        }
        let zero = |text: &str| decimal(text) == Some(Decimal::ZERO);
        let from_zero = zero(min) && max.is_empty();
        let bounds = table::Bounds {
            from_zero,
            min: self.text(min),
            max: self.text(max),
        };
        intern(&mut self.out.bounds, bounds)
    }

    fn word(&mut self, literal: &Literal, mask: u64) -> table::Word {
        let (json, int) = match literal {
            Literal::Str(text) => (json_text(text), 0),
            Literal::Int(int) => (int.to_string(), *int),
            Literal::Bool(bool) => (bool.to_string(), 0),
        };
        let json = self.text(&json);
        table::Word::new(&self.out.text, json, int, mask)
    }

    fn intern(&mut self, node: Node) -> NodeId {
        let nodes = &mut self.out.nodes;
        *self.nodes.entry(node).or_insert_with(|| {
            nodes.push(node);
            node_id(nodes.len() - 1)
        })
    }

    fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let at = self.out.text.len() as u32;
        let piece = Text {
            at,
            len: text.len() as u32,
        };
        self.out.text.push_str(text);
        self.texts.insert(text.to_owned(), piece);
        piece
    }
}

/// What a length counts.
#[derive(Clone, Copy)]
enum Of {
    Characters,
    Items,
}

/// A variant of a union, a message or a command.
struct Choice<'a> {
    name: &'a str,
    ty: &'a TypeRef,
    matches: &'a Match,
    fallback: bool,
}

impl<'a> Choice<'a> {
    fn of(variant: &'a crate::ir::Variant) -> Self {
        let crate::ir::Variant {
            name, ty, matches, ..
        } = variant;
        Choice {
            name,
            ty,
            matches,
            fallback: false,
        }
    }
}

fn openness(union: &Union) -> Unknown {
    match union.openness {
        Openness::Open => Unknown::Drift,
        Openness::Strict | Openness::Closed => Unknown::Refused,
    }
}

/// The form of a match that `wire` reads.
fn matches(one: &Match) -> select::Match {
    let literal = |literal: &Literal| match literal {
        Literal::Str(text) => select::Literal::Text(text.clone().into()),
        Literal::Int(int) => select::Literal::Int(*int),
        Literal::Bool(bool) => select::Literal::Bool(*bool),
    };
    let part = |part: &Part| match part {
        Part::Text(text) => select::Part::Text(text.clone().into()),
        Part::Hole(_) => select::Part::Hole,
    };
    let condition = |condition: &Condition| select::Condition {
        at: match &condition.at {
            Place::Whole => select::Place::Whole,
            Place::Member(name) => select::Place::Member(name.clone().into()),
            Place::Element(index) => select::Place::Element(*index as u32),
        },
        test: match &condition.test {
            Test::Equals(values) => {
                select::Test::Equals(values.iter().map(literal).collect::<Vec<_>>().into())
            }
            Test::Template(template) => {
                select::Test::Template(template.parts.iter().map(part).collect::<Vec<_>>().into())
            }
            Test::Present => select::Test::Present,
            Test::Absent => select::Test::Absent,
            Test::Kind(kind) => select::Test::Kind(match kind {
                JsonKind::Null => select::Kind::Null,
                JsonKind::Bool => select::Kind::Bool,
                JsonKind::Number => select::Kind::Number,
                JsonKind::String => select::Kind::String,
                JsonKind::Array => select::Kind::Array,
                JsonKind::Object => select::Kind::Object,
            }),
        },
    };
    select::Match {
        conditions: one
            .conditions
            .iter()
            .map(condition)
            .collect::<Vec<_>>()
            .into(),
    }
}

/// The integer that bounds integers as this decimal does; a lower bound is rounded up.
fn integer_bound(text: &str, lower: bool) -> Option<i128> {
    if let Ok(bound) = text.parse() {
        return Some(bound);
    }
    let (whole, fraction) = text.split_once('.')?;
    let floor: i128 = whole.parse().ok()?;
    let exact = fraction.bytes().all(|byte| byte == b'0');
    Some(match (exact, text.starts_with('-'), lower) {
        (true, ..) | (_, true, true) | (_, false, false) => floor,
        (_, true, false) => floor - 1,
        (_, false, true) => floor + 1,
    })
}

/// The bound's value; none for what is no decimal, which the reader refuses.
fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// The text as JSON spells it.
fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn node_id(index: usize) -> NodeId {
    NodeId(index as u32)
}

fn push<T>(table: &mut Vec<T>, row: T) -> u32 {
    table.push(row);
    (table.len() - 1) as u32
}

fn append<T>(table: &mut Vec<T>, rows: Vec<T>) -> table::Run {
    let run = table::Run {
        first: table.len() as u32,
        count: rows.len() as u32,
    };
    table.extend(rows);
    run
}

fn intern<T: PartialEq>(table: &mut Vec<T>, row: T) -> u32 {
    match table.iter().position(|known| *known == row) {
        Some(index) => index as u32,
        None => push(table, row),
    }
}
