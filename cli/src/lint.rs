//! `venue lint`: what is wrong with specs.

use std::io::Write;

use venue_schema::{Diagnostic, Severity};

use crate::args::{FailOn, Lint, PlainFormat};
use crate::failure::Failure;
use crate::specs;
use crate::style::{BOLD, GOOD};

/// Whether there is a diagnostic at or above the threshold.
pub(crate) fn run(args: &Lint, out: &mut dyn Write) -> Result<bool, Failure> {
    let mut reads = Vec::new();
    for path in &args.path {
        reads.push((
            path.to_string_lossy().replace('\\', "/"),
            specs::read_folder(path)?,
        ));
    }
    for id in &args.api {
        reads.push((id.clone(), specs::read_bundled(id)?));
    }
    if reads.is_empty() {
        for id in venue_schema::bundled_ids() {
            reads.push((id.to_owned(), specs::read_bundled(id)?));
        }
    }
    let all: Vec<&Diagnostic> = reads
        .iter()
        .flat_map(|(_, read)| &read.diagnostics)
        .collect();
    match args.format {
        PlainFormat::Json => out.write_all(venue_capture::json::pretty(&all).as_bytes())?,
        PlainFormat::Human => {
            for (name, read) in &reads {
                let shown = |d: &&Diagnostic| args.all || d.severity > Severity::Info;
                for diagnostic in read.diagnostics.iter().filter(shown) {
                    writeln!(out, "{}\n", specs::draw(diagnostic, &read.files))?;
                }
                summary(name, &read.diagnostics, read.files.len(), out)?;
            }
            if !args.all && all.iter().any(|d| d.severity == Severity::Info) {
                anstream::eprintln!("--all shows the infos");
            }
        }
    }
    Ok(all.iter().any(|d| reaches(d.severity, args.fail_on)))
}

fn summary(
    name: &str,
    diagnostics: &[Diagnostic],
    files: usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|s| count(*s) > 0)
        .map(|s| match count(s) {
            1 => format!("1 {}", s.name()),
            n if s == Severity::Info => format!("{n} infos"),
            n => format!("{n} {}s", s.name()),
        })
        .collect();
    let name = venue_capture::visible(name);
    let files = format!("{files} file{}", if files == 1 { "" } else { "s" });
    if parts.is_empty() {
        writeln!(out, "{GOOD}clean{GOOD:#}  {name}, {files}")?;
    } else {
        writeln!(out, "{BOLD}{name}{BOLD:#}, {files}: {}", parts.join(", "))?;
    }
    Ok(())
}

fn reaches(severity: Severity, threshold: FailOn) -> bool {
    match threshold {
        FailOn::Error => severity >= Severity::Error,
        FailOn::Warning => severity >= Severity::Warning,
        FailOn::Info => severity >= Severity::Info,
        FailOn::Never => false,
    }
}
