//! What comes back for an operation: an enum by status.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{Operation, Response, Status};

use super::names::{Names, ident};
use super::plan::{Plan, Scope};
use super::{docs, validate};

/// The enum, how it is read, and its checks.
pub(super) fn emit(plan: &Plan<'_>, scope: &Scope, operation: &Operation) -> TokenStream {
    // Single statuses before classes: the more telling one is taken.
    let mut responses: Vec<&Response> = operation.responses.iter().collect();
    responses.sort_by_key(|response| response.status);
    let mut names = Names::reserving(["Undocumented"]);
    let cases: Vec<Case<'_>> = responses
        .into_iter()
        .map(|response| Case {
            ident: names.claim(&status_name(response.status)),
            response,
            is_sensitive: (response.ty.as_ref()).is_some_and(|ty| plan.is_sensitive_type(ty)),
        })
        .collect();
    let items = cases.iter().map(|case| case.item(plan, scope, operation));
    let arms = cases.iter().map(Case::read);
    let is_masked = cases.iter().any(|case| case.is_sensitive);
    let derived = (!is_masked).then(|| quote!(Debug,));
    let debug = is_masked.then(|| masked_debug(&cases));
    let checks = checks(plan, &cases);
    let title = docs::escape(operation.title.trim_end_matches('.'));
    let doc = docs::Docs::new(format!("{title}: what comes back, by status.")).tokens("");
    let result = plan.std("Result");
    let accept = accept(operation).map(|media| quote!(const ACCEPT: &'static str = #media;));
    quote! {
        #doc
        #[derive(#derived Clone, PartialEq)]
        #[allow(clippy::large_enum_variant)]
        pub enum Response {
            #(#items)*
            /// A status, or a body where there should be none, that the spec does not describe.
            Undocumented(wire::operation::Reply),
        }

        impl ::std::cmp::Eq for Response {}
        #debug

        impl wire::operation::Response for Response {
            #accept

            #[allow(clippy::match_overlapping_arm)]
            fn from_parts(
                status: u16,
                body: &[u8],
            ) -> #result<Self, wire::operation::UnreadableReply> {
                match status {
                    #(#arms)*
                    _ => Ok(Response::Undocumented(wire::operation::Reply::new(status, body))),
                }
            }
        }

        #checks
    }
}

/// The media types of what comes back, where it is not JSON alone.
fn accept(operation: &Operation) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for response in &operation.responses {
        let json = response.ty.as_ref().map(|_| "application/json");
        let name = response.media.as_deref().or(json);
        names.extend(name.filter(|name| !names.contains(name)));
    }
    (names.iter().any(|name| *name != "application/json")).then(|| names.join(", "))
}

/// A documented response and its variant.
struct Case<'a> {
    ident: Ident,
    response: &'a Response,
    is_sensitive: bool,
}

impl Case<'_> {
    fn item(&self, plan: &Plan<'_>, scope: &Scope, operation: &Operation) -> TokenStream {
        let (variant, response) = (&self.ident, self.response);
        let mut doc = docs::Docs::default();
        doc.markdown(match response.status {
            Status::Code(code) => format!("Status {code}."),
            Status::Class(class) => format!("Any other status of {class}00 to {class}99."),
        })
        .text(&response.doc)
        .own_provenance(&response.provenance, &operation.meta.provenance);
        if let Some(media) = &response.media {
            doc.markdown(format!("The body is {}, as it came.", docs::code(media)));
        }
        let ty = response.ty.as_ref().map(|ty| {
            let ty = plan.ty(scope, ty);
            match response.may_be_empty {
                true => {
                    let option = plan.std("Option");
                    quote!(#option<#ty>)
                }
                false => ty,
            }
        });
        let content = response.media.as_ref().map(|_| content());
        let (doc, ty) = (doc.tokens(""), ty.or(content));
        match (self.has_status(), ty) {
            (true, Some(ty)) => quote!(#doc #variant(u16, #ty),),
            (true, None) => quote!(#doc #variant(u16),),
            (false, Some(ty)) => quote!(#doc #variant(#ty),),
            (false, None) => quote!(#doc #variant,),
        }
    }

    /// The arm of `from_parts`.
    fn read(&self) -> TokenStream {
        let variant = &self.ident;
        let pattern = match self.response.status {
            Status::Code(code) => quote!(#code),
            Status::Class(class) => {
                let (first, last) = (u16::from(class) * 100, u16::from(class) * 100 + 99);
                quote!(#first..=#last)
            }
        };
        if self.response.media.is_some() {
            let (status, content) = (self.has_status().then(|| quote!(status,)), content());
            return quote!(#pattern => Ok(Response::#variant(#status #content::new(body))),);
        }
        if self.response.ty.is_none() {
            let value = self.has_status().then(|| quote!((status)));
            return quote!(#pattern if body.is_empty() => Ok(Response::#variant #value),);
        }
        let read = ident(match self.response.may_be_empty {
            true => "read_optional_body",
            false => "read_body",
        });
        let hide = (self.is_sensitive).then(|| quote!(.map_err(wire::operation::hide)));
        let make = match self.has_status() {
            true => quote!(|value| Response::#variant(status, value)),
            false => quote!(Response::#variant),
        };
        quote!(#pattern => wire::operation::#read(status, body) #hide .map(#make),)
    }

    /// A variant for a class of statuses says which.
    fn has_status(&self) -> bool {
        matches!(self.response.status, Status::Class(_))
    }
}

/// What holds a body that is not JSON, where `wire` is in scope.
pub(super) fn content() -> TokenStream {
    quote!(wire::operation::Content)
}

/// `Debug` that leaves out what must not be shown.
fn masked_debug(cases: &[Case<'_>]) -> TokenStream {
    let arms = cases.iter().map(|case| {
        let (variant, name) = (&case.ident, case.ident.to_string());
        let status = case.has_status().then(|| quote!(status,));
        let show_status = case.has_status().then(|| quote!(.field(status)));
        let (value, show_value) = match (&case.response.ty, case.is_sensitive) {
            (None, _) if case.response.media.is_none() => (None, None),
            (_, true) => (Some(quote!(_)), Some(quote!(.field(&wire::support::Masked)))),
            (_, false) => (Some(quote!(value)), Some(quote!(.field(value)))),
        };
        let pattern = match (&status, &value) {
            (None, None) => None,
            _ => Some(quote!((#status #value))),
        };
        quote!(Response::#variant #pattern => f.debug_tuple(#name) #show_status #show_value .finish(),)
    });
    quote! {
        impl ::std::fmt::Debug for Response {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    #(#arms)*
                    Response::Undocumented(reply) => {
                        f.debug_tuple("Undocumented").field(reply).finish()
                    }
                }
            }
        }
    }
}

/// `Validate`: that of the body, and drift where nothing describes the reply.
fn checks(plan: &Plan<'_>, cases: &[Case<'_>]) -> TokenStream {
    let mut arms: Vec<(TokenStream, TokenStream)> = Vec::new();
    for case in cases {
        let variant = &case.ident;
        let check = (case.response.ty.as_ref()).and_then(|ty| validate::of_type(plan, ty));
        let status = case.has_status().then(|| quote!(_,));
        arms.extend(check.map(|check| match case.response.may_be_empty {
            true => (quote!(Response::#variant(#status Some(value))), check),
            false => (quote!(Response::#variant(#status value)), check),
        }));
    }
    let report = quote!(wire::support::undocumented(out, "undocumented-status", "reply"););
    arms.push((quote!(Response::Undocumented(_)), report));
    // One that may be empty has a case that its pattern leaves out.
    let count = cases.len() + 1 + usize::from(cases.iter().any(|case| case.response.may_be_empty));
    validate::of_cases(&ident("Response"), &arms, count)
}

/// The variant for a status: by the name that RFC 9110 gives it.
pub(super) fn status_name(status: Status) -> String {
    match status {
        Status::Class(1) => "Informational".to_owned(),
        Status::Class(2) => "Success".to_owned(),
        Status::Class(3) => "Redirection".to_owned(),
        Status::Class(4) => "ClientError".to_owned(),
        Status::Class(5) => "ServerError".to_owned(),
        Status::Class(class) => format!("Class{class}"),
        Status::Code(code) => match code {
            200 => "Ok",
            201 => "Created",
            202 => "Accepted",
            204 => "NoContent",
            400 => "BadRequest",
            401 => "Unauthorized",
            402 => "PaymentRequired",
            403 => "Forbidden",
            404 => "NotFound",
            405 => "MethodNotAllowed",
            406 => "NotAcceptable",
            409 => "Conflict",
            410 => "Gone",
            413 => "ContentTooLarge",
            415 => "UnsupportedMediaType",
            422 => "UnprocessableContent",
            429 => "TooManyRequests",
            500 => "InternalServerError",
            501 => "NotImplemented",
            502 => "BadGateway",
            503 => "ServiceUnavailable",
            504 => "GatewayTimeout",
            _ => return format!("Status{code}"),
        }
        .to_owned(),
    }
}
