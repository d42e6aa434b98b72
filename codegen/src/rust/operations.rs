//! Operations: a module each, with the request and the responses by status.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{Field, Media, Operation, Part, Presence, TypeKind, TypeRef};

use super::names::{self, Names, ident};
use super::plan::{Plan, Scope};
use super::records::{self, Fields};
use super::{docs, facts, responses, validate};

/// The module of one operation.
pub(super) fn emit(plan: &Plan<'_>, scope: &Scope, index: usize) -> TokenStream {
    let operation = &plan.api.operations[index];
    let module = &plan.operations[index];
    // Links in a module's outer documentation are seen from around it.
    let doc = module_docs(plan, scope, index, operation).tokens(&operation.title);
    let scope = scope.inner(module);
    let request = request(plan, &scope, operation);
    let response = responses::emit(plan, &scope, operation);
    let id = &operation.meta.id;
    let operations = operations_table(&scope);
    quote! {
        #doc
        #[allow(clippy::module_inception)]
        pub mod #module {
            #[allow(unused_imports)]
            use ::venue_wire as wire;

            /// Id of the operation.
            pub const ID: &str = #id;

            /// Method, path, server, keys, limits, paging, and whether it may be sent again.
            pub const OPERATION: &wire::describe::Operation = &#operations[#index];
            #request
            #response
        }
    }
}

fn module_docs(plan: &Plan<'_>, outer: &Scope, index: usize, operation: &Operation) -> docs::Docs {
    let mut out = docs::Docs::default();
    out.markdown(format!(
        "{}: `{} {}`",
        docs::escape(operation.title.trim_end_matches('.')),
        operation.method,
        operation.path,
    ))
    .text(&operation.meta.doc)
    .list("", &facts::of_operation(plan, outer, index, operation))
    .provenance(&operation.meta.provenance)
    .remarks(plan.api, &operation.meta.id, None);
    out
}

/// The path of the table that holds what the spec says of operations.
fn operations_table(scope: &Scope) -> TokenStream {
    let tables = Scope::default().inner(&ident("tables"));
    scope.path_to(&tables, &ident("OPERATIONS"))
}

/// The parameters of a request in one list, each with the name that the struct gives it.
pub(super) struct Parameters<'a> {
    pub fields: Vec<&'a Field>,
    pub idents: Vec<Ident>,
    pub body: Option<Ident>,
}

impl<'a> Parameters<'a> {
    pub(super) fn of(operation: &'a Operation) -> Self {
        let mut scope = Names::default();
        let mut fields = Vec::new();
        let mut idents = Vec::new();
        let groups = [
            (&operation.path_params, "path"),
            (&operation.query, "query"),
            (&operation.headers, "header"),
        ];
        for (group, place) in groups {
            for field in group {
                let name = names::snake(&field.name);
                idents.push(scope.claim_one_of(&[&name, &format!("{name}_{place}")]));
                fields.push(field);
            }
        }
        let body = operation.body.as_ref();
        let body = body.map(|_| scope.claim_one_of(&["body", "request_body"]));
        Parameters {
            fields,
            idents,
            body,
        }
    }

    /// The parameters, each saying where in the request it stands.
    fn placed(&self, operation: &Operation) -> Vec<Field> {
        let groups = [
            (&operation.path_params, "In the path."),
            (&operation.query, "In the query."),
            (&operation.headers, "In a header."),
        ];
        let places = groups
            .iter()
            .flat_map(|(group, place)| group.iter().map(move |_| *place));
        let placed = self.fields.iter().zip(places).map(|(field, place)| {
            let mut field = Field::clone(field);
            let doc = field.doc.trim();
            let end = if doc.ends_with('.') || doc.is_empty() {
                ""
            } else {
                "."
            };
            field.doc = format!("{doc}{end} {place}").trim().to_owned();
            field
        });
        placed.collect()
    }

    fn group<'p>(
        &'p self,
        group: &'p [Field],
        before: usize,
    ) -> impl Iterator<Item = (&'p Field, &'p Ident)> {
        group.iter().zip(&self.idents[before..])
    }
}

fn request(plan: &Plan<'_>, scope: &Scope, operation: &Operation) -> TokenStream {
    let parameters = Parameters::of(operation);
    let this = ident("Request");
    let item = request_struct(plan, scope, operation, &parameters, &this);
    let (string, vec, result) = (plan.std("String"), plan.std("Vec"), plan.std("Result"));
    let path = render(&operation.path.parts, |hole| {
        let mut fields = parameters.group(&operation.path_params, 0);
        let (field, member) = fields.find(|(field, _)| field.wire == hole || field.name == hole)?;
        Some(match &field.constant {
            Some(constant) => {
                let constant = records::literal(constant);
                quote!(wire::support::segment(&mut text, &#constant);)
            }
            None => quote!(wire::support::segment(&mut text, &self.#member);),
        })
    });
    let after_path = operation.path_params.len();
    let after_query = after_path + operation.query.len();
    let query = (!operation.query.is_empty()).then(|| {
        let writes = parameters
            .group(&operation.query, after_path)
            .map(|(field, member)| {
                let name = &field.wire;
                match &field.constant {
                    Some(constant) => {
                        let constant = records::literal(constant);
                        quote!(wire::support::parameter(&mut text, #name, &#constant);)
                    }
                    None => quote!(wire::support::parameter(&mut text, #name, &self.#member);),
                }
            });
        quote! {
            fn query(&self) -> #string {
                let mut text = #string::new();
                #(#writes)*
                text
            }
        }
    });
    let headers = (!operation.headers.is_empty()).then(|| {
        let writes = parameters
            .group(&operation.headers, after_query)
            .map(|(field, member)| {
                let name = &field.wire;
                let value = match &field.constant {
                    Some(constant) => {
                        let constant = records::literal(constant);
                        quote!(&#constant)
                    }
                    None => quote!(&self.#member),
                };
                quote!(headers.extend(wire::support::text(#value).map(|text| (#name, text)));)
            });
        quote! {
            fn headers(&self) -> #vec<(&'static str, #string)> {
                let mut headers = #vec::new();
                #(#writes)*
                headers
            }
        }
    });
    let body = body(plan, operation, &parameters).map(|body| {
        quote! {
            fn body(&self) -> #result<wire::operation::Body, wire::support::serde_json::Error> {
                #body
            }
        }
    });
    quote! {
        #item
        impl wire::operation::Request for Request {
            type Response = Response;

            const OPERATION: &'static wire::describe::Operation = OPERATION;

            fn path(&self) -> #string {
                #path
            }

            #query
            #headers
            #body
        }
    }
}

fn request_struct(
    plan: &Plan<'_>,
    scope: &Scope,
    operation: &Operation,
    parameters: &Parameters<'_>,
    this: &Ident,
) -> TokenStream {
    let placed = parameters.placed(operation);
    let mut fields: Vec<&Field> = placed.iter().collect();
    let mut idents = parameters.idents.clone();
    let body = operation.body.as_ref().map(|body| Field {
        name: "body".to_owned(),
        wire: "body".to_owned(),
        doc: format!("The body, as {}.", facts::media(body)),
        ty: body.ty.clone(),
        presence: match body.required {
            true => Presence::Required,
            false => Presence::Optional,
        },
        empty_is_none: false,
        constant: None,
        default: None,
        batch: false,
        constraints: venue_schema::ir::Constraints::default(),
        unit: None,
        sensitivity: None,
        provenance: operation.meta.provenance.clone(),
        at: operation.meta.at.clone(),
    });
    if let (Some(body), Some(member)) = (&body, &parameters.body) {
        fields.push(body);
        idents.push(member.clone());
    }
    let boxed = vec![false; fields.len()];
    let is_masked = fields.iter().any(|field| plan.is_sensitive(field));
    let checks = fields.iter().copied().zip(&idents);
    let members = &parameters.idents[operation.path_params.len()..];
    let checks = validate::of_parameters(plan, this, checks, &operation.query_record(), members);
    let title = docs::escape(operation.title.trim_end_matches('.'));
    let rules = operation.rules.iter().map(|rule| docs::escape(&rule.doc));
    let mut doc = docs::Docs::new(format!("{title}: what a client sends."));
    doc.list("Rules:", &rules.collect::<Vec<_>>());
    let doc = doc.tokens("");
    let fields = Fields {
        ident: this,
        meta: &operation.meta,
        fields,
        idents: &idents,
        boxed: &boxed,
        open: None,
        is_masked,
        is_row: false,
        has_constructor: true,
    };
    let item = records::emit_struct(plan, scope, &fields, &doc);
    quote!(#item #checks)
}

fn body(
    plan: &Plan<'_>,
    operation: &Operation,
    parameters: &Parameters<'_>,
) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let member = parameters.body.as_ref()?;
    let is_record = matches!(&body.ty, TypeRef::Named(id)
        if matches!(plan.api.types[*id].kind, TypeKind::Record(_)));
    // Only a record has fields to make a form of; anything else goes as JSON.
    let media = body
        .media
        .iter()
        .find(|media| is_record || **media == Media::Json);
    let write = match media {
        Some(Media::Form) => quote!(wire::operation::Body::form),
        Some(Media::Multipart) => quote!(wire::operation::Body::multipart),
        Some(Media::Json) | None => quote!(wire::operation::Body::json),
    };
    Some(match body.required {
        true => quote!(#write(&self.#member)),
        false => quote! {
            match &self.#member {
                Some(body) => #write(body),
                None => Ok(wire::operation::Body::Empty),
            }
        },
    })
}

/// Statements that render a template into `text`; a hole without a parameter stays as written.
pub(super) fn render(parts: &[Part], write: impl Fn(&str) -> Option<TokenStream>) -> TokenStream {
    let mut start = String::new();
    let mut rest = Vec::new();
    for part in parts {
        let statement = match part {
            Part::Text(text) if rest.is_empty() => {
                start.push_str(text);
                continue;
            }
            Part::Text(text) => quote!(text.push_str(#text);),
            Part::Hole(name) => write(name).unwrap_or_else(|| {
                let text = format!("{{{name}}}");
                quote!(text.push_str(#text);)
            }),
        };
        rest.push(statement);
    }
    match rest.is_empty() {
        true => quote!(#start.to_owned()),
        false => quote! {
            let mut text = #start.to_owned();
            #(#rest)*
            text
        },
    }
}
