//! Definitions: one of each named type, and the schema of a type as used.

use std::collections::BTreeSet;

use venue_schema::ir::{
    Constraints, DecimalForm, Field, IntKind, Layout, Literal, Meta, Openness, Provenance, Record,
    Scalar, TimeForm, TypeId, TypeKind, TypeRef, UnknownFields,
};

use super::annotations::{self, About};
use super::document::{Members, Tree};
use super::matching::{Unclaimed, literal};
use super::{Home, Writer, pattern, rules};

impl Writer<'_> {
    /// What `$defs` holds for the type.
    pub(super) fn definition(&self, id: TypeId) -> Members {
        let ty = &self.api.types[id];
        let mut out = Members::new().with("title", ty.name.as_str());
        out.set_text("description", &ty.meta.doc);
        out.extend(match &ty.kind {
            TypeKind::Record(record) => self.record(record, &ty.meta),
            TypeKind::Enum(values) => self.enumeration(values),
            TypeKind::Union(union) => self.union(union),
            TypeKind::Scalar(scalar) => self.scalar(scalar),
        });
        out.extend(annotations::provenance(&ty.meta.provenance));
        let about = match &ty.kind {
            TypeKind::Record(_) => About::Itself(&ty.meta.id),
            _ => About::Whole(&ty.meta.id),
        };
        out.extend(annotations::remarks(self.api, about));
        out
    }

    /// Whether a value that the spec does not list is accepted.
    pub(super) fn undescribed(&self, openness: Openness) -> Unclaimed {
        if openness == Openness::Open && !self.options.strict {
            Unclaimed::Accepted
        } else {
            Unclaimed::Refused
        }
    }

    fn scalar(&self, scalar: &Scalar) -> Members {
        let mut out = self.bounded(&scalar.base, &scalar.constraints);
        if let Some(scale) = scalar.scale {
            out.set("x-venue-scale", u32::from(scale));
        }
        if let Some(unit) = &scalar.unit {
            out.set("x-venue-unit", unit.as_str());
        }
        out.extend(annotations::sensitivity(scalar.sensitivity));
        out
    }

    fn record(&self, record: &Record, of: &Meta) -> Members {
        let mut out = Members::new();
        let closed = self.options.strict && record.unknown_fields == UnknownFields::Drift;
        match record.layout {
            Layout::Object => {
                out.set("type", "object");
                let required: Vec<Tree> = record
                    .fields
                    .iter()
                    .filter(|field| !field.presence.may_be_absent())
                    .map(|field| field.wire.as_str().into())
                    .collect();
                if !required.is_empty() {
                    out.set("required", required);
                }
                let properties = record.fields.iter().map(|field| {
                    let schema = self.member(field, of, None);
                    (field.wire.clone(), schema.into())
                });
                out.set("properties", properties.collect::<Members>());
                if closed {
                    out.set("additionalProperties", false);
                }
            }
            Layout::Array => {
                out.set("type", "array");
                let fewest = record
                    .fields
                    .iter()
                    .rposition(|field| !field.presence.may_be_absent());
                if let Some(last) = fewest {
                    out.set("minItems", last + 1);
                }
                let elements: Vec<Tree> = record
                    .fields
                    .iter()
                    .map(|field| self.member(field, of, Some(&field.name)).into())
                    .collect();
                if !elements.is_empty() {
                    out.set("prefixItems", elements);
                }
                if closed {
                    out.set("items", false);
                    // Said already, but tools that make tuples look for it.
                    out.set("maxItems", record.fields.len());
                }
            }
        }
        let rules = rules::rules(self.api, record);
        if !rules.is_empty() {
            out.set("allOf", rules);
        }
        out
    }

    /// A field of a record, with what is wrong or unknown about it.
    fn member(&self, field: &Field, of: &Meta, title: Option<&str>) -> Members {
        let mut out = self.field(field, &of.provenance, title);
        let about = About::Field(&of.id, &field.name);
        out.extend(annotations::remarks(self.api, about));
        out
    }

    pub(super) fn field(
        &self,
        field: &Field,
        inherited: &Provenance,
        title: Option<&str>,
    ) -> Members {
        let mut out = Members::new();
        out.set_text("title", title.unwrap_or_default());
        out.set_text("description", &field.doc);
        let value = self.value_of(field);
        if value.is_empty() && self.options.home == Home::Document {
            // Generators of types take a schema of words alone for an object.
            out.set("anyOf", vec![Tree::from(Members::new())]);
        }
        out.extend(value);
        if let Some(default) = &field.default {
            out.set("default", self.default_value(&field.ty, default));
        }
        out.extend(annotations::field(field, inherited));
        out
    }

    /// What the field's value may be, null and the empty string included.
    fn value_of(&self, field: &Field) -> Members {
        if let Some(constant) = &field.constant {
            let kind = match constant {
                Literal::Str(_) => "string",
                Literal::Int(_) => "integer",
                Literal::Bool(_) => "boolean",
            };
            return Members::new()
                .with("type", kind)
                .with("const", literal(constant));
        }
        let mut value = self.bounded(&field.ty, &field.constraints);
        let nullable = field.presence.may_be_null();
        if field.empty_is_none {
            let mut branches = vec![value.into(), typed("string").with("const", "").into()];
            if nullable {
                branches.push(null().into());
            }
            return Members::new().with("anyOf", branches);
        }
        if !nullable || value.is_empty() {
            return value;
        }
        // Keywords other than these two are about one kind of value only and let null pass.
        if value.has("$ref") || value.has("items") || value.has("additionalProperties") {
            return Members::new().with("anyOf", vec![value.into(), null().into()]);
        }
        if let Some(Tree::Array(branches)) = value.get("anyOf") {
            let branches = [branches.as_slice(), &[null().into()]].concat();
            value.set("anyOf", branches);
        } else if let Some(kind) = value.get("type") {
            let kinds = vec![kind.clone(), "null".into()];
            value.set("type", kinds);
        }
        value
    }

    /// A decimal's default stands in quotes in the spec and as a number on the wire.
    fn default_value(&self, ty: &TypeRef, default: &Literal) -> Tree {
        match (self.scalar_base(ty), default) {
            (Some(TypeRef::Decimal(DecimalForm::Number)), Literal::Str(text)) => {
                Tree::parse(text).unwrap_or_else(|| literal(default))
            }
            (Some(TypeRef::Decimal(DecimalForm::Text)), Literal::Int(value)) => {
                value.to_string().into()
            }
            _ => literal(default),
        }
    }

    /// The type without bounds of its own.
    pub(super) fn type_ref(&self, ty: &TypeRef) -> Members {
        self.bounded(ty, &Constraints::default())
    }

    fn bounded(&self, ty: &TypeRef, bounds: &Constraints) -> Members {
        let mut out = match ty {
            TypeRef::String => typed("string"),
            TypeRef::Bool => typed("boolean"),
            TypeRef::Uuid => typed("string")
                .with("format", "uuid")
                .with("pattern", pattern::UUID),
            TypeRef::Json => Members::new(),
            TypeRef::Int(kind) => integer(*kind),
            TypeRef::Decimal(form) => return decimal(*form, bounds),
            TypeRef::Time(form) => time(*form),
            TypeRef::List(item) => typed("array").with("items", self.type_ref(item)),
            TypeRef::Map(value) => {
                typed("object").with("additionalProperties", self.type_ref(value))
            }
            TypeRef::Named(id) => self.reference(*id),
        };
        let added = match (ty, self.scalar_base(ty)) {
            (_, None) => Members::new(),
            (TypeRef::Named(_), Some(base)) => added(base, bounds),
            (_, Some(base)) => limits(base, bounds),
        };
        out.extend(added);
        out
    }

    fn reference(&self, id: TypeId) -> Members {
        let name = &self.api.types[id].name;
        Members::new().with("$ref", format!("{}{name}", self.options.prefix()))
    }

    /// What stands on the wire for a type that is no record, enum or union.
    pub(super) fn scalar_base<'t>(&'t self, ty: &'t TypeRef) -> Option<&'t TypeRef> {
        match ty {
            TypeRef::Named(id) => match &self.api.types[*id].kind {
                TypeKind::Scalar(scalar) => Some(&scalar.base),
                _ => None,
            },
            other => Some(other),
        }
    }

    /// Types that a document needs, in the order of the spec.
    pub(super) fn reachable(&self, roots: &[&TypeRef]) -> BTreeSet<TypeId> {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<TypeId> = Vec::new();
        roots.iter().for_each(|ty| named(ty, &mut waiting));
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            match &self.api.types[id].kind {
                TypeKind::Record(record) => {
                    record
                        .fields
                        .iter()
                        .for_each(|field| named(&field.ty, &mut waiting));
                }
                TypeKind::Union(union) => {
                    union
                        .variants
                        .iter()
                        .for_each(|variant| named(&variant.ty, &mut waiting));
                }
                TypeKind::Scalar(scalar) => named(&scalar.base, &mut waiting),
                TypeKind::Enum(_) => {}
            }
        }
        seen
    }
}

fn named(ty: &TypeRef, out: &mut Vec<TypeId>) {
    match ty {
        TypeRef::Named(id) => out.push(*id),
        TypeRef::List(inner) | TypeRef::Map(inner) => named(inner, out),
        _ => {}
    }
}

pub(super) fn typed(kind: impl Into<Tree>) -> Members {
    Members::new().with("type", kind)
}

fn null() -> Members {
    typed("null")
}

pub(super) fn integer(kind: IntKind) -> Members {
    let (min, max) = kind.range();
    let format = kind.format();
    typed("integer")
        .with("format", format)
        .with("minimum", min)
        .with("maximum", max)
}

fn time(form: TimeForm) -> Members {
    let unit = match form {
        TimeForm::Seconds => "s",
        TimeForm::Millis => "ms",
        TimeForm::Micros => "µs",
        TimeForm::Nanos => "ns",
        TimeForm::DateTime => {
            return typed("string")
                .with("format", "date-time")
                .with("pattern", pattern::DATE_TIME);
        }
        TimeForm::LocalDateTime => {
            return typed("string").with("pattern", pattern::LOCAL_DATE_TIME);
        }
    };
    integer(IntKind::I64).with("x-venue-unit", format!("{unit} since 1970-01-01T00:00:00Z"))
}

/// What bounds add beside a reference to a scalar.
fn added(base: &TypeRef, bounds: &Constraints) -> Members {
    let mut out = match base {
        _ if bounds.is_empty() => return Members::new(),
        TypeRef::Decimal(form) => {
            let mut out = decimal(*form, bounds);
            out.remove("format");
            return out;
        }
        TypeRef::Int(_) => typed("integer").and(between(bounds)),
        TypeRef::Time(TimeForm::DateTime | TimeForm::LocalDateTime) | TypeRef::Uuid => {
            typed("string")
        }
        TypeRef::Time(_) => typed("integer").and(between(bounds)),
        TypeRef::String => typed("string"),
        _ => Members::new(),
    };
    out.extend(sizes(base, bounds));
    out
}

/// The bounds as keywords, within the width.
fn limits(base: &TypeRef, bounds: &Constraints) -> Members {
    let mut out = Members::new();
    match base {
        TypeRef::Int(kind) => within(kind.range(), bounds, &mut out),
        TypeRef::Time(TimeForm::DateTime | TimeForm::LocalDateTime) => {}
        TypeRef::Time(_) => within(IntKind::I64.range(), bounds, &mut out),
        _ => {}
    }
    out.extend(sizes(base, bounds));
    out
}

/// A decimal as it stands on the wire.
fn decimal(form: DecimalForm, bounds: &Constraints) -> Members {
    let number = || {
        typed("number")
            .with("format", "decimal")
            .and(between(bounds))
    };
    let text = || {
        let mut out = typed("string")
            .with("format", "decimal")
            .with("pattern", pattern::decimal(bounds));
        // A pattern cannot compare: what it leaves out is said for people.
        for (name, bound) in [
            ("x-venue-minimum", &bounds.min),
            ("x-venue-maximum", &bounds.max),
        ] {
            if let Some(bound) = bound {
                out.set(name, Tree::Number(bound.clone()));
            }
        }
        out.and(sizes(&TypeRef::String, bounds))
    };
    match form {
        DecimalForm::Number => number(),
        DecimalForm::Text => text(),
        DecimalForm::Any => Members::new().with("anyOf", vec![number().into(), text().into()]),
    }
}

fn between(bounds: &Constraints) -> Members {
    let mut out = Members::new();
    for (name, bound) in [("minimum", &bounds.min), ("maximum", &bounds.max)] {
        if let Some(bound) = bound {
            out.set(name, Tree::Number(bound.clone()));
        }
    }
    out
}

/// How long or how many.
fn sizes(base: &TypeRef, bounds: &Constraints) -> Members {
    let mut out = Members::new();
    let (fewest, most) = match base {
        TypeRef::Map(_) => ("minProperties", "maxProperties"),
        _ => ("minItems", "maxItems"),
    };
    for (name, count) in [
        ("minLength", bounds.min_length),
        ("maxLength", bounds.max_length),
        (fewest, bounds.min_items),
        (most, bounds.max_items),
    ] {
        if let Some(count) = count {
            out.set(name, count);
        }
    }
    out
}

/// The tighter of the width's bounds and the spec's.
fn within((min, max): (i128, i128), bounds: &Constraints, out: &mut Members) {
    let bound = |text: &Option<String>, width: i128, tighter: fn(i128, i128) -> i128| match text {
        None => width.into(),
        Some(text) => match text.parse::<i128>() {
            Ok(value) => Tree::from(tighter(value, width)),
            Err(_) => Tree::Number(text.clone()),
        },
    };
    out.set("minimum", bound(&bounds.min, min, i128::max));
    out.set("maximum", bound(&bounds.max, max, i128::min));
}
