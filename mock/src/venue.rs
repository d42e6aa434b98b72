//! One API made ready to be served: its check program, its examples by target, its addresses.

use std::collections::BTreeMap;

use venue_capture::Candidate;
use venue_schema::ir::{
    Api, ErrorClass, ExampleVerdict, FeedId, Field, MessageId, Part, Semantics, Sensitivity,
    SocketId, Status, Target, TypeKind, TypeRef,
};
use venue_schema::sample::raw::Raw;
use venue_schema::sample::{Generator, Manner};
use venue_wire::Verdict;

use crate::seed::Stream;
use crate::socket::refuses;

/// Bytes that a generated value is drawn from.
const SEED_BYTES: usize = 4096;
/// Seeds tried before a target is given up.
const TRIES: u64 = 24;

/// One API made ready to be served.
pub(crate) struct Venue {
    pub(crate) candidate: Candidate,
    /// The API as its spec has it, for what is exported.
    pub(crate) described: Api,
    /// Indices into the API's examples, those that the spec calls valid; by target's text.
    examples: BTreeMap<String, Vec<usize>>,
    /// By message: indices of its examples, those of its feed included.
    message_examples: Vec<Vec<usize>>,
    /// Vendor's names of members that grant access.
    pub(crate) secrets: Vec<String>,
    /// What most refusals look like, for those that no operation is found for.
    pub(crate) refusal: Option<TypeRef>,
}

impl Venue {
    pub(crate) fn new(api: Api) -> Self {
        let mut examples: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, example) in api.examples.iter().enumerate() {
            if example.verdict == ExampleVerdict::Valid {
                examples.entry(key(example.of)).or_default().push(index);
            }
        }
        let mut venue = Venue {
            secrets: secrets(&api),
            refusal: refusal(&api),
            examples,
            message_examples: Vec::new(),
            described: api.clone(),
            candidate: Candidate::new(api),
        };
        venue.message_examples = venue.find_message_examples();
        venue
    }

    fn find_message_examples(&self) -> Vec<Vec<usize>> {
        let api = self.api();
        let mut out = vec![Vec::new(); api.messages.len()];
        for (index, example) in api.examples.iter().enumerate() {
            let socket = match example.of {
                Target::Message(message) => api.messages[message].socket,
                Target::Feed(feed) => api.feeds[feed].socket,
                _ => continue,
            };
            let claimed = self.claims(socket, &example.payload);
            if let (Some((message, Verdict::Valid)), ExampleVerdict::Valid) =
                (claimed, example.verdict)
            {
                out[message].push(index);
            }
        }
        out
    }

    /// The examples of a message, in the order of the spec.
    pub(crate) fn message_examples(&self, message: MessageId) -> &[usize] {
        &self.message_examples[message]
    }

    /// The message that a feed begins with, and those that follow in turn: refusals and what says
    /// that a subscription ended are none of them.
    pub(crate) fn feed_messages(&self, feed: FeedId) -> (Option<MessageId>, Vec<MessageId>) {
        let api = self.api();
        let feed = &api.feeds[feed];
        let ends: Vec<&str> = feed
            .unsubscribe
            .iter()
            .flat_map(|command| &api.commands[*command].answers)
            .map(|answer| api.messages[*answer].name.as_str())
            .collect();
        let is_data = |id: &MessageId| {
            let message = &api.messages[*id];
            !message.fallback && !refuses(message) && !ends.contains(&message.name.as_str())
        };
        let data: Vec<MessageId> = feed.messages.iter().copied().filter(is_data).collect();
        let whole = |id: &MessageId| api.messages[*id].name.contains("snapshot");
        let whole = data.iter().copied().find(whole);
        let first = whole.or(data.first().copied());
        if whole.is_none() && feed.semantics != Semantics::SnapshotThenUpdates {
            let mut turns = data;
            let by = turns.len().min(1);
            turns.rotate_left(by);
            return (first, turns);
        }
        let rest = data.into_iter().filter(|id| Some(*id) != first).collect();
        (first, rest)
    }

    pub(crate) fn api(&self) -> &Api {
        self.candidate.api()
    }

    /// The examples of a target, in the order of the spec.
    pub(crate) fn examples(&self, target: Target) -> &[usize] {
        self.examples.get(&key(target)).map_or(&[], Vec::as_slice)
    }

    /// What the check program says of a payload for the target. A target without a body takes none.
    pub(crate) fn verdict(&self, target: Target, payload: &str) -> Verdict {
        let compiled = self.candidate.compiled();
        match compiled.root(target) {
            Some(root) => compiled.program.verdict(root, payload.as_bytes()),
            None => Verdict::Invalid,
        }
    }

    /// The verdict on a received message of the socket, with the message that claims it.
    pub(crate) fn claims(&self, socket: SocketId, payload: &str) -> Option<(MessageId, Verdict)> {
        let compiled = self.candidate.compiled();
        let root = compiled.socket_received(socket);
        let variant = compiled.program.variant(root, payload.as_bytes())?;
        let message = *compiled.received(socket).get(variant)?;
        let verdict = compiled.program.verdict(root, payload.as_bytes());
        Some((message, verdict))
    }

    /// A valid value for the target, the same for the same seed, count and moment.
    pub(crate) fn generate(&self, target: Target, seed: u64, count: u64, now: i128) -> Option<Raw> {
        let mut stream = Stream::new(seed, &key(target), count);
        (0..TRIES).find_map(|_| {
            let bytes = stream.bytes(SEED_BYTES);
            let mut generator = Generator::new(self.api(), &bytes, Manner::Plain { now });
            let value = generator.target(target)?;
            (self.verdict(target, &value.to_string()) == Verdict::Valid).then_some(value)
        })
    }
}

/// A name for a target, for maps and seeds.
pub(crate) fn key(target: Target) -> String {
    match target {
        Target::Request(op) => format!("request {op}"),
        Target::Response(op, n) => format!("response {op} {n}"),
        Target::Feed(feed) => format!("feed {feed}"),
        Target::Message(message) => format!("message {message}"),
        Target::Command(command) => format!("command {command}"),
        Target::Type(ty) => format!("type {ty}"),
    }
}

fn secrets(api: &Api) -> Vec<String> {
    let mut names: Vec<String> = api
        .types
        .iter()
        .filter_map(|ty| match &ty.kind {
            TypeKind::Record(record) => Some(&record.fields),
            _ => None,
        })
        .flatten()
        .chain(api.operations.iter().flat_map(|op| &op.query))
        .filter(|field| is_secret(api, field))
        .map(|field| field.wire.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a field, or the scalar that it holds, grants access.
pub(crate) fn is_secret(api: &Api, field: &Field) -> bool {
    let of_type = match &field.ty {
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Scalar(scalar) => scalar.sensitivity,
            _ => None,
        },
        _ => None,
    };
    [field.sensitivity, of_type].contains(&Some(Sensitivity::Secret))
}

/// The type that most refusals have.
fn refusal(api: &Api) -> Option<TypeRef> {
    let mut counts: Vec<(&TypeRef, usize)> = Vec::new();
    let refused = |status| matches!(status, Status::Code(400..=499) | Status::Class(4));
    for response in api.operations.iter().flat_map(|op| &op.responses) {
        let Some(ty) = response.ty.as_ref().filter(|_| refused(response.status)) else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, count)) => *count += 1,
            None => counts.push((ty, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    let (ty, _) = counts.into_iter().find(|(_, count)| *count == most)?;
    Some(ty.clone())
}

/// The first status of the catalogue in a class, out of those that are wanted.
pub(crate) fn status_of(api: &Api, class: ErrorClass, wanted: &[u16]) -> Option<u16> {
    let known = |status: &u16| {
        api.errors
            .iter()
            .any(|error| error.class == class && error.status == Some(*status))
    };
    wanted.iter().copied().find(known)
}

/// The values of a template's holes, if the text is of that form. A hole takes one or more
/// characters other than `.` and `/`.
pub(crate) fn fit(parts: &[Part], text: &str) -> Option<Vec<(String, String)>> {
    match parts.split_first() {
        None => text.is_empty().then(Vec::new),
        Some((Part::Text(start), rest)) => fit(rest, text.strip_prefix(start.as_str())?),
        Some((Part::Hole(name), rest)) => {
            let ends = text
                .char_indices()
                .take_while(|(_, c)| !matches!(c, '.' | '/'));
            ends.map(|(at, c)| at + c.len_utf8()).find_map(|end| {
                let mut holes = fit(rest, &text[end..])?;
                holes.insert(0, (name.clone(), text[..end].to_owned()));
                Some(holes)
            })
        }
    }
}

/// The records that a value of the type can be: itself, or those of its variants.
pub(crate) fn records<'a>(api: &'a Api, ty: &TypeRef) -> Vec<&'a venue_schema::ir::Record> {
    fn collect<'a>(
        api: &'a Api,
        ty: &TypeRef,
        depth: usize,
        out: &mut Vec<&'a venue_schema::ir::Record>,
    ) {
        let TypeRef::Named(id) = ty else { return };
        match &api.types[*id].kind {
            TypeKind::Record(record) => out.push(record),
            TypeKind::Union(union) if depth < 8 => {
                for variant in &union.variants {
                    collect(api, &variant.ty, depth + 1, out);
                }
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    collect(api, ty, 0, &mut out);
    out
}
