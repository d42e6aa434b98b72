//! GitLab's code quality report: a list of issues in the form of Code Climate, one a kind of finding.

use serde::Serialize;

use super::tell;
use crate::finding::Severity;
use crate::report::Report;

#[derive(Serialize)]
struct Issue<'a> {
    r#type: &'static str,
    description: String,
    check_name: &'a str,
    categories: [&'static str; 1],
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
    end: u64,
}

/// The whole document, with at most `limit` issues.
pub fn render(report: &Report, limit: usize) -> String {
    let groups = super::open(report);
    let issues: Vec<Issue<'_>> = groups
        .into_iter()
        .take(limit)
        .map(|group| Issue {
            r#type: "issue",
            description: tell::headline(group),
            check_name: group.sample.rule,
            categories: ["Compatibility"],
            fingerprint: format!("{:016x}", group.sample.fingerprint),
            severity: match group.sample.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: &group.sample.file,
                lines: Lines {
                    begin: group.sample.line,
                    end: group.sample.line,
                },
            },
        })
        .collect();
    crate::json::pretty(&issues)
}
