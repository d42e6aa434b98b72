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

/// The first of `choices` whose match holds judges the value.
pub(super) fn first_match(choices: &[(&Match, Members)], unclaimed: Unclaimed) -> Tree {
    let mut chain = Tree::Bool(unclaimed == Unclaimed::Accepted);
    for (matches, then) in choices.iter().rev() {
        chain = if matches.conditions.is_empty() {
            then.clone().into()
        } else {
            Members::new()
                .with("if", condition(matches))
                .with("then", then.clone())
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
            .map(|variant| {
                let mut then = Members::new().with("title", variant.name.as_str());
                then.set_text("description", &variant.doc);
                then.extend(self.type_ref(&variant.ty));
                (&variant.matches, then)
            })
            .collect();
        as_schema(first_match(&choices, self.undescribed(union.openness)))
    }
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
                more.push(negated(
                    Members::new().with("required", vec![name.as_str().into()]),
                ));
            }
            Place::Member(name) => {
                out.set("type", "object");
                required.push(name.as_str().into());
                match (whole(test), properties.has(name)) {
                    (Tree::Bool(true), _) => {}
                    (test, false) => properties.set(name, test),
                    (test, true) => {
                        let again = Members::new().with(name, test);
                        more.push(Members::new().with("properties", again).into());
                    }
                }
            }
            Place::Element(index) if *test == Test::Absent => {
                out.set("type", "array");
                most = most.min(*index);
            }
            Place::Element(index) => {
                out.set("type", "array");
                fewest = fewest.max(index + 1);
                elements.resize(elements.len().max(index + 1), Tree::Bool(true));
                let test = whole(test);
                match &elements[*index] {
                    Tree::Bool(true) => elements[*index] = test,
                    other => {
                        let both = vec![other.clone(), test];
                        elements[*index] = Members::new().with("allOf", both).into();
                    }
                }
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
    if elements.iter().any(|element| *element != Tree::Bool(true)) {
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

/// A test of the value at hand.
fn whole(test: &Test) -> Tree {
    match test {
        Test::Equals(values) => one_of(values).into(),
        Test::Template(template) => Members::new()
            .with("type", "string")
            .with("pattern", pattern::template(template))
            .into(),
        Test::Present => Tree::Bool(true),
        Test::Absent => Tree::Bool(false),
        Test::Kind(kind) => Members::new().with("type", kind_name(*kind)).into(),
    }
}

fn kind_name(kind: JsonKind) -> &'static str {
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
pub(super) fn literal(literal: &Literal) -> Tree {
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
