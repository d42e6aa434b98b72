//! What becomes of a report: printed, written to files, held against a baseline, merged with others;
//! and the exit status that it makes.

use std::io::Write;

use jiff::{Timestamp, tz::TimeZone};
use venue_capture::finding::Severity;
use venue_capture::format::{github, gitlab, html, junit, markdown, sarif};
use venue_capture::report::Report;

use crate::args::{FailOn, Merge, Report as Args, ReportCommand, ReportFormat, Reporting};
use crate::baseline;
use crate::failure::Failure;
use crate::files;
use crate::human;
use crate::style::{WARNING, plain};
use crate::{CLEAN, FINDINGS};

pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<u8, Failure> {
    let ReportCommand::Merge(args) = &args.what;
    merge(args, out)
}

fn merge(args: &Merge, out: &mut dyn Write) -> Result<u8, Failure> {
    let mut whole = Report::default();
    for path in &args.reports {
        let text = std::fs::read(path).map_err(|e| Failure::file(path, &e))?;
        let part = Report::from_json(&text).map_err(|e| {
            let path = path.to_string_lossy();
            Failure::new(format!("{}: {e}", venue_capture::visible(&path)))
        })?;
        whole.merge(part);
    }
    let notes = settle(&mut whole, &args.reporting)?;
    print(&whole, &args.reporting, ReportFormat::Json, out)?;
    write(&whole, &args.reporting)?;
    notes.iter().for_each(|note| anstream::eprintln!("{note}"));
    Ok(status(&whole, &args.reporting))
}

/// Holds a report against the baseline, and gives what there is to say about it.
pub(crate) fn settle(report: &mut Report, args: &Reporting) -> Result<Vec<String>, Failure> {
    let Some(path) = &args.baseline else {
        return Ok(Vec::new());
    };
    let mut known = baseline::read(path, args.update_baseline)?;
    if args.update_baseline {
        known = known.updated(report);
        files::write(path, known.to_text().as_bytes())?;
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let notes = known.accept(report, today);
    Ok(notes
        .into_iter()
        .map(|note| format!("{WARNING}note{WARNING:#}: {note}"))
        .collect())
}

/// Prints a report in the format asked for, or else in this one.
pub(crate) fn print(
    report: &Report,
    args: &Reporting,
    otherwise: ReportFormat,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let format = args.format.unwrap_or(otherwise);
    out.write_all(render(report, args, format).as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes the files that were asked for, but those that are written as findings come.
pub(crate) fn write(report: &Report, args: &Reporting) -> Result<(), Failure> {
    for (format, path) in &args.report {
        let text = match format {
            ReportFormat::Ndjson => continue,
            ReportFormat::Human => plain(&render(report, args, *format)),
            _ => render(report, args, *format),
        };
        files::write(path, text.as_bytes())?;
    }
    Ok(())
}

fn render(report: &Report, args: &Reporting, format: ReportFormat) -> String {
    let limit = |otherwise| match args.max_findings {
        Some(limit) => limit,
        None if args.all => usize::MAX,
        None => otherwise,
    };
    match format {
        ReportFormat::Human => human::render(report, limit(25), human::Volume::of(args)),
        ReportFormat::Json => report.to_json(limit(usize::MAX)),
        // A report holds samples; what is listed one by one is written as it comes.
        ReportFormat::Ndjson => String::new(),
        ReportFormat::Sarif => sarif::render(report, limit(usize::MAX)),
        ReportFormat::Junit => junit::render(report, limit(usize::MAX)),
        ReportFormat::Gitlab => gitlab::render(report, limit(usize::MAX)),
        ReportFormat::Github => github::render(report, limit(50)),
        ReportFormat::Markdown => markdown::render(report, limit(50)),
        ReportFormat::Html => html::render(report, limit(500)),
    }
}

/// The exit status that a report makes.
pub(crate) fn status(report: &Report, args: &Reporting) -> u8 {
    let fails = report.worst().is_some_and(|worst| match args.fail_on {
        FailOn::Error => worst >= Severity::Error,
        FailOn::Warning => worst >= Severity::Warning,
        FailOn::Info => worst >= Severity::Info,
        FailOn::Never => false,
    });
    let mut thin = false;
    for (api, (axis, least)) in report
        .met()
        .flat_map(|api| args.min_coverage.iter().map(move |least| (api, *least)))
    {
        let share = report.share(api, axis);
        if share.is_below(least) {
            thin = true;
            anstream::eprintln!(
                "{WARNING}note{WARNING:#}: {} of {} {} of {api} were seen, which is below --min-coverage {}={least}",
                share.seen,
                share.of,
                axis.counted(),
                axis.name()
            );
        }
    }
    if fails || thin { FINDINGS } else { CLEAN }
}
