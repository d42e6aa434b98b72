//! The count of a connection's messages: what is missing, doubled or late.

use std::collections::BTreeSet;

/// Numbers that were passed over and may still come; more are forgotten, the smallest first.
const REMEMBERED: usize = 4096;

/// The numbers seen on one connection.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    last: Option<u64>,
    missing: BTreeSet<u64>,
}

/// What a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// The next one.
    InOrder,
    /// Messages are missing before it.
    Gap { expected: u64 },
    /// It was seen before.
    Duplicate,
    /// It was missing, and comes after its successors.
    Late,
}

impl Sequence {
    pub(super) fn see(&mut self, number: u64) -> Seen {
        let Some(last) = self.last else {
            self.last = Some(number);
            return Seen::InOrder;
        };
        let expected = last.saturating_add(1);
        if number < expected {
            return match self.missing.remove(&number) {
                true => Seen::Late,
                false => Seen::Duplicate,
            };
        }
        self.last = Some(number);
        if number == expected {
            return Seen::InOrder;
        }
        let first = expected.max(number.saturating_sub(REMEMBERED as u64));
        self.missing.extend(first..number);
        while self.missing.len() > REMEMBERED {
            self.missing.pop_first();
        }
        Seen::Gap { expected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_duplicates_and_late_numbers_are_told_apart() {
        let mut sequence = Sequence::default();
        let cases = [
            (7, Seen::InOrder),
            (8, Seen::InOrder),
            (8, Seen::Duplicate),
            (11, Seen::Gap { expected: 9 }),
            (10, Seen::Late),
            (10, Seen::Duplicate),
            (12, Seen::InOrder),
            (9, Seen::Late),
            (3, Seen::Duplicate),
            (u64::MAX, Seen::Gap { expected: 13 }),
        ];
        for (number, seen) in cases {
            assert_eq!(sequence.see(number), seen, "{number}");
        }
        assert!(sequence.missing.len() <= REMEMBERED);
    }
}
