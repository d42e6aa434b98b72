//! Two names become one in generated code.
//!
//! `http-error` and `http_error`, or `HTTPError` and `HttpError`, are told apart here but not once they
//! are spelt as Rust or another language wants it. The generator tells them apart by a number, which
//! is not a name that anybody should have to use.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use std::collections::BTreeMap;

use crate::ir::{Location, Meta, TypeKind};
use crate::resolve::names;

pub(crate) const RULE: Rule = Rule {
    id: "name-collision",
    severity: Severity::Warning,
    text: include_str!("name_collision.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    let section = |meta: &Meta| match api.sections.get(meta.section) {
        Some(section) if !section.is_root() => meta.section + 1,
        _ => 0,
    };
    let types = api.types.iter().map(|it| (section(&it.meta), it.name.as_str(), &it.meta.at));
    collide(lint, "types", types.collect());
    let operations = api.operations.iter();
    let operations = operations.map(|it| (section(&it.meta), it.name.as_str(), &it.meta.at));
    collide(lint, "operations", operations.collect());
    for ty in &api.types {
        match &ty.kind {
            TypeKind::Record(record) => {
                let fields = record.fields.iter();
                collide(lint, "fields", fields.map(|it| (0, it.name.as_str(), &it.at)).collect());
            }
            TypeKind::Enum(declared) => {
                let values = declared.values.iter();
                collide(lint, "values", values.map(|it| (0, it.name.as_str(), &it.at)).collect());
            }
            TypeKind::Union(union) => {
                let variants = union.variants.iter();
                collide(lint, "variants", variants.map(|it| (0, it.name.as_str(), &it.at)).collect());
            }
            TypeKind::Scalar(_) => {}
        }
    }
}

fn collide(lint: &mut Lint<'_>, kind: &str, names: Vec<(usize, &str, &Location)>) {
    let mut seen: BTreeMap<(usize, String), (&str, &Location)> = BTreeMap::new();
    for (section, name, at) in names {
        match seen.get(&(section, names::kebab(name))) {
            Some((first, place)) => {
                let first_at = lint.label(place, "the other");
                let message = format!("the {kind} `{first}` and `{name}` become one name");
                lint.report(&RULE, message, at).point(first_at);
            }
            None => {
                seen.insert((section, names::kebab(name)), (name, at));
            }
        }
    }
}
