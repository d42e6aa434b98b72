//! A method for each command that a session does not send by itself.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{CommandId, Recipe};

use super::{Place, impls};
use crate::rust::client::keys::Keys;
use crate::rust::docs::Docs;
use crate::rust::names::{Names, snake};
use crate::rust::plan::{Plan, Scope};

pub(super) fn emit(plan: &Plan<'_>, keys: &Keys, place: &Place) -> TokenStream {
    let (module, sockets) = (&plan.sockets[place.id], &plan.root.sockets);
    let result = plan.std("Result");
    let methods: Vec<TokenStream> = methods(plan, place)
        .into_iter()
        .map(|(id, name)| {
            let (root, command) = (Scope::default(), &plan.api.commands[id]);
            let (ty, id) = (plan.ty(&root, &command.ty), &command.meta.id);
            let answer = match command.answers.is_empty() {
                true => quote!(()),
                false => quote!(#sockets::#module::Received),
            };
            let mut doc = Docs::default();
            doc.text(&command.meta.doc)
                .markdown(match command.answers.is_empty() {
                    true => "No answer is known.",
                    false => "Gives the venue's answer.",
                });
            let doc = doc.tokens(&command.name);
            quote! {
                #doc
                pub async fn #name(&self, command: &#ty) -> #result<#answer, super::Error> {
                    self.inner().command(#id, command).await
                }
            }
        })
        .collect();
    if methods.is_empty() {
        return TokenStream::new();
    }
    let ways = &plan.api.sockets[place.id].auth;
    impls(
        keys.callers(plan.api, ways),
        &place.session,
        |_| quote!(#(#methods)*),
    )
}

/// The commands of a socket that users send, and the methods that do.
pub(in crate::rust::client) fn methods(plan: &Plan<'_>, place: &Place) -> Vec<(CommandId, Ident)> {
    let own = sent_by_itself(plan);
    let feeds = plan.api.feeds.iter().map(|feed| snake(&feed.name));
    let operations = plan.api.operations.iter().map(|it| snake(&it.name));
    let taken: Vec<String> = feeds.chain(operations).collect();
    let mut names = Names::reserving(taken.iter().map(String::as_str));
    let commands = plan.api.commands.iter().enumerate();
    let commands = commands.filter(|(id, command)| command.socket == place.id && !own.contains(id));
    let named = commands.map(|(id, command)| {
        let name = snake(&command.name);
        (id, names.claim_one_of(&[&name, &format!("send_{name}")]))
    });
    named.collect()
}

/// Logins, and what starts and stops feeds.
fn sent_by_itself(plan: &Plan<'_>) -> BTreeSet<CommandId> {
    let feeds = plan.api.feeds.iter();
    let feeds = feeds.flat_map(|feed| feed.subscribe.into_iter().chain(feed.unsubscribe));
    let logins = plan.api.auth.iter().filter_map(|auth| match auth.recipe {
        Recipe::Login { command, .. } => Some(command),
        _ => None,
    });
    feeds.chain(logins).collect()
}
