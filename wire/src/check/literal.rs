//! Literals as the engine compares them: sixteen bytes in one step.

use super::table::{Slots, Text};

/// The first sixteen bytes of a literal, padded with zeros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    /// The bytes.
    pub bytes: [u8; 16],
    /// One bit for each byte that counts, the lowest for the first.
    pub want: u16,
}

impl Head {
    /// Of a literal in the pool.
    pub(super) const fn of(pool: &str, literal: Text) -> Self {
        let pool = pool.as_bytes();
        let mut head = Head {
            bytes: [0; 16],
            want: 0,
        };
        let mut at = 0;
        while at < literal.len as usize && at < head.bytes.len() {
            head.bytes[at] = pool[literal.at as usize + at];
            head.want |= 1 << at;
            at += 1;
        }
        head
    }
}

/// The least and the greatest that each of sixteen bytes may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) low: [u8; 16],
    pub(super) high: [u8; 16],
}

impl Span {
    /// Of up to sixteen bytes, after which any may stand.
    pub(super) fn of(low: &[u8], high: &[u8]) -> Self {
        let mut span = Span {
            low: [0; 16],
            high: [u8::MAX; 16],
        };
        let places = span.low.iter_mut().zip(&mut span.high);
        for ((least, greatest), (low, high)) in places.zip(low.iter().zip(high)) {
            (*least, *greatest) = (*low, *high);
        }
        span
    }
}

/// The first `len` of sixteen bytes, the others zero.
#[inline(always)]
pub(super) fn head(bytes: &[u8; 16], len: usize) -> [u64; 2] {
    let bits = u128::from_le_bytes(*bytes);
    let [low, high] = MASKS[if len < 16 { len } else { 16 }];
    [bits as u64 & low, (bits >> 64) as u64 & high]
}

/// Ones where the first so many bytes of two words are.
const MASKS: [[u64; 2]; 17] = {
    let mut masks = [[u64::MAX; 2]; 17];
    let mut len = 0;
    while len < 16 {
        let ones = (1_u128 << (8 * len)) - 1;
        masks[len] = [ones as u64, (ones >> 64) as u64];
        len += 1;
    }
    masks
};

/// The slot that a literal wants, counted from the table's first.
#[inline(always)]
pub(super) fn slot([low, high]: [u64; 2], len: usize, slots: Slots) -> usize {
    let mixed = low ^ high.rotate_left(29) ^ len as u64;
    (mixed.wrapping_mul(slots.multiplier) >> (slots.shift & 63)) as usize
}

/// How many multipliers are tried for a table of one size.
const TRIALS: usize = 200;

/// The slots by which one of these literals is found: its index plus one, or 0. Never full, and
/// mostly without two literals that want the same.
pub(super) fn slots(first: usize, literals: &[&str]) -> (Slots, Vec<u16>) {
    let heads: Vec<_> = literals
        .iter()
        .map(|literal| {
            let whole = Text {
                at: 0,
                len: literal.len() as u32,
            };
            (
                head(&Head::of(literal, whole).bytes, literal.len()),
                literal.len(),
            )
        })
        .collect();
    let bits = (2 * literals.len())
        .next_power_of_two()
        .trailing_zeros()
        .max(1);
    let mut multiplier = 0x9e37_79b9_7f4a_7c15_u64;
    let mut best: Option<(usize, Slots, Vec<u16>)> = None;
    'trials: for bits in bits..bits + 2 {
        for _ in 0..TRIALS {
            let shift = 64 - bits as u8;
            let table = Slots {
                first: first as u32,
                shift,
                multiplier,
            };
            let (clashes, slots) = filled(&heads, table, 1 << bits);
            if best.as_ref().is_none_or(|(least, ..)| clashes < *least) {
                best = Some((clashes, table, slots));
            }
            if clashes == 0 {
                break 'trials;
            }
            multiplier = multiplier.wrapping_mul(0x5851_f42d_4c95_7f2d) | 1;
        }
    }
    let (_, table, slots) = best.unwrap_or_default();
    (table, slots)
}

/// A table with all literals in it, and how many did not get the slot that they want.
fn filled(heads: &[([u64; 2], usize)], table: Slots, size: usize) -> (usize, Vec<u16>) {
    let mut slots = vec![0; size];
    let mut clashes = 0;
    for (index, (head, len)) in heads.iter().enumerate() {
        let mut at = slot(*head, *len, table);
        clashes += usize::from(slots[at] != 0);
        while slots[at] != 0 {
            at = (at + 1) % size;
        }
        slots[at] = index as u16 + 1;
    }
    (clashes, slots)
}
