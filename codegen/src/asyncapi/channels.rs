//! Channels: one for each feed, and one for each socket, on which the rest is said.

use std::collections::BTreeSet;

use venue_schema::ir::{
    EnumBase, Feed, Field, Literal, MessageId, Openness, Semantics, SocketId, TypeKind, TypeRef,
};

use super::{Writer, reference};
use crate::api_document as shared;
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Members, Tree};

impl Writer<'_> {
    pub(super) fn channels(&self) -> Members {
        let mut out = Members::new();
        for id in 0..self.api.sockets.len() {
            out.set(self.socket_channel(id), self.socket(id));
        }
        for feed in &self.api.feeds {
            out.set(self.local(&feed.meta.id), self.feed(feed));
        }
        out
    }

    /// The key of a socket's own channel.
    pub(super) fn socket_channel(&self, socket: SocketId) -> &str {
        self.local(&self.api.sockets[socket].meta.id)
    }

    /// The messages that a socket's own channel carries: those of no feed, and what answers.
    pub(super) fn on_socket(&self, socket: SocketId) -> BTreeSet<MessageId> {
        let api = self.api;
        let answers = api.commands.iter().filter(|it| it.socket == socket);
        let answers = answers.flat_map(|it| it.answers.iter().copied());
        let free = (0..api.messages.len()).filter(|&id| api.messages[id].feed.is_none());
        free.chain(answers)
            .filter(|&id| api.messages[id].socket == socket)
            .collect()
    }

    fn socket(&self, id: SocketId) -> Members {
        let socket = &self.api.sockets[id];
        let mut out = Members::new()
            .with("address", Tree::Null)
            .with("title", format!("Socket {}", socket.name))
            .with(
                "description",
                "The connection itself: what is sent on it, the answers, and what comes unasked.",
            );
        out.set("servers", self.servers_of(id));
        let commands = self.api.commands.iter().filter(|it| it.socket == id);
        let sent = commands.map(|it| self.local(&it.meta.id));
        let received = self.on_socket(id).into_iter();
        let received = received.map(|id| self.local(&self.api.messages[id].meta.id));
        out.set("messages", listed(sent.chain(received)));
        out.set("bindings", Members::new().with("ws", self.handshake(id)));
        let order = self.api.received(id).into_iter();
        let order = order.map(|id| self.local(&self.api.messages[id].meta.id).into());
        out.set("x-venue-received", order.collect::<Vec<Tree>>());
        out
    }

    fn feed(&self, feed: &Feed) -> Members {
        let mut out = Members::new()
            .with("address", feed.channel.to_string())
            .with("title", feed.name.as_str());
        out.extend(shared::described(&[&feed.meta.doc]));
        out.set("servers", self.servers_of(feed.socket));
        let messages = feed.messages.iter();
        let messages = messages.map(|&id| self.local(&self.api.messages[id].meta.id));
        out.set("messages", listed(messages));
        let parameters: Members = feed
            .params
            .iter()
            .map(|field| (field.wire.clone(), self.parameter(feed, field).into()))
            .collect();
        if !parameters.is_empty() {
            out.set("parameters", parameters);
        }
        out.set("tags", self.tag_of(feed.meta.section));
        out.extend(shared::external_docs(&feed.meta.provenance));
        let binding = Members::new().with("ws", self.handshake(feed.socket));
        out.set("bindings", binding);
        out.set("x-venue-id", feed.meta.id.as_str());
        out.set("x-venue-semantics", semantics(feed.semantics));
        if let Some(sequence) = &feed.sequence {
            let counter = Members::new()
                .with("field", sequence.field.as_str())
                .with("scope", sequence.scope.as_str());
            out.set("x-venue-sequence", counter);
        }
        for (name, command) in [
            ("x-venue-subscribe", feed.subscribe),
            ("x-venue-unsubscribe", feed.unsubscribe),
        ] {
            if let Some(id) = command {
                out.set(name, self.local(&self.api.commands[id].meta.id));
            }
        }
        out.extend(annotations::provenance(&feed.meta.provenance));
        out.extend(annotations::remarks(self.api, About::Whole(&feed.meta.id)));
        out
    }

    /// A parameter has no schema here: known values are listed, and the rest is said beside it.
    fn parameter(&self, feed: &Feed, field: &Field) -> Members {
        let (schema, beside) = self.schemas.parameter(field, &feed.meta.provenance);
        let mut out = Members::new();
        out.extend(beside);
        if let Some((values, openness)) = self.values(&field.ty) {
            let name = match openness {
                Openness::Open => "examples",
                Openness::Strict | Openness::Closed => "enum",
            };
            out.set(name, values);
        }
        if let Some(default) = &field.default {
            out.set("default", in_address(default));
        }
        if schema != Members::new().with("type", "string") {
            out.set("x-venue-schema", schema);
        }
        out
    }

    /// The values of an enum, as they stand in an address.
    fn values(&self, ty: &TypeRef) -> Option<(Vec<Tree>, Openness)> {
        let TypeRef::Named(id) = ty else { return None };
        let TypeKind::Enum(values) = &self.api.types[*id].kind else {
            return None;
        };
        if let EnumBase::Flags(_) = values.base {
            return None;
        }
        let each = values.values.iter();
        let each = each.map(|value| in_address(&value.wire).into());
        Some((each.collect(), values.openness))
    }
}

/// References to messages, each under its own key.
fn listed<'a>(keys: impl Iterator<Item = &'a str>) -> Members {
    keys.map(|key| (key.to_owned(), reference(&["components", "messages", key])))
        .collect()
}

fn in_address(literal: &Literal) -> String {
    match literal {
        Literal::Str(text) => text.clone(),
        Literal::Int(value) => value.to_string(),
        Literal::Bool(value) => value.to_string(),
    }
}

fn semantics(semantics: Semantics) -> &'static str {
    match semantics {
        Semantics::Events => "events",
        Semantics::Snapshots => "snapshots",
        Semantics::SnapshotThenUpdates => "snapshot-then-updates",
    }
}
