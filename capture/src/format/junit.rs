//! JUnit XML, as CI systems read it: a test suite an input file, a failed test case a kind of finding.
//!
//! What is an error fails, what is a warning is a passed case with its text in `system-out`, so that a
//! venue that adds a field does not turn a build red. A file without an error has one passed case.

use std::collections::BTreeMap;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::tell;
use crate::finding::Severity;
use crate::report::{Group, Report};

/// The whole document, with at most `limit` cases of findings.
pub fn render(report: &Report, limit: usize) -> String {
    let mut suites: BTreeMap<&str, Vec<&Group>> =
        report.inputs.keys().map(|file| (&**file, vec![])).collect();
    for group in super::open(report).into_iter().take(limit) {
        suites.entry(&group.sample.file).or_default().push(group);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _ = write(&mut writer, &suites, report);
    let mut out = String::from_utf8(writer.into_inner()).unwrap_or_default();
    out.push('\n');
    out
}

fn write(
    writer: &mut Writer<Vec<u8>>,
    suites: &BTreeMap<&str, Vec<&Group>>,
    report: &Report,
) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests: usize = suites.values().map(|groups| cases(groups)).sum();
    let failed: usize = suites.values().map(|groups| failures(groups)).sum();
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "venue check"),
            ("tests", &*tests.to_string()),
            ("failures", &*failed.to_string()),
            ("errors", "0"),
        ])
        .write_inner_content(|writer| {
            for (file, groups) in suites {
                suite(writer, file, groups, report)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    file: &str,
    groups: &[&Group],
    report: &Report,
) -> std::io::Result<()> {
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", &*xml(file)),
            ("tests", &*cases(groups).to_string()),
            ("failures", &*failures(groups).to_string()),
            // Jenkins' schema asks for it.
            ("errors", "0"),
        ])
        .write_inner_content(|writer| {
            if failures(groups) == 0 {
                let records = report.inputs.get(file).map(|i| tell::counts(&i.totals));
                let name = records.unwrap_or_default();
                writer
                    .create_element("testcase")
                    .with_attributes([("classname", &*xml(file)), ("name", &*xml(&name))])
                    .write_empty()?;
            }
            for group in groups {
                case(writer, group)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, group: &Group) -> std::io::Result<()> {
    let finding = &group.sample;
    let class = finding.target.as_deref().unwrap_or("unmatched");
    let name = format!("{}: {}", finding.rule, tell::sentence(finding));
    let headline = xml(&tell::headline(group));
    let text = xml(&body(group));
    writer
        .create_element("testcase")
        .with_attributes([("classname", &*xml(class)), ("name", &*xml(&name))])
        .write_inner_content(|writer| {
            if finding.severity == Severity::Error {
                writer
                    .create_element("failure")
                    .with_attributes([("type", finding.rule), ("message", &*headline)])
                    .write_text_content(BytesText::new(&text))?;
            } else {
                let text = format!("{headline}\n{text}");
                writer
                    .create_element("system-out")
                    .write_text_content(BytesText::new(&text))?;
            }
            Ok(())
        })?;
    Ok(())
}

fn body(group: &Group) -> String {
    let finding = &group.sample;
    let mut lines = vec![format!("{}:{}", finding.file, finding.line)];
    if let Some(excerpt) = &group.excerpt {
        lines.push(excerpt.text.clone());
        let caret = "^".repeat(excerpt.width);
        lines.push(format!(
            "{}{caret} {}",
            " ".repeat(excerpt.column),
            tell::label(finding)
        ));
    }
    if let Some(spec) = &finding.spec {
        lines.push(format!(
            "the spec: {}:{}, {} ({})",
            spec.file, spec.line, spec.source, spec.evidence
        ));
    }
    let action = tell::action(finding);
    if !action.is_empty() {
        lines.push(format!("what to do: {action}"));
    }
    lines.join("\n")
}

fn failures(groups: &[&Group]) -> usize {
    let failed = |group: &&&Group| group.sample.severity == Severity::Error;
    groups.iter().filter(failed).count()
}

fn cases(groups: &[&Group]) -> usize {
    groups.len() + usize::from(failures(groups) == 0)
}

/// Text that XML 1.0 can hold: line ends stay, other controls are made visible. The writer escapes
/// the rest.
fn xml(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(crate::visible).collect();
    lines.join("\n")
}
