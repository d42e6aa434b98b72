//! Conversions from and to the crate `jiff`.
//!
//! Of the two well-kept time libraries, `jiff` and `time`, it is the one that has a type for each
//! of ours: an instant to the nanosecond, a civil date-time without a zone, and a zoned one with a
//! fixed offset. It is also the lighter to build without its default features.

use jiff::tz::{Offset, TimeZone};

use super::calendar::{Civil, TimeError};
use super::datetime::{DateTime, LocalDateTime};
use super::timestamp::{Timestamp, Unit};

impl<U: Unit> TryFrom<Timestamp<U>> for jiff::Timestamp {
    type Error = jiff::Error;

    /// Fails beyond the years that jiff has, -9999 to 9999.
    fn try_from(at: Timestamp<U>) -> Result<Self, jiff::Error> {
        jiff::Timestamp::from_nanosecond(at.unix_nanos())
    }
}

impl<U: Unit> TryFrom<jiff::Timestamp> for Timestamp<U> {
    type Error = TimeError;

    /// Fails if it is not a whole number of units, or does not fit.
    fn try_from(at: jiff::Timestamp) -> Result<Self, TimeError> {
        Timestamp::from_unix_nanos(at.as_nanosecond()).ok_or(TimeError::OutOfRange)
    }
}

impl TryFrom<DateTime> for jiff::Timestamp {
    type Error = jiff::Error;

    /// Fails in the last hours of the year 9999, which jiff does not have.
    fn try_from(at: DateTime) -> Result<Self, jiff::Error> {
        jiff::Timestamp::from_nanosecond(at.unix_nanos())
    }
}

impl TryFrom<jiff::Timestamp> for DateTime {
    type Error = TimeError;

    /// At UTC; fails before the year 0.
    fn try_from(at: jiff::Timestamp) -> Result<Self, TimeError> {
        DateTime::from_unix_nanos(at.as_nanosecond()).ok_or(TimeError::OutOfRange)
    }
}

impl TryFrom<DateTime> for jiff::Zoned {
    type Error = jiff::Error;

    /// In a time zone of the fixed offset.
    fn try_from(at: DateTime) -> Result<Self, jiff::Error> {
        let offset = Offset::from_seconds(i32::from(at.offset_minutes()) * 60)?;
        Ok(jiff::Timestamp::try_from(at)?.to_zoned(TimeZone::fixed(offset)))
    }
}

impl TryFrom<&jiff::Zoned> for DateTime {
    type Error = TimeError;

    /// With the offset of that moment; fails if it is not of whole minutes.
    fn try_from(at: &jiff::Zoned) -> Result<Self, TimeError> {
        let local = LocalDateTime::try_from(at.datetime())?;
        let seconds = at.offset().seconds();
        if seconds % 60 != 0 {
            return Err(TimeError::OutOfRange);
        }
        local
            .at_offset((seconds / 60) as i16)
            .ok_or(TimeError::OutOfRange)
    }
}

impl From<LocalDateTime> for jiff::civil::DateTime {
    fn from(at: LocalDateTime) -> Self {
        // All fields were held against the same calendar: none is out of range.
        jiff::civil::DateTime::constant(
            at.year() as i16,
            at.month() as i8,
            at.day() as i8,
            at.hour() as i8,
            at.minute() as i8,
            at.second() as i8,
            at.nanosecond() as i32,
        )
    }
}

impl TryFrom<jiff::civil::DateTime> for LocalDateTime {
    type Error = TimeError;

    /// Fails before the year 0.
    fn try_from(at: jiff::civil::DateTime) -> Result<Self, TimeError> {
        let civil = Civil {
            year: u16::try_from(at.year()).map_err(|_| TimeError::OutOfRange)?,
            month: at.month() as u8,
            day: at.day() as u8,
            hour: at.hour() as u8,
            minute: at.minute() as u8,
            second: at.second() as u8,
            nanosecond: 0,
            fraction_digits: 0,
        };
        Ok(LocalDateTime::from_civil(
            civil.with_nanosecond(at.subsec_nanosecond() as u32),
        ))
    }
}
