//! Values for requests, commands and feeds: those of the spec's examples, else made from it.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use venue_schema::ir::{Api, ExampleVerdict, Feed, Operation, Part, Target};
use venue_tests::generate::{Generator, Manner};
use venue_tests::raw::Raw;

use crate::drive::Failure;

/// JSON texts by their names on the wire, and one for the body.
#[derive(Debug, Default)]
pub(crate) struct Values {
    fields: BTreeMap<String, String>,
    body: Option<String>,
}

impl Values {
    /// A field; one that has no value is null to its type.
    pub(crate) fn field<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        let json = self.fields.get(name).map_or("null", String::as_str);
        decode(name, json)
    }

    /// A field, if it has a value.
    pub(crate) fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        let json = self.fields.get(name);
        json.map(|json| decode(name, json)).transpose()
    }

    /// The body.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        decode("the body", self.body.as_deref().unwrap_or("null"))
    }
}

fn decode<T: DeserializeOwned>(name: &str, json: &str) -> Result<T, Failure> {
    let value = venue_wire::from_slice(json.as_bytes());
    value.map_err(|error| format!("{name}: {error} in {json}").into())
}

/// Values of one API.
pub(crate) struct Source<'a> {
    api: &'a Api,
}

impl<'a> Source<'a> {
    pub(crate) fn new(api: &'a Api) -> Self {
        Source { api }
    }

    /// For a request of the operation.
    pub(crate) fn operation(&self, index: usize) -> Values {
        let operation: &Operation = &self.api.operations[index];
        let mut generator = Generator::new(self.api, &[], MANNER);
        let mut values = Values::default();
        let mut put = |name: &str, value: Option<Raw>| {
            let value = value.map(|value| value.to_string());
            values
                .fields
                .extend(value.map(|json| (name.to_owned(), json)));
        };
        for field in &operation.path_params {
            put(&field.wire, generator.field(field));
        }
        let query = generator.query(operation).unwrap_or_default();
        for (field, value) in operation.query.iter().zip(query) {
            put(&field.wire, value);
        }
        for field in operation
            .headers
            .iter()
            .filter(|field| !field.presence.may_be_absent())
        {
            put(&field.wire, generator.field(field));
        }
        values.body = self.payload(Target::Request(index));
        values
    }

    /// For a command of a socket.
    pub(crate) fn command(&self, index: usize) -> Values {
        Values {
            body: self.payload(Target::Command(index)),
            ..Values::default()
        }
    }

    /// For a feed: `command` is the message that starts it.
    pub(crate) fn feed(&self, index: usize, command: &str) -> Values {
        let mut values = Values::default();
        let Some(Raw::Object(members)) = Raw::parse(command) else {
            return values;
        };
        for (name, value) in &members {
            let name = venue_tests::raw::unquoted(name).into_owned();
            let texts = match value {
                Raw::Array(items) => items.iter().filter_map(Raw::text).collect(),
                other => other.text().into_iter().collect::<Vec<_>>(),
            };
            values.fields.insert(name, value.to_string());
            for text in texts {
                values.fields.extend(holes(&self.api.feeds[index], &text));
            }
        }
        values
    }

    /// The first sound example, else a made value.
    fn payload(&self, target: Target) -> Option<String> {
        let mut examples = self.api.examples.iter();
        let shown = examples.find(|it| it.of == target && it.verdict == ExampleVerdict::Valid);
        let shown = shown.map(|example| example.payload.clone());
        shown.or_else(|| {
            let made = Generator::new(self.api, &[], MANNER).target(target)?;
            Some(made.to_string())
        })
    }
}

const MANNER: Manner = Manner::Plain {
    now: 1_700_000_000_000_000_000,
};

/// The value of a channel's one hole, if the text is a name of the channel.
fn holes(feed: &Feed, text: &str) -> Option<(String, String)> {
    let (mut rest, mut hole) = (text, None);
    for part in &feed.channel.parts {
        match part {
            Part::Text(start) => rest = rest.strip_prefix(start.as_str())?,
            Part::Hole(name) => {
                let end = rest.find('.').unwrap_or(rest.len());
                hole = Some((name.clone(), Raw::string(&rest[..end]).to_string()));
                rest = &rest[end..];
            }
        }
    }
    rest.is_empty().then_some(hole).flatten()
}
