//! Schemas in a shape that linters and generators of code read: no other meaning, only other words.
//!
//! - Generators pass over `if`, `then` and `else`. A union therefore lists its variants in `anyOf`
//!   too, and rules across fields stand under `then`, where generators do not take them for types.
//! - They make names of the values of an enum, unless `x-enum-varnames` has better ones.
//! - Some readers want an object where JSON Schema takes `true` or `false`, and `items` in every array.
//! - One linter forbids undescribed members wherever it sees `properties`, conditions included, but
//!   not below `allOf`.

use venue_schema::ir::{Enum, EnumValue, Literal, Openness, Union};

use crate::json_schema::{Members, Tree};

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
    let name = |literal: &Tree| {
        let mut all = values.values.iter();
        all.find(|value| literal_tree(&value.wire) == *literal)
    };
    let mut out = Members::new();
    for (keyword, value) in definition {
        match value {
            Tree::Array(listed) if keyword == "enum" => {
                let found: Vec<&EnumValue> = listed.iter().filter_map(name).collect();
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

fn literal_tree(literal: &Literal) -> Tree {
    match literal {
        Literal::Str(text) => text.as_str().into(),
        Literal::Int(value) => i128::from(*value).into(),
        Literal::Bool(value) => (*value).into(),
    }
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

/// The definition of a union with its variants listed, in the order of trial. Where anything else
/// is let through, the list would forbid it, and stands in an annotation.
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
