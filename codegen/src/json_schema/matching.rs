//! Unions and feeds: the first that matches is taken, said with `if`, `then` and `else`.

use venue_schema::ir::{Condition, JsonKind, Literal, Match, Place, Test, Union};

use super::Writer;
use super::document::{Members, Tree};
use super::pattern;

/// What stands for a value that nothing claims.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclaimed {
    Accepted,
    Refused,
}

/// One of several schemas, and what tells it from the others.
pub(super) struct Choice<'a> {
    pub(super) matches: &'a Match,
    /// Name and description: for people and generators of types.
    pub(super) head: Members,
    /// What judges the value.
    pub(super) schema: Members,
    /// It stands for what is not described, and that is refused.
    pub(super) refused: bool,
}

/// The first of `choices` whose match holds judges the value: that takes `if`, `then` and `else`,
/// which generators of types pass over. They read the list in `anyOf`, which refuses nothing that
/// the chain accepts.
pub(super) fn first_match(choices: &[Choice<'_>], unclaimed: Unclaimed) -> Members {
    let mut listed: Vec<Tree> = choices
        .iter()
        .filter(|choice| !choice.refused)
        .map(|choice| choice.head.clone().and(choice.schema.clone()).into())
        .collect();
    if unclaimed == Unclaimed::Accepted {
        let title = "What is not described";
        listed.push(Members::new().with("title", title).into());
    }
    let chain = chain(choices, unclaimed);
    match (choices, listed.len()) {
        ([only], 1) if only.matches.conditions.is_empty() => {
            only.head.clone().and(only.schema.clone())
        }
        (_, 0) => as_schema(chain),
        _ => Members::new().with("anyOf", listed).and(as_schema(chain)),
    }
}

fn chain(choices: &[Choice<'_>], unclaimed: Unclaimed) -> Tree {
    let mut chain = Tree::Bool(unclaimed == Unclaimed::Accepted);
    for choice in choices.iter().rev() {
        let then: Tree = match choice.refused {
            true => false.into(),
            false => choice.schema.clone().into(),
        };
        chain = if choice.matches.conditions.is_empty() {
            then
        } else {
            Members::new()
                .with("if", condition(choice.matches))
                .with("then", then)
                .with("else", chain)
                .into()
        };
    }
    chain
}

impl Writer<'_> {
    /// The definition of a union.
    pub(super) fn union(&self, union: &Union) -> Members {
        let choices: Vec<_> = union
            .variants
            .iter()
            .map(|variant| Choice {
                matches: &variant.matches,
                head: titled(&variant.name, &variant.doc),
                schema: self.type_ref(&variant.ty),
                refused: false,
            })
            .collect();
        first_match(&choices, self.undescribed(union.openness))
    }
}

/// Name and description.
pub(super) fn titled(name: &str, doc: &str) -> Members {
    let mut out = Members::new().with("title", name);
    out.set_text("description", doc);
    out
}

/// The same as an object: `true` is the empty schema, and `false` what refuses it.
pub(super) fn as_schema(tree: Tree) -> Members {
    match tree {
        Tree::Object(members) => members,
        Tree::Bool(false) => Members::new().with("not", Members::new()),
        _ => Members::new(),
    }
}

/// Holds for exactly the values that the match claims.
fn condition(matches: &Match) -> Members {
    let mut out = Members::new();
    let mut required: Vec<Tree> = Vec::new();
    let mut properties = Members::new();
    let mut elements: Vec<Tree> = Vec::new();
    let (mut fewest, mut most) = (0, usize::MAX);
    let mut more: Vec<Tree> = Vec::new();
    for Condition { at, test } in &matches.conditions {
        match at {
            Place::Whole => more.push(whole(test)),
            Place::Member(name) if *test == Test::Absent => {
                out.set("type", "object");
                let there = Members::new()
                    .with("required", vec![name.as_str().into()])
                    .with("properties", Members::new().with(name, anything()));
                more.push(negated(there));
            }
            Place::Member(name) => {
                out.set("type", "object");
                required.push(name.as_str().into());
                let test = whole(test);
                match properties.get(name) {
                    Some(other) if *other != anything() => {
                        let again = Members::new().with(name, test);
                        more.push(Members::new().with("properties", again).into());
                    }
                    _ => properties.set(name, test),
                }
            }
            Place::Element(index) if *test == Test::Absent => {
                out.set("type", "array");
                most = most.min(*index);
            }
            Place::Element(index) => {
                out.set("type", "array");
                fewest = fewest.max(index + 1);
                elements.resize(elements.len().max(index + 1), anything());
                let test = whole(test);
                let other = std::mem::replace(&mut elements[*index], anything());
                elements[*index] = match other == anything() {
                    true => test,
                    false => Members::new().with("allOf", vec![other, test]).into(),
                };
            }
        }
    }
    if !required.is_empty() {
        out.set("required", required);
    }
    if !properties.is_empty() {
        out.set("properties", properties);
    }
    if fewest > 0 {
        out.set("minItems", fewest);
    }
    if most < usize::MAX {
        out.set("maxItems", most);
    }
    if elements.iter().any(|element| *element != anything()) {
        out.set("prefixItems", elements);
    }
    match (out.is_empty(), more.len()) {
        (_, 0) => {}
        (true, 1) => {
            if let Some(Tree::Object(only)) = more.pop() {
                return only;
            }
        }
        _ => out.set("allOf", more),
    }
    out
}

/// What accepts any value. `true` does too, but not every tool of OpenAPI has heard of it.
pub(super) fn anything() -> Tree {
    Members::new().into()
}

/// A test of the value at hand.
fn whole(test: &Test) -> Tree {
    match test {
        Test::Equals(values) => one_of(values).into(),
        Test::Template(template) => Members::new()
            .with("type", "string")
            .with("pattern", pattern::template(template))
            .into(),
        Test::Present => anything(),
        Test::Absent => Tree::Bool(false),
        Test::Kind(kind) => Members::new().with("type", kind_name(*kind)).into(),
    }
}

pub(crate) fn kind_name(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Null => "null",
        JsonKind::Bool => "boolean",
        JsonKind::Number => "number",
        JsonKind::String => "string",
        JsonKind::Array => "array",
        JsonKind::Object => "object",
    }
}

/// One of these values.
pub(super) fn one_of(values: &[Literal]) -> Members {
    match values {
        [only] => Members::new().with("const", literal(only)),
        _ => Members::new().with("enum", values.iter().map(literal).collect::<Vec<_>>()),
    }
}

/// The literal as it stands on the wire.
pub(crate) fn literal(literal: &Literal) -> Tree {
    match literal {
        Literal::Str(text) => text.as_str().into(),
        Literal::Int(value) => i128::from(*value).into(),
        Literal::Bool(value) => (*value).into(),
    }
}

/// What the schema refuses.
pub(super) fn negated(schema: Members) -> Tree {
    Members::new().with("not", schema).into()
}
