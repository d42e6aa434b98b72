//! The JSON form of a report, which can be read again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Details, Group, Input, Listing, Place, Report, Timeline, Totals};
use crate::excerpt::Excerpt;
use crate::finding::{Finding, Severity, SpecPlace, Verdict, hexadecimal};

/// The one version there is.
const VERSION: u32 = 1;

impl Report {
    /// As a JSON document, at most `limit` groups of findings.
    pub fn to_json(&self, limit: usize) -> String {
        crate::json::pretty(&Document::of(self, limit))
    }

    /// Reads what [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// The text is no such document, or one of a version or with a rule that is not known here.
    pub fn from_json(text: &[u8]) -> Result<Self, Unreadable> {
        let fail = |what: String| Err(Unreadable(what));
        let document: Document = match serde_json::from_slice(text) {
            Ok(document) => document,
            Err(e) => return fail(e.to_string()),
        };
        if document.version != VERSION {
            return fail(format!(
                "it has version {}; version {VERSION} is read",
                document.version
            ));
        }
        document.report().map_err(Unreadable)
    }
}

/// Why a text is no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a report of `venue check --format json`: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    inputs: Vec<InputDoc>,
    totals: Totals,
    findings: Vec<GroupDoc>,
    /// Findings of kinds that are not listed.
    unlisted: u64,
    coverage: BTreeMap<Arc<str>, CoverageDoc>,
    unclaimed: BTreeMap<String, u64>,
    timeline: Timeline<Totals>,
}

#[derive(Serialize, Deserialize)]
struct InputDoc {
    file: Arc<str>,
    #[serde(flatten)]
    totals: Totals,
    layout: Option<Arc<str>>,
    apis: BTreeMap<Arc<str>, u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageDoc {
    /// Records by id.
    seen: BTreeMap<Arc<str>, u64>,
    not_seen: Vec<Arc<str>>,
    /// By type.
    #[serde(default)]
    fields: BTreeMap<Arc<str>, ListingDoc>,
    /// By enum.
    #[serde(default)]
    values: BTreeMap<Arc<str>, ListingDoc>,
    #[serde(default)]
    errors: ListingDoc,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListingDoc {
    seen: Vec<Arc<str>>,
    not_seen: Vec<Arc<str>>,
    /// Findings by name.
    undocumented: BTreeMap<Arc<str>, u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupDoc {
    #[serde(serialize_with = "hexadecimal", deserialize_with = "from_hexadecimal")]
    fingerprint: u64,
    verdict: Verdict,
    rule: String,
    severity: Severity,
    api: Option<Arc<str>>,
    target: Option<Arc<str>>,
    /// The target for people.
    about: String,
    /// Part of an exchange.
    part: String,
    pointer: String,
    message: String,
    expected: String,
    found: String,
    missing: String,
    spec: Option<SpecDoc>,
    count: u64,
    first: Place,
    last: Place,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    timeline: Timeline<u64>,
    excerpt: Option<Excerpt>,
    accepted: Option<Arc<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecDoc {
    file: String,
    line: u32,
    source: String,
    evidence: String,
    text: String,
    as_of: Option<String>,
}

impl Document {
    fn of(report: &Report, limit: usize) -> Self {
        let groups = report.ordered();
        let listed = groups.into_iter().take(limit);
        let findings: Vec<GroupDoc> = listed.map(GroupDoc::of).collect();
        Document {
            version: VERSION,
            inputs: report.inputs.iter().map(InputDoc::of).collect(),
            totals: report.totals,
            unlisted: report.findings - findings.iter().map(|g| g.count).sum::<u64>(),
            findings,
            coverage: report
                .coverage
                .iter()
                .map(|(api, targets)| {
                    let details = report.details.get(api);
                    (api.clone(), CoverageDoc::of(targets, details))
                })
                .collect(),
            unclaimed: report.unclaimed.clone(),
            timeline: report.timeline.clone(),
        }
    }

    fn report(self) -> Result<Report, String> {
        let mut report = Report {
            totals: self.totals,
            findings: self.unlisted,
            unclaimed: self.unclaimed,
            timeline: self.timeline,
            ..Report::default()
        };
        for input in self.inputs {
            let InputDoc {
                file,
                totals,
                layout,
                apis,
            } = input;
            let input = Input {
                totals,
                apis,
                layout,
            };
            report.inputs.insert(file, input);
        }
        for (api, coverage) in self.coverage {
            let details = Details {
                fields: listings(coverage.fields),
                values: listings(coverage.values),
                errors: coverage.errors.listing(),
            };
            if details != Details::default() {
                report.details.insert(api.clone(), details);
            }
            let not_seen = coverage.not_seen.into_iter().map(|id| (id, 0));
            let targets = coverage.seen.into_iter().chain(not_seen).collect();
            report.coverage.insert(api, targets);
        }
        for group in self.findings {
            let group = group.group()?;
            report.findings += group.count;
            report.insert(group);
        }
        Ok(report)
    }
}

impl InputDoc {
    fn of((file, input): (&Arc<str>, &Input)) -> Self {
        InputDoc {
            file: file.clone(),
            totals: input.totals,
            layout: input.layout.clone(),
            apis: input.apis.clone(),
        }
    }
}

impl CoverageDoc {
    fn of(targets: &BTreeMap<Arc<str>, u64>, details: Option<&Details>) -> Self {
        let docs = |of: &BTreeMap<Arc<str>, Listing>| {
            let each = of.iter();
            each.map(|(owner, listing)| (owner.clone(), ListingDoc::of(listing)))
                .collect()
        };
        let (seen, not_seen): (Vec<_>, Vec<_>) = targets.iter().partition(|(_, n)| **n > 0);
        CoverageDoc {
            seen: seen.into_iter().map(|(id, n)| (id.clone(), *n)).collect(),
            not_seen: not_seen.into_iter().map(|(id, _)| id.clone()).collect(),
            fields: details.map(|of| docs(&of.fields)).unwrap_or_default(),
            values: details.map(|of| docs(&of.values)).unwrap_or_default(),
            errors: details
                .map(|of| ListingDoc::of(&of.errors))
                .unwrap_or_default(),
        }
    }
}

fn listings(docs: BTreeMap<Arc<str>, ListingDoc>) -> BTreeMap<Arc<str>, Listing> {
    let docs = docs.into_iter();
    docs.map(|(owner, doc)| (owner, doc.listing())).collect()
}

impl ListingDoc {
    fn of(listing: &Listing) -> Self {
        let (seen, not_seen): (Vec<_>, Vec<_>) =
            listing.documented.iter().partition(|(_, shown)| **shown);
        ListingDoc {
            seen: seen.into_iter().map(|(name, _)| name.clone()).collect(),
            not_seen: not_seen.into_iter().map(|(name, _)| name.clone()).collect(),
            undocumented: listing.undocumented.clone(),
        }
    }

    fn listing(self) -> Listing {
        let seen = self.seen.into_iter().map(|name| (name, true));
        let not_seen = self.not_seen.into_iter().map(|name| (name, false));
        Listing {
            documented: seen.chain(not_seen).collect(),
            undocumented: self.undocumented,
        }
    }
}

impl GroupDoc {
    fn of(group: &Group) -> Self {
        let f = group.sample.clone();
        GroupDoc {
            fingerprint: f.fingerprint,
            verdict: f.verdict,
            rule: f.rule.to_owned(),
            severity: f.severity,
            api: f.api,
            target: f.target,
            about: f.about,
            part: f.part,
            pointer: f.pointer,
            message: f.message,
            expected: f.expected,
            found: f.found,
            missing: f.missing,
            spec: f.spec.map(SpecDoc::of),
            count: group.count,
            first: group.first.clone(),
            last: group.last.clone(),
            since: group.since,
            until: group.until,
            timeline: group.timeline.clone(),
            excerpt: group.excerpt.clone(),
            accepted: group.accepted.clone(),
        }
    }

    fn group(self) -> Result<Group, String> {
        let rule = crate::rules::rule(&self.rule)
            .ok_or_else(|| format!("there is no rule `{}`", crate::visible(&self.rule)))?;
        let sample = Finding {
            file: self.first.file.clone(),
            line: self.first.line,
            record: self.first.record,
            at: self.first.at,
            verdict: self.verdict,
            rule: rule.id,
            severity: self.severity,
            api: self.api,
            target: self.target,
            pointer: self.pointer,
            message: self.message,
            expected: self.expected,
            found: self.found,
            fingerprint: self.fingerprint,
            spec: self.spec.map(SpecDoc::place).transpose()?,
            part: self.part,
            missing: self.missing,
            about: self.about,
        };
        Ok(Group {
            sample,
            excerpt: self.excerpt,
            count: self.count,
            first: self.first,
            last: self.last,
            since: self.since,
            until: self.until,
            timeline: self.timeline,
            accepted: self.accepted,
        })
    }
}

impl SpecDoc {
    fn of(place: SpecPlace) -> Self {
        SpecDoc {
            file: place.file,
            line: place.line,
            source: place.source,
            evidence: place.evidence.to_owned(),
            text: place.text,
            as_of: place.as_of,
        }
    }

    fn place(self) -> Result<SpecPlace, String> {
        use venue_schema::ir::Evidence;
        let all = [Evidence::Documented, Evidence::Observed, Evidence::Inferred];
        let known = all.into_iter().map(crate::evidence);
        let evidence = known
            .into_iter()
            .find(|name| *name == self.evidence)
            .ok_or_else(|| format!("there is no evidence `{}`", crate::visible(&self.evidence)))?;
        Ok(SpecPlace {
            file: self.file,
            line: self.line,
            source: self.source,
            evidence,
            text: self.text,
            as_of: self.as_of,
        })
    }
}

fn from_hexadecimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    u64::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
}
