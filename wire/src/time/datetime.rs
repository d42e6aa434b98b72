//! RFC 3339 text, with and without a zone, spelt as it came.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::calendar::{CIVIL_LENGTH, Civil, TimeError, put_two, two};

/// A date and time with its offset from UTC: `2018-08-16T17:34:21.000Z`.
///
/// The form is `YYYY-MM-DDTHH:MM:SS`, a fraction of one to nine digits or none, and `Z` or
/// `+HH:MM` or `-HH:MM`. The day must be in the calendar; there is no second 60.
///
/// It prints as it was spelt. Comparing goes by the instant: `12:00:00Z`, `12:00:00.0Z` and
/// `13:00:00+01:00` of one day are equal. `Copy`, 16 bytes.
///
/// ```
/// use venue_wire::DateTime;
///
/// let at: DateTime = "2018-08-16T17:34:21.123+02:00".parse()?;
/// assert_eq!((at.year(), at.hour(), at.nanosecond()), (2018, 17, 123_000_000));
/// assert_eq!(at.offset_minutes(), 120);
/// assert_eq!(at.unix_seconds(), 1_534_433_661);
/// assert_eq!(at, "2018-08-16T15:34:21.123000Z".parse()?);
/// assert_eq!(at.to_string(), "2018-08-16T17:34:21.123+02:00");
/// # Ok::<(), venue_wire::TimeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct DateTime {
    civil: Civil,
    zone: Zone,
}

/// A date and time without a zone: `2018-08-16T17:34:21`.
///
/// The form is that of [`DateTime`] without its last part. It prints as it was spelt and compares
/// by value: `12:00:00` and `12:00:00.0` of one day are equal. `Copy`, 12 bytes.
///
/// ```
/// use venue_wire::LocalDateTime;
///
/// let at: LocalDateTime = "2018-08-16T17:34:21.5".parse()?;
/// assert_eq!(at.nanosecond(), 500_000_000);
/// assert!("2018-08-16T17:34:21.5Z".parse::<LocalDateTime>().is_err());
/// # Ok::<(), venue_wire::TimeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct LocalDateTime {
    civil: Civil,
}

/// How the offset from UTC is spelt.
#[derive(Debug, Clone, Copy)]
enum Zone {
    Utc,
    /// Minutes; a minus before `00:00` is kept.
    Offset {
        minutes: u16,
        minus: bool,
    },
}

impl Zone {
    fn parse(text: &[u8]) -> Result<Zone, TimeError> {
        let minus = match text {
            b"Z" => return Ok(Zone::Utc),
            [b'+', _, _, b':', _, _] => false,
            [b'-', _, _, b':', _, _] => true,
            _ => return Err(TimeError::Syntax),
        };
        let (hours, minutes) = (two(text, 1)?, two(text, 4)?);
        if hours > 23 || minutes > 59 {
            return Err(TimeError::OutOfRange);
        }
        Ok(Zone::Offset {
            minutes: u16::from(hours) * 60 + u16::from(minutes),
            minus,
        })
    }

    fn minutes(self) -> i16 {
        match self {
            Zone::Utc => 0,
            Zone::Offset {
                minutes,
                minus: false,
            } => minutes as i16,
            Zone::Offset {
                minutes,
                minus: true,
            } => -(minutes as i16),
        }
    }
}

/// A date-time's text: on the stack.
struct Spelling {
    bytes: [u8; CIVIL_LENGTH + 6],
    length: usize,
}

impl Spelling {
    fn of(civil: &Civil, zone: Option<Zone>) -> Spelling {
        let mut bytes = [0; CIVIL_LENGTH + 6];
        let mut length = civil.write(&mut bytes);
        match zone {
            None => {}
            Some(Zone::Utc) => {
                bytes[length] = b'Z';
                length += 1;
            }
            Some(Zone::Offset { minutes, minus }) => {
                bytes[length] = if minus { b'-' } else { b'+' };
                put_two(&mut bytes, length + 1, (minutes / 60) as u8);
                bytes[length + 3] = b':';
                put_two(&mut bytes, length + 4, (minutes % 60) as u8);
                length += 6;
            }
        }
        Spelling { bytes, length }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

macro_rules! civil_accessors {
    () => {
        /// The year, 0 to 9999.
        pub const fn year(&self) -> u16 {
            self.civil.year
        }

        /// The month, 1 to 12.
        pub const fn month(&self) -> u8 {
            self.civil.month
        }

        /// The day of the month, 1 to 31.
        pub const fn day(&self) -> u8 {
            self.civil.day
        }

        /// The hour, 0 to 23.
        pub const fn hour(&self) -> u8 {
            self.civil.hour
        }

        /// The minute, 0 to 59.
        pub const fn minute(&self) -> u8 {
            self.civil.minute
        }

        /// The second, 0 to 59.
        pub const fn second(&self) -> u8 {
            self.civil.second
        }

        /// The fraction of the second, in nanoseconds.
        pub const fn nanosecond(&self) -> u32 {
            self.civil.nanosecond
        }

        /// Digits of the fraction as spelt, 0 to 9.
        pub const fn fraction_digits(&self) -> u8 {
            self.civil.fraction_digits
        }
    };
}

impl DateTime {
    /// A regular expression (ECMA 262) that the text follows; it does not know the calendar.
    pub const PATTERN: &'static str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T\
        ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?\
        (Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

    civil_accessors!();

    /// Minutes ahead of UTC; negative behind.
    pub fn offset_minutes(&self) -> i16 {
        self.zone.minutes()
    }

    /// Whole seconds since the Unix epoch, the fraction left out.
    pub fn unix_seconds(&self) -> i64 {
        self.civil.seconds() - i64::from(self.zone.minutes()) * 60
    }

    /// Nanoseconds since the Unix epoch.
    pub fn unix_nanos(&self) -> i128 {
        i128::from(self.unix_seconds()) * 1_000_000_000 + i128::from(self.civil.nanosecond)
    }

    /// The moment at UTC, spelt with `Z` and 0, 3, 6 or 9 digits. None beyond the years 0 to
    /// 9999.
    pub fn from_unix_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
        let civil = Civil::from_seconds(seconds)?;
        let civil = civil.with_nanosecond(nanos.rem_euclid(1_000_000_000) as u32);
        Some(DateTime {
            civil,
            zone: Zone::Utc,
        })
    }

    /// What the clock shows, without the zone.
    pub const fn local(&self) -> LocalDateTime {
        LocalDateTime { civil: self.civil }
    }

    fn key(&self) -> (i64, u32) {
        (self.unix_seconds(), self.civil.nanosecond)
    }

    fn spelling(&self) -> Spelling {
        Spelling::of(&self.civil, Some(self.zone))
    }
}

impl LocalDateTime {
    /// A regular expression (ECMA 262) that the text follows; it does not know the calendar.
    pub const PATTERN: &'static str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T\
        ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?$";

    civil_accessors!();

    /// The moment, if the clock stood at UTC.
    pub const fn at_utc(&self) -> DateTime {
        DateTime {
            civil: self.civil,
            zone: Zone::Utc,
        }
    }

    /// The moment, if the clock stood at so many minutes ahead of UTC, spelt `+HH:MM`. None from
    /// 24 hours on.
    pub const fn at_offset(&self, minutes: i16) -> Option<DateTime> {
        if minutes.unsigned_abs() >= 24 * 60 {
            return None;
        }
        let zone = Zone::Offset {
            minutes: minutes.unsigned_abs(),
            minus: minutes < 0,
        };
        Some(DateTime {
            civil: self.civil,
            zone,
        })
    }

    /// From fields that are known to be sound.
    #[cfg(feature = "time")]
    pub(super) const fn from_civil(civil: Civil) -> Self {
        LocalDateTime { civil }
    }

    fn key(&self) -> (u16, u8, u8, u8, u8, u8, u32) {
        self.civil.key()
    }

    fn spelling(&self) -> Spelling {
        Spelling::of(&self.civil, None)
    }
}

impl FromStr for DateTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (civil, rest) = Civil::parse(text.as_bytes())?;
        Ok(DateTime {
            civil,
            zone: Zone::parse(rest)?,
        })
    }
}

impl FromStr for LocalDateTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        match Civil::parse(text.as_bytes())? {
            (civil, []) => Ok(LocalDateTime { civil }),
            _ => Err(TimeError::Syntax),
        }
    }
}

macro_rules! impl_text {
    ($ty:ident, $visitor:ident, $expected:literal) => {
        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.spelling().as_str())
            }
        }

        impl fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"{self}\"")
            }
        }

        impl PartialEq for $ty {
            fn eq(&self, other: &Self) -> bool {
                self.key() == other.key()
            }
        }

        impl Eq for $ty {}

        impl PartialOrd for $ty {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $ty {
            fn cmp(&self, other: &Self) -> Ordering {
                self.key().cmp(&other.key())
            }
        }

        impl Hash for $ty {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key().hash(state);
            }
        }

        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.spelling().as_str())
            }
        }

        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($visitor)
            }
        }

        struct $visitor;

        impl Visitor<'_> for $visitor {
            type Value = $ty;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($expected)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<$ty, E> {
                text.parse().map_err(E::custom::<TimeError>)
            }
        }
    };
}

impl_text!(
    DateTime,
    DateTimeVisitor,
    "a date and time with a zone, as a string"
);
impl_text!(
    LocalDateTime,
    LocalDateTimeVisitor,
    "a date and time without a zone, as a string"
);
