//! SARIF 2.1.0: one result a kind of finding, with how often it occurred.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::tell;
use crate::finding::{Severity, SpecPlace};
use crate::report::{Group, Place, Report};
use crate::rules::RULES;

/// The whole log, with at most `limit` results. Findings that somebody puts up with are in it as
/// suppressed results.
pub fn render(report: &Report, limit: usize) -> String {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.summary },
                "fullDescription": { "text": rule.doc },
                "help": { "text": format!("What it does: {}. What to do: {}.", rule.effect, rule.action) },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let groups = report.ordered();
    let results: Vec<Value> = groups.into_iter().take(limit).map(result).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "venue",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "totals": report.totals, "unlisted": report.dropped() },
        }],
    });
    crate::json::pretty(&log)
}

fn result(group: &Group) -> Value {
    let finding = &group.sample;
    let mut location = json!({ "physicalLocation": physical(&group.first) });
    if let Some(target) = &finding.target {
        let name = format!("{target}{}", finding.pointer);
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "member" }]);
    }
    let mut out = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": format!("{}. {}", tell::headline(group), capital(tell::action(finding))) },
        "locations": [location],
        "partialFingerprints": { "venue/v1": format!("{:016x}", finding.fingerprint) },
        "occurrenceCount": group.count,
        "properties": {
            "verdict": finding.verdict,
            "api": finding.api,
            "target": finding.target,
            "pointer": finding.pointer,
            "expected": finding.expected,
            "found": finding.found,
            "since": group.since,
            "until": group.until,
            "spec": finding.spec,
        },
    });
    if let Some(index) = RULES.iter().position(|rule| rule.id == finding.rule) {
        out["ruleIndex"] = json!(index);
    }
    if let Some(spec) = &finding.spec {
        out["relatedLocations"] = json!([described(spec)]);
    }
    if let Some(reason) = &group.accepted {
        out["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
    }
    out
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&place.file) },
        "region": { "startLine": place.line.max(1) },
    })
}

fn described(spec: &SpecPlace) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&spec.file) },
            "region": { "startLine": spec.line.max(1) },
        },
        "message": { "text": format!("the spec, after {} ({})", spec.source, spec.evidence) },
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => String::new(),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
