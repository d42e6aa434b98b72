//! A method for each feed, which starts it and gives its stream.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{Feed, FeedId, MessageId};

use super::{Options, Place, forms, impls};
use crate::rust::client::keys::Keys;
use crate::rust::docs::Docs;
use crate::rust::names::{Names, ident, pascal, snake};
use crate::rust::plan::{Plan, Scope};
use crate::rust::unions::{self, Case};

pub(super) fn emit(
    plan: &Plan<'_>,
    keys: &Keys,
    place: &Place,
    options: &Options<'_>,
) -> TokenStream {
    let feeds = methods(plan, place).into_iter().map(|(id, name)| {
        let feed = &plan.api.feeds[id];
        let message = Message::of(plan, id, options);
        let method = method(plan, feed, id, &name, &message);
        let ways = if feed.auth.is_empty() {
            &plan.api.sockets[place.id].auth
        } else {
            &feed.auth
        };
        let methods = impls(keys.callers(plan.api, ways), &place.session, |_| {
            method.clone()
        });
        let item = &message.item;
        quote!(#item #methods)
    });
    quote!(#(#feeds)*)
}

/// The feeds that can be asked for on a socket, and the methods that do.
pub(in crate::rust::client) fn methods(plan: &Plan<'_>, place: &Place) -> Vec<(FeedId, Ident)> {
    // A session may have a method for each operation as well.
    let operations = plan.api.operations.iter().map(|it| snake(&it.name));
    let own = ["inner", "open", "received", "call", "call_for", "clone"].map(str::to_owned);
    let taken: Vec<String> = operations.chain(own).collect();
    let mut names = Names::reserving(taken.iter().map(String::as_str));
    let feeds = plan.api.feeds.iter().enumerate();
    let feeds = feeds.filter(|(_, feed)| feed.socket == place.id && feed.subscribe.is_some());
    feeds
        .map(|(id, feed)| (id, names.claim(&snake(&feed.name))))
        .collect()
}

/// The type of a feed's messages.
struct Message {
    ty: TokenStream,
    /// The enum, if there are several.
    item: TokenStream,
}

impl Message {
    fn of(plan: &Plan<'_>, id: FeedId, options: &Options<'_>) -> Self {
        let (root, feed) = (Scope::default(), &plan.api.feeds[id]);
        let messages = messages(plan, feed, options);
        if let [(only, _)] = messages[..] {
            return Message {
                ty: plan.ty(&root, &plan.api.messages[only].ty),
                item: TokenStream::new(),
            };
        }
        let this = enum_name(plan, id);
        let mut names = Names::reserving(["Unknown"]);
        let named: Vec<(MessageId, Ident)> = messages
            .into_iter()
            .map(|(id, name)| (id, names.claim(&name)))
            .collect();
        let cases: Vec<Case<'_>> = named
            .iter()
            .map(|(id, ident)| {
                let message = &plan.api.messages[*id];
                let mut doc = Docs::default();
                doc.text(&message.meta.doc);
                Case {
                    ident,
                    ty: plan.ty(&root, &message.ty),
                    is_sensitive: plan.is_sensitive_type(&message.ty),
                    matches: &message.matches,
                    doc: doc.tokens(&message.name),
                }
            })
            .collect();
        let doc = Docs::new(format!("A message of the feed `{}`.", feed.name)).tokens("");
        let unknown = ident("Unknown");
        let item = unions::emit_enum(plan, &this, "message", &doc, &cases, Some(&unknown));
        Message {
            ty: quote!(#this),
            item: quote!(#item wire::__unions! { #this }),
        }
    }
}

/// The messages of a feed, and what each is called: its own, then those of feeds under whose names
/// its updates come.
fn messages(plan: &Plan<'_>, feed: &Feed, options: &Options<'_>) -> Vec<(MessageId, String)> {
    let named = |feed: &Feed, before: &str| {
        let messages = feed.messages.iter();
        let named = messages.map(|&id| {
            let name = pascal(&plan.api.messages[id].name);
            (id, format!("{before}{name}"))
        });
        named.collect::<Vec<_>>()
    };
    let own = named(feed, "");
    let under = options.updates_under.iter();
    let under = under.filter(|(name, _)| *name == feed.name);
    let others = under.flat_map(|(_, others)| others.iter());
    let others = others.filter_map(|other| {
        let mut feeds = plan.api.feeds.iter();
        feeds.find(|it| it.name == **other && it.socket == feed.socket)
    });
    let others = others.flat_map(|other| named(other, &pascal(&other.name)));
    own.into_iter().chain(others).collect()
}

/// `BMessage`, unless a type is called so.
pub(in crate::rust::client) fn enum_name(plan: &Plan<'_>, id: FeedId) -> Ident {
    let taken: Vec<String> = plan.types.iter().map(|ty| ty.ident.to_string()).collect();
    let mut names = Names::reserving(taken.iter().map(String::as_str));
    let feed = &plan.feeds[id];
    names.claim_one_of(&[&format!("{feed}Message"), &format!("{feed}FeedMessage")])
}

fn method(
    plan: &Plan<'_>,
    feed: &Feed,
    id: FeedId,
    name: &Ident,
    message: &Message,
) -> TokenStream {
    let root = Scope::default();
    let (module, this) = (&plan.root.feeds, &plan.feeds[id]);
    let (parameter, channel) = match feed.params.is_empty() {
        true => (quote!(), quote!(&#module::#this)),
        false => (quote!(feed: &#module::#this,), quote!(feed)),
    };
    let more = feed
        .subscribe
        .map(|command| forms::members(plan.api, command).1);
    let more = more.unwrap_or_default();
    let mut names = Names::reserving(["feed", "parameters"]);
    let (mut parameters, mut writes) = (Vec::new(), Vec::new());
    for field in more {
        let (member, ty) = (names.claim(&snake(&field.name)), plan.ty(&root, &field.ty));
        let (wire, option) = (&field.wire, plan.std("Option"));
        let write = quote!(parameters.push(::venue_transport::socket::parameter(#wire, #member)?););
        match field.presence.may_be_absent() {
            true => {
                parameters.push(quote!(#member: #option<&#ty>));
                writes.push(quote!(if let Some(#member) = #member { #write }));
            }
            false => {
                parameters.push(quote!(#member: &#ty));
                writes.push(write);
            }
        }
    }
    let (result, vec) = (plan.std("Result"), plan.std("Vec"));
    let mutable = (!writes.is_empty()).then(|| quote!(mut));
    let ty = &message.ty;
    let mut doc = Docs::default();
    doc.text(&feed.meta.doc)
        .markdown("Gives the stream once the venue has said yes.");
    let doc = doc.tokens(&feed.name);
    quote! {
        #doc
        pub async fn #name(
            &self,
            #parameter
            #(#parameters),*
        ) -> #result<::venue_transport::socket::Subscription<#ty>, super::Error> {
            let #mutable parameters = #vec::new();
            #(#writes)*
            let channel = wire::describe::Channel::channel(#channel);
            let command = ::venue_transport::socket::Command { channel, parameters };
            self.inner().subscribe(command).await
        }
    }
}
