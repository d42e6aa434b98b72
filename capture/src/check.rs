//! Holding records against APIs: which of them claims a record, and what it says of it.

mod unclaimed;

use std::sync::Arc;

use venue_schema::ir::{Api, Target, TypeRef};
use venue_wire::check::table::{Node, Tables};
use venue_wire::check::{NodeId, Program};

use crate::candidate::{Candidate, Variant};
use crate::excerpt::{self, Excerpt};
use crate::finding::{Drawable, Finding, Severity, Verdict, fingerprint};
use crate::judge::{self, Judged, Piece};
use crate::lex;
use crate::presume;
use crate::record::{Content, Exchange, Message, Record};
use crate::route::Route;
use crate::seen::{Notes, Seen};
use crate::session::Observation;
use crate::shape;
use crate::words;
use unclaimed::Where;

/// Holds records against a set of APIs.
pub struct Checker {
    candidates: Vec<Candidate>,
    /// Members that tell messages apart in any of them.
    tags: Vec<String>,
    /// What every record is, where routing is skipped.
    fixed: Option<(usize, Variant)>,
    /// Accepts any JSON, in the same exact sense of the word as the APIs' own programs.
    any: Program,
}

const ANY: NodeId = NodeId(0);

/// So many bytes are read again for the excerpts of one record's findings.
const DRAWN: usize = 64 << 20;

/// What became of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome<'c> {
    /// The worst of its findings.
    pub verdict: Verdict,
    /// The API that claims it.
    pub api: Option<&'c Arc<str>>,
    /// The operation, message or command that it is.
    pub target: Option<&'c Arc<str>>,
    /// For what nothing claims: host, path or feed, safe to show.
    pub unclaimed: Option<String>,
    /// What the checks over its connection need of it, for [`Session`](crate::session::Session).
    pub observation: Option<Box<Observation>>,
}

/// A message that is as an API describes it: there is nothing to say of it.
#[derive(Debug, Clone, Copy)]
pub struct Known<'c> {
    /// The API.
    pub api: &'c Arc<str>,
    /// The message or command that it is.
    pub target: &'c Arc<str>,
    candidate: usize,
    id: Target,
}

impl Outcome<'_> {
    fn with(self, observation: Option<Box<Observation>>) -> Self {
        Outcome {
            observation,
            ..self
        }
    }
}

/// Takes findings as they are made.
pub type Findings<'s> = dyn FnMut(&Drawable<'_>) + 's;

impl Checker {
    /// A checker of these APIs. Where two claim a record with the same verdict, the first wins.
    pub fn new(candidates: Vec<Candidate>) -> Self {
        let mut tags: Vec<String> = candidates
            .iter()
            .flat_map(|c| words::tags(&c.api))
            .collect();
        tags.sort_unstable();
        tags.dedup();
        let tables = Tables {
            nodes: vec![Node::Json].into(),
            ..Tables::default()
        };
        Checker {
            candidates,
            tags,
            fixed: None,
            any: Program::new(tables),
        }
    }

    /// A checker that takes every record for one thing.
    pub fn of_target(candidate: Candidate, target: Target) -> Self {
        let variant = Variant {
            target,
            root: candidate.root(target),
            fallback: false,
        };
        let mut checker = Checker::new(vec![candidate]);
        checker.fixed = Some((0, variant));
        checker
    }

    /// Members that tell messages apart in any of the APIs.
    pub(crate) fn tags(&self) -> Vec<&str> {
        self.tags.iter().map(String::as_str).collect()
    }

    /// The APIs.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// A place to note what records show: nothing so far.
    pub fn seen(&self) -> Seen {
        Seen::new(&self.candidates)
    }

    /// Checks one record. Findings come in the order of the parts of the record.
    pub fn check(
        &self,
        file: &Arc<str>,
        record: &Record<'_>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let Some(known) = self.recognise(record, &mut Notes(None)) else {
            return self.look(file, record, &mut Notes(None), findings);
        };
        Outcome {
            verdict: Verdict::Valid,
            api: Some(known.api),
            target: Some(known.target),
            unclaimed: None,
            observation: self.follow(record, known),
        }
    }

    /// What a record is, if it is a message as an API describes it, which most are, and notes what it
    /// shows of that API. The same in two parts as [`check`](Self::check) with notes: of a record that
    /// is not known, [`examine`](Self::examine) says the rest.
    #[inline]
    pub fn known(&self, record: &Record<'_>, seen: &mut Seen) -> Option<Known<'_>> {
        self.recognise(record, &mut Notes(Some(seen)))
    }

    /// What the checks over its connection need of a record that is known.
    #[inline]
    pub fn follow(&self, record: &Record<'_>, known: Known<'_>) -> Option<Box<Observation>> {
        match &record.content {
            Content::Message(message) if message.connection.is_some() || record.at.is_some() => {
                self.observation(record, message, known.candidate, known.id)
            }
            _ => None,
        }
    }

    /// Checks one record that is not [known](Self::known), and notes what it shows of the API that
    /// claims it.
    pub fn examine(
        &self,
        file: &Arc<str>,
        record: &Record<'_>,
        seen: &mut Seen,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        self.look(file, record, &mut Notes(Some(seen)), findings)
    }

    #[inline]
    fn recognise(&self, record: &Record<'_>, notes: &mut Notes<'_>) -> Option<Known<'_>> {
        let Content::Message(message) = &record.content else {
            return None;
        };
        if self.fixed.is_some() {
            return None;
        }
        let bytes = &*message.payload.bytes;
        // What is as one API describes it needs no other's opinion.
        let choice = self.candidates.len() > 1;
        let key = choice.then(|| lex::first_key(bytes)).flatten();
        let key = key.filter(|key| !key.contains(&b'\\'));
        for (index, candidate) in self.candidates.iter().enumerate() {
            for socket in candidate.routes.sockets(message.address.as_ref()) {
                let channel = candidate.sockets[socket].channel(message.direction);
                if key.is_some_and(|key| !channel.may_hold(key, bytes)) {
                    continue;
                }
                let mut note = notes.of(index);
                let accepted = note.accepts_as(candidate.program(), channel.union, bytes);
                // What holds an odd number is looked at again, for there is something to say.
                let accepted = accepted.filter(|_| !note.is_odd());
                if let Some(variant) = accepted.and_then(|n| channel.variants.get(n)) {
                    notes.settle(Some(index));
                    return Some(Known {
                        api: &candidate.id,
                        target: judge::id(candidate, variant.target),
                        candidate: index,
                        id: variant.target,
                    });
                }
            }
        }
        None
    }

    fn look(
        &self,
        file: &Arc<str>,
        record: &Record<'_>,
        notes: &mut Notes<'_>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let place = Where { file, record };
        match &record.content {
            Content::Unreadable { rule, message } => {
                let expected = "a record that can be read".to_owned();
                let finding = place.unmatched(rule, message.clone(), expected, "damage".into());
                findings(&Drawable {
                    finding,
                    excerpt: &|| None,
                });
                Outcome {
                    verdict: Verdict::Unmatched,
                    observation: Some(Observation::unreadable(record)),
                    ..Outcome::default()
                }
            }
            Content::Http(exchange) => self.exchange(&place, exchange, notes, findings),
            Content::Message(message) => self.message(&place, message, notes, findings),
        }
    }

    /// What the checks over its connection need of a record, as [`check`](Self::check) gives it, where
    /// nothing else is wanted: another part of the work checks the record itself.
    pub fn observe(&self, file: &Arc<str>, record: &Record<'_>) -> Option<Box<Observation>> {
        match &record.content {
            Content::Unreadable { .. } => return Some(Observation::unreadable(record)),
            Content::Message(message) if message.connection.is_none() && record.at.is_none() => {
                return None;
            }
            Content::Http(_) if record.at.is_none() => return None,
            Content::Http(exchange) => {
                let exchange = presume::whole(&self.candidates, exchange);
                let claims = self.candidates.iter().enumerate().filter_map(|(n, c)| {
                    match c
                        .routes
                        .operation(&c.api, &exchange.method, &exchange.address)
                    {
                        Route::Operation(operation, _) => Some((n, operation)),
                        _ => None,
                    }
                });
                let claims: Vec<(usize, usize)> = claims.collect();
                if let [] | [_] = claims.as_slice() {
                    let (index, operation) = *claims.first()?;
                    let candidate = &self.candidates[index];
                    return Observation::called(record, index, candidate, operation);
                }
            }
            Content::Message(_) => {}
        }
        self.check(file, record, &mut |_| {}).observation
    }

    /// What is kept of a message that an API claims.
    fn observation(
        &self,
        record: &Record<'_>,
        message: &Message<'_>,
        index: usize,
        target: Target,
    ) -> Option<Box<Observation>> {
        let candidate = &self.candidates[index];
        match target {
            Target::Message(id) => Observation::heard(record, message, index, candidate, id),
            Target::Command(id) => Observation::said(record, message, index, candidate, id),
            _ => None,
        }
    }

    fn message(
        &self,
        place: &Where<'_>,
        message: &Message<'_>,
        notes: &mut Notes<'_>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let bytes = &*message.payload.bytes;
        if let Some((index, variant)) = self.fixed {
            let judged = judge::fixed(
                &self.candidates[index],
                variant,
                bytes,
                message.payload.line,
                &mut notes.of(index),
            );
            return self.report(place, index, judged, notes, findings);
        }
        // The best claim so far, the best first: not a fallback, verdict, number of findings.
        let mut best: Option<(usize, Judged<'_>)> = None;
        let mut socket_known = false;
        for (index, candidate) in self.candidates.iter().enumerate() {
            for socket in candidate.routes.sockets(message.address.as_ref()) {
                socket_known = true;
                let channel = candidate.sockets[socket].channel(message.direction);
                let Some(chosen) = candidate.program().variant(channel.union, bytes) else {
                    continue;
                };
                let Some(&variant) = channel.variants.get(chosen) else {
                    continue;
                };
                let judged = judge::message(
                    candidate,
                    channel.union,
                    variant,
                    bytes,
                    message.payload.line,
                    &mut notes.of(index),
                );
                if best
                    .as_ref()
                    .is_none_or(|(_, other)| judged.rank() < other.rank())
                {
                    best = Some((index, judged));
                }
            }
        }
        let unclear = || Observation::unclear(place.record, message);
        if !self.any.accepts(ANY, bytes) {
            notes.settle(None);
            let outcome = self.not_json(place, message, findings);
            return outcome.with(unclear());
        }
        match best {
            Some((index, judged)) => {
                let observation = self.observation(place.record, message, index, judged.target);
                let outcome = self.report(place, index, judged, notes, findings);
                outcome.with(observation)
            }
            None => {
                let outcome = self.unclaimed_message(place, message, socket_known, findings);
                outcome.with(unclear())
            }
        }
    }

    fn exchange(
        &self,
        place: &Where<'_>,
        exchange: &Exchange<'_>,
        notes: &mut Notes<'_>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        let exchange = presume::whole(&self.candidates, exchange);
        let exchange = exchange.as_ref();
        let mut best: Option<(usize, Judged<'_>)> = None;
        let mut host_known = false;
        let mut other_methods: Vec<String> = Vec::new();
        for (index, candidate) in self.candidates.iter().enumerate() {
            match candidate
                .routes
                .operation(&candidate.api, &exchange.method, &exchange.address)
            {
                Route::Operation(operation, holes) => {
                    let judged = {
                        let note = &mut notes.of(index);
                        judge::exchange(candidate, operation, &holes, exchange, note)
                    };
                    if best
                        .as_ref()
                        .is_none_or(|(_, other)| judged.rank() < other.rank())
                    {
                        best = Some((index, judged));
                    }
                }
                Route::OtherMethod(methods) => {
                    host_known = true;
                    other_methods.extend(methods);
                }
                Route::OtherPath => host_known = true,
                Route::OtherHost => host_known |= candidate.routes.knows(&exchange.address.host),
            }
        }
        if let Some((index, judged)) = best {
            notes.response(index, &self.candidates[index].api, exchange);
            let observation = match judged.target {
                Target::Request(operation) | Target::Response(operation, _) => {
                    let candidate = &self.candidates[index];
                    Observation::called(place.record, index, candidate, operation)
                }
                _ => None,
            };
            let outcome = self.report(place, index, judged, notes, findings);
            return outcome.with(observation);
        }
        let methods = host_known.then_some(other_methods);
        self.unclaimed_exchange(place, exchange, methods, findings)
    }

    /// Hands on the findings of the API that claims the record best.
    fn report(
        &self,
        place: &Where<'_>,
        index: usize,
        judged: Judged<'_>,
        notes: &mut Notes<'_>,
        findings: &mut Findings<'_>,
    ) -> Outcome<'_> {
        notes.settle(Some(index));
        let news = judged.found.iter().filter_map(|found| found.news.as_ref());
        news.for_each(|news| notes.news(index, news));
        let candidate = &self.candidates[index];
        let target = judge::id(candidate, judged.target);
        for (nth, found) in judged.found.iter().enumerate() {
            let piece = &judged.pieces[found.piece];
            let types = judge::piece_types(candidate, piece);
            let normal = shape::normalise(&candidate.api, &types, &found.pointer);
            let verdict = Verdict::from(found.verdict);
            let finding = Finding {
                file: place.file.clone(),
                line: piece.line_at(found.offset).unwrap_or(place.record.line),
                record: place.record.index,
                verdict,
                rule: found.rule,
                severity: verdict.severity().unwrap_or(Severity::Info),
                api: Some(candidate.id.clone()),
                target: Some(target.clone()),
                pointer: piece.prefix.to_owned()
                    + &shape::pointer(&candidate.api, &types, &found.pointer),
                message: piece.prefixed(words::sentence(
                    &candidate.api,
                    &types,
                    found,
                    !piece.name.is_empty(),
                )),
                expected: found.expected.clone(),
                found: found.found.clone(),
                fingerprint: fingerprint(&[
                    found.rule,
                    &candidate.id,
                    target,
                    &piece.name,
                    &normal,
                    &found.member,
                    &found.expected,
                ]),
                spec: found.spec.clone(),
                at: place.record.at,
                part: piece.name.clone(),
                missing: found.member.clone(),
                about: candidate.about(judged.target),
            };
            // For each, all text before it is read: of a huge record that is full of faults the first tell.
            let is_drawn = nth * piece.bytes.len() <= DRAWN;
            findings(&Drawable {
                finding,
                excerpt: &|| {
                    let offset = found.offset.filter(|_| is_drawn);
                    self.draw(candidate, piece, offset, found.rule)
                },
            });
        }
        Outcome {
            verdict: judged.verdict().into(),
            api: Some(&candidate.id),
            target: Some(target),
            ..Outcome::default()
        }
    }

    fn draw(
        &self,
        candidate: &Candidate,
        piece: &Piece<'_>,
        offset: Option<usize>,
        rule: &str,
    ) -> Option<Excerpt> {
        let mut offset = offset?;
        if matches!(rule, "undocumented-field" | "duplicate-field") {
            offset = lex::name_before(&piece.bytes, offset).unwrap_or(offset);
        }
        let types = judge::piece_types(candidate, piece);
        Some(self.masked(&candidate.api, &types, &piece.bytes, offset))
    }

    fn masked(&self, api: &Api, types: &[&TypeRef], bytes: &[u8], offset: usize) -> Excerpt {
        let window = excerpt::window(bytes, offset);
        let hidden = shape::secrets(
            api,
            types,
            bytes,
            &window,
            &self.tags(),
            shape::Reader::OfReports,
        );
        excerpt::draw(bytes, offset, &hidden)
    }
}
