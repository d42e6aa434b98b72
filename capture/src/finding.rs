//! What a check says of one place in one record.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::excerpt::Excerpt;

/// What a record is, held against the specs. The worst of its findings.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As described.
    #[default]
    Valid,
    /// It decodes, and holds something that no spec describes.
    Drift,
    /// It contradicts the spec.
    Invalid,
    /// No operation, feed or command claims it, or it cannot be read.
    Unmatched,
}

impl Verdict {
    /// How bad it is; none for what is valid.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Verdict::Valid => None,
            Verdict::Drift | Verdict::Unmatched => Some(Severity::Warning),
            Verdict::Invalid => Some(Severity::Error),
        }
    }
}

impl From<venue_wire::Verdict> for Verdict {
    fn from(verdict: venue_wire::Verdict) -> Self {
        match verdict {
            venue_wire::Verdict::Valid => Verdict::Valid,
            venue_wire::Verdict::Drift => Verdict::Drift,
            venue_wire::Verdict::Invalid => Verdict::Invalid,
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something that the spec does not describe.
    Warning,
    /// Something that the spec contradicts.
    Error,
}

impl Severity {
    /// `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in a spec and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecPlace {
    /// `sfox/market-data.toml`
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// Address or name of the source.
    pub source: String,
    /// `documented`, `observed` or `inferred`.
    pub evidence: &'static str,
    /// The line itself, for people.
    #[serde(skip)]
    pub text: String,
    /// Date of the source, for people.
    #[serde(skip)]
    pub as_of: Option<String>,
}

/// One departure of one record from a spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The capture, as the caller named it.
    pub file: Arc<str>,
    /// 1-based line of the decompressed file.
    pub line: u64,
    /// 0-based index of the record in the file.
    pub record: u64,
    /// What this finding makes of the record.
    pub verdict: Verdict,
    /// Stable id of the rule.
    pub rule: &'static str,
    /// Severity of the verdict.
    pub severity: Severity,
    /// Id of the API; none where no API claims the record.
    pub api: Option<Arc<str>>,
    /// Id of the operation, message, command or type; none where none claims it.
    pub target: Option<Arc<str>>,
    /// RFC 6901 pointer into the message or body. Parameters stand under `/path`, `/query`
    /// and `/header`.
    pub pointer: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What the spec asks for.
    pub expected: String,
    /// What the record holds, short and masked.
    pub found: String,
    /// The same for findings of the same kind at the same place of the spec, from run to run.
    #[serde(serialize_with = "hexadecimal")]
    pub fingerprint: u64,
    /// Where the spec says so.
    pub spec: Option<SpecPlace>,
    /// When the record was captured, if the capture says so.
    #[serde(skip)]
    pub at: Option<Timestamp>,
    /// Which part of an exchange it is in, for people: `response 200`.
    #[serde(skip)]
    pub part: String,
    /// Name of the member or element that is missing, for people.
    #[serde(skip)]
    pub missing: String,
    /// What the target is, for people: method and path, or the first sentence of its doc.
    #[serde(skip)]
    pub about: String,
}

/// Sixteen digits.
pub(crate) fn hexadecimal<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:016x}"))
}

/// A finding on its way to a report. The excerpt is drawn only where it is wanted: once a kind of
/// finding, not once a finding.
pub struct Drawable<'a> {
    /// The finding.
    pub finding: Finding,
    /// Draws the payload around it; none where there is no payload to show.
    pub excerpt: &'a dyn Fn() -> Option<Excerpt>,
}

/// FNV-1a over 64 bits: short, the same everywhere, and not meant to resist anybody.
pub(crate) fn fingerprint(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_do_not_change_between_releases() {
        assert_eq!(format!("{:016x}", fingerprint(&[])), "cbf29ce484222325");
        assert_eq!(
            format!("{:016x}", fingerprint(&["wrong-kind", "sfox"])),
            "0581246a91764101"
        );
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
