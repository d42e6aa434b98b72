//! Named values: strings, integers, flags.

use super::declare::{AnyType, Item};
use super::expression;
use super::names::Case;
use super::{Resolver, Scope, trimmed, words};
use crate::ast::{self, Sourced, Text};
use crate::diagnostic::suggestion;
use crate::ir::{Enum, EnumBase, EnumValue, IntKind, Literal, TypeId};
use crate::lint::{bad_value, duplicate_name, misplaced_key};

impl Resolver<'_> {
    pub(super) fn enumeration(
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
}
