//! Literals as the engine compares them: sixteen bytes in one step.

use super::table::Text;

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

/// The slot of a literal in a table of two to the power of `bits`.
///
/// `head` is the literal's first sixteen bytes, those after its end zero.
#[inline(always)]
pub(super) fn slot(head: u128, len: usize, bits: u8) -> usize {
    let mixed = head as u64 ^ ((head >> 64) as u64).rotate_left(29) ^ len as u64;
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - u32::from(bits))) as usize
}

/// The slots by which one of these literals is found: its index plus one, or 0. Never full.
pub(super) fn slots<'a>(literals: impl ExactSizeIterator<Item = &'a str>) -> (u8, Vec<u16>) {
    let bits = (2 * literals.len())
        .next_power_of_two()
        .trailing_zeros()
        .max(1) as u8;
    let mut slots = vec![0; 1 << bits];
    for (index, literal) in literals.enumerate() {
        let whole = Text {
            at: 0,
            len: literal.len() as u32,
        };
        let head = u128::from_le_bytes(Head::of(literal, whole).bytes);
        let mut at = slot(head, literal.len(), bits);
        while slots[at] != 0 {
            at = (at + 1) % slots.len();
        }
        slots[at] = index as u16 + 1;
    }
    (bits, slots)
}
