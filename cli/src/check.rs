//! `venue check`: captured traffic held against specs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use venue_capture::finding::Drawable;
use venue_capture::read::{self, Limits};
use venue_capture::record::Record;
use venue_capture::report::{REPORT_SCHEMA, Report};
use venue_capture::session::{Observation, Session};
use venue_capture::{Candidate, Checker, Findings, Seen, json};

use crate::args::{Check, InputFormat, ReportFormat, ServedAt, Shard};
use crate::failure::Failure;
use crate::files::{self, Draft, Source};
use crate::human;
use crate::report;
use crate::specs::{self, Which};
use crate::style::{ERROR, WARNING};
use crate::{CLEAN, TROUBLE};

pub(crate) fn run(args: &Check, out: &mut dyn Write) -> Result<u8, Failure> {
    if args.report_schema {
        out.write_all(REPORT_SCHEMA.as_bytes())?;
        return Ok(CLEAN);
    }
    let format = input_format(args)?;
    let checker = checker(args)?;
    let sources = files::sources(&args.inputs)?;
    let mut run = Run::new(args, checker, out)?;
    for source in &sources {
        run.read(source, format)?;
    }
    run.finish(args)
}

fn input_format(args: &Check) -> Result<read::InputFormat, Failure> {
    match (args.input_format, &args.target) {
        (InputFormat::Auto, Some(_)) => Ok(read::InputFormat::Documents),
        (InputFormat::Ndjson, _) | (_, None) => Ok(layout(args.input_format)),
        (_, Some(_)) => Err(Failure::new(
            "--as takes JSON documents: --input-format is auto or ndjson; the other formats hold exchanges, which are routed",
        )),
    }
}

/// What a capture is said to be.
pub(crate) fn layout(format: InputFormat) -> read::InputFormat {
    match format {
        InputFormat::Auto => read::InputFormat::Auto,
        InputFormat::Har | InputFormat::Mitmproxy => read::InputFormat::Har,
        InputFormat::Ndjson => read::InputFormat::Ndjson,
        InputFormat::Records => read::InputFormat::Records,
        InputFormat::Tardis => read::InputFormat::Tardis,
        InputFormat::Cryptofeed => read::InputFormat::Cryptofeed,
        InputFormat::Wscat => read::InputFormat::Wscat,
    }
}

fn checker(args: &Check) -> Result<Checker, Failure> {
    let Some(given) = &args.target else {
        let apis = specs::chosen(&args.api, &args.spec, Which::Current)?;
        let mut candidates: Vec<Candidate> = apis.into_iter().map(Candidate::new).collect();
        for server in &args.server {
            serve_at(&mut candidates, server)?;
        }
        return Ok(Checker::new(candidates));
    };
    if !args.server.is_empty() {
        return Err(Failure::new(
            "--as skips routing: --server has no say in it",
        ));
    }
    let mut apis = specs::chosen(&args.api, &args.spec, Which::All)?;
    let (index, target) = specs::target(&apis, given)?;
    Ok(Checker::of_target(
        Candidate::new(apis.swap_remove(index)),
        target,
    ))
}

fn serve_at(candidates: &mut [Candidate], server: &ServedAt) -> Result<(), Failure> {
    let Some(id) = &server.api else {
        candidates
            .iter_mut()
            .for_each(|c| c.serve_at(&server.address));
        return Ok(());
    };
    match candidates.iter_mut().find(|c| **c.id() == **id) {
        Some(candidate) => candidate.serve_at(&server.address),
        None => {
            let ids: Vec<&str> = candidates.iter().map(|c| &**c.id()).collect();
            let more = format!("\nlooked for: {}", ids.join(", "));
            return Err(Failure::unknown(
                "API among those looked for",
                id,
                ids,
                &more,
            ));
        }
    }
    Ok(())
}

/// A check under way.
struct Run<'o> {
    checker: Checker,
    /// APIs that are not candidates and would have claimed what nothing claims.
    others: Option<Checker>,
    missed: BTreeMap<Arc<str>, u64>,
    shard: Shard,
    session: Session,
    report: Report,
    seen: Seen,
    /// Takes findings as they come.
    lines: Vec<Lines<'o>>,
    out: Option<&'o mut dyn Write>,
    /// Something could not be read: the result is not the whole.
    troubled: bool,
}

/// Findings one a line.
struct Lines<'o> {
    to: To<'o>,
    left: usize,
}

enum To<'o> {
    Out(&'o mut dyn Write),
    File(Draft),
}

impl Write for To<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            To::Out(out) => out.write(bytes),
            To::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            To::Out(out) => out.flush(),
            To::File(file) => file.flush(),
        }
    }
}

impl<'o> Run<'o> {
    fn new(args: &Check, checker: Checker, out: &'o mut dyn Write) -> Result<Self, Failure> {
        let mut report = Report::default();
        if args.target.is_none() {
            for candidate in checker.candidates() {
                candidate
                    .targets()
                    .for_each(|target| report.expect(candidate.id(), target));
            }
        }
        let reporting = &args.reporting;
        let left = reporting.max_findings.unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        for (format, path) in &reporting.report {
            if *format == ReportFormat::Ndjson {
                lines.push(Lines {
                    to: To::File(Draft::new(path)?),
                    left,
                });
            }
        }
        let mut out = Some(out);
        if reporting.format == Some(ReportFormat::Ndjson)
            && let Some(out) = out.take()
        {
            lines.push(Lines {
                to: To::Out(out),
                left,
            });
        }
        let by_default = args.api.is_empty() && args.spec.is_empty() && args.target.is_none();
        let others = if by_default { others()? } else { None };
        let missed = BTreeMap::new();
        Ok(Run {
            seen: checker.seen(),
            checker,
            others,
            missed,
            shard: args.shard.unwrap_or(Shard { part: 0, of: 1 }),
            session: Session::default(),
            report,
            lines,
            out,
            troubled: false,
        })
    }

    /// Reads one capture. What cannot be read is said at once; the others are still read.
    fn read(&mut self, source: &Source, format: read::InputFormat) -> Result<(), Failure> {
        let label: Arc<str> = source.label.as_str().into();
        let opened: io::Result<Box<dyn Read>> = match &source.path {
            None => Ok(Box::new(io::stdin().lock())),
            Some(path) => File::open(path).map(|f| Box::new(f) as Box<dyn Read>),
        };
        let mut failure = None;
        let outcome = opened.and_then(|reader| {
            self.report.input(&label);
            let shard = self.shard;
            read::read(reader, format, Limits::default(), &mut |record| {
                // What is another part's to check belongs to a connection of which this part reports too.
                let outcome = if shard.owns(record.index) {
                    self.record(&label, &record)
                } else {
                    let seen = self.checker.observe(&label, &record);
                    self.observe(&label, seen.as_deref())
                };
                match outcome {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(e) => {
                        failure = Some(e);
                        ControlFlow::Break(())
                    }
                }
            })
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.of_connections(|session, checker, sink| session.end(checker, &label, sink))?;
        match outcome {
            Ok(layout) => self.report.input(&label).layout = Some(layout.name().into()),
            Err(e) => {
                self.troubled = true;
                anstream::eprintln!("{ERROR}error{ERROR:#}: {label}: {e}");
            }
        }
        Ok(())
    }

    fn record(&mut self, file: &Arc<str>, record: &Record<'_>) -> Result<(), Failure> {
        let Run {
            checker,
            report,
            seen,
            lines,
            others,
            missed,
            ..
        } = self;
        let mut written = Ok(());
        let mut outcome = checker.check_noting(file, record, seen, &mut |found: &Drawable<'_>| {
            report.finding(found);
            for line in lines.iter_mut() {
                if written.is_ok() {
                    written = line.write(found);
                }
            }
        });
        report.record(file, record.at, &outcome);
        let seen = outcome.observation.take();
        if outcome.unclaimed.is_some()
            && let Some(others) = others
            && let Some(api) = others.check(file, record, &mut |_| {}).api
        {
            *missed.entry(api).or_default() += 1;
        }
        written?;
        self.observe(file, seen.as_deref())
    }

    /// Takes what was seen of the next record, in the order of the records.
    fn observe(&mut self, file: &Arc<str>, seen: Option<&Observation>) -> Result<(), Failure> {
        match seen {
            Some(seen) => self.of_connections(|session, checker, sink| {
                session.observe(checker, file, seen, sink);
            }),
            None => Ok(()),
        }
    }

    /// Hands on what is found over connections, if it is this part's.
    fn of_connections(
        &mut self,
        find: impl FnOnce(&mut Session, &Checker, &mut Findings<'_>),
    ) -> Result<(), Failure> {
        let Run {
            session,
            checker,
            report,
            lines,
            shard,
            ..
        } = self;
        let mut written = Ok(());
        find(session, checker, &mut |found: &Drawable<'_>| {
            if !shard.owns(found.finding.record) {
                return;
            }
            report.finding(found);
            for line in lines.iter_mut() {
                if written.is_ok() {
                    written = line.write(found);
                }
            }
        });
        Ok(written?)
    }

    fn finish(self, args: &Check) -> Result<u8, Failure> {
        let Run {
            checker,
            missed,
            report,
            seen,
            lines,
            out,
            troubled,
            ..
        } = self;
        for line in lines {
            match line.to {
                To::File(draft) => draft.finish()?,
                To::Out(out) => out.flush()?,
            }
        }
        let (mut report, reporting) = (report, &args.reporting);
        report.cover(&checker, &seen);
        let notes = report::settle(&mut report, reporting)?;
        if let Some(out) = out {
            report::print(&report, reporting, ReportFormat::Human, out)?;
        }
        report::write(&report, reporting)?;
        notes.iter().for_each(|note| anstream::eprintln!("{note}"));
        for (api, count) in &missed {
            let records = if *count == 1 {
                "record that nothing else claims is"
            } else {
                "records that nothing else claims are"
            };
            anstream::eprintln!(
                "{WARNING}note{WARNING:#}: {count} {records} described by {api}: add --api {api}"
            );
        }
        if !report.matched() && !args.allow_empty {
            anstream::eprint!("{}", human::nothing_matched(&report, &checker));
            return Ok(TROUBLE);
        }
        if troubled {
            return Ok(TROUBLE);
        }
        Ok(report::status(&report, reporting))
    }
}

impl Lines<'_> {
    fn write(&mut self, found: &Drawable<'_>) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        json::write_line(&mut self.to, &found.finding)?;
        self.to.write_all(b"\n")
    }
}

/// The bundled APIs that are not candidates by default.
fn others() -> Result<Option<Checker>, Failure> {
    let mut candidates = Vec::new();
    for id in venue_schema::bundled_ids().filter(|id| specs::is_replaced(id)) {
        candidates.push(Candidate::new(specs::bundled(id)?));
    }
    Ok((!candidates.is_empty()).then(|| Checker::new(candidates)))
}
