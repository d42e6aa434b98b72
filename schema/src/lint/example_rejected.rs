//! An example that its own type judges otherwise than the spec says.
//!
//! Either the type is wrong or the payload is: a venue's example is the best evidence there is, and
//! the worst place for a typing error. Where a source's own example contradicts what it says, give the
//! example `verdict = "drift"` or `"invalid"` and a `defect`, and write an erratum.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use std::cmp::Reverse;

use venue_wire::Verdict;

use crate::ir::{Api, Example, ExampleVerdict, Location};
use crate::lines::Lines;
use crate::program::compile;

pub(crate) const RULE: Rule = Rule {
    id: "example-rejected",
    severity: Severity::Error,
    text: include_str!("example_rejected.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    if api.examples.is_empty() {
        return;
    }
    let compiled = compile(api);
    for example in &api.examples {
        let Some(root) = compiled.root(example.of) else { continue };
        let payload = example.payload.as_bytes();
        let expected = match example.verdict {
            ExampleVerdict::Valid => Verdict::Valid,
            ExampleVerdict::Drift => Verdict::Drift,
            ExampleVerdict::Invalid => Verdict::Invalid,
        };
        let findings = compiled.program.explain(root, payload);
        let worst = findings.iter().max_by_key(|it| (it.verdict, Reverse(it.offset)));
        let found = worst.map_or(Verdict::Valid, |finding| finding.verdict);
        if found == expected {
            continue;
        }
        let of = lint.label(&example.at, "the example");
        match worst {
            Some(finding) => {
                let at = place(api, example, finding.offset);
                let pointer = match finding.pointer.as_str() {
                    "" => String::new(),
                    pointer => format!(" at `{pointer}`"),
                };
                let message = format!(
                    "the example is {}, not {}:{pointer} {} [{}]",
                    found.as_str(), expected.as_str(), finding.message, finding.rule,
                );
                lint.report(&RULE, message, &at).point(of);
            }
            None => {
                let message = format!("the example is valid, not {}", expected.as_str());
                lint.report(&RULE, message, &example.at);
            }
        }
    }
}

/// The place in the file of a byte of the payload, where the TOML string has no escapes.
fn place(api: &Api, example: &Example, offset: usize) -> Location {
    let Some(file) = api.files.get(example.at.file) else { return example.at.clone() };
    let start = example.payload_at;
    if file.text.get(start..start + example.payload.len()) != Some(example.payload.as_str()) {
        return example.at.clone();
    }
    let rest = example.payload.get(offset..).unwrap_or("");
    let length = token(rest);
    Lines::new(&file.text).location(example.at.file, start + offset..start + offset + length)
}

/// Bytes of the JSON token that a text starts with; one for an array or object.
fn token(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => 0,
        Some(b'"') => {
            let mut escaped = false;
            let end = text.char_indices().skip(1).find(|(_, c)| {
                let end = *c == '\n' || *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                end
            });
            end.map_or(text.len(), |(at, c)| at + c.len_utf8())
        }
        Some(_) => {
            let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ':');
            match text.find(ends) {
                Some(end) if end > 0 && !text.starts_with(['[', '{']) => end,
                Some(_) | None => text.chars().next().map_or(0, char::len_utf8),
            }
        }
    }
}
