//! Numbers, times and text, in the spellings that venues use and in those at the edges.

use crate::ir::{Constraints, DecimalForm, IntKind, TimeForm, TypeRef};
use venue_wire::{Any, DateTime, Decimal};

use super::raw::Raw;
use super::{Generator, Manner};

/// Spellings of decimals: those of the venues, and those at the edges of what is exact.
const DECIMALS: [&str; 20] = [
    "0",
    "1",
    "383.00",
    "1e-08",
    "9.2443E-05",
    "0.00196",
    "12345.678901234567890",
    "-438.34854806",
    "1E+3",
    "-0.0",
    "0.10",
    "100000000000000000000",
    "9007199254740993",
    "0.000000000001",
    "99999999999999999999999999999999999999",
    "-0",
    "0.00000000000000000000000000000000000000000001",
    "1e308",
    "1e-999",
    "1e400",
];

const MOMENTS: [&str; 10] = [
    "2018-08-16T17:34:21",
    "2018-08-16T17:34:21.000",
    "2023-12-27T14:00:00.123456789",
    "2020-02-29T23:59:59.1",
    "1970-01-01T00:00:00",
    "9999-12-31T23:59:59.999999999",
    "2000-02-29T00:00:00",
    "0001-01-01T00:00:00",
    "2024-06-30T12:00:00.12",
    "1900-02-28T01:02:03",
];

impl Generator<'_> {
    pub(super) fn scalar(&mut self, ty: &TypeRef, bounds: &[&Constraints]) -> Option<Raw> {
        let text = match ty {
            TypeRef::Bool => {
                return Some(Raw::Token(["false", "true"][self.choices.below(2)].into()));
            }
            TypeRef::Int(kind) => return self.integer(kind.range(), bounds),
            TypeRef::Time(
                TimeForm::Seconds | TimeForm::Millis | TimeForm::Micros | TimeForm::Nanos,
            ) => {
                if let Some(moment) = self.moment(ty) {
                    return Some(moment);
                }
                return self.integer(IntKind::I64.range(), bounds);
            }
            TypeRef::Time(_) if self.is_plain() => return self.moment(ty),
            TypeRef::Decimal(form) => {
                let digits = self.decimal(bounds)?;
                let text = match form {
                    DecimalForm::Number => false,
                    DecimalForm::Text => true,
                    DecimalForm::Any => self.choices.chance(2),
                };
                if !text {
                    return Some(Raw::Token(digits));
                }
                digits
            }
            TypeRef::Time(form) => {
                let zone = match form {
                    TimeForm::LocalDateTime => "",
                    _ => ["Z", "+05:30", "-00:00", "+23:59"][self.choices.below(4)],
                };
                format!("{}{zone}", MOMENTS[self.choices.below(MOMENTS.len())])
            }
            TypeRef::Uuid => self.uuid(),
            _ => {
                let fewest = bounds
                    .iter()
                    .filter_map(|bound| bound.min_length)
                    .max()
                    .unwrap_or(0);
                let most = bounds.iter().filter_map(|bound| bound.max_length).min();
                let most = most.unwrap_or(fewest + 6).min(fewest + 6);
                // A word says more than nothing.
                let fewest = if self.is_plain() {
                    fewest.max(most.min(3))
                } else {
                    fewest
                };
                self.text(fewest as usize, most as usize)
            }
        };
        Some(Raw::Token(self.spelt(&text)))
    }

    /// A moment in the hour before now, in the form of the type; none if now is not given.
    fn moment(&mut self, ty: &TypeRef) -> Option<Raw> {
        let Manner::Plain { now } = self.manner else {
            return None;
        };
        let back = i128::from(self.choices.word() % 3_600_000_000);
        moment(ty, now - back * 1_000)
    }

    fn integer(&mut self, (min, max): (i128, i128), bounds: &[&Constraints]) -> Option<Raw> {
        let random = i128::from(self.choices.word());
        let mut candidates = vec![
            0,
            1,
            42,
            random % 1000,
            random,
            -random,
            1_534_440_861_123_456_789,
            9_007_199_254_740_993,
            -1,
            min,
            max,
        ];
        if self.is_plain() {
            candidates = [1 + random % 100_000, 1, 0, min, max].to_vec();
        }
        for bound in bounds
            .iter()
            .flat_map(|bound| [&bound.min, &bound.max])
            .flatten()
        {
            candidates.extend(bound.parse::<i128>().ok());
        }
        candidates
            .retain(|value| (min..=max).contains(value) && within(&value.to_string(), bounds));
        let chosen = self.pick(candidates.len());
        candidates
            .get(chosen)
            .map(|value| Raw::Token(value.to_string()))
    }

    fn decimal(&mut self, bounds: &[&Constraints]) -> Option<String> {
        let mut candidates: Vec<String> = DECIMALS.map(str::to_owned).to_vec();
        let sign = if self.choices.chance(4) { "-" } else { "" };
        let random = self.choices.word();
        let places = self.choices.below(18);
        candidates.push(format!(
            "{sign}{}.{:0width$}",
            random >> 40,
            random & 0xff_ffff,
            width = places.max(8)
        ));
        for bound in bounds
            .iter()
            .flat_map(|bound| [&bound.min, &bound.max])
            .flatten()
        {
            candidates.push(bound.clone());
            if !bound.contains(['.', 'e', 'E']) {
                candidates.push(format!("{bound}.000"));
            }
        }
        if self.is_plain() {
            candidates.retain(|text| !DECIMALS.contains(&text.as_str()));
            candidates.insert(0, format!("{}.{:02}", random % 10_000, random >> 8 & 63));
            candidates.extend(["0.5".to_owned(), "0".to_owned(), "-1".to_owned()]);
        }
        candidates.retain(|text| within(text, bounds));
        let chosen = self.pick(candidates.len());
        (!candidates.is_empty()).then(|| candidates.swap_remove(chosen))
    }

    /// Any of so many candidates; the first, which is the likeliest, where values are plain.
    fn pick(&mut self, count: usize) -> usize {
        if self.is_plain() {
            0
        } else {
            self.choices.below(count)
        }
    }

    fn uuid(&mut self) -> String {
        let hex = format!("{:016x}{:016x}", self.choices.word(), self.choices.word());
        let hex = if !self.is_plain() && self.choices.chance(2) {
            hex.to_uppercase()
        } else {
            hex
        };
        let at = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        at.join("-")
    }

    /// A short word: one of those that a template's hole can hold.
    pub(super) fn word(&mut self) -> String {
        let length = 1 + self.choices.below(6);
        (0..length)
            .map(|_| char::from(b'a' + self.choices.below(26) as u8))
            .collect()
    }

    /// Text of so many characters.
    pub(super) fn text(&mut self, fewest: usize, most: usize) -> String {
        let length = fewest + self.choices.below(most - fewest.min(most) + 1);
        let odd = [
            'é', '😀', '"', '\\', '/', '\n', '\0', '\u{7f}', '\u{2028}', ' ', '{',
        ];
        (0..length)
            .map(|_| match !self.is_plain() && self.choices.chance(8) {
                true => odd[self.choices.below(odd.len())],
                false => char::from(b'a' + self.choices.below(26) as u8),
            })
            .collect()
    }
}

/// A moment in the form of a time's type: nanoseconds since the Unix epoch. None if the type is no
/// time, or cannot hold it.
pub fn moment(ty: &TypeRef, nanos: i128) -> Option<Raw> {
    let TypeRef::Time(form) = ty else {
        return None;
    };
    let per_unit = match form {
        TimeForm::Seconds => 1_000_000_000,
        TimeForm::Millis => 1_000_000,
        TimeForm::Micros => 1_000,
        TimeForm::Nanos => 1,
        TimeForm::DateTime | TimeForm::LocalDateTime => {
            // Milliseconds, as most venues have them.
            let text = DateTime::from_unix_nanos(nanos - nanos.rem_euclid(1_000_000))?.to_string();
            let text = text.trim_end_matches('Z');
            let zone = if *form == TimeForm::DateTime { "Z" } else { "" };
            return Some(Raw::string(&format!("{text}{zone}")));
        }
    };
    let count = i64::try_from(nanos.div_euclid(per_unit)).ok()?;
    Some(Raw::Token(count.to_string()))
}

/// Whether a decimal keeps to every bound.
fn within(text: &str, bounds: &[&Constraints]) -> bool {
    let read = |text: &str| text.parse::<Decimal<Any>>().ok();
    let Some(value) = read(text) else {
        return false;
    };
    bounds.iter().all(|bound| {
        let min = bound.min.as_deref().and_then(read);
        let max = bound.max.as_deref().and_then(read);
        min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
    })
}
