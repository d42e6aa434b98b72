//! What one thread does: it holds records against the specs, and keeps a report of those that it had.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use venue_capture::finding::Drawable;
use venue_capture::record::Record;
use venue_capture::report::{Report, Tally};
use venue_capture::{Checker, Seen};

use super::ordered::Part;
use crate::args::Shard;

/// What all threads go by.
pub(super) struct Plan {
    pub(super) checker: Checker,
    /// APIs that are not candidates and would have claimed what nothing claims; read once there is
    /// such a thing.
    pub(super) others: Option<LazyLock<Option<Checker>>>,
    pub(super) shard: Shard,
    /// Whether findings are told one by one.
    pub(super) listing: bool,
    /// Whether records are routed, so that what was not seen can be told.
    pub(super) routed: bool,
}

impl Plan {
    /// A report of nothing, with what can be seen.
    pub(super) fn report(&self) -> Report {
        let mut report = Report::default();
        let candidates = self.checker.candidates().iter().filter(|_| self.routed);
        for candidate in candidates {
            for target in candidate.targets() {
                report.expect(candidate.id(), target);
            }
        }
        report
    }
}

/// One thread's share of a check.
pub(super) struct Worker<'p> {
    plan: &'p Plan,
    report: Report,
    tally: Tally<'p>,
    seen: Seen,
    missed: BTreeMap<Arc<str>, u64>,
}

impl<'p> Worker<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Worker {
            plan,
            report: plan.report(),
            tally: Tally::default(),
            seen: plan.checker.seen(),
            missed: BTreeMap::new(),
        }
    }

    /// Checks a record, and adds to `part` what is told in order.
    pub(super) fn record(&mut self, file: &Arc<str>, record: &Record<'_>, part: &mut Part) {
        let plan = self.plan;
        if !plan.shard.owns(record.index) {
            // It belongs to a connection of which this part reports too.
            part.observation(plan.checker.observe(file, record));
        } else if let Some(known) = plan.checker.known(record, &mut self.seen) {
            self.tally.known(record.at, known, &mut self.report);
            part.observation(plan.checker.follow(record, known));
        } else {
            self.unknown(file, record, part);
        }
    }

    /// The same of a record that is not known.
    #[inline(never)]
    fn unknown(&mut self, file: &Arc<str>, record: &Record<'_>, part: &mut Part) {
        let Worker {
            plan,
            report,
            tally,
            seen,
            missed,
        } = self;
        let mut outcome = plan
            .checker
            .examine(file, record, seen, &mut |found: &Drawable<'_>| {
                report.finding(found);
                if plan.listing {
                    part.finding(&found.finding);
                }
            });
        tally.record(record.at, &outcome, report);
        part.observation(outcome.observation.take());
        if outcome.unclaimed.is_some()
            && let Some(others) = plan.others.as_ref().and_then(|others| others.as_ref())
            && let Some(api) = others.check(file, record, &mut |_| {}).api
        {
            *missed.entry(api.clone()).or_default() += 1;
        }
    }

    /// Counts the records so far as those of a file.
    pub(super) fn settle(&mut self, file: &Arc<str>) {
        self.tally.settle(file, &mut self.report);
    }

    /// Adds what it has to the report of all; what would have been claimed, to `missed`.
    pub(super) fn finish(
        self,
        report: &mut Report,
        seen: &mut Seen,
        missed: &mut BTreeMap<Arc<str>, u64>,
    ) {
        for (api, count) in self.missed {
            *missed.entry(api).or_default() += count;
        }
        seen.merge(&self.seen);
        report.merge(self.report);
    }
}
