//! What the checks of many records add up to.
//!
//! Reports add: the report of two captures is the sum of their reports, in whatever order they are
//! added. All that is kept is counts and one sample a kind of finding.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::excerpt::Excerpt;
use crate::finding::{Drawable, Finding, Severity, SpecPlace, Verdict, hexadecimal};

/// How many distinct hosts, paths or feeds that nothing claims are remembered.
const UNCLAIMED: usize = 50;

/// The JSON Schema of [`Report::to_json`].
pub const REPORT_SCHEMA: &str = include_str!("report.schema.json");

/// Counts of records by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Totals {
    pub records: u64,
    pub valid: u64,
    pub drift: u64,
    pub invalid: u64,
    pub unmatched: u64,
}

impl Totals {
    fn count(&mut self, verdict: Verdict) {
        self.records += 1;
        match verdict {
            Verdict::Valid => self.valid += 1,
            Verdict::Drift => self.drift += 1,
            Verdict::Invalid => self.invalid += 1,
            Verdict::Unmatched => self.unmatched += 1,
        }
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
    pub layout: Option<&'static str>,
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The capture.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: u64,
    /// 0-based index.
    pub record: u64,
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
    /// Where the first is.
    pub first: Place,
    /// Where the last is.
    pub last: Place,
}

/// What the checks of many records add up to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// By name.
    pub inputs: BTreeMap<Arc<str>, Input>,
    /// Of all records.
    pub totals: Totals,
    /// By fingerprint.
    pub groups: BTreeMap<u64, Group>,
    /// By API, by id: how many records.
    pub coverage: BTreeMap<Arc<str>, BTreeMap<Arc<str>, u64>>,
    /// Hosts, paths and feeds that nothing claims, with how many records.
    pub unclaimed: BTreeMap<String, u64>,
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

    /// Counts a record.
    pub fn record(
        &mut self,
        file: &Arc<str>,
        verdict: Verdict,
        api: Option<&Arc<str>>,
        target: Option<&Arc<str>>,
    ) {
        self.totals.count(verdict);
        // Looked up before it is made: this runs once a record.
        if !self.inputs.contains_key(file) {
            self.inputs.insert(file.clone(), Input::default());
        }
        let Some(input) = self.inputs.get_mut(file) else {
            return;
        };
        input.totals.count(verdict);
        let Some(api) = api else { return };
        match input.apis.get_mut(api) {
            Some(count) => *count += 1,
            None => {
                input.apis.insert(api.clone(), 1);
            }
        }
        let Some((target, seen)) = target.zip(self.coverage.get_mut(api)) else {
            return;
        };
        match seen.get_mut(target) {
            Some(count) => *count += 1,
            None => {
                seen.insert(target.clone(), 1);
            }
        }
    }

    /// Adds a finding.
    pub fn finding(&mut self, found: &Drawable<'_>) {
        let finding = &found.finding;
        let place = Place {
            file: finding.file.clone(),
            line: finding.line,
            record: finding.record,
        };
        match self.groups.get_mut(&finding.fingerprint) {
            None => {
                let group = Group {
                    sample: finding.clone(),
                    excerpt: (found.excerpt)(),
                    count: 1,
                    first: place.clone(),
                    last: place,
                };
                self.groups.insert(finding.fingerprint, group);
            }
            Some(group) => {
                group.count += 1;
                if order(&place) < order(&group.first) {
                    group.sample = finding.clone();
                    group.excerpt = (found.excerpt)();
                    group.first = place;
                } else if order(&place) > order(&group.last) {
                    group.last = place;
                }
            }
        }
    }

    /// Notes what an unmatched record is, for people who wonder why.
    pub fn unclaimed(&mut self, what: &str) {
        if let Some(count) = self.unclaimed.get_mut(what) {
            *count += 1;
        } else if self.unclaimed.len() < UNCLAIMED {
            self.unclaimed.insert(what.to_owned(), 1);
        }
    }

    /// Whether any record was claimed by an API.
    pub fn matched(&self) -> bool {
        self.inputs.values().any(|input| !input.apis.is_empty())
    }

    /// The worst severity, if there is a finding.
    pub fn worst(&self) -> Option<Severity> {
        self.groups.values().map(|g| g.sample.severity).max()
    }

    /// The groups: errors first, then by API, target, pointer and rule.
    pub fn ordered(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.values().collect();
        groups.sort_by(|a, b| key(&a.sample).cmp(&key(&b.sample)));
        groups
    }

    /// As a JSON document, at most `limit` groups of findings.
    pub fn to_json(&self, limit: usize) -> String {
        let document = Document {
            version: 1,
            inputs: self
                .inputs
                .iter()
                .map(|(file, i)| InputOut {
                    file,
                    totals: i.totals,
                })
                .collect(),
            totals: self.totals,
            findings: self
                .ordered()
                .into_iter()
                .take(limit)
                .map(GroupOut::of)
                .collect(),
            coverage: self
                .coverage
                .iter()
                .map(|(api, seen)| (&**api, Coverage::of(seen)))
                .collect(),
        };
        crate::json::pretty(&document)
    }
}

/// Files by name, then by place.
fn order(place: &Place) -> (&str, u64) {
    (&place.file, place.record)
}

fn key(
    f: &Finding,
) -> (
    std::cmp::Reverse<Severity>,
    Option<&str>,
    Option<&str>,
    &str,
    &str,
    u64,
) {
    (
        std::cmp::Reverse(f.severity),
        f.api.as_deref(),
        f.target.as_deref(),
        &f.pointer,
        f.rule,
        f.fingerprint,
    )
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    inputs: Vec<InputOut<'a>>,
    totals: Totals,
    findings: Vec<GroupOut<'a>>,
    coverage: BTreeMap<&'a str, Coverage<'a>>,
}

#[derive(Serialize)]
struct InputOut<'a> {
    file: &'a str,
    #[serde(flatten)]
    totals: Totals,
}

#[derive(Serialize)]
struct GroupOut<'a> {
    #[serde(serialize_with = "hexadecimal")]
    fingerprint: u64,
    verdict: Verdict,
    rule: &'a str,
    severity: Severity,
    api: Option<&'a str>,
    target: Option<&'a str>,
    pointer: &'a str,
    message: &'a str,
    expected: &'a str,
    found: &'a str,
    spec: Option<&'a SpecPlace>,
    count: u64,
    first: &'a Place,
    last: &'a Place,
}

impl<'a> GroupOut<'a> {
    fn of(group: &'a Group) -> Self {
        let f = &group.sample;
        GroupOut {
            fingerprint: f.fingerprint,
            verdict: f.verdict,
            rule: f.rule,
            severity: f.severity,
            api: f.api.as_deref(),
            target: f.target.as_deref(),
            pointer: &f.pointer,
            message: &f.message,
            expected: &f.expected,
            found: &f.found,
            spec: f.spec.as_ref(),
            count: group.count,
            first: &group.first,
            last: &group.last,
        }
    }
}

#[derive(Serialize)]
struct Coverage<'a> {
    /// Records by id.
    seen: BTreeMap<&'a str, u64>,
    not_seen: Vec<&'a str>,
}

impl<'a> Coverage<'a> {
    fn of(targets: &'a BTreeMap<Arc<str>, u64>) -> Self {
        Coverage {
            seen: targets
                .iter()
                .filter(|(_, n)| **n > 0)
                .map(|(id, n)| (&**id, *n))
                .collect(),
            not_seen: targets
                .iter()
                .filter(|(_, n)| **n == 0)
                .map(|(id, _)| &**id)
                .collect(),
        }
    }
}
