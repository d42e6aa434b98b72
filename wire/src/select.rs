//! Telling messages and variants apart without decoding them.
//!
//! A [`Match`] is data that a constant can hold: the generator writes it into the types crates, and
//! the spec reader makes it at run time.

use std::borrow::Cow;

use crate::scan;

/// What tells one variant from the others: all conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Match {
    /// None: everything matches.
    pub conditions: Cow<'static, [Condition]>,
}

/// One condition of a [`Match`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    /// Where to look.
    pub at: Place,
    /// What to see there.
    pub test: Test,
}

/// Where a [`Condition`] looks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// The value itself.
    Whole,
    /// A member of the object. What is not an object meets no such condition.
    Member(Cow<'static, str>),
    /// An element of the array. What is not an array meets no such condition.
    Element(u32),
}

/// What a [`Condition`] sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// One of these values.
    Equals(Cow<'static, [Literal]>),
    /// A string of this form.
    Template(Cow<'static, [Part]>),
    /// Anything at all, null included.
    Present,
    /// Nothing.
    Absent,
    /// A value of this JSON kind.
    Kind(Kind),
}

/// A constant value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Literal {
    /// A JSON string.
    Text(Cow<'static, str>),
    /// A JSON number without fraction or exponent.
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Itself.
    Text(Cow<'static, str>),
    /// One or more characters other than `.` and `/`.
    Hole,
}

/// The kinds of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// Index of the first match that holds for a JSON text.
///
/// Exact for valid JSON, escaped keys and values included; of a repeated key the first counts. For
/// text that is not JSON the answer may be anything.
pub fn select(matches: &[Match], json: &[u8]) -> Option<usize> {
    let facts = Facts::gather(matches, json);
    matches.iter().position(|one| facts.meet(one))
}

/// How many distinct members, and elements from the first, are looked up in one pass.
const SLOTS: usize = 16;

/// What one pass over a value finds at the places that some matches ask about.
struct Facts<'a> {
    json: &'a [u8],
    start: usize,
    kind: Option<Kind>,
    names: [&'a str; SLOTS],
    named: usize,
    members: [Option<&'a [u8]>; SLOTS],
    elements: [Option<&'a [u8]>; SLOTS],
}

impl<'a> Facts<'a> {
    fn gather(matches: &'a [Match], json: &'a [u8]) -> Self {
        let start = scan::skip_space(json, 0);
        let mut facts = Facts {
            json,
            start,
            kind: json.get(start).and_then(|&first| scan::kind(first)),
            names: [""; SLOTS],
            named: 0,
            members: [None; SLOTS],
            elements: [None; SLOTS],
        };
        match facts.kind {
            Some(Kind::Object) => facts.gather_members(matches),
            Some(Kind::Array) => facts.gather_elements(matches),
            _ => {}
        }
        facts
    }

    fn gather_members(&mut self, matches: &'a [Match]) {
        for condition in matches.iter().flat_map(|one| one.conditions.iter()) {
            if let Place::Member(name) = &condition.at
                && self.named < SLOTS
                && !self.names[..self.named].contains(&&**name)
            {
                self.names[self.named] = name;
                self.named += 1;
            }
        }
        for member in scan::members(self.json, self.start) {
            let key = scan::text(&self.json[member.key.0..member.key.1]);
            if let Some(slot) = self.names[..self.named]
                .iter()
                .position(|name| *name == key)
                && self.members[slot].is_none()
            {
                self.members[slot] = Some(&self.json[member.value.0..member.value.1]);
            }
        }
    }

    fn gather_elements(&mut self, matches: &[Match]) {
        let places = matches.iter().flat_map(|one| one.conditions.iter());
        let last = places.filter_map(|condition| match condition.at {
            Place::Element(index) => Some(index as usize),
            _ => None,
        });
        let Some(last) = last.max() else { return };
        let elements = scan::elements(self.json, self.start);
        for (slot, (from, to)) in self.elements.iter_mut().zip(elements).take(last + 1) {
            *slot = Some(&self.json[from..to]);
        }
    }

    fn meet(&self, one: &Match) -> bool {
        one.conditions.iter().all(|condition| {
            let found = match &condition.at {
                Place::Whole => Some(&self.json[self.start..]),
                Place::Member(_) if self.kind != Some(Kind::Object) => return false,
                Place::Element(_) if self.kind != Some(Kind::Array) => return false,
                Place::Member(name) => self.member(name),
                Place::Element(index) => self.element(*index as usize),
            };
            condition.test.holds(found)
        })
    }

    fn member(&self, name: &str) -> Option<&'a [u8]> {
        match self.names[..self.named]
            .iter()
            .position(|known| *known == name)
        {
            Some(slot) => self.members[slot],
            None => scan::members(self.json, self.start)
                .find(|member| scan::text(&self.json[member.key.0..member.key.1]) == name)
                .map(|member| &self.json[member.value.0..member.value.1]),
        }
    }

    fn element(&self, index: usize) -> Option<&'a [u8]> {
        match self.elements.get(index) {
            Some(found) => *found,
            None => scan::elements(self.json, self.start)
                .nth(index)
                .map(|(from, to)| &self.json[from..to]),
        }
    }
}

impl Test {
    /// Whether it holds for what stands at its place: a value's text from its first byte on.
    pub(crate) fn holds(&self, found: Option<&[u8]>) -> bool {
        let Some(value) = found else {
            return matches!(self, Test::Absent);
        };
        match self {
            Test::Equals(literals) => literals.iter().any(|literal| literal.equals(value)),
            Test::Template(parts) => {
                value.first() == Some(&b'"') && {
                    let quoted = &value[..scan::string_end(value, 0)];
                    fits(parts, &scan::text(quoted))
                }
            }
            Test::Present => true,
            Test::Absent => false,
            Test::Kind(kind) => value.first().and_then(|&first| scan::kind(first)) == Some(*kind),
        }
    }
}

impl Literal {
    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value whose text starts `value` is this one.
    pub(crate) fn equals(&self, value: &[u8]) -> bool {
        let token = &value[..match value.first() {
            Some(b'[' | b'{') | None => return false,
            Some(_) => scan::value_end(value, 0),
        }];
        match self {
            Literal::Text(text) => token.first() == Some(&b'"') && scan::text(token) == *text,
            Literal::Int(int) => {
                token != b"-0"
                    && token.first() != Some(&b'+')
                    && std::str::from_utf8(token).is_ok_and(|token| token.parse() == Ok(*int))
            }
            Literal::Bool(bool) => token == if *bool { &b"true"[..] } else { b"false" },
        }
    }
}

/// Whether a text has the form of a template.
pub(crate) fn fits(parts: &[Part], text: &str) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Text(start), rest @ ..] => text
            .strip_prefix(&**start)
            .is_some_and(|text| fits(rest, text)),
        [Part::Hole] => !text.is_empty() && !text.contains(['.', '/']),
        [Part::Hole, rest @ ..] => {
            let ends = text
                .char_indices()
                .take_while(|(_, char)| !matches!(char, '.' | '/'));
            ends.map(|(at, char)| at + char.len_utf8())
                .any(|end| fits(rest, &text[end..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &'static str, test: Test) -> Condition {
        Condition {
            at: Place::Member(name.into()),
            test,
        }
    }

    fn all(conditions: Vec<Condition>) -> Match {
        Match {
            conditions: conditions.into(),
        }
    }

    fn equals(text: &'static str) -> Test {
        Test::Equals(vec![Literal::Text(text.into())].into())
    }

    #[test]
    fn the_first_match_that_holds_is_taken() {
        let ticker = Test::Template(vec![Part::Text("ticker.".into()), Part::Hole].into());
        let matches = [
            all(vec![
                member("type", equals("success")),
                member("action", equals("subscribe")),
            ]),
            all(vec![member("recipient", ticker)]),
            all(vec![
                member("type", Test::Absent),
                member("recipient", Test::Present),
            ]),
        ];
        let select = |json: &str| select(&matches, json.as_bytes());
        assert_eq!(
            select(r#"{"action":"subscribe","type":"success"}"#),
            Some(0)
        );
        assert_eq!(
            select(r#"{"action":"subscribe","t\u0079pe":"succes\u0073"}"#),
            Some(0)
        );
        assert_eq!(
            select(r#"{"x":{"type":"success"},"recipient":"ticker.btc"}"#),
            Some(1)
        );
        assert_eq!(select(r#"{"recipient":"ticker.btc.usd"}"#), Some(2));
        assert_eq!(select(r#"{"recipient":"ticker."}"#), Some(2));
        assert_eq!(select(r#"{"recipient":null}"#), Some(2));
        assert_eq!(select(r#"{"recipient":"x","type":1}"#), None);
        assert_eq!(select("[]"), None);
        assert_eq!(select(""), None);
    }

    #[test]
    fn elements_and_kinds_tell_variants_apart() {
        let element = |index, literal| Condition {
            at: Place::Element(index),
            test: Test::Equals(vec![literal].into()),
        };
        let whole = |kind| Condition {
            at: Place::Whole,
            test: Test::Kind(kind),
        };
        let matches = [
            all(vec![
                element(0, Literal::Text("B".into())),
                element(2, Literal::Text("S".into())),
            ]),
            all(vec![element(20, Literal::Int(7))]),
            all(vec![whole(Kind::Number)]),
        ];
        let select = |json: &str| select(&matches, json.as_bytes());
        assert_eq!(select(r#"["B", [1,"]"], "S", []]"#), Some(0));
        assert_eq!(
            select("[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9, 7 ]"),
            Some(1)
        );
        assert_eq!(
            select("[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9, 7.0 ]"),
            None
        );
        assert_eq!(select(" -5"), Some(2));
        assert_eq!(select(r#"["B",1]"#), None);
    }

    #[test]
    fn a_hole_gives_back_what_the_next_text_needs() {
        let text = |text: &'static str| Part::Text(text.into());
        let parts = [text("a"), Part::Hole, text("-"), Part::Hole, text("z")];
        assert!(fits(&parts, "ab-c-dz"));
        assert!(!fits(&parts, "a-z"));
        assert!(!fits(&parts, "ab.-cz"));
    }

    #[test]
    fn broken_text_gives_an_answer() {
        let matches = [all(vec![member("a", equals("b"))]), Match::default()];
        for json in [
            "{",
            "{\"",
            "{\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":\"",
            "{\"a\":\"\\",
            "]",
            "\"\\u",
        ] {
            assert!(select(&matches, json.as_bytes()).is_some(), "{json}");
        }
    }
}
