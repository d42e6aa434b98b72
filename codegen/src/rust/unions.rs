//! Unions: one of several types, told apart by a look at the text.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{
    JsonKind, Literal, Match, Openness, Part, Place, Template, Test, TypeId, Union,
};

use super::plan::{Plan, Scope};
use super::{docs, records, validate};

/// A variant, as the emitters of unions and sockets see it.
pub(super) struct Case<'a> {
    /// Its name.
    pub ident: &'a Ident,
    /// Its type.
    pub ty: TokenStream,
    /// Its value must not be shown.
    pub is_sensitive: bool,
    /// What tells it from the others.
    pub matches: &'a Match,
    /// Its documentation.
    pub doc: TokenStream,
}

/// A union type.
pub(super) fn emit(plan: &Plan<'_>, scope: &Scope, id: TypeId, union: &Union) -> TokenStream {
    let this = &plan.types[id];
    let ty = &plan.api.types[id];
    let cases: Vec<Case<'_>> = union
        .variants
        .iter()
        .zip(&this.members)
        .zip(&this.boxed)
        .map(|((variant, ident), boxed)| {
            let mut ty = plan.ty(scope, &variant.ty);
            if *boxed {
                let std_box = plan.std("Box");
                ty = quote!(#std_box<#ty>);
            }
            let doc = docs::Docs::default()
                .text(&variant.doc)
                .tokens(&ident.to_string());
            Case {
                ident,
                ty,
                is_sensitive: plan.is_sensitive_type(&variant.ty),
                matches: &variant.matches,
                doc,
            }
        })
        .collect();
    let open = (union.openness == Openness::Open).then_some(&this.open);
    let doc = docs::of_meta(plan.api, &ty.meta).tokens("");
    let item = emit_enum(plan, &this.ident, &ty.name, &doc, &cases, open);
    let checks = validate::of_union(plan, id, union);
    let null = nullish(plan, id, union, open);
    quote!(#item #checks #null)
}

/// Whether the value is null, which rules across fields take for absent; none if it cannot be.
fn nullish(
    plan: &Plan<'_>,
    id: TypeId,
    union: &Union,
    open: Option<&Ident>,
) -> Option<TokenStream> {
    if !validate::union_can_be_null(plan, union) {
        return None;
    }
    let this = &plan.types[id];
    let ident = &this.ident;
    let variants = union.variants.iter().zip(&this.members);
    let nullable = variants.filter(|(variant, _)| validate::can_be_null(plan, &variant.ty));
    let arms: Vec<&Ident> = nullable.map(|(_, member)| member).chain(open).collect();
    let all = arms.len() == union.variants.len() + usize::from(open.is_some());
    let rest = (!all).then(|| quote!(_ => false,));
    Some(quote! {
        impl wire::support::Nullish for #ident {
            fn is_null(&self) -> bool {
                match self {
                    #(#ident::#arms(value) => wire::support::Nullish::is_null(value),)*
                    #rest
                }
            }
        }
    })
}

/// The enum, and how its variants are told apart, read and written.
pub(super) fn emit_enum(
    plan: &Plan<'_>,
    ident: &Ident,
    name: &str,
    doc: &TokenStream,
    cases: &[Case<'_>],
    open: Option<&Ident>,
) -> TokenStream {
    let members = cases.iter().map(|case| {
        let (doc, member, ty) = (&case.doc, case.ident, &case.ty);
        quote!(#doc #member(#ty),)
    });
    let unknown = open.map(|open| {
        quote! {
            /// What none of the others describes, as it came.
            #open(wire::Json),
        }
    });
    let reads = cases.iter().enumerate().map(|(index, case)| {
        let member = case.ident;
        let take = match case.is_sensitive {
            true => {
                let name = member.to_string();
                quote!(take_masked(#name, json))
            }
            false => quote!(take(json)),
        };
        quote!(Some(#index) => wire::support::#take.map(#ident::#member),)
    });
    let rest = match open {
        Some(open) => quote!(_ => wire::support::take(json).map(#ident::#open),),
        None => quote!(_ => wire::support::unmatched(#name),),
    };
    let names: Vec<&Ident> = cases.iter().map(|case| case.ident).chain(open).collect();
    let matches = matches(cases.iter().map(|case| case.matches));
    let (result, option) = (plan.std("Result"), plan.std("Option"));
    let is_masked = cases.iter().any(|case| case.is_sensitive);
    let debug = is_masked.then(|| masked_debug(ident, cases, open));
    let eq = records::equality(ident);
    let derived = (!is_masked).then(|| quote!(Debug,));
    quote! {
        #doc
        #[derive(#derived Clone, PartialEq)]
        #[allow(clippy::large_enum_variant)]
        pub enum #ident {
            #(#members)*
            #unknown
        }

        #eq
        #debug

        impl wire::support::Union for #ident {
            const NAME: &'static str = #name;

            fn dispatch() -> &'static wire::support::Dispatch {
                static DISPATCH: wire::support::Dispatch = wire::support::Dispatch::new(#matches);
                &DISPATCH
            }

            fn read(
                variant: #option<usize>,
                json: wire::support::Source<'_>,
            ) -> #result<Self, wire::support::serde_json::Error> {
                match variant {
                    #(#reads)*
                    #rest
                }
            }

            fn write<S: wire::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> #result<S::Ok, S::Error> {
                match self {
                    #(#ident::#names(value) => {
                        wire::support::serde::Serialize::serialize(value, serializer)
                    })*
                }
            }
        }
    }
}

/// `Debug` that leaves out what must not be shown.
fn masked_debug(ident: &Ident, cases: &[Case<'_>], open: Option<&Ident>) -> TokenStream {
    let shown = cases.iter().map(|case| (case.ident, case.is_sensitive));
    let arms = shown.chain(open.map(|open| (open, true))).map(|(variant, is_masked)| {
        let name = variant.to_string();
        match is_masked {
            true => quote! {
                #ident::#variant(_) => f.debug_tuple(#name).field(&wire::support::Masked).finish(),
            },
            false => quote! {
                #ident::#variant(value) => f.debug_tuple(#name).field(value).finish(),
            },
        }
    });
    quote! {
        impl ::std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self { #(#arms)* }
            }
        }
    }
}

/// What tells variants apart, as a constant expression.
pub(super) fn matches<'a>(all: impl Iterator<Item = &'a Match>) -> TokenStream {
    let all = all.map(|one| {
        let conditions = one.conditions.iter().map(|condition| {
            let (at, test) = (place(&condition.at), test(&condition.test));
            quote!(Condition { at: #at, test: #test })
        });
        quote!(Match { conditions: Borrowed(&[#(#conditions),*]) })
    });
    quote! {{
        use wire::select::*;
        use ::std::borrow::Cow::Borrowed;
        &[#(#all),*]
    }}
}

fn place(place: &Place) -> TokenStream {
    match place {
        Place::Whole => quote!(Place::Whole),
        Place::Member(name) => quote!(Place::Member(Borrowed(#name))),
        Place::Element(index) => {
            let index = proc_macro2::Literal::usize_unsuffixed(*index);
            quote!(Place::Element(#index))
        }
    }
}

fn test(test: &Test) -> TokenStream {
    match test {
        Test::Equals(literals) => {
            let literals = literals.iter().map(|literal| match literal {
                Literal::Str(text) => quote!(Literal::Text(Borrowed(#text))),
                Literal::Int(int) => quote!(Literal::Int(#int)),
                Literal::Bool(bool) => quote!(Literal::Bool(#bool)),
            });
            quote!(Test::Equals(Borrowed(&[#(#literals),*])))
        }
        Test::Template(template) => {
            let parts = parts(template);
            quote!(Test::Template(Borrowed(&[#(#parts),*])))
        }
        Test::Present => quote!(Test::Present),
        Test::Absent => quote!(Test::Absent),
        Test::Kind(kind) => {
            let kind = match kind {
                JsonKind::Null => quote!(Null),
                JsonKind::Bool => quote!(Bool),
                JsonKind::Number => quote!(Number),
                JsonKind::String => quote!(String),
                JsonKind::Array => quote!(Array),
                JsonKind::Object => quote!(Object),
            };
            quote!(Test::Kind(Kind::#kind))
        }
    }
}

fn parts(template: &Template) -> impl Iterator<Item = TokenStream> + '_ {
    template.parts.iter().map(|part| match part {
        Part::Text(text) => quote!(Part::Text(Borrowed(#text))),
        Part::Hole(_) => quote!(Part::Hole),
    })
}
