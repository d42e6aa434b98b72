//! What the checks of many records add up to.
//!
//! Reports add: the report of two captures is the sum of their reports, in whatever order they are
//! added, and so is the report of the parts of one capture. All that is kept is counts, one sample a
//! kind of finding, and counts over time. However many kinds there are, at most [`GROUPS`] are kept:
//! the worst, and of these those with the smallest fingerprints, so that which are kept does not
//! depend on the order in which they came.

mod coverage;
mod document;
mod tally;
mod timeline;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::excerpt::Excerpt;
use crate::finding::{Drawable, Finding, Severity, Verdict};

pub use coverage::{Axis, Details, Listing, Share};
pub use document::Unreadable;
pub use tally::Tally;
pub use timeline::{STEPS, Timeline};

/// How many kinds of finding are kept.
pub const GROUPS: usize = 2_000;

/// How many distinct hosts, paths or feeds that nothing claims are remembered.
const UNCLAIMED: usize = 1_000;

/// The JSON Schema of [`Report::to_json`].
pub const REPORT_SCHEMA: &str = include_str!("schema.json");

/// Counts of records by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Totals {
    pub records: u64,
    pub valid: u64,
    pub drift: u64,
    pub invalid: u64,
    pub unmatched: u64,
}

impl Totals {
    /// One record.
    fn of(verdict: Verdict) -> Self {
        let one = |v| u64::from(v == verdict);
        Totals {
            records: 1,
            valid: one(Verdict::Valid),
            drift: one(Verdict::Drift),
            invalid: one(Verdict::Invalid),
            unmatched: one(Verdict::Unmatched),
        }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.valid += other.valid;
        self.drift += other.drift;
        self.invalid += other.invalid;
        self.unmatched += other.unmatched;
    }
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// Counts of its records.
    pub totals: Totals,
    /// Records that each API claimed.
    pub apis: BTreeMap<Arc<str>, u64>,
    /// What kind of file it is, for people.
    pub layout: Option<Arc<str>>,
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The capture.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: u64,
    /// 0-based index.
    pub record: u64,
    /// When it was captured, if the capture says so.
    pub at: Option<Timestamp>,
}

/// Findings of one kind at one place of the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The first of them.
    pub sample: Finding,
    /// Its payload.
    pub excerpt: Option<Excerpt>,
    /// How many there are.
    pub count: u64,
    /// Where the first is, in the order of the input.
    pub first: Place,
    /// Where the last is.
    pub last: Place,
    /// The earliest moment at which one was captured, where captures tell.
    pub since: Option<Timestamp>,
    /// The latest.
    pub until: Option<Timestamp>,
    /// How many were captured when.
    pub timeline: Timeline<u64>,
    /// Why these findings are put up with, if somebody has said so.
    pub accepted: Option<Arc<str>>,
}

impl Group {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        if other.last.order() > self.last.order() {
            self.last = other.last;
        }
        if other.first.order() < self.first.order() {
            self.first = other.first;
            self.sample = other.sample;
            self.excerpt = other.excerpt;
        }
        self.since = [self.since, other.since].into_iter().flatten().min();
        self.until = self.until.max(other.until);
        self.timeline.merge(other.timeline);
        self.accepted = self.accepted.take().max(other.accepted);
    }
}

impl Place {
    /// Files by name, then by place.
    fn order(&self) -> (&str, u64) {
        (&self.file, self.record)
    }
}

/// What the checks of many records add up to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// By name.
    pub inputs: BTreeMap<Arc<str>, Input>,
    /// Of all records.
    pub totals: Totals,
    /// All findings, those of kinds that are not kept included.
    pub findings: u64,
    /// The worst first, then by fingerprint.
    groups: BTreeMap<(Reverse<Severity>, u64), Group>,
    /// By API, by id: how many records.
    pub coverage: BTreeMap<Arc<str>, BTreeMap<Arc<str>, u64>>,
    /// By API that was met: fields, values of enums and errors.
    pub details: BTreeMap<Arc<str>, Details>,
    /// Hosts, paths and feeds that nothing claims, with how many records.
    pub unclaimed: BTreeMap<String, u64>,
    /// Of the records that have a time.
    pub timeline: Timeline<Totals>,
}

impl Report {
    /// Notes a file, so that one without a record is listed too.
    pub fn input(&mut self, file: &Arc<str>) -> &mut Input {
        self.inputs.entry(file.clone()).or_default()
    }

    /// Notes what can be seen, so that what is not seen can be listed.
    pub fn expect(&mut self, api: &Arc<str>, target: &Arc<str>) {
        self.coverage
            .entry(api.clone())
            .or_default()
            .entry(target.clone())
            .or_default();
    }

    /// Adds a finding.
    pub fn finding(&mut self, found: &Drawable<'_>) {
        let finding = &found.finding;
        self.findings += 1;
        let key = (Reverse(finding.severity), finding.fingerprint);
        let place = || Place {
            file: finding.file.clone(),
            line: finding.line,
            record: finding.record,
            at: finding.at,
        };
        if let Some(group) = self.groups.get_mut(&key) {
            group.count += 1;
            if let Some(at) = finding.at {
                group.since = Some(group.since.map_or(at, |since| since.min(at)));
                group.until = group.until.max(Some(at));
                group.timeline.add(at, 1);
            }
            let order = (&*finding.file, finding.record);
            if order < group.first.order() {
                group.sample = finding.clone();
                group.excerpt = (found.excerpt)();
                group.first = place();
            } else if order > group.last.order() {
                group.last = place();
            }
            return;
        }
        if self.groups.len() >= GROUPS
            && self.groups.last_key_value().is_some_and(|(l, _)| key > *l)
        {
            return;
        }
        let mut timeline = Timeline::default();
        if let Some(at) = finding.at {
            timeline.add(at, 1);
        }
        self.insert(Group {
            sample: finding.clone(),
            excerpt: (found.excerpt)(),
            count: 1,
            first: place(),
            last: place(),
            since: finding.at,
            until: finding.at,
            timeline,
            accepted: None,
        });
    }

    /// Adds another report to this one.
    pub fn merge(&mut self, other: Report) {
        for (file, input) in other.inputs {
            let mine = self.inputs.entry(file).or_default();
            mine.totals += input.totals;
            mine.layout = mine.layout.take().max(input.layout);
            add_counts(&mut mine.apis, input.apis);
        }
        self.totals += other.totals;
        self.findings += other.findings;
        for (key, group) in other.groups {
            match self.groups.get_mut(&key) {
                Some(mine) => mine.add(group),
                None => self.insert(group),
            }
        }
        for (api, targets) in other.coverage {
            add_counts(self.coverage.entry(api).or_default(), targets);
        }
        for (api, details) in other.details {
            self.details.entry(api).or_default().merge(details);
        }
        for (what, count) in other.unclaimed {
            self.unclaimed(&what, count);
        }
        self.timeline.merge(other.timeline);
    }

    fn insert(&mut self, group: Group) {
        let key = (Reverse(group.sample.severity), group.sample.fingerprint);
        self.groups.insert(key, group);
        // One that is dropped would be dropped again whenever it came back: its count is not missed.
        if self.groups.len() > GROUPS {
            self.groups.pop_last();
        }
    }

    /// Notes what an unmatched record is, for people who wonder why.
    fn unclaimed(&mut self, what: &str, times: u64) {
        if let Some(count) = self.unclaimed.get_mut(what) {
            *count += times;
            return;
        }
        self.unclaimed.insert(what.to_owned(), times);
        if self.unclaimed.len() > UNCLAIMED {
            self.unclaimed.pop_last();
        }
    }

    /// Whether any record was claimed by an API.
    pub fn matched(&self) -> bool {
        self.inputs.values().any(|input| !input.apis.is_empty())
    }

    /// The kinds of finding that are kept.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// Findings of kinds that are not kept.
    pub fn dropped(&self) -> u64 {
        self.findings - self.groups().map(|g| g.count).sum::<u64>()
    }

    /// Marks findings of a kind as put up with; whether there are any.
    pub fn accept(&mut self, fingerprint: u64, reason: &str) -> bool {
        let mut known = false;
        for ((_, key), group) in &mut self.groups {
            if *key == fingerprint {
                group.accepted = Some(reason.into());
                known = true;
            }
        }
        known
    }

    /// The worst severity of what is not put up with.
    pub fn worst(&self) -> Option<Severity> {
        let open = self.groups().filter(|g| g.accepted.is_none());
        open.map(|g| g.sample.severity).max()
    }

    /// The groups: errors first, in these the most frequent, then by API, target, pointer and rule.
    pub fn ordered(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups().collect();
        groups.sort_by(|a, b| rank(a).cmp(&rank(b)));
        groups
    }
}

fn add_counts(to: &mut BTreeMap<Arc<str>, u64>, from: BTreeMap<Arc<str>, u64>) {
    for (name, count) in from {
        *to.entry(name).or_default() += count;
    }
}

fn rank(group: &Group) -> impl Ord + use<'_> {
    let f = &group.sample;
    (
        Reverse(f.severity),
        Reverse(group.count),
        f.api.as_deref(),
        f.target.as_deref(),
        f.pointer.as_str(),
        f.rule,
        f.fingerprint,
    )
}
