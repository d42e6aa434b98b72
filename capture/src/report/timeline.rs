//! Counts over time, in steps that grow with the span, so that a minute and a year both fit.
//!
//! Timelines add, in whatever order: the width of a step is the smallest at which the whole has at
//! most [`STEPS`] steps, and each width divides the next.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most steps that a timeline keeps.
pub const STEPS: usize = 120;

/// Seconds a step: minute, ten minutes, hour, six hours, day, and from there by tens.
const WIDTHS: [i64; 9] = [
    60,
    600,
    3_600,
    21_600,
    86_400,
    864_000,
    8_640_000,
    86_400_000,
    8_640_000_000,
];

/// Counts over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline<T> {
    /// Seconds a step.
    step_s: i64,
    /// By the step's start.
    steps: BTreeMap<Timestamp, T>,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Timeline {
            step_s: WIDTHS[0],
            steps: BTreeMap::new(),
        }
    }
}

impl<T: Default + AddAssign> Timeline<T> {
    /// Adds to the count at a moment.
    pub fn add(&mut self, at: Timestamp, count: T) {
        *self.steps.entry(floor(at, self.step_s)).or_default() += count;
        self.fit();
    }

    /// Adds another timeline to this one.
    pub fn merge(&mut self, other: Self) {
        self.widen(other.step_s);
        for (at, count) in other.steps {
            *self.steps.entry(floor(at, self.step_s)).or_default() += count;
        }
        self.fit();
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Seconds a step.
    pub fn step_s(&self) -> i64 {
        self.step_s
    }

    /// The steps that count something, by their start.
    pub fn steps(&self) -> impl Iterator<Item = (Timestamp, &T)> {
        self.steps.iter().map(|(at, count)| (*at, count))
    }

    fn fit(&mut self) {
        while self.steps.len() > STEPS {
            let wider = WIDTHS.into_iter().find(|width| *width > self.step_s);
            let Some(wider) = wider else { return };
            self.widen(wider);
        }
    }

    fn widen(&mut self, step_s: i64) {
        if step_s <= self.step_s {
            return;
        }
        self.step_s = step_s;
        for (at, count) in std::mem::take(&mut self.steps) {
            *self.steps.entry(floor(at, step_s)).or_default() += count;
        }
    }
}

fn floor(at: Timestamp, step_s: i64) -> Timestamp {
    let second = at.as_second() - i64::from(at.subsec_nanosecond() < 0);
    let start = second - second.rem_euclid(step_s.max(1));
    // Only the first step of all time can start before time does.
    Timestamp::from_second(start).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(seconds: &[i64]) -> Timeline<u64> {
        let mut timeline = Timeline::default();
        for second in seconds {
            timeline.add(Timestamp::from_second(*second).expect("in range"), 1);
        }
        timeline
    }

    #[test]
    fn steps_grow_with_the_span_and_lose_no_count() {
        let minutes = of(&(0..100).map(|n| n * 60 + 59).collect::<Vec<_>>());
        assert_eq!((minutes.step_s(), minutes.steps().count()), (60, 100));
        let longer = of(&(0..100_000).map(|n| n * 60).collect::<Vec<_>>());
        assert_eq!(longer.step_s(), 86_400);
        assert_eq!(longer.steps().map(|(_, n)| n).sum::<u64>(), 100_000);
    }

    #[test]
    fn moments_before_1970_stand_in_the_step_that_holds_them() {
        let at = "1969-12-31T23:59:59.5Z".parse().expect("a moment");
        assert_eq!(floor(at, 60).to_string(), "1969-12-31T23:59:00Z");
    }

    proptest! {
        #[test]
        fn the_order_of_adding_does_not_show(
            all in prop::collection::vec(-4_000_000_000i64..4_000_000_000, 0..400),
            cut in 0usize..400,
        ) {
            let cut = cut.min(all.len());
            let (mut left, mut right) = (of(&all[..cut]), of(&all[cut..]));
            let (a, b) = (left.clone(), right.clone());
            left.merge(b);
            right.merge(a);
            prop_assert_eq!(&left, &right);
            prop_assert_eq!(left, of(&all));
        }
    }
}
