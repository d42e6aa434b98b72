//! Messages, received and sent, with what tells them apart and the payloads that sources show.

use venue_schema::ir::{Condition, Match, MessageId, Meta, Place, Target, Test, TypeRef};

use super::{Writer, correlation};
use crate::api_document::{self as shared, Shown};
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Members, Tree};

impl Writer<'_> {
    pub(super) fn messages(&self) -> Members {
        let mut out = Members::new();
        for (id, command) in self.api.commands.iter().enumerate() {
            let mut message = self.message(&command.meta, &command.name, &command.ty);
            if let Some(member) = correlation::of_command(self.api, command) {
                message.set("correlationId", correlated(&member));
            }
            let target = Target::Command(id);
            let shown = [
                shared::shown(self.api, target),
                shared::invalid(self.api, target),
            ];
            self.finish(&mut message, &command.meta, &command.matches, &shown);
            out.set(self.local(&command.meta.id), message);
        }
        for (id, received) in self.api.messages.iter().enumerate() {
            let mut message = self.message(&received.meta, &received.name, &received.ty);
            if let Some(member) = correlation::of_message(self.api, id) {
                message.set("correlationId", correlated(&member));
            }
            if received.fallback {
                message.set("x-venue-fallback", true);
            }
            let shown = [
                self.with_feed(id, shared::shown),
                self.with_feed(id, shared::invalid),
            ];
            self.finish(&mut message, &received.meta, &received.matches, &shown);
            out.set(self.local(&received.meta.id), message);
        }
        for (id, ty) in self.shapes() {
            let mut message = self.message(&ty.meta, &ty.name, &TypeRef::Named(id));
            let target = Target::Type(id);
            let shown = [
                shared::shown(self.api, target),
                shared::invalid(self.api, target),
            ];
            self.finish(&mut message, &ty.meta, &Match::default(), &shown);
            out.set(self.local(&ty.meta.id), message);
        }
        out
    }

    fn message(&self, meta: &Meta, name: &str, ty: &TypeRef) -> Members {
        let mut out = Members::new()
            .with("name", self.local(&meta.id))
            .with("title", name)
            .with("contentType", "application/json");
        out.set_text("summary", shared::first_sentence(&meta.doc));
        out.extend(shared::described(&[&meta.doc]));
        out.set("payload", self.schemas.used(ty));
        out
    }

    /// `shown` are the examples that the schema accepts, and those that it does not.
    fn finish(
        &self,
        out: &mut Members,
        meta: &Meta,
        matches: &Match,
        [accepted, refused]: &[Vec<Shown<'_>>; 2],
    ) {
        for (name, shown) in [
            ("examples", accepted),
            ("x-venue-invalid-examples", refused),
        ] {
            if !shown.is_empty() {
                let each = shown.iter().map(|it| example(it).into());
                out.set(name, each.collect::<Vec<Tree>>());
            }
        }
        // An example takes no members of ours: they stand beside the list, by its name.
        let said = accepted.iter().chain(refused);
        let said: Members = said
            .map(|it| (it.name.clone(), it.annotations().into()))
            .collect();
        if !said.is_empty() {
            out.set("x-venue-examples", said);
        }
        out.set("tags", self.tag_of(meta.section));
        out.extend(shared::external_docs(&meta.provenance));
        out.set("x-venue-id", meta.id.as_str());
        if !matches.conditions.is_empty() {
            out.set("x-venue-match", told_by(matches));
        }
        out.extend(annotations::provenance(&meta.provenance));
        out.extend(annotations::remarks(self.api, About::Whole(&meta.id)));
    }

    /// The message's own examples, and those of its feed that it claims.
    fn with_feed<'s>(
        &'s self,
        id: MessageId,
        of: fn(&'s venue_schema::ir::Api, Target) -> Vec<Shown<'s>>,
    ) -> Vec<Shown<'s>> {
        let mut out = of(self.api, Target::Message(id));
        if let Some(feed) = self.api.messages[id].feed {
            let mut of_feed = of(self.api, Target::Feed(feed));
            of_feed.retain(|shown| self.claims(id, shown));
            of_feed
                .iter_mut()
                .for_each(|shown| shown.name.insert_str(0, "feed-"));
            out.append(&mut of_feed);
        }
        out
    }

    /// Whether the message is the one that a payload of its socket is taken for. A feed with one
    /// message has nothing else.
    fn claims(&self, id: MessageId, shown: &Shown<'_>) -> bool {
        let message = &self.api.messages[id];
        let only = |feed: usize| self.api.feeds[feed].messages == [id];
        if message.feed.is_some_and(only) {
            return true;
        }
        let node = self.compiled.socket_received(message.socket);
        let variant = (self.compiled.program).variant(node, shown.text().as_bytes());
        let order = self.compiled.received(message.socket);
        variant.and_then(|at| order.get(at)) == Some(&id)
    }
}

fn example(shown: &Shown<'_>) -> Members {
    Members::new()
        .with("name", shown.name.as_str())
        .with("summary", shown.summary.as_str())
        .with("payload", shown.payload.clone())
}

fn correlated(member: &str) -> Members {
    let pointer = member.replace('~', "~0").replace('/', "~1");
    Members::new()
        .with(
            "description",
            "The caller's number, which the answer repeats.",
        )
        .with("location", format!("$message.payload#/{pointer}"))
}

/// `x-venue-match`: conditions that must all hold. `at` is a place in the payload, as a JSON path;
/// there stands one of `values`, text of the form of `template`, a value of the JSON `kind`, or
/// anything or nothing, as `present` says.
fn told_by(matches: &Match) -> Vec<Tree> {
    let each = matches.conditions.iter().map(|Condition { at, test }| {
        let at: String = match at {
            Place::Whole => "$".to_owned(),
            Place::Member(name) => format!("$.{name}"),
            Place::Element(index) => format!("$[{index}]"),
        };
        let out = Members::new().with("at", at);
        let out = match test {
            Test::Equals(values) => {
                let values = values.iter().map(shared::literal).collect::<Vec<Tree>>();
                out.with("values", values)
            }
            Test::Template(template) => out.with("template", template.to_string()),
            Test::Present => out.with("present", true),
            Test::Absent => out.with("present", false),
            Test::Kind(kind) => out.with("kind", shared::kind_name(*kind)),
        };
        out.into()
    });
    each.collect()
}
