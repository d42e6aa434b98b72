//! The specs that the tests hold the judges against: those in the box, and small ones in folders.

use std::fs;
use std::path::{Path, PathBuf};

use venue_schema::ir::Api;
use venue_schema::{Diagnostic, Severity, bundled, bundled_ids};

/// A folder of this package.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every API in the box.
///
/// # Panics
/// If its spec has errors.
pub fn all_bundled() -> Vec<Api> {
    bundled_ids()
        .map(|id| read_clean(id, bundled(id).expect("an id of the list").to_vec()))
        .collect()
}

/// Each file of a folder as an API of its own: the file's stem and the API.
///
/// # Panics
/// If a file cannot be read or is no clean spec.
pub fn each_in(name: &str) -> Vec<(String, Api)> {
    let entries = fs::read_dir(folder(name)).expect("a folder of specs");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    let read = |path: &PathBuf| {
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(path).expect("text");
        (stem.clone(), from_text(&stem, &text))
    };
    paths.iter().map(read).collect()
}

/// The API that one text describes.
///
/// # Panics
/// If it has errors.
pub fn from_text(name: &str, text: &str) -> Api {
    read_clean(name, vec![(format!("{name}/api.toml"), text.to_owned())])
}

fn read_clean(name: &str, files: Vec<(String, String)>) -> Api {
    let (api, diagnostics) = venue_schema::read(files);
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(describe)
        .collect();
    assert!(errors.is_empty(), "{name}:\n{}", errors.join("\n"));
    api.expect("a model without errors")
}

/// One line: place, rule, message.
pub fn describe(found: &Diagnostic) -> String {
    let place = &found.primary;
    format!(
        "{}:{}: {}: {}",
        place.path, place.location.line, found.rule, found.message
    )
}
