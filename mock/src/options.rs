//! How a mock behaves.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use crate::auth::Key;
use crate::clock::{Clock, SteppedClock, SystemClock};
use crate::fault::Fault;
use crate::roles::Roles;

/// Takes lines for people: what was asked, and how it was answered. They hold no secrets.
pub type Log = Box<dyn Fn(&str) + Send + Sync>;

/// How a mock behaves. The default takes any key, has no faults, and tells the system's time.
pub struct Options {
    /// What generated values, chances and ids are drawn from.
    pub seed: u64,
    /// The keys that are taken; if empty, any that is not empty.
    pub keys: Vec<Key>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Time for limits, nonces and recorded moments.
    pub clock: Box<dyn Clock>,
    /// Time for what stands in payloads.
    pub times: Box<dyn Clock>,
    /// Who plays which part in the life of an order.
    pub roles: Option<Roles>,
    /// Whether orders and balances are kept, by the roles: what is placed shows, fills or is
    /// cancelled, moves balances and is told of on private feeds.
    pub stateful: bool,
    /// Whether the spec's rate limits hold.
    pub limits: bool,
    /// Between two messages of a feed that was subscribed to. Below a millisecond they come in bursts.
    pub pace: Duration,
    /// In place of the socket's own idle timeout.
    pub idle_timeout: Option<Duration>,
    /// Takes capture records, one a line.
    pub record: Option<Box<dyn Write + Send>>,
    /// Takes lines for people.
    pub log: Option<Log>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            seed: 0,
            keys: Vec::new(),
            faults: Vec::new(),
            clock: Box::new(SystemClock),
            times: Box::new(SystemClock),
            roles: None,
            stateful: false,
            limits: true,
            pace: Duration::from_secs(1),
            idle_timeout: None,
            record: None,
            log: None,
        }
    }
}

impl Options {
    /// Draws from this seed and stamps payloads with a clock that is the same in every run, so that
    /// the same requests in the same order get the same answers.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.times = Box::new(SteppedClock::default());
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("seed", &self.seed)
            .field("keys", &self.keys)
            .field("faults", &self.faults)
            .field("limits", &self.limits)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}
