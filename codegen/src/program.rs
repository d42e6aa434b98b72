//! A check program as constants.
//!
//! [`tokens`] gives one expression that a `static` can hold. It is long for a large API, and kept
//! cheap to compile: rows are calls of constant functions with plain numbers, and all text stands in
//! one literal.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use venue_schema::program::Compiled;
use venue_wire::check::NodeId;
use venue_wire::check::table::{
    Bounds, Choice, Enum, Field, Group, Guard, Node, Range, Record, Rule, Run, Size, Slots, Step,
    StepTest, Tables, Tag, Text, Union, Variant, Word,
};
use venue_wire::select;

/// The program as an expression of type `venue_wire::check::Program`.
pub fn tokens(compiled: &Compiled) -> TokenStream {
    let Tables {
        nodes,
        records,
        fields,
        rules,
        guards,
        operands,
        enums,
        words,
        ranges,
        bounds,
        sizes,
        unions,
        variants,
        matches,
        tags,
        groups,
        steps,
        slots,
        successors,
        text,
    } = compiled.program.tables();
    let text: &str = text;
    let [operands, slots, successors] =
        [operands, slots, successors].map(|numbers| list(numbers, |it| number(*it)));
    let nodes = nodes.iter().map(node);
    let records = list(records, record);
    let fields = list(fields, field);
    let rules = list(rules, rule);
    let guards = list(guards, guard);
    let enums = list(enums, enumeration);
    let words = list(words, word);
    let ranges = list(
        ranges,
        |Range { min, max }| quote!(Range { min: #min, max: #max }),
    );
    let bounds = list(bounds, bound);
    let sizes = list(sizes, size);
    let unions = list(unions, union);
    let variants = list(variants, variant);
    let matches = list(matches, one_match);
    let tags = list(tags, tag);
    let groups = list(groups, group);
    let steps = list(steps, step);
    quote! {{
        use ::std::borrow::Cow::Borrowed;
        #[allow(unused_imports)]
        use ::venue_wire::check::NodeId;
        #[allow(clippy::wildcard_imports)]
        use ::venue_wire::check::table::*;
        #[allow(unused_imports)]
        use ::venue_wire::select::{Condition, Kind, Literal, Match, Part, Place, Test};
        const TEXT: &str = #text;
        const NODES: &[Node] = &[#(#nodes),*];
        ::venue_wire::check::Program::new(Tables {
            nodes: Borrowed(NODES),
            records: #records,
            fields: #fields,
            rules: #rules,
            guards: #guards,
            operands: #operands,
            enums: #enums,
            words: #words,
            ranges: #ranges,
            bounds: #bounds,
            sizes: #sizes,
            unions: #unions,
            variants: #variants,
            matches: #matches,
            tags: #tags,
            groups: #groups,
            steps: #steps,
            slots: #slots,
            successors: #successors,
            text: Borrowed(TEXT),
        })
    }}
}

fn list<T>(rows: &[T], row: impl Fn(&T) -> TokenStream) -> TokenStream {
    let rows = rows.iter().map(row);
    quote!(Borrowed(&[#(#rows),*]))
}

/// A number without a suffix.
fn number(value: impl Into<u64>) -> TokenStream {
    let value = Literal::u64_unsuffixed(value.into());
    quote!(#value)
}

fn text(Text { at, len }: Text) -> TokenStream {
    let (at, len) = (number(at), number(len));
    quote!(Text { at: #at, len: #len })
}

fn run(Run { first, count }: Run) -> TokenStream {
    let (first, count) = (number(first), number(count));
    quote!(Run { first: #first, count: #count })
}

fn slots(
    Slots {
        first,
        shift,
        multiplier,
    }: Slots,
) -> TokenStream {
    let (first, shift, multiplier) = (number(first), number(shift), number(multiplier));
    quote!(Slots { first: #first, shift: #shift, multiplier: #multiplier })
}

fn node_id(NodeId(index): NodeId) -> TokenStream {
    let index = number(index);
    quote!(NodeId(#index))
}

/// The name of a variant without payload.
fn plain(value: impl std::fmt::Debug) -> proc_macro2::Ident {
    format_ident!("{value:?}")
}

fn node(node: &Node) -> TokenStream {
    match *node {
        Node::Json | Node::Bool | Node::Uuid | Node::DateTime | Node::LocalDateTime => {
            let name = plain(node);
            quote!(Node::#name)
        }
        Node::String(index) => indexed("String", index),
        Node::Words(index) => indexed("Words", index),
        Node::Codes(index) => indexed("Codes", index),
        Node::Flags(index) => indexed("Flags", index),
        Node::Constant(index) => indexed("Constant", index),
        Node::Object(index) => indexed("Object", index),
        Node::Row(index) => indexed("Row", index),
        Node::Union(index) => indexed("Union", index),
        Node::Blank(inner) => {
            let inner = node_id(inner);
            quote!(Node::Blank(#inner))
        }
        Node::Masked(inner) => {
            let inner = node_id(inner);
            quote!(Node::Masked(#inner))
        }
        Node::Int {
            range,
            digits,
            lead,
            unit,
        } => {
            let (range, digits, lead) = (number(range), number(digits), number(lead));
            let unit = plain(unit);
            quote!(Node::Int { range: #range, digits: #digits, lead: #lead, unit: Unit::#unit })
        }
        Node::Decimal { form, bounds } => {
            let (form, bounds) = (plain(form), number(bounds));
            quote!(Node::Decimal { form: Form::#form, bounds: #bounds })
        }
        Node::List { item, size } => {
            let (item, size) = (node_id(item), number(size));
            quote!(Node::List { item: #item, size: #size })
        }
        Node::Map { item, size } => {
            let (item, size) = (node_id(item), number(size));
            quote!(Node::Map { item: #item, size: #size })
        }
    }
}

fn indexed(name: &str, index: u32) -> TokenStream {
    let (name, index) = (format_ident!("{name}"), number(index));
    quote!(Node::#name(#index))
}

fn record(record: &Record) -> TokenStream {
    let (name, fields, rules) = (text(record.name), run(record.fields), run(record.rules));
    let (required, unknown) = (number(record.required), plain(record.unknown));
    let (slots, shape) = (slots(record.slots), plain(record.shape));
    let successors = number(record.successors);
    quote!(Record {
        name: #name,
        fields: #fields,
        required: #required,
        unknown: Unknown::#unknown,
        rules: #rules,
        slots: #slots,
        successors: #successors,
        shape: Shape::#shape,
    })
}

fn field(field: &Field) -> TokenStream {
    let Field {
        key,
        node,
        required,
        nullable,
        masked,
        ..
    } = *field;
    let (key, node) = (text(key), node_id(node));
    quote!(Field::new(TEXT, NODES, #key, #node, #required, #nullable, #masked))
}

fn rule(rule: &Rule) -> TokenStream {
    let (when, operands, doc) = (run(rule.when), run(rule.operands), text(rule.doc));
    let (need, mask) = (plain(rule.need), number(rule.mask));
    quote!(Rule { when: #when, need: Need::#need, operands: #operands, mask: #mask, doc: #doc })
}

fn guard(guard: &Guard) -> TokenStream {
    let (field, values) = (number(guard.field), run(guard.values));
    let is_not = guard.is_not;
    quote!(Guard { field: #field, values: #values, is_not: #is_not })
}

fn enumeration(one: &Enum) -> TokenStream {
    let (name, words, unknown) = (text(one.name), run(one.words), plain(one.unknown));
    let (range, known, slots) = (number(one.range), number(one.known), slots(one.slots));
    quote!(Enum {
        name: #name,
        words: #words,
        unknown: Unknown::#unknown,
        range: #range,
        known: #known,
        slots: #slots,
    })
}

fn word(word: &Word) -> TokenStream {
    let (json, int, mask) = (text(word.json), word.int, number(word.mask));
    quote!(Word::new(TEXT, #json, #int, #mask))
}

fn bound(bounds: &Bounds) -> TokenStream {
    let (min, max, from_zero) = (text(bounds.min), text(bounds.max), bounds.from_zero);
    quote!(Bounds { min: #min, max: #max, from_zero: #from_zero })
}

fn size(size: &Size) -> TokenStream {
    let (min, max) = (number(size.min), number(size.max));
    quote!(Size { min: #min, max: #max })
}

fn union(union: &Union) -> TokenStream {
    let (name, variants, unknown) = (text(union.name), run(union.variants), plain(union.unknown));
    let choices = union.choices.iter().map(choice);
    quote!(Union {
        name: #name,
        variants: #variants,
        unknown: Unknown::#unknown,
        choices: [#(#choices),*],
    })
}

fn choice(choice: &Choice) -> TokenStream {
    match *choice {
        Choice::Nobody | Choice::Ask => {
            let name = plain(choice);
            quote!(Choice::#name)
        }
        Choice::Variant(variant) => {
            let variant = number(variant);
            quote!(Choice::Variant(#variant))
        }
        Choice::Tag(tag) => {
            let tag = number(tag);
            quote!(Choice::Tag(#tag))
        }
        Choice::Steps(steps) => {
            let steps = run(steps);
            quote!(Choice::Steps(#steps))
        }
    }
}

fn tag(tag: &Tag) -> TokenStream {
    let (key, element, groups) = (text(tag.key), number(tag.element), run(tag.groups));
    let (slots, rest, missing) = (slots(tag.slots), run(tag.rest), choice(&tag.missing));
    quote!(Tag::new(TEXT, #key, #element, #groups, #slots, #rest, #missing))
}

fn group(group: &Group) -> TokenStream {
    let (json, steps) = (text(group.json), run(group.steps));
    quote!(Group::new(TEXT, #json, #steps))
}

fn step(step: &Step) -> TokenStream {
    let test = match step.test {
        StepTest::Always => quote!(StepTest::Always),
        StepTest::Prefix { text: prefix, .. } => {
            let prefix = text(prefix);
            quote!(StepTest::prefix(TEXT, #prefix))
        }
        StepTest::Element { element, words } => {
            let (element, words) = (number(element), run(words));
            quote!(StepTest::Element { element: #element, words: #words })
        }
    };
    let (variant, then) = (number(step.variant), plain(step.then));
    quote!(Step { test: #test, variant: #variant, then: Then::#then })
}

fn variant(variant: &Variant) -> TokenStream {
    let (name, node, fallback) = (text(variant.name), node_id(variant.node), variant.fallback);
    quote!(Variant { name: #name, node: #node, fallback: #fallback })
}

fn one_match(one: &select::Match) -> TokenStream {
    let conditions = list(&one.conditions, condition);
    quote!(Match { conditions: #conditions })
}

fn condition(condition: &select::Condition) -> TokenStream {
    let place = match &condition.at {
        select::Place::Whole => quote!(Place::Whole),
        select::Place::Member(name) => {
            let name = borrowed(name);
            quote!(Place::Member(#name))
        }
        select::Place::Element(index) => {
            let index = number(*index);
            quote!(Place::Element(#index))
        }
    };
    let test = match &condition.test {
        select::Test::Equals(literals) => {
            let literals = list(literals, literal);
            quote!(Test::Equals(#literals))
        }
        select::Test::Template(parts) => {
            let parts = list(parts, part);
            quote!(Test::Template(#parts))
        }
        select::Test::Present => quote!(Test::Present),
        select::Test::Absent => quote!(Test::Absent),
        select::Test::Kind(kind) => {
            let kind = plain(kind);
            quote!(Test::Kind(Kind::#kind))
        }
    };
    quote!(Condition { at: #place, test: #test })
}

fn literal(literal: &select::Literal) -> TokenStream {
    match literal {
        select::Literal::Text(text) => {
            let text = borrowed(text);
            quote!(Literal::Text(#text))
        }
        select::Literal::Int(int) => {
            let int = Literal::i64_unsuffixed(*int);
            quote!(Literal::Int(#int))
        }
        select::Literal::Bool(bool) => quote!(Literal::Bool(#bool)),
    }
}

fn part(part: &select::Part) -> TokenStream {
    match part {
        select::Part::Text(text) => {
            let text = borrowed(text);
            quote!(Part::Text(#text))
        }
        select::Part::Hole => quote!(Part::Hole),
    }
}

fn borrowed(text: &str) -> TokenStream {
    quote!(Borrowed(#text))
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn every_bundled_program_is_an_expression() {
        for id in venue_schema::bundled_ids() {
            let api = venue_schema::load_bundled(id).unwrap_or_else(|error| panic!("{error}"));
            let tokens = tokens(&venue_schema::program::compile(&api));
            assert!(syn::parse2::<syn::Expr>(tokens).is_ok(), "{id}");
        }
    }
}
