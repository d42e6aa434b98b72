//! Calendar arithmetic and the fields that both kinds of date-time text share.

use std::fmt;

/// Why a text is not a date-time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeError {
    /// It does not have the form `2018-08-16T17:34:21.000Z`.
    Syntax,
    /// A field is out of its range, or there is no such day in the calendar.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeError::Syntax => {
                "not a date and time of the expected form (such as `2018-08-16T17:34:21.000Z`, \
                 without a zone if it is a local one)"
            }
            TimeError::OutOfRange => "a date or time that the calendar or the clock does not have",
        })
    }
}

impl std::error::Error for TimeError {}

/// Date and time without a zone, with the number of digits in the fraction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Civil {
    pub(super) nanosecond: u32,
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) fraction_digits: u8,
}

/// Longest text of a [`Civil`]: `2018-08-16T17:34:21.123456789`.
pub(super) const CIVIL_LENGTH: usize = 29;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Days before a month in a common year.
const DAYS_BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first day of a year.
const fn days_to_year(year: u16) -> i64 {
    // Leap days before the year, counted from the year 0, which is one.
    let before = year as i64 - 1;
    let leaps = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) + 1;
    year as i64 * 365 + leaps - 719_528
}

impl Civil {
    /// Reads the front of a text and gives back the rest.
    pub(super) fn parse(text: &[u8]) -> Result<(Civil, &[u8]), TimeError> {
        let (head, mut rest) = text.split_first_chunk::<19>().ok_or(TimeError::Syntax)?;
        let [
            _,
            _,
            _,
            _,
            b'-',
            _,
            _,
            b'-',
            _,
            _,
            b'T',
            _,
            _,
            b':',
            _,
            _,
            b':',
            _,
            _,
        ] = head
        else {
            return Err(TimeError::Syntax);
        };
        let mut civil = Civil {
            year: u16::from(two(head, 0)?) * 100 + u16::from(two(head, 2)?),
            month: two(head, 5)?,
            day: two(head, 8)?,
            hour: two(head, 11)?,
            minute: two(head, 14)?,
            second: two(head, 17)?,
            nanosecond: 0,
            fraction_digits: 0,
        };
        if let [b'.', tail @ ..] = rest {
            let count = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if count == 0 || count > 9 {
                return Err(TimeError::Syntax);
            }
            let (digits, after) = tail.split_at(count);
            let value = digits
                .iter()
                .fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
            civil.fraction_digits = count as u8;
            civil.nanosecond = value * 10u32.pow(9 - count as u32);
            rest = after;
        }
        let sound = (1..=12).contains(&civil.month)
            && (1..=days_in_month(civil.year, civil.month)).contains(&civil.day)
            && civil.hour < 24
            && civil.minute < 60
            && civil.second < 60;
        if sound {
            Ok((civil, rest))
        } else {
            Err(TimeError::OutOfRange)
        }
    }

    /// Writes it to the front of a buffer; gives the length.
    pub(super) fn write(&self, out: &mut [u8]) -> usize {
        put_two(out, 0, (self.year / 100) as u8);
        put_two(out, 2, (self.year % 100) as u8);
        out[4] = b'-';
        put_two(out, 5, self.month);
        out[7] = b'-';
        put_two(out, 8, self.day);
        out[10] = b'T';
        put_two(out, 11, self.hour);
        out[13] = b':';
        put_two(out, 14, self.minute);
        out[16] = b':';
        put_two(out, 17, self.second);
        if self.fraction_digits == 0 {
            return 19;
        }
        out[19] = b'.';
        let digits = usize::from(self.fraction_digits);
        let mut value = self.nanosecond;
        for place in (0..9).rev() {
            if place < digits {
                out[20 + place] = b'0' + (value % 10) as u8;
            }
            value /= 10;
        }
        20 + digits
    }

    /// Seconds from 1970-01-01T00:00:00, as if at UTC.
    pub(super) fn seconds(&self) -> i64 {
        let leap = i64::from(self.month > 2 && is_leap(self.year));
        let days = days_to_year(self.year)
            + i64::from(DAYS_BEFORE[usize::from(self.month) - 1])
            + leap
            + i64::from(self.day)
            - 1;
        days * DAY
            + i64::from(self.hour) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second)
    }

    /// The inverse of [`seconds`](Self::seconds), within the years 0 to 9999.
    pub(super) fn from_seconds(seconds: i64) -> Option<Civil> {
        let (days, clock) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        if days < days_to_year(0) || days >= days_to_year(10_000) {
            return None;
        }
        // 400 years have 146,097 days; a year off at most, as leap days come late or early.
        let mut year = u16::try_from((days - days_to_year(0)) * 400 / 146_097).ok()?;
        while days_to_year(year) > days {
            year -= 1;
        }
        while days_to_year(year + 1) <= days {
            year += 1;
        }
        let mut day = days - days_to_year(year);
        let mut month = 1;
        while day >= i64::from(days_in_month(year, month)) {
            day -= i64::from(days_in_month(year, month));
            month += 1;
        }
        Some(Civil {
            year,
            month,
            day: day as u8 + 1,
            hour: (clock / 3600) as u8,
            minute: (clock / 60 % 60) as u8,
            second: (clock % 60) as u8,
            nanosecond: 0,
            fraction_digits: 0,
        })
    }

    /// What it is ordered by: all but the spelling.
    pub(super) fn key(&self) -> (u16, u8, u8, u8, u8, u8, u32) {
        (
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.nanosecond,
        )
    }

    /// The fewest of 0, 3, 6 and 9 digits that say the fraction.
    pub(super) fn with_nanosecond(mut self, nanosecond: u32) -> Civil {
        self.nanosecond = nanosecond;
        self.fraction_digits = match nanosecond {
            0 => 0,
            n if n % 1_000_000 == 0 => 3,
            n if n % 1_000 == 0 => 6,
            _ => 9,
        };
        self
    }
}

/// Two digits at a place.
pub(super) fn two(text: &[u8], at: usize) -> Result<u8, TimeError> {
    match text.get(at..at + 2) {
        Some(&[tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => Ok((tens - b'0') * 10 + ones - b'0'),
        _ => Err(TimeError::Syntax),
    }
}

pub(super) fn put_two(out: &mut [u8], at: usize, value: u8) {
    out[at] = b'0' + value / 10;
    out[at + 1] = b'0' + value % 10;
}
