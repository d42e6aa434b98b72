//! One of several types: the text is kept until it is known which.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serializer};

use super::dispatch::{Dispatch, Look, Watch};
use crate::MASKED;
use crate::json::check_depth;
use crate::number_token::RawText;

/// One of several types.
#[doc(hidden)]
pub trait Union: Sized {
    /// What messages call it.
    const NAME: &'static str;

    /// What tells the variants apart, in order of trial.
    fn dispatch() -> &'static Dispatch;

    /// Reads the text as the variant that it was told to be.
    fn read(variant: Option<usize>, json: Source<'_>) -> serde_json::Result<Self>;

    /// Writes the value of the variant.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// The text of a value whose variant is known or guessed.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    json: &'a [u8],
    watch: Option<&'a Watch>,
}

/// Reads one of several types from the whole of a text: told apart by a look, decoded once.
pub fn read_slice<T: Union>(json: &[u8]) -> serde_json::Result<T> {
    let dispatch = T::dispatch();
    let source = |watch| Source { json, watch };
    match dispatch.look(json) {
        Look::Exact(variant) => return T::read(variant, source(None)),
        Look::Likely(variant) => {
            let watch = Watch::new();
            let source = Source {
                json,
                watch: Some(&watch),
            };
            let value = T::read(Some(variant), source);
            if value.is_ok() && dispatch.confirms(variant, json, &watch) {
                return value;
            }
        }
        Look::Unsure => {}
    }
    T::read(dispatch.select(json), source(None))
}

/// Reads one of several types from within a value.
pub fn read_union<'de, T: Union, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let RawText(json) = RawText::deserialize(deserializer)?;
    check_depth(&json).map_err(D::Error::custom)?;
    read_slice(json.as_bytes()).map_err(D::Error::custom)
}

/// Reads a variant's value.
pub fn take<T: DeserializeOwned>(source: Source<'_>) -> serde_json::Result<T> {
    crate::reader::from_slice_watched(source.json, source.watch)
}

/// Reads a sensitive variant's value: an error does not show it.
pub fn take_masked<T: DeserializeOwned>(name: &str, source: Source<'_>) -> serde_json::Result<T> {
    take(source).map_err(|_| {
        serde_json::Error::custom(format_args!("{name} is not what it should be ({MASKED})"))
    })
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
