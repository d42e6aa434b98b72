//! Decimals that stand on the wire as integers in units of a power of ten.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::decimal::{Decimal, DecimalError};
use crate::form::Form;
use crate::integer::{self, Int};
use crate::validate::Validate;
use crate::violation::Violations;

/// An integer in units of ten to the minus `N`: at scale 8, `150000000` is 1.5.
///
/// It stands on the wire as a JSON integer and prints as the decimal that it means. Prices and
/// sizes in the same unit should not be mixed up: [`scaled!`](crate::scaled) makes types of their
/// own.
///
/// ```
/// use venue_wire::Scaled;
///
/// let size: Scaled<8> = serde_json::from_str("-150000000")?;
/// assert_eq!(size.to_string(), "-1.5");
/// assert_eq!(size.checked_add(Scaled::new(25_000_000)).unwrap().to_string(), "-1.25");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scaled<const N: u8, R = i64>(R);

/// Why a decimal is not a scaled integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScaledError {
    /// The text is not a decimal.
    Decimal(DecimalError),
    /// It lies between two units.
    Inexact,
    /// It is beyond what the integer holds.
    OutOfRange,
}

impl fmt::Display for ScaledError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ScaledError::Decimal(_) => "not a decimal",
            ScaledError::Inexact => "a decimal with more digits after the point than the unit has",
            ScaledError::OutOfRange => "a decimal beyond the range of the integer that carries it",
        })
    }
}

impl std::error::Error for ScaledError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ScaledError::Decimal(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DecimalError> for ScaledError {
    fn from(error: DecimalError) -> Self {
        ScaledError::Decimal(error)
    }
}

impl<const N: u8, R: Int> Scaled<N, R> {
    /// The value of this many units.
    #[inline]
    pub const fn new(units: R) -> Self {
        Scaled(units)
    }

    /// The integer that stands on the wire.
    #[inline]
    pub const fn get(self) -> R {
        self.0
    }

    /// The sum, or none if it does not fit.
    #[inline]
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Scaled)
    }

    /// The difference, or none if it does not fit.
    #[inline]
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Scaled)
    }

    /// The value as a decimal, with no zeros at the end of its fraction.
    pub fn to_decimal<F: Form>(self) -> Decimal<F> {
        to_decimal(self.0, N)
    }

    /// The decimal in these units.
    ///
    /// # Errors
    ///
    /// If it lies between two units or does not fit.
    pub fn try_from_decimal<F: Form>(decimal: &Decimal<F>) -> Result<Self, ScaledError> {
        from_decimal(decimal, N).map(Scaled)
    }
}

/// A scaled integer as a decimal.
pub fn to_decimal<R: Int, F: Form>(units: R, scale: u8) -> Decimal<F> {
    // 20 digits and a scale of 255 at most: always within the limits.
    Decimal::new(units.into(), -i32::from(scale))
        .unwrap_or_default()
        .normalized()
}

/// A decimal as a scaled integer.
///
/// # Errors
///
/// If it lies between two units or does not fit.
pub fn from_decimal<R: Int, F: Form>(decimal: &Decimal<F>, scale: u8) -> Result<R, ScaledError> {
    match decimal.to_scaled(scale) {
        Some(units) => R::try_from(units).map_err(|_| ScaledError::OutOfRange),
        None if decimal.is_multiple_of_unit(scale) => Err(ScaledError::OutOfRange),
        None => Err(ScaledError::Inexact),
    }
}

impl<const N: u8, R> From<R> for Scaled<N, R> {
    #[inline]
    fn from(units: R) -> Self {
        Scaled(units)
    }
}

impl<const N: u8, R: Int> fmt::Display for Scaled<N, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_decimal::<crate::form::Number>(), f)
    }
}

impl<const N: u8, R: Int> fmt::Debug for Scaled<N, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scaled({self})")
    }
}

impl<const N: u8, R: Int> FromStr for Scaled<N, R> {
    type Err = ScaledError;

    /// Reads the decimal that it means: `1.5`, not `150000000`.
    fn from_str(text: &str) -> Result<Self, ScaledError> {
        Self::try_from_decimal(&text.parse::<Decimal>()?)
    }
}

impl<const N: u8, R: Int> Serialize for Scaled<N, R> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        integer::serialize(&self.0, serializer)
    }
}

impl<'de, const N: u8, R: Int> Deserialize<'de> for Scaled<N, R> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        integer::deserialize(deserializer).map(Scaled)
    }
}

impl<const N: u8, R: Int> Validate for Scaled<N, R> {
    #[inline]
    fn validate_into(&self, _: &mut Violations) {}
}

/// Defines scaled integers of types of their own, so that a price cannot pass for a size.
///
/// Each is a JSON integer on the wire and prints as the decimal that it means. Beside what
/// [`integer!`](crate::integer) gives, it has `SCALE`, `to_decimal`, `try_from_decimal` and reads
/// decimals with `FromStr`.
///
/// ```
/// venue_wire::scaled! {
///     /// Price in units of 1e-8.
///     pub struct Price(u64), scale = 8;
///     /// Size in units of 1e-8; negative on the sell side.
///     pub struct Size(i64), scale = 8;
/// }
///
/// let price: Price = serde_json::from_str("815510000000")?;
/// assert_eq!(price.to_string(), "8155.1");
/// assert_eq!("8155.1".parse::<Price>().unwrap(), price);
/// assert!("0.000000001".parse::<Price>().is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! scaled {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident($repr:ty), scale = $scale:expr;)*) => {$(
        $crate::__integer_type! { $(#[$meta])* $vis struct $name($repr); }
        $crate::__scaled_impls! { $name, $scale; }
    )*};
}

/// What a scaled newtype can do beside what other integers can.
#[doc(hidden)]
#[macro_export]
macro_rules! __scaled_impls {
    ($name:ident, $scale:expr;) => {
        impl $name {
            /// A unit is ten to the minus this.
            pub const SCALE: u8 = $scale;

            /// The value as a decimal, with no zeros at the end of its fraction.
            pub fn to_decimal<F: $crate::Form>(self) -> $crate::Decimal<F> {
                $crate::int::to_decimal(self.0, Self::SCALE)
            }

            /// The decimal in these units.
            ///
            /// # Errors
            ///
            /// If it lies between two units or does not fit.
            pub fn try_from_decimal<F: $crate::Form>(
                decimal: &$crate::Decimal<F>,
            ) -> ::core::result::Result<Self, $crate::ScaledError> {
                $crate::int::from_decimal(decimal, Self::SCALE).map(Self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.to_decimal::<$crate::Number>(), f)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::ScaledError;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                Self::try_from_decimal(&text.parse::<$crate::Decimal>()?)
            }
        }
    };
}
