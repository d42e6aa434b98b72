//! The commands beside `check`.

use serde_json::Value;

use crate::support::{ends, root, venue};

#[test]
fn list_prints_what_the_specs_describe() {
    let all: Value =
        serde_json::from_str(&ends(&["list", "--format", "json"], 0).out).expect("JSON");
    let items = all.as_array().expect("a list");
    let names: Vec<&str> = items[0]
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names.len(), 9);
    for (id, kind, method, path) in [
        (
            "sfox-legacy.get-order",
            "operation",
            Some("GET"),
            Some("/v1/order/{order_id}"),
        ),
        ("sfox.feed.ticker", "feed", None, Some("ticker.sfox.{pair}")),
        ("finery.ws.bind", "command", None, None),
        ("sfox.enum.order-status", "enum", None, None),
    ] {
        let item = items
            .iter()
            .find(|i| i["id"] == id)
            .unwrap_or_else(|| panic!("{id} is not listed"));
        assert_eq!(
            (
                item["kind"].as_str(),
                item["method"].as_str(),
                item["path"].as_str()
            ),
            (Some(kind), method, path)
        );
        assert!(
            item["source"].as_str().is_some_and(|s| !s.is_empty()),
            "{id} has no source"
        );
    }
    let human = ends(&["list", "--api", "sfox-legacy"], 0).out;
    assert!(human.contains("sfox-legacy.get-order") && !human.contains("sfox.create-order"));
    assert!(
        ends(&["list", "--api", "sfox-legacy", "--errata"], 0)
            .out
            .contains("reading")
    );
    assert!(
        ends(&["list", "--unknowns", "--format", "json"], 0)
            .out
            .starts_with('[')
    );
}

#[test]
fn bundled_specs_have_no_errors_and_say_how_much_there_is_to_know() {
    let ran = ends(&["lint"], 0);
    for api in ["finery", "sfox", "sfox-connect", "sfox-legacy"] {
        assert!(
            ran.out.lines().any(|l| l.contains(&format!("{api}, "))),
            "{api}\n{}",
            ran.out
        );
    }
    assert!(!ran.out.contains("info["), "{}", ran.out);
    assert!(ends(&["lint", "--all"], 0).out.contains("info["));
}

#[test]
fn lint_reads_a_folder_and_points_at_the_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = "[section]\ntitle = \"T\"\ndoc = \"D.\"\nsource = \"https://example.com\"\n\n[api]\nid = \"mine\"\ntitle = \"Mine\"\n\
                doc = \"D.\"\n\n[record.A]\ndoc = \"A.\"\n[record.A.fields]\nx = \"strnig\"\n";
    std::fs::write(folder.path().join("api.toml"), spec).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let ran = ends(&["lint", &path], 1);
    assert!(
        ran.out.contains("strnig") && ran.out.contains("string"),
        "{}",
        ran.out
    );
    let listed: Value =
        serde_json::from_str(&ends(&["lint", &path, "--format", "json"], 1).out).expect("JSON");
    assert_eq!(listed[0]["primary"]["line"], 14);
    let ran = ends(&["check", "-", "--spec", &path], 2);
    assert!(ran.err.contains("strnig"), "{}", ran.err);
}

#[test]
fn schemas_are_exported_alone_and_together() {
    let one = ends(
        &[
            "export",
            "json-schema",
            "--api",
            "sfox",
            "--as",
            "sfox.create-order/response/422",
        ],
        0,
    )
    .out;
    let schema: Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_string_lossy().into_owned();
    let ran = ends(
        &[
            "export",
            "json-schema",
            "--api",
            "sfox-legacy",
            "--out",
            &path,
        ],
        0,
    );
    assert!(ran.err.contains("0 changed, 0 as they were"), "{}", ran.err);
    assert!(
        folder
            .path()
            .join("sfox-legacy.get-order.response.200.json")
            .is_file()
    );
    assert!(folder.path().join("sfox-legacy.json").is_file());
    let again = ends(
        &[
            "export",
            "json-schema",
            "--api",
            "sfox-legacy",
            "--out",
            &path,
        ],
        0,
    );
    assert!(again.err.contains(": 0 new, 0 changed"), "{}", again.err);
}

#[test]
fn an_export_in_an_older_dialect_is_held_against_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("finery.json");
    let path = file.to_string_lossy().into_owned();
    let export = ["export", "json-schema", "--api", "finery", "--out", &path];
    let missing = ends(&[&export[..], &["--check"]].concat(), 1);
    assert!(missing.out.starts_with("missing  "), "{}", missing.out);
    ends(&[&export[..], &["--draft", "7"]].concat(), 0);
    let schema: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("a schema")).expect("JSON");
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    ends(&[&export[..], &["--draft", "7", "--check"]].concat(), 0);
    let differs = ends(&[&export[..], &["--check"]].concat(), 1);
    assert!(differs.out.starts_with("differs  "), "{}", differs.out);
}

#[test]
fn what_a_format_cannot_carry_is_printed_and_stands_in_the_document() {
    for (format, place) in [
        ("json-schema", "/description"),
        ("openapi", "/info/description"),
        ("asyncapi", "/info/description"),
    ] {
        let export = ["export", format, "--api", "sfox"];
        let losses = ends(&[&export[..], &["--losses"]].concat(), 0).out;
        let document: Value = serde_json::from_str(&ends(&export, 0).out).expect("JSON");
        let description = document.pointer(place).and_then(Value::as_str);
        let description = description.expect("a description");
        let lost: Vec<&str> = losses
            .lines()
            .filter_map(|line| line.strip_prefix("  lost     "))
            .collect();
        assert!(!lost.is_empty(), "{losses}");
        for what in lost {
            assert!(description.contains(what), "{what}");
        }
    }
}

#[test]
fn every_rule_is_listed_and_explained() {
    let rules: Value =
        serde_json::from_str(&ends(&["rules", "--format", "json"], 0).out).expect("JSON");
    let rules = rules.as_array().expect("a list");
    assert!(rules.len() > 40, "{}", rules.len());
    for rule in rules {
        let id = rule["id"].as_str().expect("an id");
        let ran = ends(&["explain", id], 0);
        let first = rule["summary"]
            .as_str()
            .and_then(|s| s.split(' ').next())
            .expect("a summary");
        assert!(
            ran.out.contains(id) && ran.out.contains(first),
            "{id}\n{}",
            ran.out
        );
    }
    let ran = ends(&["explain", "wrong-knd"], 2);
    assert!(
        ran.err.contains("did you mean `wrong-kind`?"),
        "{}",
        ran.err
    );
}

#[test]
fn help_completions_and_man_come_from_one_source() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            ends(&["completions", shell], 0)
                .out
                .contains("input-format"),
            "{shell}"
        );
    }
    let man = ends(&["man"], 0).out;
    assert!(man.contains(".SH VENUE CHECK") && man.contains("max\\-findings"));
    assert!(man.contains(".SH VENUE EXPORT OPENAPI"));
    assert!(
        ends(&["check", "--help"], 0)
            .out
            .contains("Exit status: 0 clean")
    );
    ends(&["--version"], 0);
    assert!(ends(&["chek"], 2).err.contains("check"));
}

#[test]
fn a_format_that_has_nothing_to_say_of_an_api_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = "[section]\ntitle = \"Empty\"\nsource = \"https://venue.example\"\n\
        [api]\nid = \"empty\"\ntitle = \"Empty\"\ndoc = \"Nothing.\"\n";
    std::fs::write(folder.path().join("api.toml"), spec).expect("a spec");
    let path = folder.path().to_string_lossy().into_owned();
    for (format, what) in [
        ("asyncapi", "no sockets"),
        ("openapi", "no HTTP operations"),
    ] {
        let ran = ends(&["export", format, "--spec", &path], 2);
        assert!(ran.err.contains(what) && ran.out.is_empty(), "{}", ran.err);
    }
}

#[test]
fn names_that_are_almost_right_are_suggested() {
    for (args, near) in [
        (&["list", "--api", "finrey"][..], "did you mean `finery`?"),
        (&["lint", "--api", "legacy"], "did you mean `sfox-legacy`?"),
        (
            &[
                "export",
                "json-schema",
                "--api",
                "sfox",
                "--as",
                "feed.tickr",
            ],
            "did you mean `feed.ticker`?",
        ),
    ] {
        let ran = ends(args, 2);
        assert!(ran.err.contains(near), "{args:?}\n{}", ran.err);
    }
}

#[test]
fn colours_are_written_when_asked_for_only() {
    assert!(!venue(&["rules"]).out.contains('\u{1b}'));
    assert!(
        venue(&["rules", "--color", "always"])
            .out
            .contains('\u{1b}')
    );
    assert!(
        !venue(&[
            "check",
            "captures/",
            "--color",
            "always",
            "--format",
            "json"
        ])
        .out
        .contains('\u{1b}')
    );
    assert!(root().join("captures/README.md").is_file());
}
