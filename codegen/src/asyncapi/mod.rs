//! AsyncAPI 3.0 of what an API does over WebSocket, as a client sees it.
//!
//! [`document`] gives one document: a server for each socket and environment, a channel for each
//! feed and one for each socket as such, messages, and operations of a client: it receives feeds
//! and sends commands, which are answered. What AsyncAPI has no word for stands in members that
//! begin with `x-venue-`. Schemas are those of [`json_schema`] in draft-07, which
//! AsyncAPI's own are made after, in the tolerant strength.

mod channels;
mod correlation;
mod losses;
mod messages;
mod operations;
mod servers;

use std::collections::BTreeSet;

use venue_schema::ir::{Api, ListedAs, Type, TypeId, TypeRef};
use venue_schema::program::{self, Compiled};

use crate::api_document::{self as shared, Options, Schemas};
use crate::json_schema::{self, Draft, Members, Tree};
use crate::loss::Exported;

/// How to read the document, in its description.
const REMARK: &str = "Written from the client's side: it `receive`s feeds and `send`s commands. All channels of a \
     server share one connection: a channel named after a socket stands for the connection itself, the others for what is \
     subscribed to on it. `x-venue-match` says what tells a message from the others of its connection, and \
     `x-venue-received` in which order to try them. Decimals have `format: decimal`, whole numbers `int64` or `uint64`: \
     read them without rounding.";

/// The API in AsyncAPI 3.0; `None` if it has no sockets.
pub fn document(api: &Api, options: &Options) -> Option<Exported<Tree>> {
    if api.sockets.is_empty() {
        return None;
    }
    let writer = Writer {
        api,
        schemas: Schemas::new(api, Draft::D7, options.reader),
        compiled: program::compile(api),
    };
    let losses = writer.losses();
    let license = |spdx: &str| Members::new().with("name", spdx);
    let mut info = shared::info(api, options, REMARK, &losses, license);
    info.set("tags", writer.tags());
    let mut out = Members::new()
        .with("asyncapi", "3.0.0")
        .with("id", format!("urn:venue:asyncapi:{}", api.id));
    out.set("info", info);
    out.set("defaultContentType", "application/json");
    out.set("servers", writer.servers());
    out.set("channels", writer.channels());
    out.set("operations", writer.operations());
    out.set("components", writer.components());
    out.extend(shared::catalogues(api));
    Some(Exported {
        document: out.into(),
        losses,
    })
}

/// What every step reads.
struct Writer<'a> {
    api: &'a Api,
    schemas: Schemas<'a>,
    /// Tells which message claims an example.
    compiled: Compiled,
}

impl<'a> Writer<'a> {
    /// The chapters that have something to do with sockets.
    fn tags(&self) -> Vec<Tree> {
        let feeds = self.api.feeds.iter().map(|it| it.meta.section);
        let commands = self.api.commands.iter().map(|it| it.meta.section);
        let messages = self.api.messages.iter().map(|it| it.meta.section);
        let used: BTreeSet<usize> = feeds.chain(commands).chain(messages).collect();
        used.into_iter()
            .map(|id| shared::tag(self.api, &self.api.sections[id]).into())
            .collect()
    }

    fn tag_of(&self, section: usize) -> Vec<Tree> {
        let name = self.api.sections[section].name.as_str();
        vec![Members::new().with("name", name).into()]
    }

    fn components(&self) -> Members {
        let mut roots: Vec<TypeRef> = Vec::new();
        roots.extend(self.api.messages.iter().map(|it| it.ty.clone()));
        roots.extend(self.api.commands.iter().map(|it| it.ty.clone()));
        let params = self.api.feeds.iter().flat_map(|it| &it.params);
        roots.extend(params.map(|field| field.ty.clone()));
        roots.extend(self.shapes().map(|(id, _)| TypeRef::Named(id)));
        let mut out = Members::new().with("messages", self.messages());
        let schemas = self.schemas.components(&roots.iter().collect::<Vec<_>>());
        if !schemas.is_empty() {
            out.set("schemas", schemas);
        }
        let security = self.security_schemes();
        if !security.is_empty() {
            out.set("securitySchemes", security);
        }
        out
    }

    /// Types that a source calls a message or command without saying where it is sent, those of
    /// HTTP excepted.
    fn shapes(&self) -> impl Iterator<Item = (TypeId, &'a Type)> + use<'a> {
        let operations = self.api.operations.iter();
        let bodies = operations
            .clone()
            .filter_map(|it| Some(&it.body.as_ref()?.ty));
        let responses = operations.flat_map(|it| &it.responses);
        let of_http = bodies.chain(responses.filter_map(|it| it.ty.as_ref()));
        let of_http = json_schema::reachable(self.api, &of_http.collect::<Vec<_>>());
        let types = self.api.types.iter().enumerate();
        types.filter(move |(id, ty)| {
            matches!(ty.listed_as, ListedAs::Message | ListedAs::Command) && !of_http.contains(id)
        })
    }

    fn local<'i>(&self, id: &'i str) -> &'i str {
        shared::local(self.api, id)
    }
}

/// A reference within the document: the steps of a JSON pointer.
fn reference(steps: &[&str]) -> Tree {
    let mut pointer = "#".to_owned();
    for step in steps {
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    Members::new().with("$ref", pointer).into()
}
