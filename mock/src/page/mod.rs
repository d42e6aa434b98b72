//! The mock's own pages: what it serves, with a way to try it, and the API's exported documents with
//! the mock's address in them.

mod documents;

use serde_json::{Value, json};
use venue_capture::Address;
use venue_schema::ir::{Evidence, Meta, Status, Target};

use crate::auth::{self, Key};
use crate::mock::{Answer, Asked, Inner};

/// Marks an answer that is no operation's.
pub(crate) const OWN: &str = "venue-mock-page";

const TEMPLATE: &str = include_str!("page.html");

/// What the page may do: run its own script and talk to where it is from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      connect-src 'self' ws: wss:; img-src data:";

/// The mock's own page at a path, if it has one.
pub(crate) fn answer(mock: &Inner, asked: &Asked, path: &str) -> Option<Answer> {
    if !matches!(asked.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let host = asked.header("host").unwrap_or("localhost");
    let (media, body) = match path {
        "/" => ("text/html; charset=utf-8", page(mock)),
        "/openapi.json" => (
            "application/json",
            documents::openapi(mock, asked.scheme, host)?,
        ),
        "/asyncapi.json" => (
            "application/json",
            documents::asyncapi(mock, asked.scheme, host)?,
        ),
        // What browsers ask for unasked.
        "/favicon.ico" => ("image/svg+xml", ICON.to_owned()),
        _ => return None,
    };
    let headers = [
        ("content-type", media),
        ("content-security-policy", POLICY),
        (OWN, "1"),
    ];
    Some(Answer {
        status: 200,
        headers: headers.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec(),
        body: body.into_bytes(),
        faults: Vec::new(),
    })
}

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" \
                    height=\"16\" rx=\"3\" fill=\"#1f6feb\"/><path d=\"M3 11l3-4 3 2 4-5\" \
                    stroke=\"#fff\" stroke-width=\"1.6\" fill=\"none\"/></svg>";

fn page(mock: &Inner) -> String {
    let api = mock.venue.api();
    let data = json!({
        "id": api.id,
        "title": api.title,
        "doc": api.doc,
        "stateful": mock.playing().is_some(),
        "anyKey": mock.keys.is_empty(),
        "operations": (0..api.operations.len()).map(|n| operation(mock, n)).collect::<Vec<_>>(),
        "feeds": (0..api.feeds.len()).map(|n| feed(mock, n)).collect::<Vec<_>>(),
    });
    // In a script, the text of a tag would be one.
    let data = data.to_string().replace('<', "\\u003c");
    let title = api.title.replace('&', "&amp;").replace('<', "&lt;");
    TEMPLATE
        .replace("{{title}}", &title)
        .replacen("{{data}}", &data, 1)
}

/// The key in requests that the page begins with; it puts in the one that is typed.
fn placeholder() -> Key {
    Key::parse("any-key")
}

fn operation(mock: &Inner, index: usize) -> Value {
    let venue = &mock.venue;
    let op = &venue.api().operations[index];
    let sample = venue.sample(index, &placeholder(), mock.clock.now());
    let sample = sample.map(|asked| {
        json!({
            "target": asked.target,
            "headers": asked.headers,
            "body": String::from_utf8_lossy(&asked.body),
        })
    });
    let responses: Vec<Value> = op
        .responses
        .iter()
        .enumerate()
        .map(|(n, response)| {
            let status = match response.status {
                Status::Code(code) => code.to_string(),
                Status::Class(class) => format!("{class}xx"),
            };
            let examples = venue.examples(Target::Response(index, n)).len();
            json!({ "status": status, "doc": response.doc, "examples": examples })
        })
        .collect();
    json!({
        "id": mock.operation_id(index),
        "section": section(mock, &op.meta),
        "title": op.title,
        "method": op.method,
        "path": op.path.to_string(),
        "doc": op.meta.doc,
        "source": op.meta.provenance.source,
        "evidence": evidence(&op.meta),
        "auth": op.auth.iter().map(|id| &venue.api().auth[*id].name).collect::<Vec<_>>(),
        "effect": mock.playing().is_some_and(|r| r.operations.contains_key(mock.operation_id(index))),
        "responses": responses,
        "sample": sample,
    })
}

fn feed(mock: &Inner, index: usize) -> Value {
    let venue = &mock.venue;
    let api = venue.api();
    let feed = &api.feeds[index];
    let socket = &api.sockets[feed.socket];
    let path = socket.urls.first().map(|(_, url)| Address::parse(url).path);
    let now = mock.clock.now();
    // A browser cannot set headers of a handshake, so they go into the query.
    let recipes = socket.auth.iter().map(|id| &api.auth[*id].recipe);
    let headers = recipes
        .map(|recipe| auth::headers(recipe, &placeholder(), "", "", now))
        .find(|headers| !headers.is_empty());
    let id = feed
        .meta
        .id
        .split_once('.')
        .map_or(feed.meta.id.as_str(), |(_, id)| id);
    json!({
        "id": id,
        "section": section(mock, &feed.meta),
        "channel": feed.channel.to_string(),
        "doc": feed.meta.doc,
        "source": feed.meta.provenance.source,
        "evidence": evidence(&feed.meta),
        "path": path,
        "handshake": headers.unwrap_or_default(),
        "login": venue.login(feed.socket, &placeholder(), now),
        "subscribe": venue.subscription(index),
        "messages": feed.messages.iter().map(|id| &api.messages[*id].name).collect::<Vec<_>>(),
    })
}

fn section<'a>(mock: &'a Inner, meta: &Meta) -> &'a str {
    let sections = &mock.venue.api().sections;
    sections
        .get(meta.section)
        .map_or("", |section| &section.title)
}

fn evidence(meta: &Meta) -> &'static str {
    match meta.provenance.evidence {
        Evidence::Documented => "documented",
        Evidence::Observed => "observed",
        Evidence::Inferred => "inferred",
    }
}
