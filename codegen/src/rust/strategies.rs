//! proptest strategies behind the feature `proptest`: values within their bounds and rules.

use proc_macro2::{Ident, Literal as Number, TokenStream};
use quote::quote;
use venue_schema::ir::{
    Condition, Constraints, Enum, EnumBase, Field, Layout, Literal, Need, Part, Place, Presence,
    Record, Rule, Test, TypeId, TypeKind, TypeRef, Union, Variant,
};

use super::plan::{Plan, Scope};
use super::{layout, names, validate};
use crate::OutputFile;

/// How values of the API's types are drawn, in a file of its own.
pub(super) fn file(plan: &Plan<'_>) -> OutputFile {
    let drawing = Drawing {
        plan,
        scope: Scope::default(),
        heights: heights(plan),
    };
    let mut impls = Vec::new();
    let mut simple = Vec::new();
    let mut names = Vec::new();
    for (id, ty) in plan
        .api
        .types
        .iter()
        .enumerate()
        .filter(|(id, _)| !plan.is_alias(*id))
    {
        let path = plan.path(&drawing.scope, id);
        match &ty.kind {
            TypeKind::Record(record) => impls.push(drawing.record(id, record)),
            TypeKind::Union(union) => impls.push(drawing.union(id, union)),
            TypeKind::Enum(values) if values.values.is_empty() => continue,
            TypeKind::Enum(values) => simple.push(drawing.listed(&path, values)),
            TypeKind::Scalar(scalar) => {
                let own = validate::bounds(&scalar.constraints, false);
                let own = own.unwrap_or(quote!(wire::support::Bounds::ANY));
                simple.push(quote!(integer #path [#own]));
            }
        }
        names.push(path);
    }
    let tokens = quote! {
        #[allow(clippy::collapsible_if)]
        const _: () = {
            #(#impls)*
            wire::__samples! { #(#simple)* }
            wire::__strategies! { #(#names)* }
        };
    };
    let head = format!(
        "// Strategies for the types of {}. Do not edit.\n\n",
        plan.api.id
    );
    OutputFile {
        path: path(plan),
        text: head + &layout(tokens),
    }
}

/// What includes the file.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    let path = path(plan);
    quote! {
        #[cfg(feature = "proptest")]
        include!(#path);
    }
}

fn path(plan: &Plan<'_>) -> String {
    format!("{}_strategies.rs", names::snake(&plan.api.id))
}

struct Drawing<'a> {
    plan: &'a Plan<'a>,
    scope: Scope,
    heights: Vec<Option<u32>>,
}

impl Drawing<'_> {
    fn sample(&self, id: TypeId, body: &TokenStream) -> TokenStream {
        let path = self.plan.path(&self.scope, id);
        quote! {
            impl wire::support::Sample for #path {
                fn sample(
                    s: &mut wire::support::Sampler<'_>,
                    _: &wire::support::Bounds,
                ) -> Self {
                    #body
                }
            }
        }
    }

    fn listed(&self, path: &TokenStream, values: &Enum) -> TokenStream {
        let EnumBase::Flags(kind) = values.base else {
            return quote!(listed #path []);
        };
        let base = names::ident(kind.name());
        let pairs = values.values.iter().map(|value| {
            let mask = Number::u64_unsuffixed(value.mask.unwrap_or_default());
            let bits = match &value.wire {
                Literal::Int(bits) => Number::i64_unsuffixed(*bits),
                _ => Number::i64_unsuffixed(0),
            };
            quote!((#mask, #bits))
        });
        quote!(flags #path [#base, [#(#pairs),*]])
    }

    fn record(&self, id: TypeId, record: &Record) -> TokenStream {
        let this = &self.plan.types[id];
        let path = self.plan.path(&self.scope, id);
        let tail = record.layout == Layout::Array;
        let spare = record
            .fields
            .iter()
            .filter(|field| field.presence.may_be_absent())
            .count();
        let mut before = 0;
        let mut members = Vec::new();
        for (index, field) in record.fields.iter().enumerate() {
            if field.constant.is_some() {
                continue;
            }
            let member = &this.members[index];
            let value = match tail && field.presence.may_be_absent() {
                true => {
                    let value = self.value(field, this.boxed[index]);
                    let place = Number::usize_unsuffixed(before);
                    before += 1;
                    match field.presence {
                        Presence::OptionalNullable => quote!(match count > #place {
                            true if s.is_there() => wire::Patch::Value(#value),
                            true => wire::Patch::Null,
                            false => wire::Patch::Absent,
                        }),
                        _ => quote!((count > #place).then(|| #value)),
                    }
                }
                false => self.field(field, this.boxed[index]),
            };
            members.push(quote!(#member: #value));
        }
        let open = &this.open;
        let count = (tail && spare > 0).then(|| {
            let spare = Number::usize_unsuffixed(spare);
            quote!(let count = s.tail(#spare);)
        });
        let rules: Vec<TokenStream> = record
            .rules
            .iter()
            .map(|rule| self.rule(id, record, rule))
            .collect();
        let value = quote!(#path { #(#members,)* #open: s.draw() });
        let value = match rules.is_empty() {
            true => value,
            false => quote! {
                let mut it = #value;
                for _ in 0..8 {
                    let mut holds = true;
                    #(#rules)*
                    if holds {
                        break;
                    }
                }
                it
            },
        };
        let body = quote!(s.nest(|s| { #count #value }));
        self.sample(id, &body)
    }

    /// A field's value, presence and all.
    fn field(&self, field: &Field, boxed: bool) -> TokenStream {
        if let Some(bounds) = self.plain(field) {
            return bounds;
        }
        let value = self.value(field, boxed);
        match field.presence {
            Presence::Required => value,
            Presence::Optional | Presence::Nullable => quote!(s.is_there().then(|| #value)),
            Presence::OptionalNullable => quote!(match s.is_there() {
                true => wire::Patch::Value(#value),
                false => wire::Patch::Absent,
            }),
        }
    }

    /// A field whose Rust type can be drawn as a whole.
    fn plain(&self, field: &Field) -> Option<TokenStream> {
        (!validate::walks(self.plan, &field.ty)).then(|| self.within(&field.ty, &field.constraints))
    }

    /// A field's value when it is there.
    fn value(&self, field: &Field, boxed: bool) -> TokenStream {
        let mut value = self.of_type(&field.ty, &field.constraints);
        if field.batch {
            value = quote!(wire::Batch::from(#value));
        }
        if field.empty_is_none {
            return self.within(&field.ty, &field.constraints);
        }
        match boxed {
            true => quote!(::std::boxed::Box::new(#value)),
            false => value,
        }
    }

    fn of_type(&self, ty: &TypeRef, own: &Constraints) -> TokenStream {
        let bounds = validate::bounds(own, false);
        let bounds = bounds.unwrap_or(quote!(wire::support::Bounds::ANY));
        match ty {
            TypeRef::List(inner) => {
                let inner = self.of_type(inner, &Constraints::default());
                quote!(s.list(&#bounds, |s| #inner))
            }
            TypeRef::Map(inner) => {
                let inner = self.of_type(inner, &Constraints::default());
                quote!(s.map(&#bounds, |s| #inner))
            }
            _ => self.within(ty, own),
        }
    }

    fn within(&self, ty: &TypeRef, own: &Constraints) -> TokenStream {
        let scalar = self.plan.scalar_constraints(ty);
        let scalar = scalar.and_then(|constraints| validate::bounds(constraints, false));
        match (validate::bounds(own, false), scalar) {
            (None, None) => quote!(s.draw()),
            (Some(one), None) | (None, Some(one)) => quote!(s.within(&#one)),
            (Some(own), Some(scalar)) => quote!(s.within(&#own.and(&#scalar))),
        }
    }

    /// Makes a rule hold that does not.
    fn rule(&self, id: TypeId, record: &Record, rule: &Rule) -> TokenStream {
        let members = &self.plan.types[id].members;
        let it = quote!(it);
        let (guard, present) = validate::rule_parts(self.plan, record, members, rule, &it);
        let (need, fields) = validate::need(&rule.need);
        let set = |&field: &usize| self.fill(id, record, field);
        let clear = |&field: &usize| clear(&record.fields[field], &members[field]);
        let chosen = |others: bool| {
            let count = Number::usize_unsuffixed(fields.len());
            // A field that is always there is the one.
            let fixed = fields.iter().position(|&f| {
                record.fields[f].presence == Presence::Required && !record.fields[f].empty_is_none
            });
            let choice = match fixed {
                Some(index) => {
                    let index = Number::usize_unsuffixed(index);
                    quote!(#index)
                }
                None => quote!(s.below(#count)),
            };
            let arms = fields.iter().enumerate().map(|(index, field)| {
                let index = Number::usize_unsuffixed(index);
                let (set, clear) = (set(field), others.then(|| clear(field)));
                match clear {
                    Some(clear) => quote!(if chosen == #index { #set } else { #clear }),
                    None => quote!(if chosen == #index { #set }),
                }
            });
            quote!(let chosen: usize = #choice; #(#arms)*)
        };
        let repair = match &rule.need {
            Need::AllOf(_) => {
                let sets = fields.iter().map(set);
                quote!(#(#sets)*)
            }
            Need::NoneOf(_) => {
                let clears = fields.iter().map(clear);
                quote!(#(#clears)*)
            }
            Need::ExactlyOne(_) | Need::AtMostOne(_) => chosen(true),
            Need::AtLeastOne(_) => chosen(false),
        };
        let condition = quote!(!wire::support::Need::#need.holds(&[#(#present),*]));
        let condition = match guard {
            Some(guard) => quote!(#guard && #condition),
            None => condition,
        };
        quote! {
            if #condition {
                holds = false;
                #repair
            }
        }
    }

    /// Gives a field a value if it has none.
    fn set(&self, id: TypeId, record: &Record, index: usize) -> TokenStream {
        let (field, this) = (&record.fields[index], &self.plan.types[id]);
        let member = &this.members[index];
        let value = self.value(field, this.boxed[index]);
        match field.presence {
            Presence::Required => TokenStream::new(),
            Presence::Optional | Presence::Nullable => {
                quote!(if it.#member.is_none() { it.#member = Some(#value); })
            }
            Presence::OptionalNullable => quote! {
                if it.#member.value().is_none() { it.#member = wire::Patch::Value(#value); }
            },
        }
    }

    /// The same for a rule, to which the empty string that stands for none is no value.
    fn fill(&self, id: TypeId, record: &Record, index: usize) -> TokenStream {
        let set = self.set(id, record, index);
        let (field, this) = (&record.fields[index], &self.plan.types[id]);
        if !field.empty_is_none {
            return set;
        }
        let member = &this.members[index];
        let value = self.value(field, this.boxed[index]);
        let value = match field.presence {
            Presence::Required => value,
            Presence::Optional | Presence::Nullable => quote!(Some(#value)),
            Presence::OptionalNullable => quote!(wire::Patch::Value(#value)),
        };
        quote! {
            #set
            for _ in 0..8 {
                if !wire::support::Nullish::is_null(&it.#member) {
                    break;
                }
                it.#member = #value;
            }
        }
    }

    fn union(&self, id: TypeId, union: &Union) -> TokenStream {
        let this = &self.plan.types[id];
        let path = self.plan.path(&self.scope, id);
        let variants = union.variants.iter().enumerate().map(|(index, variant)| {
            let member = &this.members[index];
            let value = self.variant(variant);
            let value = match this.boxed[index] {
                true => quote!(::std::boxed::Box::new(#value)),
                false => value,
            };
            quote!(|s| #path::#member(#value))
        });
        let heights = union
            .variants
            .iter()
            .map(|variant| self.height(&variant.ty));
        let shallow = heights
            .enumerate()
            .min_by_key(|(_, height)| height.unwrap_or(u32::MAX));
        let shallow = Number::usize_unsuffixed(shallow.map_or(0, |(index, _)| index));
        self.sample(
            id,
            &quote!(wire::support::sample_union(s, #shallow, &[#(#variants),*])),
        )
    }

    /// A variant's value, with what its match asks of the fields of a record.
    fn variant(&self, variant: &Variant) -> TokenStream {
        let value = self.of_type(&variant.ty, &Constraints::default());
        let TypeRef::Named(id) = &variant.ty else {
            return value;
        };
        let TypeKind::Record(record) = &self.plan.api.types[*id].kind else {
            return value;
        };
        let conditions = variant.matches.conditions.iter();
        let fixes: Vec<TokenStream> = conditions
            .filter_map(|condition| self.meet(*id, record, condition))
            .filter(|fix| !fix.is_empty())
            .collect();
        if fixes.is_empty() {
            return value;
        }
        let path = self.plan.path(&self.scope, *id);
        quote!({
            let mut it: #path = #value;
            #(#fixes)*
            it
        })
    }

    /// Makes a field meet a condition, where it is a string or an enum, or may be absent.
    fn meet(&self, id: TypeId, record: &Record, condition: &Condition) -> Option<TokenStream> {
        let index = match &condition.at {
            Place::Whole => return None,
            Place::Member(name) => record.fields.iter().position(|field| field.wire == *name)?,
            Place::Element(index) => *index,
        };
        let field = record
            .fields
            .get(index)
            .filter(|field| field.constant.is_none())?;
        let member = &self.plan.types[id].members[index];
        let text = match &condition.test {
            Test::Absent => return Some(clear(field, member)),
            Test::Present => return Some(self.set(id, record, index)),
            Test::Kind(_) => return None,
            Test::Equals(literals) => match literals.first()? {
                Literal::Str(text) => text.clone(),
                _ => return None,
            },
            Test::Template(template) => template
                .parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.as_str(),
                    Part::Hole(_) => "a",
                })
                .collect(),
        };
        let value = self.of_text(&field.ty, &text)?;
        Some(match field.presence {
            Presence::Required => quote!(it.#member = #value;),
            Presence::Optional | Presence::Nullable => quote!(it.#member = Some(#value);),
            Presence::OptionalNullable => quote!(it.#member = wire::Patch::Value(#value);),
        })
    }

    /// The value of a string or an enum that stands as this text.
    fn of_text(&self, ty: &TypeRef, text: &str) -> Option<TokenStream> {
        match ty {
            TypeRef::String => Some(quote!(#text.to_owned())),
            TypeRef::Named(id) => match &self.plan.api.types[*id].kind {
                TypeKind::Scalar(scalar) => self.of_text(&scalar.base, text),
                TypeKind::Enum(values) => {
                    let wire = Literal::Str(text.to_owned());
                    let index = values.values.iter().position(|value| value.wire == wire)?;
                    let path = self.plan.path(&self.scope, *id);
                    let variant = &self.plan.types[*id].members[index];
                    Some(quote!(#path::#variant))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn height(&self, ty: &TypeRef) -> Option<u32> {
        height(&self.heights, ty)
    }
}

/// Leaves a field out, or blank, if that can be.
fn clear(field: &Field, member: &Ident) -> TokenStream {
    match field.presence {
        Presence::Required if field.empty_is_none => quote!(it.#member = wire::Blank(None);),
        Presence::Required => TokenStream::new(),
        Presence::Optional | Presence::Nullable => quote!(it.#member = None;),
        Presence::OptionalNullable => quote!(it.#member = wire::Patch::Absent;),
    }
}

/// How many types at least stand within one another in a value; none if there is no finite one.
fn heights(plan: &Plan<'_>) -> Vec<Option<u32>> {
    let mut heights: Vec<Option<u32>> = vec![None; plan.api.types.len()];
    loop {
        let next: Vec<Option<u32>> = plan
            .api
            .types
            .iter()
            .map(|ty| match &ty.kind {
                TypeKind::Record(record) => {
                    let required = record.fields.iter();
                    let required = required.filter(|f| f.presence == Presence::Required);
                    let each: Option<Vec<u32>> =
                        required.map(|f| height(&heights, &f.ty)).collect();
                    each.map(|each| 1 + each.into_iter().max().unwrap_or(0))
                }
                TypeKind::Union(union) => {
                    let each = union
                        .variants
                        .iter()
                        .filter_map(|v| height(&heights, &v.ty));
                    each.min().map(|least| 1 + least)
                }
                TypeKind::Enum(_) | TypeKind::Scalar(_) => Some(0),
            })
            .collect();
        if next == heights {
            return heights;
        }
        heights = next;
    }
}

fn height(heights: &[Option<u32>], ty: &TypeRef) -> Option<u32> {
    match ty {
        TypeRef::Named(id) => heights[*id],
        _ => Some(0),
    }
}
