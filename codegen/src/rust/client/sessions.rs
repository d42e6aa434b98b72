//! Sessions: a type for each socket, with a stream for each feed and a method for each command.

pub(super) mod commands;
pub(super) mod feeds;
pub(super) mod forms;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{AuthId, SocketId};

use super::Options;
use super::keys::{Callers, Keys};
use super::methods;
use crate::rust::docs::Docs;
use crate::rust::names::{ident, pascal, snake};
use crate::rust::plan::Plan;

/// The sessions of an API: their types, and their methods.
pub(super) struct Sessions {
    /// What stands at the root of the client.
    pub types: TokenStream,
    /// What stands where the types' names are in scope.
    pub methods: TokenStream,
}

/// A socket with what its session is called.
pub(super) struct Place {
    pub id: SocketId,
    pub session: Ident,
    pub open: Ident,
}

/// The sockets of an API: the first is the one that sessions mean.
pub(super) fn places<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = Place> + 'p {
    let sockets = plan.api.sockets.iter().enumerate();
    sockets.map(|(id, socket)| match id {
        0 => Place {
            id,
            session: ident("Session"),
            open: ident("session"),
        },
        _ => Place {
            id,
            session: ident(&format!("{}Session", pascal(&socket.name))),
            open: ident(&format!("{}_session", snake(&socket.name))),
        },
    })
}

pub(super) fn emit(plan: &Plan<'_>, keys: &Keys, options: &Options<'_>) -> Sessions {
    let types: TokenStream = options.types.parse().unwrap_or_default();
    let mut roots = Vec::new();
    let mut bodies = Vec::new();
    for place in places(plan) {
        roots.push(session_type(plan, keys, options, &place, &types));
        bodies.push(open_method(plan, keys, &place));
        bodies.push(feeds::emit(plan, keys, &place, options));
        bodies.push(commands::emit(plan, keys, &place));
        if options.calls_over == Some(&plan.api.sockets[place.id].name) {
            let session = &place.session;
            let caller = methods::Caller {
                expression: &quote!(self),
                has_pages: false,
            };
            bodies.push(methods::emit(plan, keys, session, &caller));
        }
    }
    Sessions {
        types: quote!(#(#roots)*),
        methods: quote!(#(#bodies)*),
    }
}

fn session_type(
    plan: &Plan<'_>,
    keys: &Keys,
    options: &Options<'_>,
    place: &Place,
    types: &TokenStream,
) -> TokenStream {
    let socket = &plan.api.sockets[place.id];
    let (session, default_key) = (&place.session, keys.default());
    let module = &plan.sockets[place.id];
    let sockets = &plan.root.sockets;
    let received = match plan.api.received(place.id).is_empty() {
        true => quote!(::venue_wire::Json),
        false => quote!(#types::#sockets::#module::Received),
    };
    let dialect: TokenStream = options.dialect.parse().unwrap_or_default();
    let dialect_type = ident(&pascal(&socket.name));
    let (index, id) = (place.id, &socket.meta.id);
    let ways = auth_of(plan, place.id);
    let ways = ways.iter().map(|way| quote!(&#types::tables::AUTH[#way]));
    let (subscribe, unsubscribe) = forms::emit(plan, place.id);
    quote! {
        ::venue_transport::__session! {
            #session, #default_key, #received, #dialect::#dialect_type,
            ::venue_transport::socket::SocketSpec {
                socket: &#types::tables::SOCKETS[#index],
                id: #id,
                auth: &[#(#ways),*],
                subscribe: #subscribe,
                unsubscribe: #unsubscribe,
            }
        }
    }
}

/// The socket's ways to authenticate, then those of its feeds.
fn auth_of(plan: &Plan<'_>, id: SocketId) -> Vec<AuthId> {
    let mut ways = plan.api.sockets[id].auth.clone();
    let feeds = plan.api.feeds.iter().filter(|feed| feed.socket == id);
    for way in feeds.flat_map(|feed| &feed.auth) {
        if !ways.contains(way) {
            ways.push(*way);
        }
    }
    ways
}

fn open_method(plan: &Plan<'_>, keys: &Keys, place: &Place) -> TokenStream {
    let socket = &plan.api.sockets[place.id];
    let (session, open, result) = (&place.session, &place.open, plan.std("Result"));
    let mut doc = Docs::new("Opens a session: connects and authenticates.");
    doc.text(&socket.meta.doc);
    let doc = doc.tokens("");
    let method = |key: TokenStream| {
        quote! {
            #doc
            pub async fn #open(&self) -> #result<super::#session<#key>, super::Error> {
                super::#session::open(self.rest()).await
            }
        }
    };
    impls(
        keys.callers(plan.api, &socket.auth),
        &ident("Client"),
        method,
    )
}

/// Impls of a type with a key, for those who may call.
fn impls(
    callers: Callers<'_>,
    this: &Ident,
    content: impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    match callers {
        Callers::Anyone => {
            let content = content(quote!(K));
            quote!(impl<K: ::venue_transport::Key> super::#this<K> { #content })
        }
        Callers::With(kinds) => {
            let impls = kinds.into_iter().map(|kind| {
                let content = content(quote!(super::#kind));
                quote!(impl super::#this<super::#kind> { #content })
            });
            quote!(#(#impls)*)
        }
    }
}
