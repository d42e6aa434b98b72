//! Clients: a method for each operation, on a type that says which kind of key it takes.
//!
//! What acts is `venue_transport`'s; this writes down names and types.

mod calls;
mod keys;
mod methods;
mod pages;
mod sessions;

use proc_macro2::TokenStream;
use quote::quote;

use super::names::ident;
use super::plan::Plan;
use keys::Keys;

/// Where a client finds what it is made over. The texts are paths in Rust.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// The types of the API: `::sfox_types::current`.
    pub types: &'a str,
    /// The module with a `venue_transport::socket::Dialect` for each socket of the API, named after
    /// it: `crate::dialect` has `Main`.
    pub dialect: &'a str,
    /// The socket that takes the calls of HTTP operations too. Its session has a hand-written
    /// method `call` and a `call_for`, as `venue_transport::Rest` has.
    pub calls_over: Option<&'a str>,
    /// Feeds whose updates come as messages of other feeds, with those: names of the spec. The
    /// dialect routes them there; the feed's messages get a kind for each.
    pub updates_under: &'a [(&'a str, &'a [&'a str])],
}

/// Calls of everything that a client can do: see [`calls`].
pub(super) fn emit_calls(
    plan: &Plan<'_>,
    client: &str,
    support: &str,
    options: &Options<'_>,
) -> TokenStream {
    let client: TokenStream = client.parse().unwrap_or_default();
    let support: TokenStream = support.parse().unwrap_or_default();
    calls::emit(plan, &client, &support, options)
}

/// The module of an API's client.
pub(super) fn emit(plan: &Plan<'_>, options: &Options<'_>) -> TokenStream {
    // What does not parse as a path does not compile either, and rustc says where.
    let types: TokenStream = options.types.parse().unwrap_or_default();
    let keys = Keys::of(plan.api);
    let key_types = keys.emit();
    let default_key = keys.default();
    let client = ident("Client");
    let caller = methods::Caller {
        expression: &quote!(self.rest()),
        has_pages: true,
    };
    let methods = methods::emit(plan, &keys, &client, &caller);
    let sessions = sessions::emit(plan, &keys, options);
    let (session_types, session_methods) = (sessions.types, sessions.methods);
    let code = match plan.api.errors.is_empty() {
        true => quote!(()),
        false => {
            let error_code = &plan.root.error_code;
            quote!(#types::#error_code)
        }
    };
    quote! {
        #key_types

        ::venue_transport::__client! { #client, #default_key, #types::API, #code }

        #session_types

        /// The types of the API.
        pub use #types as types;

        mod operations {
            #[allow(unused_imports)]
            use #types::*;
            #[allow(unused_imports)]
            use ::venue_wire as wire;
            #methods
            #session_methods
        }
        #[allow(unused_imports, unreachable_pub)]
        pub use operations::*;
    }
}
