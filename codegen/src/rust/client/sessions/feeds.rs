//! A method for each feed, which starts it and gives its stream.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{Feed, FeedId};

use super::{Place, forms, impls};
use crate::rust::client::keys::Keys;
use crate::rust::docs::Docs;
use crate::rust::names::{Names, ident, pascal, snake};
use crate::rust::plan::{Plan, Scope};
use crate::rust::unions::{self, Case};

pub(super) fn emit(plan: &Plan<'_>, keys: &Keys, place: &Place) -> TokenStream {
    // A session may have a method for each operation as well.
    let operations = plan.api.operations.iter().map(|it| snake(&it.name));
    let own = ["inner", "open", "received", "call", "call_for", "clone"].map(str::to_owned);
    let taken: Vec<String> = operations.chain(own).collect();
    let mut names = Names::reserving(taken.iter().map(String::as_str));
    let feeds = plan.api.feeds.iter().enumerate();
    let feeds = feeds.filter(|(_, feed)| feed.socket == place.id && feed.subscribe.is_some());
    let feeds = feeds.map(|(id, feed)| {
        let name = names.claim(&snake(&feed.name));
        let message = Message::of(plan, id, feed);
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

/// The type of a feed's messages.
struct Message {
    ty: TokenStream,
    /// The enum, if there are several.
    item: TokenStream,
}

impl Message {
    fn of(plan: &Plan<'_>, id: FeedId, feed: &Feed) -> Self {
        let root = Scope::default();
        if let [only] = feed.messages[..] {
            return Message {
                ty: plan.ty(&root, &plan.api.messages[only].ty),
                item: TokenStream::new(),
            };
        }
        let this = enum_name(plan, id);
        let mut names = Names::reserving(["Unknown"]);
        let idents: Vec<Ident> = feed
            .messages
            .iter()
            .map(|&id| names.claim(&pascal(&plan.api.messages[id].name)))
            .collect();
        let cases: Vec<Case<'_>> = feed
            .messages
            .iter()
            .zip(&idents)
            .map(|(&id, ident)| {
                let message = &plan.api.messages[id];
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

/// `BMessage`, unless a type is called so.
fn enum_name(plan: &Plan<'_>, id: FeedId) -> Ident {
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
