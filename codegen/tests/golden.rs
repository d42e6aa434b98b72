//! What the generator writes for small specs, to the byte. `VENUE_UPDATE=1` writes it anew.

use std::path::Path;

use venue_codegen::api_document::Options;
use venue_codegen::json_schema::Tree;
use venue_codegen::loss::Exported;
use venue_codegen::{OutputFile, asyncapi, openapi, rust};
use venue_schema::ir::Api;

#[test]
fn output_is_as_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut specs: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    specs.sort();
    assert!(!specs.is_empty());
    for spec in specs {
        check_golden(&spec);
    }
}

/// What other ecosystems are given of it.
fn documents(api: &Api) -> Vec<OutputFile> {
    let options = Options {
        version: "1.0.0".to_owned(),
        publisher: None,
        ..Options::default()
    };
    let file = |kind: &str, exported: Option<Exported<Tree>>| {
        Some(OutputFile {
            path: format!("{}.{kind}.json", api.id.replace('-', "_")),
            text: format!("{}\n", exported?.document),
        })
    };
    [
        file("openapi", openapi::document(api, &options)),
        file("asyncapi", asyncapi::document(api, &options)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn check_golden(spec: &Path) {
    let text = std::fs::read_to_string(spec).unwrap();
    let name = spec.file_stem().unwrap().to_str().unwrap().to_owned();
    let files = vec![(format!("{name}/api.toml"), text)];
    let (api, diagnostics) = venue_schema::read(files);
    let api = api.unwrap_or_else(|| panic!("{name}: {diagnostics:#?}"));
    let mut files = rust::types(&api, &rust::Options::default());
    if matches!(name.as_str(), "hard-names" | "order-book") {
        files.extend(documents(&api));
    }
    for file in files {
        let path = spec.with_file_name(&file.path);
        if std::env::var_os("VENUE_UPDATE").is_some() {
            std::fs::write(&path, &file.text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            golden == file.text,
            "{} is not what is generated: run with VENUE_UPDATE=1 and read the difference",
            file.path
        );
    }
}
