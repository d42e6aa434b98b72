//! Records and HAR files: bodies and messages by what they are, the rest by the names of things.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use venue_schema::ir::{Api, Target};

use super::address::Known;
use super::{Edits, Scrubber, header_is_secret, quoted, response_types, shape, text};
use crate::lex;
use crate::read::{Limits, unpacked};
use crate::record::Direction;
use crate::url::Address;

/// How deep the frame of a capture is followed; it is far shallower.
const DEPTH: usize = 32;

/// A JSON object in a text: its members' names and the places of their values.
struct Object(Vec<(String, Range<usize>)>);

impl Object {
    fn at(text: &[u8], span: &Range<usize>) -> Option<Self> {
        if text.get(span.start) != Some(&b'{') {
            return None;
        }
        let members = lex::members(text, span.start);
        let named = members.map(|(name, value)| {
            let name = lex::unquote(&text[name]).unwrap_or_default();
            (name, value)
        });
        Some(Object(named.collect()))
    }

    fn get(&self, name: &str) -> Option<&Range<usize>> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, at)| at)
    }

    fn text(&self, whole: &[u8], name: &str) -> Option<String> {
        lex::unquote(&whole[self.get(name)?.clone()])
    }

    fn object(&self, whole: &[u8], name: &str) -> Option<Object> {
        Object::at(whole, self.get(name)?)
    }
}

impl<'c> Scrubber<'c> {
    /// One of our records.
    pub(super) fn record(&mut self, line: &[u8]) -> Vec<u8> {
        let start = lex::skip_space(line, 0);
        let span = start..lex::value_end(line, start).unwrap_or(line.len());
        let whole = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
        let Some(record) = Object::at(line, &span).filter(|_| whole) else {
            return self.payload(&Api::default(), &[], line);
        };
        let mut edits = Edits::default();
        if let Some(data) = record.get("data") {
            let url = record.text(line, "url");
            let address = url.as_deref().map(Address::parse);
            let direction = direction(record.text(line, "direction").as_deref());
            let new = self.message(address.as_ref(), direction, &text(&line[data.clone()]));
            edits.add(data.clone(), as_it_was(&line[data.clone()], new));
        }
        if let Some(request) = record.object(line, "request") {
            let url = request.text(line, "url").unwrap_or_default();
            let method = request.text(line, "method").unwrap_or_default();
            let known = self.known(&method, &Address::parse(&url));
            self.replace_url(line, &request, known.as_ref(), &mut edits);
            if let Some(body) = request.get("body") {
                let new = self.request_body(known.as_ref(), &text(&line[body.clone()]));
                edits.add(body.clone(), as_it_was(&line[body.clone()], new));
            }
            let response = record.object(line, "response");
            if let Some((response, body)) =
                response.as_ref().and_then(|r| Some((r, r.get("body")?)))
            {
                let status = status(line, response);
                let new = self.response_body(known.as_ref(), status, &text(&line[body.clone()]));
                edits.add(body.clone(), as_it_was(&line[body.clone()], new));
            }
        }
        self.frame(line, span, "", &mut edits, 0);
        edits.apply(line)
    }

    /// A HAR file.
    pub(super) fn archive(&mut self, file: &[u8]) -> Vec<u8> {
        let start = lex::skip_space(
            file,
            if file.starts_with(b"\xef\xbb\xbf") {
                3
            } else {
                0
            },
        );
        let span = start..lex::value_end(file, start).unwrap_or(file.len());
        let mut edits = Edits::default();
        let log = Object::at(file, &span).and_then(|har| har.object(file, "log"));
        let Some(entries) = log.as_ref().and_then(|log| log.get("entries")) else {
            return self.payload(&Api::default(), &[], file);
        };
        let entries = match file.get(entries.start) {
            Some(b'[') => lex::elements(file, entries.start).collect(),
            _ => Vec::new(),
        };
        let (mut out, mut done) = (Vec::with_capacity(file.len()), span.start);
        out.extend_from_slice(&file[..span.start]);
        // Entry by entry, so that what is remembered of one is not looked through for all.
        let mut outside = Edits::default();
        for entry in entries {
            self.entry(file, &entry, &mut edits);
            self.frame(file, entry.clone(), "", &mut edits, 0);
            let shifted = std::mem::take(&mut edits).0.into_iter();
            let inner = Edits(
                shifted
                    .map(|(at, new)| (at.start - entry.start..at.end - entry.start, new))
                    .collect(),
            );
            outside.add(entry.clone(), inner.apply(&file[entry]));
        }
        self.frame(file, span.clone(), "", &mut outside, 0);
        let mut sorted = outside.0;
        sorted.sort_by_key(|(at, _)| at.start);
        for (at, new) in sorted {
            if at.start >= done {
                out.extend_from_slice(&file[done..at.start]);
                out.extend_from_slice(&new);
                done = at.end;
            }
        }
        out.extend_from_slice(&file[done..]);
        out
    }

    fn entry(&mut self, file: &[u8], span: &Range<usize>, edits: &mut Edits) {
        let Some(entry) = Object::at(file, span) else {
            return;
        };
        let Some(request) = entry.object(file, "request") else {
            return;
        };
        let address = Address::parse(&request.text(file, "url").unwrap_or_default());
        let known = self.known(&request.text(file, "method").unwrap_or_default(), &address);
        self.replace_url(file, &request, known.as_ref(), edits);
        if let Some(list) = request.get("queryString") {
            let fields = known.as_ref().map(|known| {
                let operation = &known.candidate.api.operations[known.operation];
                (
                    &known.candidate.api,
                    operation.query.iter().collect::<Vec<_>>(),
                )
            });
            for pair in elements(file, list) {
                let Some(pair) = Object::at(file, &pair) else {
                    continue;
                };
                let (Some(name), Some(value)) = (pair.text(file, "name"), pair.text(file, "value"))
                else {
                    continue;
                };
                let encoded = crate::url::form([(name.as_str(), value.as_str())].into_iter());
                let fields = fields.as_ref().map(|(api, fields)| (*api, fields.clone()));
                let new = self.form(&encoded, fields);
                let new = crate::url::pairs(&new).pop().map(|(_, value)| value);
                if let (Some(at), Some(new)) = (pair.get("value"), new.filter(|new| *new != value))
                {
                    edits.add(at.clone(), quoted(&new));
                }
            }
        }
        if let Some(post) = request.object(file, "postData")
            && let (Some(at), Some(body)) = (post.get("text"), post.text(file, "text"))
        {
            let new = self.request_body(known.as_ref(), body.as_bytes());
            edits.add(at.clone(), quoted(&String::from_utf8_lossy(&new)));
        }
        let response = entry.object(file, "response");
        let content = response.as_ref().and_then(|r| r.object(file, "content"));
        if let (Some(response), Some(content)) = (&response, &content)
            && let (Some(at), Some(body)) = (content.get("text"), content.text(file, "text"))
        {
            let status = status(file, response);
            let packed = content.text(file, "encoding").as_deref() == Some("base64");
            let plain = packed.then(|| STANDARD.decode(&body).ok()).flatten();
            let new = match plain {
                Some(plain) => {
                    // What was gzip besides is so no longer: readers take either.
                    let plain = unpacked(&plain, Limits::default().record).unwrap_or(plain);
                    let new = self.response_body(known.as_ref(), status, &plain);
                    STANDARD.encode(new)
                }
                None => {
                    let new = self.response_body(known.as_ref(), status, body.as_bytes());
                    String::from_utf8_lossy(&new).into_owned()
                }
            };
            edits.add(at.clone(), quoted(&new));
        }
        for message in entry
            .get("_webSocketMessages")
            .map(|list| elements(file, list))
            .unwrap_or_default()
        {
            let Some(message) = Object::at(file, &message) else {
                continue;
            };
            if let (Some(at), Some(data)) = (message.get("data"), message.text(file, "data")) {
                let direction = direction(message.text(file, "type").as_deref());
                let new = self.message(Some(&address), direction, data.as_bytes());
                edits.add(at.clone(), quoted(&String::from_utf8_lossy(&new)));
            }
        }
    }

    fn replace_url(
        &mut self,
        file: &[u8],
        request: &Object,
        known: Option<&Known<'c>>,
        edits: &mut Edits,
    ) {
        if let (Some(at), Some(url)) = (request.get("url"), request.text(file, "url")) {
            edits.add(at.clone(), quoted(&self.url(&url, known)));
        }
    }

    fn request_body(&mut self, known: Option<&Known<'c>>, body: &[u8]) -> Vec<u8> {
        let is_json = matches!(body.get(lex::skip_space(body, 0)), Some(b'{' | b'[' | b'"'));
        let Some(known) = known else {
            return if is_json || !body.contains(&b'=') {
                self.payload(&Api::default(), &[], body)
            } else {
                self.form(&String::from_utf8_lossy(body), None).into_bytes()
            };
        };
        let api = &known.candidate.api;
        let types = known.candidate.types(Target::Request(known.operation));
        if is_json || !body.contains(&b'=') {
            return self.payload(api, &types, body);
        }
        let fields = types
            .iter()
            .flat_map(|ty| crate::judge::fields(api, ty, 0))
            .collect();
        self.form(&String::from_utf8_lossy(body), Some((api, fields)))
            .into_bytes()
    }

    fn response_body(&mut self, known: Option<&Known<'c>>, status: u16, body: &[u8]) -> Vec<u8> {
        match known {
            Some(known) => {
                let types = response_types(known.candidate, known.operation, status);
                self.payload(&known.candidate.api, &types, body)
            }
            None => self.payload(&Api::default(), &[], body),
        }
    }

    /// What frames bodies and messages: headers, cookies, addresses, and members whose name says that
    /// their value must go. What has an edit is left.
    fn frame(
        &mut self,
        file: &[u8],
        span: Range<usize>,
        under: &str,
        edits: &mut Edits,
        depth: usize,
    ) {
        if depth > DEPTH
            || edits
                .0
                .iter()
                .any(|(at, _)| at.start <= span.start && span.end <= at.end)
        {
            return;
        }
        match file.get(span.start) {
            Some(b'[') => {
                for element in lex::elements(file, span.start) {
                    self.frame(file, element, under, edits, depth + 1);
                }
            }
            Some(b'{') => {
                let Some(object) = Object::at(file, &span) else {
                    return;
                };
                if let (Some(name), Some(at)) = (object.text(file, "name"), object.get("value")) {
                    let secret = match under {
                        "cookies" => true,
                        "headers" => header_is_secret(&name),
                        _ => shape::sounds_secret(&name),
                    };
                    if secret && !edits.covers(at) {
                        self.replace(file, at.clone(), under, edits);
                    }
                    return;
                }
                for (name, at) in object.0 {
                    let secret = match under {
                        "headers" => header_is_secret(&name),
                        "cookies" => true,
                        _ => shape::sounds_secret(&name) && !matches!(&*name, "cookies"),
                    };
                    if secret && !edits.covers(&at) {
                        self.replace(file, at, under, edits);
                    } else {
                        self.frame(file, at, &name, edits, depth + 1);
                    }
                }
            }
            Some(b'"') if !edits.covers(&span) => {
                let Some(url) = lex::unquote(&file[span.clone()]) else {
                    return;
                };
                let schemes = ["https://", "http://", "wss://", "ws://"];
                if schemes.iter().any(|scheme| url.starts_with(scheme)) {
                    let new = self.url(&url, None);
                    if new != url {
                        edits.add(span, quoted(&new));
                    }
                }
            }
            _ => {}
        }
    }

    fn replace(&mut self, file: &[u8], at: Range<usize>, under: &str, edits: &mut Edits) {
        let kind = match under {
            "headers" => "header",
            "cookies" => "cookie",
            _ => "named like a secret",
        };
        *self.removed.entry((kind, String::new())).or_default() += 1;
        let new = self.token(&file[at.clone()]);
        edits.add(at, new);
    }
}

fn elements(file: &[u8], list: &Range<usize>) -> Vec<Range<usize>> {
    match file.get(list.start) {
        Some(b'[') => lex::elements(file, list.start).collect(),
        _ => Vec::new(),
    }
}

fn direction(word: Option<&str>) -> Direction {
    match word {
        Some("sent" | "send") => Direction::Sent,
        _ => Direction::Received,
    }
}

fn status(file: &[u8], response: &Object) -> u16 {
    let token = response.get("status").map(|at| &file[at.clone()]);
    let text = token.and_then(|t| std::str::from_utf8(t).ok());
    text.and_then(|t| t.parse().ok()).unwrap_or_default()
}

/// Text stays a string where it was one.
fn as_it_was(raw: &[u8], new: Vec<u8>) -> Vec<u8> {
    if raw.first() == Some(&b'"') {
        quoted(&String::from_utf8_lossy(&new))
    } else {
        new
    }
}
