//! Payloads for validators that we did not write: examples, made ones and mutants of both, each
//! with the verdict that our judges come to.
//!
//! `tests/interop/` hands the corpus to tools of other languages as lines of JSON; a payload stands
//! in its line as text, so that no reader on the way touches its digits.

use serde_json::{Value, json};
use venue_schema::ir::{Api, Target};
use venue_wire::Verdict;
use venue_wire::check::rule;

use crate::generate::{Choices, Generator, Manner};
use crate::judge::{Bench, Court};
use crate::ledger::{Eyes, predict};
use crate::mutate::mutate;
use crate::raw::Raw;

/// Mutants of each target.
const MUTANTS: usize = 6;
/// Seeds tried for a made payload and for each mutant.
const TRIES: u64 = 8;

/// A payload, what it is held against, and what is to be said of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Id of the target, without the API's.
    pub target: String,
    /// Its name in the `$defs` of a bundle, but for punctuation.
    pub definition: String,
    /// `example`, `made` or `mutant`.
    pub origin: &'static str,
    /// What was done to a mutant.
    pub deeds: Vec<&'static str>,
    /// The payload.
    pub payload: String,
    /// What our judges say of it.
    pub verdict: Verdict,
    /// What the exported schemas say behind the eyes of each language, and the known difference
    /// if that is another verdict.
    pub seen: Vec<(Eyes, Verdict, Option<&'static str>)>,
}

impl Entry {
    /// One line of a corpus: `verdict` is what our judges say, `seen` what the schemas say of the
    /// few payloads of which they say something else.
    pub fn line(&self, api: &Api) -> Value {
        let different = self.seen.iter().filter_map(|(eyes, verdict, difference)| {
            let difference = (*difference)?;
            Some((
                eyes.name().to_owned(),
                json!([verdict.to_string(), difference]),
            ))
        });
        json!({
            "api": api.id,
            "target": self.target,
            "definition": self.definition,
            "file": format!("{}.{}.json", api.id, self.target.replace('/', ".")),
            "origin": self.origin,
            "deeds": self.deeds,
            "verdict": self.verdict.to_string(),
            "seen": different.collect::<serde_json::Map<_, _>>(),
            "payload": self.payload,
        })
    }
}

/// The corpus of an API, target by target; the same in every run.
pub fn corpus(api: &Api) -> Vec<Entry> {
    let court = Court::of(api);
    let targets = court.targets().into_iter();
    targets
        .flat_map(|target| of_target(api, &court.bench(target)))
        .collect()
}

fn of_target(api: &Api, bench: &Bench<'_>) -> Vec<Entry> {
    let examples = api.examples.iter();
    let mut bases: Vec<(&'static str, Raw)> = examples
        .filter(|example| example.of == bench.target)
        .filter_map(|example| Some(("example", Raw::parse(&example.payload)?)))
        .collect();
    let name = format!("{}.{}", api.id, bench.id);
    if let Some(value) = (0..TRIES).find_map(|seed| make(api, bench.target, &name, seed)) {
        bases.push(("made", value));
    }
    let mut out: Vec<Entry> = Vec::new();
    for (origin, base) in &bases {
        out.extend(entry(bench, origin, Vec::new(), base.to_string()));
    }
    let definition = match bench.target {
        Target::Type(id) => &api.types[id].name,
        _ => &bench.id,
    };
    for wanted in 0..MUTANTS {
        let Some((_, base)) = bases.get(wanted % bases.len().max(1)) else {
            break;
        };
        let mutant = (0..TRIES).find_map(|seed| {
            let bytes = noise(&format!("{name} mutant {wanted}"), seed, 24);
            let mutant = mutate(base, &mut Choices::new(&bytes));
            let payload = String::from_utf8(mutant.bytes).ok()?;
            let known = payload == base.to_string() || out.iter().any(|e| e.payload == payload);
            (!known)
                .then(|| entry(bench, "mutant", mutant.deeds, payload))
                .flatten()
        });
        out.extend(mutant);
    }
    for entry in &mut out {
        entry.definition.clone_from(definition);
    }
    out
}

fn make(api: &Api, target: Target, name: &str, seed: u64) -> Option<Raw> {
    Generator::new(api, &noise(name, seed, 400), Manner::Edges).target(target)
}

/// None for what is no JSON, or too large a number, to one of the readers.
fn entry(
    bench: &Bench<'_>,
    origin: &'static str,
    deeds: Vec<&'static str>,
    payload: String,
) -> Option<Entry> {
    serde_json::from_str::<Value>(&payload).ok()?;
    let raw = Raw::parse(&payload)?;
    let findings = bench.findings(payload.as_bytes());
    if findings
        .iter()
        .any(|finding| finding.rule == rule::NOT_JSON)
    {
        return None;
    }
    let seen = Eyes::ALL.map(|eyes| {
        let (verdict, difference) = predict(bench, &raw, eyes);
        (eyes, verdict, difference)
    });
    Some(Entry {
        target: bench.id.clone(),
        definition: String::new(),
        origin,
        deeds,
        verdict: bench.checker(payload.as_bytes()),
        payload,
        seen: seen.into(),
    })
}

/// Bytes that look random and are the same for the same name and seed (splitmix64).
fn noise(name: &str, seed: u64, count: usize) -> Vec<u8> {
    let mut state = name
        .bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as u8
    };
    (0..count).map(|_| next()).collect()
}
