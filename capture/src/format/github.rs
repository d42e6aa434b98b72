//! Workflow commands of GitHub Actions: one annotation a kind of finding.

use std::fmt::Write as _;

use super::tell;
use crate::finding::Severity;
use crate::report::Report;

/// One line a group, at most `limit` of them, and a notice with the totals.
pub fn render(report: &Report, limit: usize) -> String {
    let groups = super::open(report);
    let mut out = String::new();
    for group in groups.iter().take(limit) {
        let finding = &group.sample;
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut message = tell::headline(group);
        let action = tell::action(finding);
        if !action.is_empty() {
            let _ = write!(message, "\nWhat to do: {action}");
        }
        if let Some(spec) = &finding.spec {
            let _ = write!(
                message,
                "\nThe spec: {}:{}, {} ({})",
                spec.file, spec.line, spec.source, spec.evidence
            );
        }
        let _ = writeln!(
            out,
            "::{level} file={},line={},title={}::{}",
            property(&finding.file),
            finding.line,
            property(&format!("venue: {}", finding.rule)),
            data(&message)
        );
    }
    if groups.len() > limit {
        let more = (groups.len() - limit) as u64;
        let _ = writeln!(
            out,
            "::notice::{}",
            data(&format!("and {more} more kinds of finding"))
        );
    }
    let _ = writeln!(
        out,
        "::notice title=venue check::{}",
        data(&tell::counts(&report.totals))
    );
    out
}

/// Text after the last `::`.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D");
    let text = text.replace('\n', "%0A");
    crate::visible(&text).into_owned()
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_an_annotation() {
        assert_eq!(data("a\n::error::b"), "a%0A::error::b");
        assert_eq!(property("a,line=1::x\r\n"), "a%2Cline=1%3A%3Ax%0D%0A");
        assert_eq!(data("100%0A\u{1b}[0m"), "100%250A\\u{1b}[0m");
    }
}
