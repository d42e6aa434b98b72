//! Documents for other ecosystems: nothing of an API is missing, every reference is good, every
//! example is accepted by the schema that it stands beside, and the same spec gives the same bytes.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use venue_codegen::api_document::Options;
use venue_codegen::loss::Exported;
use venue_codegen::{asyncapi, json_schema::Tree, openapi};
use venue_schema::ir::{Api, ExampleVerdict, ListedAs, Target};
use venue_tests::specs;

/// The bundled APIs and the hard cases.
fn apis() -> Vec<Api> {
    let mut out = specs::all_bundled();
    out.extend(specs::each_in("hard-cases").into_iter().map(|(_, api)| api));
    out
}

/// What is printed, read again by somebody else; the losses stand in it.
fn read(api: &Api, exported: &Exported<Tree>) -> Value {
    let printed = exported.document.to_string();
    let value: Value = serde_json::from_str(&printed).expect("what is printed is JSON");
    let description = value["info"]["description"]
        .as_str()
        .expect("a description");
    for loss in exported.losses.iter() {
        assert!(
            description.contains(&loss.lost),
            "{}: {}",
            api.id,
            loss.lost
        );
    }
    check_references(&api.id, &value, &value);
    value
}

fn check_references(name: &str, root: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference.strip_prefix('#').expect("within the document");
                assert!(root.pointer(pointer).is_some(), "{name}: {reference}");
            }
            let parts = members.values();
            parts.for_each(|part| check_references(name, root, part));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| check_references(name, root, item)),
        _ => {}
    }
}

/// Every operation object of the document.
fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .values()
        .flat_map(|item| item.as_object().expect("a path item").values())
}

const DRAFT_2020: &str = "https://json-schema.org/draft/2020-12/schema";
const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";

/// Holds a value against a schema of the document.
fn accepts(draft: &str, document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let whole = json!({
        "$schema": draft,
        "components": document["components"],
        "allOf": [schema],
    });
    let validator = jsonschema::validator_for(&whole).map_err(|e| e.to_string())?;
    validator.validate(value).map_err(|e| e.to_string())
}

#[test]
fn openapi_has_every_operation_and_every_example_of_its_bodies() {
    for api in apis() {
        let Some(exported) = openapi::document(&api, &Options::default()) else {
            assert!(api.operations.is_empty(), "{}", api.id);
            continue;
        };
        let document = read(&api, &exported);
        let ids: BTreeSet<&str> = operations(&document)
            .map(|operation| operation["x-venue-id"].as_str().expect("an id"))
            .collect();
        let all: BTreeSet<&str> = api.operations.iter().map(|op| &*op.meta.id).collect();
        assert_eq!(ids, all, "{}", api.id);
        let names: BTreeSet<&str> = operations(&document)
            .map(|operation| operation["operationId"].as_str().expect("a name"))
            .collect();
        assert_eq!(names.len(), all.len(), "{}", api.id);
        let shown: usize = operations(&document)
            .map(|operation| check_examples(&document, operation))
            .sum();
        let given = api.examples.iter().filter(|example| {
            let of_body = matches!(example.of, Target::Request(_) | Target::Response(..));
            of_body && example.verdict != ExampleVerdict::Invalid
        });
        assert_eq!(shown, given.count(), "{}", api.id);
    }
}

/// How many examples the operation shows, each accepted by its schema.
fn check_examples(document: &Value, operation: &Value) -> usize {
    let request = &operation["requestBody"]["content"];
    let responses = operation["responses"].as_object().expect("responses");
    let contents = responses.values().map(|response| &response["content"]);
    let mut shown = 0;
    for content in std::iter::once(request).chain(contents) {
        let Some(by_media) = content.as_object() else {
            continue;
        };
        // The same examples stand under each media type.
        for (index, media) in by_media.values().enumerate() {
            for (name, example) in media["examples"].as_object().into_iter().flatten() {
                shown += usize::from(index == 0);
                let accepted = accepts(DRAFT_2020, document, &media["schema"], &example["value"]);
                let id = &operation["x-venue-id"];
                assert!(accepted.is_ok(), "{id} {name}: {accepted:?}");
            }
        }
    }
    shown
}

#[test]
fn asyncapi_has_every_feed_command_and_message_and_their_examples() {
    for api in apis() {
        let Some(exported) = asyncapi::document(&api, &Options::default()) else {
            assert!(api.sockets.is_empty(), "{}", api.id);
            continue;
        };
        let document = read(&api, &exported);
        let local = |id: &str| id[api.id.len() + 1..].to_owned();
        let messages = &document["components"]["messages"];
        for feed in &api.feeds {
            let channel = &document["channels"][local(&feed.meta.id)];
            let listed = channel["messages"].as_object().expect("messages").len();
            assert_eq!(listed, feed.messages.len(), "{}", feed.meta.id);
        }
        let commands = api.commands.iter().map(|it| &it.meta.id);
        let all = commands.chain(api.messages.iter().map(|it| &it.meta.id));
        for id in all {
            assert!(messages[local(id)].is_object(), "{id}");
        }
        for command in &api.commands {
            let operations = document["operations"].as_object().expect("operations");
            let mut sent = operations.values();
            let sent = sent.find(|it| it["x-venue-id"] == *command.meta.id);
            let replies = sent.expect("an operation")["reply"]["messages"].as_array();
            assert_eq!(replies.map_or(0, Vec::len), command.answers.len());
        }
        check_messages(&api, &document);
    }
}

/// Every example of messages, feeds and commands is shown, and accepted where it is.
fn check_messages(api: &Api, document: &Value) {
    let mut shown = 0;
    for (id, message) in document["components"]["messages"]
        .as_object()
        .expect("some")
    {
        for example in message["examples"].as_array().into_iter().flatten() {
            let accepted = accepts(DRAFT_7, document, &message["payload"], &example["payload"]);
            assert!(accepted.is_ok(), "{}.{id}: {accepted:?}", api.id);
            shown += 1;
        }
    }
    let given = api.examples.iter().filter(|example| {
        let on_socket = match example.of {
            Target::Command(_) | Target::Message(_) | Target::Feed(_) => true,
            Target::Type(id) => {
                let ty = &api.types[id];
                let listed = matches!(ty.listed_as, ListedAs::Message | ListedAs::Command);
                listed
                    && !document["components"]["messages"][&ty.meta.id[api.id.len() + 1..]]
                        .is_null()
            }
            _ => false,
        };
        on_socket && example.verdict != ExampleVerdict::Invalid
    });
    assert_eq!(shown, given.count(), "{}", api.id);
}

/// A path of OpenAPI has each method once, and holes have no say in which path it is.
#[test]
fn operations_that_share_a_path_in_openapi_are_both_there() {
    let spec = r#"
        [section]
        title = "Two hosts"
        source = "https://venue.example"
        [api]
        id = "two"
        title = "Two hosts"
        doc = "The same path on both."
        [server.spot]
        urls = { production = "https://spot.venue.example" }
        [server.futures]
        urls = { production = "https://futures.venue.example" }
        [operation.get-order]
        title = "Order"
        method = "GET"
        path = "/order/{id}"
        auth = []
        doc = "An order."
        path-params = { id = { type = "u64", doc = "Id." } }
        responses = { 200 = "json" }
        [operation.create-order]
        title = "New order"
        method = "POST"
        path = "/order/{side}"
        auth = []
        doc = "A new order."
        path-params = { side = { type = "string", doc = "Side." } }
        responses = { 200 = "json" }
        [operation.get-futures-order]
        title = "Order"
        method = "GET"
        path = "/order/{id}"
        server = "futures"
        auth = []
        doc = "An order in futures."
        path-params = { id = { type = "u64", doc = "Id." } }
        responses = { 200 = "json" }
    "#;
    let api = specs::from_text("two", spec);
    let exported = openapi::document(&api, &Options::default()).expect("operations");
    let document = read(&api, &exported);
    let paths = document["paths"].as_object().expect("paths");
    let keys: Vec<&String> = paths.keys().collect();
    assert_eq!(
        keys,
        ["/order/{id_or_side}", "/order/{id}#get-futures-order"]
    );
    let futures = &paths["/order/{id}#get-futures-order"]["get"];
    assert_eq!(
        futures["servers"][0]["url"],
        "https://futures.venue.example"
    );
    let new = &paths["/order/{id_or_side}"]["post"];
    assert_eq!(new["parameters"][0]["name"], "id_or_side");
    assert_eq!(new["x-venue-path"], "/order/{side}");
}

/// Tools send a file under the content type that the document names.
#[test]
fn the_kinds_of_a_file_are_the_encoding_of_its_part() {
    let cases = specs::each_in("hard-cases").into_iter();
    let of_uploads = |api: &Api| api.operations.iter().any(|op| op.name == "upload");
    let api = cases.map(|(_, api)| api).find(of_uploads).expect("a case");
    let exported = openapi::document(&api, &Options::default()).expect("operations");
    let document = read(&api, &exported);
    let body = &document["paths"]["/v1/files/verification"]["post"]["requestBody"];
    let encoding = &body["content"]["multipart/form-data"]["encoding"];
    assert_eq!(
        encoding["files"]["contentType"],
        "image/png, application/pdf"
    );
}
