//! What runs over sockets: feeds, commands, messages.

use super::declare::{AnyMessage, Item};
use super::names::Case;
use super::{Entity, Entry, Resolver, Scope, template, words};
use crate::ast::{self, Sourced, Text};
use crate::diagnostic::suggestion;
use crate::ir::{Command, Feed, Field, Message, Sequence, Template, TypeRef};
use crate::lint::{channel_parameter_mismatch, misplaced_key};

impl<'a> Resolver<'a> {
    pub(super) fn commands(&mut self) {
        let items: &'a [Item<'a, &'a ast::Command>] = &self.declared.commands.items;
        for (index, Item { file, name, entry }) in items.iter().enumerate() {
            let scope = self.scope(*file, "command", &name.value);
            self.check_name(*file, "the command", Case::Kebab, name);
            let ty = self.payload(&scope, name, entry.ty.as_ref());
            let matches = self.matches(*file, entry.matches.as_ref(), entry.kind, &ty);
            let socket = self.end(
                &scope,
                "socket",
                name,
                entry.socket.as_ref(),
                &self.declared.sockets,
            );
            let meta = self.meta(
                &scope,
                Entry {
                    entity: Entity::Command(index),
                    prefix: "ws.",
                    name,
                    id_name: name.value.clone(),
                    id: entry.id.as_ref(),
                    doc: entry.doc.as_ref(),
                    stated: entry.stated(),
                },
            );
            let name = name.value.clone();
            self.api.commands.push(Command {
                name,
                socket,
                ty,
                matches,
                answers: Vec::new(),
                meta,
            });
        }
    }

    /// Messages of feeds and others, in the order of the text.
    pub(super) fn messages(&mut self) {
        let items: &'a [Item<'a, AnyMessage<'a>>] = &self.declared.messages;
        for (index, item) in items.iter().enumerate() {
            let message = self.message(index, item);
            self.api.messages.push(message);
        }
    }

    fn message(&mut self, index: usize, item: &Item<'a, AnyMessage<'a>>) -> Message {
        let Item {
            file,
            name,
            entry: AnyMessage { feed, message },
        } = *item;
        self.check_name(file, "the message", Case::Kebab, name);
        let feed_item = feed.map(|feed| &self.declared.feeds.items[feed]);
        let (scope, prefix, id_name) = match feed_item {
            Some(feed) => {
                let scope = self.scope(file, "feed", &feed.name.value);
                let scope = scope.below(&format!("messages.{}", name.value));
                let scope = self.inherit(&scope, feed.entry);
                let id_name = format!("{}.{}", feed_id(feed), name.value);
                (scope, "", id_name)
            }
            None => (
                self.scope(file, "message", &name.value),
                "msg.",
                name.value.clone(),
            ),
        };
        let socket = match (feed_item, &message.socket) {
            (Some(feed), own) => {
                if let Some(own) = own {
                    let label = self.label(file, &own.span, "");
                    let message = "the socket of a feed's message is the feed's";
                    self.report(misplaced_key::at(message, label));
                }
                // That there is none, or not of that name, is said of the feed itself.
                let named = feed.entry.socket.as_ref();
                named
                    .and_then(|socket| self.declared.sockets.get(&socket.value))
                    .unwrap_or(0)
            }
            (None, own) => self.end(&scope, "socket", name, own.as_ref(), &self.declared.sockets),
        };
        let ty = self.payload(&scope, name, message.ty.as_ref());
        let matches = self.matches(file, message.matches.as_ref(), message.kind, &ty);
        let meta = self.meta(
            &scope,
            Entry {
                entity: Entity::Message(index),
                prefix,
                name,
                id_name,
                id: message.id.as_ref(),
                doc: message.doc.as_ref(),
                stated: message.stated(),
            },
        );
        let name = name.value.clone();
        Message {
            name,
            socket,
            feed,
            ty,
            matches,
            fallback: message.fallback,
            meta,
        }
    }

    fn payload(&mut self, scope: &Scope, name: &Text, ty: Option<&Text>) -> TypeRef {
        match ty {
            Some(ty) => self.type_ref(scope.file, ty),
            None => {
                self.missing(scope, "type", &format!("`{}`", name.value), &name.span);
                TypeRef::Json
            }
        }
    }

    pub(super) fn feeds(&mut self) {
        let items: &'a [Item<'a, &'a ast::Feed>] = &self.declared.feeds.items;
        for (index, item) in items.iter().enumerate() {
            let feed = self.feed(index, item);
            self.api.feeds.push(feed);
        }
    }

    fn feed(&mut self, index: usize, item: &Item<'a, &'a ast::Feed>) -> Feed {
        let Item { file, name, entry } = *item;
        let scope = self.scope(file, "feed", &name.value);
        self.check_name(file, "the feed", Case::Kebab, name);
        let meta = self.meta(
            &scope,
            Entry {
                entity: Entity::Feed(index),
                prefix: "feed.",
                name,
                id_name: name.value.clone(),
                id: entry.id.as_ref(),
                doc: entry.doc.as_ref(),
                stated: entry.stated(),
            },
        );
        let scope = Scope {
            provenance: meta.provenance.clone(),
            ..scope
        };
        let channel = match &entry.channel {
            Some(channel) => self.template(file, channel),
            None => {
                self.missing(&scope, "channel", &format!("`{}`", name.value), &name.span);
                Template::default()
            }
        };
        let params = self.fields(&scope.below("params"), &entry.params);
        let messages = self.declared.messages.iter().enumerate();
        let messages = messages.filter(|(_, message)| message.entry.feed == Some(index));
        Feed {
            name: name.value.clone(),
            messages: messages.map(|(id, _)| id).collect(),
            params: self.channel_params(file, entry.channel.as_ref(), &channel, params),
            channel,
            socket: self.end(
                &scope,
                "socket",
                name,
                entry.socket.as_ref(),
                &self.declared.sockets,
            ),
            auth: self.auth_names(file, &entry.auth),
            semantics: words::semantics(entry.semantics),
            sequence: entry
                .sequence
                .as_ref()
                .and_then(|it| self.sequence(&scope, index, it)),
            sent_at: entry
                .sent_at
                .as_ref()
                .filter(|field| self.is_named(&scope, index, field))
                .map(|field| field.value.clone()),
            also_with: self.feed_names(file, &entry.also_with),
            subscribe: entry
                .subscribe
                .as_ref()
                .and_then(|id| self.command(file, id)),
            unsubscribe: entry
                .unsubscribe
                .as_ref()
                .and_then(|id| self.command(file, id)),
            meta,
        }
    }

    fn sequence(
        &mut self,
        scope: &Scope,
        feed: usize,
        sequence: &ast::Spanned<ast::Sequence>,
    ) -> Option<Sequence> {
        let Some(field) = &sequence.value.field else {
            self.missing(
                &scope.below("sequence"),
                "field",
                "`sequence`",
                &sequence.span,
            );
            return None;
        };
        self.is_named(scope, feed, field);
        let counted = words::sequence_scope(sequence.value.scope).to_owned();
        Some(Sequence {
            field: field.value.clone(),
            scope: counted,
        })
    }

    /// Whether a feed's messages have a member or element of that name, as far as they are described.
    fn is_named(&mut self, scope: &Scope, feed: usize, field: &Text) -> bool {
        let messages = self
            .api
            .messages
            .iter()
            .filter(|message| message.feed == Some(feed));
        let (mut known, mut seen) = (Vec::new(), Vec::new());
        messages.for_each(|it| self.type_names(&it.ty, &mut known, &mut seen));
        if !known.is_empty() && !known.contains(&field.value) {
            let near = suggestion(&field.value, known.iter().map(String::as_str));
            let near = near.map(str::to_owned);
            self.dangling(
                scope.file,
                "field",
                &field.value,
                near.as_deref(),
                &field.span,
            );
        }
        known.is_empty() || known.contains(&field.value)
    }

    fn feed_names(&mut self, file: usize, names: &[Text]) -> Vec<usize> {
        let known = &self.declared.feeds;
        names
            .iter()
            .filter_map(|name| self.look_up_name(file, "feed", name, known))
            .collect()
    }

    /// Puts the parameters in the order of the channel's holes.
    fn channel_params(
        &mut self,
        file: usize,
        channel: Option<&Text>,
        template: &Template,
        mut params: Vec<Field>,
    ) -> Vec<Field> {
        let holes: Vec<&str> = template::holes(template).collect();
        let Some(channel) = channel.filter(|it| template::parse(&it.value).is_ok()) else {
            return params;
        };
        for hole in &holes {
            if !params.iter().any(|param| param.name == *hole) {
                let unused = params.iter().map(|param| param.name.as_str());
                let near = suggestion(hole, unused.filter(|name| !holes.contains(name)));
                let part = channel.value.find(&format!("{{{hole}}}")).unwrap_or(0);
                let span = self.inside(file, channel, &(part..part + hole.len() + 2));
                let label = self.label(file, &span, "");
                self.report(channel_parameter_mismatch::hole(hole, near, label));
            }
        }
        for param in &params {
            if !holes.contains(&param.name.as_str()) {
                let near = suggestion(&param.name, holes.iter().copied());
                let label = self.label_at(&param.at, "");
                self.report(channel_parameter_mismatch::parameter(
                    &param.name,
                    near,
                    label,
                ));
            }
        }
        params.sort_by_key(|param| holes.iter().position(|hole| *hole == param.name));
        params
    }

    /// What answers commands: known only once messages are.
    pub(super) fn answers(&mut self) {
        let items: &'a [Item<'a, &'a ast::Command>] = &self.declared.commands.items;
        for (index, item) in items.iter().enumerate() {
            for id in &item.entry.answers {
                match self.ids.get(&id.value) {
                    Some((Entity::Message(message), _)) => {
                        self.api.commands[index].answers.push(*message);
                    }
                    _ => {
                        let known = self.ids.iter();
                        let known = known.filter(|(_, it)| matches!(it.0, Entity::Message(_)));
                        let near = suggestion(&id.value, known.map(|(id, _)| id.as_str()));
                        let near = near.map(str::to_owned);
                        self.dangling(item.file, "message", &id.value, near.as_deref(), &id.span);
                    }
                }
            }
        }
    }
}

/// The id of a feed, without the API's.
fn feed_id(feed: &Item<'_, &ast::Feed>) -> String {
    match &feed.entry.id {
        Some(id) => id.value.clone(),
        None => format!("feed.{}", feed.name.value),
    }
}
