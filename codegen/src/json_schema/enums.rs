//! Definitions of enums and flags.

use venue_schema::ir::{Enum, EnumBase, EnumValue, IntKind, Literal};

use super::Writer;
use super::document::{Members, Tree};
use super::matching::{Unclaimed, literal};
use super::types::{integer, typed};

/// Flags of at most this many bits have their values listed one by one.
const MOST_FLAG_BITS: u32 = 6;

impl Writer<'_> {
    /// The definition of an enum.
    pub(super) fn enumeration(&self, values: &Enum) -> Members {
        let mut out = Members::new();
        let open = self.undescribed(values.openness) == Unclaimed::Accepted;
        match values.base {
            EnumBase::Text => {
                one_of_or_any(wire_values(values), typed("string"), open, &mut out);
            }
            EnumBase::Int(kind) => {
                one_of_or_any(wire_values(values), integer(kind), open, &mut out);
            }
            EnumBase::Flags(kind) if open => out.extend(integer(kind)),
            EnumBase::Flags(kind) => out.extend(flags(kind, values)),
        }
        out.set("x-venue-values", described(values));
        out
    }
}

fn wire_values(values: &Enum) -> Vec<Tree> {
    values
        .values
        .iter()
        .map(|value| literal(&value.wire))
        .collect()
}

/// Tools offer what `enum` lists, even where more is accepted.
fn one_of_or_any(listed: Vec<Tree>, base: Members, open: bool, out: &mut Members) {
    let mut values = Members::new();
    if let Some(kind) = base.get("type") {
        values.set("type", kind.clone());
    }
    values.set("enum", listed);
    if open {
        out.set("anyOf", vec![values.into(), base.into()]);
    } else {
        out.extend(values);
    }
}

/// Whether [`flags`] refuses every bit that is not described.
pub(super) fn flags_are_exact(values: &Enum) -> bool {
    let known = fields(values).iter().fold(0, |all, (mask, _)| all | mask);
    known.count_ones() <= MOST_FLAG_BITS
}

/// Mask and value of each.
fn fields(values: &Enum) -> Vec<(u64, u64)> {
    let bits = |value: &EnumValue| match value.wire {
        Literal::Int(bits) => Some((value.mask.unwrap_or(bits as u64), bits as u64)),
        _ => None,
    };
    values.values.iter().filter_map(bits).collect()
}

/// Integers of described bits only: listed if they are few, else the range that they span.
fn flags(kind: IntKind, values: &Enum) -> Members {
    let fields = fields(values);
    let known = fields.iter().fold(0, |all, (mask, _)| all | mask);
    let range = integer(kind).with("maximum", i128::from(known));
    if known.count_ones() > MOST_FLAG_BITS {
        return range;
    }
    let described = |bits: u64| {
        fields.iter().all(|&(mask, wire)| {
            (bits & mask == 0 && mask == wire) || fields.contains(&(mask, bits & mask))
        })
    };
    let listed: Vec<u64> = submasks(known)
        .into_iter()
        .filter(|&bits| described(bits))
        .collect();
    if listed.iter().copied().eq(0..=known) {
        return range;
    }
    let listed: Vec<Tree> = listed
        .into_iter()
        .map(|bits| i128::from(bits).into())
        .collect();
    typed("integer").with("enum", listed)
}

/// Every number that has no bit outside of the mask, rising.
fn submasks(mask: u64) -> Vec<u64> {
    let mut out = vec![0];
    while let Some(&last) = out.last()
        && last != mask
    {
        out.push((last.wrapping_sub(mask)) & mask);
    }
    out
}

/// Name and meaning of each value, which no keyword of JSON Schema holds.
fn described(values: &Enum) -> Vec<Tree> {
    let each = values.values.iter().map(|value| {
        let mut out = Members::new()
            .with("value", literal(&value.wire))
            .with("name", value.name.as_str());
        if let Some(mask) = value.mask {
            out.set("mask", i128::from(mask));
        }
        if let Some(same) = value.spelling_of {
            out.set("spelling-of", values.values[same].name.as_str());
        }
        out.set_text("description", &value.doc);
        out.into()
    });
    each.collect()
}
