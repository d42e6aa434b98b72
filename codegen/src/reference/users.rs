//! Which of an API's operations, feeds, commands and messages use which types.

use venue_schema::ir::{Api, CommandId, FeedId, Field, MessageId, Meta, TypeId, TypeRef};

use crate::json_schema::reachable;

/// What a page describes, beside types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Operation(usize),
    Feed(FeedId),
    Command(CommandId),
    Message(MessageId),
}

/// By type: with what it stands. The body of a request, or what a command or message is, stands
/// with the first of its section that takes it; any other type with its only user, if both are of
/// the same section.
pub(super) fn owners(api: &Api) -> Vec<Option<Item>> {
    let mut users: Vec<Vec<(Item, &Meta)>> = vec![Vec::new(); api.types.len()];
    for (item, meta, roots) in items(api) {
        for id in reachable(api, &roots) {
            users[id].push((item, meta));
        }
    }
    let is_near = |id: TypeId, meta: &Meta| meta.section == api.types[id].meta.section;
    let only = |(id, users): (TypeId, &Vec<(Item, &Meta)>)| match users.as_slice() {
        [(item, meta)] if is_near(id, meta) => Some(*item),
        _ => None,
    };
    let mut owners: Vec<Option<Item>> = users.iter().enumerate().map(only).collect();
    for (item, meta, ty) in payloads(api).into_iter().rev() {
        if let TypeRef::Named(id) = *ty
            && is_near(id, meta)
        {
            owners[id] = Some(item);
        }
    }
    owners
}

/// What is sent or received as a whole, in the order of the pages.
fn payloads(api: &Api) -> Vec<(Item, &Meta, &TypeRef)> {
    let mut out = Vec::new();
    for (id, operation) in api.operations.iter().enumerate() {
        let body = operation.body.iter();
        out.extend(body.map(|body| (Item::Operation(id), &operation.meta, &body.ty)));
    }
    for (id, feed) in api.feeds.iter().enumerate() {
        let messages = feed.messages.iter().map(|&id| &api.messages[id].ty);
        out.extend(messages.map(|ty| (Item::Feed(id), &feed.meta, ty)));
    }
    for (id, command) in api.commands.iter().enumerate() {
        out.push((Item::Command(id), &command.meta, &command.ty));
    }
    for (id, message) in api.messages.iter().enumerate() {
        if message.feed.is_none() {
            out.push((Item::Message(id), &message.meta, &message.ty));
        }
    }
    out
}

fn items(api: &Api) -> Vec<(Item, &Meta, Vec<&TypeRef>)> {
    let mut out = Vec::new();
    for (id, operation) in api.operations.iter().enumerate() {
        let params = [&operation.path_params, &operation.query, &operation.headers];
        let mut roots: Vec<&TypeRef> = params.into_iter().flatten().map(ty).collect();
        roots.extend(operation.body.iter().map(|body| &body.ty));
        roots.extend(operation.responses.iter().filter_map(|it| it.ty.as_ref()));
        out.push((Item::Operation(id), &operation.meta, roots));
    }
    for (id, feed) in api.feeds.iter().enumerate() {
        let messages = feed.messages.iter().map(|&id| &api.messages[id].ty);
        let roots = messages.chain(feed.params.iter().map(ty)).collect();
        out.push((Item::Feed(id), &feed.meta, roots));
    }
    for (id, command) in api.commands.iter().enumerate() {
        out.push((Item::Command(id), &command.meta, vec![&command.ty]));
    }
    for (id, message) in api.messages.iter().enumerate() {
        if message.feed.is_none() {
            out.push((Item::Message(id), &message.meta, vec![&message.ty]));
        }
    }
    out
}

fn ty(field: &Field) -> &TypeRef {
    &field.ty
}
