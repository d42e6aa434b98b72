//! Calls of everything that a client can do, as tables: for tests that drive a client against a
//! venue, and fail where an operation, feed or command has no method.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{AuthId, Feed, FeedId, Operation};

use super::Options;
use super::keys::{Callers, Keys};
use super::methods::{self, Call};
use super::pages;
use super::sessions::{Place, commands, feeds, forms, places};
use crate::rust::names::{Names, ident, snake};
use crate::rust::operations::Parameters;
use crate::rust::plan::{Plan, Scope};

/// The key and secret that the calls are made with.
const KEY: (&str, &str) = ("some-key", "some-secret");

/// The tables of [`client_calls`](crate::rust::client_calls).
///
/// An entry has an id of the spec, the kind of key, and a function of a configuration and values.
/// `support` is the path of what the test provides: the type `Drive`, the function `watch`, and
/// values with `field`, `optional` and `body`.
pub(super) fn emit(
    plan: &Plan<'_>,
    client: &TokenStream,
    support: &TokenStream,
    options: &Options<'_>,
) -> TokenStream {
    let keys = Keys::of(plan.api);
    let keys = &keys;
    let operations: Vec<(&Operation, Ident)> = plan
        .api
        .operations
        .iter()
        .zip(methods::names(plan))
        .collect();
    let calls = operations
        .iter()
        .flat_map(|(it, name)| call(plan, keys, it, name));
    let lists = operations
        .iter()
        .flat_map(|(it, name)| list(plan, keys, it, name));
    let calls = table("CALLS", calls);
    let lists = table("PAGES", lists);
    let sockets: Vec<Place> = places(plan).collect();
    let feeds = table(
        "FEEDS",
        sockets.iter().flat_map(|place| {
            let feeds = feeds::methods(plan, place).into_iter();
            let entries = feeds.flat_map(|(id, name)| feed(plan, keys, place, id, &name));
            entries.collect::<Vec<_>>()
        }),
    );
    let others = table(
        "OTHERS",
        sockets.iter().flat_map(|place| {
            let watch = quote!(support::greeted(session.received().await?).await?;);
            of_socket(
                plan,
                keys,
                place,
                &plan.api.sockets[place.id].meta.id,
                &watch,
            )
        }),
    );
    let commands = table(
        "COMMANDS",
        sockets.iter().flat_map(|place| {
            let commands = commands::methods(plan, place).into_iter();
            let entries = commands.flat_map(|(id, name)| {
                let send = quote!(session.#name(&values.body()?).await?;);
                of_socket(plan, keys, place, &plan.api.commands[id].meta.id, &send)
            });
            entries.collect::<Vec<_>>()
        }),
    );
    let takes_calls = |place: &&Place| options.calls_over == Some(&plan.api.sockets[place.id].name);
    let over = table(
        "CALLS_OVER_SOCKET",
        sockets.iter().filter(takes_calls).flat_map(|place| {
            let entries = operations.iter().flat_map(|(operation, name)| {
                let call = made(plan, operation, name, &quote!(session));
                of_socket(plan, keys, place, &operation.meta.id, &call)
            });
            entries.collect::<Vec<_>>()
        }),
    );
    quote! {
        #[allow(unused_imports)]
        use #client as client;
        #[allow(unused_imports)]
        use #client::types::*;
        use #support as support;

        #calls
        #lists
        #feeds
        #others
        #commands
        #over
    }
}

fn table(name: &str, entries: impl Iterator<Item = TokenStream>) -> TokenStream {
    let name = ident(name);
    quote! {
        pub(crate) static #name: &[(&str, &str, support::Drive)] = &[#(#entries),*];
    }
}

fn call(plan: &Plan<'_>, keys: &Keys, operation: &Operation, name: &Ident) -> Vec<TokenStream> {
    let call = made(plan, operation, name, &quote!(caller));
    with_client(plan, keys, &operation.auth, &operation.meta.id, &call)
}

/// The call of an operation's method.
fn made(plan: &Plan<'_>, operation: &Operation, name: &Ident, caller: &TokenStream) -> TokenStream {
    match methods::has_parameters(operation) {
        true => {
            let request = request(plan, operation);
            quote! {
                let request = #request;
                #caller.#name(&request).await?;
            }
        }
        false => quote!(#caller.#name().await?;),
    }
}

/// The first pages of a list, if it comes in pages.
fn list(plan: &Plan<'_>, keys: &Keys, operation: &Operation, name: &Ident) -> Vec<TokenStream> {
    let module = methods::module_of(plan, operation);
    let call = Call::of(plan, operation, &module);
    if pages::method(plan, operation, name, &call).is_none() {
        return Vec::new();
    }
    let (name, request) = (pages::method_name(name), request(plan, operation));
    let walk = quote! {
        let mut pages = caller.#name(#request);
        for _ in 0..2 {
            if let Some(page) = pages.next().await {
                page?;
            }
        }
    };
    with_client(plan, keys, &operation.auth, &operation.meta.id, &walk)
}

fn feed(plan: &Plan<'_>, keys: &Keys, place: &Place, id: FeedId, name: &Ident) -> Vec<TokenStream> {
    let feed = &plan.api.feeds[id];
    let arguments = arguments(plan, feed, id);
    let is_known = match feed.messages.len() {
        1 => quote!(|_| true),
        _ => {
            let messages = feeds::enum_name(plan, id);
            quote!(|message| !matches!(message, client::#messages::Unknown(_)))
        }
    };
    let open = &place.open;
    let watch = quote! {
        let session = caller.#open().await?;
        support::watch(session.#name(#(#arguments),*).await?, #is_known).await?;
    };
    let ways = match feed.auth.is_empty() {
        true => &plan.api.sockets[place.id].auth,
        false => &feed.auth,
    };
    with_client(plan, keys, ways, &feed.meta.id, &watch)
}

/// What a feed's method takes.
fn arguments(plan: &Plan<'_>, feed: &Feed, id: FeedId) -> Vec<TokenStream> {
    let (module, this) = (&plan.root.feeds, &plan.feeds[id]);
    let mut names = Names::default();
    let params = feed.params.iter().map(|field| {
        let (member, wire) = (names.claim(&snake(&field.name)), &field.wire);
        quote!(#member: values.field(#wire)?)
    });
    let params: Vec<TokenStream> = params.collect();
    let channel = (!params.is_empty()).then(|| quote!(&#module::#this { #(#params),* }));
    let more = feed
        .subscribe
        .map(|command| forms::members(plan.api, command).1);
    let more = more.unwrap_or_default().into_iter().map(|field| {
        let wire = &field.wire;
        match field.presence.may_be_absent() {
            true => quote!(values.optional(#wire)?.as_ref()),
            false => quote!(&values.field(#wire)?),
        }
    });
    channel.into_iter().chain(more).collect()
}

fn request(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let module = methods::module_of(plan, operation);
    let path = Scope::default().path_to(&module, &ident("Request"));
    let parameters = Parameters::of(operation);
    let fields = parameters.fields.iter().zip(&parameters.idents);
    let fields = fields.filter(|(field, _)| field.constant.is_none());
    let fields = fields.map(|(field, member)| {
        let wire = &field.wire;
        quote!(#member: values.field(#wire)?)
    });
    let body = parameters.body.iter();
    let members = fields.chain(body.map(|member| quote!(#member: values.body()?)));
    quote!(#path { #(#members),* })
}

/// An entry for each kind of key that may call; `code` uses `caller`.
fn with_client(
    plan: &Plan<'_>,
    keys: &Keys,
    ways: &[AuthId],
    id: &str,
    code: &TokenStream,
) -> Vec<TokenStream> {
    let entry = |kind: &str, key: TokenStream| {
        quote! {
            (#id, #kind, |config, values| Box::pin(async move {
                let _ = &values;
                let caller = client::Client::with_config(#key, config)?;
                #code
                Ok(())
            }))
        }
    };
    match keys.callers(plan.api, ways) {
        Callers::Anyone => vec![entry("", quote!(::venue_transport::NoKey))],
        Callers::With(kinds) => {
            let entries = kinds.into_iter().map(|kind| {
                let key = keys.made(kind, KEY.0, KEY.1);
                entry(&kind.to_string(), quote!(client::#key))
            });
            entries.collect()
        }
    }
}

/// The same; `code` uses `session`, one on the socket.
fn of_socket(
    plan: &Plan<'_>,
    keys: &Keys,
    place: &Place,
    id: &str,
    code: &TokenStream,
) -> Vec<TokenStream> {
    let open = &place.open;
    let code = quote! {
        let session = caller.#open().await?;
        #code
    };
    with_client(plan, keys, &plan.api.sockets[place.id].auth, id, &code)
}
