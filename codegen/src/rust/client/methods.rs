//! A method for each operation.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{Operation, Response, Status};

use super::keys::{Callers, Keys};
use super::pages;
use crate::rust::docs::{Docs, code, escape};
use crate::rust::names::{Names, ident, snake};
use crate::rust::plan::{Plan, Scope};
use crate::rust::responses::{content, status_name};

/// What makes the calls.
pub(super) struct Caller<'c> {
    /// The expression for it.
    pub expression: &'c TokenStream,
    /// It goes through the pages of a list.
    pub has_pages: bool,
}

/// The impls that hold the methods, by who may call.
///
/// `this` is the type that has them.
pub(super) fn emit(plan: &Plan<'_>, keys: &Keys, this: &Ident, caller: &Caller<'_>) -> TokenStream {
    let mut open = Vec::new();
    let mut by_key: Vec<(&Ident, Vec<TokenStream>)> = Vec::new();
    for (operation, name) in plan.api.operations.iter().zip(names(plan)) {
        let index = open.len();
        let method = method(plan, operation, &name, caller);
        match keys.callers(plan.api, &operation.auth) {
            Callers::Anyone => open.insert(index, method),
            Callers::With(kinds) => {
                for kind in kinds {
                    match by_key.iter_mut().find(|(known, _)| *known == kind) {
                        Some((_, methods)) => methods.push(method.clone()),
                        None => by_key.push((kind, vec![method.clone()])),
                    }
                }
            }
        }
    }
    let open = (!open.is_empty()).then(|| {
        quote! {
            /// What anyone may call.
            impl<K: ::venue_transport::Key> super::#this<K> {
                #(#open)*
            }
        }
    });
    let keyed = by_key.iter().map(|(kind, methods)| {
        quote! {
            impl super::#this<super::#kind> {
                #(#methods)*
            }
        }
    });
    quote!(#open #(#keyed)*)
}

/// Names of the methods: the operations', unique over all sections.
pub(super) fn names(plan: &Plan<'_>) -> Vec<Ident> {
    let mut names = Names::reserving([
        "new",
        "with_config",
        "rest",
        "session",
        "inner",
        "received",
        "clone",
        "fmt",
    ]);
    let operations = plan.api.operations.iter();
    operations
        .map(|operation| names.claim(&snake(&operation.name)))
        .collect()
}

/// What a method does, in types.
pub(super) struct Call {
    /// The path of the request's type.
    pub request: TokenStream,
    /// What comes back.
    pub answer: TokenStream,
    /// Takes it out of the response; none if it is the response.
    pub pick: Option<TokenStream>,
}

impl Call {
    pub(super) fn of(plan: &Plan<'_>, operation: &Operation, module: &Scope) -> Self {
        let root = Scope::default();
        let request = root.path_to(module, &ident("Request"));
        let response_path = root.path_to(module, &ident("Response"));
        let Some(response) = single_success(operation) else {
            return Call {
                request,
                answer: response_path,
                pick: None,
            };
        };
        let mut variants = Names::reserving(["Undocumented"]);
        let variant = variants.claim(&status_name(response.status));
        let (answer, pattern, value) = match &response.ty {
            Some(ty) => {
                let (ty, option) = (plan.ty(&root, ty), plan.std("Option"));
                let ty = match response.may_be_empty {
                    true => quote!(#option<#ty>),
                    false => ty,
                };
                (ty, quote!((value)), quote!(value))
            }
            None if response.media.is_some() => (content(), quote!((value)), quote!(value)),
            None => (quote!(()), quote!(), quote!(())),
        };
        let pick = quote! {
            |response| match response {
                #response_path::#variant #pattern => Some(#value),
                _ => None,
            }
        };
        Call {
            request,
            answer,
            pick: Some(pick),
        }
    }
}

fn method(
    plan: &Plan<'_>,
    operation: &Operation,
    name: &Ident,
    caller: &Caller<'_>,
) -> TokenStream {
    let module = module_of(plan, operation);
    let has_parameters = has_parameters(operation);
    let call = Call::of(plan, operation, &module);
    let (request_path, answer) = (&call.request, &call.answer);
    let (parameter, request) = match has_parameters {
        true => (quote!(request: &#request_path), quote!(request)),
        false => (quote!(), quote!(&#request_path::new())),
    };
    let expression = caller.expression;
    let made = match &call.pick {
        Some(pick) => quote!(#expression.call_for(#request, #pick)),
        None => quote!(#expression.call(#request)),
    };
    let doc = method_docs(operation, &module).tokens(&operation.name);
    let result = plan.std("Result");
    let pages = match caller.has_pages {
        true => pages::method(plan, operation, name, &call),
        false => None,
    };
    quote! {
        #doc
        pub async fn #name(&self, #parameter) -> #result<#answer, super::Error> {
            #made.await
        }

        #pages
    }
}

/// Whether a method takes a request: one without parameters is made by the method itself.
pub(super) fn has_parameters(operation: &Operation) -> bool {
    operation.body.is_some()
        || [&operation.path_params, &operation.query, &operation.headers]
            .iter()
            .any(|group| !group.is_empty())
}

/// The module that holds the operation's `Request` and `Response`.
pub(super) fn module_of(plan: &Plan<'_>, operation: &Operation) -> Scope {
    let operations = plan.api.operations.iter();
    let mut found = operations.zip(&plan.operations);
    let module = found.find(|(other, _)| std::ptr::eq(*other, operation));
    let home = plan.section_scope(operation.meta.section);
    match module {
        Some((_, module)) => home.inner(module),
        None => home,
    }
}

/// The one documented success, if there is just one.
fn single_success(operation: &Operation) -> Option<&Response> {
    let is_success = |response: &&Response| match response.status {
        Status::Code(code) => code / 100 == 2,
        Status::Class(class) => class == 2,
    };
    let mut successes = operation.responses.iter().filter(is_success);
    let first = successes.next()?;
    let is_one = matches!(first.status, Status::Code(_)) && successes.next().is_none();
    is_one.then_some(first)
}

fn method_docs(operation: &Operation, module: &Scope) -> Docs {
    let mut out = Docs::default();
    out.markdown(escape(&operation.title))
        .text(&operation.meta.doc);
    let path: Vec<String> = module.0.iter().map(Ident::to_string).collect();
    let line = format!("{} {}", operation.method, operation.path);
    let types = format!("types::{}", path.join("::"));
    // A raw identifier is no link: what follows its `#` would be taken for a place on the page.
    let link = match types.contains("r#") {
        true => format!("`{types}`"),
        false => format!("[`{types}`](super::{types})"),
    };
    out.markdown(format!("{}; types: {link}.", code(&line)));
    out.markdown(match (operation.ambiguous, operation.idempotent) {
        (true, _) => {
            "Sent once. Where it is open whether it took effect, the answer is `Error::Ambiguous`."
        }
        (false, true) => "Safe to repeat, and repeated where that can help.",
        (false, false) => "Sent once.",
    });
    out
}
