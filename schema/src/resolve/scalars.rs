//! Named scalars, and what they come down to.

use super::declare::{AnyType, Item};
use super::expression::{self, Expression};
use super::fields::{Bounds, number};
use super::{Resolver, Scope, words};
use crate::ast::{self, Text};
use crate::ir::{Constraints, Scalar, TypeId, TypeRef};
use crate::lint::{bad_type_expression, cyclic_alias, impossible_bounds, misplaced_key};

impl<'a> Resolver<'a> {
    pub(super) fn scalar(
        &mut self,
        id: TypeId,
        item: &Item<'_, AnyType<'_>>,
        scalar: &ast::Scalar,
    ) -> Scalar {
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
        let Constraints { min, max, .. } = &resolved.constraints;
        if let (Some(min), Some(max), false) =
            (min, max, scalar.min.is_some() && scalar.max.is_some())
            && number::compare(min, max).is_gt()
        {
            let label = self.label(scope.file, &item.name.span, "");
            self.report(impossible_bounds::crossed("min", min, "max", max, label));
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
