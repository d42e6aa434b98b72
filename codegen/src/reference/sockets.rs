//! Feeds, commands and messages.

use venue_schema::ir::{CommandId, Feed, FeedId, MessageId, Target, TypeId};

use super::page::Page;
use super::users::Item;
use super::{Book, words};
use crate::markdown::{code, escape};

impl Book<'_> {
    pub(super) fn feed(&self, id: FeedId, page: &mut Page) {
        let feed = &self.api.feeds[id];
        let anchor = self.links.anchor(&feed.meta.id);
        page.heading(2, &anchor, &format!("Feed {}", escape(&feed.name)));
        page.block(&words::template(&feed.channel));
        page.words(&feed.meta.doc);
        self.origin(&feed.meta, page);
        page.list(&self.feed_facts(feed, page));
        if !feed.params.is_empty() {
            page.block("**In the name**");
            self.fields(&feed.meta, &feed.params, page);
        }
        self.examples(Target::Feed(id), "", page);
        self.remarks(&feed.meta.id, page);
        let mut shown = Vec::new();
        for &message in &feed.messages {
            self.message(message, page, &mut shown);
        }
        self.owned_types(Item::Feed(id), &shown, page);
    }

    fn feed_facts(&self, feed: &Feed, page: &Page) -> Vec<String> {
        let socket = &self.api.sockets[feed.socket];
        let mut facts = vec![format!(
            "- Socket: {}",
            self.links
                .on_first(page.section, &socket.name, &socket.meta)
        )];
        facts.push(self.auth_fact(&feed.auth, page));
        for (what, command) in [
            ("Subscribe with", feed.subscribe),
            ("Unsubscribe with", feed.unsubscribe),
        ] {
            if let Some(command) = command.map(|id| &self.api.commands[id]) {
                let link = self.links.item(page.section, &command.name, &command.meta);
                facts.push(format!("- {what} {link}"));
            }
        }
        facts.push(format!("- Meaning: {}", words::semantics(feed.semantics)));
        if let Some(sequence) = &feed.sequence {
            let (field, scope) = (code(&sequence.field), escape(&sequence.scope));
            facts.push(format!("- Counted in {field}, by {scope}"));
        }
        facts
    }

    /// A message, with its type unless that is `shown`.
    pub(super) fn message(&self, id: MessageId, page: &mut Page, shown: &mut Vec<TypeId>) {
        let message = &self.api.messages[id];
        let anchor = self.links.anchor(&message.meta.id);
        let (level, name) = match message.feed {
            None => (2, format!("Message {}", escape(&message.name))),
            Some(feed) => {
                let feed = &self.api.feeds[feed].name;
                (3, format!("{}: {}", escape(feed), escape(&message.name)))
            }
        };
        page.heading(level, &anchor, &name);
        page.words(&message.meta.doc);
        let told = match message.fallback {
            true => "it is none of the others, and not described".to_owned(),
            false => words::matches(&message.matches),
        };
        page.list(&[
            format!("- Holds: {}", self.links.ty(page.section, &message.ty)),
            format!("- Told by: {told}"),
        ]);
        let item = message.feed.map_or(Item::Message(id), Item::Feed);
        self.in_place(&message.ty, (item, &message.meta), shown, page);
        self.examples(Target::Message(id), "", page);
        self.remarks(&message.meta.id, page);
        if message.feed.is_none() {
            self.owned_types(item, shown, page);
        }
    }

    pub(super) fn command(&self, id: CommandId, page: &mut Page) {
        let command = &self.api.commands[id];
        let anchor = self.links.anchor(&command.meta.id);
        page.heading(2, &anchor, &format!("Command {}", escape(&command.name)));
        page.words(&command.meta.doc);
        self.origin(&command.meta, page);
        let socket = &self.api.sockets[command.socket];
        let mut facts = vec![
            format!("- Holds: {}", self.links.ty(page.section, &command.ty)),
            format!(
                "- Socket: {}",
                self.links
                    .on_first(page.section, &socket.name, &socket.meta)
            ),
        ];
        let answers = command.answers.iter().map(|&id| &self.api.messages[id]);
        let answers: Vec<String> = answers
            .map(|it| {
                let name = match it.feed {
                    Some(feed) => format!("{}: {}", self.feed_of(feed), it.name),
                    None => it.name.clone(),
                };
                self.links.item(page.section, &name, &it.meta)
            })
            .collect();
        if !answers.is_empty() {
            facts.push(format!("- Answered by: {}", answers.join(", ")));
        }
        page.list(&facts);
        let mut shown = Vec::new();
        let place = (Item::Command(id), &command.meta);
        self.in_place(&command.ty, place, &mut shown, page);
        self.examples(Target::Command(id), "", page);
        self.remarks(&command.meta.id, page);
        self.owned_types(Item::Command(id), &shown, page);
    }
}
