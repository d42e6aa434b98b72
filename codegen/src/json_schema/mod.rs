//! JSON Schema 2020-12 of what an API sends and takes.
//!
//! [`export`] gives one self-contained document for one target, [`bundle`] one for the whole API.
//! A document comes in two strengths: *tolerant* accepts what the spec does not describe as long
//! as it can be decoded (a new member, a new value of an open enum), *strict* refuses it. Both
//! refuse what contradicts the spec, so the two together tell valid from drift from invalid.
//!
//! What JSON Schema cannot say, a document leaves out rather than approximates: how a number is
//! spelt (`1.0` is an integer to it), repeated member names, and bounds on a decimal that stands
//! in a string, unless the bound is zero from below.

mod document;
mod enums;
mod matching;
mod pattern;
mod rules;
mod types;

use venue_schema::ir::{
    Api, ExampleVerdict, FeedId, Message, Openness, Status, Target, TypeId, TypeRef,
};

pub use document::{Members, Tree};
use matching::{Unclaimed, as_schema, first_match};

/// How to export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Refuse what the spec does not describe, rather than only what contradicts it.
    pub strict: bool,
}

/// The schema of one target, self-contained; `None` if the target has no JSON body.
pub fn export(api: &Api, target: Target, options: &Options) -> Option<Tree> {
    let writer = Writer { api, options };
    let body = writer.target(target)?;
    let id = target_id(api, target);
    let mut out = writer.opening(&id);
    out.set("title", format!("{}.{id}", api.id));
    out.extend(writer.with_examples(body, target));
    writer.definitions(&writer.roots(target), &mut out);
    Some(out.into())
}

/// The schema of one type, self-contained: [`export`] of [`Target::Type`].
pub fn for_type(api: &Api, id: TypeId, options: &Options) -> Tree {
    export(api, Target::Type(id), options).unwrap_or(Tree::Bool(true))
}

/// What a document holds in `$defs` for a type; it refers to other types as `#/$defs/NAME`.
pub fn definition(api: &Api, id: TypeId, options: &Options) -> Tree {
    Writer { api, options }.definition(id).into()
}

/// Every type and every target of the API in one document.
///
/// Types stand in `$defs` by their name, the other targets by their id with `.` for `/`:
/// `create-order.response.422`. The document as such accepts anything: refer into it.
pub fn bundle(api: &Api, options: &Options) -> Tree {
    let writer = Writer { api, options };
    let mut out = writer.opening("");
    out.set("title", api.title.as_str());
    out.set_text("description", &api.doc);
    let mut definitions = Members::new();
    for id in 0..api.types.len() {
        let definition = writer.with_examples(writer.definition(id), Target::Type(id));
        definitions.set(&api.types[id].name, definition);
    }
    for target in targets(api) {
        if let (false, Some(body)) = (matches!(target, Target::Type(_)), writer.target(target)) {
            let name = target_id(api, target).replace('/', ".");
            definitions.set(&name, writer.with_examples(body, target));
        }
    }
    out.set("$defs", definitions);
    out.into()
}

/// Every target of the API, in the order of the spec: requests and responses with a body, feeds,
/// messages, commands, types.
pub fn targets(api: &Api) -> Vec<Target> {
    let mut out = Vec::new();
    for (index, operation) in api.operations.iter().enumerate() {
        if operation.body.is_some() {
            out.push(Target::Request(index));
        }
        for (response, described) in operation.responses.iter().enumerate() {
            if described.ty.is_some() {
                out.push(Target::Response(index, response));
            }
        }
    }
    let with_messages = |feed: &usize| !api.feeds[*feed].messages.is_empty();
    out.extend((0..api.feeds.len()).filter(with_messages).map(Target::Feed));
    out.extend((0..api.messages.len()).map(Target::Message));
    out.extend((0..api.commands.len()).map(Target::Command));
    out.extend((0..api.types.len()).map(Target::Type));
    out
}

/// The target's id without the API's: `create-order/response/422`, `feed.b.snapshot`.
pub fn target_id(api: &Api, target: Target) -> String {
    let local = |id: &str| {
        id.strip_prefix(&format!("{}.", api.id))
            .unwrap_or(id)
            .to_owned()
    };
    match target {
        Target::Request(operation) => {
            format!("{}/request", local(&api.operations[operation].meta.id))
        }
        Target::Response(operation, response) => {
            let operation = &api.operations[operation];
            let status = match operation.responses[response].status {
                Status::Code(code) => code.to_string(),
                Status::Class(class) => format!("{class}xx"),
            };
            format!("{}/response/{status}", local(&operation.meta.id))
        }
        Target::Feed(id) => local(&api.feeds[id].meta.id),
        Target::Message(id) => local(&api.messages[id].meta.id),
        Target::Command(id) => local(&api.commands[id].meta.id),
        Target::Type(id) => local(&api.types[id].meta.id),
    }
}

/// What every step reads.
struct Writer<'a> {
    api: &'a Api,
    options: &'a Options,
}

impl Writer<'_> {
    /// Dialect and identity. The two strengths are two documents, so they have two names.
    fn opening(&self, id: &str) -> Members {
        let kind = if self.options.strict {
            "strict"
        } else {
            "tolerant"
        };
        let separator = if id.is_empty() { "" } else { "/" };
        Members::new()
            .with("$schema", "https://json-schema.org/draft/2020-12/schema")
            .with(
                "$id",
                format!("urn:venue:{kind}:{}{separator}{id}", self.api.id),
            )
    }

    fn target(&self, target: Target) -> Option<Members> {
        let api = self.api;
        let described = |doc: &str, ty: &TypeRef| {
            let mut out = Members::new();
            out.set_text("description", doc);
            out.extend(self.type_ref(ty));
            out
        };
        Some(match target {
            Target::Request(id) => {
                let operation = &api.operations[id];
                described(&operation.meta.doc, &operation.body.as_ref()?.ty)
            }
            Target::Response(id, response) => {
                let response = &api.operations[id].responses[response];
                described(&response.doc, response.ty.as_ref()?)
            }
            Target::Feed(id) => {
                let mut out = Members::new();
                out.set_text("description", &api.feeds[id].meta.doc);
                out.extend(self.feed(id));
                out
            }
            Target::Message(id) => {
                let message = &api.messages[id];
                let mut out = described(&message.meta.doc, &message.ty);
                out.extend(self.fallback(message));
                out
            }
            Target::Command(id) => described(&api.commands[id].meta.doc, &api.commands[id].ty),
            // Its definition has the description.
            Target::Type(id) => described("", &TypeRef::Named(id)),
        })
    }

    /// Any message of the feed; a message of another feed contradicts it.
    fn feed(&self, feed: FeedId) -> Members {
        let feed = &self.api.feeds[feed];
        let order = self.api.received(feed.socket).into_iter();
        let choices: Vec<_> = order
            .filter(|id| feed.messages.contains(id))
            .map(|id| {
                let message = &self.api.messages[id];
                let mut then = Members::new().with("title", message.name.as_str());
                then.set_text("description", &message.meta.doc);
                then.extend(self.type_ref(&message.ty));
                then.extend(self.fallback(message));
                (&message.matches, then)
            })
            .collect();
        as_schema(first_match(&choices, Unclaimed::Refused))
    }

    /// What a fallback claims is not described: strictly, nothing is.
    fn fallback(&self, message: &Message) -> Members {
        let refused = message.fallback && self.undescribed(Openness::Open) == Unclaimed::Refused;
        if refused {
            as_schema(false.into())
        } else {
            Members::new()
        }
    }

    /// The types that the target refers to itself.
    fn roots(&self, target: Target) -> Vec<TypeRef> {
        let api = self.api;
        match target {
            Target::Request(id) => api.operations[id]
                .body
                .iter()
                .map(|body| body.ty.clone())
                .collect(),
            Target::Response(id, response) => api.operations[id].responses[response]
                .ty
                .iter()
                .cloned()
                .collect(),
            Target::Feed(id) => api.feeds[id]
                .messages
                .iter()
                .map(|&message| api.messages[message].ty.clone())
                .collect(),
            Target::Message(id) => vec![api.messages[id].ty.clone()],
            Target::Command(id) => vec![api.commands[id].ty.clone()],
            Target::Type(id) => vec![TypeRef::Named(id)],
        }
    }

    fn definitions(&self, roots: &[TypeRef], out: &mut Members) {
        let definitions: Members = self
            .reachable(&roots.iter().collect::<Vec<_>>())
            .into_iter()
            .map(|id| (self.api.types[id].name.clone(), self.definition(id).into()))
            .collect();
        if !definitions.is_empty() {
            out.set("$defs", definitions);
        }
    }

    /// Adds the payloads of the source that this strength accepts.
    fn with_examples(&self, mut schema: Members, target: Target) -> Members {
        let shown = |verdict| match verdict {
            ExampleVerdict::Valid => true,
            ExampleVerdict::Drift => !self.options.strict,
            ExampleVerdict::Invalid => false,
        };
        let examples = self.api.examples.iter();
        let accepted = examples.filter(|example| example.of == target && shown(example.verdict));
        let payloads: Vec<Tree> = accepted
            .filter_map(|example| Tree::parse(&example.payload))
            .collect();
        if !payloads.is_empty() {
            schema.set("examples", payloads);
        }
        schema
    }
}
