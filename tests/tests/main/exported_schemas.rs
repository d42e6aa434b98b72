//! Exported JSON Schemas: true to the metaschema, and accepting what the model describes.

use serde_json::Value;
use venue_codegen::json_schema::{self, Options};
use venue_schema::ir::*;

fn check_metaschema(document: &Value) {
    if let Err(error) = jsonschema::draft202012::meta::validate(document) {
        panic!("{error} at {}\n{document:#}", error.instance_path());
    }
}

fn field(name: &str, ty: TypeRef) -> Field {
    Field {
        name: name.into(),
        wire: name.into(),
        doc: String::new(),
        ty,
        presence: Presence::Required,
        empty_is_none: false,
        constant: None,
        default: None,
        batch: false,
        constraints: Constraints::default(),
        unit: None,
        sensitivity: None,
        provenance: Provenance::default(),
        at: Location::default(),
    }
}

fn api() -> Api {
    let level = Record {
        layout: Layout::Array,
        unknown_fields: UnknownFields::Drift,
        fields: vec![
            field("price", TypeRef::Decimal(DecimalForm::Number)),
            Field {
                presence: Presence::Optional,
                ..field("venue", TypeRef::String)
            },
        ],
        rules: vec![],
    };
    let book = Record {
        layout: Layout::Object,
        unknown_fields: UnknownFields::Drift,
        fields: vec![
            field("bids", TypeRef::List(Box::new(TypeRef::Named(0)))),
            Field {
                presence: Presence::OptionalNullable,
                ..field("size", TypeRef::Int(IntKind::U64))
            },
            Field {
                presence: Presence::Optional,
                ..field("at", TypeRef::Time(TimeForm::DateTime))
            },
        ],
        rules: vec![Rule {
            when: vec![],
            need: Need::AtMostOne(vec![1, 2]),
            doc: "Not both.".into(),
            at: Location::default(),
        }],
    };
    let named = |name: &str, kind| Type {
        name: name.into(),
        meta: Meta {
            id: format!("t.type.{name}"),
            ..Meta::default()
        },
        kind,
    };
    Api {
        id: "t".into(),
        types: vec![
            named("Level", TypeKind::Record(level)),
            named("Book", TypeKind::Record(book)),
        ],
        ..Api::default()
    }
}

#[test]
fn tells_valid_from_drift_from_invalid() {
    let api = api();
    let [tolerant, strict] = [false, true].map(|strict| {
        let document = json_schema::for_type(&api, 1, &Options { strict }).to_value();
        check_metaschema(&document);
        check_metaschema(&json_schema::bundle(&api, &Options { strict }).to_value());
        jsonschema::validator_for(&document).expect("a schema")
    });
    for (json, accepted) in [
        (
            r#"{"bids": [[1.5], [2, "x"]], "size": 18446744073709551615}"#,
            [true, true],
        ),
        (
            r#"{"bids": [], "size": null, "at": "2020-02-29T00:00:00.5Z"}"#,
            [true, true],
        ),
        (r#"{"bids": [[1, "x", 3]]}"#, [true, false]),
        (r#"{"bids": [], "new": 1}"#, [true, false]),
        (r#"{"bids": [[]]}"#, [false, false]),
        (
            r#"{"bids": [], "size": 18446744073709551616}"#,
            [false, false],
        ),
        (
            r#"{"bids": [], "size": 1, "at": "2020-02-29T00:00:00Z"}"#,
            [false, false],
        ),
    ] {
        let value: Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(
            [tolerant.is_valid(&value), strict.is_valid(&value)],
            accepted,
            "{json}"
        );
    }
}
