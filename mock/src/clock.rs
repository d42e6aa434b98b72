//! Where the time comes from. The mock reads no clock of its own: limits, recorded moments and the
//! times in payloads come from what it was given.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of moments.
pub trait Clock: Send + Sync {
    /// Nanoseconds since the Unix epoch.
    fn now(&self) -> i128;
}

impl fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i128 {
        // Before 1970 it is 1970.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as i128)
    }
}

/// A clock that starts at one moment and moves on by a millisecond each time it is read: the same
/// questions in the same order get the same times.
#[derive(Debug)]
pub struct SteppedClock {
    start: i128,
    steps: AtomicU64,
}

/// 2024-01-01T00:00:00Z, in nanoseconds since the Unix epoch.
const START: i128 = 1_704_067_200_000_000_000;

impl Default for SteppedClock {
    fn default() -> Self {
        SteppedClock {
            start: START,
            steps: AtomicU64::new(0),
        }
    }
}

impl Clock for SteppedClock {
    fn now(&self) -> i128 {
        let steps = self.steps.fetch_add(1, Ordering::Relaxed);
        self.start + i128::from(steps) * 1_000_000
    }
}
