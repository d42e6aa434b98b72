//! Markdown for a job's summary: the totals, a table of findings, each with its details folded away,
//! and how much of each API was seen.

use std::fmt::Write as _;

use super::tell;
use crate::finding::Severity;
use crate::report::{Axis, Group, Report};

/// The page, with at most `limit` findings.
pub fn render(report: &Report, limit: usize) -> String {
    let groups = super::open(report);
    let mut out = String::new();
    let _ = writeln!(out, "## Venue check: {}\n", verdict(&groups));
    let files = tell::plural(report.inputs.len() as u64, "file");
    let _ = writeln!(out, "{} in {files}.\n", tell::counts(&report.totals));
    if !groups.is_empty() {
        table(&mut out, &groups, limit);
        for group in groups.iter().take(limit) {
            details(&mut out, group);
        }
    }
    if groups.len() > limit {
        let _ = writeln!(out, "And {} more kinds of finding.\n", groups.len() - limit);
    }
    let accepted = report.groups().filter(|g| g.accepted.is_some()).count();
    if accepted > 0 {
        let kinds = tell::plural(accepted as u64, "kind");
        let _ = writeln!(out, "{kinds} of finding in the baseline.\n");
    }
    coverage(&mut out, report);
    out
}

/// `2 errors, 1 warning`, or `clean`.
fn verdict(groups: &[&Group]) -> String {
    let count = |severity| {
        let of = groups.iter().filter(|g| g.sample.severity == severity);
        of.count() as u64
    };
    let parts: Vec<String> = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Info), "note"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| tell::plural(n, what))
    .collect();
    if parts.is_empty() {
        "clean".to_owned()
    } else {
        parts.join(", ")
    }
}

fn table(out: &mut String, groups: &[&Group], limit: usize) {
    out.push_str("| | what | where | times | since |\n|---|---|---|--:|---|\n");
    for group in groups.iter().take(limit) {
        let finding = &group.sample;
        let since = group.since.map(tell::moment).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {since} |",
            finding.severity.name(),
            text(tell::sentence(finding)),
            text(&tell::whereabouts(finding)),
            tell::thousands(group.count),
        );
    }
    out.push('\n');
}

fn details(out: &mut String, group: &Group) {
    let finding = &group.sample;
    let _ = writeln!(
        out,
        "<details><summary>{}: {}</summary>\n",
        text(finding.rule),
        text(tell::sentence(finding))
    );
    let first = format!("`{}:{}`", group.first.file, group.first.line);
    let _ = write!(out, "First at {}", text(&first));
    if group.count > 1 {
        let last = format!("`{}:{}`", group.last.file, group.last.line);
        let _ = write!(out, ", last at {}; {}", text(&last), tell::often(group));
    }
    out.push_str(".\n\n");
    if let Some(excerpt) = &group.excerpt {
        let caret = "^".repeat(excerpt.width);
        let _ = writeln!(
            out,
            "<pre>{}\n{}{caret} {}</pre>\n",
            plain(&excerpt.text),
            " ".repeat(excerpt.column),
            plain(&tell::label(finding))
        );
    }
    if let Some(spec) = &finding.spec {
        let place = format!("`{}:{}`", spec.file, spec.line);
        let date = spec.as_of.as_ref().map(|d| format!(", as of {d}"));
        let source = format!(
            "{} ({}{})",
            spec.source,
            spec.evidence,
            date.unwrap_or_default()
        );
        let _ = writeln!(
            out,
            "The spec: {}, after {}.\n",
            text(&place),
            text(&source)
        );
    }
    let (effect, action) = (tell::effect(finding), tell::action(finding));
    if !effect.is_empty() {
        let _ = writeln!(out, "What it does: {}.\n", text(effect));
    }
    if !action.is_empty() {
        let _ = writeln!(out, "What to do: {}.\n", text(action));
    }
    out.push_str("</details>\n\n");
}

fn coverage(out: &mut String, report: &Report) {
    if report.met().next().is_none() {
        return;
    }
    out.push_str("| seen of |");
    for axis in Axis::ALL {
        let _ = write!(out, " {} |", axis.counted());
    }
    out.push_str("\n|---|--:|--:|--:|\n");
    for api in report.met() {
        let _ = write!(out, "| {} |", text(api));
        for axis in Axis::ALL {
            let share = report.share(api, axis);
            let _ = match share.of {
                0 => write!(out, " |"),
                _ => write!(out, " {} |", text(&tell::of(share, ""))),
            };
        }
        out.push('\n');
    }
    not_described(out, report);
}

/// What was seen and no spec describes: fields, values and errors by name.
fn not_described(out: &mut String, report: &Report) {
    let mut lines = String::new();
    for (api, details) in &report.details {
        let errors = ("errors", &details.errors);
        let types = details.fields.iter().chain(&details.values);
        let types = types.map(|(owner, listing)| (&**owner, listing));
        for (owner, listing) in types.chain([errors]) {
            for (name, count) in &listing.undocumented {
                let _ = writeln!(
                    lines,
                    "| {} | {} | {} | {} |",
                    text(api),
                    text(owner),
                    text(name),
                    tell::thousands(*count)
                );
            }
        }
    }
    if !lines.is_empty() {
        out.push_str("\n| not in the spec of | of | name | times |\n|---|---|---|--:|\n");
        out.push_str(&lines);
    }
}

/// Text in which what stands between backticks is code, and nothing else means anything.
fn text(given: &str) -> String {
    let mut out = String::new();
    for (n, piece) in given.split('`').enumerate() {
        if n % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", plain(piece));
        } else {
            out.push_str(&plain(piece));
        }
    }
    out
}

/// Text in which nothing means anything, to Markdown or HTML: punctuation stands as references.
fn plain(given: &str) -> String {
    let mut out = String::new();
    for c in crate::visible(given).chars() {
        match c {
            ',' | '.' | '/' | ' ' | '%' | '=' | ';' | '-' => out.push(c),
            c if c.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_payload_is_markup() {
        assert_eq!(
            text("`a|b` is </details><img src=x> [x](y) **b**"),
            "<code>a&#124;b</code> is &#60;/details&#62;&#60;img src=x&#62; &#91;x&#93;&#40;y&#41; \
             &#42;&#42;b&#42;&#42;"
        );
        // One that is left open ends with the text.
        assert_eq!(text("``a`b"), "<code></code>a<code>b</code>");
        assert_eq!(
            plain("a\n# b\u{202e}"),
            "a&#92;n&#35; b&#92;u&#123;202e&#125;"
        );
    }
}
