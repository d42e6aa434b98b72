//! A venue described from its documentation alone, outside the box: everything works on it.

use serde_json::Value;

use crate::support::ends;

const SPEC: &str = "examples/kraken";

#[test]
fn its_spec_is_clean() {
    let ran = ends(&["lint", SPEC, "--fail-on", "info", "--all"], 0);
    assert!(ran.out.contains("clean"), "{}", ran.out);
    let listed: Value =
        serde_json::from_str(&ends(&["list", "--spec", SPEC, "--format", "json"], 0).out)
            .expect("JSON");
    let count = |kind: &str, needs_example: bool| {
        let items = listed.as_array().expect("a list").iter();
        items
            .filter(|i| i["kind"] == kind && (!needs_example || i["examples"] != 0))
            .count()
    };
    assert_eq!((count("operation", true), count("feed", true)), (4, 2));
}

#[test]
fn its_capture_is_valid_and_a_changed_one_is_not() {
    let clean = format!("{SPEC}/captures/clean.ndjson");
    let report: Value = serde_json::from_str(
        &ends(
            &[
                "check",
                "--spec",
                SPEC,
                &clean,
                "--format",
                "json",
                "--fail-on",
                "warning",
            ],
            0,
        )
        .out,
    )
    .expect("JSON");
    let totals = &report["totals"];
    assert_eq!(totals["records"], 14);
    assert_eq!(totals["valid"], 14);

    let drift = format!("{SPEC}/captures/drift.ndjson");
    let found = ends(&["check", "--spec", SPEC, &drift, "--format", "ndjson"], 1).out;
    let found: Vec<(u64, String)> = found
        .lines()
        .map(|line| {
            let finding: Value = serde_json::from_str(line).expect("JSON");
            let rule = finding["rule"].as_str().expect("a rule").to_owned();
            (finding["line"].as_u64().expect("a line"), rule)
        })
        .collect();
    let planted = [
        (1, "string-as-number"),
        (2, "undocumented-element"),
        (3, "unknown-value"),
        (4, "undocumented-field"),
        (5, "undocumented-value"),
        (6, "undocumented-message"),
    ];
    assert_eq!(found, planted.map(|(line, rule)| (line, rule.to_owned())));
}

#[test]
fn it_is_exported_and_generated_as_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_string_lossy().into_owned();
    ends(
        &["export", "json-schema", "--spec", SPEC, "--out", &path],
        0,
    );
    let file = folder
        .path()
        .join("kraken.get-recent-trades.response.200.json");
    let schema: Value =
        serde_json::from_slice(&std::fs::read(file).expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    let refused: Value =
        serde_json::from_str(r#"{"error":["EQuery:Unknown asset pair"]}"#).expect("JSON");
    assert!(validator.is_valid(&refused));
    assert!(!validator.is_valid(&Value::Null));

    let out = folder.path().join("types").to_string_lossy().into_owned();
    ends(&["generate", "--spec", SPEC, "--out", &out, "--crate"], 0);
    ends(
        &[
            "generate", "--spec", SPEC, "--out", &out, "--crate", "--check",
        ],
        0,
    );
    let code = std::fs::read_to_string(folder.path().join("types/src/lib.rs")).expect("code");
    for name in [
        "pub struct PublicTrade",
        "pub enum Received",
        "pub enum ErrorCode",
    ] {
        assert!(code.contains(name), "{name}");
    }
}
