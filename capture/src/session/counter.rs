//! Numbers of messages: gaps, numbers that come twice, and numbers that come late.
//!
//! What is odd is kept back until more numbers have come: a number that is missing may only be late,
//! and what looks like a counter may be none. A capture that was put together from parts of others, or
//! of which most was left out, has numbers that do not count; of those nothing is said.

use std::collections::VecDeque;

use super::Spot;

/// Numbers that have to follow before something odd is taken for certain.
const WAIT: u64 = 16;

/// A number that much lower is taken for that of a new connection.
const FAR: u64 = 1_024;

/// Numbers that a connection may begin with as far as a capture shows it: the first may be left out.
const LOW: u64 = 64;

/// Gaps that are remembered once they were reported.
const REMEMBERED: usize = 64;

/// Two messages that far apart in the venue's time need more than one number between them to be
/// believed: a minute.
const APART: i128 = 60_000_000_000;

/// What is odd about a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Odd {
    pub(super) what: What,
    /// The message that showed it.
    pub(super) spot: Spot,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Between these two numbers so many are missing.
    Gap {
        before: u64,
        after: u64,
        missing: u64,
    },
    /// The number had come already.
    Twice { number: u64 },
    /// The number came after a higher one.
    Late { number: u64, after: u64 },
}

/// What a number is, as far as it can be told at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The next one, or one further on.
    On,
    /// One that has its place before others.
    Back,
    /// The counter began again: it is another connection.
    Again,
}

/// The numbers of a connection or feed.
#[derive(Debug, Default)]
pub(super) struct Counter {
    first: Option<u64>,
    last: u64,
    last_sent: Option<i128>,
    /// How many numbers have come.
    count: u64,
    /// Steps by one.
    steps: u64,
    /// Oddities.
    odd: u64,
    /// Of the connection's messages of which it is not known whether they had a number, those before the
    /// last number.
    unclear: u64,
    /// What is not certain yet, with the count at which it will be.
    waiting: VecDeque<(u64, Odd)>,
    /// Numbers that were reported missing: from, to.
    gone: VecDeque<(u64, u64)>,
    /// A gap between two messages that are not far apart may be believed with no step by one.
    near: bool,
}

impl Counter {
    /// The first number, if any has come.
    pub(super) fn first(&self) -> Option<u64> {
        self.first
    }

    /// Takes the next number, and gives what has become certain. `unclear` counts the connection's
    /// messages so far of which it is not known whether they had one.
    pub(super) fn see(
        &mut self,
        number: u64,
        sent: Option<i128>,
        unclear: u64,
        spot: &Spot,
    ) -> (Step, Vec<Odd>) {
        let before = std::mem::replace(&mut self.unclear, unclear);
        let unclear = unclear - before;
        self.count += 1;
        let Some(first) = self.first else {
            (self.first, self.last, self.last_sent) = (Some(number), number, sent);
            return (Step::On, self.certain());
        };
        if number > self.last {
            let missing = number - self.last - 1;
            if missing <= unclear {
                self.steps += u64::from(missing == 0);
            } else {
                self.near = match (self.last_sent, sent) {
                    (Some(before), Some(now)) => (0..APART).contains(&(now - before)),
                    _ => true,
                };
                let before = self.last;
                self.keep(
                    What::Gap {
                        before,
                        after: number,
                        missing,
                    },
                    spot,
                );
            }
            (self.last, self.last_sent) = (number, sent.or(self.last_sent));
            return (Step::On, self.certain());
        }
        if self.is_new(number, sent) {
            let left = self.end();
            *self = Counter {
                first: Some(number),
                last: number,
                last_sent: sent,
                count: 1,
                unclear: self.unclear,
                ..Counter::default()
            };
            return (Step::Again, left);
        }
        if number < first || self.was_missing(number) {
            let after = self.last;
            self.keep(What::Late { number, after }, spot);
        } else {
            self.keep(What::Twice { number }, spot);
        }
        (Step::Back, self.certain())
    }

    /// Gives what is left, as nothing more will come.
    pub(super) fn end(&mut self) -> Vec<Odd> {
        self.release(u64::MAX)
    }

    fn certain(&mut self) -> Vec<Odd> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        self.release(self.count)
    }

    fn release(&mut self, count: u64) -> Vec<Odd> {
        let mut out = Vec::new();
        while self.waiting.front().is_some_and(|(due, _)| *due <= count) {
            let Some((_, odd)) = self.waiting.pop_front() else {
                break;
            };
            if let What::Gap { before, after, .. } = odd.what {
                self.gone.push_back((before + 1, after - 1));
                if self.gone.len() > REMEMBERED {
                    self.gone.pop_front();
                }
            }
            if self.is_believed(&odd) {
                out.push(odd);
            }
        }
        out
    }

    /// Whether what came so far is a count at all.
    fn is_believed(&self, odd: &Odd) -> bool {
        let alone = self.odd == 1 && self.near && matches!(odd.what, What::Gap { .. });
        self.steps >= self.odd || alone
    }

    fn keep(&mut self, what: What, spot: &Spot) {
        self.odd += 1;
        let spot = spot.clone();
        self.waiting
            .push_back((self.count + WAIT, Odd { what, spot }));
    }

    /// Whether a number that does not go on is that of a new connection of the same name.
    fn is_new(&self, number: u64, sent: Option<i128>) -> bool {
        if self.last - number > FAR {
            return true;
        }
        match (self.last_sent, sent) {
            (Some(before), Some(now)) => now > before && number <= LOW,
            _ => number <= 1,
        }
    }

    /// Whether a number was missing so far; it no longer is.
    fn was_missing(&mut self, number: u64) -> bool {
        let in_gap = |odd: &Odd| match odd.what {
            What::Gap { before, after, .. } => before < number && number < after,
            _ => false,
        };
        let came = self
            .waiting
            .iter()
            .any(|(_, odd)| matches!(odd.what, What::Late { number: n, .. } if n == number));
        if came {
            return false;
        }
        if let Some(index) = self.waiting.iter().position(|(_, odd)| in_gap(odd)) {
            if let What::Gap { missing, .. } = &mut self.waiting[index].1.what {
                *missing -= 1;
                if *missing == 0 {
                    self.waiting.remove(index);
                    self.odd -= 1;
                }
            }
            return true;
        }
        self.gone
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&number))
    }
}
