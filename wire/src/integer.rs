//! Integers as exchanges mean them: without fraction or exponent, and of a type of their own.
//!
//! serde_json hands `1.0`, `1e2` and `-0` to a visitor as floats, so that refusing floats is all
//! it takes to tell integers by their spelling.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

/// The integers that stand on the wire: `i8` to `i64` and `u8` to `u64`.
pub trait Int:
    sealed::Sealed
    + Copy
    + Ord
    + std::hash::Hash
    + fmt::Display
    + fmt::Debug
    + Default
    + TryFrom<i128>
    + TryFrom<u64>
    + TryFrom<i64>
    + Into<i128>
    + std::str::FromStr<Err = std::num::ParseIntError>
    + Send
    + Sync
    + 'static
{
    /// The type's name.
    const NAME: &'static str;
    /// Its smallest value.
    const MIN: Self;
    /// Its largest value.
    const MAX: Self;

    #[doc(hidden)]
    fn checked_add(self, other: Self) -> Option<Self>;
    #[doc(hidden)]
    fn checked_sub(self, other: Self) -> Option<Self>;
    #[doc(hidden)]
    fn deserialize_hint<'de, D: Deserializer<'de>, V: Visitor<'de>>(
        deserializer: D,
        visitor: V,
    ) -> Result<V::Value, D::Error>;
    #[doc(hidden)]
    fn serialize<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! impl_int {
    ($($int:ident $deserialize:ident $serialize:ident;)*) => {$(
        impl sealed::Sealed for $int {}
        impl Int for $int {
            const NAME: &'static str = stringify!($int);
            const MIN: Self = $int::MIN;
            const MAX: Self = $int::MAX;

            #[inline]
            fn checked_add(self, other: Self) -> Option<Self> {
                $int::checked_add(self, other)
            }

            #[inline]
            fn checked_sub(self, other: Self) -> Option<Self> {
                $int::checked_sub(self, other)
            }

            #[inline]
            fn deserialize_hint<'de, D: Deserializer<'de>, V: Visitor<'de>>(
                deserializer: D,
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                deserializer.$deserialize(visitor)
            }

            #[inline]
            fn serialize<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(self)
            }
        }
    )*};
}

impl_int! {
    i8 deserialize_i8 serialize_i8;
    i16 deserialize_i16 serialize_i16;
    i32 deserialize_i32 serialize_i32;
    i64 deserialize_i64 serialize_i64;
    u8 deserialize_u8 serialize_u8;
    u16 deserialize_u16 serialize_u16;
    u32 deserialize_u32 serialize_u32;
    u64 deserialize_u64 serialize_u64;
}

/// Reads an integer; `1.0`, `1e2` and `-0` are refused.
///
/// # Errors
///
/// If there is anything but an integer, or one that does not fit.
#[inline]
pub fn deserialize<'de, R: Int, D: Deserializer<'de>>(deserializer: D) -> Result<R, D::Error> {
    R::deserialize_hint(deserializer, IntVisitor(PhantomData))
}

/// Writes an integer.
///
/// # Errors
///
/// If the serializer fails.
#[inline]
pub fn serialize<R: Int, S: Serializer>(value: &R, serializer: S) -> Result<S::Ok, S::Error> {
    R::serialize(*value, serializer)
}

struct IntVisitor<R>(PhantomData<R>);

impl<R: Int> IntVisitor<R> {
    #[cold]
    fn out_of_range<E: de::Error>() -> E {
        E::custom(format_args!(
            "expected {}, found an integer out of its range",
            R::NAME
        ))
    }
}

impl<R: Int> Visitor<'_> for IntVisitor<R> {
    type Value = R;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an integer ({})", R::NAME)
    }

    #[inline]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<R, E> {
        R::try_from(value).map_err(|_| Self::out_of_range())
    }

    #[inline]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<R, E> {
        R::try_from(value).map_err(|_| Self::out_of_range())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<R, E> {
        R::try_from(value).map_err(|_| Self::out_of_range())
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<R, E> {
        u64::try_from(value)
            .ok()
            .and_then(|value| R::try_from(value).ok())
            .ok_or_else(Self::out_of_range)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<R, E> {
        Err(E::custom(format_args!(
            "expected an integer ({}), found a number with a fraction, an exponent or a minus \
             before zero, or one beyond 64 bits",
            R::NAME
        )))
    }
}

/// Defines integers of types of their own, such as ids, so that one cannot pass for another.
///
/// Each is a JSON integer on the wire; `1.0`, `1e2` and `-0` are refused. It is `Copy`, ordered
/// and hashed by value, prints its digits, and has `new`, `get`, `checked_add`, `checked_sub`.
///
/// ```
/// venue_wire::integer! {
///     /// Number of a deal.
///     pub struct DealId(u64);
/// }
///
/// let id: DealId = serde_json::from_str("9007199254740993")?;
/// assert_eq!(id, DealId::new(9_007_199_254_740_993));
/// assert!(serde_json::from_str::<DealId>("1.0").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! integer {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident($repr:ty);)*) => {$(
        $crate::__integer_type! { $(#[$meta])* $vis struct $name($repr); }
        $crate::__plain_impls! { $name; }
    )*};
}

/// How a newtype of an integer without a scale stands as text.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain_impls {
    ($name:ident;) => {
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::num::ParseIntError;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self(text.parse()?))
            }
        }
    };
}

/// What [`integer!`] and [`scaled!`](crate::scaled) have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __integer_type {
    ($(#[$meta:meta])* $vis:vis struct $name:ident($repr:ty);) => {
        $(#[$meta])*
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        $vis struct $name($repr);

        $crate::__integer_impls! { $name($repr); }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, "{}({})", ::core::stringify!($name), self)
            }
        }

        impl $crate::Validate for $name {
            #[inline]
            fn validate_into(&self, _: &mut $crate::Violations) {}
        }

        $crate::__integer_schema!($name, $repr);
        $crate::__integer_arbitrary!($name, $repr);
    };
}

/// What the newtypes of integers can do, whether a macro or the generator declares them. The
/// generator has schemas and strategies of its own: they know the bounds.
#[doc(hidden)]
#[macro_export]
macro_rules! __integer_impls {
    ($name:ident($repr:ty);) => {
        impl $name {
            /// The value of this many units.
            #[inline]
            pub const fn new(units: $repr) -> Self {
                Self(units)
            }

            /// The integer that stands on the wire.
            #[inline]
            pub const fn get(self) -> $repr {
                self.0
            }

            /// The sum, or none if it does not fit.
            #[inline]
            #[must_use]
            pub const fn checked_add(self, other: Self) -> ::core::option::Option<Self> {
                match self.0.checked_add(other.0) {
                    ::core::option::Option::Some(sum) => ::core::option::Option::Some(Self(sum)),
                    ::core::option::Option::None => ::core::option::Option::None,
                }
            }

            /// The difference, or none if it does not fit.
            #[inline]
            #[must_use]
            pub const fn checked_sub(self, other: Self) -> ::core::option::Option<Self> {
                match self.0.checked_sub(other.0) {
                    ::core::option::Option::Some(rest) => ::core::option::Option::Some(Self(rest)),
                    ::core::option::Option::None => ::core::option::Option::None,
                }
            }
        }

        impl ::core::convert::From<$repr> for $name {
            #[inline]
            fn from(units: $repr) -> Self {
                Self(units)
            }
        }

        impl ::core::convert::From<$name> for $repr {
            #[inline]
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl $crate::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::int::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::int::deserialize::<$repr, D>(deserializer).map(Self)
            }
        }
    };
}

/// `JsonSchema` for a newtype, where the feature is on in this crate.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "schemars"))]
macro_rules! __integer_schema {
    ($name:ident, $repr:ty) => {};
}

/// `JsonSchema` for a newtype, where the feature is on in this crate.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "schemars")]
macro_rules! __integer_schema {
    ($name:ident, $repr:ty) => {
        impl $crate::__schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(::core::stringify!($name))
            }

            fn json_schema(
                _: &mut $crate::__schemars::SchemaGenerator,
            ) -> $crate::__schemars::Schema {
                $crate::schema::integer::<$repr>()
            }
        }
    };
}

/// `Arbitrary` for a newtype, where the feature is on in this crate.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "proptest"))]
macro_rules! __integer_arbitrary {
    ($name:ident, $repr:ty) => {};
}

/// `Arbitrary` for a newtype, where the feature is on in this crate.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "proptest")]
macro_rules! __integer_arbitrary {
    ($name:ident, $repr:ty) => {
        impl $crate::__proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = $crate::__proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use $crate::__proptest::strategy::Strategy;
                $crate::__proptest::arbitrary::any::<$repr>()
                    .prop_map(Self)
                    .boxed()
            }
        }
    };
}
