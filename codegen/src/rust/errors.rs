//! The error catalogue as an enum.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::plan::Plan;

/// The enum, if the API has a catalogue.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    if plan.api.errors.is_empty() {
        return TokenStream::new();
    }
    let ident = &plan.root.error_code;
    let variants = plan
        .api
        .errors
        .iter()
        .zip(&plan.errors)
        .map(|(error, variant)| {
            let mut doc = docs::of_meta(plan.api, &error.meta);
            let mut told = Vec::new();
            told.extend(error.status.map(|status| format!("status {status}")));
            told.extend(error.code.map(|code| format!("code {code}")));
            told.extend(
                error
                    .text
                    .as_ref()
                    .map(|text| format!("text {}", docs::code(text))),
            );
            if !told.is_empty() {
                doc.markdown(format!("Told by {}.", told.join(", ")));
            }
            let doc = doc.tokens(&variant.to_string());
            quote!(#doc #variant,)
        });
    let names = &plan.errors;
    let option = plan.std("Option");
    quote! {
        /// An error of the venue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #ident {
            #(#variants)*
            /// One that the catalogue does not list.
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
