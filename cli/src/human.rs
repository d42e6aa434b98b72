//! Reports for people, who may know neither the venue nor this program: what is wrong with which
//! message, where it stands, and why the spec says so.

use std::fmt::Write as _;

use venue_capture::finding::{Severity, SpecPlace};
use venue_capture::report::{Group, Input, Report, Totals};
use venue_capture::{Checker, visible};

use crate::style::{BOLD, DIM, ERROR, GOOD, PLACE, WARNING};

/// The report, with at most so many findings.
pub(crate) fn render(report: &Report, limit: usize) -> String {
    let mut out = String::new();
    let groups = report.ordered();
    for group in groups.iter().take(limit) {
        block(&mut out, group);
    }
    if groups.len() > limit {
        let more = groups.len() - limit;
        let _ = writeln!(
            out,
            "{DIM}… and {more} more; --max-findings {} shows all{DIM:#}\n",
            groups.len()
        );
    }
    inputs(&mut out, report);
    summary(&mut out, report, &groups);
    out
}

fn block(out: &mut String, group: &Group) {
    let finding = &group.sample;
    let style = if finding.severity == Severity::Error {
        ERROR
    } else {
        WARNING
    };
    let severity = finding.severity.name();
    let _ = writeln!(
        out,
        "{style}{severity}[{}]{style:#}{BOLD}: {}{BOLD:#}",
        finding.rule, finding.message
    );
    if let Some(target) = &finding.target {
        let _ = writeln!(out, "  in {target}");
    }
    // Wide enough for both line numbers, so that the bars stand under one another.
    let numbers = [
        Some(finding.line),
        finding.spec.as_ref().map(|s| u64::from(s.line)),
    ];
    let width = numbers
        .iter()
        .flatten()
        .map(|n| n.to_string().len())
        .max()
        .unwrap_or(1);
    let pad = " ".repeat(width);
    let _ = writeln!(
        out,
        "{pad} {PLACE}-->{PLACE:#} {}:{}",
        finding.file, finding.line
    );
    match &group.excerpt {
        Some(excerpt) => {
            let _ = writeln!(out, "{pad} {PLACE}|{PLACE:#}");
            let _ = writeln!(
                out,
                "{PLACE}{:>width$} |{PLACE:#} {}",
                finding.line, excerpt.text
            );
            let indent = " ".repeat(excerpt.column);
            let carets = "^".repeat(excerpt.width);
            let _ = writeln!(
                out,
                "{pad} {PLACE}|{PLACE:#} {indent}{style}{carets} expected {}{style:#}",
                finding.expected
            );
        }
        None => {
            let _ = writeln!(
                out,
                "{pad} {PLACE}={PLACE:#} expected {}; found {}",
                finding.expected, finding.found
            );
        }
    }
    if let Some(spec) = &finding.spec {
        said(out, spec, &pad, width);
    }
    if group.count > 1 {
        let _ = writeln!(
            out,
            "{pad} {PLACE}={PLACE:#} {} times, the last at {}:{}",
            group.count, group.last.file, group.last.line
        );
    }
    out.push('\n');
}

/// What the spec says, and on whose word.
fn said(out: &mut String, spec: &SpecPlace, pad: &str, width: usize) {
    let _ = writeln!(out, "{pad} {PLACE}|{PLACE:#}");
    let _ = writeln!(
        out,
        "{pad} {PLACE}::: the spec says in {}{PLACE:#}",
        visible(&spec.file)
    );
    let _ = writeln!(
        out,
        "{PLACE}{:>width$} |{PLACE:#} {}",
        spec.line,
        clip(spec.text.trim())
    );
    let date = spec
        .as_of
        .as_ref()
        .map(|d| format!(", as of {}", visible(d)))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "{pad} {PLACE}={PLACE:#} {}{date}: {}",
        spec.evidence,
        visible(&spec.source)
    );
}

fn clip(line: &str) -> String {
    let mut out: String = visible(line).chars().take(110).collect();
    if line.chars().count() > 110 {
        out.push('…');
    }
    out
}

/// One line a file; of many, only those with something to say.
fn inputs(out: &mut String, report: &Report) {
    let many = report.inputs.len() > 20;
    let clean = |i: &Input| i.totals.valid == i.totals.records && i.totals.records > 0;
    let shown: Vec<_> = report
        .inputs
        .iter()
        .filter(|(_, input)| !many || !clean(input))
        .take(50)
        .collect();
    let width = shown
        .iter()
        .map(|(file, _)| file.chars().count())
        .max()
        .unwrap_or(0);
    for (file, input) in &shown {
        let apis: Vec<&str> = input.apis.keys().map(|a| &**a).collect();
        let (style, mark) = match input.totals {
            Totals { invalid: 1.., .. } => (ERROR, "x"),
            Totals {
                drift: 0,
                unmatched: 0,
                records: 1..,
                ..
            } => (GOOD, "✓"),
            _ => (WARNING, "!"),
        };
        let _ = writeln!(
            out,
            "{style}{mark}{style:#} {file:<width$}  {}{}",
            counts(&input.totals),
            match apis.as_slice() {
                [] => String::new(),
                names => format!("  {DIM}{}{DIM:#}", names.join(", ")),
            }
        );
    }
    let left = report.inputs.len() - shown.len();
    if left > 0 {
        let _ = writeln!(out, "  and {left} more");
    }
    if !report.inputs.is_empty() {
        out.push('\n');
    }
}

fn counts(totals: &Totals) -> String {
    let records = totals.records;
    match *totals {
        Totals { records: 0, .. } => "no records".to_owned(),
        Totals { valid, .. } if valid == records => format!("{} valid", plural(records, "record")),
        Totals {
            valid,
            drift,
            invalid,
            unmatched,
            ..
        } => {
            let parts = [
                (valid, "valid"),
                (drift, "drift"),
                (invalid, "invalid"),
                (unmatched, "unmatched"),
            ];
            let parts: Vec<String> = parts
                .iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, what)| format!("{n} {what}"))
                .collect();
            format!("{}: {}", plural(records, "record"), parts.join(", "))
        }
    }
}

fn plural(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn summary(out: &mut String, report: &Report, groups: &[&Group]) {
    let count = |severity| {
        groups
            .iter()
            .filter(|g| g.sample.severity == severity)
            .count() as u64
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let files = plural(report.inputs.len() as u64, "file");
    let verdict = match (errors, warnings) {
        (0, 0) => format!("{GOOD}clean{GOOD:#}"),
        (0, w) => format!("{WARNING}{}{WARNING:#}", plural(w, "warning")),
        (e, 0) => format!("{ERROR}{}{ERROR:#}", plural(e, "error")),
        (e, w) => format!(
            "{ERROR}{}{ERROR:#}, {WARNING}{}{WARNING:#}",
            plural(e, "error"),
            plural(w, "warning")
        ),
    };
    let _ = writeln!(out, "{verdict} in {files}, {}", counts(&report.totals));
    if let Some(first) = groups.first() {
        let rule = first.sample.rule;
        let _ = writeln!(
            out,
            "{DIM}An error contradicts the spec; a warning is something that no spec describes. More: venue explain {rule}{DIM:#}"
        );
    }
}

/// What was in the input instead, and what would have matched.
pub(crate) fn nothing_matched(report: &Report, checker: &Checker) -> String {
    let mut out = String::new();
    let records = plural(report.totals.records, "record");
    let _ = writeln!(
        out,
        "{ERROR}error{ERROR:#}: nothing in the input matched ({records})"
    );
    let mut seen: Vec<(&String, &u64)> = report.unclaimed.iter().collect();
    seen.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    if !seen.is_empty() {
        let _ = writeln!(out, "seen:");
        for (what, count) in seen.iter().take(10) {
            let _ = writeln!(out, "  {count:>6} × {}", visible(what));
        }
        if seen.len() > 10 {
            let _ = writeln!(out, "         and {} others", seen.len() - 10);
        }
    }
    if let Some((what, near)) = nearest(&seen, checker) {
        let _ = writeln!(out, "nearest to {}: {near}", visible(&what));
    }
    let _ = writeln!(out, "looked for:");
    for candidate in checker.candidates() {
        let _ = writeln!(
            out,
            "  {}: {}",
            candidate.id(),
            candidate.addresses().join(" ")
        );
    }
    let _ = writeln!(
        out,
        "--api and --spec say what to look for, --as skips routing, --allow-empty accepts this"
    );
    out
}

/// The address of a spec whose host is most like one that was seen.
fn nearest(seen: &[(&String, &u64)], checker: &Checker) -> Option<(String, String)> {
    let host = |text: &str| {
        text.split("://")
            .nth(1)?
            .split(['/', ' '])
            .next()
            .map(str::to_owned)
    };
    let mut best: Option<(f64, String, String)> = None;
    for (what, _) in seen {
        let Some(given) = host(what) else { continue };
        for candidate in checker.candidates() {
            for address in candidate.addresses() {
                let Some(known) = host(address) else { continue };
                let likeness = strsim::jaro_winkler(&given, &known);
                if likeness > 0.75 && best.as_ref().is_none_or(|(b, _, _)| likeness > *b) {
                    best = Some((
                        likeness,
                        given.clone(),
                        format!("{address} ({})", candidate.id()),
                    ));
                }
            }
        }
    }
    best.map(|(_, given, known)| (given, known))
}
