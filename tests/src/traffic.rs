//! Examples as traffic: capture records, and a HAR of whole exchanges.
//!
//! Payloads are those of the specs. What makes exchanges of them (identifiers in paths, the other
//! half of an exchange of which only one half is shown) is made up from the spec.

use serde_json::{Value, json};
use venue_schema::ir::{
    Api, Example, ExampleVerdict, Field, Media, Need, Operation, Part, Presence, Recipe, Status,
    Target,
};

use crate::generate::{Generator, Manner};
use crate::raw::Raw;

/// Made-up values, the simplest that a spec allows.
const PLAIN: &[u8] = &[];
const MANNER: Manner = Manner::Plain {
    now: 1_700_000_000_000_000_000,
};

/// One example as a capture record, and what it is an example of.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Id of the target, without the API's.
    pub target: String,
    /// The payload.
    pub payload: String,
    /// The record, with the payload as text.
    pub record: Value,
}

/// Every example that can travel by itself: bodies that are JSON, messages and commands.
pub fn records(api: &Api) -> Vec<Shown> {
    let shown = api.examples.iter().filter_map(|example| {
        Some(Shown {
            target: venue_codegen::json_schema::target_id(api, example.of),
            payload: example.payload.clone(),
            record: record(api, example)?,
        })
    });
    shown.collect()
}

fn record(api: &Api, example: &Example) -> Option<Value> {
    let text = &example.payload;
    let message = |socket: usize, direction: &str| {
        let url = &api.sockets[socket].urls.first()?.1;
        Some(json!({"kind": "ws", "url": url, "direction": direction, "data": text}))
    };
    match example.of {
        Target::Request(id) => {
            let operation = &api.operations[id];
            let body = operation.body.as_ref()?;
            body.media.contains(&Media::Json).then_some(())?;
            let mut request = request(api, operation)?;
            request["headers"] = json!({"Content-Type": "application/json"});
            request["body"] = json!(text);
            Some(json!({"kind": "http", "request": request, "response": null}))
        }
        Target::Response(id, response) => {
            let operation = &api.operations[id];
            let status = status(operation, response);
            let request = request(api, operation)?;
            let headers = json!({"Content-Type": "application/json"});
            let response = json!({"status": status, "headers": headers, "body": text});
            Some(json!({"kind": "http", "request": request, "response": response}))
        }
        Target::Feed(id) => message(api.feeds[id].socket, "received"),
        Target::Message(id) => message(api.messages[id].socket, "received"),
        Target::Command(id) => message(api.commands[id].socket, "sent"),
        Target::Type(_) => None,
    }
}

/// Method and address; the body is left unsaid.
fn request(api: &Api, operation: &Operation) -> Option<Value> {
    let base = &api.servers[operation.server].urls.first()?.1;
    let mut path = String::new();
    for part in &operation.path.parts {
        match part {
            Part::Text(text) => path.push_str(text),
            Part::Hole(name) => {
                let mut fields = operation.path_params.iter();
                let field = fields.find(|f| f.wire == *name || f.name == *name)?;
                path.push_str(&escaped(&parameter(api, field, &['.', '/'])?));
            }
        }
    }
    let mut query = String::new();
    let mut wanted: Vec<usize> = (0..operation.query.len())
        .filter(|n| !operation.query[*n].presence.may_be_absent())
        .collect();
    // What a rule asks for is given in the first of its ways.
    for rule in operation.rules.iter().filter(|rule| rule.when.is_empty()) {
        if let Need::ExactlyOne(ways) | Need::AtLeastOne(ways) = &rule.need
            && !ways.iter().any(|way| wanted.contains(way))
        {
            wanted.extend(ways.first());
        }
    }
    for field in wanted.into_iter().filter_map(|n| operation.query.get(n)) {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(&escaped(&field.wire));
        query.push('=');
        query.push_str(&escaped(&parameter(api, field, &[])?));
    }
    Some(json!({"method": operation.method, "url": format!("{base}{path}{query}")}))
}

/// The text of a valid value, elements of a list with commas between them.
fn parameter(api: &Api, field: &Field, but: &[char]) -> Option<String> {
    let field = &Field {
        presence: Presence::Required,
        ..field.clone()
    };
    let seeds = (0..=u8::MAX).map(|byte| [byte; 24]);
    let values = std::iter::once(Generator::new(api, PLAIN, MANNER).field(field))
        .chain(seeds.map(|seed| Generator::new(api, &seed, MANNER).field(field)));
    values.flatten().find_map(|value| {
        let text = plain(&value)?;
        (!text.is_empty() && !text.contains(but)).then_some(text)
    })
}

fn plain(value: &Raw) -> Option<String> {
    match value {
        Raw::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(plain).collect();
            Some(items?.join(","))
        }
        Raw::Object(_) => None,
        Raw::Token(token) => value.text().or_else(|| Some(token.clone())),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The status of a response; of a class, one that no other response has.
fn status(operation: &Operation, response: usize) -> u16 {
    match operation.responses[response].status {
        Status::Code(code) => code,
        Status::Class(class) => {
            let base = u16::from(class) * 100;
            let taken = |code: &u16| {
                let mut all = operation.responses.iter();
                all.any(|other| other.status == Status::Code(*code))
            };
            (base..base + 100).find(|code| !taken(code)).unwrap_or(base)
        }
    }
}

/// Whole exchanges, one for each valid example of a request or response: HAR 1.2.
pub fn har(api: &Api) -> Value {
    let examples = api.examples.iter();
    let valid = examples.filter(|example| example.verdict == ExampleVerdict::Valid);
    let entries: Vec<Value> = valid.filter_map(|example| exchange(api, example)).collect();
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "examples of the specs", "version": "1"},
        "entries": entries,
    }})
}

fn exchange(api: &Api, example: &Example) -> Option<Value> {
    let (id, response) = match example.of {
        Target::Request(id) => (id, first_success(&api.operations[id])?),
        Target::Response(id, response) => (id, response),
        _ => return None,
    };
    let operation = &api.operations[id];
    let mut headers = vec![header("Accept", "application/json")];
    if let Some(&auth) = operation.auth.first() {
        headers.extend(credentials(&api.auth[auth].recipe));
    }
    for field in operation
        .headers
        .iter()
        .filter(|f| !f.presence.may_be_absent())
    {
        headers.push(header(&field.wire, &parameter(api, field, &[])?));
    }
    let mut request = request(api, operation)?;
    if let Some(body) = &operation.body {
        body.media.contains(&Media::Json).then_some(())?;
        let text = shown_or_made(api, Target::Request(id), example)?;
        headers.push(header("Content-Type", "application/json"));
        request["postData"] = json!({"mimeType": "application/json", "text": text});
    }
    request["headers"] = json!(headers);
    request["httpVersion"] = json!("HTTP/1.1");
    request["cookies"] = json!([]);
    request["queryString"] = json!([]);
    request["headersSize"] = json!(-1);
    request["bodySize"] = json!(-1);
    let content = match operation.responses[response].ty {
        Some(_) => {
            let text = shown_or_made(api, Target::Response(id, response), example)?;
            json!({"size": text.len(), "mimeType": "application/json", "text": text})
        }
        None => json!({"size": 0, "mimeType": ""}),
    };
    let answered = if content["text"].is_null() {
        vec![]
    } else {
        vec![header("Content-Type", "application/json")]
    };
    Some(json!({
        "startedDateTime": "2024-01-01T00:00:00.000Z",
        "time": 1,
        "request": request,
        "response": {
            "status": status(operation, response),
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": answered,
            "cookies": [],
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }))
}

/// What a recipe sends, with a word in place of every key and signature.
fn credentials(recipe: &Recipe) -> Vec<Value> {
    match recipe {
        Recipe::Basic { .. } => vec![header("Authorization", "Basic RVhBTVBMRTo=")],
        Recipe::Headers { headers } | Recipe::Hmac { headers, .. } => headers
            .iter()
            .map(|(name, template)| {
                let literal = template.split('{').next().unwrap_or_default();
                header(name, &format!("{literal}EXAMPLE"))
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn first_success(operation: &Operation) -> Option<usize> {
    let mut responses = operation.responses.iter();
    responses
        .position(|response| matches!(response.status, Status::Code(200..=299) | Status::Class(2)))
}

/// The example itself if it is one of the target, else the first valid one, else a made value.
fn shown_or_made(api: &Api, target: Target, example: &Example) -> Option<String> {
    if example.of == target {
        return Some(example.payload.clone());
    }
    let mut examples = api.examples.iter();
    let shown = examples.find(|e| e.of == target && e.verdict == ExampleVerdict::Valid);
    let made = || {
        Some(
            Generator::new(api, PLAIN, MANNER)
                .target(target)?
                .to_string(),
        )
    };
    shown.map(|e| e.payload.clone()).or_else(made)
}
