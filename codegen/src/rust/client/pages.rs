//! A method for each list that comes in pages, which gives them as a stream.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{
    Api, Field, Layout, Operation, Pagination, Presence, Record, TypeKind, TypeRef,
};

use super::methods::Call;
use crate::rust::docs::Docs;
use crate::rust::names::{ident, snake};
use crate::rust::plan::Plan;

/// The method, if the spec says enough: which parameter moves on, and by what of a row.
pub(super) fn method(
    plan: &Plan<'_>,
    operation: &Operation,
    name: &Ident,
    call: &Call,
) -> Option<TokenStream> {
    let pagination = operation.pagination.as_ref()?;
    let pick = call.pick.as_ref()?;
    let (member, position) = position(plan, operation, pagination)?;
    let place = match pagination.style.as_str() {
        "offset" => {
            let wire = &position.wire;
            quote!(Count(#wire))
        }
        style => {
            let response = operation.responses.iter().find_map(|it| it.ty.as_ref())?;
            key(row(plan.api, response)?, position, style)?
        }
    };
    let name = method_name(name);
    let (request, page) = (&call.request, &call.answer);
    let result = plan.std("Result");
    let doc = Docs::new(format!(
        "The pages of [`{0}`](Self::{0}), one after the other, from where the request begins.",
        snake(&operation.name)
    ));
    let doc = doc.tokens("");
    Some(quote! {
        #doc
        pub fn #name(&self, request: #request) -> super::Pages<#page> {
            fn advance(request: &mut #request, place: &str) -> #result<(), wire::support::serde_json::Error> {
                request.#member = Some(wire::from_slice(place.as_bytes())?);
                Ok(())
            }
            let place = ::venue_transport::pages::Place::#place;
            let paged = ::venue_transport::pages::Paged { place, pick: #pick, advance };
            self.rest().pages(request, paged)
        }
    })
}

/// What the method is called, beside the one that asks for a page.
pub(super) fn method_name(name: &Ident) -> Ident {
    ident(&format!(
        "{}_pages",
        name.to_string().trim_start_matches("r#")
    ))
}

/// The parameter that moves on, and where the request has it.
fn position<'a>(
    plan: &Plan<'a>,
    operation: &'a Operation,
    pagination: &Pagination,
) -> Option<(TokenStream, &'a Field)> {
    let wanted = pagination.position.as_deref()?;
    let is_it = |field: &&Field| {
        (field.name == wanted || field.wire == wanted) && field.presence == Presence::Optional
    };
    if let Some(field) = operation.query.iter().find(is_it) {
        let member = ident(&snake(&field.name));
        return Some((quote!(#member), field));
    }
    let TypeRef::Named(id) = operation.body.as_ref().filter(|body| body.required)?.ty else {
        return None;
    };
    let TypeKind::Record(record) = &plan.api.types[id].kind else {
        return None;
    };
    let index = record.fields.iter().position(|field| is_it(&field))?;
    let member = &plan.types[id].members[index];
    Some((quote!(body.#member), &record.fields[index]))
}

/// What of a row names its place: the field with the position's own type; a cursor; the id.
fn key(row: &Record, position: &Field, style: &str) -> Option<TokenStream> {
    let fields = || row.fields.iter().enumerate();
    let typed = fields()
        .find(|(_, field)| matches!(field.ty, TypeRef::Named(_)) && field.ty == position.ty);
    let cursor = fields().find(|(_, field)| style == "cursor" && field.wire == "cursor");
    let id = fields().find(|(_, field)| field.wire == "id");
    let (index, field) = typed.or(cursor).or(id)?;
    Some(match row.layout {
        Layout::Array => quote!(Element(#index)),
        Layout::Object => {
            let wire = &field.wire;
            quote!(Member(#wire))
        }
    })
}

/// The record of a list's rows: of a list, of the one list in a record, of a union's first variant
/// with rows.
fn row<'a>(api: &'a Api, ty: &'a TypeRef) -> Option<&'a Record> {
    match ty {
        TypeRef::List(inner) => record(api, inner),
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Record(record) => {
                let lists = record.fields.iter().map(|field| &field.ty);
                let mut lists = lists.filter(|ty| matches!(ty, TypeRef::List(_)));
                let first = lists.next()?;
                lists.next().is_none().then(|| row(api, first))?
            }
            TypeKind::Union(union) => union.variants.iter().find_map(|it| row(api, &it.ty)),
            _ => None,
        },
        _ => None,
    }
}

fn record<'a>(api: &'a Api, ty: &'a TypeRef) -> Option<&'a Record> {
    let TypeRef::Named(id) = ty else {
        return None;
    };
    match &api.types[*id].kind {
        TypeKind::Record(record) => Some(record),
        TypeKind::Union(union) => union.variants.iter().find_map(|it| record_of(api, &it.ty)),
        _ => None,
    }
}

fn record_of<'a>(api: &'a Api, ty: &'a TypeRef) -> Option<&'a Record> {
    record(api, ty)
}
