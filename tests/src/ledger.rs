//! Where the exported schemas may differ from the other judges, and why: `known-differences.toml`.
//!
//! A validator does not see the text but what its JSON reader makes of it, and a schema cannot say
//! everything. Both are exact here: a difference counts as known only if the checker, shown what
//! the validator saw and without what a schema cannot say, comes to the validator's verdict.
//! [`predict`] says beforehand what a validator behind the [`Eyes`] of another language must say.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use venue_wire::Verdict;
use venue_wire::check::{Finding, rule};

use crate::judge::{Bench, worst};
use crate::raw::{Raw, quoted, unquoted};

/// One known difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Kebab-case.
    pub id: String,
    /// Why it is there, and why it stays.
    pub reason: String,
    /// What the field needs beside itself.
    #[serde(default)]
    pub types: String,
    /// A field, as a spec writes it, that shows it.
    pub field: String,
    /// The value of the field that shows it.
    pub value: String,
    /// What the schemas say of it.
    pub says: String,
    /// What the others say.
    pub others: String,
}

#[derive(Deserialize)]
struct Ledger {
    difference: Vec<Difference>,
}

/// The known differences.
///
/// # Panics
/// If the file is not as it should be.
pub fn known_differences() -> Vec<Difference> {
    let path = crate::specs::folder("known-differences.toml");
    let text = std::fs::read_to_string(path).expect("the ledger");
    toml::from_str::<Ledger>(&text)
        .expect("a ledger")
        .difference
}

/// The difference that explains why the schemas' verdict is another than the checker's; none if
/// nothing known does.
pub fn explain(bench: &Bench<'_>, json: &[u8], schema: Verdict) -> Option<&'static str> {
    let text = std::str::from_utf8(json).ok()?;
    let raw = Raw::parse(text)?;
    let Ok(value) = serde_json::from_slice::<Value>(json) else {
        let depth = bench
            .findings(json)
            .iter()
            .any(|finding| finding.rule == rule::NOT_JSON);
        return (!depth && schema == Verdict::Invalid).then_some("unreadable-numbers");
    };
    let seen = as_seen(&value);
    let (verdict, difference) = held(bench, &raw, &seen);
    (verdict == schema).then_some(difference)
}

/// How a validator reads and compares numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Eyes {
    /// serde_json and the `jsonschema` crate: integers of 64 bits, other numbers as doubles.
    Rust,
    /// Python's `json`: integers of any size, other numbers as doubles.
    Python,
    /// `JSON.parse`, and the `boon` crate where it compares: every number is a double, those of the
    /// schema too.
    Doubles,
}

impl Eyes {
    /// Each.
    pub const ALL: [Eyes; 3] = [Eyes::Rust, Eyes::Python, Eyes::Doubles];

    /// As a word: `rust`, `python`, `doubles`.
    pub fn name(self) -> &'static str {
        match self {
            Eyes::Rust => "rust",
            Eyes::Python => "python",
            Eyes::Doubles => "doubles",
        }
    }

    fn number(self, token: &str) -> String {
        let is_integer = !token.contains(['.', 'e', 'E']);
        let fits = token.parse::<u64>().is_ok() || token.parse::<i64>().is_ok();
        let kept = match self {
            Eyes::Rust => is_integer && fits,
            // Digits beyond ours are no matter of a schema.
            Eyes::Python => is_integer && token.len() <= 38,
            Eyes::Doubles => false,
        };
        match token.parse::<f64>() {
            _ if kept && token != "-0" => token.to_owned(),
            Ok(float) if float.fract() == 0.0 && float.abs() < 1e37 => match float as i128 {
                // The bounds of 64 bits are rounded up to the same doubles.
                whole if self == Eyes::Doubles && whole == 1 << 63 => i64::MAX.to_string(),
                whole if self == Eyes::Doubles && whole == 1 << 64 => u64::MAX.to_string(),
                whole => whole.to_string(),
            },
            Ok(float) if float.is_finite() => format!("{float:e}"),
            _ => token.to_owned(),
        }
    }

    /// The payload as the reader hands it on: the last of repeated members, its own numbers.
    pub fn see(self, raw: &Raw) -> Raw {
        match raw {
            Raw::Array(items) => Raw::Array(items.iter().map(|item| self.see(item)).collect()),
            Raw::Object(members) => {
                let last: BTreeMap<_, _> = members
                    .iter()
                    .map(|(key, value)| (quoted(&unquoted(key)), self.see(value)))
                    .collect();
                Raw::Object(last.into_iter().collect())
            }
            Raw::Token(token) => Raw::Token(match raw.number() {
                Some(number) => self.number(number),
                None => token.clone(),
            }),
        }
    }
}

/// What the exported schemas say of a payload behind those eyes, and if that is not what our other
/// judges say, the known difference that it is.
pub fn predict(bench: &Bench<'_>, raw: &Raw, eyes: Eyes) -> (Verdict, Option<&'static str>) {
    let truth = bench.checker(raw.to_string().as_bytes());
    let (verdict, difference) = held(bench, raw, &eyes.see(raw));
    (verdict, (verdict != truth).then_some(difference))
}

/// The verdict on what is seen, without what a schema cannot say, and what made the difference if
/// there is one.
fn held(bench: &Bench<'_>, raw: &Raw, seen: &Raw) -> (Verdict, &'static str) {
    let findings = bench.findings(seen.to_string().as_bytes());
    let (blind, rest): (Vec<_>, Vec<_>) = findings
        .iter()
        .partition(|finding| unsayable(finding, seen).is_some());
    let said = blind.first().and_then(|finding| unsayable(finding, seen));
    let (less, all) = (worst(rest), worst(&findings));
    // Of what a schema may be unable to say, this one may say some: of a few flags, of a zone.
    let verdict = if less != all && bench.schema(seen.to_string().as_bytes()) == all {
        all
    } else {
        less
    };
    (verdict, said.unwrap_or_else(|| lost(raw, seen)))
}

/// What a validator sees of a payload: the last of repeated members, and numbers as `f64` beyond
/// 64-bit integers, without their spelling.
fn as_seen(value: &Value) -> Raw {
    match value {
        Value::Null => Raw::null(),
        Value::Bool(flag) => Raw::Token(flag.to_string()),
        Value::String(text) => Raw::string(text),
        Value::Array(items) => Raw::Array(items.iter().map(as_seen).collect()),
        Value::Object(members) => Raw::Object(
            members
                .iter()
                .map(|(name, value)| (quoted(name), as_seen(value)))
                .collect(),
        ),
        Value::Number(number) => Raw::Token(match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e37 => {
                (float as i128).to_string()
            }
            _ => number.to_string(),
        }),
    }
}

/// What a schema cannot say, so that its verdict lacks the finding.
fn unsayable(finding: &Finding, seen: &Raw) -> Option<&'static str> {
    let value = at(seen, &finding.pointer)?;
    if finding.message.starts_with("bits") && value.number().is_some() {
        return Some("many-flags");
    }
    let text = value.text()?;
    let is_decimal = Raw::parse(&text).is_some_and(|raw| raw.number() == Some(&text));
    match finding.rule {
        rule::BAD_DECIMAL | rule::TOO_MANY_DIGITS if is_decimal => Some("digits-in-text"),
        rule::OUT_OF_RANGE if is_decimal => Some("bounds-on-text"),
        rule::BAD_TIME if matches!(text.get(8..10), Some("29" | "30" | "31")) => {
            Some("local-calendar")
        }
        _ => None,
    }
}

fn at<'r>(raw: &'r Raw, pointer: &str) -> Option<&'r Raw> {
    pointer.split('/').skip(1).try_fold(raw, |raw, step| {
        let step = step.replace("~1", "/").replace("~0", "~");
        match raw {
            Raw::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.member(&step),
        }
    })
}

/// What was lost on the way to the validator.
fn lost(raw: &Raw, seen: &Raw) -> &'static str {
    if raw.count() != seen.count() {
        return "repeated-names";
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    values(&raw.sorted(), &mut before);
    values(&seen.sorted(), &mut after);
    if before == after {
        "number-spelling"
    } else {
        "rounded-numbers"
    }
}

/// Every number by its value, in the order of the text.
fn values(raw: &Raw, out: &mut Vec<String>) {
    match raw {
        Raw::Array(items) => items.iter().for_each(|item| values(item, out)),
        Raw::Object(members) => members.iter().for_each(|(_, value)| values(value, out)),
        Raw::Token(token) => {
            let value = raw
                .number()
                .and_then(|number| number.parse::<venue_wire::Decimal>().ok());
            out.push(value.map_or_else(|| token.clone(), |value| value.normalized().to_string()));
        }
    }
}
