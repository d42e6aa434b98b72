//! A schema of 2020-12 in the words of draft-07, for older tools and for AsyncAPI.

use super::document::{Members, Tree};

/// The same schema in draft-07. References are left as they are.
pub(super) fn schema(schema: Members) -> Members {
    let is_tuple = schema.has("prefixItems");
    let mut out = Members::new();
    let mut reference = None;
    for (name, value) in schema {
        let (name, value) = match name.as_str() {
            "$defs" => ("definitions", each(value)),
            "properties" | "patternProperties" => (name.as_str(), each(value)),
            "allOf" | "anyOf" | "oneOf" => (name.as_str(), all(value)),
            "not"
            | "if"
            | "then"
            | "else"
            | "additionalProperties"
            | "propertyNames"
            | "contains" => (name.as_str(), one(value)),
            "prefixItems" => ("items", all(value)),
            "items" if is_tuple => ("additionalItems", one(value)),
            "items" => ("items", one(value)),
            "dependentRequired" => ("dependencies", value),
            "$ref" => {
                reference = Some(value);
                continue;
            }
            _ => (name.as_str(), value),
        };
        out.set(name, value);
    }
    match reference {
        None => out,
        Some(to) if out.is_empty() => out.with("$ref", to),
        // Draft-07 ignores what stands beside a reference.
        Some(to) => {
            let mut parts = vec![Members::new().with("$ref", to).into()];
            if let Some(Tree::Array(more)) = out.get("allOf") {
                parts.extend(more.iter().cloned());
            }
            out.with("allOf", parts)
        }
    }
}

fn one(value: Tree) -> Tree {
    match value {
        Tree::Object(members) => schema(members).into(),
        other => other,
    }
}

fn all(value: Tree) -> Tree {
    match value {
        Tree::Array(items) => items.into_iter().map(one).collect::<Vec<_>>().into(),
        other => other,
    }
}

fn each(value: Tree) -> Tree {
    match value {
        Tree::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, one(value)))
            .collect::<Members>()
            .into(),
        other => other,
    }
}
