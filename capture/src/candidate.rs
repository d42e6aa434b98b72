//! One API made ready for checking: its check program, its routes, and the ids of what can be seen.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use venue_schema::ir::{
    Api, Evidence, Field, Layout, ListedAs, Location, Meta, Presence, Provenance, Record,
    Sensitivity, SocketId, Target, Type, TypeId, TypeKind, TypeRef, UnknownFields,
};
use venue_schema::program::{Compiled, compile};
use venue_wire::Verdict;
use venue_wire::check::table::{Node, Tables, Unknown};
use venue_wire::check::{NodeId, Program, rule};

use crate::finding::SpecPlace;
use crate::record::Direction;
use crate::route::Routes;
use crate::seen::Owners;
use crate::session::Plan;
use crate::url::Address;

/// One API made ready for checking.
pub struct Candidate {
    /// The API, with the parameters of its operations as types of their own.
    pub(crate) api: Api,
    pub(crate) id: Arc<str>,
    pub(crate) compiled: Compiled,
    pub(crate) routes: Routes,
    /// By operation.
    pub(crate) params: Vec<Params>,
    /// What coverage calls the types.
    pub(crate) owners: Owners,
    /// By socket.
    pub(crate) sockets: Vec<Socket>,
    /// By message, by command, by operation, by feed, by type: what findings and coverage call them.
    pub(crate) message_ids: Vec<Arc<str>>,
    pub(crate) command_ids: Vec<Arc<str>>,
    pub(crate) operation_ids: Vec<Arc<str>>,
    pub(crate) feed_ids: Vec<Arc<str>>,
    pub(crate) type_ids: Vec<Arc<str>>,
    /// What there is to watch over a connection.
    pub(crate) session: Plan,
    /// By type: a reference to it.
    type_refs: Vec<TypeRef>,
    /// Remarks that the spec's own examples call for, by record, field and rule: that is how the
    /// venue writes, and nothing to remark on. Made when it is first asked for.
    usual: OnceLock<BTreeSet<Remark>>,
}

/// Record, field and rule.
type Remark = (u32, Option<u32>, &'static str);

/// Types of an operation's parameters: objects with a member a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params {
    pub(crate) path: TypeId,
    pub(crate) query: TypeId,
    /// None where the operation has no header parameters.
    pub(crate) header: Option<TypeId>,
}

/// A socket's two directions.
pub(crate) struct Socket {
    pub(crate) received: Channel,
    pub(crate) sent: Channel,
}

impl Socket {
    pub(crate) fn channel(&self, direction: Direction) -> &Channel {
        match direction {
            Direction::Received => &self.received,
            Direction::Sent => &self.sent,
        }
    }
}

/// What can go one way over a socket.
pub(crate) struct Channel {
    /// The union of all that can.
    pub(crate) union: NodeId,
    /// By variant of the union.
    pub(crate) variants: Vec<Variant>,
    /// The names that an object's members can have, as JSON spells them; none if any can be there.
    keys: Option<BTreeSet<Box<[u8]>>>,
}

impl Channel {
    fn new(compiled: &Compiled, union: NodeId, variants: Vec<Variant>) -> Self {
        let keys = keys(compiled.program.tables(), union);
        Channel {
            union,
            variants,
            keys,
        }
    }

    /// Whether an object that has this member, quotes included, may be valid for it. Most of what one API
    /// sends shows at its first member that it is no other's.
    pub(crate) fn may_hold(&self, key: &[u8]) -> bool {
        let known = |keys: &BTreeSet<Box<[u8]>>| keys.contains(key) || key.contains(&b'\\');
        self.keys.as_ref().is_none_or(known)
    }
}

/// The names of the members of all objects that a node takes; none if one of them takes any name.
fn keys(tables: &Tables, node: NodeId) -> Option<BTreeSet<Box<[u8]>>> {
    let mut keys = BTreeSet::new();
    let (mut nodes, mut met) = (vec![node], BTreeSet::new());
    while let Some(id) = nodes.pop() {
        if !met.insert(id) {
            continue;
        }
        let record = match tables.nodes[id.0 as usize] {
            Node::Object(record) => tables.records[record as usize],
            Node::Json | Node::Map { .. } => return None,
            Node::Masked(inner) | Node::Blank(inner) => {
                nodes.push(inner);
                continue;
            }
            Node::Union(union) => {
                let variants = tables.unions[union as usize].variants;
                let variants = tables.variants[variants.first as usize..]
                    .iter()
                    .take(variants.count as usize);
                // What a fallback takes is not valid.
                nodes.extend(variants.filter(|it| !it.fallback).map(|it| it.node));
                continue;
            }
            _ => continue,
        };
        if record.unknown == Unknown::Expected {
            return None;
        }
        for field in tables.fields[record.fields.first as usize..]
            .iter()
            .take(record.fields.count as usize)
        {
            // It stands there as `,"name":`.
            let key = &tables.text.as_bytes()[field.key.at as usize..][..field.key.len as usize];
            keys.insert(key[1..key.len() - 1].into());
        }
    }
    Some(keys)
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
        let params: Vec<Params> = (0..api.operations.len())
            .map(|n| add_params(&mut api, n))
            .collect();
        let places = params.iter().flat_map(|ids| {
            let header = ids.header.map(|id| (id, "/header"));
            [(ids.path, "/path"), (ids.query, "/query")]
                .into_iter()
                .chain(header)
        });
        let owners = Owners::new(&api, &places.collect::<Vec<_>>());
        let compiled = compile(&api);
        let routes = Routes::new(&api);
        let sockets = (0..api.sockets.len())
            .map(|socket| channels(&api, &compiled, socket))
            .collect();
        let id = |meta: &Meta| Arc::from(meta.id.as_str());
        Candidate {
            id: api.id.as_str().into(),
            message_ids: api.messages.iter().map(|m| id(&m.meta)).collect(),
            command_ids: api.commands.iter().map(|c| id(&c.meta)).collect(),
            operation_ids: api.operations.iter().map(|o| id(&o.meta)).collect(),
            feed_ids: api.feeds.iter().map(|f| id(&f.meta)).collect(),
            type_ids: api.types.iter().map(|t| id(&t.meta)).collect(),
            session: Plan::new(&api),
            usual: OnceLock::new(),
            type_refs: (0..api.types.len()).map(TypeRef::Named).collect(),
            api,
            compiled,
            routes,
            params,
            owners,
            sockets,
        }
    }

    /// Takes what goes to an address for the API's, beside the addresses of its spec: a mock, a proxy, a
    /// host that the spec does not know. The host `*` is any.
    pub fn serve_at(&mut self, address: &Address) {
        self.routes.serve_at(address);
    }

    /// Whether an operation or socket of it has the path of an address, on whatever host.
    pub fn has_path(&self, address: &Address) -> bool {
        self.routes.has_path(&self.api, address)
    }

    /// Its id.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Ids of everything that a capture can show: operations, messages, commands.
    pub fn targets(&self) -> impl Iterator<Item = &Arc<str>> {
        self.operation_ids
            .iter()
            .chain(&self.message_ids)
            .chain(&self.command_ids)
    }

    /// Every address of the API, for people who wonder why nothing matched.
    pub fn addresses(&self) -> Vec<&str> {
        let servers = self.api.servers.iter().flat_map(|s| &s.urls);
        let sockets = self.api.sockets.iter().flat_map(|s| &s.urls);
        servers
            .chain(sockets)
            .map(|(_, url)| url.as_str())
            .collect()
    }

    pub(crate) fn program(&self) -> &Program {
        &self.compiled.program
    }

    pub(crate) fn root(&self, target: Target) -> Option<NodeId> {
        self.compiled.root(target)
    }

    /// A named type as a reference to it.
    pub(crate) fn type_ref(&self, id: TypeId) -> Option<&TypeRef> {
        self.type_refs.get(id)
    }

    /// Whether a remark could be made of one of the spec's examples as well.
    pub(crate) fn is_usual(&self, remark: &venue_wire::check::Finding) -> bool {
        let usual = self.usual.get_or_init(|| {
            let mut coverage = self.program().coverage();
            let examples = self.api.examples.iter();
            let found = examples.filter_map(|example| {
                let json = example.payload.as_bytes();
                let root = self.root(example.of)?;
                Some(self.program().explain_noting(root, json, &mut coverage))
            });
            let remarks = found.flatten().filter(|it| it.verdict == Verdict::Valid);
            remarks.map(|it| (it.node.0, it.field, it.rule)).collect()
        });
        usual.contains(&(remark.node.0, remark.field, remark.rule))
    }

    /// Where the spec describes a target.
    pub(crate) fn target_place(&self, target: Target) -> Option<SpecPlace> {
        let api = &self.api;
        let meta = match target {
            Target::Response(op, n) => {
                let response = &api.operations[op].responses[n];
                return self.place(&response.at, &response.provenance);
            }
            Target::Request(op) => &api.operations[op].meta,
            Target::Feed(f) => &api.feeds[f].meta,
            Target::Message(m) => &api.messages[m].meta,
            Target::Command(c) => &api.commands[c].meta,
            Target::Type(t) => &api.types[t].meta,
        };
        self.place(&meta.at, &meta.provenance)
    }

    /// A target in a few words: method and path, or what the spec says first.
    pub(crate) fn about(&self, target: Target) -> String {
        let api = &self.api;
        let doc = match target {
            Target::Request(op) | Target::Response(op, _) => {
                let operation = &api.operations[op];
                return format!("{} {}", operation.method, operation.path);
            }
            Target::Feed(f) => &api.feeds[f].meta.doc,
            Target::Message(m) => &api.messages[m].meta.doc,
            Target::Command(c) => &api.commands[c].meta.doc,
            Target::Type(t) => &api.types[t].meta.doc,
        };
        let first = doc
            .split_once(". ")
            .map_or(doc.as_str(), |(first, _)| first);
        first.trim_end_matches('.').to_owned()
    }

    /// The type of what stands at a target: for a feed, each of its messages'.
    pub(crate) fn types(&self, target: Target) -> Vec<&TypeRef> {
        let api = &self.api;
        match target {
            Target::Request(op) => api.operations[op].body.iter().map(|b| &b.ty).collect(),
            Target::Response(op, n) => api.operations[op].responses[n].ty.iter().collect(),
            Target::Feed(feed) => api.feeds[feed]
                .messages
                .iter()
                .map(|m| &api.messages[*m].ty)
                .collect(),
            Target::Message(m) => vec![&api.messages[m].ty],
            Target::Command(c) => vec![&api.commands[c].ty],
            Target::Type(t) => self.type_ref(t).into_iter().collect(),
        }
    }

    /// Where the spec says what a finding says: the enum or union whose list was left, the rule that
    /// was broken, or the field.
    pub(crate) fn origin(&self, finding: &venue_wire::check::Finding) -> Option<SpecPlace> {
        let about_judge = matches!(
            finding.rule,
            rule::UNKNOWN_VALUE
                | rule::UNDOCUMENTED_VALUE
                | rule::UNMATCHED_VARIANT
                | rule::UNDOCUMENTED_VARIANT
        );
        if finding.rule == rule::BROKEN_RULE
            && let Some(place) = self.broken_rule(finding)
        {
            return Some(place);
        }
        let judge = self.compiled.origin(finding.judge, None);
        let field = finding
            .field
            .and_then(|n| self.compiled.origin(finding.node, Some(n)));
        let origin = if about_judge {
            judge.or(field)
        } else {
            field.or(judge)
        };
        let origin = origin.or_else(|| self.compiled.origin(finding.node, None))?;
        self.place(&origin.at, &origin.provenance)
    }

    fn broken_rule(&self, finding: &venue_wire::check::Finding) -> Option<SpecPlace> {
        let ty = &self.api.types[self.compiled.type_of(finding.judge)?];
        let TypeKind::Record(record) = &ty.kind else {
            return None;
        };
        let broken = record
            .rules
            .iter()
            .find(|r| r.doc.trim_end_matches('.') == finding.message)?;
        self.place(&broken.at, &ty.meta.provenance)
    }

    /// Wire name of the field that a finding is about.
    pub(crate) fn field(&self, finding: &venue_wire::check::Finding) -> Option<&str> {
        let ty = &self.api.types[self.compiled.type_of(finding.node)?];
        let TypeKind::Record(record) = &ty.kind else {
            return None;
        };
        record
            .fields
            .get(finding.field? as usize)
            .map(|f| f.wire.as_str())
    }

    pub(crate) fn place(&self, at: &Location, provenance: &Provenance) -> Option<SpecPlace> {
        let file = self.api.files.get(at.file)?;
        let text = file
            .text
            .lines()
            .nth((at.line as usize).checked_sub(1)?)
            .unwrap_or_default();
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

/// Adds the types of an operation's parameters to its API: path, query and form are checked by the
/// same program as bodies are, once written as JSON.
fn add_params(api: &mut Api, operation: usize) -> Params {
    let op = &api.operations[operation];
    let path = Record {
        layout: Layout::Object,
        unknown_fields: UnknownFields::Drift,
        fields: op.path_params.clone(),
        rules: Vec::new(),
    };
    let (query, meta) = (op.query_record(), op.meta.clone());
    let header = Record {
        layout: Layout::Object,
        unknown_fields: UnknownFields::Expected,
        fields: op.headers.iter().map(recorded).collect(),
        rules: Vec::new(),
    };
    let mut add = |name: &str, record: Record| {
        api.types.push(Type {
            name: name.to_owned(),
            meta: meta.clone(),
            listed_as: ListedAs::Type,
            kind: TypeKind::Record(record),
        });
        api.types.len() - 1
    };
    Params {
        path: add("path parameters", path),
        query: add("query parameters", query),
        header: (!header.fields.is_empty()).then(|| add("header parameters", header)),
    }
}

/// A header parameter as captures have it: many recorders leave out what grants access.
fn recorded(field: &Field) -> Field {
    let mut field = field.clone();
    if field.sensitivity == Some(Sensitivity::Secret) {
        field.presence = match field.presence {
            Presence::Required | Presence::Optional => Presence::Optional,
            Presence::Nullable | Presence::OptionalNullable => Presence::OptionalNullable,
        };
    }
    field
}

fn channels(api: &Api, compiled: &Compiled, socket: SocketId) -> Socket {
    let variant = |target, fallback| Variant {
        target,
        root: compiled.root(target),
        fallback,
    };
    Socket {
        received: Channel::new(
            compiled,
            compiled.socket_received(socket),
            (compiled.received(socket).iter())
                .map(|m| variant(Target::Message(*m), api.messages[*m].fallback))
                .collect(),
        ),
        sent: Channel::new(
            compiled,
            compiled.socket_sent(socket),
            (compiled.sent(socket).iter())
                .map(|c| variant(Target::Command(*c), false))
                .collect(),
        ),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex;

    /// What a channel is spared is never what it takes; and something is spared it.
    #[test]
    fn what_is_valid_begins_with_a_name_that_is_known() {
        let (mut seen, mut spared) = (0, 0);
        for id in venue_schema::bundled_ids() {
            let api = venue_schema::load_bundled(id).expect("a sound spec");
            let candidate = Candidate::new(api);
            let channels = candidate.sockets.iter().map(|socket| &socket.received);
            spared += channels
                .filter(|channel| !channel.may_hold(b"\"no such name\""))
                .count();
            for example in &candidate.api.examples {
                let (socket, direction) = match example.of {
                    Target::Message(m) => (candidate.api.messages[m].socket, Direction::Received),
                    Target::Command(c) => (candidate.api.commands[c].socket, Direction::Sent),
                    _ => continue,
                };
                let channel = candidate.sockets[socket].channel(direction);
                let json = example.payload.as_bytes();
                if let Some(key) = lex::first_key(json)
                    && candidate.program().accepts(channel.union, json)
                {
                    assert!(channel.may_hold(key), "{id}: {}", example.payload);
                    seen += 1;
                }
            }
        }
        assert!(seen > 20 && spared > 0, "{seen} {spared}");
    }
}
