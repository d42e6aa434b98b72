//! Two operations of one method whose paths can be the same, with nothing to decide between them.
//!
//! A request to `/orders/open` belongs to `/orders/open` rather than to `/orders/{id}`, since a word
//! says more than a hole. But `/{account}/orders` and `/orders/{id}` both claim `/orders/orders`, and
//! neither says more than the other.

use super::implication::fits;
use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Part, Template};

pub(crate) const RULE: Rule = Rule {
    id: "ambiguous-path",
    severity: Severity::Error,
    text: include_str!("ambiguous_path.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    let paths: Vec<Vec<Segment>> =
        api.operations.iter().map(|operation| segments(&operation.path)).collect();
    for (at, operation) in api.operations.iter().enumerate() {
        let rival = (0..at).find(|&other| {
            let rival = &api.operations[other];
            rival.method == operation.method
                && rival.server == operation.server
                && undecidable(&paths[other], &paths[at])
        });
        if let Some(rival) = rival.map(|rival| &api.operations[rival]) {
            let message = format!("the path can be that of `{}` as well", rival.name);
            let first = lint.label(&rival.meta.at, "the other operation");
            lint.report(&RULE, message, &operation.meta.at).point(first);
        }
    }
}

/// The parts of a path between two slashes.
type Segment = Vec<Part>;

fn segments(path: &Template) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut last = Vec::new();
    for part in &path.parts {
        match part {
            Part::Hole(_) => last.push(part.clone()),
            Part::Text(text) => {
                for (at, piece) in text.split('/').enumerate() {
                    if at > 0 {
                        segments.push(std::mem::take(&mut last));
                    }
                    if !piece.is_empty() {
                        last.push(Part::Text(piece.to_owned()));
                    }
                }
            }
        }
    }
    segments.push(last);
    segments
}

/// Whether some path is of both, and neither says more than the other.
fn undecidable(a: &[Segment], b: &[Segment]) -> bool {
    let overlap = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| overlap(a, b));
    let within = |a: &[Segment], b: &[Segment]| a.iter().zip(b).all(|(a, b)| covers(b, a));
    overlap && within(a, b) == within(b, a)
}

/// Whether some text is of both segments.
fn overlap(a: &[Part], b: &[Part]) -> bool {
    match (a, b) {
        ([Part::Hole(_)], [_, ..]) | ([_, ..], [Part::Hole(_)]) => true,
        ([Part::Text(a)], [Part::Text(b)]) => a == b,
        ([Part::Text(text)], parts) | (parts, [Part::Text(text)]) => fits(text, parts),
        // Both mix text and holes: they differ for sure if their ends do.
        (a, b) => {
            agree(a.first(), b.first(), |a, b| a.starts_with(b))
                && agree(a.last(), b.last(), |a, b| a.ends_with(b))
        }
    }
}

fn agree(a: Option<&Part>, b: Option<&Part>, test: fn(&str, &str) -> bool) -> bool {
    match (a, b) {
        (Some(Part::Text(a)), Some(Part::Text(b))) => test(a, b) || test(b, a),
        (None, None) => true,
        (None, _) | (_, None) => false,
        _ => true,
    }
}

/// Whether all texts of `b` are texts of `a`, as far as is easy to see.
fn covers(a: &[Part], b: &[Part]) -> bool {
    match (a, b) {
        ([Part::Hole(_)], [_, ..]) => true,
        (parts, [Part::Text(text)]) => fits(text, parts),
        (a, b) => a.len() == b.len() && a.iter().zip(b).all(|pair| match pair {
            (Part::Text(a), Part::Text(b)) => a == b,
            (Part::Hole(_), Part::Hole(_)) => true,
            _ => false,
        }),
    }
}
