//! What is done in the order of the input, whichever thread was first: connections are followed, and
//! findings told one a line.

use std::io::{self, Write};
use std::sync::Arc;

use venue_capture::finding::{Drawable, Finding};
use venue_capture::report::Report;
use venue_capture::session::{Observation, Session};
use venue_capture::{Checker, Findings, json};

use super::worker::Plan;
use crate::args::{ReportFormat, Reporting};
use crate::failure::Failure;
use crate::files::Draft;

/// What some records in a row have to tell.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Findings as they are written, one a line.
    text: Vec<u8>,
    /// What the checks over connections need, each with how much of the text comes before it.
    seen: Vec<(usize, Box<Observation>)>,
}

impl Part {
    /// Adds a finding.
    pub(super) fn finding(&mut self, finding: &Finding) {
        // Writing to memory does not fail.
        let _ = json::write_line(&mut self.text, finding);
        self.text.push(b'\n');
    }

    /// Adds what the checks over connections need of a record.
    pub(super) fn observation(&mut self, seen: Option<Box<Observation>>) {
        self.seen.extend(seen.map(|seen| (self.text.len(), seen)));
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.seen.is_empty()
    }

    /// About how many bytes it holds.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.seen.len() * 2 * size_of::<Observation>()
    }
}

/// Takes parts in the order of the input.
pub(super) struct Ordered<'p, 'o> {
    plan: &'p Plan,
    session: Session,
    /// Of what is found over connections.
    report: Report,
    /// The file that is being read.
    file: Arc<str>,
    lines: Vec<Lines<'o>>,
}

/// Where findings go one a line.
struct Lines<'o> {
    to: To<'o>,
    left: usize,
}

enum To<'o> {
    Out(&'o mut (dyn Write + Send)),
    File(Draft),
}

impl<'p, 'o> Ordered<'p, 'o> {
    /// Whether findings are told one by one.
    pub(super) fn lists(reporting: &Reporting) -> bool {
        let mut formats = reporting.report.iter().map(|(format, _)| *format);
        reporting.format == Some(ReportFormat::Ndjson)
            || formats.any(|format| format == ReportFormat::Ndjson)
    }

    /// Takes `out` if that is where findings go one a line.
    pub(super) fn new(
        plan: &'p Plan,
        reporting: &Reporting,
        out: &mut Option<&'o mut (dyn Write + Send)>,
    ) -> Result<Self, Failure> {
        let left = reporting.max_findings.unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        for (format, path) in &reporting.report {
            if *format == ReportFormat::Ndjson {
                let to = To::File(Draft::new(path)?);
                lines.push(Lines { to, left });
            }
        }
        if reporting.format == Some(ReportFormat::Ndjson)
            && let Some(out) = out.take()
        {
            let to = To::Out(out);
            lines.push(Lines { to, left });
        }
        Ok(Ordered {
            plan,
            session: Session::default(),
            report: Report::default(),
            file: "".into(),
            lines,
        })
    }

    /// The next file begins.
    pub(super) fn begin(&mut self, file: &Arc<str>) {
        self.file = file.clone();
    }

    /// Takes what the next part has, and empties it.
    pub(super) fn take(&mut self, part: &mut Part) -> io::Result<()> {
        let mut told = 0;
        for (before, seen) in part.seen.drain(..) {
            self.tell(&part.text[told..before])?;
            told = before;
            self.follow(|session, checker, file, sink| {
                session.observe(checker, file, &seen, sink)
            })?;
        }
        self.tell(&part.text[told..])?;
        part.text.clear();
        Ok(())
    }

    /// The file has ended.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.follow(|session, checker, file, sink| session.end(checker, file, sink))
    }

    /// Hands on what is found over connections, if it is this part's.
    fn follow(
        &mut self,
        find: impl FnOnce(&mut Session, &Checker, &Arc<str>, &mut Findings<'_>),
    ) -> io::Result<()> {
        let mut part = Part::default();
        let Ordered {
            plan,
            session,
            report,
            file,
            ..
        } = self;
        find(session, &plan.checker, file, &mut |found: &Drawable<'_>| {
            if plan.shard.owns(found.finding.record) {
                report.finding(found);
                if plan.listing {
                    part.finding(&found.finding);
                }
            }
        });
        self.tell(&part.text)
    }

    fn tell(&mut self, text: &[u8]) -> io::Result<()> {
        if !text.is_empty() {
            for lines in &mut self.lines {
                lines.write(text)?;
            }
        }
        Ok(())
    }

    /// Gives files their names, if they are whole. Gives the report of what was found over connections.
    pub(super) fn finish(self, whole: bool) -> Result<Report, Failure> {
        for lines in self.lines {
            match lines.to {
                To::File(draft) if whole => draft.finish()?,
                To::File(_) => {}
                To::Out(out) => out.flush()?,
            }
        }
        Ok(self.report)
    }
}

impl Lines<'_> {
    /// Writes as many of the lines as may be.
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let to: &mut dyn Write = match &mut self.to {
            To::Out(out) => *out,
            To::File(file) => file,
        };
        if self.left == usize::MAX {
            return to.write_all(text);
        }
        for line in text.split_inclusive(|byte| *byte == b'\n').take(self.left) {
            self.left -= 1;
            to.write_all(line)?;
        }
        Ok(())
    }
}
