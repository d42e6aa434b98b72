//! Moments as exchanges send them: integers since the Unix epoch, and RFC 3339 text.

mod calendar;
mod datetime;
#[cfg(feature = "time")]
mod jiff;
mod timestamp;

pub use calendar::TimeError;
pub use datetime::{DateTime, LocalDateTime};
pub use timestamp::{Micros, Millis, Nanos, Seconds, Timestamp, Unit};
