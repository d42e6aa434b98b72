//! Exact wire types for exchange APIs: decimals, scaled integers, timestamps, open enums, positional records, and the check engine

mod batch;
mod blank;
pub mod check;
mod decimal;
mod entries;
mod extra;
pub mod form;
mod integer;
mod json;
mod map;
mod number_token;
mod patch;
mod scaled;
mod scan;
pub mod select;
mod tail;
mod time;
mod uuid;
mod validate;
mod verdict;
mod violation;

pub use batch::{Batch, Failed};
pub use blank::Blank;
pub use decimal::{Decimal, DecimalError, DecimalErrorKind, WireForm};
pub use extra::{DuplicateMember, Extra};
pub use form::{Any, Form, Number, Text};
pub use json::{Json, JsonError, MAX_DEPTH};
pub use map::Map;
pub use patch::Patch;
pub use scaled::{Scaled, ScaledError};
pub use tail::Tail;
pub use time::{
    DateTime, LocalDateTime, Micros, Millis, Nanos, Seconds, TimeError, Timestamp, Unit,
};
pub use uuid::{Uuid, UuidError};
pub use validate::Validate;
pub use verdict::Verdict;
pub use violation::{MASKED, Violation, Violations};

/// What the macros of this crate and generated code call for integers.
pub mod int {
    pub use crate::integer::{Int, deserialize, serialize};
    pub use crate::scaled::{from_decimal, to_decimal};
}

#[doc(hidden)]
pub use serde;
