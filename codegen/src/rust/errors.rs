//! The error catalogue as an enum.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{ErrorClass, ErrorCode, Provenance};

use super::docs;
use super::plan::Plan;

/// The enum, if the API has a catalogue.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    let Some(shared) = most_common(&plan.api.errors) else {
        return TokenStream::new();
    };
    let ident = &plan.root.error_code;
    let variants = plan
        .api
        .errors
        .iter()
        .zip(&plan.errors)
        .map(|(error, variant)| {
            let mut doc = docs::Docs::default();
            doc.text(&error.meta.doc)
                .sentences(&facts(error))
                .own_provenance(&error.meta.provenance, shared)
                .remarks(plan.api, &error.meta.id, None);
            let doc = doc.tokens(&variant.to_string());
            quote!(#doc #variant,)
        });
    let names = &plan.errors;
    let option = plan.std("Option");
    let mut doc = docs::Docs::new(
        "An error of the venue: what it means, who must act, whether to send again.",
    );
    doc.markdown(
        "[`find`](Self::find) takes what is known of a reply: HTTP status, application code, text. \
         [`class`](Self::class) says who must act, [`is_retryable`](Self::is_retryable) and \
         [`wait`](Self::wait) whether and when sending again can help. What the catalogue does not \
         list is kept in [`Unlisted`](Self::Unlisted).",
    );
    doc.markdown("Where an entry names no source, it is this one.")
        .provenance(shared);
    let doc = doc.tokens("");
    quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #ident {
            #(#variants)*
            /// One that the catalogue does not list. Its class is that of the status.
            Unlisted {
                /// HTTP status.
                status: #option<u16>,
                /// Application code.
                code: #option<i64>,
            },
        }

        wire::__error_codes! { #ident, tables::ERRORS, #(#names)* }
    }
}

/// What tells the error, who must act, and whether to send again, in one line.
fn facts(error: &ErrorCode) -> String {
    let mut told = Vec::new();
    told.extend(error.status.map(|status| format!("status {status}")));
    told.extend(error.code.map(|code| format!("code {code}")));
    told.extend((error.text.as_ref()).map(|text| format!("the text {}", docs::code(text))));
    let class = match error.class {
        ErrorClass::Success => "no error",
        ErrorClass::Caller => "the request is at fault",
        ErrorClass::Auth => "the key is at fault",
        ErrorClass::RateLimit => "sent too often",
        ErrorClass::Venue => "the venue is at fault",
        ErrorClass::Ambiguous => "it is open whether the request took effect",
    };
    let again = match (error.retryable, error.wait_s) {
        (true, Some(wait)) => format!("; may be sent again after {wait} s"),
        (true, None) => "; may be sent again".to_owned(),
        (false, Some(wait)) => format!("; wait {wait} s before anything else"),
        (false, None) => String::new(),
    };
    match told.is_empty() {
        true => format!("Class: {class}{again}."),
        false => format!("Told by {}: {class}{again}.", told.join(", ")),
    }
}

/// The provenance that most entries have: it is said once, for all of them.
fn most_common(errors: &[ErrorCode]) -> Option<&Provenance> {
    let count = |one: &Provenance| {
        let same = errors.iter().filter(|error| error.meta.provenance == *one);
        same.count()
    };
    // The last of the most frequent, which is as good as any.
    let all = errors.iter().map(|error| &error.meta.provenance);
    all.max_by_key(|one| count(one))
}
