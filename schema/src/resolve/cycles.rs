//! Types that have no values, because they are defined by themselves or contain themselves.

use super::Resolver;
use crate::ir::{Location, Openness, Type, TypeId, TypeKind, TypeRef};
use crate::lint::{cyclic_alias, endless_record};

impl Resolver<'_> {
    pub(super) fn cycles(&mut self) {
        let in_alias_cycle = self.alias_cycles();
        self.cut_alias_cycles(&in_alias_cycle);
        self.endless_records(&in_alias_cycle);
    }

    /// Unions that lead back to themselves through unions alone.
    fn alias_cycles(&mut self) -> Vec<bool> {
        let mut member = vec![false; self.api.types.len()];
        for (id, member) in member.iter_mut().enumerate() {
            let Some(chain) = chain_to_self(&self.api.types, id) else {
                continue;
            };
            *member = true;
            // One message for each cycle: that of its first member.
            if chain.iter().all(|other| *other >= id) {
                let names = chain
                    .iter()
                    .chain([&id])
                    .map(|id| self.api.types[*id].name.as_str());
                let names: Vec<&str> = names.collect();
                let label = self.label_at(&self.api.types[id].meta.at, "");
                let diagnostic = cyclic_alias::at(&names, label);
                self.report(diagnostic);
            }
        }
        member
    }

    /// Makes the variants that lead around a cycle harmless: who follows a union from type to type
    /// must come to an end.
    fn cut_alias_cycles(&mut self, in_alias_cycle: &[bool]) {
        for (ty, _) in self
            .api
            .types
            .iter_mut()
            .zip(in_alias_cycle)
            .filter(|(_, member)| **member)
        {
            let TypeKind::Union(union) = &mut ty.kind else {
                continue;
            };
            for variant in &mut union.variants {
                if matches!(variant.ty, TypeRef::Named(next) if in_alias_cycle[next]) {
                    variant.ty = TypeRef::Json;
                }
            }
        }
    }

    /// Records that no finite JSON can be.
    fn endless_records(&mut self, in_alias_cycle: &[bool]) {
        let finite = finite(&self.api.types);
        let mut endless = Vec::new();
        for (id, ty) in self.api.types.iter().enumerate() {
            if finite[id] || in_alias_cycle[id] {
                continue;
            }
            let TypeKind::Record(record) = &ty.kind else {
                continue;
            };
            let to_itself = reaches(&self.api.types, &finite, id);
            let guilty = record.fields.iter().find(|field| {
                endless_target(&field.ty, &finite).is_some()
                    && !field.presence.may_be_absent()
                    && !field.presence.may_be_null()
            });
            // What merely contains an endless record is not itself at fault.
            if to_itself {
                let at: Option<Location> = guilty.map(|field| field.at.clone());
                endless.push((ty.name.clone(), ty.meta.at.clone(), at));
            }
        }
        for (name, at, field) in endless {
            let label = self.label_at(&at, "");
            let field = field.map(|field| self.label_at(&field, "it must be there"));
            self.report(endless_record::at(&name, label, field));
        }
    }
}

/// The shortest way from a union back to itself through unions, itself first.
fn chain_to_self(types: &[Type], start: TypeId) -> Option<Vec<TypeId>> {
    let mut seen = vec![false; types.len()];
    let mut queue = std::collections::VecDeque::from([vec![start]]);
    while let Some(path) = queue.pop_front() {
        let TypeKind::Union(union) = &types[*path.last()?].kind else {
            continue;
        };
        for variant in &union.variants {
            let TypeRef::Named(next) = variant.ty else {
                continue;
            };
            if next == start {
                return Some(path);
            }
            if !std::mem::replace(&mut seen[next], true) {
                let mut longer = path.clone();
                longer.push(next);
                queue.push_back(longer);
            }
        }
    }
    None
}

/// Which types have a finite value: a least fixed point.
fn finite(types: &[Type]) -> Vec<bool> {
    let mut finite = vec![false; types.len()];
    loop {
        let mut changed = false;
        for (id, ty) in types.iter().enumerate() {
            if !finite[id] && is_finite(ty, &finite) {
                finite[id] = true;
                changed = true;
            }
        }
        if !changed {
            return finite;
        }
    }
}

fn is_finite(ty: &Type, finite: &[bool]) -> bool {
    match &ty.kind {
        TypeKind::Enum(_) | TypeKind::Scalar(_) => true,
        TypeKind::Record(record) => record.fields.iter().all(|field| {
            field.presence.may_be_absent()
                || field.presence.may_be_null()
                || endless_target(&field.ty, finite).is_none()
        }),
        TypeKind::Union(union) => {
            union.openness == Openness::Open && union.variants.is_empty()
                || union
                    .variants
                    .iter()
                    .any(|v| endless_target(&v.ty, finite).is_none())
        }
    }
}

/// The type directly within, if it has no finite value. Lists and maps may be empty.
fn endless_target(ty: &TypeRef, finite: &[bool]) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) if !finite.get(*id).copied().unwrap_or(true) => Some(*id),
        _ => None,
    }
}

/// Whether an endless type contains itself, through endless types only.
fn reaches(types: &[Type], finite: &[bool], start: TypeId) -> bool {
    let mut seen = vec![false; types.len()];
    let mut stack = vec![start];
    while let Some(id) = stack.pop() {
        let inner: Vec<&TypeRef> = match &types[id].kind {
            TypeKind::Record(record) => {
                let must = record.fields.iter().filter(|field| {
                    !field.presence.may_be_absent() && !field.presence.may_be_null()
                });
                must.map(|field| &field.ty).collect()
            }
            TypeKind::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
            TypeKind::Enum(_) | TypeKind::Scalar(_) => Vec::new(),
        };
        for next in inner
            .into_iter()
            .filter_map(|ty| endless_target(ty, finite))
        {
            if next == start {
                return true;
            }
            if !std::mem::replace(&mut seen[next], true) {
                stack.push(next);
            }
        }
    }
    false
}
