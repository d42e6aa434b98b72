//! Looks for a few members or elements of a message and leaves the rest unread.
//!
//! What tells where a message belongs stands at its start in all that venues send, so that a book is
//! not read a second time to learn its number. Damage ends the search; nothing fails.

use std::ops::Range;

use venue_schema::ir::Place;
use venue_wire::check::container_end;

use crate::lex::skip_space;

/// Texts of the values at some places of a message, in the order of `places`.
pub(super) fn peek<'m>(message: &'m [u8], places: &[Place]) -> Vec<Option<&'m [u8]>> {
    let mut found = vec![None; places.len()];
    let start = skip_space(message, 0);
    match message.get(start) {
        Some(b'{') => members(message, start + 1, places, &mut found),
        Some(b'[') => elements(message, start + 1, places, &mut found),
        _ => {}
    }
    found
}

fn members<'m>(message: &'m [u8], mut at: usize, places: &[Place], found: &mut [Option<&'m [u8]>]) {
    let is_member = |place: &&Place| matches!(place, Place::Member(_));
    let mut left = places.iter().filter(is_member).count();
    while left > 0 {
        at = skip_space(message, at);
        let Some(end) = string_end(message, at) else {
            return;
        };
        let name = &message[at + 1..end - 1];
        at = skip_space(message, end);
        if message.get(at) != Some(&b':') {
            return;
        }
        let Some(value) = value(message, at + 1) else {
            return;
        };
        for (place, slot) in places.iter().zip(found.iter_mut()) {
            let is_it = matches!(place, Place::Member(wanted) if wanted.as_bytes() == name);
            if is_it && slot.is_none() {
                *slot = Some(&message[value.clone()]);
                left -= 1;
            }
        }
        at = skip_space(message, value.end);
        if message.get(at) != Some(&b',') {
            return;
        }
        at += 1;
    }
}

fn elements<'m>(
    message: &'m [u8],
    mut at: usize,
    places: &[Place],
    found: &mut [Option<&'m [u8]>],
) {
    let last = places.iter().filter_map(|place| match place {
        Place::Element(n) => Some(*n),
        _ => None,
    });
    let Some(last) = last.max() else { return };
    for n in 0..=last {
        let Some(value) = value(message, at) else {
            return;
        };
        for (place, slot) in places.iter().zip(found.iter_mut()) {
            if *place == Place::Element(n) {
                *slot = Some(&message[value.clone()]);
            }
        }
        at = skip_space(message, value.end);
        if message.get(at) != Some(&b',') {
            return;
        }
        at += 1;
    }
}

/// The elements of a list, up to so many.
pub(super) fn list(text: &[u8], most: usize) -> Vec<&[u8]> {
    let mut out = Vec::new();
    if text.first() != Some(&b'[') {
        return out;
    }
    let mut at = 1;
    while out.len() < most {
        let Some(value) = value(text, at) else { break };
        at = skip_space(text, value.end);
        out.push(&text[value]);
        if text.get(at) != Some(&b',') {
            break;
        }
        at += 1;
    }
    out
}

/// The value that starts at or after `at`; none if it is damaged, or there is none.
fn value(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = skip_space(text, at);
    let end = match text.get(start)? {
        b'"' => string_end(text, start)?,
        b'{' | b'[' => container_end(text, start)?,
        b'}' | b']' | b',' | b':' => return None,
        _ => {
            let rest = &text[start..];
            let ends = |b: &u8| matches!(b, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            start + rest.iter().position(ends).unwrap_or(rest.len())
        }
    };
    Some(start..end)
}

/// The end of the string at `start`, past its closing quote.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    if text.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_and_damage_after_it_does_not_matter() {
        let member = |name: &str| Place::Member(name.into());
        let text = br#" { "a" : {"b":"}\""} , "seq":12 ,"b":[1, "]"],"c""#;
        let found = peek(text, &[member("seq"), member("b"), member("z")]);
        assert_eq!(found, [Some(&b"12"[..]), Some(&br#"[1, "]"]"#[..]), None]);
        let found = peek(
            br#"["B", {"x":[]} ,"S",[["#,
            &[Place::Element(0), Place::Element(2)],
        );
        assert_eq!(found, [Some(&br#""B""#[..]), Some(&br#""S""#[..])]);
        for damaged in [
            &br#"{"seq""#[..],
            b"{",
            b"[",
            b"",
            b"[[",
            b"{\"seq\":}",
            b"]",
        ] {
            assert_eq!(
                peek(damaged, &[member("seq"), Place::Element(0)]),
                [None, None]
            );
        }
        assert_eq!(list(b"[1, 2,3]", 2), [b"1", b"2"]);
        assert_eq!(list(b"[]", 2), Vec::<&[u8]>::new());
    }
}
