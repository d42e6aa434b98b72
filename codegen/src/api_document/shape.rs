//! Schemas in a shape that linters and generators of code read: no other meaning, only other words.
//!
//! - Generators pass over `if`, `then` and `else`: rules across fields stand there, lest they be
//!   taken for types. Titles of a union's variants they take for names of types, so there are none.
//! - They make names of the values of an enum, unless `x-enum-varnames` has better ones. Those of
//!   AsyncAPI take none, so there the other spellings of a value stand apart.
//! - Those of AsyncAPI name a type by its title, also where draft-07 wraps a reference to it.
//! - They fill in defaults, and send what nobody asked for; or take a member that has one for
//!   required. So what the venue assumes stands in words, and in `x-venue-default`.
//! - Some readers want an object where JSON Schema takes `true` or `false`, and `items` in every array.
//! - One linter forbids undescribed members wherever it sees `properties`, conditions included, but
//!   not below `allOf`.

use venue_schema::ir::{Enum, EnumValue, Openness, Union};

use crate::json_schema::{Members, Tree, escaped, literal};

/// Keywords whose value is a schema.
const ONE: [&str; 9] = [
    "not",
    "if",
    "then",
    "else",
    "items",
    "additionalProperties",
    "additionalItems",
    "contains",
    "propertyNames",
];
/// Keywords whose value is a list of schemas.
const SEVERAL: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// The same schema, reworded throughout.
pub(crate) fn reworded(schema: Tree) -> Tree {
    match schema {
        Tree::Object(members) => within(members).into(),
        Tree::Bool(true) => Members::new().into(),
        Tree::Bool(false) => Members::new().with("not", Members::new()).into(),
        other => other,
    }
}

fn within(schema: Members) -> Members {
    let mut out = Members::new();
    for (name, value) in schema {
        let value = match value {
            Tree::Object(each) if name == "properties" => each
                .into_iter()
                .map(|(name, schema)| (name, reworded(schema)))
                .collect::<Members>()
                .into(),
            Tree::Array(items) if SEVERAL.contains(&name.as_str()) || name == "items" => {
                items.into_iter().map(reworded).collect::<Vec<_>>().into()
            }
            Tree::Bool(value) if name.starts_with("additional") => value.into(),
            value if matches!(name.as_str(), "if" | "then" | "else" | "not") => {
                condition(reworded(value))
            }
            value if ONE.contains(&name.as_str()) => reworded(value),
            value => value,
        };
        out.set(&name, value);
    }
    if out.get("type") == Some(&"array".into()) && !out.has("items") {
        out.set("items", Members::new());
    }
    name_required(&mut out);
    single_choice(out)
}

/// What is required is also a property, of any kind if no more is said.
fn name_required(schema: &mut Members) {
    let Some(Tree::Array(required)) = schema.get("required").cloned() else {
        return;
    };
    let mut properties = match schema.get("properties") {
        Some(Tree::Object(properties)) => properties.clone(),
        _ => Members::new(),
    };
    for name in required {
        if let Tree::Text(name) = name
            && !properties.has(&name)
        {
            properties.set(&name, Members::new());
        }
    }
    schema.set("properties", properties);
}

/// A choice among one is none.
fn single_choice(schema: Members) -> Members {
    match schema.get("anyOf") {
        Some(Tree::Array(choices)) if choices.len() == 1 && schema.len() == 1 => {
            match &choices[0] {
                Tree::Object(only) => only.clone(),
                _ => schema,
            }
        }
        _ => schema,
    }
}

/// A part that judges and describes nothing: its properties stand below `allOf`.
fn condition(part: Tree) -> Tree {
    let Tree::Object(part) = part else {
        return part;
    };
    if !part.has("properties") {
        return part.into();
    }
    let mut out = Members::new().with("type", "object");
    let mut judged = Members::new();
    let mut all = Vec::new();
    for (name, value) in part {
        match (name.as_str(), value) {
            ("required" | "properties", value) => judged.set(&name, value),
            ("allOf", Tree::Array(more)) => all = more,
            (_, value) => out.set(&name, value),
        }
    }
    all.insert(0, judged.into());
    out.with("allOf", all).into()
}

/// The definition of an enum with its values' names beside them, as generators take them: without,
/// they make names of the values, and two spellings of one value clash.
pub(crate) fn with_names(definition: Members, values: &Enum) -> Members {
    let of = |listed: &Tree| {
        let mut all = values.values.iter();
        all.find(|value| literal(&value.wire) == *listed)
    };
    let mut out = Members::new();
    for (keyword, value) in definition {
        match value {
            Tree::Array(listed) if keyword == "enum" => {
                let found: Vec<&EnumValue> = listed.iter().filter_map(of).collect();
                let complete = found.len() == listed.len();
                out.set("enum", listed);
                if complete {
                    let names = found.iter().map(|value| value.name.as_str().into());
                    out.set("x-enum-varnames", names.collect::<Vec<Tree>>());
                    let docs = found.iter().map(|value| value.doc.as_str().into());
                    out.set("x-enum-descriptions", docs.collect::<Vec<Tree>>());
                }
            }
            Tree::Array(choices) if keyword == "anyOf" => {
                let each = choices.into_iter().map(|choice| match choice {
                    Tree::Object(members) => with_names(members, values).into(),
                    other => other,
                });
                out.set("anyOf", each.collect::<Vec<Tree>>());
            }
            value => out.set(&keyword, value),
        }
    }
    out
}

/// The definition of an enum of text with one spelling of each value listed: names that generators
/// make of two spellings are the same. The others are let through by a pattern.
pub(crate) fn with_spellings_apart(definition: Members) -> Members {
    if let Some(Tree::Array(listed)) = definition.get("enum") {
        let (first, others) = spellings(listed);
        if others.is_empty() {
            return definition;
        }
        let mut out = Members::new();
        for (keyword, value) in definition {
            if keyword != "enum" {
                out.set(&keyword, value);
                continue;
            }
            let known = Members::new().with("enum", first.clone());
            let pattern = format!("^(?:{})$", others.join("|"));
            let other = Members::new()
                .with("description", "Other spellings.")
                .with("type", "string")
                .with("pattern", pattern);
            out.set("anyOf", vec![known.into(), other.into()]);
        }
        return out;
    }
    // Beside an open enum's list stands all text anyway.
    let mut out = definition;
    if let Some(Tree::Array(choices)) = out.get_mut("anyOf")
        && let Some(Tree::Object(known)) = choices.first_mut()
        && let Some(Tree::Array(listed)) = known.get("enum")
    {
        let (first, _) = spellings(listed);
        known.set("enum", first);
    }
    out
}

/// The first spelling of each value, and the others as regular expressions.
fn spellings(listed: &[Tree]) -> (Vec<Tree>, Vec<String>) {
    let mut known: Vec<String> = Vec::new();
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for value in listed {
        if let Tree::Text(text) = value {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            let plain: String = letters.flat_map(char::to_lowercase).collect();
            if known.contains(&plain) {
                others.push(escaped(text));
                continue;
            }
            known.push(plain);
        }
        first.push(value.clone());
    }
    (first, others)
}

/// Gives a wrapped reference to one of the types the title of that type; a name that it had of its
/// own stands in `x-venue-name`.
pub(crate) fn titled(schema: Tree, is_model: &impl Fn(&str) -> bool) -> Tree {
    match schema {
        Tree::Object(members) => {
            let mut out: Members = members
                .into_iter()
                .map(|(name, value)| match name.as_str() {
                    "examples" | "default" | "enum" | "const" => (name, value),
                    _ => (name, titled(value, is_model)),
                })
                .collect();
            let wrapped = match out.get("allOf") {
                Some(Tree::Array(parts)) => parts.first().and_then(referred),
                _ => None,
            };
            if let Some(model) = wrapped.filter(|name| is_model(name)) {
                if let Some(own) = out.get("title").cloned() {
                    out.set("x-venue-name", own);
                }
                out.set("title", model);
            }
            out.into()
        }
        Tree::Array(items) => {
            let each = items.into_iter().map(|item| titled(item, is_model));
            each.collect::<Vec<Tree>>().into()
        }
        other => other,
    }
}

/// The name of the type that a bare reference is to.
fn referred(part: &Tree) -> Option<String> {
    match part {
        Tree::Object(members) => match members.get("$ref") {
            Some(Tree::Text(to)) => Some(to.rsplit('/').next()?.to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// The definition of a record with what its fields stand for when left out in words.
pub(crate) fn with_defaults_said(mut definition: Members) -> Members {
    let said = |field: &mut Tree| {
        let Tree::Object(field) = field else { return };
        let Some(default) = field.remove("default") else {
            return;
        };
        let means = format!("Left out, it stands for `{default}`.");
        let description = match field.get("description") {
            Some(Tree::Text(text)) => format!("{text} {means}"),
            _ => means,
        };
        field.set("description", description);
        field.set("x-venue-default", default);
    };
    for keyword in ["properties", "prefixItems", "items"] {
        match definition.get_mut(keyword) {
            Some(Tree::Object(fields)) if keyword == "properties" => {
                fields.values_mut().for_each(said);
            }
            Some(Tree::Array(elements)) => elements.iter_mut().for_each(said),
            _ => {}
        }
    }
    definition
}

/// The definition of a record with its rules out of the way of generators.
pub(crate) fn with_rules_apart(mut definition: Members) -> Members {
    let Some(rules) = definition.remove("allOf") else {
        return definition;
    };
    definition.set("if", Members::new());
    let then = Members::new().with(
        "type",
        definition.get("type").cloned().unwrap_or(Tree::Null),
    );
    definition.set("then", then.with("allOf", rules));
    definition
}

/// The definition of a union with bare variants listed, in the order of trial. Where anything else
/// is let through, a list would say nothing.
pub(crate) fn with_variants(
    mut definition: Members,
    union: &Union,
    variants: Vec<Tree>,
) -> Members {
    definition.remove("anyOf");
    if union.openness == Openness::Open || variants.len() < 2 {
        return definition;
    }
    let mut distinct: Vec<Tree> = Vec::new();
    for variant in variants {
        if !distinct.contains(&variant) {
            distinct.push(variant);
        }
    }
    let mut out = Members::new();
    for (name, value) in definition {
        if name == "if" && distinct.len() > 1 {
            out.set("anyOf", std::mem::take(&mut distinct));
        }
        out.set(&name, value);
    }
    out
}
