//! One self-contained page: the totals, when what was captured, the findings, and a map of what was
//! and was not seen. It loads nothing, runs no script, follows the reader's light or dark, and every
//! part of it can be reached with a keyboard.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{coverage_map, tell};
use crate::finding::Severity;
use crate::report::{Group, Report, Timeline, Totals};

const STYLE: &str = include_str!("page.css");

/// The page, with at most `limit` findings.
pub fn render(report: &Report, limit: usize) -> String {
    let groups = super::open(report);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Venue check</title>\n<style>\n{STYLE}</style>\n"
    );
    head(&mut out, report);
    over_time(&mut out, report);
    findings(&mut out, &groups, limit);
    accepted(&mut out, report);
    coverage_map::draw(&mut out, report);
    inputs(&mut out, report);
    let _ = writeln!(
        out,
        "<p class=\"soft\">Made by venue {}.</p>\n</html>",
        env!("CARGO_PKG_VERSION")
    );
    out
}

/// The verdicts, the worst last, with the class that colours each.
fn verdicts(totals: &Totals) -> [(u64, &'static str); 4] {
    [
        (totals.valid, "valid"),
        (totals.drift, "drift"),
        (totals.unmatched, "unmatched"),
        (totals.invalid, "invalid"),
    ]
}

fn head(out: &mut String, report: &Report) {
    let totals = &report.totals;
    let files = tell::plural(report.inputs.len() as u64, "file");
    let _ = writeln!(
        out,
        "<header><h1>Venue check</h1>\n<p>{} in {files}.</p>",
        tell::counts(totals)
    );
    out.push_str("<div class=\"bar\" aria-hidden=\"true\">");
    for (count, name) in verdicts(totals) {
        if count > 0 {
            // Shares of the whole, in flex units; the page rounds.
            let _ = write!(out, "<i class=\"{name}\" style=\"flex-grow:{count}\"></i>");
        }
    }
    out.push_str("</div>\n<ul class=\"key\">");
    for (count, name) in verdicts(totals) {
        let _ = write!(
            out,
            "<li><i class=\"{name}\"></i>{} {name}</li>",
            tell::thousands(count)
        );
    }
    out.push_str("</ul>\n<nav aria-label=\"Parts of this page\">");
    for (id, name, there) in [
        ("time", "Over time", !report.timeline.is_empty()),
        ("findings", "Findings", true),
        ("coverage", "Coverage", report.met().next().is_some()),
        ("files", "Files", true),
    ] {
        if there {
            let _ = write!(out, "<a href=\"#{id}\">{name}</a> ");
        }
    }
    out.push_str("</nav></header>\n");
}

fn over_time(out: &mut String, report: &Report) {
    if report.timeline.is_empty() {
        return;
    }
    out.push_str("<section id=\"time\"><h2>Over time</h2>\n");
    let bars: Vec<(Timestamp, Vec<(u64, &str)>)> = report
        .timeline
        .steps()
        .map(|(at, totals)| (at, verdicts(totals).to_vec()))
        .collect();
    chart(
        out,
        &bars,
        report.timeline.step_s(),
        160,
        "Records by verdict over time",
    );
    out.push_str("</section>\n");
}

/// Stacked bars over time, with the span under them.
fn chart(
    out: &mut String,
    bars: &[(Timestamp, Vec<(u64, &str)>)],
    step_s: i64,
    height: u64,
    title: &str,
) {
    const WIDTH: i64 = 12_000;
    let (Some((first, _)), Some((last, _))) = (bars.first(), bars.last()) else {
        return;
    };
    let place = |at: &Timestamp| (at.as_second() - first.as_second()) / step_s;
    // A few bars do not fill the page.
    let steps = (place(last) + 1).max(12);
    // Where a step would be a speck, its bar still shows.
    let bar = (WIDTH * 19 / 20 / steps).max(12);
    let top = bars
        .iter()
        .map(|(_, parts)| parts.iter().map(|(n, _)| n).sum::<u64>())
        .max()
        .unwrap_or(1)
        .max(1);
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        escape(title)
    );
    for (at, parts) in bars {
        let mut y = height;
        let sum: u64 = parts.iter().map(|(n, _)| n).sum();
        let _ = write!(
            out,
            "<g><title>{}: {}",
            tell::moment(*at),
            tell::thousands(sum)
        );
        for (count, name) in parts.iter().filter(|(n, name)| *n > 0 && !name.is_empty()) {
            let _ = write!(out, ", {} {name}", tell::thousands(*count));
        }
        out.push_str("</title>");
        for (count, name) in parts.iter().filter(|(n, _)| *n > 0) {
            let tall = u128::from(*count) * u128::from(height) / u128::from(top);
            // What is there shows, however little it is.
            let tall = u64::try_from(tall).unwrap_or(height).max(2).min(y);
            y -= tall;
            let _ = write!(
                out,
                "<rect class=\"{name}\" x=\"{}\" y=\"{y}\" width=\"{bar}\" height=\"{tall}\"/>",
                place(at) * WIDTH / steps
            );
        }
        out.push_str("</g>");
    }
    let end = Timestamp::from_second(last.as_second().saturating_add(step_s)).unwrap_or(*last);
    let _ = writeln!(
        out,
        "</svg>\n<p class=\"axis soft\"><span>{}</span><span>to {}, {} a bar</span></p>",
        tell::moment(*first),
        tell::moment(end),
        span(step_s)
    );
}

/// `1 minute`, `6 hours`
fn span(seconds: i64) -> String {
    let (n, what) = match seconds {
        86_400.. => (seconds / 86_400, "day"),
        3_600.. => (seconds / 3_600, "hour"),
        _ => (seconds / 60, "minute"),
    };
    tell::plural(n.unsigned_abs(), what)
}

fn findings(out: &mut String, groups: &[&Group], limit: usize) {
    out.push_str("<section id=\"findings\"><h2>Findings</h2>\n");
    if groups.is_empty() {
        out.push_str("<p class=\"good\">None: everything is as described.</p>\n");
    }
    let counts = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "remark"),
    ]
    .map(|(severity, name)| {
        let of = groups.iter().filter(|g| g.sample.severity == severity);
        (of.count() as u64, name)
    });
    let counts = counts.iter().filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, name)| tell::plural(*n, name)).collect();
    if !counts.is_empty() {
        let _ = writeln!(
            out,
            "<p class=\"soft\">{}, the most frequent first.</p>",
            counts.join(", ")
        );
    }
    for (n, group) in groups.iter().take(limit).enumerate() {
        finding(out, group, n == 0);
    }
    if groups.len() > limit {
        let _ = writeln!(out, "<p>And {} more kinds.</p>", groups.len() - limit);
    }
    out.push_str("</section>\n");
}

fn finding(out: &mut String, group: &Group, open: bool) {
    let finding = &group.sample;
    let severity = finding.severity.name();
    let mut place = tell::whereabouts(finding);
    if !place.is_empty() {
        place.push_str(" · ");
    }
    let _ = writeln!(
        out,
        "<details{}><summary><strong class=\"{severity}\">{severity}</strong> {}<br><span class=\"soft\">{}{}</span></summary>\n<div class=\"inside\">",
        if open { " open" } else { "" },
        words(tell::sentence(finding)),
        escape(&place),
        escape(&tell::often(group)),
    );
    if let Some(excerpt) = &group.excerpt {
        let _ = writeln!(
            out,
            "<pre tabindex=\"0\">{}\n{}<b class=\"{severity}\">{} {}</b></pre>",
            escape(&excerpt.text),
            " ".repeat(excerpt.column),
            "^".repeat(excerpt.width),
            escape(&tell::label(finding))
        );
    }
    out.push_str("<dl>");
    let mut fact = |name: &str, html: String| {
        if !html.is_empty() {
            let _ = write!(out, "<dt>{name}</dt><dd>{html}</dd>");
        }
    };
    fact("what it does", words(tell::effect(finding)));
    fact("what to do", words(tell::action(finding)));
    fact("rule", format!("<code>{}</code>", escape(finding.rule)));
    if group.excerpt.is_none() {
        fact("expected", escape(&finding.expected));
        fact("found", escape(&finding.found));
    }
    let place = |place: &crate::report::Place| {
        let at = place.at.map(|at| format!(", {}", tell::moment(at)));
        format!(
            "<code>{}:{}</code>{}",
            escape(&place.file),
            place.line,
            at.unwrap_or_default()
        )
    };
    fact("first", place(&group.first));
    if group.count > 1 {
        fact("last", place(&group.last));
    }
    if let Some(spec) = &finding.spec {
        let date = spec
            .as_of
            .as_ref()
            .map(|d| format!(", as of {}", escape(d)));
        fact(
            "the spec",
            format!("<code>{}:{}</code>", escape(&spec.file), spec.line),
        );
        fact(
            "its source",
            format!(
                "{} ({}{})",
                link(&spec.source),
                escape(spec.evidence),
                date.unwrap_or_default()
            ),
        );
    }
    fact(
        "fingerprint",
        format!("<code>{:016x}</code>", finding.fingerprint),
    );
    out.push_str("</dl>\n");
    small_chart(out, &group.timeline, finding.verdict);
    out.push_str("</div></details>\n");
}

fn small_chart(out: &mut String, timeline: &Timeline<u64>, verdict: crate::finding::Verdict) {
    if timeline.steps().count() < 2 {
        return;
    }
    let class = match verdict {
        // A finding about the connection: the record is valid, the colour that of a warning.
        crate::finding::Verdict::Valid | crate::finding::Verdict::Drift => "drift",
        crate::finding::Verdict::Invalid => "invalid",
        crate::finding::Verdict::Unmatched => "unmatched",
    };
    let bars: Vec<(Timestamp, Vec<(u64, &str)>)> = timeline
        .steps()
        .map(|(at, n)| (at, vec![(*n, class)]))
        .collect();
    chart(out, &bars, timeline.step_s(), 50, "How often over time");
}

fn accepted(out: &mut String, report: &Report) {
    let groups: Vec<&Group> = report
        .ordered()
        .into_iter()
        .filter(|g| g.accepted.is_some())
        .collect();
    if groups.is_empty() {
        return;
    }
    out.push_str("<section><h2>In the baseline</h2>\n<div class=\"wide\"><table><tr><th>what</th><th>where</th><th>why</th><th class=\"number\">times</th></tr>\n");
    for group in groups {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>",
            words(tell::sentence(&group.sample)),
            escape(&tell::whereabouts(&group.sample)),
            escape(group.accepted.as_deref().unwrap_or_default()),
            tell::thousands(group.count)
        );
    }
    out.push_str("</table></div></section>\n");
}

fn inputs(out: &mut String, report: &Report) {
    out.push_str("<section id=\"files\"><h2>Files</h2>\n<div class=\"wide\"><table><tr><th>file</th><th>what it is</th><th>API</th><th class=\"number\">records</th><th class=\"number\">valid</th><th class=\"number\">drift</th><th class=\"number\">invalid</th><th class=\"number\">unmatched</th></tr>\n");
    for (file, input) in &report.inputs {
        let apis: Vec<String> = input.apis.keys().map(|api| escape(api)).collect();
        let _ = write!(
            out,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td>",
            escape(file),
            escape(input.layout.as_deref().unwrap_or_default()),
            apis.join(", ")
        );
        let t = &input.totals;
        for n in [t.records, t.valid, t.drift, t.invalid, t.unmatched] {
            let _ = write!(out, "<td class=\"number\">{}</td>", tell::thousands(n));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div></section>\n");
}

/// A source: a link if it is an address on the web.
fn link(source: &str) -> String {
    let shown = escape(source);
    if source.starts_with("https://") || source.starts_with("http://") {
        format!("<a href=\"{shown}\" rel=\"noreferrer\">{shown}</a>")
    } else {
        shown
    }
}

/// Text in which what stands between backticks is code.
fn words(text: &str) -> String {
    let mut out = String::new();
    for (n, piece) in text.split('`').enumerate() {
        if n % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", escape(piece));
        } else {
            out.push_str(&escape(piece));
        }
    }
    out
}

/// Text that is nothing but text, between tags and in attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in crate::visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
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
            words("`a<b` \"x\"</script>&"),
            "<code>a&lt;b</code> &quot;x&quot;&lt;/script&gt;&amp;"
        );
        assert_eq!(link("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(
            link("https://a/?\"onclick=x"),
            "<a href=\"https://a/?&quot;onclick=x\" rel=\"noreferrer\">https://a/?&quot;onclick=x</a>"
        );
    }
}
