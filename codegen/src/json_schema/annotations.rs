//! Members that begin with `x-venue-`: what the spec knows and no keyword of the format says.
//!
//! They are the same in every exported format, so that a reader of one can read the others.

use venue_schema::ir::{Api, Erratum, Evidence, Field, Provenance, Sensitivity, Unknown};

use super::document::{Members, Tree};

/// Every such member that schemas have. A validator that refuses keywords it does not know (ajv in
/// strict mode) must be told them.
pub const NAMES: [&str; 12] = [
    "x-venue-as-of",
    "x-venue-batch",
    "x-venue-errata",
    "x-venue-evidence",
    "x-venue-maximum",
    "x-venue-minimum",
    "x-venue-scale",
    "x-venue-sensitivity",
    "x-venue-source",
    "x-venue-unit",
    "x-venue-unknowns",
    "x-venue-values",
];

/// Values of `format` that are not JSON Schema's own. They refuse nothing: they tell a generator
/// which type keeps every digit.
pub const FORMATS: [&str; 9] = [
    "decimal", "int16", "int32", "int64", "int8", "uint16", "uint32", "uint64", "uint8",
];

/// What errata and unknowns are asked for. Ids are full, as in a `Meta`.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// A thing as such: what is about one of its fields is left to the field.
    Itself(&'a str),
    /// A thing and all its fields, for things whose fields stand elsewhere.
    Whole(&'a str),
    /// One field of a thing, by our name for it.
    Field(&'a str, &'a str),
}

impl About<'_> {
    fn covers(&self, api: &Api, about: &str) -> bool {
        let (id, field) = match about.split_once('#') {
            Some((id, field)) => (id, Some(field)),
            None => (about, None),
        };
        let is = |full: &str| {
            full.strip_prefix(api.id.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                == Some(id)
        };
        match self {
            About::Itself(full) => field.is_none() && is(full),
            About::Whole(full) => is(full),
            About::Field(full, name) => field == Some(*name) && is(full),
        }
    }
}

/// `x-venue-source`, `x-venue-as-of`, `x-venue-evidence`.
pub fn provenance(provenance: &Provenance) -> Members {
    let mut out = Members::new();
    out.set_text("x-venue-source", &provenance.source);
    out.set_text(
        "x-venue-as-of",
        provenance.as_of.as_deref().unwrap_or_default(),
    );
    out.set("x-venue-evidence", evidence(provenance.evidence));
    out
}

/// The evidence in one word.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented",
        Evidence::Observed => "observed",
        Evidence::Inferred => "inferred",
    }
}

/// `x-venue-errata`, each with `id`, `about`, `claims` (`says`, `source`) and `reading`, and
/// `x-venue-unknowns`, each with `about` and `unknown`; nothing where there are none.
pub fn remarks(api: &Api, about: About<'_>) -> Members {
    let mut out = Members::new();
    let errata = api.errata.iter().filter(|e| about.covers(api, &e.about));
    let errata: Vec<Tree> = errata.map(erratum).collect();
    if !errata.is_empty() {
        out.set("x-venue-errata", errata);
    }
    let unknowns = api.unknowns.iter().filter(|u| about.covers(api, &u.about));
    let unknowns: Vec<Tree> = unknowns.map(unknown).collect();
    if !unknowns.is_empty() {
        out.set("x-venue-unknowns", unknowns);
    }
    out
}

fn erratum(erratum: &Erratum) -> Tree {
    let claims = erratum.claims.iter().map(|(says, source)| {
        let mut claim = Members::new().with("says", says.as_str());
        claim.set_text("source", source);
        claim.into()
    });
    Members::new()
        .with("id", erratum.name.as_str())
        .with("about", erratum.about.as_str())
        .with("claims", claims.collect::<Vec<Tree>>())
        .with("reading", erratum.reading.as_str())
        .into()
}

fn unknown(unknown: &Unknown) -> Tree {
    Members::new()
        .with("about", unknown.about.as_str())
        .with("unknown", unknown.doc.as_str())
        .into()
}

/// `x-venue-sensitivity`: `secret` or `personal`.
pub fn sensitivity(sensitivity: Option<Sensitivity>) -> Members {
    let mut out = Members::new();
    match sensitivity {
        None => {}
        Some(Sensitivity::Secret) => out.set("x-venue-sensitivity", "secret"),
        Some(Sensitivity::Personal) => out.set("x-venue-sensitivity", "personal"),
    }
    out
}

/// What a field is beside its type: unit, batch, sensitivity, and its provenance where that is not
/// `inherited`.
pub fn field(field: &Field, inherited: &Provenance) -> Members {
    let mut out = Members::new();
    if let Some(unit) = &field.unit {
        out.set("x-venue-unit", unit.as_str());
    }
    if field.batch {
        out.set("x-venue-batch", true);
    }
    out.extend(sensitivity(field.sensitivity));
    if field.provenance != *inherited {
        out.extend(provenance(&field.provenance));
    }
    out
}
