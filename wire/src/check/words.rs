//! What a finding says in people's words.

use super::table::{Form, NONE, Need, Node, Range, Size, Tables, Unit};
use super::{NodeId, rule, scalar, shown};
use crate::scan;
use crate::select::{Kind, Match, Place};

/// Most characters of a value that are shown.
const SHOWN: usize = 48;
/// Most names that are listed.
const LISTED: usize = 8;

/// The kinds of JSON value that a node can be.
pub(super) fn kinds(node: Node) -> &'static [Kind] {
    match node {
        Node::Bool => &[Kind::Bool],
        Node::Int { .. } | Node::Codes(_) | Node::Flags(_) => &[Kind::Number],
        Node::Decimal {
            form: Form::Number, ..
        } => &[Kind::Number],
        Node::Decimal {
            form: Form::Any, ..
        } => &[Kind::Number, Kind::String],
        Node::Decimal {
            form: Form::Text, ..
        }
        | Node::String(_)
        | Node::Uuid
        | Node::DateTime
        | Node::LocalDateTime
        | Node::Words(_) => &[Kind::String],
        Node::Object(_) | Node::Map { .. } => &[Kind::Object],
        Node::Row(_) | Node::List { .. } => &[Kind::Array],
        Node::Json | Node::Blank(_) | Node::Masked(_) | Node::Union(_) | Node::Constant(_) => &[
            Kind::Null,
            Kind::Bool,
            Kind::Number,
            Kind::String,
            Kind::Array,
            Kind::Object,
        ],
    }
}

/// The kind of the value whose text this is.
pub(super) fn a_kind(token: &[u8]) -> &'static str {
    token
        .first()
        .and_then(|&first| scan::kind(first))
        .map_or("nothing", name)
}

/// The rule that a value of the wrong kind breaks: numbers and strings are taken for one another
/// often enough to have rules of their own.
pub(super) fn mistaken(node: Node, token: &[u8]) -> &'static str {
    let inside = token
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    let is_number =
        |text: &[u8]| std::str::from_utf8(text).is_ok_and(|it| scalar::decimal(it).is_ok());
    match (kinds(node), inside) {
        ([Kind::Number], Some(text)) if is_number(text) => rule::NUMBER_AS_STRING,
        ([Kind::String], None) if scan::kind(token[0]) == Some(Kind::Number) => {
            rule::STRING_AS_NUMBER
        }
        _ => rule::WRONG_KIND,
    }
}

/// The kind that a node wants.
pub(super) fn a_kind_of(node: Node) -> &'static str {
    match kinds(node) {
        [kind] => name(*kind),
        _ => "a number or string",
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

/// What a node expects.
pub(super) fn expected(tables: &Tables, node: NodeId) -> String {
    match tables.node(node) {
        Node::Json => "any JSON value".to_owned(),
        Node::Bool => "true or false".to_owned(),
        Node::String(size) => sized(tables, "string", size, "characters"),
        Node::Uuid => "UUID".to_owned(),
        Node::Int { range, unit, .. } => integer(tables.range(range), unit),
        Node::Decimal { form, bounds } => {
            let form = match form {
                Form::Number => "decimal as a JSON number",
                Form::Text => "decimal as a JSON string",
                Form::Any => "decimal as a JSON number or string",
            };
            let mut text = form.to_owned();
            if bounds != NONE {
                let bounds = tables.bounds(bounds);
                for (word, bound) in [(" from ", bounds.min), (" to ", bounds.max)] {
                    if bound.len > 0 {
                        text.push_str(word);
                        text.push_str(tables.text(bound));
                    }
                }
            }
            text
        }
        Node::DateTime => "date and time with zone (RFC 3339)".to_owned(),
        Node::LocalDateTime => "date and time without zone".to_owned(),
        Node::Words(index) | Node::Codes(index) => {
            let one = tables.one_enum(index);
            let words = tables.words(one.words).iter();
            listed(words.map(|word| tables.text(word.json).trim_matches('"').to_owned()))
        }
        Node::Flags(index) => {
            let one = tables.one_enum(index);
            format!("{} (bits of {:#x})", tables.text(one.name), one.known)
        }
        Node::Constant(word) => tables.text(tables.words_at(word).json).to_owned(),
        Node::Blank(inner) => format!("{} or \"\"", expected(tables, inner)),
        Node::Masked(inner) => expected(tables, inner),
        Node::Object(record) => format!("{} (object)", tables.text(tables.record(record).name)),
        Node::Row(record) => format!("{} (array)", tables.text(tables.record(record).name)),
        Node::List { size, .. } => sized(tables, "array", size, "elements"),
        Node::Map { size, .. } => sized(tables, "object", size, "members"),
        Node::Union(union) => {
            let variants = tables.variants_of(union).iter();
            listed(variants.map(|variant| tables.text(variant.name).to_owned()))
        }
    }
}

fn sized(tables: &Tables, what: &str, size: u32, unit: &str) -> String {
    if size == NONE {
        return what.to_owned();
    }
    match tables.size(size) {
        Size { min, max } if min == max => format!("{what} of {min} {unit}"),
        Size { min, max: u32::MAX } => format!("{what} of at least {min} {unit}"),
        Size { min: 0, max } => format!("{what} of at most {max} {unit}"),
        Size { min, max } => format!("{what} of {min} to {max} {unit}"),
    }
}

fn integer(range: Range, unit: Unit) -> String {
    let unit = match unit {
        Unit::Number => "integer",
        Unit::Seconds => "seconds since 1970 as an integer",
        Unit::Millis => "milliseconds since 1970 as an integer",
        Unit::Micros => "microseconds since 1970 as an integer",
        Unit::Nanos => "nanoseconds since 1970 as an integer",
    };
    let Range { min, max } = range;
    // A whole type is easier to take in than its nineteen digits.
    match (min, max) {
        (I64_MIN, I64_MAX) => unit.to_owned(),
        (0, U64_MAX | I64_MAX) => format!("{unit}, not negative"),
        (I64_MIN, _) => format!("{unit} up to {max}"),
        (_, U64_MAX | I64_MAX) => format!("{unit} from {min}"),
        _ => format!("{unit} from {min} to {max}"),
    }
}

const I64_MIN: i128 = i64::MIN as i128;
const I64_MAX: i128 = i64::MAX as i128;
const U64_MAX: i128 = u64::MAX as i128;

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut shown: Vec<String> = names.take(LISTED).collect();
    if count > LISTED {
        shown.push("…".to_owned());
    }
    match &shown[..] {
        [one] => one.clone(),
        _ => format!("one of {}", shown.join(", ")),
    }
}

/// What a rule needs of these fields.
pub(super) fn need(need: Need, names: &[String]) -> String {
    let names = names.join(", ");
    match need {
        Need::AllOf => format!("all of {names}"),
        Need::NoneOf => format!("none of {names}"),
        Need::ExactlyOne => format!("exactly one of {names}"),
        Need::AtMostOne => format!("at most one of {names}"),
        Need::AtLeastOne => format!("at least one of {names}"),
    }
}

/// A value, shortened, if it may be shown.
pub(super) fn found(token: &[u8]) -> String {
    let some = |count: usize, what: &str| match count {
        0 => "without any".to_owned(),
        1 => format!("of one {what}"),
        _ => format!("of {count} {what}s"),
    };
    match token.first() {
        Some(b'[') => format!(
            "array {}",
            some(scan::elements(token, 0).count(), "element")
        ),
        Some(b'{') => format!("object {}", some(scan::members(token, 0).count(), "member")),
        Some(b'"') => shown::quoted(&scan::text(token)).into_owned(),
        _ => short(&String::from_utf8_lossy(token)),
    }
}

/// The members and elements by which variants are told apart, as they stand in a value.
pub(super) fn tags(matches: &[Match], token: &[u8]) -> String {
    let mut tags: Vec<(String, String)> = Vec::new();
    for condition in matches.iter().flat_map(|one| one.conditions.iter()) {
        let (name, value) = match &condition.at {
            Place::Whole => continue,
            Place::Member(_) if token.first() != Some(&b'{') => continue,
            Place::Element(_) if token.first() != Some(&b'[') => continue,
            Place::Member(name) => {
                let value = scan::members(token, 0)
                    .find(|member| scan::text(&token[member.key.0..member.key.1]) == *name);
                (name.to_string(), value.map(|member| member.value))
            }
            Place::Element(index) => (
                format!("[{index}]"),
                scan::elements(token, 0).nth(*index as usize),
            ),
        };
        if let Some((from, to)) = value
            && tags.iter().all(|(known, _)| *known != name)
        {
            tags.push((name, found(&token[from..to])));
        }
    }
    if tags.is_empty() {
        return found(token);
    }
    let tags: Vec<String> = tags
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    tags.join(", ")
}

/// The byte at which a text stops being JSON.
pub(super) fn byte_at(json: &[u8], at: usize) -> String {
    match json.get(at) {
        None => "the end of the text".to_owned(),
        Some(byte @ 0x20..0x7f) => format!("`{}`", char::from(*byte)),
        Some(byte) => format!("byte {byte:#04x}"),
    }
}

/// At most [`SHOWN`] characters, with those escaped that steer a terminal or turn text around.
pub(super) fn short(text: &str) -> String {
    let mut out = String::new();
    for (count, char) in text.chars().enumerate() {
        if count == SHOWN {
            out.push('…');
            break;
        }
        let turns = matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if char.is_control() || turns {
            out.extend(char.escape_unicode());
        } else {
            out.push(char);
        }
    }
    out
}
