//! A `match` that the type it stands for never meets.
//!
//! It asks for a value that the field cannot have, or for a member or element that the type has not;
//! whatever it lets through would not decode, or drift.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Api, Condition, EnumBase, Field, JsonKind, Layout, Literal, Location, Match, Place, Record, Test, Type, TypeKind, TypeRef, UnknownFields};

pub(crate) const RULE: Rule = Rule {
    id: "contradictory-match",
    severity: Severity::Error,
    text: include_str!("contradictory_match.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    for ty in &api.types {
        let TypeKind::Union(union) = &ty.kind else { continue };
        for variant in &union.variants {
            look(lint, &variant.matches, &variant.ty, &variant.at);
        }
    }
    for message in api.messages.iter().filter(|message| !message.fallback) {
        look(lint, &message.matches, &message.ty, &message.meta.at);
    }
    for command in &api.commands {
        look(lint, &command.matches, &command.ty, &command.meta.at);
    }
}

fn look(lint: &mut Lint<'_>, matches: &Match, ty: &TypeRef, at: &Location) {
    let TypeRef::Named(id) = ty else { return };
    let Some(Type { kind: TypeKind::Record(record), name, .. }) = lint.api.types.get(*id) else {
        return;
    };
    for condition in &matches.conditions {
        if let Some(fault) = fault(lint.api, record, condition) {
            let label = lint.label(&lint.api.types[*id].meta.at, "the type");
            lint.report(&RULE, format!("`match` contradicts `{name}`: {fault}"), at).point(label);
        }
    }
}

fn fault(api: &Api, record: &Record, condition: &Condition) -> Option<String> {
    let field = match (&condition.at, record.layout) {
        (Place::Whole, layout) => return wrong_kind(layout, &condition.test),
        (Place::Member(_), Layout::Array) => return Some("it is an array".to_owned()),
        (Place::Element(_), Layout::Object) => return Some("it is an object".to_owned()),
        (Place::Member(wire), Layout::Object) => {
            record.fields.iter().find(|field| field.wire == *wire)
        }
        (Place::Element(at), Layout::Array) => record.fields.get(*at),
    };
    let Some(field) = field else {
        let closed = record.unknown_fields == UnknownFields::Drift;
        return match (&condition.at, &condition.test) {
            (_, Test::Absent) => None,
            (Place::Member(wire), _) if closed => Some(format!("it has no member `{wire}`")),
            (Place::Element(at), _) if closed => Some(format!("it has no element {at}")),
            _ => None,
        };
    };
    match &condition.test {
        Test::Absent if field.presence.may_be_absent() => None,
        Test::Absent => Some(format!("`{}` is always there", field.name)),
        Test::Equals(values) if values.iter().all(|value| !can_be(api, field, value)) => {
            Some(format!("`{}` never has that value", field.name))
        }
        _ => None,
    }
}

fn wrong_kind(layout: Layout, test: &Test) -> Option<String> {
    match (layout, test) {
        (Layout::Object, Test::Kind(kind)) if *kind != JsonKind::Object => {
            Some("it is an object".to_owned())
        }
        (Layout::Array, Test::Kind(kind)) if *kind != JsonKind::Array => {
            Some("it is an array".to_owned())
        }
        _ => None,
    }
}

fn can_be(api: &Api, field: &Field, value: &Literal) -> bool {
    if let Some(constant) = &field.constant {
        return constant == value;
    }
    let TypeRef::Named(id) = &field.ty else { return true };
    match api.types.get(*id).map(|ty| &ty.kind) {
        Some(TypeKind::Enum(declared)) if declared.base == EnumBase::Text => {
            declared.values.is_empty() || declared.values.iter().any(|it| it.wire == *value)
        }
        _ => true,
    }
}
