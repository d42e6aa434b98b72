//! Named types: records, enums, scalars, unions.

use super::declare::{AnyType, Item};
use super::fields::{Check, Pending};
use super::names::{Case, kebab};
use super::{Entity, Entry, Resolver, Scope, trimmed, words};
use crate::ast::{self, Sourced, Text};
use crate::diagnostic::suggestion;
use crate::ir::{
    Field, Guard, Layout, ListedAs, Need, Openness, Record, Rule, Type, TypeId, TypeKind, TypeRef,
    Union, Variant,
};
use crate::lint::{bad_value, misplaced_key};

/// What an entry is counted as: what it says, else what it is.
fn listed_as(entry: AnyType<'_>) -> ListedAs {
    let (stated, own) = match entry {
        AnyType::Record(it) => (it.listed_as, ListedAs::Type),
        AnyType::Enum(it) => (it.listed_as, ListedAs::Enum),
        AnyType::Scalar(it) => (it.listed_as, ListedAs::Type),
        AnyType::Union(it) => (it.listed_as, ListedAs::Type),
    };
    stated.map_or(own, words::listed_as)
}

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
                listed_as: listed_as(item.entry),
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
    pub(super) fn type_scope(&self, id: TypeId, file: usize, kind: &str, name: &str) -> Scope {
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
        let rules = self.rules(&scope, &record.rules, &fields);
        Record {
            layout,
            unknown_fields: words::unknown_fields(record.unknown_fields),
            fields,
            rules,
        }
    }

    /// The rules across fields that stand in a scope.
    pub(super) fn rules(
        &mut self,
        scope: &Scope,
        rules: &[ast::Spanned<ast::Rule>],
        fields: &[Field],
    ) -> Vec<Rule> {
        let rules = rules.iter().enumerate();
        let rules = rules
            .filter_map(|(at, rule)| self.rule(&scope.below(&format!("rules.{at}")), rule, fields));
        rules.collect()
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
            let is_not = matches!(guard, ast::Guard::Not(_));
            let values = match guard {
                ast::Guard::Present => Vec::new(),
                ast::Guard::OneOf(values) | ast::Guard::Not(values) => values
                    .iter()
                    .map(|value| {
                        let literal = words::literal(&value.value);
                        self.pending.push(Pending {
                            file: scope.file,
                            span: value.span.clone(),
                            ty: fields[field].ty.clone(),
                            check: Check::Guard(literal.clone()),
                        });
                        literal
                    })
                    .collect(),
            };
            when.push(Guard {
                field,
                values,
                is_not,
            });
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
