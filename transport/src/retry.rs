//! What is tried again, and after how long.

use std::time::Duration;

/// How often and when a safe call is made again.
///
/// Safe is what the spec calls idempotent and does not call ambiguous. Such a call is made again
/// after a failure of the network, and after a refusal that the catalogue calls retryable (429 and
/// 5xx as a rule). The wait is what the venue asks for in `Retry-After`, else what its catalogue
/// says, else a random time that doubles with each attempt. Anything else is sent once.
#[derive(Debug, Clone)]
pub struct Retry {
    pub(crate) attempts: u32,
    pub(crate) backoff: Backoff,
    pub(crate) longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            attempts: 3,
            backoff: Backoff::new(Duration::from_millis(250), Duration::from_secs(10)),
            longest_wait: Duration::from_secs(120),
        }
    }
}

impl Retry {
    /// Everything is sent once.
    pub fn never() -> Self {
        Retry {
            attempts: 1,
            ..Retry::default()
        }
    }

    /// How often a safe call is sent at most; 3 by default.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The waits where nobody asks for one.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// A venue that asks for a longer wait than this is not waited for: its refusal is the answer, and
    /// calls after it wait no longer either, but for what its documentation says. 120 s by default.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }
}

/// Waits that double from attempt to attempt, each drawn between half and the whole.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// From the first wait to the longest.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Backoff { first, longest }
    }

    /// The wait after so many failures in a row, from 1.
    pub(crate) fn wait(self, failures: u32) -> Duration {
        let doubled = 1u32
            .checked_shl(failures.saturating_sub(1))
            .unwrap_or(u32::MAX);
        let whole = self.first.saturating_mul(doubled).min(self.longest);
        whole.mul_f64(0.5 + 0.5 * random())
    }
}

/// From 0 to 1, different from call to call and from process to process. It spreads reconnects; it
/// is no source of secrets.
fn random() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let bits = RandomState::new().hash_one(0u8) >> 11;
    // 53 bits fit a float exactly.
    bits as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_differ() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(8));
        for (failures, whole) in [(1, 1.0), (2, 2.0), (4, 8.0), (9, 8.0), (99, 8.0)] {
            let wait = backoff.wait(failures).as_secs_f64();
            assert!((whole / 2.0..=whole).contains(&wait), "{failures}: {wait}");
        }
        let waits: Vec<Duration> = (0..8).map(|_| backoff.wait(4)).collect();
        assert!(waits.iter().any(|wait| *wait != waits[0]));
    }
}
