//! `specs/spec.schema.json` is what the reader's structs say, and judges spec files as they do.

use std::path::Path;

use serde_json::{Value, json};

#[test]
fn the_schema_file_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/spec.schema.json");
    let fresh = venue_schema::spec_schema();
    if std::env::var_os("VENUE_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "specs/spec.schema.json is stale; refresh it with\n    \
         VENUE_UPDATE=1 cargo test -p venue-schema --test spec_schema"
    );
}

/// A TOML document as the JSON that a TOML language server validates.
fn to_json(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&venue_schema::spec_schema()).unwrap();
    assert_eq!(
        schema["$schema"],
        json!("http://json-schema.org/draft-07/schema#")
    );
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn bundled_specs_are_valid_under_it() {
    let validator = validator();
    for id in venue_schema::bundled_ids() {
        for (path, text) in venue_schema::bundled(id).unwrap().files() {
            let json = to_json(text);
            let errors: Vec<String> = validator
                .iter_errors(&json)
                .map(|error| format!("{path}{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}", errors.join("\n"));
        }
    }
}

#[test]
fn it_refuses_what_the_reader_refuses() {
    let validator = validator();
    for (text, sound) in [
        (
            "[record.A.fields]\nprice = { type = \"decimal\", min = 1 }",
            true,
        ),
        ("[record.A.fields]\nprice = { tpye = \"decimal\" }", false),
        (
            "[record.A.fields]\nprice = { type = \"decimal\", presence = \"maybe\" }",
            false,
        ),
        (
            "[record.A.fields]\nprice = { type = \"decimal\", min = 0.5 }",
            false,
        ),
        ("[recrod.A]", false),
        ("[operation.a]\nmethod = \"GET\"", false),
        ("[api]\nid = 5", false),
    ] {
        let (file, diagnostics) = venue_schema::parse("a.toml", text);
        let (_, resolved) = venue_schema::resolve(vec![file]);
        let faults = diagnostics.iter().chain(&resolved);
        let refused = faults.filter(|it| !it.message.contains("[api]")).count() > 0;
        assert_eq!(refused, !sound, "the reader, of {text}");
        assert_eq!(
            validator.is_valid(&to_json(text)),
            sound,
            "the schema, of {text}"
        );
    }
}
