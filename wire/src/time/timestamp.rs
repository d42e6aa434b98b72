//! Integers since the Unix epoch, by unit.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::datetime::DateTime;
use crate::integer;

/// Seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seconds;

/// Milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Millis;

/// Microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Micros;

/// Nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Nanos;

/// One of [`Seconds`], [`Millis`], [`Micros`] and [`Nanos`].
pub trait Unit: sealed::Sealed + Copy + Send + Sync + 'static {
    /// Its name, in the plural.
    const NAME: &'static str;
    /// How many make a second.
    const PER_SECOND: i64;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! units {
    ($($unit:ident $name:literal $per_second:literal;)*) => {$(
        impl sealed::Sealed for $unit {}
        impl Unit for $unit {
            const NAME: &'static str = $name;
            const PER_SECOND: i64 = $per_second;
        }
    )*};
}

units! {
    Seconds "seconds" 1;
    Millis "milliseconds" 1_000;
    Micros "microseconds" 1_000_000;
    Nanos "nanoseconds" 1_000_000_000;
}

/// A moment as an integer since the Unix epoch, in the unit `U`.
///
/// It stands on the wire as a JSON integer; `1.0`, `1e2` and `-0` are refused. It prints its
/// digits. Types of different units cannot be mixed up; [`to_unit`](Self::to_unit) converts.
///
/// ```
/// use venue_wire::{Millis, Nanos, Timestamp};
///
/// let at: Timestamp<Millis> = serde_json::from_str("1534440861123")?;
/// assert_eq!(at.to_datetime().unwrap().to_string(), "2018-08-16T17:34:21.123Z");
/// assert_eq!(at.to_unit::<Nanos>().unwrap().get(), 1_534_440_861_123_000_000);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Timestamp<U: Unit> {
    value: i64,
    unit: PhantomData<fn() -> U>,
}

impl<U: Unit> Timestamp<U> {
    /// So many units after the Unix epoch; negative before it.
    #[inline]
    pub const fn new(value: i64) -> Self {
        Timestamp {
            value,
            unit: PhantomData,
        }
    }

    /// The integer that stands on the wire.
    #[inline]
    pub const fn get(self) -> i64 {
        self.value
    }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    #[inline]
    pub const fn unix_seconds(self) -> i64 {
        self.value.div_euclid(U::PER_SECOND)
    }

    /// The part below [`unix_seconds`](Self::unix_seconds), in nanoseconds.
    #[inline]
    pub const fn subsec_nanos(self) -> u32 {
        (self.value.rem_euclid(U::PER_SECOND) * (Nanos::PER_SECOND / U::PER_SECOND)) as u32
    }

    /// Nanoseconds since the Unix epoch.
    #[inline]
    pub const fn unix_nanos(self) -> i128 {
        self.value as i128 * (Nanos::PER_SECOND / U::PER_SECOND) as i128
    }

    /// The moment of so many nanoseconds, if it is a whole number of units and fits.
    pub fn from_unix_nanos(nanos: i128) -> Option<Self> {
        let per_unit = i128::from(Nanos::PER_SECOND / U::PER_SECOND);
        if nanos % per_unit != 0 {
            return None;
        }
        i64::try_from(nanos / per_unit).ok().map(Self::new)
    }

    /// The same moment in another unit, if it is a whole number of them and fits.
    pub fn to_unit<V: Unit>(self) -> Option<Timestamp<V>> {
        Timestamp::from_unix_nanos(self.unix_nanos())
    }

    /// The same moment as text at UTC. None beyond the years 0 to 9999.
    pub fn to_datetime(self) -> Option<DateTime> {
        DateTime::from_unix_nanos(self.unix_nanos())
    }

    /// The moment of a text, if it is a whole number of units and fits.
    pub fn from_datetime(at: &DateTime) -> Option<Self> {
        Self::from_unix_nanos(at.unix_nanos())
    }
}

impl<U: Unit> Clone for Timestamp<U> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<U: Unit> Copy for Timestamp<U> {}

impl<U: Unit> Default for Timestamp<U> {
    fn default() -> Self {
        Self::new(0)
    }
}

impl<U: Unit> PartialEq for Timestamp<U> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<U: Unit> Eq for Timestamp<U> {}

impl<U: Unit> PartialOrd for Timestamp<U> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<U: Unit> Ord for Timestamp<U> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<U: Unit> Hash for Timestamp<U> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<U: Unit> fmt::Display for Timestamp<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)
    }
}

impl<U: Unit> fmt::Debug for Timestamp<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({} {})", self.value, U::NAME)
    }
}

impl<U: Unit> From<i64> for Timestamp<U> {
    fn from(value: i64) -> Self {
        Self::new(value)
    }
}

impl<U: Unit> From<Timestamp<U>> for i64 {
    fn from(at: Timestamp<U>) -> Self {
        at.value
    }
}

impl<U: Unit> FromStr for Timestamp<U> {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::new)
    }
}

impl<U: Unit> Serialize for Timestamp<U> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.value)
    }
}

impl<'de, U: Unit> Deserialize<'de> for Timestamp<U> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        integer::deserialize(deserializer).map(Self::new)
    }
}
