//! One API made ready for checking: its check program, its routes, and the ids of what can be seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use venue_schema::ir::{
    self, Api, Evidence, Field, Layout, Location, Meta, Provenance, Record, SocketId, Target, Type, TypeId, TypeKind,
    TypeRef, UnknownFields,
};
use venue_schema::program::{Compiled, compile};
use venue_wire::check::{NodeId, Program};

use crate::finding::SpecPlace;
use crate::route::Routes;

/// One API made ready for checking.
pub struct Candidate {
    /// The API, with the parameters of its operations as types of their own.
    pub(crate) api: Api,
    pub(crate) id: Arc<str>,
    compiled: Compiled,
    pub(crate) routes: Routes,
    /// By operation.
    pub(crate) params: Vec<Params>,
    /// By socket.
    pub(crate) sockets: Vec<Socket>,
    /// By message, by command, by operation: what findings and coverage call them.
    pub(crate) message_ids: Vec<Arc<str>>,
    pub(crate) command_ids: Vec<Arc<str>>,
    pub(crate) operation_ids: Vec<Arc<str>>,
}

/// Types of an operation's parameters: objects with a member a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params {
    pub(crate) path: TypeId,
    pub(crate) query: TypeId,
}

/// A socket's two directions.
pub(crate) struct Socket {
    pub(crate) received: Channel,
    pub(crate) sent: Channel,
}

/// What can go one way over a socket.
pub(crate) struct Channel {
    /// The union of all that can.
    pub(crate) union: NodeId,
    /// By variant of the union.
    pub(crate) variants: Vec<Variant>,
}

/// A message or command.
#[derive(Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) target: Target,
    pub(crate) root: Option<NodeId>,
    pub(crate) fallback: bool,
}

impl Candidate {
    /// Makes an API ready.
    pub fn new(mut api: Api) -> Self {
        let params = (0..api.operations.len()).map(|n| add_params(&mut api, n)).collect();
        let compiled = compile(&api);
        let routes = Routes::new(&api);
        let sockets = (0..api.sockets.len()).map(|socket| channels(&api, &compiled, socket)).collect();
        Candidate {
            id: api.id.as_str().into(),
            message_ids: api.messages.iter().map(|m| m.meta.id.as_str().into()).collect(),
            command_ids: api.commands.iter().map(|c| c.meta.id.as_str().into()).collect(),
            operation_ids: api.operations.iter().map(|o| o.meta.id.as_str().into()).collect(),
            api,
            compiled,
            routes,
            params,
            sockets,
        }
    }

    /// Its id.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Ids of everything that a capture can show: operations, messages, commands.
    pub fn targets(&self) -> impl Iterator<Item = &Arc<str>> {
        self.operation_ids.iter().chain(&self.message_ids).chain(&self.command_ids)
    }

    /// Every address of the API, for people who wonder why nothing matched.
    pub fn addresses(&self) -> Vec<&str> {
        let servers = self.api.servers.iter().flat_map(|s| &s.urls);
        let sockets = self.api.sockets.iter().flat_map(|s| &s.urls);
        servers.chain(sockets).map(|(_, url)| url.as_str()).collect()
    }

    pub(crate) fn program(&self) -> &Program {
        &self.compiled.program
    }

    pub(crate) fn root(&self, target: Target) -> Option<NodeId> {
        self.compiled.root(target)
    }

    /// The type of what stands at a target: for a feed, each of its messages'.
    pub(crate) fn types(&self, target: Target) -> Vec<&TypeRef> {
        let api = &self.api;
        match target {
            Target::Request(op) => api.operations[op].body.iter().map(|b| &b.ty).collect(),
            Target::Response(op, n) => api.operations[op].responses[n].ty.iter().collect(),
            Target::Feed(feed) => api.feeds[feed].messages.iter().map(|m| &api.messages[*m].ty).collect(),
            Target::Message(m) => vec![&api.messages[m].ty],
            Target::Command(c) => vec![&api.commands[c].ty],
            Target::Type(t) => match &api.types[t].kind {
                TypeKind::Union(union) => union.variants.iter().map(|v| &v.ty).collect(),
                _ => Vec::new(),
            },
        }
    }

    /// The place in the spec of a finding's field.
    pub(crate) fn origin(&self, finding: &venue_wire::check::Finding) -> Option<SpecPlace> {
        todo!()
    }

    pub(crate) fn place(&self, at: &Location, provenance: &Provenance) -> Option<SpecPlace> {
        let file = self.api.files.get(at.file)?;
        let text = file.text.lines().nth((at.line as usize).checked_sub(1)?).unwrap_or_default();
        Some(SpecPlace {
            file: file.path.clone(),
            line: at.line,
            source: provenance.source.clone(),
            evidence: evidence(provenance.evidence),
            text: text.to_owned(),
            as_of: provenance.as_of.clone(),
        })
    }
}

/// The spec's word for it.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented",
        Evidence::Observed => "observed",
        Evidence::Inferred => "inferred",
    }
}
