//! Named scalars: distinct integers, and aliases that carry a meaning.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{Scalar, TypeId, TypeRef};

use super::names::ident;
use super::plan::{Plan, Scope};
use super::{docs, validate};

/// A named scalar.
pub(super) fn emit(plan: &Plan<'_>, scope: &Scope, id: TypeId, scalar: &Scalar) -> TokenStream {
    let name = &plan.types[id].ident;
    let doc = scalar_docs(plan, id, scalar).tokens("");
    match &scalar.base {
        TypeRef::Int(kind) => {
            let base = ident(kind.name());
            quote! {
                #doc
                #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
                pub struct #name(#base);
            }
        }
        base => {
            let base = plan.ty(scope, base);
            quote!(#doc pub type #name = #base;)
        }
    }
}

/// What the support library has to know to make it a number; none for an alias.
pub(super) fn number(plan: &Plan<'_>, id: TypeId, scalar: &Scalar) -> Option<TokenStream> {
    let TypeRef::Int(kind) = &scalar.base else {
        return None;
    };
    let (name, base) = (&plan.types[id].ident, ident(kind.name()));
    let scale = scalar.scale.map(|scale| {
        let scale = proc_macro2::Literal::u8_unsuffixed(scale);
        quote!(, #scale)
    });
    let is_masked = scalar.sensitivity.is_some();
    let bounds = validate::bounds(&scalar.constraints, is_masked);
    let bounds = match is_masked {
        true => bounds.or_else(|| Some(quote!(wire::support::Bounds::ANY.masked()))),
        false => bounds,
    };
    let bounds = bounds.map(|bounds| quote!(= #bounds));
    Some(quote!(#name(#base #scale) #bounds;))
}

fn scalar_docs(plan: &Plan<'_>, id: TypeId, scalar: &Scalar) -> docs::Docs {
    let meta = &plan.api.types[id].meta;
    let mut out = docs::Docs::default();
    out.text(&meta.doc);
    let mut facts = Vec::new();
    if let Some(scale) = scalar.scale {
        facts.push(format!("Counts units of 1e-{scale}."));
    }
    if let Some(unit) = &scalar.unit {
        facts.push(format!("Unit: {}.", docs::escape(unit)));
    }
    let constraints = &scalar.constraints;
    if let Some(min) = &constraints.min {
        facts.push(format!("At least {min}."));
    }
    if let Some(max) = &constraints.max {
        facts.push(format!("At most {max}."));
    }
    out.sentences(&facts.join(" "))
        .provenance(&meta.provenance)
        .remarks(plan.api, &meta.id, None);
    out
}
