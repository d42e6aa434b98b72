//! Fields, their types and their bounds; and the checks of values against types, which wait
//! until all types are known.

use std::ops::Range;

use super::expression::{self, BUILTIN, Expression, Fault};
use super::names::Case;
use super::words;
use super::{Resolver, Scope, trimmed};
use crate::ast::{self, Bound, Short, Sourced, Spanned, Table, Text};
use crate::diagnostic::suggestion;
use crate::ir::{
    Constraints, DecimalForm, EnumBase, Field, IntKind, Literal, Presence, TimeForm, TypeId,
    TypeKind, TypeRef,
};
use crate::lint::{
    bad_type_expression, bad_value, duplicate_name, impossible_bounds, misplaced_key,
};

/// Something to hold against a type once all types are known.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) file: usize,
    pub(super) span: Range<usize>,
    pub(super) ty: TypeRef,
    pub(super) check: Check,
}

/// What to hold against it.
#[derive(Debug, Clone)]
pub(super) enum Check {
    /// `empty = "none"`: it must stand as a string.
    EmptyIsNone,
    /// `batch`: it must be a list.
    Batch,
    /// `min-length`, `max-length`: it must be text.
    Length(&'static str),
    /// `min-items`, `max-items`: it must be a list or map.
    Items(&'static str),
    /// `min`, `max`: it must be a number, and reach so far.
    Bound(&'static str, String),
    /// `const`, `default`: it must be one of the type's values.
    Value(&'static str, Literal),
    /// A value that a rule compares a field with: the type must have values that can be compared.
    Guard(Literal),
}

/// The bounds of a field or scalar, as written.
pub(super) struct Bounds<'a> {
    pub(super) min: Option<&'a Spanned<Bound>>,
    pub(super) max: Option<&'a Spanned<Bound>>,
    pub(super) min_length: Option<&'a Spanned<u32>>,
    pub(super) max_length: Option<&'a Spanned<u32>>,
    pub(super) min_items: Option<&'a Spanned<u32>>,
    pub(super) max_items: Option<&'a Spanned<u32>>,
}

impl Resolver<'_> {
    /// Fields or parameters, in their order.
    pub(super) fn fields(
        &mut self,
        scope: &Scope,
        fields: &Table<Short<ast::Field>>,
    ) -> Vec<Field> {
        let fields = fields
            .iter()
            .map(|(name, field)| self.field(scope, name, &field.0));
        fields.collect()
    }

    fn field(&mut self, scope: &Scope, name: &Text, field: &ast::Field) -> Field {
        self.check_name(scope.file, "the field", Case::Snake, name);
        let scope = scope.below(&name.value);
        let constant = field.constant.as_ref();
        let ty = self.field_type(&scope, name, field);
        self.pend(&scope, &field.empty, &ty, Check::EmptyIsNone);
        self.pend(&scope, &field.batch, &ty, Check::Batch);
        if let Some(default) = &field.default {
            let check = Check::Value("default", words::literal(&default.value));
            self.pend(&scope, &field.default, &ty, check);
        }
        if let (Some(_), Some(presence)) = (constant, &field.presence)
            && presence.value != ast::Presence::Required
        {
            let label = self.label(scope.file, &presence.span, "");
            let message = "a constant is always required";
            self.report(misplaced_key::at(message, label).help("leave `presence` out"));
        }
        let bounds = Bounds {
            min: field.min.as_ref(),
            max: field.max.as_ref(),
            min_length: field.min_length.as_ref(),
            max_length: field.max_length.as_ref(),
            min_items: field.min_items.as_ref(),
            max_items: field.max_items.as_ref(),
        };
        Field {
            name: name.value.clone(),
            wire: field
                .wire
                .as_ref()
                .map_or(&name.value, |wire| &wire.value)
                .clone(),
            doc: trimmed(field.doc.as_ref()),
            constraints: self.constraints(scope.file, &ty, &bounds),
            ty,
            presence: match (constant, &field.presence) {
                (None, Some(presence)) => words::presence(presence.value),
                _ => Presence::Required,
            },
            empty_is_none: field.empty.is_some(),
            constant: constant.map(|constant| words::literal(&constant.value)),
            default: field
                .default
                .as_ref()
                .map(|default| words::literal(&default.value)),
            batch: field.batch.as_ref().is_some_and(|batch| batch.value),
            unit: field.unit.clone(),
            sensitivity: field.sensitivity.map(words::sensitivity),
            provenance: self.provenance(scope.file, &scope.provenance, field.stated()),
            at: self.at(scope.file, &name.span),
        }
    }

    /// The type of a field; that of the literal for a constant.
    fn field_type(&mut self, scope: &Scope, name: &Text, field: &ast::Field) -> TypeRef {
        let stated = field.ty.as_ref().map(|ty| self.type_ref(scope.file, ty));
        let Some(constant) = &field.constant else {
            if stated.is_none() {
                self.missing(scope, "type", &format!("`{}`", name.value), &name.span);
            }
            return stated.unwrap_or(TypeRef::Json);
        };
        let literal = words::literal(&constant.value);
        if let Some(stated) = &stated {
            let check = Check::Value("const", literal.clone());
            self.pend(scope, &field.constant, stated, check);
        }
        match (literal, stated) {
            (Literal::Int(_), Some(TypeRef::Int(kind))) => TypeRef::Int(kind),
            (Literal::Int(_), _) => TypeRef::Int(IntKind::I64),
            (Literal::Str(_), _) => TypeRef::String,
            (Literal::Bool(_), _) => TypeRef::Bool,
        }
    }

    fn pend<T>(&mut self, scope: &Scope, stated: &Option<Spanned<T>>, ty: &TypeRef, check: Check) {
        if let Some(stated) = stated {
            let (file, span) = (scope.file, stated.span.clone());
            self.pending.push(Pending {
                file,
                span,
                ty: ty.clone(),
                check,
            });
        }
    }

    /// Bounds, each a number, none above its partner.
    pub(super) fn constraints(
        &mut self,
        file: usize,
        ty: &TypeRef,
        bounds: &Bounds<'_>,
    ) -> Constraints {
        let min = self.bound(file, ty, "min", bounds.min);
        let max = self.bound(file, ty, "max", bounds.max);
        if let (Some(low), Some(high), Some(at)) = (&min, &max, bounds.max)
            && number::compare(low, high).is_gt()
        {
            let label = self.label(file, &at.span, "");
            self.report(impossible_bounds::crossed("min", low, "max", high, label));
        }
        for (low_key, low, high_key, high) in [
            (
                "min-length",
                bounds.min_length,
                "max-length",
                bounds.max_length,
            ),
            ("min-items", bounds.min_items, "max-items", bounds.max_items),
        ] {
            for (key, bound) in [(low_key, low), (high_key, high)] {
                let Some(bound) = bound else { continue };
                let check = match key {
                    "min-length" | "max-length" => Check::Length(key),
                    _ => Check::Items(key),
                };
                self.pending.push(Pending {
                    file,
                    span: bound.span.clone(),
                    ty: ty.clone(),
                    check,
                });
            }
            if let (Some(low), Some(high)) = (low, high)
                && low.value > high.value
            {
                let (low, text) = (low.value.to_string(), high.value.to_string());
                let label = self.label(file, &high.span, "");
                self.report(impossible_bounds::crossed(
                    low_key, &low, high_key, &text, label,
                ));
            }
        }
        let value = |bound: Option<&Spanned<u32>>| bound.map(|bound| bound.value);
        Constraints {
            min,
            max,
            min_length: value(bounds.min_length),
            max_length: value(bounds.max_length),
            min_items: value(bounds.min_items),
            max_items: value(bounds.max_items),
        }
    }

    fn bound(
        &mut self,
        file: usize,
        ty: &TypeRef,
        key: &'static str,
        bound: Option<&Spanned<Bound>>,
    ) -> Option<String> {
        let bound = bound?;
        let text = &bound.value.0;
        if !number::is_number(text) {
            let label = self.label(file, &bound.span, "");
            self.report(bad_value::at(format!("`{text}` is not a number"), label));
            return None;
        }
        let check = Check::Bound(key, text.clone());
        self.pending.push(Pending {
            file,
            span: bound.span.clone(),
            ty: ty.clone(),
            check,
        });
        Some(text.clone())
    }

    /// A type expression, looked up; `json` if there is something wrong with it.
    pub(super) fn type_ref(&mut self, file: usize, text: &Text) -> TypeRef {
        match expression::parse(&text.value) {
            Ok(expression) => self.look_up(file, text, &expression),
            Err(fault) => {
                self.type_fault(file, text, fault);
                TypeRef::Json
            }
        }
    }

    pub(super) fn type_fault(&mut self, file: usize, text: &Text, (message, part): Fault) {
        let span = self.inside(file, text, &part);
        let label = self.label(file, &span, "");
        self.report(bad_type_expression::at(message, label));
    }

    fn look_up(&mut self, file: usize, text: &Text, expression: &Expression) -> TypeRef {
        match expression {
            Expression::Builtin(builtin) => builtin.clone(),
            Expression::List(inner) => TypeRef::List(Box::new(self.look_up(file, text, inner))),
            Expression::Map(inner) => TypeRef::Map(Box::new(self.look_up(file, text, inner))),
            Expression::Named(name, part) => match self.declared.types.get(name) {
                Some(id) => TypeRef::Named(id),
                None => {
                    let span = self.inside(file, text, part);
                    let known = self.declared.types.names().chain(BUILTIN);
                    let near = suggestion(name, known).map(str::to_owned);
                    self.dangling(file, "type", name, near.as_deref(), &span);
                    TypeRef::Json
                }
            },
        }
    }

    /// Reports wire names that come twice among members or parameters.
    pub(super) fn unique_wires(&mut self, what: &str, fields: &[Field]) {
        for (at, field) in fields.iter().enumerate() {
            if let Some(first) = fields[..at].iter().find(|first| first.wire == field.wire) {
                let again = self.label_at(&field.at, "again here");
                let first = self.label_at(&first.at, "first here");
                self.report(duplicate_name::of(what, &field.wire, again, first));
            }
        }
    }

    /// Holds what was stated of fields against their types.
    pub(super) fn check_pending(&mut self) {
        for Pending {
            file,
            span,
            ty,
            check,
        } in std::mem::take(&mut self.pending)
        {
            let shape = self.shape(&ty);
            let misplaced = match (&check, &shape) {
                (Check::Guard(literal), _) if self.is_comparable(&ty) => {
                    self.check_value(file, &span, "when", literal, &ty);
                    continue;
                }
                (Check::Guard(_), _) => {
                    "a rule compares text, integers, booleans and values of enums".to_owned()
                }
                (_, Shape::Unknown) => continue,
                (Check::EmptyIsNone, _) if self.stands_as_string(&ty) => continue,
                (Check::EmptyIsNone, _) => "`empty` is for what stands as a string".to_owned(),
                (Check::Batch, Shape::List) => continue,
                (Check::Batch, _) => "`batch` is for a list".to_owned(),
                (Check::Length(_), Shape::Text | Shape::Enum(_)) => continue,
                (Check::Length(key), _) => format!("`{key}` is for text"),
                (Check::Items(_), Shape::List | Shape::Map) => continue,
                (Check::Items(key), _) => format!("`{key}` is for a list or map"),
                (Check::Bound(key, text), Shape::Int(kind)) => {
                    self.check_reach(file, &span, key, text, *kind);
                    continue;
                }
                (Check::Bound(..), Shape::Decimal(_)) => continue,
                (Check::Bound(key, _), _) => format!("`{key}` is for a number"),
                (Check::Value(key, literal), _) => {
                    self.check_value(file, &span, key, literal, &ty);
                    continue;
                }
            };
            let label = self.label(file, &span, "");
            self.report(misplaced_key::at(misplaced, label));
        }
    }

    /// A bound must leave the integer type some values, and should take some away.
    fn check_reach(
        &mut self,
        file: usize,
        span: &Range<usize>,
        key: &str,
        text: &str,
        kind: IntKind,
    ) {
        let (low, high) = kind.range();
        let below = number::compare(text, &low.to_string()).is_lt();
        let above = number::compare(text, &high.to_string()).is_gt();
        if below || above {
            let label = self.label(file, span, "");
            self.report(impossible_bounds::out_of_type(
                key,
                text,
                kind.name(),
                label,
            ));
        }
    }

    fn check_value(
        &mut self,
        file: usize,
        span: &Range<usize>,
        key: &str,
        literal: &Literal,
        ty: &TypeRef,
    ) {
        let Err((expected, near)) = self.admits(ty, literal) else {
            return;
        };
        let label = self.label(file, span, "");
        let value = show(literal);
        let diagnostic = bad_value::at(
            format!("`{key}` is {value}, which is not {expected}"),
            label,
        );
        self.report(diagnostic.maybe_help(near.map(|near| format!("did you mean `{near}`?"))));
    }

    /// Whether a literal is a value of a type; else what would be, and what was probably meant.
    fn admits(&self, ty: &TypeRef, literal: &Literal) -> Result<(), (String, Option<String>)> {
        let refuse = |expected: &str| Err((expected.to_owned(), None));
        match (self.shape(ty), literal) {
            (Shape::Unknown, _)
            | (Shape::Bool, Literal::Bool(_))
            | (Shape::Text, Literal::Str(_)) => Ok(()),
            (Shape::Bool, _) => refuse("a boolean"),
            (Shape::Text, _) => refuse("text"),
            (Shape::Int(kind), Literal::Int(value)) => {
                let (low, high) = kind.range();
                match (low..=high).contains(&i128::from(*value)) {
                    true => Ok(()),
                    false => refuse(&format!("within {}", kind.name())),
                }
            }
            (Shape::Int(_), _) => refuse("an integer"),
            (Shape::Decimal(_), Literal::Str(text)) if number::is_number(text) => Ok(()),
            (Shape::Decimal(DecimalForm::Number | DecimalForm::Any), Literal::Int(_)) => Ok(()),
            (Shape::Decimal(_), _) => refuse("a decimal"),
            (Shape::Enum(id), literal) => self.enum_admits(id, literal),
            (Shape::List | Shape::Map | Shape::Record, _) => {
                refuse("possible: only text, numbers and booleans have such values")
            }
        }
    }

    fn enum_admits(&self, id: TypeId, literal: &Literal) -> Result<(), (String, Option<String>)> {
        let Some(TypeKind::Enum(declared)) = self.api.types.get(id).map(|ty| &ty.kind) else {
            return Ok(());
        };
        let listed = declared.values.iter().any(|value| value.wire == *literal);
        let flags = matches!(declared.base, EnumBase::Flags(_));
        if listed || declared.values.is_empty() || flags && matches!(literal, Literal::Int(_)) {
            return Ok(());
        }
        let known = declared
            .values
            .iter()
            .filter_map(|value| match &value.wire {
                Literal::Str(text) => Some(text.as_str()),
                _ => None,
            });
        let near = match literal {
            Literal::Str(given) => suggestion(given, known).map(str::to_owned),
            _ => None,
        };
        Err((format!("a value of `{}`", self.api.types[id].name), near))
    }

    /// What a type comes down to.
    fn shape(&self, ty: &TypeRef) -> Shape {
        match ty {
            TypeRef::String | TypeRef::Uuid => Shape::Text,
            TypeRef::Time(TimeForm::DateTime | TimeForm::LocalDateTime) => Shape::Text,
            TypeRef::Time(_) => Shape::Int(IntKind::I64),
            TypeRef::Bool => Shape::Bool,
            TypeRef::Json => Shape::Unknown,
            TypeRef::Int(kind) => Shape::Int(*kind),
            TypeRef::Decimal(form) => Shape::Decimal(*form),
            TypeRef::List(_) => Shape::List,
            TypeRef::Map(_) => Shape::Map,
            TypeRef::Named(id) => match self.api.types.get(*id).map(|ty| &ty.kind) {
                Some(TypeKind::Scalar(scalar)) if !matches!(scalar.base, TypeRef::Named(_)) => {
                    self.shape(&scalar.base)
                }
                Some(TypeKind::Enum(_)) => Shape::Enum(*id),
                Some(TypeKind::Record(_)) => Shape::Record,
                _ => Shape::Unknown,
            },
        }
    }

    /// Whether a rule can tell the type's values apart. What a name does not lead to was reported.
    fn is_comparable(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::String | TypeRef::Bool | TypeRef::Int(_) => true,
            TypeRef::Named(id) => match self.api.types.get(*id).map(|ty| &ty.kind) {
                Some(TypeKind::Enum(_)) | None => true,
                Some(TypeKind::Scalar(scalar)) => {
                    matches!(
                        scalar.base,
                        TypeRef::String | TypeRef::Bool | TypeRef::Int(_)
                    )
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn stands_as_string(&self, ty: &TypeRef) -> bool {
        match self.shape(ty) {
            Shape::Text | Shape::Decimal(DecimalForm::Text | DecimalForm::Any) => true,
            Shape::Enum(id) => match self.api.types.get(id).map(|ty| &ty.kind) {
                Some(TypeKind::Enum(declared)) => declared.base == EnumBase::Text,
                _ => true,
            },
            _ => false,
        }
    }
}

/// What a type comes down to, as far as bounds and literals care.
enum Shape {
    Text,
    Bool,
    Int(IntKind),
    Decimal(DecimalForm),
    List,
    Map,
    Record,
    Enum(TypeId),
    /// Anything, or not known because of an earlier error.
    Unknown,
}

/// A literal, for messages.
fn show(literal: &Literal) -> String {
    match literal {
        Literal::Str(text) => format!("{text:?}"),
        Literal::Int(value) => value.to_string(),
        Literal::Bool(value) => value.to_string(),
    }
}

pub(crate) mod number;
