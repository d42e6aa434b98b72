//! One of several types: the text is kept until it is known which.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serializer};

use crate::json::check_depth;
use crate::number_token::RawText;
use crate::select::{Match, select};

/// One of several types.
pub trait Union: Sized {
    /// What messages call it.
    const NAME: &'static str;
    /// What tells the variants apart, in order of trial.
    const MATCHES: &'static [Match];

    /// Reads the text as the variant that it was told to be.
    fn read(variant: Option<usize>, json: &[u8]) -> serde_json::Result<Self>;

    /// Writes the value of the variant.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Reads one of several types from the whole of a text: told apart by a look, decoded once.
pub fn read_slice<T: Union>(json: &[u8]) -> serde_json::Result<T> {
    T::read(select(T::MATCHES, json), json)
}

/// Reads one of several types from within a value.
pub fn read_union<'de, T: Union, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let RawText(json) = RawText::deserialize(deserializer)?;
    check_depth(&json).map_err(D::Error::custom)?;
    read_slice(json.as_bytes()).map_err(D::Error::custom)
}

/// Reads a variant's value.
pub fn take<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    crate::from_slice(json)
}

/// Refuses what no variant claims.
#[cold]
pub fn unmatched<T>(name: &str) -> serde_json::Result<T> {
    Err(serde_json::Error::custom(format_args!(
        "no variant of {name} claims this value"
    )))
}

/// Lets unions be read and written.
#[macro_export]
#[doc(hidden)]
macro_rules! __unions {
    ($($name:ident)*) => {$(
        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::read_union(deserializer)
            }
        }

        impl $crate::support::serde::Serialize for $name {
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::support::Union::write(self, serializer)
            }
        }
    )*};
}
