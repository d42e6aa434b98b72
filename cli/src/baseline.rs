//! The baseline: findings that somebody puts up with, by fingerprint, each with a reason and perhaps a
//! last day.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use venue_capture::report::{Group, Report};

use crate::failure::Failure;

const HEAD: &str = "\
# Findings that `venue check --baseline` puts up with. `reason` is for your colleagues; with `expires`, a
# finding counts again after that day. `--update-baseline` writes this file anew and keeps both.
";

/// A baseline file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Baseline {
    #[serde(default, rename = "finding")]
    findings: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Sixteen hexadecimal digits, as reports show them.
    fingerprint: String,
    /// Why it is put up with.
    #[serde(default)]
    reason: String,
    /// The last day on which it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Date>,
    /// For readers; only the fingerprint counts.
    #[serde(default)]
    rule: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    message: String,
}

/// Reads a baseline; one that is not there is empty if it is to be written.
pub(crate) fn read(path: &Path, may_be_missing: bool) -> Result<Baseline, Failure> {
    let text = match std::fs::read_to_string(path) {
        Err(e) if may_be_missing && e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(Failure::file(path, &e)),
        Ok(text) => text,
    };
    let fail = |what: String| {
        let shown = path.to_string_lossy();
        Failure::new(format!("{}: {what}", venue_capture::visible(&shown)))
    };
    let baseline: Baseline = toml::from_str(&text).map_err(|e| fail(e.to_string()))?;
    match baseline.findings.iter().find(|e| e.key().is_none()) {
        None => Ok(baseline),
        Some(entry) => Err(fail(format!(
            "`{}` is no fingerprint: it has sixteen hexadecimal digits",
            venue_capture::visible(&entry.fingerprint)
        ))),
    }
}

impl Entry {
    fn key(&self) -> Option<u64> {
        (self.fingerprint.len() == 16)
            .then(|| u64::from_str_radix(&self.fingerprint, 16).ok())
            .flatten()
    }

    fn of(group: &Group) -> Self {
        Entry {
            fingerprint: format!("{:016x}", group.sample.fingerprint),
            reason: String::new(),
            expires: None,
            rule: group.sample.rule.to_owned(),
            target: group
                .sample
                .target
                .as_deref()
                .unwrap_or_default()
                .to_owned(),
            message: venue_capture::visible(&group.sample.message).into_owned(),
        }
    }
}

impl Baseline {
    /// What a report holds, with the reasons and days that this baseline has for it.
    pub(crate) fn updated(self, report: &Report) -> Self {
        let mut known: BTreeMap<String, Entry> = self
            .findings
            .into_iter()
            .map(|entry| (entry.fingerprint.clone(), entry))
            .collect();
        let entry = |group: &&Group| {
            let new = Entry::of(group);
            match known.remove(&new.fingerprint) {
                Some(old) => Entry {
                    reason: old.reason,
                    expires: old.expires,
                    ..new
                },
                None => new,
            }
        };
        Baseline {
            findings: report.ordered().iter().map(entry).collect(),
        }
    }

    /// Marks what the report holds as put up with; says what ran out, what is there no more, and what
    /// has no reason.
    pub(crate) fn accept(&self, report: &mut Report, today: Date) -> Vec<String> {
        let mut notes = Vec::new();
        let mut silent = 0;
        for entry in &self.findings {
            let Some(key) = entry.key() else { continue };
            let name = format!(
                "{} ({})",
                entry.fingerprint,
                venue_capture::visible(&entry.message)
            );
            if let Some(day) = entry.expires.filter(|day| *day < today) {
                notes.push(format!(
                    "the baseline's {name} ran out after {day}: it counts again"
                ));
            } else if !report.accept(key, &entry.reason) {
                notes.push(format!(
                    "the baseline's {name} was not found: take it out, or use --update-baseline"
                ));
            } else if entry.reason.trim().is_empty() {
                silent += 1;
            }
        }
        if silent > 0 {
            let what = if silent == 1 { "entry" } else { "entries" };
            notes.push(format!("{silent} {what} of the baseline without a reason"));
        }
        notes
    }

    /// The file's text.
    pub(crate) fn to_text(&self) -> String {
        // A list of tables of text: nothing in it that TOML cannot say.
        format!("{HEAD}\n{}", toml::to_string(self).unwrap_or_default())
    }
}
