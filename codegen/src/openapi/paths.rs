//! Which operations share a path.
//!
//! To OpenAPI, two paths that differ only in the names of their holes are one path given twice. So
//! they are merged, under names made of all that the hole is called.

use std::collections::BTreeMap;

use venue_schema::ir::{Api, Part};

/// One path of the document.
#[derive(Debug)]
pub(super) struct Path {
    /// With holes in braces, under their merged names.
    pub(super) template: String,
    /// The merged names, in the order of the holes.
    pub(super) holes: Vec<String>,
    /// In the order of the spec, one a method.
    pub(super) operations: Vec<usize>,
    /// Those that would need the method of another.
    pub(super) displaced: Vec<usize>,
}

/// The paths in the order of their first operations.
pub(super) fn grouped(api: &Api) -> BTreeMap<usize, Path> {
    let mut firsts: BTreeMap<String, usize> = BTreeMap::new();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, operation) in api.operations.iter().enumerate() {
        let shape = text(&operation.path.parts, |_, _| "{}".to_owned());
        let first = *firsts.entry(shape).or_insert(index);
        members.entry(first).or_default().push(index);
    }
    members
        .into_iter()
        .map(|(first, operations)| (first, merged(api, &operations)))
        .collect()
}

fn merged(api: &Api, sharing: &[usize]) -> Path {
    let mut holes: Vec<Vec<&str>> = Vec::new();
    let (mut operations, mut displaced) = (Vec::new(), Vec::new());
    let mut methods = Vec::new();
    for &index in sharing {
        let operation = &api.operations[index];
        let method = operation.method.as_str();
        if methods.contains(&method) {
            displaced.push(index);
            continue;
        }
        methods.push(method);
        operations.push(index);
        for (at, name) in hole_names(&operation.path.parts).enumerate() {
            if holes.len() <= at {
                holes.push(Vec::new());
            }
            if !holes[at].contains(&name) {
                holes[at].push(name);
            }
        }
    }
    let holes: Vec<String> = holes.iter().map(|names| names.join("_or_")).collect();
    let parts = &api.operations[operations[0]].path.parts;
    Path {
        template: text(parts, |at, _| format!("{{{}}}", holes[at])),
        holes,
        operations,
        displaced,
    }
}

fn hole_names(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        Part::Hole(name) => Some(name.as_str()),
        Part::Text(_) => None,
    })
}

/// The template with each hole, by its number, written in the given way.
pub(super) fn text(parts: &[Part], hole: impl Fn(usize, &str) -> String) -> String {
    let mut out = String::new();
    let mut at = 0;
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Hole(name) => {
                out.push_str(&hole(at, name));
                at += 1;
            }
        }
    }
    out
}
