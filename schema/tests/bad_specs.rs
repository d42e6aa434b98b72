//! Faulty specs, and what the reader says of each: `tests/bad/RULE.toml`.
//!
//! A comment `# ^ rule: part of the message | part of the help` expects a diagnostic on the last
//! line above that is no such comment (`#2 ^`: two lines further up), with the caret inside of what
//! it points at. All errors must
//! be expected; of warnings and notes only those of a rule that the file expects anywhere.
//! `#=== NAME.toml` starts another file; a spec without an `[api]` gets a plain one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use venue_schema::{Diagnostic, Severity};

const PLAIN_API: &str = r#"[api]
id = "bad"
title = "Bad"
doc = "A spec with faults."
source = "https://example.com"
[server.rest]
urls = { production = "https://example.com" }
doc = "Server."
[socket.main]
urls = { production = "wss://example.com" }
doc = "Socket."
"#;

/// What a comment expects.
#[derive(Debug)]
struct Expected {
    path: String,
    line: u32,
    column: usize,
    rule: String,
    message: String,
    help: String,
}

fn bad_specs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    paths
}

/// The files of a case.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files = vec![("bad.toml".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("#=== ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None => files.last_mut().unwrap().1.push_str(line),
        }
    }
    files.retain(|(_, text)| !text.is_empty());
    if !text.lines().any(|line| line.trim() == "[api]") {
        files.push(("api.toml".to_owned(), PLAIN_API.to_owned()));
    }
    files
}

fn expectations(files: &[(String, String)]) -> Vec<Expected> {
    let mut expected = Vec::new();
    for (path, text) in files {
        let mut last = 0;
        for (line, number) in text.lines().zip(1..) {
            let comment = line.strip_prefix('#').and_then(|it| it.split_once('^'));
            let up = comment
                .map(|(up, _)| up.trim())
                .filter(|up| up.parse::<u32>().is_ok() || up.is_empty());
            let (Some(up), Some((_, says))) = (up, comment) else {
                last = number;
                continue;
            };
            let (rule, says) = says.split_once(':').unwrap_or((says, ""));
            let (message, help) = says.split_once('|').unwrap_or((says, ""));
            expected.push(Expected {
                path: path.clone(),
                line: last - up.parse().unwrap_or(0),
                column: line.find('^').unwrap() + 1,
                rule: rule.trim().to_owned(),
                message: message.trim().to_owned(),
                help: help.trim().to_owned(),
            });
        }
    }
    expected
}

fn meets(found: &Diagnostic, expected: &Expected) -> bool {
    let at = &found.primary;
    let columns = at.column as usize..=at.column as usize + at.location.span.len();
    found.rule == expected.rule
        && *at.path == *expected.path
        && at.location.line == expected.line
        && columns.contains(&expected.column)
        && found.message.contains(&expected.message)
        && found.help.as_deref().unwrap_or("").contains(&expected.help)
}

fn check_bad_spec(path: &Path) -> Result<(), String> {
    let files = files(&std::fs::read_to_string(path).unwrap());
    let mut expected = expectations(&files);
    let rules: BTreeSet<String> = expected.iter().map(|it| it.rule.clone()).collect();
    let (_, found) = venue_schema::read(files);
    let mut report = String::new();
    for found in found {
        match expected.iter().position(|it| meets(&found, it)) {
            Some(at) => drop(expected.remove(at)),
            None if found.severity == Severity::Error || rules.contains(found.rule) => {
                let Diagnostic {
                    rule,
                    message,
                    primary,
                    help,
                    ..
                } = &found;
                report += &format!(
                    "\n  not expected: {}:{}:{}-{} {rule}: {message} | {help:?}",
                    primary.path,
                    primary.location.line,
                    primary.column,
                    primary.column as usize + primary.location.span.len(),
                );
            }
            None => {}
        }
    }
    for missing in expected {
        report += &format!("\n  not found: {missing:?}");
    }
    if report.is_empty() {
        Ok(())
    } else {
        Err(format!("{}{report}", path.display()))
    }
}

#[test]
fn each_fault_is_one_message_at_its_place() {
    let faults: Vec<String> = bad_specs()
        .iter()
        .filter_map(|path| check_bad_spec(path).err())
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_has_a_spec_that_breaks_it() {
    let mut shown = BTreeSet::new();
    for path in bad_specs() {
        let rule = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let expected = expectations(&files(&std::fs::read_to_string(&path).unwrap()));
        if expected.iter().any(|it| it.rule == rule) {
            shown.insert(rule);
        }
    }
    let known: BTreeSet<String> = venue_schema::rules()
        .iter()
        .map(|it| it.id.to_owned())
        .collect();
    assert_eq!(shown, known);
}
