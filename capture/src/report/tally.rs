//! Counts of the records of one file, on their way to a report: what is done once a record is kept
//! small, for most captures hold many records of few kinds.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Report, Totals};
use crate::check::{Known, Outcome};
use crate::finding::Verdict;

/// The finest step of a timeline, of which all others are multiples.
const MINUTE_S: i64 = 60;

/// Counts the records of one file.
#[derive(Debug, Default)]
pub struct Tally<'c> {
    totals: Totals,
    /// Records by API and target, as they were first met.
    seen: Vec<Seen<'c>>,
    /// Where in `seen` the last record is counted: the next is often of the same kind.
    last: usize,
    /// Records since the clock of the capture last came to another minute.
    minute: Option<(i64, Totals)>,
}

#[derive(Debug)]
struct Seen<'c> {
    api: &'c Arc<str>,
    target: Option<&'c Arc<str>>,
    count: u64,
}

impl Seen<'_> {
    /// Ids are compared by where they are kept: an API keeps one of each.
    fn is(&self, api: &Arc<str>, target: Option<&Arc<str>>) -> bool {
        std::ptr::eq(self.api, api)
            && match (self.target, target) {
                (Some(mine), Some(other)) => std::ptr::eq(mine, other),
                (mine, other) => mine.is_none() && other.is_none(),
            }
    }
}

impl<'c> Tally<'c> {
    /// Counts a message that is as an API describes it.
    #[inline]
    pub fn known(&mut self, at: Option<Timestamp>, known: Known<'c>, report: &mut Report) {
        self.totals.records += 1;
        self.totals.valid += 1;
        if let Some(at) = at {
            self.moment(at, Totals::of(Verdict::Valid), report);
        }
        self.target(known.api, Some(known.target));
    }

    /// Counts a record. What nothing claims is noted in the report at once.
    pub fn record(&mut self, at: Option<Timestamp>, outcome: &Outcome<'c>, report: &mut Report) {
        let one = Totals::of(outcome.verdict);
        self.totals += one;
        if let Some(at) = at {
            self.moment(at, one, report);
        }
        if let Some(what) = &outcome.unclaimed {
            report.unclaimed(what, 1);
        }
        let Some(api) = outcome.api else { return };
        self.target(api, outcome.target);
    }

    #[inline]
    fn target(&mut self, api: &'c Arc<str>, target: Option<&'c Arc<str>>) {
        let known = |seen: &Seen<'_>| seen.is(api, target);
        if !self.seen.get(self.last).is_some_and(known) {
            self.last = self.seen.iter().position(known).unwrap_or_else(|| {
                self.seen.push(Seen {
                    api,
                    target,
                    count: 0,
                });
                self.seen.len() - 1
            });
        }
        self.seen[self.last].count += 1;
    }

    fn moment(&mut self, at: Timestamp, one: Totals, report: &mut Report) {
        let minute = at.as_second().div_euclid(MINUTE_S);
        // A moment before 1970 with a fraction of a second belongs to the second before.
        let minute = if at.subsec_nanosecond() < 0 {
            (at.as_second() - 1).div_euclid(MINUTE_S)
        } else {
            minute
        };
        match &mut self.minute {
            Some((now, totals)) if *now == minute => *totals += one,
            _ => {
                self.settle_minute(report);
                self.minute = Some((minute, one));
            }
        }
    }

    fn settle_minute(&mut self, report: &mut Report) {
        if let Some((minute, totals)) = self.minute.take() {
            let start = Timestamp::from_second(minute * MINUTE_S).unwrap_or(Timestamp::MIN);
            report.timeline.add(start, totals);
        }
    }

    /// Adds the counts to a report as those of a file, and starts again from nothing.
    pub fn settle(&mut self, file: &Arc<str>, report: &mut Report) {
        self.settle_minute(report);
        let totals = std::mem::take(&mut self.totals);
        report.totals += totals;
        report.input(file).totals += totals;
        for Seen { api, target, count } in self.seen.drain(..) {
            *report.input(file).apis.entry(api.clone()).or_default() += count;
            if let Some((target, seen)) = target.zip(report.coverage.get_mut(api)) {
                *seen.entry(target.clone()).or_default() += count;
            }
        }
    }
}
