//! The commands that start and stop feeds, as data: what is always the same, where the channel
//! goes, what else there is to say.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{Api, CommandId, Field, Place, SocketId, Test, TypeKind, TypeRef};

use crate::rust::plan::Plan;
use crate::rust::tables;

/// The forms of a socket's commands that start and stop feeds.
pub(super) fn emit(plan: &Plan<'_>, socket: SocketId) -> (TokenStream, TokenStream) {
    let feeds = || plan.api.feeds.iter().filter(|feed| feed.socket == socket);
    let subscribe = feeds().find_map(|feed| feed.subscribe);
    let unsubscribe = feeds().find_map(|feed| feed.unsubscribe);
    (form(plan.api, subscribe), form(plan.api, unsubscribe))
}

fn form(api: &Api, command: Option<CommandId>) -> TokenStream {
    let fields = command.map(|id| (id, members(api, id)));
    let Some((id, (Some(channel), _))) = fields else {
        return quote!(None);
    };
    let name = &api.commands[id].meta.id;
    let mut constants = tables::constants(api, id);
    constants.extend(told_by(api, id));
    let constants = constants.iter().map(|(name, json)| quote!((#name, #json)));
    let is_list = matches!(channel.ty, TypeRef::List(_));
    let channel = &channel.wire;
    quote!(Some(::venue_transport::socket::Form {
        id: #name,
        constants: &[#(#constants),*],
        channel: #channel,
        is_list: #is_list,
    }))
}

/// The members by which a command is told from others of its type, and their one value.
fn told_by(api: &Api, command: CommandId) -> Vec<(String, String)> {
    let known = tables::constants(api, command);
    let conditions = api.commands[command].matches.conditions.iter();
    let told = conditions.filter_map(|condition| match (&condition.at, &condition.test) {
        (Place::Member(name), Test::Equals(values)) => match &values[..] {
            [value] => Some((name.clone(), tables::json(value))),
            _ => None,
        },
        _ => None,
    });
    told.filter(|(name, _)| !known.iter().any(|(other, _)| other == name))
        .collect()
}

/// The member that holds the channel, and those that say more. A list of texts holds it; else the
/// first member that is not always the same.
pub(in crate::rust::client) fn members(
    api: &Api,
    command: CommandId,
) -> (Option<&Field>, Vec<&Field>) {
    let TypeRef::Named(id) = api.commands[command].ty else {
        return (None, Vec::new());
    };
    let TypeKind::Record(record) = &api.types[id].kind else {
        return (None, Vec::new());
    };
    let fields = record.fields.iter();
    let told_by = told_by(api, command);
    let is_open = |field: &&Field| {
        field.constant.is_none() && !told_by.iter().any(|(name, _)| *name == field.wire)
    };
    let mut fields: Vec<&Field> = fields.filter(is_open).collect();
    let is_list =
        |field: &&Field| matches!(&field.ty, TypeRef::List(inner) if **inner == TypeRef::String);
    let at = fields.iter().position(is_list);
    match fields.is_empty() {
        true => (None, fields),
        false => (Some(fields.remove(at.unwrap_or(0))), fields),
    }
}
