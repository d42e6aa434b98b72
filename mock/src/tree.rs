//! Looking into JSON trees and changing them in place.

use venue_schema::ir::{Layout, Record};
use venue_schema::sample::raw::{Raw, quoted, unquoted};

/// The value of a record's field: by name in an object, by position in an array.
pub(crate) fn field<'v>(record: &Record, index: usize, value: &'v Raw) -> Option<&'v Raw> {
    match (record.layout, value) {
        (Layout::Object, Raw::Object(_)) => value.member(&record.fields.get(index)?.wire),
        (Layout::Array, Raw::Array(items)) => items.get(index),
        _ => None,
    }
}

/// A copy with the field set; none if it is not there. Nothing is added.
pub(crate) fn with_field(record: &Record, index: usize, value: &Raw, new: Raw) -> Option<Raw> {
    let mut out = value.clone();
    match (record.layout, &mut out) {
        (Layout::Object, Raw::Object(members)) => {
            let name = &record.fields.get(index)?.wire;
            let (_, place) = members.iter_mut().find(|(key, _)| unquoted(key) == *name)?;
            *place = new;
        }
        (Layout::Array, Raw::Array(items)) => *items.get_mut(index)? = new,
        _ => return None,
    }
    Some(out)
}

/// Sets every member of that name, at any depth, that holds the same kind of value; whether there
/// was any.
pub(crate) fn set_deep(value: &mut Raw, name: &str, new: &Raw) -> bool {
    let mut any = false;
    match value {
        Raw::Token(_) => {}
        Raw::Array(items) => {
            for item in items {
                any |= set_deep(item, name, new);
            }
        }
        Raw::Object(members) => {
            for (key, value) in members {
                if unquoted(key) == name && same_kind(value, new) {
                    *value = new.clone();
                    any = true;
                } else {
                    any |= set_deep(value, name, new);
                }
            }
        }
    }
    any
}

/// Sets a member of an object, adding it at the end if it is not there.
pub(crate) fn set_member(value: &mut Raw, name: &str, new: Raw) {
    let Raw::Object(members) = value else { return };
    match members.iter_mut().find(|(key, _)| unquoted(key) == name) {
        Some((_, place)) => *place = new,
        None => members.push((quoted(name), new)),
    }
}

/// Every text in it, in the order of the text; names of members are none.
pub(crate) fn texts(value: &Raw) -> Vec<String> {
    let mut out = Vec::new();
    collect(value, &mut out);
    out
}

fn collect(value: &Raw, out: &mut Vec<String>) {
    match value {
        Raw::Token(_) => out.extend(value.text()),
        Raw::Array(items) => items.iter().for_each(|item| collect(item, out)),
        Raw::Object(members) => members.iter().for_each(|(_, value)| collect(value, out)),
    }
}

fn same_kind(one: &Raw, other: &Raw) -> bool {
    match (one, other) {
        (Raw::Token(a), Raw::Token(b)) => a.starts_with('"') == b.starts_with('"'),
        (Raw::Array(_), Raw::Array(_)) | (Raw::Object(_), Raw::Object(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_set_where_they_hold_the_same_kind() {
        let mut value = Raw::parse(r#"{"a":{"id":1},"id":"x","b":[{"id":2},{"id":[]}]}"#).unwrap();
        assert!(set_deep(&mut value, "id", &Raw::Token("7".into())));
        assert_eq!(
            value.to_string(),
            r#"{"a":{"id":7},"id":"x","b":[{"id":7},{"id":[]}]}"#
        );
        assert!(!set_deep(&mut value, "none", &Raw::null()));
        assert_eq!(texts(&value), ["x"]);
    }
}
