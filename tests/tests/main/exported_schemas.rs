//! Exported JSON Schemas: true to the metaschema, self-contained, and the same to the byte.

use serde_json::Value;
use venue_codegen::json_schema::annotations::{FORMATS, NAMES};
use venue_codegen::json_schema::{self, Draft, Options, Tree};
use venue_schema::ir::Api;
use venue_tests::specs;

/// Both strengths, in both dialects.
fn all_options() -> impl Iterator<Item = Options> {
    [Draft::D2020, Draft::D7].into_iter().flat_map(|draft| {
        [false, true].map(|strict| Options {
            strict,
            draft,
            ..Options::default()
        })
    })
}

fn check_document(name: &str, document: &Tree) {
    let value = document.to_value();
    if let Err(error) = jsonschema::meta::validate(&value) {
        panic!("{name}: {error} at {}", error.instance_path());
    }
    check_references(name, &value, &value);
    check_names(name, &value);
    let printed = document.to_string();
    let read: Value = serde_json::from_str(&printed).expect("what is printed is JSON");
    assert_eq!(read, value, "{name}");
}

/// Every reference stays within the document.
fn check_references(name: &str, root: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let found = reference
                    .strip_prefix('#')
                    .and_then(|pointer| root.pointer(pointer));
                assert!(found.is_some(), "{name}: {reference}");
            }
            members
                .values()
                .for_each(|value| check_references(name, root, value));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| check_references(name, root, item)),
        _ => {}
    }
}

/// Whoever has to register names and formats is told all of them.
fn check_names(name: &str, part: &Value) {
    let own = ["date-time", "uuid"];
    match part {
        Value::Object(members) => {
            for (member, value) in members {
                let known = !member.starts_with("x-venue-") || NAMES.contains(&member.as_str());
                assert!(known, "{name}: {member}");
                if let ("format", Value::String(format)) = (member.as_str(), value) {
                    let known = FORMATS.contains(&format.as_str());
                    assert!(known || own.contains(&format.as_str()), "{name}: {format}");
                }
                check_names(name, value);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check_names(name, item)),
        _ => {}
    }
}

fn check_api(api: &Api) {
    for options in all_options() {
        check_document(&api.id, &json_schema::bundle(api, &options).document);
        for target in json_schema::targets(api) {
            let exported = json_schema::export(api, target, &options);
            let document = exported.expect("a target with a body").document;
            check_document(&json_schema::target_id(api, target), &document);
        }
    }
}

#[test]
fn every_document_is_a_schema() {
    specs::all_bundled().iter().for_each(check_api);
    specs::each_in("hard-cases")
        .iter()
        .for_each(|(_, api)| check_api(api));
}

#[test]
fn small_apis_export_as_their_goldens() {
    let cases = specs::each_in("hard-cases");
    let bundle = |prefix: &str, strict: bool, draft: Draft| {
        let case = cases.iter().find(|(name, _)| name.starts_with(prefix));
        let (_, api) = case.expect("a hard case");
        let options = Options {
            strict,
            draft,
            ..Options::default()
        };
        json_schema::bundle(api, &options).document.to_string()
    };
    let tolerant = |prefix| bundle(prefix, false, Draft::D2020);
    let strict = |prefix, draft| bundle(prefix, true, draft);
    insta::assert_snapshot!("records_in_records_tolerant", tolerant("03"));
    insta::assert_snapshot!("records_in_records_strict", strict("03", Draft::D2020));
    insta::assert_snapshot!("records_in_records_draft_7", strict("03", Draft::D7));
    insta::assert_snapshot!("rules_across_fields_tolerant", tolerant("18"));
    insta::assert_snapshot!("key_that_changes_type_tolerant", tolerant("02"));
}
