//! What one API says of one record: its parts are held against the API's check program, one by one.

mod exchange;
mod outside;

use std::borrow::Cow;
use std::sync::Arc;

use venue_schema::ir::{Response, Status, Target, TypeId, TypeRef};
use venue_wire::Verdict;
use venue_wire::check::{NodeId, rule};

use crate::candidate::{Candidate, Variant};
use crate::finding::SpecPlace;
use crate::lex;
use crate::seen::{self, News, Note};

pub(crate) use exchange::{described, exchange, fields, media, named};

/// A part of a record that was held against a type.
pub(crate) struct Piece<'p> {
    /// `query`, `request`, `response 200`; empty for a message.
    pub(crate) name: String,
    /// What pointers into it start with, where it is not a message or body.
    pub(crate) prefix: &'static str,
    pub(crate) bytes: Cow<'p, [u8]>,
    /// Line of the file that the bytes start on, if they stand in it as they are.
    line: Option<u64>,
    about: About,
}

/// What a piece was held against.
#[derive(Clone, Copy)]
enum About {
    Target(Target),
    Type(TypeId),
    Nothing,
}

/// A departure from the spec, before it is known whether this API speaks for the record.
pub(crate) struct Found {
    /// Index of the piece.
    pub(crate) piece: usize,
    pub(crate) rule: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) pointer: String,
    /// In the piece's bytes; none if it is not about a place in them.
    pub(crate) offset: Option<usize>,
    /// Name of the member that is missing.
    pub(crate) member: String,
    pub(crate) message: String,
    pub(crate) expected: String,
    pub(crate) found: String,
    pub(crate) spec: Option<SpecPlace>,
    /// What was seen and is not described, for coverage.
    pub(crate) news: Option<News>,
}

/// What one API says of one record.
pub(crate) struct Judged<'p> {
    pub(crate) target: Target,
    fallback: bool,
    pub(crate) pieces: Vec<Piece<'p>>,
    pub(crate) found: Vec<Found>,
}

impl Judged<'_> {
    pub(crate) fn verdict(&self) -> Verdict {
        self.found
            .iter()
            .map(|f| f.verdict)
            .max()
            .unwrap_or_default()
    }

    /// The smaller, the better the API's claim. A fallback claims what is not described, and so
    /// speaks last, however mild it is.
    pub(crate) fn rank(&self) -> (bool, Verdict, usize) {
        let faults = self.found.iter();
        let faults = faults.filter(|found| found.verdict > Verdict::Valid);
        (self.fallback, self.verdict(), faults.count())
    }
}

impl Piece<'_> {
    /// The request as such, with nothing of it to be held against anything.
    fn of_request() -> Self {
        Piece {
            name: "request".into(),
            prefix: "",
            bytes: Cow::Borrowed(&[]),
            line: None,
            about: About::Nothing,
        }
    }

    /// The line of the file that a place is on.
    pub(crate) fn line_at(&self, offset: Option<usize>) -> Option<u64> {
        Some(self.line? + lex::lines_before(&self.bytes, offset.unwrap_or(0)))
    }

    /// A sentence with the part that it is about.
    pub(crate) fn prefixed(&self, sentence: String) -> String {
        if self.name.is_empty() {
            sentence
        } else {
            format!("{}: {sentence}", self.name)
        }
    }
}

/// The types that a piece was held against.
pub(crate) fn piece_types<'c>(candidate: &'c Candidate, piece: &Piece<'_>) -> Vec<&'c TypeRef> {
    match piece.about {
        About::Target(target) => candidate.types(target),
        About::Type(id) => candidate.type_ref(id).into_iter().collect(),
        About::Nothing => Vec::new(),
    }
}

/// What findings and coverage call a target.
pub(crate) fn id(candidate: &Candidate, target: Target) -> &Arc<str> {
    match target {
        Target::Request(op) | Target::Response(op, _) => &candidate.operation_ids[op],
        Target::Message(m) => &candidate.message_ids[m],
        Target::Command(c) => &candidate.command_ids[c],
        Target::Feed(f) => &candidate.feed_ids[f],
        Target::Type(t) => &candidate.type_ids[t],
    }
}

/// A message that its socket's program did not accept at once.
pub(crate) fn message<'p>(
    candidate: &Candidate,
    union: NodeId,
    variant: Variant,
    bytes: &'p [u8],
    line: Option<u64>,
    note: &mut Note<'_>,
) -> Judged<'p> {
    let mut judged = Judged {
        target: variant.target,
        fallback: variant.fallback,
        pieces: vec![],
        found: vec![],
    };
    let piece = Piece {
        name: String::new(),
        prefix: "",
        bytes: Cow::Borrowed(bytes),
        line,
        about: About::Target(variant.target),
    };
    judged.explain(candidate, piece, union, note);
    judged
}

/// A document that is held against one target.
pub(crate) fn fixed<'p>(
    candidate: &Candidate,
    variant: Variant,
    bytes: &'p [u8],
    line: Option<u64>,
    note: &mut Note<'_>,
) -> Judged<'p> {
    let mut judged = Judged {
        target: variant.target,
        fallback: false,
        pieces: vec![],
        found: vec![],
    };
    if let Some(root) = variant.root {
        let name = match variant.target {
            Target::Request(_) => "request".to_owned(),
            Target::Response(op, n) => status_name(&candidate.api.operations[op].responses[n]),
            _ => String::new(),
        };
        let about = About::Target(variant.target);
        let piece = Piece {
            name,
            prefix: "",
            bytes: Cow::Borrowed(bytes),
            line,
            about,
        };
        judged.hold(candidate, piece, Some(root), note);
    }
    judged
}

fn status_name(response: &Response) -> String {
    match response.status {
        Status::Code(code) => format!("response {code}"),
        Status::Class(class) => format!("response {class}xx"),
    }
}

impl<'p> Judged<'p> {
    /// Adds a piece and what the fast path, then the exact one, say of it.
    fn hold(
        &mut self,
        candidate: &Candidate,
        piece: Piece<'p>,
        root: Option<NodeId>,
        note: &mut Note<'_>,
    ) {
        let Some(root) = root else { return };
        if !note.accepts(candidate.program(), root, &piece.bytes) || note.is_odd() {
            self.explain(candidate, piece, root, note);
        }
    }

    fn explain(
        &mut self,
        candidate: &Candidate,
        piece: Piece<'p>,
        root: NodeId,
        note: &mut Note<'_>,
    ) {
        let index = self.pieces.len();
        for finding in note.explain(candidate.program(), root, &piece.bytes) {
            let member = match finding.rule {
                rule::MISSING_FIELD | rule::MISSING_ELEMENT => {
                    candidate.field(&finding).unwrap_or_default().to_owned()
                }
                _ => String::new(),
            };
            if finding.verdict == Verdict::Valid && candidate.is_usual(&finding) {
                continue;
            }
            let judge = candidate.compiled.type_of(finding.judge);
            let is_code = candidate.owners.is_codes(judge);
            self.found.push(Found {
                piece: index,
                rule: match finding.rule {
                    rule::UNDOCUMENTED_VALUE if is_code => "undocumented-error",
                    rule => rule,
                },
                news: seen::news(candidate, &finding),
                verdict: finding.verdict,
                offset: Some(finding.offset),
                member,
                spec: candidate
                    .origin(&finding)
                    .or_else(|| candidate.target_place(self.target)),
                pointer: finding.pointer,
                message: finding.message,
                expected: finding.expected,
                found: finding.found,
            });
        }
        self.pieces.push(piece);
    }

    /// Adds a finding about a piece as a whole.
    fn whole(
        &mut self,
        piece: Piece<'p>,
        rule: &'static str,
        verdict: Verdict,
        texts: (String, String, String),
        spec: Option<SpecPlace>,
        news: Option<News>,
    ) {
        let (message, expected, found) = texts;
        // What nothing describes is not shown.
        self.found.push(Found {
            piece: self.pieces.len(),
            rule,
            verdict,
            pointer: String::new(),
            offset: None,
            member: String::new(),
            message,
            expected,
            found,
            spec,
            news,
        });
        self.pieces.push(piece);
    }
}
