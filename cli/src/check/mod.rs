//! `venue check`: captured traffic held against specs.

mod ahead;
mod live;
mod ordered;
mod shared;
mod worker;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use venue_capture::read::{self, Capture, Limits};
use venue_capture::report::{REPORT_SCHEMA, Report};
use venue_capture::{Candidate, Checker};

use crate::args::{Check, InputFormat, ReportFormat, Reporting, ServedAt, Shard};
use crate::failure::Failure;
use crate::files::{self, Source, Sources};
use crate::interrupt::{self, Until};
use crate::progress::Progress;
use crate::report;
use crate::specs::{self, Which};
use crate::style::{ERROR, WARNING};
use crate::unmatched;
use crate::{CLEAN, TROUBLE};

use ahead::Ahead;
use live::{Grew, Live};
use ordered::{Ordered, Part};
use worker::{Plan, Worker};

/// More threads than this wait for one another to read.
const MOST_JOBS: usize = 8;

pub(crate) fn run(args: &Check, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
    if args.report_schema {
        out.write_all(REPORT_SCHEMA.as_bytes())?;
        return Ok(CLEAN);
    }
    let format = input_format(args)?;
    // It is needed to the end, and taking it apart then would take as long as a small file's check.
    let plan: &'static Plan = Box::leak(Box::new(plan(args)?));
    let Sources { found, unread } = files::sources(&args.inputs)?;
    interrupt::look();
    let mut run = Run::new(args, plan, out)?;
    for failure in &unread {
        run.troubled = true;
        anstream::eprintln!("{ERROR}error{ERROR:#}: {failure}");
    }
    let progress = progress(args, &found);
    for source in &found {
        if interrupt::asked().is_none() {
            run.read(source, format, &progress)?;
        }
    }
    drop(progress);
    run.finish(args)
}

/// None where it would stand between the lines of findings.
fn progress(args: &Check, sources: &[Source]) -> Progress {
    let lists = args.reporting.format == Some(ReportFormat::Ndjson) && io::stdout().is_terminal();
    match lists || args.reporting.quiet {
        true => Progress::none(),
        false => Progress::of(sources),
    }
}

fn plan(args: &Check) -> Result<Plan, Failure> {
    let by_default = args.api.is_empty() && args.spec.is_empty() && args.target.is_none();
    Ok(Plan {
        checker: checker(args)?,
        others: by_default.then(|| LazyLock::new(others as fn() -> _)),
        shard: args.shard.unwrap_or(Shard { part: 0, of: 1 }),
        listing: Ordered::lists(&args.reporting),
        routed: args.target.is_none(),
    })
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
        InputFormat::Connection => read::InputFormat::Connection,
        InputFormat::Records => read::InputFormat::Records,
        InputFormat::Tardis => read::InputFormat::Tardis,
        InputFormat::Cryptofeed => read::InputFormat::Cryptofeed,
        InputFormat::Wscat => read::InputFormat::Wscat,
    }
}

fn checker(args: &Check) -> Result<Checker, Failure> {
    let Some(given) = &args.target else {
        let mut candidates = candidates(args)?;
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
struct Run<'p, 'o> {
    plan: &'p Plan,
    /// One a thread; the first works on the main one.
    workers: Vec<Worker<'p>>,
    ordered: Ordered<'p, 'o>,
    out: Option<&'o mut (dyn Write + Send)>,
    /// What files were read.
    report: Report,
    /// Something could not be read: the result is not the whole.
    troubled: bool,
}

impl<'p, 'o> Run<'p, 'o> {
    fn new(args: &Check, plan: &'p Plan, out: &'o mut (dyn Write + Send)) -> Result<Self, Failure> {
        let mut out = Some(out);
        let ordered = Ordered::new(plan, &args.reporting, &mut out)?;
        let most = || std::thread::available_parallelism().map_or(1, |n| n.get().min(MOST_JOBS));
        let jobs = args.jobs.map_or_else(most, usize::from);
        Ok(Run {
            plan,
            workers: (0..jobs).map(|_| Worker::new(plan)).collect(),
            ordered,
            out,
            report: plan.report(),
            troubled: false,
        })
    }

    /// Reads one capture. What cannot be read is said at once; the others are still read.
    fn read(
        &mut self,
        source: &Source,
        format: read::InputFormat,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let label: Arc<str> = source.label.as_str().into();
        let opened: io::Result<Box<dyn Read + Send>> = match &source.path {
            None => Ok(Box::new(Until(progress.count(io::stdin())))),
            Some(path) => File::open(path)
                .and_then(Live::new)
                .map(|file| Box::new(Until(progress.count(file))) as Box<dyn Read + Send>),
        };
        if opened.is_ok() {
            self.report.input(&label);
        }
        let outcome = match opened.and_then(read::unpack) {
            Ok(source) => self.capture(&label, source, format)?,
            Err(e) => Err(e),
        };
        match outcome {
            Ok(()) => {}
            // Whatever else it says: there is more of it than was read.
            Err(_) if interrupt::asked().is_some() => {}
            Err(e) if Grew::is(&e) => {
                progress.aside(|| anstream::eprintln!("{WARNING}note{WARNING:#}: {label}: {e}"));
            }
            Err(e) => {
                self.troubled = true;
                progress.aside(|| anstream::eprintln!("{ERROR}error{ERROR:#}: {label}: {e}"));
            }
        }
        Ok(())
    }

    /// Checks all records of a capture. The inner error is one of reading it.
    fn capture(
        &mut self,
        file: &Arc<str>,
        source: read::Unpacked<'static>,
        format: read::InputFormat,
    ) -> Result<io::Result<()>, Failure> {
        let mut jobs = self.workers.len();
        let mut text = source.text;
        if source.packed {
            // Who decompresses has one of the threads: what comes of it is checked as fast as it comes.
            jobs = jobs.saturating_sub(1).max(1);
            text = match Ahead::new(text) {
                Ok(ahead) => Box::new(ahead),
                Err(e) => return Ok(Err(e)),
            };
        }
        let capture = match Capture::of_text(text, format, Limits::default()) {
            Ok(capture) => capture,
            Err(e) => return Ok(Err(e)),
        };
        self.report.input(file).layout = Some(capture.layout().name().into());
        let (workers, ordered) = (&mut self.workers, &mut self.ordered);
        ordered.begin(file);
        let outcome = if jobs > 1 && capture.is_lines() {
            shared::read(capture.into_lines(), file, &mut workers[..jobs], ordered)
        } else {
            let (mut failure, mut part) = (None, Part::default());
            let worker = &mut workers[0];
            let read = capture.read(&mut |record| {
                worker.record(file, &record, &mut part);
                if part.is_empty() {
                    return ControlFlow::Continue(());
                }
                match ordered.take(&mut part) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(e) => {
                        failure = Some(e);
                        ControlFlow::Break(())
                    }
                }
            });
            failure.map_or(Ok(read), Err)
        };
        for worker in workers {
            worker.settle(file);
        }
        let outcome = outcome?;
        ordered.end()?;
        Ok(outcome)
    }

    fn finish(self, args: &Check) -> Result<u8, Failure> {
        let Run {
            plan,
            workers,
            ordered,
            out,
            mut report,
            troubled,
        } = self;
        let asked = interrupt::asked();
        report.merge(ordered.finish(asked.is_none())?);
        let mut missed = BTreeMap::new();
        let mut seen = plan.checker.seen();
        for worker in workers {
            worker.finish(&mut report, &mut seen, &mut missed);
        }
        report.cover(&plan.checker, &seen);
        let reporting = &args.reporting;
        if let Some(status) = asked {
            partial(&mut report, reporting, out)?;
            return Ok(status);
        }
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
        // Of what could not be read there is nothing to say but that.
        let unread = troubled && report.inputs.values().all(|it| it.totals.records == 0);
        if !report.matched() && !args.allow_empty && !unread {
            anstream::eprint!("{}", unmatched::told(&report, &plan.checker));
            return Ok(TROUBLE);
        }
        if troubled {
            return Ok(TROUBLE);
        }
        Ok(report::status(&report, reporting))
    }
}

/// Says what was found until somebody asked to end. Only people can tell a part from the whole: no file
/// is written, and nothing printed that another program reads.
fn partial(
    report: &mut Report,
    reporting: &Reporting,
    out: Option<&mut (dyn Write + Send)>,
) -> Result<(), Failure> {
    if let Some(out) = out
        && matches!(reporting.format, None | Some(ReportFormat::Human))
    {
        if !reporting.update_baseline {
            report::settle(report, reporting)?;
        }
        report::print(report, reporting, ReportFormat::Human, out)?;
    }
    let read = report.totals.records;
    anstream::eprintln!(
        "{WARNING}note{WARNING:#}: ended on request after {read} records; no report was written to a file"
    );
    Ok(())
}

/// The bundled APIs that are not candidates by default.
fn others() -> Option<Checker> {
    let ids = venue_schema::bundled_ids().filter(|id| specs::is_replaced(id));
    // What is in the box is tested: it can be read.
    let apis = ids.filter_map(|id| specs::bundled(id).ok());
    let candidates: Vec<Candidate> = apis.map(Candidate::new).collect();
    (!candidates.is_empty()).then(|| Checker::new(candidates))
}

/// Candidates of `--api` and `--spec`. Those in the box are read at the same time: that is most of
/// what a small capture takes.
fn candidates(args: &Check) -> Result<Vec<Candidate>, Failure> {
    let ids = specs::ids(&args.api, &args.spec, Which::Current);
    let mut candidates = std::thread::scope(|scope| {
        let ready = |id: &str| specs::bundled(id).map(Candidate::new);
        let threads: Vec<_> = ids
            .iter()
            .map(|id| scope.spawn(move || ready(id)))
            .collect();
        let candidates = threads.into_iter().map(|thread| match thread.join() {
            Ok(candidate) => candidate,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        candidates.collect::<Result<Vec<_>, _>>()
    })?;
    for folder in &args.spec {
        candidates.push(Candidate::new(specs::folder(folder)?));
    }
    Ok(candidates)
}
