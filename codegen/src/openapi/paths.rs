//! Which operations share a path.
//!
//! To OpenAPI, two paths that differ only in the names of their holes are one path given twice. So
//! they are merged, under names made of all that the hole is called. And a path has each method
//! once, whatever the server: an operation that finds its method taken has the path again with a
//! fragment, which no client sends.

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
    let mut out = BTreeMap::new();
    for (first, sharing) in members {
        let mut methods = Vec::new();
        let (first_of_method, displaced): (Vec<usize>, Vec<usize>) =
            sharing.into_iter().partition(|&index| {
                let method = api.operations[index].method.as_str();
                let is_free = !methods.contains(&method);
                methods.push(method);
                is_free
            });
        out.insert(first, merged(api, first_of_method));
        for index in displaced {
            let mut path = merged(api, vec![index]);
            path.template.push('#');
            path.template.push_str(&api.operations[index].name);
            out.insert(index, path);
        }
    }
    out
}

fn merged(api: &Api, operations: Vec<usize>) -> Path {
    let mut holes: Vec<Vec<&str>> = Vec::new();
    for &index in &operations {
        let operation = &api.operations[index];
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
