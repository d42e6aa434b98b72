//! Clients: a method for each operation, on a type that says which kind of key it takes.
//!
//! What acts is `venue_transport`'s; this writes down names and types.

mod keys;
mod methods;

use proc_macro2::TokenStream;
use quote::quote;

use super::names::ident;
use super::plan::Plan;
use keys::Keys;

/// The module of an API's client, over types that stand at the path `types`.
pub(super) fn emit(plan: &Plan<'_>, types: &str) -> TokenStream {
    // What does not parse as a path does not compile either, and rustc says where.
    let types: TokenStream = types.parse().unwrap_or_default();
    let keys = Keys::of(plan.api);
    let key_types = keys.emit();
    let default_key = keys.default();
    let methods = methods::emit(plan, &keys);
    let code = match plan.api.errors.is_empty() {
        true => quote!(()),
        false => {
            let error_code = &plan.root.error_code;
            quote!(#types::#error_code)
        }
    };
    let client = ident("Client");
    quote! {
        #key_types

        ::venue_transport::__client! { #client, #default_key, #types::API, #code }

        /// The types of the API.
        pub use #types as types;

        mod operations {
            #[allow(unused_imports)]
            use #types::*;
            #[allow(unused_imports)]
            use ::venue_wire as wire;
            #methods
        }
    }
}
