//! `Validate`: what decoding lets pass. Bounds, rules across fields, what is not described.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{
    Constraints, Field, Layout, Literal, Need, Openness, Presence, Record, Rule, TypeId, TypeKind,
    TypeRef, Union, UnknownFields,
};

use super::plan::Plan;

/// `Validate` of a record.
pub(super) fn of_record(plan: &Plan<'_>, id: TypeId, record: &Record) -> TokenStream {
    let this = &plan.types[id];
    let mut checks = Vec::new();
    for (index, (field, member)) in record.fields.iter().zip(&this.members).enumerate() {
        let place = match record.layout {
            Layout::Object => Place::Member(&field.wire),
            Layout::Array => Place::Element(index),
        };
        checks.extend(of_field(plan, field, member, &place));
    }
    checks.extend(
        record
            .rules
            .iter()
            .map(|rule| of_rule(plan, record, &this.members, rule)),
    );
    if record.unknown_fields == UnknownFields::Drift {
        let open = &this.open;
        let count = record.fields.len();
        checks.push(match record.layout {
            Layout::Object => quote!(self.#open.report(out);),
            Layout::Array => {
                let count = proc_macro2::Literal::usize_unsuffixed(count);
                quote!(self.#open.report(#count, out);)
            }
        });
    }
    implementation(&this.ident, &checks)
}

/// `Validate` of the parameters of a request: bounds, and the rules across its query, whose
/// parameters are `members`.
pub(super) fn of_parameters<'a>(
    plan: &Plan<'_>,
    ident: &Ident,
    fields: impl Iterator<Item = (&'a Field, &'a Ident)>,
    query: &Record,
    members: &[Ident],
) -> TokenStream {
    let mut checks: Vec<TokenStream> = fields
        .flat_map(|(field, member)| of_field(plan, field, member, &Place::Member(&field.name)))
        .collect();
    let rules = query.rules.iter();
    checks.extend(rules.map(|rule| of_rule(plan, query, members, rule)));
    implementation(ident, &checks)
}

/// `Validate` of a union: that of the variant, and drift where none claims the value.
pub(super) fn of_union(plan: &Plan<'_>, id: TypeId, union: &Union) -> TokenStream {
    let this = &plan.types[id];
    let ident = &this.ident;
    let arms = union.variants.iter().zip(&this.members);
    let mut arms: Vec<(TokenStream, TokenStream)> = arms
        .filter_map(|(variant, member)| {
            let check = of_type(plan, &variant.ty)?;
            Some((quote!(#ident::#member(value)), check))
        })
        .collect();
    let mut count = union.variants.len();
    if union.openness == Openness::Open {
        let (open, name) = (&this.open, ident.to_string());
        let report = quote! {
            wire::support::undocumented(out, "undocumented-variant", #name);
        };
        arms.push((quote!(#ident::#open(_)), report));
        count += 1;
    }
    of_cases(ident, &arms, count)
}

/// `Validate` of an enum by variant; `count` is how many it has.
pub(super) fn of_cases(
    ident: &Ident,
    arms: &[(TokenStream, TokenStream)],
    count: usize,
) -> TokenStream {
    let (patterns, checks): (Vec<_>, Vec<_>) = arms.iter().cloned().unzip();
    let check = match arms {
        [] => return implementation(ident, &[]),
        [(pattern, check)] if count > 1 => quote!(if let #pattern = self { #check }),
        _ => {
            let rest = (arms.len() < count).then(|| quote!(_ => {}));
            quote!(match self {
                #(#patterns => { #checks })*
                #rest
            })
        }
    };
    implementation(ident, &[check])
}

fn implementation(ident: &Ident, checks: &[TokenStream]) -> TokenStream {
    let out = match checks.is_empty() {
        true => quote!(_),
        false => quote!(out),
    };
    quote! {
        impl wire::Validate for #ident {
            fn validate_into(&self, #out: &mut wire::Violations) {
                #(#checks)*
            }
        }
    }
}

/// Where a field stands.
enum Place<'a> {
    Member(&'a str),
    Element(usize),
}

impl Place<'_> {
    /// A check of the value there, as a call of the support library.
    fn call(&self, member: &str, element: &str, rest: &TokenStream) -> TokenStream {
        match self {
            Place::Member(key) => {
                let function = super::names::ident(member);
                quote!(wire::support::#function(out, #key, #rest);)
            }
            Place::Element(index) => {
                let function = super::names::ident(element);
                let index = proc_macro2::Literal::usize_unsuffixed(*index);
                quote!(wire::support::#function(out, #index, #rest);)
            }
        }
    }

    fn enter(&self, check: &TokenStream, masked: bool) -> TokenStream {
        match self {
            Place::Member(key) => {
                let walk = super::names::ident(if masked {
                    "at_secret_field"
                } else {
                    "at_field"
                });
                quote!(out.#walk(#key, |out| { #check });)
            }
            Place::Element(index) => {
                let walk = super::names::ident(if masked {
                    "at_secret_index"
                } else {
                    "at_index"
                });
                let index = proc_macro2::Literal::usize_unsuffixed(*index);
                quote!(out.#walk(#index, |out| { #check });)
            }
        }
    }
}

fn of_field(plan: &Plan<'_>, field: &Field, member: &Ident, place: &Place<'_>) -> Vec<TokenStream> {
    if field.constant.is_some() {
        return Vec::new();
    }
    let mut checks = Vec::new();
    let masked = plan.is_sensitive(field);
    for constraints in [Some(&field.constraints), plan.scalar_constraints(&field.ty)] {
        if let Some(bounds) = constraints.and_then(|c| bounds(c, masked)) {
            let rest = quote!(&self.#member, &#bounds);
            checks.push(place.call("bound", "bound_element", &rest));
        }
    }
    if field.batch || needs_walk(plan, &field.ty) {
        if holds_bounded_scalars(plan, &field.ty) {
            checks.extend(walk(plan, field, member).map(|check| place.enter(&check, masked)));
        }
        if field.batch || holds_checked_types(plan, &field.ty) {
            let (member_check, element_check) = match masked {
                true => ("check_masked", "check_masked_element"),
                false => ("check", "check_element"),
            };
            checks.push(place.call(member_check, element_check, &quote!(&self.#member)));
        }
    }
    checks
}

/// A check of `value`, a reference to something of that type; none if there is nothing to check.
pub(super) fn of_type(plan: &Plan<'_>, ty: &TypeRef) -> Option<TokenStream> {
    of_value(plan, ty, &Constraints::default())
}

/// A check of `value`, a reference to something of that type.
fn of_value(plan: &Plan<'_>, ty: &TypeRef, own: &Constraints) -> Option<TokenStream> {
    let mut checks = Vec::new();
    let masked = plan.is_sensitive_type(ty);
    for constraints in [Some(own), plan.scalar_constraints(ty)] {
        if let Some(bounds) = constraints.and_then(|c| bounds(c, masked)) {
            checks.push(quote!(wire::support::hold(out, value, &#bounds);));
        }
    }
    match ty {
        TypeRef::List(inner) if holds_bounded_scalars(plan, inner) => {
            let check = of_value(plan, inner, &Constraints::default())?;
            checks.push(quote! {
                for (index, value) in value.iter().enumerate() {
                    out.at_index(index, |out| { #check });
                }
            });
        }
        TypeRef::Map(inner) if holds_bounded_scalars(plan, inner) => {
            let check = of_value(plan, inner, &Constraints::default())?;
            checks.push(quote! {
                for (name, value) in value.iter() {
                    out.at_key(name, |out| { #check });
                }
            });
        }
        _ if holds_checked_types(plan, ty) => {
            checks.push(quote!(wire::Validate::validate_into(value, out);));
        }
        _ => {}
    }
    (!checks.is_empty()).then(|| quote!(#(#checks)*))
}

/// Walks a list or map down to the bounded scalars in it.
fn walk(plan: &Plan<'_>, field: &Field, member: &Ident) -> Option<TokenStream> {
    let (TypeRef::List(inner) | TypeRef::Map(inner)) = &field.ty else {
        return None;
    };
    let check = of_value(plan, inner, &Constraints::default())?;
    let each = match (&field.ty, field.batch) {
        (TypeRef::Map(_), _) => quote! {
            for (name, value) in value.iter() {
                out.at_key(name, |out| { #check });
            }
        },
        (_, true) => quote! {
            for (index, value) in value.0.iter().enumerate() {
                if let Ok(value) = value {
                    out.at_index(index, |out| { #check });
                }
            }
        },
        (_, false) => quote! {
            for (index, value) in value.iter().enumerate() {
                out.at_index(index, |out| { #check });
            }
        },
    };
    Some(match field.presence {
        Presence::Required => quote!({ let value = &self.#member; #each }),
        Presence::Optional | Presence::Nullable => {
            quote!(if let Some(value) = &self.#member { #each })
        }
        Presence::OptionalNullable => {
            quote!(if let wire::Patch::Value(value) = &self.#member { #each })
        }
    })
}

fn needs_walk(plan: &Plan<'_>, ty: &TypeRef) -> bool {
    holds_bounded_scalars(plan, ty) && !matches!(ty, TypeRef::Named(_))
        || holds_checked_types(plan, ty)
}

/// Whether a list or map has to be walked: an alias in it has bounds that it cannot hold itself.
pub(super) fn walks(plan: &Plan<'_>, ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::List(_) | TypeRef::Map(_)) && holds_bounded_scalars(plan, ty)
}

/// Whether the type's own `Validate` says all: that of an alias does not know its bounds.
pub(super) fn knows_itself(plan: &Plan<'_>, ty: &TypeRef) -> bool {
    !holds_bounded_scalars(plan, ty)
}

/// A scalar with bounds, in whatever list: an alias cannot check them itself.
fn holds_bounded_scalars(plan: &Plan<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::List(inner) | TypeRef::Map(inner) => holds_bounded_scalars(plan, inner),
        other => plan
            .scalar_constraints(other)
            .is_some_and(|constraints| !constraints.is_empty()),
    }
}

/// A type that checks itself, in whatever list.
fn holds_checked_types(plan: &Plan<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::List(inner) | TypeRef::Map(inner) => holds_checked_types(plan, inner),
        TypeRef::Named(id) => {
            !matches!(plan.api.types[*id].kind, TypeKind::Scalar(_)) && plan.types[*id].can_violate
        }
        _ => false,
    }
}

/// Bounds as a constant expression; none if there are none.
pub(super) fn bounds(constraints: &Constraints, masked: bool) -> Option<TokenStream> {
    if constraints.is_empty() {
        return None;
    }
    let min = constraints.min.as_ref().map(|min| quote!(.min(#min)));
    let max = constraints.max.as_ref().map(|max| quote!(.max(#max)));
    let pair = |min: Option<u32>, max: Option<u32>| {
        (min.is_some() || max.is_some()).then(|| {
            let min = min.unwrap_or(0);
            let max = max.map_or(quote!(u32::MAX), |max| quote!(#max));
            quote!(#min, #max)
        })
    };
    let length = pair(constraints.min_length, constraints.max_length);
    let length = length.map(|pair| quote!(.length(#pair)));
    let items = pair(constraints.min_items, constraints.max_items);
    let items = items.map(|pair| quote!(.items(#pair)));
    let masked = masked.then(|| quote!(.masked()));
    Some(quote!(wire::support::Bounds::ANY #min #max #length #items #masked))
}

fn of_rule(plan: &Plan<'_>, record: &Record, members: &[Ident], rule: &Rule) -> TokenStream {
    let (need, _) = need(&rule.need);
    let (guard, present) = rule_parts(plan, record, members, rule, &quote!(self));
    let doc = &rule.doc;
    let check = quote! {
        wire::support::rule(out, wire::support::Need::#need, &[#(#present),*], #doc);
    };
    match guard {
        None => check,
        Some(guard) => quote!(if #guard { #check }),
    }
}

/// What a rule asks, and of which fields.
pub(super) fn need(need: &Need) -> (TokenStream, &[usize]) {
    match need {
        Need::AllOf(fields) => (quote!(All), fields),
        Need::NoneOf(fields) => (quote!(None), fields),
        Need::ExactlyOne(fields) => (quote!(ExactlyOne), fields),
        Need::AtMostOne(fields) => (quote!(AtMostOne), fields),
        Need::AtLeastOne(fields) => (quote!(AtLeastOne), fields),
    }
}

/// When a rule applies, and which of its fields are present, for the record that `this` is.
pub(super) fn rule_parts(
    plan: &Plan<'_>,
    record: &Record,
    members: &[Ident],
    rule: &Rule,
    this: &TokenStream,
) -> (Option<TokenStream>, Vec<TokenStream>) {
    let is_present = |field: usize| {
        let member = &members[field];
        is_present(plan, &record.fields[field], &quote!(#this.#member))
    };
    let guards = rule.when.iter().map(|guard| {
        let (field, member) = (&record.fields[guard.field], &members[guard.field]);
        match (&field.constant, guard.values.is_empty()) {
            (_, true) => is_present(guard.field),
            (Some(constant), false) => {
                let holds = guard.values.contains(constant) != guard.is_not;
                quote!(#holds)
            }
            (None, false) => {
                let values = guard.values.iter().map(guard_literal);
                let listed = quote!(wire::support::is_one_of(&#this.#member, &[#(#values),*]));
                match (guard.is_not, is_always_present(plan, field)) {
                    (false, _) => listed,
                    (true, true) => quote!(!#listed),
                    (true, false) => {
                        let present = is_present(guard.field);
                        quote!(#present && !#listed)
                    }
                }
            }
        }
    });
    let guards: Vec<TokenStream> = guards.collect();
    let guard = (!guards.is_empty()).then(|| quote!(#(#guards)&&*));
    let present = need(&rule.need).1.iter().map(|&field| is_present(field));
    (guard, present.collect())
}

/// The member at `place` is there, and neither null nor the empty string that stands for none.
fn is_present(plan: &Plan<'_>, field: &Field, place: &TokenStream) -> TokenStream {
    let given = quote!(wire::support::Given::is_given(&#place));
    let null = quote!(wire::support::Nullish::is_null(&#place));
    match (
        field.presence,
        field.empty_is_none || can_be_null(plan, &field.ty),
    ) {
        (Presence::Required, false) => quote!(true),
        (Presence::Required, true) => quote!(!#null),
        (_, false) => given,
        (_, true) => quote!(#given && !#null),
    }
}

/// Whether a record cannot be without the field.
fn is_always_present(plan: &Plan<'_>, field: &Field) -> bool {
    field.presence == Presence::Required && !field.empty_is_none && !can_be_null(plan, &field.ty)
}

/// Whether null is a value of the type itself: any JSON is, and what an open union keeps.
pub(super) fn can_be_null(plan: &Plan<'_>, ty: &TypeRef) -> bool {
    let kind = match ty {
        TypeRef::Json => return true,
        TypeRef::Named(id) => &plan.api.types[*id].kind,
        _ => return false,
    };
    match kind {
        TypeKind::Scalar(scalar) => can_be_null(plan, &scalar.base),
        TypeKind::Union(union) => union_can_be_null(plan, union),
        _ => false,
    }
}

/// Whether null is a value of the union, or of one that it holds.
pub(super) fn union_can_be_null(plan: &Plan<'_>, union: &Union) -> bool {
    union.openness == Openness::Open
        || union
            .variants
            .iter()
            .any(|variant| can_be_null(plan, &variant.ty))
}

fn guard_literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Str(text) => quote!(wire::support::Literal::Text(#text)),
        Literal::Int(int) => quote!(wire::support::Literal::Int(#int)),
        Literal::Bool(bool) => quote!(wire::support::Literal::Bool(#bool)),
    }
}
