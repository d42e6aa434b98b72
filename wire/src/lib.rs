//! Exact wire types for exchange APIs: decimals, scaled integers, timestamps, open enums, positional
//! records, and the check engine.
//!
//! Generated types are made of these, and they stand on their own as well:
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use venue_wire::{Any, DateTime, Decimal, Millis, Patch, Text, Timestamp};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Trade {
//!     price: Decimal,
//!     size: Decimal<Text>,
//!     fee: Decimal<Any>,
//!     at: Timestamp<Millis>,
//!     booked: DateTime,
//!     #[serde(default, skip_serializing_if = "Patch::is_absent")]
//!     memo: Patch<String>,
//! }
//!
//! let text = r#"{"price":383.00,"size":"0.50","fee":1e-08,"at":1534440861123,"booked":"2018-08-16T17:34:21.000Z","memo":null}"#;
//! let trade: Trade = serde_json::from_str(text)?;
//! assert_eq!(trade.price.to_string(), "383.00");
//! assert_eq!(serde_json::to_string(&trade)?, text);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # The types
//!
//! | type | in JSON | equal if | in other serde formats |
//! |---|---|---|---|
//! | [`Decimal`] | a number, spelling kept | the values are | written as a string; read from a string or an integer |
//! | [`Decimal<Text>`](Decimal) | a string, spelling kept | the values are | the same |
//! | [`Decimal<Any>`](Decimal) | either, form and spelling kept | the values are | the same; read back as text |
//! | [`Scaled`], [`scaled!`], [`integer!`] | an integer | the values are | an integer |
//! | [`Timestamp`] | an integer | the values are | an integer |
//! | [`DateTime`] | a string, spelling kept | the instants are | a string |
//! | [`LocalDateTime`] | a string, spelling kept | the values are | a string |
//! | [`Uuid`] | a string, case kept | the values are | a string |
//! | [`Json`] | any value, text kept | the texts are | a string that holds the text |
//! | [`Blank<T>`](Blank) | a `T`, or `""` for none | the values are | the same |
//! | [`Patch<T>`](Patch) | a `T`, `null` or absent | the values are | the same |
//! | [`Batch<T>`](Batch) | an array; what does not decode is kept as text | the elements are | an array; what does not decode fails the whole |
//! | [`Map<T>`](Map) | an object of any names, in order | the members are, in order | a map |
//! | [`Extra`], [`Tail`] | members or elements beyond the described ones | the texts are | up to the type that holds them |
//!
//! # Exactness
//!
//! Nothing here goes through `f64`. Under serde_json a decimal is read from the very characters of
//! its token, by the agreement that serde_json has with its own `RawValue`; from `from_str`,
//! `from_slice`, `from_reader` and `from_value` alike. serde_json's `arbitrary_precision` is not
//! needed for that, and does no harm where another crate turns it on.
//!
//! Two things turn numbers into floats before a type can see them: `serde_json::Value` without
//! `arbitrary_precision`, which keeps a float and prints it its own way, and serde's buffers
//! (`#[serde(untagged)]`, `#[serde(flatten)]`, internally tagged enums), which hand over a float.
//! From a buffer a decimal refuses all but integers, and says why. Serialising to a `Value` likewise
//! gives what a `Value` can hold.
//!
//! Types recognise serde_json by its error type. Through a wrapper that hides it, such as
//! `erased_serde`, they take the form for other formats: there, number decimals become strings.
//!
//! Reading from bytes is fastest with [`from_slice`] of this crate: it spares serde_json a check of
//! every token.
//!
//! # Features
//!
//! None is on by default. `schemars`: `JsonSchema`. `proptest`: `Arbitrary`, valid values only.
//! `time`: conversion of [`Timestamp`], [`DateTime`] and [`LocalDateTime`] from and to `jiff`.
//! `rust_decimal`: exact conversion of [`Decimal`] from and to that crate's.

#[cfg(feature = "proptest")]
pub mod arbitrary;
mod batch;
mod blank;
pub mod check;
mod checked;
mod decimal;
pub mod describe;
mod digits;
mod entries;
mod extra;
pub mod form;
mod integer;
mod json;
mod map;
mod number_token;
pub mod operation;
mod patch;
mod reader;
mod scaled;
mod scan;
#[cfg(feature = "schemars")]
pub mod schema;
pub mod select;
#[doc(hidden)]
pub mod support;
mod tail;
mod time;
mod uuid;
mod validate;
mod verdict;
mod violation;

pub use batch::{Batch, Failed};
pub use blank::Blank;
pub use checked::Checked;
pub use decimal::{Decimal, DecimalError, DecimalErrorKind, WireForm};
pub use extra::{DuplicateMember, Extra};
pub use form::{Any, Form, Number, Text};
pub use json::{Json, JsonError, MAX_DEPTH};
pub use map::Map;
pub use patch::Patch;
pub use reader::{from_slice, from_str};
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
#[cfg(feature = "proptest")]
pub use proptest as __proptest;
#[doc(hidden)]
#[cfg(feature = "schemars")]
pub use schemars as __schemars;
#[doc(hidden)]
pub use serde;
