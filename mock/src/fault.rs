//! Faults on demand: what goes wrong, with what, and when.
//!
//! A fault is written `KIND[=VALUE][,KEY=VALUE]…`:
//!
//! | kind | what happens |
//! |---|---|
//! | `latency=200ms`, `latency=50ms..2s` | an answer or message comes later |
//! | `status=503` | this status in place of an answer; the request has no effect |
//! | `late-status=503` | the request takes effect, and then this status hides it |
//! | `cut` | the connection ends amid the body of an answer; the request has taken effect |
//! | `truncate` | the connection ends amid a WebSocket frame |
//! | `garble` | some bytes of an answer or message are not what they were |
//! | `drop`, `duplicate`, `reorder` | a feed's message is missing, comes twice, or after the next one |
//! | `slow-reader=2s` | the mock waits before it reads a request or message |
//! | `retry-after=5s`, `retry-date=5s` | a refusal says in `Retry-After` to wait so long: in seconds, or until a date |
//! | `stale-auth` | a key that is good is refused: with a request, a login, or a socket's handshake |
//! | `skew=-30s` | the mock's clock is off: in payloads, and where signed moments are looked at |
//! | `half-open` | nothing more comes over the connection, and it stays open |
//!
//! | key | when |
//! |---|---|
//! | `on=create-order`, `on=feed.*` | only with this operation, feed, message, command or socket; a `*` ends a beginning |
//! | `p=0.1` | with this probability, drawn from the seed |
//! | `after=3` | not the first three times |
//! | `every=5` | only each fifth time |
//! | `times=1` | at most so often |

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::seed::Stream;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// An answer or message comes later, by a time between the two.
    Latency(Duration, Duration),
    /// This status in place of an answer; the request has no effect.
    Status(u16),
    /// The request takes effect, and then this status hides it.
    LateStatus(u16),
    /// The connection ends amid the body of an answer.
    Cut,
    /// The connection ends amid a WebSocket frame.
    Truncate,
    /// Some bytes are not what they were.
    Garble,
    /// A feed's message is missing.
    Drop,
    /// A feed's message comes twice.
    Duplicate,
    /// A feed's message comes after the next one.
    Reorder,
    /// The mock waits before it reads.
    SlowReader(Duration),
    /// A refusal says in `Retry-After` to wait so many whole seconds.
    RetryAfter(Duration),
    /// A refusal says so with a date.
    RetryDate(Duration),
    /// A key that is good is refused.
    StaleAuth,
    /// The mock's clock is off by so many nanoseconds.
    Skew(i64),
    /// Nothing more comes over the connection, and it stays open.
    HalfOpen,
}

/// A fault, with when it happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// With what; everything if empty. Ids without the API's, a `*` ends a beginning.
    pub on: Vec<String>,
    /// Probability.
    pub probability: f64,
    /// Times that go well before.
    pub after: u64,
    /// Of those that follow, each how many-th; not 0.
    pub every: u64,
    /// At most so often.
    pub times: Option<u64>,
}

/// Why a fault cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError {
    message: String,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FaultError {}

fn error(message: impl Into<String>) -> FaultError {
    FaultError {
        message: message.into(),
    }
}

const KINDS: &str = "latency, status, late-status, cut, truncate, garble, drop, duplicate, reorder, \
                     slow-reader, retry-after, retry-date, stale-auth, skew, half-open";

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut parts = text.split(',');
        let first = parts.next().unwrap_or_default();
        let (name, value) = match first.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (first.trim(), None),
        };
        let mut fault = Fault {
            kind: kind(name, value)?,
            on: Vec::new(),
            probability: 1.0,
            after: 0,
            every: 1,
            times: None,
        };
        for part in parts {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| error(format!("`{part}` has not the form KEY=VALUE")))?;
            fault.set(key.trim(), value.trim())?;
        }
        Ok(fault)
    }
}

impl Fault {
    fn set(&mut self, key: &str, value: &str) -> Result<(), FaultError> {
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| error(format!("`{key}` takes a whole number, not `{value}`")))
        };
        match key {
            "on" => self.on.push(value.to_owned()),
            "after" => self.after = number()?,
            "times" => self.times = Some(number()?),
            "every" => {
                self.every = number()?;
                if self.every == 0 {
                    return Err(error("`every` takes a number from 1 on"));
                }
            }
            "p" => {
                let given = value.parse::<f64>().ok();
                let within = given.filter(|p| (0.0..=1.0).contains(p));
                self.probability = within.ok_or_else(|| error("`p` takes a number from 0 to 1"))?;
            }
            _ => {
                let known = "on, p, after, every, times";
                return Err(error(format!("there is no key `{key}`: {known}")));
            }
        }
        Ok(())
    }

    fn concerns(&self, ids: &[&str]) -> bool {
        let fits = |pattern: &String, id: &&str| match pattern.strip_suffix('*') {
            Some(start) => id.starts_with(start),
            None => *id == pattern.as_str(),
        };
        self.on.is_empty() || self.on.iter().any(|on| ids.iter().any(|id| fits(on, id)))
    }
}

fn kind(name: &str, value: Option<&str>) -> Result<Kind, FaultError> {
    let needed = || value.ok_or_else(|| error(format!("`{name}` needs a value: `{name}=…`")));
    let plain = |kind| match value {
        None => Ok(kind),
        Some(_) => Err(error(format!("`{name}` takes no value"))),
    };
    let status = || {
        let code = needed()?.parse::<u16>().ok();
        code.filter(|code| (400..600).contains(code))
            .ok_or_else(|| error(format!("`{name}` takes a status from 400 to 599")))
    };
    match name {
        "latency" => {
            let text = needed()?;
            let (from, to) = text.split_once("..").unwrap_or((text, text));
            let (from, to) = (duration(from)?, duration(to)?);
            Ok(Kind::Latency(from.min(to), from.max(to)))
        }
        "status" => Ok(Kind::Status(status()?)),
        "late-status" => Ok(Kind::LateStatus(status()?)),
        "slow-reader" => Ok(Kind::SlowReader(duration(needed()?)?)),
        "retry-after" => Ok(Kind::RetryAfter(duration(needed()?)?)),
        "retry-date" => Ok(Kind::RetryDate(duration(needed()?)?)),
        "skew" => {
            let text = needed()?;
            let (sign, size) = match text.strip_prefix('-') {
                Some(size) => (-1, size),
                None => (1, text.strip_prefix('+').unwrap_or(text)),
            };
            let nanos = i64::try_from(duration(size)?.as_nanos());
            let nanos = nanos.map_err(|_| error("`skew` is too large"))?;
            Ok(Kind::Skew(sign * nanos))
        }
        "cut" => plain(Kind::Cut),
        "truncate" => plain(Kind::Truncate),
        "garble" => plain(Kind::Garble),
        "drop" => plain(Kind::Drop),
        "duplicate" => plain(Kind::Duplicate),
        "reorder" => plain(Kind::Reorder),
        "stale-auth" => plain(Kind::StaleAuth),
        "half-open" => plain(Kind::HalfOpen),
        _ => Err(error(format!("there is no fault `{name}`: {KINDS}"))),
    }
}

/// Reads a span of time: `200ms`, `1s`, `5m`, `2h`.
///
/// # Errors
///
/// If it has another form, or is longer than a hundred years.
pub fn duration(text: &str) -> Result<Duration, FaultError> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit_ms: u64 = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(error(format!("`{text}` is no time: 200ms, 1s, 5m, 2h"))),
    };
    let count = digits.parse::<u64>().ok();
    let ms = count.and_then(|count| count.checked_mul(unit_ms));
    // A hundred years are enough, and keep all that follows from overflowing.
    ms.filter(|ms| *ms <= 3_155_760_000_000)
        .map(Duration::from_millis)
        .ok_or_else(|| error(format!("`{text}` is no time: 200ms, 1s, 5m, 2h")))
}

/// The faults of a mock, and how often each could have happened.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    /// By fault: times that it could have happened, and did.
    counts: Mutex<Vec<(u64, u64)>>,
    seed: u64,
}

impl Faults {
    pub(crate) fn new(list: Vec<Fault>, seed: u64) -> Self {
        let counts = vec![(0, 0); list.len()];
        Faults {
            list,
            counts: Mutex::new(counts),
            seed,
        }
    }

    /// The clock's fault, which is there all the time: nanoseconds.
    pub(crate) fn skew(&self) -> i128 {
        let skews = self.list.iter().filter_map(|fault| match fault.kind {
            Kind::Skew(nanos) => Some(i128::from(nanos)),
            _ => None,
        });
        skews.sum()
    }

    /// The faults, of the kinds that are asked for, that happen now with what has these ids.
    pub(crate) fn now(&self, ids: &[&str], asked: fn(Kind) -> bool) -> Vec<Kind> {
        if self.list.is_empty() {
            return Vec::new();
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        for (index, fault) in self.list.iter().enumerate() {
            if !asked(fault.kind) || !fault.concerns(ids) {
                continue;
            }
            let (seen, done) = &mut counts[index];
            *seen += 1;
            if *seen <= fault.after || fault.times.is_some_and(|times| *done >= times) {
                continue;
            }
            let mut stream = Stream::new(self.seed, &format!("fault {index}"), *seen);
            let due = (*seen - fault.after).is_multiple_of(fault.every);
            if !due || stream.fraction() >= fault.probability {
                continue;
            }
            *done += 1;
            out.push(match fault.kind {
                Kind::Latency(from, to) => {
                    let wait = from + (to - from).mul_f64(stream.fraction());
                    Kind::Latency(wait, wait)
                }
                kind => kind,
            });
        }
        out
    }
}

/// How long the latencies among the faults are together.
pub(crate) fn latency(kinds: &[Kind]) -> Duration {
    kinds
        .iter()
        .map(|kind| match kind {
            Kind::Latency(wait, _) => *wait,
            _ => Duration::ZERO,
        })
        .sum()
}

/// Bytes of which a few are not what they were: never JSON, still UTF-8.
pub(crate) fn garbled(text: &str) -> String {
    let middle = (text.len() / 2..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let (before, after) = text.split_at(middle);
    let mut rest = after.chars();
    rest.next();
    format!("{before}\u{1}\u{fffd}{}", rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_happens_when_it_is_asked_to() {
        for (text, times) in [
            ("drop", vec![1, 2, 3, 4, 5, 6]),
            ("drop,after=2,every=2", vec![4, 6]),
            ("drop,times=1", vec![1]),
            ("drop,p=0", vec![]),
            ("drop,on=feed.*", vec![1, 2, 3, 4, 5, 6]),
            ("drop,on=feed.other", vec![]),
        ] {
            let faults = Faults::new(vec![text.parse().expect(text)], 7);
            let fires = |_: &u32| {
                let kinds = faults.now(&["feed.ticker"], |kind| kind == Kind::Drop);
                !kinds.is_empty()
            };
            let fired: Vec<u32> = (1..=6).filter(fires).collect();
            assert_eq!(fired, times, "{text}");
        }
    }

    #[test]
    fn chance_is_the_seeds() {
        let run = |seed| {
            let faults = Faults::new(vec!["cut,p=0.5".parse().expect("a fault")], seed);
            let fires = |_: u32| faults.now(&[], |_| true).len();
            (0..64).map(fires).collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (text, part) in [
            ("", "there is no fault"),
            ("latency", "needs a value"),
            ("latency=5", "is no time"),
            ("latency=99999999999999999999s", "is no time"),
            ("status=200", "400 to 599"),
            ("cut=1", "takes no value"),
            ("cut,x", "KEY=VALUE"),
            ("cut,x=1", "there is no key"),
            ("cut,p=2", "from 0 to 1"),
            ("cut,every=0", "from 1 on"),
        ] {
            let error = text.parse::<Fault>().expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
