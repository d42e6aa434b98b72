//! What a match claims, read off the model.

use crate::ir::{Condition, JsonKind, Literal, Match, Part, Place, Test};

use super::raw::Raw;

/// The first match that holds.
pub fn first_claim(matches: &[&Match], value: &Raw) -> Option<usize> {
    matches.iter().position(|one| holds(one, value))
}

/// Whether all conditions hold.
pub fn holds(matches: &Match, value: &Raw) -> bool {
    matches
        .conditions
        .iter()
        .all(|condition| condition_holds(condition, value))
}

fn condition_holds(condition: &Condition, value: &Raw) -> bool {
    let found = match (&condition.at, value) {
        (Place::Whole, value) => Some(value),
        (Place::Member(name), Raw::Object(_)) => value.member(name),
        (Place::Element(index), Raw::Array(items)) => items.get(*index),
        // A place in another kind of value is nowhere, and not even absent.
        _ => return false,
    };
    match (&condition.test, found) {
        (Test::Absent, found) => found.is_none(),
        (_, None) => false,
        (Test::Present, Some(_)) => true,
        (Test::Equals(values), Some(found)) => values.iter().any(|literal| equals(literal, found)),
        (Test::Template(template), Some(found)) => found
            .text()
            .is_some_and(|text| fits(&template.parts, &text)),
        (Test::Kind(kind), Some(found)) => kind_of(found) == *kind,
    }
}

/// Whether the value is the literal.
pub(super) fn equals(literal: &Literal, value: &Raw) -> bool {
    match literal {
        Literal::Str(text) => value.text().as_deref() == Some(text),
        Literal::Int(int) => value.number() == Some(int.to_string().as_str()),
        Literal::Bool(flag) => *value == Raw::Token(flag.to_string()),
    }
}

fn fits(parts: &[Part], text: &str) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((Part::Text(start), rest)) => text
            .strip_prefix(start.as_str())
            .is_some_and(|text| fits(rest, text)),
        Some((Part::Hole(_), rest)) => {
            let ends = text
                .char_indices()
                .take_while(|(_, c)| !matches!(c, '.' | '/'));
            ends.map(|(at, c)| at + c.len_utf8())
                .any(|end| fits(rest, &text[end..]))
        }
    }
}

/// The value's kind.
pub(super) fn kind_of(value: &Raw) -> JsonKind {
    match value {
        Raw::Array(_) => JsonKind::Array,
        Raw::Object(_) => JsonKind::Object,
        Raw::Token(token) => match token.as_bytes()[0] {
            b'"' => JsonKind::String,
            b'n' => JsonKind::Null,
            b't' | b'f' => JsonKind::Bool,
            _ => JsonKind::Number,
        },
    }
}
