//! What a client does: receives each feed, sends each command and gets its answers, and receives
//! what comes unasked.

use std::collections::BTreeSet;

use venue_schema::ir::{Command, Feed, MessageId, SocketId};

use super::{Writer, reference};
use crate::api_document::{self as shared, Unique};
use crate::json_schema::annotations;
use crate::json_schema::{Members, Tree};

impl Writer<'_> {
    pub(super) fn operations(&self) -> Members {
        let mut names = Unique::default();
        let mut out = Members::new();
        for command in &self.api.commands {
            let name = names.take(shared::camel(&format!("send-{}", command.name)));
            out.set(&name, self.send(command));
        }
        for feed in &self.api.feeds {
            let name = names.take(shared::camel(&format!("receive-{}", feed.name)));
            out.set(&name, self.receive(feed));
        }
        for id in 0..self.api.sockets.len() {
            let unasked = self.unasked(id);
            if !unasked.is_empty() {
                let socket = &self.api.sockets[id].name;
                let name = names.take(shared::camel(&format!("receive-from-{socket}")));
                out.set(&name, self.receive_unasked(id, &unasked));
            }
        }
        out
    }

    fn send(&self, command: &Command) -> Members {
        let channel = self.socket_channel(command.socket);
        let mut out = self.operation("send", channel, &command.name, &command.meta.doc);
        let id = self.local(&command.meta.id);
        out.set("messages", vec![on_channel(channel, id)]);
        let answers: Vec<Tree> = command
            .answers
            .iter()
            .filter(|&&id| self.api.messages[id].socket == command.socket)
            .map(|&id| on_channel(channel, self.local(&self.api.messages[id].meta.id)))
            .collect();
        if !answers.is_empty() {
            let reply = Members::new()
                .with("channel", reference(&["channels", channel]))
                .with("messages", answers);
            out.set("reply", reply);
        }
        out.set("tags", self.tag_of(command.meta.section));
        out.extend(shared::external_docs(&command.meta.provenance));
        out.set("x-venue-id", command.meta.id.as_str());
        out.extend(annotations::provenance(&command.meta.provenance));
        out
    }

    fn receive(&self, feed: &Feed) -> Members {
        let channel = self.local(&feed.meta.id);
        let mut out = self.operation("receive", channel, &feed.name, &feed.meta.doc);
        if !feed.messages.is_empty() {
            let messages = feed.messages.iter();
            let messages =
                messages.map(|&id| on_channel(channel, self.local(&self.api.messages[id].meta.id)));
            out.set("messages", messages.collect::<Vec<Tree>>());
        }
        let security = self.security(&feed.auth);
        if !security.is_empty() {
            out.set("security", security);
        }
        out.set("tags", self.tag_of(feed.meta.section));
        out.extend(shared::external_docs(&feed.meta.provenance));
        out.set("x-venue-id", feed.meta.id.as_str());
        out.extend(annotations::provenance(&feed.meta.provenance));
        out
    }

    /// The messages of no feed that answer nothing.
    fn unasked(&self, socket: SocketId) -> BTreeSet<MessageId> {
        let mut out = self.on_socket(socket);
        for command in &self.api.commands {
            command.answers.iter().for_each(|id| {
                out.remove(id);
            });
        }
        out
    }

    fn receive_unasked(&self, socket: SocketId, unasked: &BTreeSet<MessageId>) -> Members {
        let channel = self.socket_channel(socket);
        let about = "What comes on the connection unasked, and what stands for messages that are not described.";
        let name = &self.api.sockets[socket].name;
        let mut out = self.operation("receive", channel, name, about);
        let messages = unasked.iter();
        let messages =
            messages.map(|&id| on_channel(channel, self.local(&self.api.messages[id].meta.id)));
        out.set("messages", messages.collect::<Vec<Tree>>());
        out.set("tags", self.tag_of(self.api.sockets[socket].meta.section));
        out
    }

    fn operation(&self, action: &str, channel: &str, title: &str, doc: &str) -> Members {
        let mut out = Members::new()
            .with("action", action)
            .with("channel", reference(&["channels", channel]))
            .with("title", title);
        out.set_text("summary", shared::first_sentence(doc));
        out.extend(shared::described(&[doc]));
        out
    }
}

/// A message as its channel has it, which is how operations must refer to it.
fn on_channel(channel: &str, message: &str) -> Tree {
    reference(&["channels", channel, "messages", message])
}
