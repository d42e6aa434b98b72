//! The check program of an API: tables by which [`venue_wire::check`] holds bytes against it.
//!
//! The same tables serve a spec folder at run time and, written out as constants, the generated
//! crates.

mod build;

use venue_wire::check::table::Node;
use venue_wire::check::{NodeId, Program};

use crate::ir::{Api, CommandId, Location, MessageId, Provenance, SocketId, Target, TypeId};

/// A program, and what its nodes and variants stand for in the API.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// The tables.
    pub program: Program,
    /// By [`TypeId`].
    pub types: Vec<NodeId>,
    requests: Vec<Option<NodeId>>,
    responses: Vec<Vec<Option<NodeId>>>,
    feeds: Vec<NodeId>,
    messages: Vec<NodeId>,
    commands: Vec<NodeId>,
    received: Vec<(NodeId, Vec<MessageId>)>,
    sent: Vec<(NodeId, Vec<CommandId>)>,
    type_origins: Vec<Origin>,
    field_origins: Vec<Origin>,
}

/// Where the spec says a thing, and how it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The place in the spec.
    pub at: Location,
    /// Source and evidence.
    pub provenance: Provenance,
}

/// Makes the program of an API.
pub fn compile(api: &Api) -> Compiled {
    build::Builder::new(api).build()
}

impl Compiled {
    /// What a payload for the target is held against; none if the target has no body.
    pub fn root(&self, target: Target) -> Option<NodeId> {
        match target {
            Target::Request(operation) => *self.requests.get(operation)?,
            Target::Response(operation, response) => {
                *self.responses.get(operation)?.get(response)?
            }
            Target::Feed(feed) => self.feeds.get(feed).copied(),
            Target::Message(message) => self.messages.get(message).copied(),
            Target::Command(command) => self.commands.get(command).copied(),
            Target::Type(id) => self.types.get(id).copied(),
        }
    }

    /// Whatever arrives on a socket: the union of its messages in order of trial.
    /// [`Program::variant`] gives an index into [`received`](Self::received).
    pub fn socket_received(&self, socket: SocketId) -> NodeId {
        self.received[socket].0
    }

    /// The messages of a socket, in the order of the variants of
    /// [`socket_received`](Self::socket_received).
    pub fn received(&self, socket: SocketId) -> &[MessageId] {
        &self.received[socket].1
    }

    /// Whatever is sent on a socket: the union of its commands in order of trial.
    pub fn socket_sent(&self, socket: SocketId) -> NodeId {
        self.sent[socket].0
    }

    /// The commands of a socket, in the order of the variants of
    /// [`socket_sent`](Self::socket_sent).
    pub fn sent(&self, socket: SocketId) -> &[CommandId] {
        &self.sent[socket].1
    }

    /// The named type that a node stands for.
    pub fn type_of(&self, node: NodeId) -> Option<TypeId> {
        let id = node.0 as usize;
        (id < self.types.len()).then_some(id)
    }

    /// Where the spec describes a node of a named type, or a field of such a record.
    pub fn origin(&self, node: NodeId, field: Option<u32>) -> Option<&Origin> {
        let Some(field) = field else {
            return self.type_origins.get(self.type_of(node)?);
        };
        let tables = self.program.tables();
        match tables.nodes.get(node.0 as usize)? {
            Node::Object(record) | Node::Row(record) => {
                let fields = tables.records[*record as usize].fields;
                let known = field < fields.count;
                self.field_origins
                    .get((fields.first + field) as usize)
                    .filter(|_| known)
            }
            _ => None,
        }
    }
}
