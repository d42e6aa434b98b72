//! `venue rules` and `venue explain`: what lint and check can find.

use std::io::Write;

use serde::Serialize;

use crate::args::{Explain, PlainFormat, Rules};
use crate::failure::Failure;
use crate::style::{BOLD, DIM};

/// A rule of either kind.
#[derive(Serialize)]
struct Rule {
    id: &'static str,
    /// `check` or `lint`: whether it is about traffic or about a spec.
    command: &'static str,
    severity: &'static str,
    summary: &'static str,
    #[serde(skip)]
    doc: &'static str,
}

fn all() -> Vec<Rule> {
    let check = venue_capture::RULES.iter().map(|rule| Rule {
        id: rule.id,
        command: "check",
        severity: rule.severity.name(),
        summary: rule.summary,
        doc: rule.doc,
    });
    let lint = venue_schema::rules().iter().map(|rule| Rule {
        id: rule.id,
        command: "lint",
        severity: rule.severity.name(),
        summary: &rule.summary,
        doc: rule
            .doc
            .strip_prefix(rule.summary.as_str())
            .unwrap_or(&rule.doc)
            .trim(),
    });
    check.chain(lint).collect()
}

pub(crate) fn rules(args: &Rules, out: &mut dyn Write) -> Result<(), Failure> {
    let rules = all();
    if args.format == PlainFormat::Json {
        out.write_all(venue_capture::json::pretty(&rules).as_bytes())?;
        return Ok(());
    }
    let width = rules.iter().map(|r| r.id.len()).max().unwrap_or(0);
    for (command, title) in [
        ("check", "In traffic (venue check)"),
        ("lint", "In specs (venue lint)"),
    ] {
        writeln!(out, "{BOLD}{title}{BOLD:#}")?;
        for rule in rules.iter().filter(|r| r.command == command) {
            writeln!(
                out,
                "  {:<width$}  {:<7}  {}",
                rule.id, rule.severity, rule.summary
            )?;
        }
        if command == "check" {
            writeln!(out)?;
        }
    }
    Ok(())
}

pub(crate) fn explain(args: &Explain, out: &mut dyn Write) -> Result<(), Failure> {
    let rules = all();
    let found: Vec<&Rule> = rules.iter().filter(|r| r.id == args.rule).collect();
    if found.is_empty() {
        let more = "\n`venue rules` lists them";
        return Err(Failure::unknown(
            "rule",
            &args.rule,
            rules.iter().map(|r| r.id),
            more,
        ));
    }
    for (n, rule) in found.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}  {DIM}{}, venue {}{DIM:#}\n",
            rule.id, rule.severity, rule.command
        )?;
        writeln!(out, "{}", wrap(rule.summary))?;
        if !rule.doc.is_empty() {
            writeln!(out, "\n{}", wrap(rule.doc))?;
        }
    }
    Ok(())
}

/// Paragraphs in lines of at most 80 columns. What is indented or fenced is left as it is.
fn wrap(text: &str) -> String {
    let mut out = String::new();
    let mut fenced = false;
    let mut column = 0;
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```");
        let keep = fenced || fence || line.starts_with([' ', '-', '|', '#']) || line.is_empty();
        if keep {
            if column > 0 {
                out.push('\n');
            }
            out.push_str(line);
            out.push('\n');
            column = 0;
        } else {
            for word in line.split_whitespace() {
                let width = word.chars().count();
                if column > 0 && column + 1 + width > 80 {
                    out.push('\n');
                    column = 0;
                } else if column > 0 {
                    out.push(' ');
                    column += 1;
                }
                out.push_str(word);
                column += width;
            }
        }
        fenced ^= fence;
    }
    out.trim_end().to_owned()
}
