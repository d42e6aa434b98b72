//! The time of day, injected; and numbers that only ever grow.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// Where timestamps and nonces come from. Waits do not: they run on tokio's clock, which tests
/// can pause.
pub trait Clock: Send + Sync + 'static {
    /// Time since the Unix epoch.
    fn now(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        // A clock before 1970 gives 0; the venue will say that the timestamp is off.
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.unwrap_or_default()
    }
}

/// A clock that stands where it is put.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Duration);

impl Clock for FixedClock {
    fn now(&self) -> Duration {
        self.0
    }
}

/// Numbers for one key: microseconds of the clock, or one more than the last where that is larger.
///
/// All clients of a process that have the same key share them, so a client that is built anew goes
/// on where the last one stopped, even if the clock was set back. Microseconds stay below 2^53
/// until the year 2255, so that they survive a venue that counts in floats.
#[derive(Clone)]
pub struct Nonces(Arc<AtomicU64>);

/// By a hash of the key: the key itself is not kept.
static LAST: Mutex<BTreeMap<[u8; 32], Arc<AtomicU64>>> = Mutex::new(BTreeMap::new());

impl Nonces {
    /// Those of a key.
    pub fn of(key: &Secret) -> Self {
        let name: [u8; 32] = Sha256::digest(key.expose().as_bytes()).into();
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        Nonces(Arc::clone(last.entry(name).or_default()))
    }

    /// The next one: larger than all before it, whichever thread asked.
    pub fn next(&self, clock: &dyn Clock) -> u64 {
        let now = u64::try_from(clock.now().as_micros()).unwrap_or(u64::MAX);
        let after = |last: u64| now.max(last.saturating_add(1));
        let last = self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |last| {
                Some(after(last))
            });
        after(last.unwrap_or_else(|last| last))
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nonces_grow_across_threads_clients_and_a_clock_set_back() {
        let key = Secret::new("nonces-grow");
        let late = FixedClock(Duration::from_secs(100));
        let first = Nonces::of(&key).next(&late);
        assert_eq!(first, 100_000_000);
        let early = FixedClock(Duration::from_secs(1));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let nonces = Nonces::of(&key);
                std::thread::spawn(move || {
                    let drawn: Vec<u64> = (0..500).map(|_| nonces.next(&early)).collect();
                    assert!(drawn.is_sorted_by(|a, b| a < b));
                    drawn
                })
            })
            .collect();
        let drawn: Vec<u64> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), 2000);
        assert!(drawn.iter().all(|nonce| *nonce > first));
    }
}
