//! One API made ready for checking: its check program, its routes, and the ids of what can be seen.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;
use venue_schema::ir::{
    Api, Evidence, Field, Layout, ListedAs, Location, Meta, Presence, Provenance, Record,
    Sensitivity, SocketId, Target, Type, TypeId, TypeKind, TypeRef, UnknownFields,
};
use venue_schema::program::{Compiled, compile};
use venue_wire::Verdict;
use venue_wire::check::table::{self, Node, Tables, Unknown};
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
    names: Names,
}

/// What the members are called of the objects that a node takes, as JSON spells it, quotes included.
#[derive(Default)]
struct Names {
    /// Of those that take no other members: by length.
    closed: Vec<BTreeSet<Box<[u8]>>>,
    /// Of those that take any: of each, the longest of the names that it must have.
    open: Vec<Finder<'static>>,
}

impl Channel {
    fn new(compiled: &Compiled, union: NodeId, variants: Vec<Variant>) -> Self {
        let names = Names::of(compiled.program.tables(), union);
        Channel {
            union,
            variants,
            names,
        }
    }

    /// Whether an object that has this member first, quotes included and no escapes in it, may be accepted
    /// for it. Most of what
    /// one API sends shows by the names of its members that it is no other's.
    pub(crate) fn may_hold(&self, key: &[u8], json: &[u8]) -> bool {
        let is_known = self.names.closed.get(key.len());
        is_known.is_some_and(|names| names.contains(key))
            || self.names.open.iter().any(|name| name.find(json).is_some())
    }
}

impl Names {
    fn of(tables: &Tables, node: NodeId) -> Self {
        let mut names = Names::default();
        let (mut nodes, mut met) = (vec![node], BTreeSet::new());
        while let Some(id) = nodes.pop() {
            if !met.insert(id) {
                continue;
            }
            match tables.nodes[id.0 as usize] {
                Node::Object(record) => names.add(tables, &tables.records[record as usize]),
                Node::Json | Node::Map { .. } => names.open.push(Finder::new(b"").into_owned()),
                Node::Masked(inner) | Node::Blank(inner) => nodes.push(inner),
                Node::Union(union) => {
                    let variants = tables.unions[union as usize].variants;
                    let variants = tables.variants[variants.first as usize..]
                        .iter()
                        .take(variants.count as usize);
                    // What a fallback takes is not valid.
                    nodes.extend(variants.filter(|it| !it.fallback).map(|it| it.node));
                }
                _ => {}
            }
        }
        names
    }

    fn add(&mut self, tables: &Tables, record: &table::Record) {
        let fields = tables.fields[record.fields.first as usize..]
            .iter()
            .take(record.fields.count as usize);
        let name = |field: &table::Field| {
            // It stands there as `,"name":`.
            let key = &tables.text.as_bytes()[field.key.at as usize..][..field.key.len as usize];
            &key[1..key.len() - 1]
        };
        if record.unknown == Unknown::Expected {
            let required = fields.filter(|field| field.required).map(name);
            let longest = required.max_by_key(|name| name.len()).unwrap_or_default();
            self.open.push(Finder::new(longest).into_owned());
        } else {
            for name in fields.map(name) {
                let lengths = self.closed.len().max(name.len() + 1);
                self.closed.resize_with(lengths, BTreeSet::new);
                self.closed[name.len()].insert(name.into());
            }
        }
    }
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

    /// What a channel is spared is never what it takes, whoever's it is; and something is spared it.
    #[test]
    fn what_is_accepted_has_names_that_are_known() {
        let ready = |id| Candidate::new(venue_schema::load_bundled(id).expect("a sound spec"));
        let all: Vec<Candidate> = venue_schema::bundled_ids().map(ready).collect();
        let (mut accepted, mut spared) = (0, 0);
        for (one, other) in all
            .iter()
            .flat_map(|one| all.iter().map(move |it| (one, it)))
        {
            for example in &other.api.examples {
                let direction = match example.of {
                    Target::Message(_) => Direction::Received,
                    Target::Command(_) => Direction::Sent,
                    _ => continue,
                };
                let json = example.payload.as_bytes();
                let Some(key) = lex::first_key(json) else {
                    continue;
                };
                for channel in one.sockets.iter().map(|socket| socket.channel(direction)) {
                    let accepts = one.program().accepts(channel.union, json);
                    if channel.may_hold(key, json) {
                        accepted += usize::from(accepts);
                    } else {
                        assert!(!accepts, "{}: {}", one.id, example.payload);
                        spared += 1;
                    }
                }
            }
        }
        assert!(accepted > 40 && spared > 40, "{accepted} {spared}");
    }

    /// An object of any members has at least those that it must have.
    #[test]
    fn an_open_object_is_known_by_what_it_must_have() {
        let api = venue_schema::load_bundled("finery").expect("a sound spec");
        let finery = Candidate::new(api);
        let channel = &finery.sockets[0].received;
        let may_hold = |json: &[u8]| {
            let accepted = finery.program().accepts(channel.union, json);
            let key = lex::first_key(json).expect("an object");
            (accepted, channel.may_hold(key, json))
        };
        assert_eq!(may_hold(br#"{"new":1,"event":"auth"}"#), (true, true));
        assert_eq!(may_hold(br#"{"new":1,"other":"auth"}"#), (false, false));
    }
}
