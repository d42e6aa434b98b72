//! Telling the variants of a union apart without reading the whole text first.
//!
//! Exactness asks for the whole: a member that rules a variant out may stand at the very end. So a
//! look at the start gives the likely variant, the text is decoded as that, and the names that the
//! decoder met on the way confirm it. Where they do not, `select` decides and the text is decoded
//! again. Arrays are told apart by their first elements, so the look is exact.

use std::cell::Cell;
use std::sync::OnceLock;

use crate::reader::find_special;
use crate::scan;
use crate::select::{Kind, Literal, Match, Place, Test, fits, select};

/// How many members and elements are looked at; with more, `select` decides.
const SLOTS: usize = 8;
/// How many members of the value are remembered.
const WATCHED: usize = 32;

/// What tells the variants of a union apart, prepared when it is first needed.
pub struct Dispatch {
    matches: &'static [Match],
    plan: OnceLock<Plan>,
}

/// What a look at the start of a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// This variant, or none.
    Exact(Option<usize>),
    /// This one, if the rest of the text does not speak against it.
    Likely(usize),
    /// Nothing.
    Unsure,
}

/// Where the names of the outermost object stand in a text: filled in by the reader.
#[derive(Debug)]
pub struct Watch {
    names: [Cell<usize>; WATCHED],
    count: Cell<usize>,
}

impl Watch {
    pub(super) fn new() -> Self {
        Watch {
            names: [const { Cell::new(0) }; WATCHED],
            count: Cell::new(0),
        }
    }

    /// A name's quote stands here.
    #[inline]
    pub(crate) fn note(&self, at: usize) {
        let count = self.count.get();
        if let Some(name) = self.names.get(count) {
            name.set(at);
        }
        self.count.set(count + 1);
    }
}

struct Plan {
    members: Vec<&'static str>,
    elements: usize,
    conditions: Vec<Vec<(Slot, &'static Test)>>,
    tag: Option<Tag>,
}

/// A place that conditions ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Whole,
    Member(usize),
    Element(usize),
}

/// The place that most conditions ask about, and which variants a text there leaves.
struct Tag {
    slot: Slot,
    /// Sorted by text.
    groups: Vec<(&'static str, Vec<usize>)>,
    /// For a text that has no group.
    rest: Vec<usize>,
}

#[derive(Clone, Copy)]
enum Fact<'a> {
    Unknown,
    Absent,
    /// A string that is spelt without escapes.
    Text(&'a str),
    /// Another value's text from its first byte on.
    Other(&'a [u8]),
}

impl<'a> Fact<'a> {
    /// What stands at the start of a text.
    fn of(value: &'a [u8]) -> Self {
        if value.first() == Some(&b'"')
            && let Some(inner) = plain(value, 0)
            && let Ok(text) = std::str::from_utf8(inner)
        {
            return Fact::Text(text);
        }
        Fact::Other(value)
    }

    /// Whether a test holds; none if that is still open.
    fn meets(self, test: &Test) -> Option<bool> {
        Some(match (self, test) {
            (Fact::Unknown, _) => return None,
            (Fact::Absent, test) => test.holds(None),
            (Fact::Other(value), test) => test.holds(Some(value)),
            (Fact::Text(text), Test::Equals(literals)) => {
                literals.iter().any(|literal| literal.text() == Some(text))
            }
            (Fact::Text(text), Test::Template(parts)) => fits(parts, text),
            (Fact::Text(_), Test::Present) => true,
            (Fact::Text(_), Test::Absent) => false,
            (Fact::Text(_), Test::Kind(kind)) => *kind == Kind::String,
        })
    }
}

struct Facts<'a> {
    whole: &'a [u8],
    kind: Option<Kind>,
    members: [Fact<'a>; SLOTS],
    elements: [Fact<'a>; SLOTS],
}

impl Dispatch {
    /// The variants' matches, in order of trial.
    pub const fn new(matches: &'static [Match]) -> Self {
        Dispatch {
            matches,
            plan: OnceLock::new(),
        }
    }

    /// The exact answer, from a walk over the whole text.
    pub fn select(&self, json: &[u8]) -> Option<usize> {
        select(self.matches, json)
    }

    /// The answer that the start of the text gives.
    pub(super) fn look(&self, json: &[u8]) -> Look {
        let plan = self.plan.get_or_init(|| Plan::new(self.matches));
        if plan.members.len() > SLOTS || plan.elements > SLOTS {
            return Look::Unsure;
        }
        let start = scan::skip_space(json, 0);
        let whole = json.get(start..).unwrap_or_default();
        let mut facts = Facts {
            whole,
            kind: whole.first().and_then(|&first| scan::kind(first)),
            members: [Fact::Absent; SLOTS],
            elements: [Fact::Absent; SLOTS],
        };
        match facts.kind {
            Some(Kind::Object) => plan.look_at_members(&mut facts),
            Some(Kind::Array) => {
                let elements = scan::elements(whole, 0).take(plan.elements);
                for (fact, (from, _)) in facts.elements.iter_mut().zip(elements) {
                    *fact = Fact::of(&whole[from..]);
                }
                Look::Exact(plan.first(&facts))
            }
            _ => Look::Exact(plan.first(&facts)),
        }
    }

    /// Whether the names that the reader met say that it is this variant.
    pub(super) fn confirms(&self, variant: usize, json: &[u8], watch: &Watch) -> bool {
        let (Some(plan), count) = (self.plan.get(), watch.count.get()) else {
            return false;
        };
        let Some(names) = watch.names.get(..count) else {
            return false;
        };
        let mut facts = Facts {
            whole: json,
            kind: Some(Kind::Object),
            members: [Fact::Absent; SLOTS],
            elements: [Fact::Absent; SLOTS],
        };
        for at in names {
            let Some((name, value)) = name_and_value(json, at.get()) else {
                return false;
            };
            plan.note(&mut facts, name, &json[value..]);
        }
        count > 0 && plan.first(&facts) == Some(variant)
    }
}

/// A member's name, if it is spelt without escapes, and where its value starts.
fn name_and_value(json: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let name = plain(json, at)?;
    let colon = scan::skip_space(json, at + 1 + name.len() + 1);
    let value = scan::skip_space(json, colon + 1);
    (json.get(colon) == Some(&b':') && value < json.len()).then_some((name, value))
}

/// What stands in a string, if that is spelt without escapes.
fn plain(json: &[u8], at: usize) -> Option<&[u8]> {
    let end = find_special(json, at + 1);
    (json.get(end) == Some(&b'"')).then(|| &json[at + 1..end])
}

impl Plan {
    fn new(matches: &'static [Match]) -> Self {
        let mut plan = Plan {
            members: Vec::new(),
            elements: 0,
            conditions: Vec::new(),
            tag: None,
        };
        for one in matches {
            let conditions = one.conditions.iter();
            let conditions =
                conditions.map(|condition| (plan.slot(&condition.at), &condition.test));
            let conditions = conditions.collect();
            plan.conditions.push(conditions);
        }
        plan.tag = plan.most_telling().map(|slot| plan.tag(slot));
        plan
    }

    fn slot(&mut self, place: &'static Place) -> Slot {
        match place {
            Place::Whole => Slot::Whole,
            Place::Element(index) => {
                let index = *index as usize;
                self.elements = self.elements.max(index + 1);
                Slot::Element(index)
            }
            Place::Member(name) => {
                let known = self.members.iter().position(|member| member == name);
                Slot::Member(known.unwrap_or_else(|| {
                    self.members.push(name);
                    self.members.len() - 1
                }))
            }
        }
    }

    /// The place for which most variants state a text.
    fn most_telling(&self) -> Option<Slot> {
        let mut slots: Vec<(usize, Slot)> = Vec::new();
        for (slot, test) in self.conditions.iter().flatten() {
            if *slot == Slot::Whole || !matches!(test, Test::Equals(_) | Test::Template(_)) {
                continue;
            }
            match slots.iter_mut().find(|(_, other)| other == slot) {
                Some((count, _)) => *count += 1,
                None => slots.push((1, *slot)),
            }
        }
        // The first of those asked for most often.
        slots
            .iter()
            .rev()
            .max_by_key(|(count, _)| *count)
            .map(|(_, slot)| *slot)
    }

    fn tag(&self, slot: Slot) -> Tag {
        let about = |conditions: &[(Slot, &'static Test)]| -> Vec<&'static Test> {
            let about = conditions.iter().filter(|(other, _)| *other == slot);
            about.map(|(_, test)| *test).collect()
        };
        let left = |could: &dyn Fn(&Test) -> bool| -> Vec<usize> {
            let all = self.conditions.iter().enumerate();
            all.filter(|(_, conditions)| about(conditions).iter().all(|test| could(test)))
                .map(|(index, _)| index)
                .collect()
        };
        let mut texts: Vec<&'static str> = Vec::new();
        for test in self
            .conditions
            .iter()
            .flat_map(|conditions| about(conditions))
        {
            if let Test::Equals(literals) = test {
                texts.extend(literals.iter().filter_map(Literal::text));
            }
        }
        texts.sort_unstable();
        texts.dedup();
        let is_string = |test: &Test| matches!(test, Test::Present | Test::Kind(Kind::String));
        let groups = texts.into_iter().map(|text| {
            let could = |test: &Test| match test {
                Test::Equals(literals) => literals.iter().any(|one| one.text() == Some(text)),
                Test::Template(parts) => fits(parts, text),
                other => is_string(other),
            };
            (text, left(&could))
        });
        Tag {
            slot,
            groups: groups.collect(),
            rest: left(&|test| matches!(test, Test::Template(_)) || is_string(test)),
        }
    }

    fn note<'a>(&self, facts: &mut Facts<'a>, name: &[u8], value: &'a [u8]) {
        let known = self
            .members
            .iter()
            .position(|member| member.as_bytes() == name);
        if let Some(fact) = known.and_then(|slot| facts.members.get_mut(slot))
            && matches!(fact, Fact::Unknown | Fact::Absent)
        {
            *fact = Fact::of(value);
        }
    }

    /// Goes through the members until one is likely enough to try: at the latest at a value that
    /// is not a scalar, as that may be long.
    fn look_at_members(&self, facts: &mut Facts<'_>) -> Look {
        let json = facts.whole;
        facts.members = [Fact::Unknown; SLOTS];
        let mut at = scan::skip_space(json, 1);
        let is_empty = json.get(at) == Some(&b'}');
        while !is_empty && json.get(at) == Some(&b'"') {
            let Some((name, value)) = name_and_value(json, at) else {
                return Look::Unsure;
            };
            self.note(facts, name, &json[value..]);
            if matches!(json.get(value), Some(b'[' | b'{')) {
                let likely = self.likely(facts);
                if likely != Look::Unsure {
                    return likely;
                }
            }
            at = scan::skip_space(json, scan::value_end(json, value));
            if json.get(at) != Some(&b',') {
                break;
            }
            at = scan::skip_space(json, at + 1);
        }
        match json.get(at) {
            Some(b'}') => {
                for fact in &mut facts.members {
                    if matches!(fact, Fact::Unknown) {
                        *fact = Fact::Absent;
                    }
                }
                Look::Exact(self.first(facts))
            }
            _ => Look::Unsure,
        }
    }

    /// The variants that the tag leaves, in order of trial; all, if it says nothing.
    fn candidates(&self, facts: &Facts<'_>) -> Option<&[usize]> {
        let tag = self.tag.as_ref()?;
        let Fact::Text(text) = facts.at(tag.slot) else {
            return None;
        };
        let found = tag.groups.binary_search_by(|(group, _)| (*group).cmp(text));
        Some(match found {
            Ok(index) => &tag.groups[index].1,
            Err(_) => &tag.rest,
        })
    }

    /// The variant that complete facts tell.
    fn first(&self, facts: &Facts<'_>) -> Option<usize> {
        let holds = |variant: &usize| {
            let mut conditions = self.conditions[*variant].iter();
            conditions.all(|(slot, test)| facts.truth(*slot, test) == Some(true))
        };
        match self.candidates(facts) {
            Some(left) => left.iter().copied().find(holds),
            None => (0..self.conditions.len()).find(holds),
        }
    }

    /// The variant that incomplete facts make likely: the first of which nothing is left to see
    /// but that some members are not there.
    fn likely(&self, facts: &Facts<'_>) -> Look {
        let mut is_certain = true;
        let all: Vec<usize>;
        let left = match self.candidates(facts) {
            Some(left) => left,
            None => {
                all = (0..self.conditions.len()).collect();
                &all
            }
        };
        for &variant in left {
            let conditions = &self.conditions[variant];
            let truths = conditions
                .iter()
                .map(|(slot, test)| facts.truth(*slot, test));
            let (mut known, mut open, mut is_false) = (0, 0, false);
            for (truth, (_, test)) in truths.zip(conditions) {
                match truth {
                    Some(true) => known += 1,
                    Some(false) => is_false = true,
                    None if **test == Test::Absent => is_certain = false,
                    None => open += 1,
                }
            }
            if is_false {
                continue;
            }
            if open > 0 || known == 0 {
                is_certain = false;
                continue;
            }
            return match is_certain {
                true => Look::Exact(Some(variant)),
                false => Look::Likely(variant),
            };
        }
        Look::Unsure
    }
}

impl<'a> Facts<'a> {
    fn at(&self, slot: Slot) -> Fact<'a> {
        match slot {
            Slot::Whole => Fact::Other(self.whole),
            Slot::Member(index) => self.members[index],
            Slot::Element(index) => self.elements[index],
        }
    }

    /// Whether a condition holds; none if that is still open.
    fn truth(&self, slot: Slot, test: &Test) -> Option<bool> {
        match slot {
            Slot::Member(_) if self.kind != Some(Kind::Object) => return Some(false),
            Slot::Element(_) if self.kind != Some(Kind::Array) => return Some(false),
            _ => {}
        }
        self.at(slot).meets(test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::{Condition, Part};
    use crate::{Json, Map};

    const fn member(name: &'static str, test: Test) -> Condition {
        Condition {
            at: Place::Member(std::borrow::Cow::Borrowed(name)),
            test,
        }
    }

    fn one_of(texts: &[&'static str]) -> Test {
        let literals = texts.iter().map(|text| Literal::Text((*text).into()));
        Test::Equals(literals.collect())
    }

    fn matches() -> &'static [Match] {
        let of = |conditions: Vec<Condition>| Match {
            conditions: conditions.into(),
        };
        let element = |index, test| Condition {
            at: Place::Element(index),
            test,
        };
        let ticker = Test::Template(vec![Part::Text("ticker.".into()), Part::Hole].into());
        Vec::leak(vec![
            of(vec![
                member("type", one_of(&["success"])),
                member("action", one_of(&["subscribe", "unsubscribe"])),
            ]),
            of(vec![element(0, one_of(&["B"])), element(2, one_of(&["S"]))]),
            of(vec![
                member("recipient", ticker),
                member("type", Test::Absent),
            ]),
            of(vec![member("recipient", one_of(&["trades"]))]),
            of(vec![element(2, one_of(&["Z"]))]),
            of(vec![member("type", Test::Present)]),
            of(vec![
                member("recipient", Test::Present),
                member("end", Test::Absent),
            ]),
            of(vec![member(
                "n",
                Test::Equals(vec![Literal::Int(1)].into()),
            )]),
        ])
    }

    /// Every order of some members: whatever the look says and the names confirm, `select` says.
    #[test]
    fn a_confirmed_guess_is_what_select_says() {
        const MEMBERS: &[&str] = &[
            r#""type":"success""#,
            r#""type":"x""#,
            r#""action":"subscribe""#,
            r#""recipient":"ticker.btc""#,
            r#""recipient":"trades""#,
            r#""recipient" : "\u0074rades""#,
            r#""recipient":7"#,
            r#""payload":{"type":"success","a":[1,{}]}"#,
            r#""end":null"#,
            r#""n":1"#,
            r#""\u0074ype":"success""#,
        ];
        let dispatch = Dispatch::new(matches());
        let (mut exact, mut likely) = (0, 0);
        let mut check = |json: &str| {
            let selected = dispatch.select(json.as_bytes());
            match dispatch.look(json.as_bytes()) {
                Look::Exact(variant) => {
                    exact += 1;
                    assert_eq!(variant, selected, "{json}");
                }
                Look::Likely(variant) => {
                    likely += 1;
                    let watch = Watch::new();
                    let json = json.as_bytes();
                    let read = crate::reader::from_slice_watched::<Map<Json>>(json, Some(&watch));
                    let confirmed = dispatch.confirms(variant, json, &watch);
                    // A name that comes twice does not decode.
                    assert!(
                        !confirmed || read.is_err() || selected == Some(variant),
                        "{json:?}"
                    );
                }
                Look::Unsure => {}
            }
        };
        for a in MEMBERS {
            for b in MEMBERS {
                for c in MEMBERS {
                    check(&format!("{{{a},{b},{c}}}"));
                    check(&format!("{{ {a} , \"payload\" : [ ] , {b},{c} }}"));
                }
                check(&format!("{{{a},{b}}}"));
            }
            check(&format!("{{{a}}}"));
        }
        for json in [
            r#"["B",1,"S",[]]"#,
            r#"["B",[1,{"a":"]"}],"Z"]"#,
            r#" [ "C" , {} , "Z" ]"#,
            r#"["\u0042",1,"S"]"#,
            "[]",
            "{}",
            "7",
            r#""B""#,
            "null",
            "",
            "{\"type\"",
            "{\"type\":",
            "[\"B\",",
        ] {
            check(json);
        }
        assert!(
            exact > 100 && likely > 100,
            "{exact} exact, {likely} likely"
        );
    }
}
