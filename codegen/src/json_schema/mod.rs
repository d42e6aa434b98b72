//! JSON Schema of what an API sends and takes, in 2020-12 or draft-07.
//!
//! [`export`] gives one self-contained document for one target, [`bundle`] one for the whole API.
//! A document comes in two strengths: *tolerant* accepts what the spec does not describe as long
//! as it can be decoded (a new member, a new value of an open enum), *strict* refuses it. Both
//! refuse what contradicts the spec, so the two together tell valid from drift from invalid.
//!
//! What JSON Schema cannot say, a document leaves out rather than approximates: how a number is
//! spelt (`1.0` is an integer to it), repeated member names, and bounds on a decimal that stands
//! in a string, unless the bound is zero from below. [`Losses`] lists it.
//!
//! Formats that hold schemas as components (OpenAPI, AsyncAPI) take them from here, one by one:
//! [`definition`] for a named type, [`used`] for a type where it is used, [`field`] for a field or
//! parameter, [`payload`] for a body or message, with [`Options::home`] saying where named types
//! stand.

pub mod annotations;
mod document;
mod draft7;
mod enums;
mod losses;
mod matching;
mod pattern;
mod rules;
mod types;

use std::collections::BTreeSet;

use venue_schema::ir::{
    Api, Example, ExampleVerdict, FeedId, Field, Message, Openness, Provenance, Status, Target,
    TypeId, TypeRef,
};

pub(crate) use rules::rules;

use crate::loss::{Exported, Losses};
use annotations::About;
pub use document::{Members, Tree};
use matching::{Choice, Unclaimed, as_schema, first_match, titled};
pub(crate) use matching::{kind_name, literal};
pub(crate) use pattern::escaped;

/// How to export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Refuse what the spec does not describe, rather than only what contradicts it.
    pub strict: bool,
    /// The dialect to write.
    pub draft: Draft,
    /// Where named types stand.
    pub home: Home,
}

impl Options {
    /// What stands before a type's name in a reference to it.
    fn prefix(&self) -> &'static str {
        match (self.home, self.draft) {
            (Home::Components, _) => "#/components/schemas/",
            (Home::Document, Draft::D2020) => "#/$defs/",
            (Home::Document, Draft::D7) => "#/definitions/",
        }
    }
}

/// A dialect of JSON Schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Draft {
    /// 2020-12, which OpenAPI 3.1 shares.
    #[default]
    D2020,
    /// draft-07, which older tools and AsyncAPI take: tuples are `items`, and what stands beside a
    /// reference is wrapped.
    D7,
}

impl Draft {
    /// The address of its metaschema.
    pub fn address(self) -> &'static str {
        match self {
            Draft::D2020 => "https://json-schema.org/draft/2020-12/schema",
            Draft::D7 => "http://json-schema.org/draft-07/schema#",
        }
    }
}

/// Where named types stand, and so what references to them look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Home {
    /// In the document's own `$defs`, or `definitions` in draft-07.
    #[default]
    Document,
    /// In `components/schemas` of an OpenAPI or AsyncAPI document.
    Components,
}

/// The schema of one target, self-contained; `None` if the target has no JSON body.
pub fn export(api: &Api, target: Target, options: &Options) -> Option<Exported<Tree>> {
    let writer = Writer { api, options };
    let mut body = writer.target(target)?;
    let id = target_id(api, target);
    let types = writer.reachable(&writer.roots(target).iter().collect::<Vec<_>>());
    let mut losses = Losses::new();
    for &id in &types {
        writer.losses_of_type(id, &mut losses);
    }
    if !losses.is_empty() {
        let description = match body.get("description") {
            Some(Tree::Text(text)) => losses.describe(text),
            _ => losses.describe(""),
        };
        body.set("description", description);
    }
    let mut out = writer.opening(&id);
    out.set("title", format!("{}.{id}", api.id));
    out.extend(writer.with_examples(body, target));
    let definitions: Members = types
        .into_iter()
        .map(|id| (api.types[id].name.clone(), writer.definition(id).into()))
        .collect();
    if !definitions.is_empty() {
        out.set("$defs", definitions);
    }
    let mut all = Losses::new();
    losses::of_the_format(&mut all);
    all.extend(losses);
    Some(Exported {
        document: writer.finish(out),
        losses: all,
    })
}

/// The schema of one type, self-contained: the document of [`export`] for [`Target::Type`].
pub fn for_type(api: &Api, id: TypeId, options: &Options) -> Tree {
    export(api, Target::Type(id), options).map_or(Tree::Bool(true), |exported| exported.document)
}

/// What a document holds for a named type, without examples. It refers to other types as
/// [`Options::home`] says.
pub fn definition(api: &Api, id: TypeId, options: &Options) -> Tree {
    let writer = Writer { api, options };
    writer.finish(writer.definition(id))
}

/// The schema of a type where it is used: a reference if it has a name.
pub fn used(api: &Api, ty: &TypeRef, options: &Options) -> Tree {
    let writer = Writer { api, options };
    writer.finish(writer.type_ref(ty))
}

/// The schema of a field or parameter: description, type with bounds, null and the empty string
/// where they stand for none, default, and `x-venue-` members. Its provenance is there unless it is
/// `inherited`.
pub fn field(api: &Api, field: &Field, inherited: &Provenance, options: &Options) -> Tree {
    let writer = Writer { api, options };
    writer.finish(writer.field(field, inherited, None))
}

/// The schema of a target's payload, with its description and examples and without definitions:
/// it refers to named types. `None` if the target has no JSON body.
pub fn payload(api: &Api, target: Target, options: &Options) -> Option<Tree> {
    let writer = Writer { api, options };
    let body = writer.target(target)?;
    Some(writer.finish(writer.with_examples(body, target)))
}

/// The payloads of the source for a target that this strength accepts: all but the invalid, and
/// strictly only the valid.
pub fn examples<'a>(api: &'a Api, target: Target, options: &Options) -> Vec<(&'a Example, Tree)> {
    let shown = |verdict| match verdict {
        ExampleVerdict::Valid => true,
        ExampleVerdict::Drift => !options.strict,
        ExampleVerdict::Invalid => false,
    };
    api.examples
        .iter()
        .filter(|example| example.of == target && shown(example.verdict))
        .filter_map(|example| Some((example, Tree::parse(&example.payload)?)))
        .collect()
}

/// What the schemas of all types and of some fields or parameters, each under its id without the
/// API's, leave out. What a format that has more than schemas leaves out is its own to say.
pub fn losses_of_schemas<'a>(
    api: &Api,
    fields: impl IntoIterator<Item = (String, &'a Field)>,
    options: &Options,
) -> Losses {
    let writer = Writer { api, options };
    let mut losses = Losses::new();
    for id in 0..api.types.len() {
        writer.losses_of_type(id, &mut losses);
    }
    for (about, field) in fields {
        writer.of_field(&about, field, &mut losses);
    }
    losses
}

/// Every type and every target of the API in one document.
///
/// Types stand in `$defs` by their name, the other targets by their id with `-` for `/` and `.`,
/// which generators of types would take for modules: `create-order-response-422`. The document as
/// such accepts anything: refer into it.
pub fn bundle(api: &Api, options: &Options) -> Exported<Tree> {
    let writer = Writer { api, options };
    let mut losses = Losses::new();
    losses::of_the_format(&mut losses);
    losses.extend(losses_of_schemas(api, [], options));
    let mut out = writer.opening("");
    out.set("title", api.title.as_str());
    out.set("description", losses.describe(&api.doc));
    out.extend(annotations::provenance(&api.provenance));
    out.extend(annotations::remarks(
        api,
        About::Itself(&format!("{}.api", api.id)),
    ));
    let mut definitions = Members::new();
    for id in 0..api.types.len() {
        let definition = writer.with_examples(writer.definition(id), Target::Type(id));
        definitions.set(&api.types[id].name, definition);
    }
    for target in targets(api) {
        if let (false, Some(body)) = (matches!(target, Target::Type(_)), writer.target(target)) {
            let mut name = target_id(api, target).replace(['/', '.'], "-");
            while definitions.has(&name) {
                name.push('-');
            }
            definitions.set(&name, writer.with_examples(body, target));
        }
    }
    out.set("$defs", definitions);
    Exported {
        document: writer.finish(out),
        losses,
    }
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

/// The named types that the given ones need, themselves included, in the order of the spec.
pub(crate) fn reachable(api: &Api, roots: &[&TypeRef]) -> BTreeSet<TypeId> {
    let options = &Options::default();
    Writer { api, options }.reachable(roots)
}

/// What every step reads. Steps write 2020-12; [`Writer::finish`] turns it into the dialect wanted.
struct Writer<'a> {
    api: &'a Api,
    options: &'a Options,
}

impl Writer<'_> {
    /// Dialect and identity. Strengths and dialects are documents of their own, so each has a name
    /// of its own. A URN: nothing is to be fetched, and nobody else's host is claimed.
    fn opening(&self, id: &str) -> Members {
        let strength = if self.options.strict {
            "strict"
        } else {
            "tolerant"
        };
        let draft = match self.options.draft {
            Draft::D2020 => "",
            Draft::D7 => "-draft-07",
        };
        let separator = if id.is_empty() { "" } else { "/" };
        Members::new()
            .with("$schema", self.options.draft.address())
            .with(
                "$id",
                format!("urn:venue:{strength}{draft}:{}{separator}{id}", self.api.id),
            )
    }

    /// The schema in the dialect of the options.
    fn finish(&self, schema: Members) -> Tree {
        match self.options.draft {
            Draft::D2020 => schema.into(),
            Draft::D7 => draft7::schema(schema).into(),
        }
    }

    /// An id without the API's.
    fn local<'i>(&self, id: &'i str) -> &'i str {
        id.strip_prefix(self.api.id.as_str())
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(id)
    }

    fn target(&self, target: Target) -> Option<Members> {
        let api = self.api;
        let described = |doc: &str, ty: &TypeRef| {
            let mut out = Members::new();
            out.set_text("description", doc);
            out.extend(self.type_ref(ty));
            out
        };
        let (mut out, of) = match target {
            Target::Request(id) => {
                let operation = &api.operations[id];
                let body = &operation.body.as_ref()?.ty;
                (described(&operation.meta.doc, body), &operation.meta)
            }
            Target::Response(id, response) => {
                let response = &api.operations[id].responses[response];
                let mut out = described(&response.doc, response.ty.as_ref()?);
                out.extend(annotations::provenance(&response.provenance));
                return Some(out);
            }
            Target::Feed(id) => {
                let mut out = Members::new();
                out.set_text("description", &api.feeds[id].meta.doc);
                out.extend(self.feed(id));
                (out, &api.feeds[id].meta)
            }
            Target::Message(id) => {
                let message = &api.messages[id];
                let mut out = described(&message.meta.doc, &message.ty);
                if self.refuses(message) {
                    out.extend(as_schema(false.into()));
                }
                (out, &message.meta)
            }
            Target::Command(id) => {
                let command = &api.commands[id];
                (described(&command.meta.doc, &command.ty), &command.meta)
            }
            // Its definition has the rest.
            Target::Type(id) => return Some(described("", &TypeRef::Named(id))),
        };
        out.extend(annotations::provenance(&of.provenance));
        out.extend(annotations::remarks(api, About::Whole(&of.id)));
        Some(out)
    }

    /// Any message of the feed; a message of another feed contradicts it.
    fn feed(&self, feed: FeedId) -> Members {
        let feed = &self.api.feeds[feed];
        let order = self.api.received(feed.socket).into_iter();
        let choices: Vec<_> = order
            .filter(|id| feed.messages.contains(id))
            .map(|id| {
                let message = &self.api.messages[id];
                Choice {
                    matches: &message.matches,
                    head: titled(&message.name, &message.meta.doc),
                    schema: self.type_ref(&message.ty),
                    refused: self.refuses(message),
                }
            })
            .collect();
        first_match(&choices, Unclaimed::Refused)
    }

    /// What a fallback claims is not described: strictly, nothing is.
    fn refuses(&self, message: &Message) -> bool {
        message.fallback && self.undescribed(Openness::Open) == Unclaimed::Refused
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

    /// Adds the payloads of the source that this strength accepts.
    fn with_examples(&self, mut schema: Members, target: Target) -> Members {
        let shown = examples(self.api, target, self.options).into_iter();
        let payloads: Vec<Tree> = shown.map(|(_, payload)| payload).collect();
        if !payloads.is_empty() {
            schema.set("examples", payloads);
        }
        schema
    }
}
