//! A crate around the generated types.

use venue_schema::ir::Api;

use crate::OutputFile;

/// The generated files in the layout of a crate, with what makes it one.
pub(super) fn files(api: &Api, types: Vec<OutputFile>) -> Vec<OutputFile> {
    let mut files = vec![OutputFile {
        path: "Cargo.toml".to_owned(),
        text: manifest(api),
    }];
    let page = types.iter().find(|file| file.path.ends_with(".md"));
    let page = page.map(|file| format!("#![doc = include_str!({:?})]\n", file.path));
    let head = format!(
        "//! Exact wire types of {}.\n//!\n//! {}\n\n{}",
        one_line(&api.title),
        one_line(&api.doc),
        page.unwrap_or_default(),
    );
    for (index, file) in types.into_iter().enumerate() {
        files.push(match index {
            0 => OutputFile {
                path: "src/lib.rs".to_owned(),
                text: format!("{head}{}", file.text),
            },
            _ => OutputFile {
                path: format!("src/{}", file.path),
                text: file.text,
            },
        });
    }
    files
}

fn manifest(api: &Api) -> String {
    format!(
        r#"[package]
name = "{id}-types"
version = "0.1.0"
edition = "2024"
rust-version = "1.88"
description = {description:?}

[features]
# `JsonSchema` for every type, equal to the exported schema.
schemars = ["venue-wire/schemars"]
# Strategies for property tests.
proptest = ["venue-wire/proptest"]

[dependencies]
venue-wire = "{version}"
"#,
        id = api.id,
        description = format!("Exact wire types of {}", one_line(&api.title)),
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
