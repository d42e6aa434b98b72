//! Named types: records, enums, scalars, unions.

use super::declare::{AnyType, Item};
use super::expression::{self, Expression};
use super::fields::{Bounds, Check, Pending};
use super::names::{Case, kebab};
use super::{Entity, Entry, Resolver, Scope, trimmed, words};
use crate::ast::{self, Sourced, Text};
use crate::diagnostic::suggestion;
use crate::ir::{
    Constraints, Enum, EnumBase, EnumValue, Field, Guard, IntKind, Layout, Literal, Need, Openness,
    Record, Rule, Scalar, Type, TypeId, TypeKind, TypeRef, Union, Variant,
};
use crate::lint::{bad_type_expression, bad_value, cyclic_alias, duplicate_name, misplaced_key};

impl<'a> Resolver<'a> {
    /// All named types. Unions come last: what tells their variants apart by default are the
    /// constants of records.
    pub(super) fn types(&mut self) {
        let items: &'a [Item<'a, AnyType<'a>>] = &self.declared.types.items;
        for (id, item) in items.iter().enumerate() {
            self.check_name(item.file, "the type", Case::Pascal, item.name);
            let meta = self.type_meta(id, item);
            let kind = TypeKind::Union(Union {
                openness: Openness::Open,
                variants: Vec::new(),
            });
            self.api.types.push(Type {
                name: item.name.value.clone(),
                meta,
                kind,
            });
        }
        for (id, item) in items.iter().enumerate() {
            let kind = match item.entry {
                AnyType::Record(record) => TypeKind::Record(self.record(id, item, record)),
                AnyType::Enum(declared) => TypeKind::Enum(self.enumeration(id, item, declared)),
                AnyType::Scalar(scalar) => TypeKind::Scalar(self.scalar(id, item, scalar)),
                AnyType::Union(_) => continue,
            };
            self.api.types[id].kind = kind;
        }
        for (id, item) in items.iter().enumerate() {
            if let AnyType::Union(union) = item.entry {
                self.api.types[id].kind = TypeKind::Union(self.union(id, item, union));
            }
        }
    }

    fn type_meta(&mut self, id: TypeId, item: &Item<'_, AnyType<'_>>) -> crate::ir::Meta {
        let (kind, prefix, doc, override_id, stated) = match item.entry {
            AnyType::Record(it) => ("record", "type.", &it.doc, &it.id, it.stated()),
            AnyType::Enum(it) => ("enum", "enum.", &it.doc, &it.id, it.stated()),
            AnyType::Scalar(it) => ("scalar", "type.", &it.doc, &it.id, it.stated()),
            AnyType::Union(it) => ("union", "type.", &it.doc, &it.id, it.stated()),
        };
        let scope = self.scope(item.file, kind, &item.name.value);
        self.meta(
            &scope,
            Entry {
                entity: Entity::Type(id),
                prefix,
                name: item.name,
                id_name: kebab(&item.name.value),
                id: override_id.as_ref(),
                doc: doc.as_ref(),
                stated,
            },
        )
    }

    /// The scope of what is inside of a type.
    fn type_scope(&self, id: TypeId, file: usize, kind: &str, name: &str) -> Scope {
        let scope = self.scope(file, kind, name);
        Scope {
            provenance: self.api.types[id].meta.provenance.clone(),
            ..scope
        }
    }

    fn record(&mut self, id: TypeId, item: &Item<'_, AnyType<'_>>, record: &ast::Record) -> Record {
        let scope = self.type_scope(id, item.file, "record", &item.name.value);
        let fields = self.fields(&scope.below("fields"), &record.fields);
        let layout = words::layout(record.layout);
        if layout == Layout::Object {
            self.unique_wires("the member", &fields);
        }
        let rules = record.rules.iter().enumerate().filter_map(|(at, rule)| {
            self.rule(&scope.below(&format!("rules.{at}")), rule, &fields)
        });
        let rules = rules.collect();
        Record {
            layout,
            unknown_fields: words::unknown_fields(record.unknown_fields),
            fields,
            rules,
        }
    }

    fn rule(
        &mut self,
        scope: &Scope,
        rule: &ast::Spanned<ast::Rule>,
        fields: &[Field],
    ) -> Option<Rule> {
        let (at, rule) = (self.at(scope.file, &rule.span), &rule.value);
        let mut when = Vec::new();
        for (name, guard) in rule.when.iter() {
            let Some(field) = self.field_index(scope, name, fields) else {
                continue;
            };
            let values = match guard {
                ast::Guard::Present => Vec::new(),
                ast::Guard::OneOf(values) => values
                    .iter()
                    .map(|value| {
                        let literal = words::literal(&value.value);
                        self.pending.push(Pending {
                            file: scope.file,
                            span: value.span.clone(),
                            ty: fields[field].ty.clone(),
                            check: Check::Value("when", literal.clone()),
                        });
                        literal
                    })
                    .collect(),
            };
            when.push(Guard { field, values });
        }
        let mut needs = Vec::new();
        type Make = fn(Vec<usize>) -> Need;
        for (names, make) in [
            (&rule.all_of, Need::AllOf as Make),
            (&rule.none_of, Need::NoneOf),
            (&rule.exactly_one, Need::ExactlyOne),
            (&rule.at_most_one, Need::AtMostOne),
            (&rule.at_least_one, Need::AtLeastOne),
        ] {
            if let Some(names) = names {
                let fields = names
                    .value
                    .iter()
                    .filter_map(|name| self.field_index(scope, name, fields));
                needs.push((make(fields.collect()), &names.span));
            }
        }
        if let Some((_, span)) = needs.get(1) {
            let label = self.label(scope.file, span, "");
            let message = "a rule asks one thing; make this one of its own";
            self.report(misplaced_key::at(message, label));
        }
        match needs.into_iter().next() {
            Some((need, _)) => Some(Rule {
                when,
                need,
                doc: trimmed(rule.doc.as_ref()),
                at,
            }),
            None => {
                self.missing(scope, "all-of", "the rule", &at.span);
                None
            }
        }
    }

    fn field_index(&mut self, scope: &Scope, name: &Text, fields: &[Field]) -> Option<usize> {
        let found = fields.iter().position(|field| field.name == name.value);
        if found.is_none() {
            let near = suggestion(&name.value, fields.iter().map(|field| field.name.as_str()));
            self.dangling(scope.file, "field", &name.value, near, &name.span);
        }
        found
    }

    fn enumeration(
        &mut self,
        id: TypeId,
        item: &Item<'_, AnyType<'_>>,
        declared: &ast::Enum,
    ) -> Enum {
        let scope = self.type_scope(id, item.file, "enum", &item.name.value);
        let base = self.enum_base(&scope, declared.base.as_ref());
        let mut values: Vec<EnumValue> = Vec::new();
        for (name, value) in declared.values.iter() {
            self.check_name(scope.file, "the value", Case::Pascal, name);
            let scope = scope.below(&format!("values.{}", name.value));
            let value = self.enum_value(&scope, base, name, &value.0);
            let same = |other: &&EnumValue| other.wire == value.wire && other.mask == value.mask;
            if let Some(first) = values.iter().find(same) {
                let again = self.label_at(&value.at, "again here");
                let first = self.label_at(&first.at, "first here");
                let wire = match &value.wire {
                    Literal::Str(text) => text.clone(),
                    Literal::Int(number) => number.to_string(),
                    Literal::Bool(value) => value.to_string(),
                };
                self.report(duplicate_name::of("the value", &wire, again, first));
            }
            values.push(value);
        }
        self.spellings(&scope, declared, &mut values);
        Enum {
            base,
            openness: words::openness(declared.openness),
            values,
        }
    }

    fn enum_base(&mut self, scope: &Scope, base: Option<&Text>) -> EnumBase {
        let Some(base) = base else {
            return EnumBase::Text;
        };
        if base.value == "string" {
            return EnumBase::Text;
        }
        if let Some(kind) = expression::int_kind(&base.value) {
            return EnumBase::Int(kind);
        }
        let flags = base
            .value
            .strip_prefix("flags:")
            .and_then(expression::int_kind);
        match flags {
            Some(kind) if kind.range().0 == 0 => EnumBase::Flags(kind),
            _ => {
                let label = self.label(scope.file, &base.span, "");
                let message = format!("`{}` is not the base of an enum", base.value);
                let help =
                    "`string`, an integer type such as `u8`, or `flags:` and an unsigned one";
                self.report(bad_value::at(message, label).help(help));
                EnumBase::Text
            }
        }
    }

    fn enum_value(
        &mut self,
        scope: &Scope,
        base: EnumBase,
        name: &Text,
        value: &ast::EnumValue,
    ) -> EnumValue {
        let wire = value.wire.as_ref().map(|wire| words::literal(&wire.value));
        let span = value.wire.as_ref().map_or(&name.span, |wire| &wire.span);
        let wire = match (base, wire) {
            (EnumBase::Text, None) => Literal::Str(name.value.clone()),
            (EnumBase::Text, Some(Literal::Str(text))) => Literal::Str(text),
            (EnumBase::Int(_) | EnumBase::Flags(_), None) => {
                self.missing(scope, "wire", &format!("`{}`", name.value), &name.span);
                Literal::Int(0)
            }
            (EnumBase::Int(kind) | EnumBase::Flags(kind), Some(Literal::Int(number))) => {
                self.check_width(scope, span, kind, i128::from(number));
                Literal::Int(number)
            }
            (base, Some(_)) => {
                let expected = if base == EnumBase::Text {
                    "text"
                } else {
                    "an integer"
                };
                let label = self.label(scope.file, span, "");
                self.report(bad_value::at(
                    format!("`wire` should be {expected}, as `base` says"),
                    label,
                ));
                if base == EnumBase::Text {
                    Literal::Str(name.value.clone())
                } else {
                    Literal::Int(0)
                }
            }
        };
        EnumValue {
            name: name.value.clone(),
            mask: self.mask(scope, base, name, &wire, value),
            wire,
            spelling_of: None,
            doc: trimmed(value.doc.as_ref()),
            provenance: self.provenance(scope.file, &scope.provenance, value.stated()),
            at: self.at(scope.file, &name.span),
        }
    }

    fn check_width(
        &mut self,
        scope: &Scope,
        span: &std::ops::Range<usize>,
        kind: IntKind,
        number: i128,
    ) {
        let (low, high) = kind.range();
        if !(low..=high).contains(&number) {
            let label = self.label(scope.file, span, "");
            self.report(bad_value::at(
                format!("{number} does not fit {}", kind.name()),
                label,
            ));
        }
    }

    /// The bits that a flag is told by.
    fn mask(
        &mut self,
        scope: &Scope,
        base: EnumBase,
        name: &Text,
        wire: &Literal,
        value: &ast::EnumValue,
    ) -> Option<u64> {
        let (EnumBase::Flags(kind), Literal::Int(bits)) = (base, wire) else {
            if let Some(mask) = &value.mask {
                let label = self.label(scope.file, &mask.span, "");
                self.report(misplaced_key::at("`mask` is for flags", label));
            }
            return None;
        };
        let bits = u64::try_from(*bits).unwrap_or(0);
        let (mask, span) = match &value.mask {
            Some(mask) => (mask.value, &mask.span),
            None => (bits, &name.span),
        };
        if value.mask.is_some() {
            self.check_width(scope, span, kind, i128::from(mask));
        }
        let fault = match () {
            () if mask == 0 => "without bits in its `mask`, it is always there",
            () if bits & !mask != 0 => "`wire` has bits that `mask` has not: it is never there",
            () => return Some(mask),
        };
        if value.wire.is_some() {
            let label = self.label(scope.file, span, "");
            self.report(bad_value::at(fault, label));
        }
        Some(mask)
    }

    /// Finds the values that others are spellings of.
    fn spellings(&mut self, scope: &Scope, declared: &ast::Enum, values: &mut [EnumValue]) {
        for (at, (name, value)) in declared.values.iter().enumerate() {
            let Some(of) = &value.0.spelling_of else {
                continue;
            };
            let found = values.iter().position(|value| value.name == of.value);
            let Some(found) = found else {
                let near = suggestion(&of.value, values.iter().map(|value| value.name.as_str()));
                self.dangling(scope.file, "value", &of.value, near, &of.span);
                continue;
            };
            let chained = declared.values.entries[found].1.0.spelling_of.is_some();
            if found == at || chained {
                let label = self.label(scope.file, &of.span, "");
                let message = match found == at {
                    true => "a value is no spelling of itself".to_owned(),
                    false => format!("`{}` is itself a spelling of another value", of.value),
                };
                self.report(bad_value::at(message, label));
                continue;
            }
            debug_assert_eq!(values[at].name, name.value);
            values[at].spelling_of = Some(found);
        }
    }

    fn scalar(&mut self, id: TypeId, item: &Item<'_, AnyType<'_>>, scalar: &ast::Scalar) -> Scalar {
        let scope = self.type_scope(id, item.file, "scalar", &item.name.value);
        let (base, above) = self.scalar_base(&scope, id, item.name, scalar);
        let stated = self.constraints(
            scope.file,
            &base,
            &Bounds {
                min: scalar.min.as_ref(),
                max: scalar.max.as_ref(),
                min_length: scalar.min_length.as_ref(),
                max_length: scalar.max_length.as_ref(),
                min_items: None,
                max_items: None,
            },
        );
        if let Some(scale) = &scalar.scale {
            let fault = match base {
                TypeRef::Int(_) if scale.value <= 18 => None,
                TypeRef::Int(_) => Some("a scale has at most 18 places"),
                TypeRef::Json => None,
                _ => Some("`scale` is for integers"),
            };
            if let Some(fault) = fault {
                let label = self.label(scope.file, &scale.span, "");
                self.report(misplaced_key::at(fault, label));
            }
        }
        let mut resolved = Scalar {
            base,
            scale: scalar.scale.as_ref().map(|scale| scale.value),
            unit: scalar.unit.clone(),
            constraints: stated,
            sensitivity: scalar.sensitivity.map(words::sensitivity),
        };
        for above in above {
            inherit(&mut resolved, above);
        }
        resolved
    }

    /// What a scalar comes down to, and the scalars on the way there.
    fn scalar_base<'s>(
        &mut self,
        scope: &Scope,
        id: TypeId,
        name: &Text,
        scalar: &'s ast::Scalar,
    ) -> (TypeRef, Vec<&'s ast::Scalar>)
    where
        'a: 's,
    {
        let Some(text) = &scalar.ty else {
            self.missing(scope, "type", &format!("`{}`", name.value), &name.span);
            return (TypeRef::Json, Vec::new());
        };
        let mut above = Vec::new();
        let mut chain = vec![id];
        let mut expression = expression::parse(&text.value);
        loop {
            let next = match expression {
                Err(fault) => {
                    if above.is_empty() {
                        self.type_fault(scope.file, text, fault);
                    }
                    return (TypeRef::Json, above);
                }
                Ok(Expression::Builtin(base)) => return (base, above),
                Ok(Expression::Named(next, _)) => next,
                Ok(Expression::List(_) | Expression::Map(_)) => {
                    if above.is_empty() {
                        let label = self.label(scope.file, &text.span, "");
                        let message = "a scalar is never a list or map";
                        self.report(bad_type_expression::at(message, label));
                    }
                    return (TypeRef::Json, above);
                }
            };
            let Some(found) = self.declared.types.get(&next) else {
                if above.is_empty() {
                    self.type_ref(scope.file, text);
                }
                return (TypeRef::Json, above);
            };
            let AnyType::Scalar(next_scalar) = self.declared.types.items[found].entry else {
                if above.is_empty() {
                    let label = self.label(scope.file, &text.span, "");
                    let message = format!("a scalar cannot be `{next}`, which is no scalar");
                    self.report(bad_type_expression::at(message, label));
                }
                return (TypeRef::Json, above);
            };
            if let Some(start) = chain.iter().position(|seen| *seen == found) {
                // One message for each cycle: that of its first member.
                if start == 0 && chain.iter().all(|member| *member >= id) {
                    self.report_cycle(scope.file, name, &chain);
                }
                return (TypeRef::Json, above);
            }
            chain.push(found);
            above.push(next_scalar);
            expression = match &next_scalar.ty {
                Some(text) => expression::parse(&text.value),
                None => return (TypeRef::Json, above),
            };
        }
    }

    fn report_cycle(&mut self, file: usize, name: &Text, chain: &[TypeId]) {
        let declared = self.declared;
        let names = chain.iter().chain(chain.first());
        let names: Vec<&str> = names
            .map(|id| declared.types.items[*id].name.value.as_str())
            .collect();
        let label = self.label(file, &name.span, "");
        self.report(cyclic_alias::at(&names, label));
    }

    fn union(&mut self, id: TypeId, item: &Item<'_, AnyType<'_>>, union: &ast::Union) -> Union {
        let scope = self.type_scope(id, item.file, "union", &item.name.value);
        if let Some(strict) = union
            .openness
            .as_ref()
            .filter(|o| o.value == ast::Openness::Strict)
        {
            let label = self.label(scope.file, &strict.span, "");
            self.report(bad_value::at("a union is `open` or `closed`", label));
        }
        let mut variants = Vec::new();
        for (name, variant) in union.variants.iter() {
            self.check_name(scope.file, "the variant", Case::Pascal, name);
            let scope = scope.below(&format!("variants.{}", name.value));
            let variant = &variant.0;
            let ty = match &variant.ty {
                Some(ty) => self.type_ref(scope.file, ty),
                None => {
                    self.missing(&scope, "type", &format!("`{}`", name.value), &name.span);
                    TypeRef::Json
                }
            };
            let matches = self.matches(scope.file, variant.matches.as_ref(), variant.kind, &ty);
            variants.push(Variant {
                name: name.value.clone(),
                ty,
                matches,
                doc: trimmed(variant.doc.as_ref()),
                at: self.at(scope.file, &name.span),
            });
        }
        Union {
            openness: words::openness(union.openness.as_ref().map(|it| it.value)),
            variants,
        }
    }
}

/// Takes over from a scalar what the one defined by it leaves out.
fn inherit(scalar: &mut Scalar, above: &ast::Scalar) {
    let number = |bound: &Option<ast::Spanned<ast::Bound>>| {
        bound.as_ref().map(|bound| bound.value.0.clone())
    };
    let length = |bound: &Option<ast::Spanned<u32>>| bound.as_ref().map(|bound| bound.value);
    let Constraints {
        min,
        max,
        min_length,
        max_length,
        ..
    } = &mut scalar.constraints;
    *min = min.take().or_else(|| number(&above.min));
    *max = max.take().or_else(|| number(&above.max));
    *min_length = min_length.or_else(|| length(&above.min_length));
    *max_length = max_length.or_else(|| length(&above.max_length));
    scalar.scale = scalar
        .scale
        .or_else(|| above.scale.as_ref().map(|scale| scale.value));
    scalar.unit = scalar.unit.take().or_else(|| above.unit.clone());
    scalar.sensitivity = scalar
        .sensitivity
        .or_else(|| above.sensitivity.map(words::sensitivity));
}
