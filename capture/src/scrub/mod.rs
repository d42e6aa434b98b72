//! Captures without secrets and personal data, and otherwise as they were.
//!
//! What the specs mark `secret` or `personal` gets a stand-in of the same shape, so that a scrubbed
//! capture is judged as the original was. So does what no spec describes and may be either: the values
//! of headers, parameters and members whose name says so, and text that nothing describes at all. All
//! other bytes stay.

mod address;
mod archive;
mod stand_in;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::ops::{ControlFlow, Range};

use venue_schema::ir::{Api, Sensitivity, Target, TypeKind, TypeRef};

use crate::check::Checker;
use crate::lex;
use crate::read::{self, InputFormat, Layout, Limits, lines, spread, transcript};
use crate::record::Direction;
use crate::shape::{self, Hidden, Reader, Why};
use crate::url::Address;

pub use stand_in::stand_in;

/// What was taken out: how many values, by kind and by the spec's name for them.
pub type Removed = BTreeMap<(&'static str, String), u64>;

/// Takes secrets and personal data out of captures.
pub struct Scrubber<'c> {
    checker: &'c Checker,
    salt: String,
    removed: Removed,
}

/// Text with other text in some places.
#[derive(Default)]
struct Edits(Vec<(Range<usize>, Vec<u8>)>);

impl Edits {
    fn add(&mut self, at: Range<usize>, text: impl Into<Vec<u8>>) {
        self.0.push((at, text.into()));
    }

    fn covers(&self, at: &Range<usize>) -> bool {
        let touches = |span: &Range<usize>| span.start < at.end && at.start < span.end;
        self.0.iter().any(|(span, _)| touches(span))
    }

    fn apply(mut self, text: &[u8]) -> Vec<u8> {
        self.0.sort_by_key(|(at, _)| at.start);
        let mut out = Vec::with_capacity(text.len());
        let mut done = 0;
        for (at, new) in self.0 {
            if at.start < done {
                continue;
            }
            out.extend_from_slice(&text[done..at.start]);
            out.extend_from_slice(&new);
            done = at.end;
        }
        out.extend_from_slice(&text[done..]);
        out
    }
}

impl<'c> Scrubber<'c> {
    /// A scrubber that knows the APIs of a checker. Stand-ins differ with the salt.
    pub fn new(checker: &'c Checker, salt: &str) -> Self {
        Scrubber {
            checker,
            salt: salt.to_owned(),
            removed: Removed::new(),
        }
    }

    /// What has been taken out so far.
    pub fn removed(&self) -> &Removed {
        &self.removed
    }

    /// Reads a capture, compressed or not, and writes it without secrets and personal data,
    /// uncompressed. A HAR file is held whole; of the other formats one record.
    ///
    /// # Errors
    /// The capture cannot be read, or a record of it is larger than the limit.
    pub fn scrub(
        &mut self,
        source: impl Read + Send,
        format: InputFormat,
        limits: Limits,
        out: &mut dyn Write,
    ) -> io::Result<Layout> {
        let (layout, mut reader) = read::open(source, format)?;
        match layout {
            Layout::Har => {
                let mut text = Vec::new();
                reader.read_to_end(&mut text)?;
                out.write_all(&self.archive(&text))?;
            }
            Layout::Messages | Layout::Records => read::values(reader, limits, &mut |value| {
                out.write_all(&self.line(layout, value))?;
                out.write_all(b"\n")
            })?,
            _ => self.lines(layout, reader, limits, out)?,
        }
        Ok(layout)
    }

    fn lines(
        &mut self,
        layout: Layout,
        reader: impl io::BufRead,
        limits: Limits,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut outcome = Ok(());
        let each = |number, line: lines::Line<'_>| {
            outcome = match line {
                lines::Line::Blank => out.write_all(b"\n"),
                // Of a tool's own words nothing is traffic, and anything may be in them.
                lines::Line::Whole(line) if transcript::is_log(line) => {
                    let removed = ("not described", String::new());
                    *self.removed.entry(removed).or_default() += 1;
                    out.write_all(b"\n")
                }
                lines::Line::Whole(line) => {
                    let line = self.line(layout, line);
                    out.write_all(&line).and_then(|()| out.write_all(b"\n"))
                }
                lines::Line::TooLong(size) => Err(io::Error::other(format!(
                    "line {number} has {size} bytes; at most {} are read",
                    limits.record
                ))),
            };
            match outcome {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        match layout {
            Layout::Wscat | Layout::WscatFile => {
                spread::for_each(reader, layout, limits.record, each)?
            }
            _ => lines::for_each(reader, 1, limits.record, each)?,
        }
        outcome
    }

    fn line(&mut self, layout: Layout, line: &[u8]) -> Vec<u8> {
        match layout {
            Layout::RecordLines | Layout::Records => self.record(line),
            Layout::Tardis | Layout::Cryptofeed | Layout::Wscat | Layout::WscatFile => {
                // Times and arrows come before the message, which is JSON. A terminal's escape also
                // has a bracket.
                let escape = |at: usize| at > 0 && line[at - 1] == 0x1b;
                let is_message = |at: &usize| {
                    matches!(line[*at], b'{' | b'[')
                        && !escape(*at)
                        && transcript::stamp(&line[*at..]).is_none()
                };
                let start = (0..line.len()).find(is_message).unwrap_or(0);
                let (head, message) = line.split_at(start);
                let end = lex::value_end(message, 0).unwrap_or(message.len());
                let (message, tail) = message.split_at(end);
                // The last byte of `›` is 0xba.
                let mark = head.iter().rfind(|b| matches!(b, b'<' | b'>' | 0xba));
                let sent = match layout {
                    Layout::Wscat => matches!(mark, Some(b'>' | 0xba)),
                    Layout::WscatFile => false,
                    _ => memchr::memmem::find(head, b" <- ").is_some(),
                };
                let direction = if sent {
                    Direction::Sent
                } else {
                    Direction::Received
                };
                let head = self.head(head);
                let message = self.message(None, direction, message);
                // What cryptofeed appends are headers.
                let tail = if tail.len() > 16 { &b""[..] } else { tail };
                [head.as_slice(), &message, tail].concat()
            }
            _ => self.message(None, Direction::Received, line),
        }
    }

    /// What stands before a message: an address may be in it.
    fn head(&mut self, head: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(head);
        match text.find(' ') {
            Some(end) if text.contains("://") => {
                let url = self.url(&text[..end], None);
                format!("{url}{}", &text[end..]).into_bytes()
            }
            _ => head.to_vec(),
        }
    }

    /// A WebSocket message.
    fn message(
        &mut self,
        address: Option<&Address>,
        direction: Direction,
        bytes: &[u8],
    ) -> Vec<u8> {
        let checker = self.checker;
        let mut best: Option<(bool, &Api, Vec<&TypeRef>)> = None;
        for candidate in checker.candidates() {
            for socket in candidate.routes.sockets(address) {
                let channel = match direction {
                    Direction::Received => &candidate.sockets[socket].received,
                    Direction::Sent => &candidate.sockets[socket].sent,
                };
                let chosen = candidate.program().variant(channel.union, bytes);
                let Some(variant) = chosen.and_then(|n| channel.variants.get(n)) else {
                    continue;
                };
                let better = best.as_ref().is_none_or(|(fallback, ..)| *fallback);
                if better && (best.is_none() || !variant.fallback) {
                    let types = candidate.types(variant.target);
                    best = Some((variant.fallback, &candidate.api, types));
                }
            }
        }
        match best {
            Some((_, api, types)) => self.payload(api, &types, bytes),
            None => self.payload(&Api::default(), &[], bytes),
        }
    }

    /// A JSON text of these types, or anything else.
    fn payload(&mut self, api: &Api, types: &[&TypeRef], bytes: &[u8]) -> Vec<u8> {
        let tags = self.checker.tags();
        let hidden = shape::secrets(
            api,
            types,
            bytes,
            &(0..bytes.len()),
            &tags,
            Reader::OfCopies,
        );
        let mut edits = Edits::default();
        for hidden in hidden {
            let new = self.value(api, &hidden, &bytes[hidden.span.clone()]);
            let (kind, name) = kind(&hidden);
            *self.removed.entry((kind, name)).or_default() += 1;
            edits.add(hidden.span, new);
        }
        edits.apply(bytes)
    }

    /// A stand-in for a JSON value, or for a piece of text that is none.
    fn value(&self, api: &Api, hidden: &Hidden, token: &[u8]) -> Vec<u8> {
        if let Some(value) = self.enumerated(api, hidden, token) {
            return value;
        }
        self.token(token)
    }

    fn token(&self, token: &[u8]) -> Vec<u8> {
        match token.first() {
            Some(b'{' | b'[') => {
                let mut edits = Edits::default();
                let mut tokens = lex::Lexer::new(token, 0).peekable();
                while let Some(inner) = tokens.next() {
                    let name = tokens.peek().map(|t| t.kind) == Some(lex::Kind::Punct(b':'));
                    if !name && !matches!(inner.kind, lex::Kind::Punct(_)) {
                        let new = self.token(&token[inner.span.clone()]);
                        edits.add(inner.span, new);
                    }
                }
                edits.apply(token)
            }
            Some(b'"') => match lex::unquote(token) {
                Some(text) => quoted(&stand_in(&text, &self.salt)),
                None => stand_in(&String::from_utf8_lossy(token), &self.salt).into_bytes(),
            },
            Some(b'-' | b'0'..=b'9') => {
                let text = String::from_utf8_lossy(token);
                stand_in::number(&text, &self.salt).into_bytes()
            }
            _ if matches!(token, b"true" | b"false" | b"null") => token.to_vec(),
            _ => stand_in(&String::from_utf8_lossy(token), &self.salt).into_bytes(),
        }
    }

    /// For a value of an enum another one that the spec lists: letters of their own would be a new one.
    fn enumerated(&self, api: &Api, hidden: &Hidden, token: &[u8]) -> Option<Vec<u8>> {
        use venue_schema::ir::Literal;
        let [TypeRef::Named(id)] = hidden.types.as_slice() else {
            return None;
        };
        let TypeKind::Enum(known) = &api.types.get(*id)?.kind else {
            return None;
        };
        let text = String::from_utf8_lossy(token);
        let place = stand_in(&format!("{text}00000000"), &self.salt);
        let place: u64 = place
            .bytes()
            .filter(u8::is_ascii_digit)
            .fold(0, |sum, b| (sum * 10 + u64::from(b - b'0')) % 1_000_003);
        let count = u64::try_from(known.values.len()).ok()?;
        let value = known
            .values
            .get(usize::try_from(place.checked_rem(count)?).ok()?)?;
        Some(match &value.wire {
            Literal::Str(text) => quoted(text),
            Literal::Int(n) => n.to_string().into_bytes(),
            Literal::Bool(b) => b.to_string().into_bytes(),
        })
    }

    /// Text that nothing describes and whose name says that it must go.
    fn named(&mut self, kind: &'static str, name: &str, text: &str) -> String {
        *self.removed.entry((kind, name.to_owned())).or_default() += 1;
        stand_in(text, &self.salt)
    }
}

fn kind(hidden: &Hidden) -> (&'static str, String) {
    let name = hidden.name.clone().unwrap_or_default();
    match hidden.why {
        Why::Marked(Sensitivity::Secret) => ("secret", name),
        Why::Marked(Sensitivity::Personal) => ("personal", name),
        Why::Named => ("named like a secret", String::new()),
        Why::Undescribed => ("not described", String::new()),
    }
}

fn quoted(text: &str) -> Vec<u8> {
    // Text always has a JSON form.
    serde_json::to_vec(text).unwrap_or_default()
}

/// Whether the value of a header must go.
fn header_is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let parts = [
        "auth",
        "key",
        "sign",
        "nonce",
        "forwarded",
        "-ip",
        "payload",
        "cert",
    ];
    shape::sounds_secret(name) || parts.iter().any(|part| lower.contains(part))
}

/// The response types of an operation for a status.
fn response_types(candidate: &crate::Candidate, operation: usize, status: u16) -> Vec<&TypeRef> {
    let op = &candidate.api.operations[operation];
    crate::judge::described(op, status)
        .map(|n| candidate.types(Target::Response(operation, n)))
        .unwrap_or_default()
}

/// Text of a JSON string, or the JSON itself.
fn text(raw: &[u8]) -> Cow<'_, [u8]> {
    match lex::unquote(raw) {
        Some(text) if raw.first() == Some(&b'"') => Cow::Owned(text.into_bytes()),
        _ => Cow::Borrowed(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Candidate;

    /// What is one record to a check is one to the scrubber: a secret may be on any of its lines.
    #[test]
    fn transcripts_are_scrubbed_as_they_are_read() {
        let apis = venue_schema::bundled_ids().filter(|id| *id != "sfox-legacy");
        let ready = apis.map(|id| Candidate::new(venue_schema::load_bundled(id).expect("an API")));
        let checker = Checker::new(ready.collect());
        let mut scrubber = Scrubber::new(&checker, "");
        let mut scrubbed = |text: &str| {
            let mut out = Vec::new();
            let (format, limits) = (InputFormat::Auto, Limits::default());
            let layout = scrubber.scrub(text.as_bytes(), format, limits, &mut out);
            layout.expect("text");
            String::from_utf8(out).expect("text")
        };
        let login = r#"{"type":"authenticate","apiKey":"canary0123456789"}"#;
        let told = |key: &str| {
            format!(
                "[2024-05-01 10:00:00] > {key}\n[2024-05-01 10:00:01] < {{\n  \"other\":\n\"canary0123456789\",\n  \"b\": 1\n}}\n"
            )
        };
        let new = scrubbed(&told(login));
        assert!(!new.contains("canary"), "{new}");
        assert!(
            new.starts_with("[2024-05-01 10:00:00] > {\"type\":\"authenticate\""),
            "{new}"
        );
        assert!(
            new.contains("\n[2024-05-01 10:00:01] < {\n  \"other\":\n"),
            "{new}"
        );
        assert!(new.ends_with("\"b\": 1\n}\n"), "{new}");
        let new = scrubbed("[INFO  websocat::lints] a canary\n{\"b\":1}\n");
        assert_eq!(new, "\n{\"b\":1}\n");
    }

    /// Every example of every bundled API: what is judged of it stays, and what is marked goes.
    #[test]
    fn a_scrubbed_example_is_judged_as_it_was() {
        let (mut changed, mut kept) = (0, 0);
        for id in venue_schema::bundled_ids() {
            let api = venue_schema::load_bundled(id).expect("a bundled API");
            let checker = Checker::new(vec![Candidate::new(api)]);
            let candidate = &checker.candidates()[0];
            let mut scrubber = Scrubber::new(&checker, "");
            for example in &candidate.api.examples {
                let Some(root) = candidate.root(example.of) else {
                    continue;
                };
                let (old, types) = (example.payload.as_bytes(), candidate.types(example.of));
                let new = scrubber.payload(&candidate.api, &types, old);
                if old == new {
                    kept += 1;
                    continue;
                }
                changed += 1;
                let verdict = |bytes: &[u8]| candidate.program().verdict(root, bytes);
                assert_eq!(
                    verdict(&new),
                    verdict(old),
                    "{id} {}: {}",
                    example.of_text,
                    String::from_utf8_lossy(&new)
                );
                assert_eq!(scrubber.payload(&candidate.api, &types, old), new);
            }
        }
        assert!(changed > 20 && kept > 50, "{changed} changed, {kept} kept");
    }
}
