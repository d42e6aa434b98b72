//! A request of each operation that the mock lets in: what its page links to, and what tests begin
//! with.

use venue_capture::Address;
use venue_schema::ir::{Feed, Field, Media, Operation, Part, Recipe, Target};
use venue_schema::sample::raw::{Raw, unquoted};
use venue_schema::sample::{Generator, Manner};
use venue_wire::Verdict;

use crate::admit::below_server;
use crate::auth::{self, Key};
use crate::mock::{Asked, Mock, Scheme};
use crate::seed::Stream;
use crate::socket::is_channel;
use crate::tree::{texts, with_field};
use crate::venue::{Venue, fit, is_secret, records};

impl Mock {
    /// A request of an operation, by its index in the API, with a body of its examples or a made
    /// one, and signed with `key`. Operations and parameters that the spec leaves open get something
    /// simple. None if there is no such operation, or no valid request of it is found.
    pub fn sample(&self, operation: usize, key: &Key) -> Option<Asked> {
        self.inner
            .venue
            .sample(operation, key, self.inner.clock.now())
    }
}

impl Mock {
    /// A message that subscribes to a feed, by its index in the API: an example that does, or one
    /// with the feed's name put in. None if nothing subscribes to it.
    pub fn subscription(&self, feed: usize) -> Option<String> {
        self.inner.venue.subscription(feed)
    }

    /// A message that logs in on a socket, by its index, if there is such a way.
    pub fn login(&self, socket: usize, key: &Key) -> Option<String> {
        self.inner.venue.login(socket, key, self.inner.clock.now())
    }

    /// Headers that authenticate the handshake of a socket, by its index.
    pub fn handshake(&self, socket: usize, key: &Key) -> Vec<(String, String)> {
        let now = self.inner.clock.now();
        let api = self.api();
        let recipes = api.sockets.get(socket).map_or(&[][..], |s| &s.auth);
        let headers = |id: &usize| auth::headers(&api.auth[*id].recipe, key, "", "", now);
        recipes
            .iter()
            .map(headers)
            .find(|h| !h.is_empty())
            .unwrap_or_default()
    }
}

impl Venue {
    pub(crate) fn subscription(&self, feed: usize) -> Option<String> {
        let api = self.api();
        let feed = api.feeds.get(feed)?;
        let command = feed.subscribe?;
        let target = Target::Command(command);
        let fits = |text: &String| fit(&feed.channel.parts, text).is_some();
        let examples = self.examples(target).iter();
        let mut known: Vec<Raw> = examples
            .filter_map(|index| Raw::parse(&api.examples[*index].payload))
            .collect();
        // One that names this feed and nothing else.
        let only = |value: &&Raw| {
            let names: Vec<String> = texts(value)
                .into_iter()
                .filter(|t| is_channel(api, t))
                .collect();
            names.len() == 1 && names.iter().all(fits)
        };
        if let Some(value) = known.iter().find(only) {
            return Some(value.to_string());
        }
        let channel = self.sample_channel(feed);
        known.extend(self.generate(target, 0, 0, 0));
        known.iter().find_map(|value| {
            (0..value.count()).find_map(|place| {
                let mut named = value.clone();
                let at = named.nth(place)?;
                at.text()?;
                *at = Raw::string(&channel);
                let text = named.to_string();
                let good = self.verdict(target, &text) == Verdict::Valid;
                // Put in a place where a feed's name stood, or where any name may stand.
                let stood = texts(value).iter().any(|t| is_channel(api, t));
                let before = value.clone().nth(place)?.text()?;
                (good && (!stood || is_channel(api, &before))).then_some(text)
            })
        })
    }

    /// A feed's name with its holes filled: as an example has it, or with simple words.
    fn sample_channel(&self, feed: &Feed) -> String {
        let api = self.api();
        let shown = feed
            .messages
            .iter()
            .flat_map(|id| self.message_examples(*id));
        let shown = shown
            .filter_map(|index| Raw::parse(&api.examples[*index].payload))
            .flat_map(|value| texts(&value))
            .find(|text| fit(&feed.channel.parts, text).is_some());
        shown.unwrap_or_else(|| {
            let mut name = String::new();
            for part in &feed.channel.parts {
                match part {
                    Part::Text(text) => name.push_str(text),
                    Part::Hole(_) => name.push_str("btcusd"),
                }
            }
            name
        })
    }

    pub(crate) fn login(&self, socket: usize, key: &Key, now: i128) -> Option<String> {
        let api = self.api();
        let commands = api.auth.iter().filter_map(|auth| match auth.recipe {
            Recipe::Login { command, .. } => Some(command),
            _ => None,
        });
        let command = { commands }.find(|id| api.commands[*id].socket == socket)?;
        let target = Target::Command(command);
        let hmac = api
            .auth
            .iter()
            .find(|auth| matches!(auth.recipe, Recipe::Hmac { .. }));
        let (content, signature) = hmac
            .and_then(|auth| auth::signed_content(&auth.recipe, key, now))
            .unwrap_or_default();
        let mut value = self.generate(target, 0, 0, now)?;
        for record in records(api, &api.commands[command].ty) {
            for (index, field) in record.fields.iter().enumerate() {
                let text = match field.wire.as_str() {
                    "signature" => &signature,
                    "content" => &content,
                    _ if is_secret(api, field) => &key.key,
                    _ => continue,
                };
                value = with_field(record, index, &value, Raw::string(text))?;
            }
        }
        Some(value.to_string())
    }

    pub(crate) fn sample(&self, operation: usize, key: &Key, now: i128) -> Option<Asked> {
        let op = self.api().operations.get(operation)?;
        let mut stream = Stream::new(0, &op.meta.id, 0);
        let bytes = stream.bytes(1024);
        let mut generator = Generator::new(self.api(), &bytes, Manner::Plain { now });
        let (_, base) = self.api().servers.get(op.server)?.urls.first()?;
        let mut target = Address::parse(base).path;
        for part in &op.path.parts {
            match part {
                Part::Text(text) => target.push_str(text),
                Part::Hole(name) => {
                    let field = op.path_params.iter();
                    let field = field.clone().find(|f| f.name == *name || f.wire == *name)?;
                    target.push_str(&encoded(&text_of(&mut generator, field)?));
                }
            }
        }
        let mut separator = '?';
        let values = generator.query(op)?;
        for (field, value) in op.query.iter().zip(&values) {
            let Some(value) = value else { continue };
            target.push(separator);
            separator = '&';
            target.push_str(&encoded(&field.wire));
            target.push('=');
            target.push_str(&encoded(&text_or_default(field, value)?));
        }
        let mut headers = Vec::new();
        for field in &op.headers {
            if !field.presence.may_be_absent() {
                let value = text_of(&mut generator, field)?;
                headers.push((field.wire.to_ascii_lowercase(), value));
            }
        }
        let body = self.sample_body(operation, op, now, &mut headers)?;
        if let Some(auth) = op.auth.first() {
            let method = below_server(self.api(), op.server, &target);
            let recipe = &self.api().auth[*auth].recipe;
            headers.extend(auth::headers(recipe, key, method, &body, now));
        }
        Some(Asked {
            method: op.method.clone(),
            target,
            headers,
            body: body.into_bytes(),
            peer: "127.0.0.1".into(),
            scheme: Scheme::Plain,
        })
    }

    fn sample_body(
        &self,
        operation: usize,
        op: &Operation,
        now: i128,
        headers: &mut Vec<(String, String)>,
    ) -> Option<String> {
        let Some(body) = &op.body else {
            return Some(String::new());
        };
        let target = Target::Request(operation);
        let json = match self.examples(target).first() {
            Some(index) => Raw::parse(&self.api().examples[*index].payload)?,
            None => self.generate(target, 0, 0, now)?,
        };
        let members = || match &json {
            Raw::Object(members) => members.as_slice(),
            _ => &[],
        };
        let (media, text) = match body.media.first()? {
            Media::Json => ("application/json".to_owned(), json.to_string()),
            Media::Form => {
                let pair = |(name, value): &(String, Raw)| {
                    format!("{}={}", encoded(&unquoted(name)), encoded(&plain(value)))
                };
                let pairs: Vec<String> = members().iter().map(pair).collect();
                (
                    "application/x-www-form-urlencoded".to_owned(),
                    pairs.join("&"),
                )
            }
            Media::Multipart => {
                let mut text = String::new();
                for (name, value) in members() {
                    text.push_str(&format!(
                        "--part\r\nContent-Disposition: form-data; name={name}\r\n\r\n{}\r\n",
                        plain(value)
                    ));
                }
                text.push_str("--part--\r\n");
                ("multipart/form-data; boundary=part".to_owned(), text)
            }
        };
        headers.push(("content-type".into(), media));
        Some(text)
    }
}

fn text_of(generator: &mut Generator<'_>, field: &Field) -> Option<String> {
    text_or_default(field, &generator.field(field)?)
}

fn text_or_default(field: &Field, value: &Raw) -> Option<String> {
    if let Some(default) = &field.default {
        return Some(match default {
            venue_schema::ir::Literal::Str(text) => text.clone(),
            venue_schema::ir::Literal::Int(value) => value.to_string(),
            venue_schema::ir::Literal::Bool(value) => value.to_string(),
        });
    }
    Some(plain(value)).filter(|text| !text.is_empty())
}

/// A value as parameters and forms have it: strings without quotes, lists joined by commas.
fn plain(value: &Raw) -> String {
    match value {
        Raw::Token(token) => unquoted(token).into_owned(),
        Raw::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        Raw::Object(_) => value.to_string(),
    }
}

/// Percent-encoded, but for letters, digits and `-._~`.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
