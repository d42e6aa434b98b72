//! Feeds: a struct each, which renders the channel's name from its parameters.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{Feed, FeedId};

use super::operations::render;
use super::plan::{Plan, Scope};
use super::records::{self, Fields};
use super::{docs, names};

/// The module of feeds.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    if plan.api.feeds.is_empty() {
        return TokenStream::new();
    }
    let module = &plan.root.feeds;
    let scope = Scope::default().inner(module);
    let feeds = (0..plan.api.feeds.len()).map(|id| feed(plan, &scope, id));
    quote! {
        /// Feeds, by what a client subscribes to.
        pub mod #module {
            #[allow(unused_imports)]
            use ::venue_wire as wire;
            #(#feeds)*
        }
    }
}

fn feed(plan: &Plan<'_>, scope: &Scope, id: FeedId) -> TokenStream {
    let feed = &plan.api.feeds[id];
    let ident = &plan.feeds[id];
    let mut names = names::Names::default();
    let idents = feed
        .params
        .iter()
        .map(|field| names.claim(&names::snake(&field.name)));
    let idents: Vec<_> = idents.collect();
    let boxed = vec![false; idents.len()];
    let doc = feed_docs(plan, scope, feed).tokens(&feed.name);
    let item = match feed.params.is_empty() {
        true => quote! {
            #doc
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
            pub struct #ident;
        },
        false => records::emit_struct(
            plan,
            scope,
            &Fields {
                ident,
                meta: &feed.meta,
                fields: feed.params.iter().collect(),
                idents: &idents,
                boxed: &boxed,
                open: None,
                is_masked: feed.params.iter().any(|field| plan.is_sensitive(field)),
                is_row: false,
                has_constructor: true,
            },
            &doc,
        ),
    };
    let channel = render(&feed.channel.parts, |hole| {
        let mut params = feed.params.iter().zip(&idents);
        let (field, member) = params.find(|(field, _)| field.wire == hole || field.name == hole)?;
        Some(match &field.constant {
            Some(constant) => {
                let constant = super::records::literal(constant);
                quote!(text.extend(wire::support::text(&#constant));)
            }
            None => quote!(text.extend(wire::support::text(&self.#member));),
        })
    });
    let string = plan.std("String");
    quote! {
        #item
        impl wire::describe::Channel for #ident {
            const FEED: &'static wire::describe::Feed = &super::tables::FEEDS[#id];

            fn channel(&self) -> #string {
                #channel
            }
        }
    }
}

fn feed_docs(plan: &Plan<'_>, scope: &Scope, feed: &Feed) -> docs::Docs {
    let mut out = docs::Docs::default();
    out.text(&feed.meta.doc);
    let channel = docs::code(&feed.channel.to_string());
    let socket = &plan.sockets[feed.socket];
    let home = Scope::default().inner(&plan.root.sockets).inner(socket);
    let received = scope.path_to(&home, &names::ident("Received"));
    let received = received.to_string().replace(' ', "");
    let messages = feed.messages.iter().map(|&id| {
        let variant = &plan.messages[id];
        format!("[`{variant}`]({received}::{variant})")
    });
    let messages: Vec<String> = messages.collect();
    out.markdown(match messages.is_empty() {
        true => format!("Channel: {channel}."),
        false => format!("Channel: {channel}. Messages: {}.", messages.join(", ")),
    });
    out.provenance(&feed.meta.provenance)
        .remarks(plan.api, &feed.meta.id, None);
    out
}
