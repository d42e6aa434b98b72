//! Exact decimals that print as they were read.

mod arithmetic;
mod parse;
mod parts;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
mod text;
mod wire;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

pub use parse::{DecimalError, DecimalErrorKind};
pub(crate) use parts::{Meta, Parts};

#[cfg(doc)]
use crate::form::Text;
use crate::form::{Any, Form, Number};

/// Most significant digits of a decimal; leading zeros do not count.
const MAX_DIGITS: u32 = 38;
/// Largest exponent, in either direction.
const MAX_EXPONENT: i16 = 999;
/// Most digits after the point.
const MAX_FRACTION: u16 = 999;

/// An exact decimal number that remembers how it was spelt.
///
/// `F` says how it stands on the wire: [`Number`] (the default) as a JSON number, [`Text`] as a
/// JSON string, [`Any`] as either, in which case each value keeps the form that it came in.
///
/// - It never goes through binary floating point. A number that needs more than 38 significant
///   digits, an exponent beyond ±999 or more than 999 digits after the point is refused, never
///   rounded.
/// - Printing and serialising give back the very characters that were read: `383.00`, `1e-08`,
///   `9.2443E-05`, `-0`.
/// - Comparing, ordering and hashing go by value, also between forms: `1.0`, `1` and `"1e0"` are
///   equal.
///
/// It takes 24 bytes, is `Copy` and allocates nothing.
///
/// ```
/// use venue_wire::{Decimal, Text};
///
/// let price: Decimal = serde_json::from_str("383.00")?;
/// assert_eq!(price.to_string(), "383.00");
/// assert_eq!(serde_json::to_string(&price)?, "383.00");
/// assert_eq!(price, "383".parse::<Decimal<Text>>()?);
///
/// let fee: Decimal = serde_json::from_str("9.2443E-05")?;
/// assert_eq!((fee.mantissa(), fee.exponent()), (92443, -9));
/// assert_eq!(price.checked_add(&fee).unwrap().to_string(), "383.000092443");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Other formats
///
/// Outside serde_json a decimal is written as a string, whatever its form, and read from a string
/// or an integer. A float is refused: its digits are already lost. The same holds for serde's
/// internal buffers (`untagged`, `flatten`, internally tagged enums) under serde_json, which turn
/// number tokens into floats before anyone can see them.
pub struct Decimal<F: Form = Number> {
    parts: Parts,
    form: PhantomData<fn() -> F>,
}

/// The form in which a value stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WireForm {
    /// As a JSON number.
    Number,
    /// As a JSON string.
    Text,
}

impl<F: Form> Decimal<F> {
    /// Zero, spelt `0`.
    pub const ZERO: Self = Self::from_parts(Parts::ZERO);
    /// One, spelt `1`.
    pub const ONE: Self = Self::from_parts(Parts {
        lo: 1,
        ..Parts::ZERO
    });
    /// Most significant digits; leading zeros do not count.
    pub const MAX_DIGITS: u32 = MAX_DIGITS;
    /// Largest exponent that a spelling may have, in either direction.
    pub const MAX_EXPONENT: i16 = MAX_EXPONENT;
    /// Most digits that a spelling may have after the point.
    pub const MAX_FRACTION: u16 = MAX_FRACTION;
    /// A regular expression (ECMA 262) that the text follows.
    pub const PATTERN: &'static str = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$";

    const fn from_parts(mut parts: Parts) -> Self {
        if F::NUMBER && !F::TEXT {
            parts.meta = parts.meta.without(Meta::TEXT);
        } else if F::TEXT && !F::NUMBER {
            parts.meta = parts.meta.with(Meta::TEXT);
        }
        Decimal {
            parts,
            form: PhantomData,
        }
    }

    /// Mantissa times ten to the exponent, spelt plainly where 38 digits allow it.
    ///
    /// None if the mantissa has more than 38 digits or the exponent is out of reach.
    ///
    /// ```
    /// # use venue_wire::Decimal;
    /// const TICK: Decimal = Decimal::new(25, -2).unwrap();
    /// assert_eq!(TICK.to_string(), "0.25");
    /// ```
    pub const fn new(mantissa: i128, exponent: i32) -> Option<Self> {
        // Far below what any spelling reaches; keeps the arithmetic inside from overflowing.
        if exponent.unsigned_abs() > 10_000 {
            return None;
        }
        match Parts::from_value(mantissa < 0, mantissa.unsigned_abs(), exponent) {
            Some(parts) => Some(Self::from_parts(parts)),
            None => None,
        }
    }

    /// Reads the text of a decimal: the number grammar of JSON, no quotes, no space.
    ///
    /// # Errors
    ///
    /// If it is not a number as JSON spells them, or beyond the limits.
    #[inline]
    pub fn from_bytes(text: &[u8]) -> Result<Self, DecimalError> {
        Ok(Self::from_parts(Parts::parse(text)?))
    }

    /// All digits as one integer, with the sign: `-383.00` gives -38300.
    ///
    /// The value is this times ten to [`exponent`](Self::exponent).
    #[inline]
    pub const fn mantissa(&self) -> i128 {
        let digits = self.parts.mantissa() as i128;
        if self.parts.meta.has(Meta::NEGATIVE) {
            -digits
        } else {
            digits
        }
    }

    /// What ten is raised to: `383.00` gives -2, `1.5e3` gives 2.
    #[inline]
    pub const fn exponent(&self) -> i32 {
        self.parts.scale()
    }

    /// Digits after the point as spelt: `383.00` gives 2, `1.5e3` gives 1.
    #[inline]
    pub const fn fraction_digits(&self) -> u16 {
        self.parts.meta.fraction()
    }

    /// Whether it is zero, `-0` and `0.00` included.
    #[inline]
    pub const fn is_zero(&self) -> bool {
        self.parts.is_zero()
    }

    /// Whether it is below zero; `-0` is not.
    #[inline]
    pub const fn is_negative(&self) -> bool {
        self.parts.is_negative()
    }

    /// Whether it is above zero.
    #[inline]
    pub const fn is_positive(&self) -> bool {
        !self.parts.is_zero() && !self.parts.meta.has(Meta::NEGATIVE)
    }

    /// The form in which it stands on the wire.
    #[inline]
    pub const fn wire_form(&self) -> WireForm {
        if self.parts.meta.has(Meta::TEXT) {
            WireForm::Text
        } else {
            WireForm::Number
        }
    }

    /// The same value and spelling as another form. [`Any`] keeps the form that it came from.
    #[inline]
    pub const fn with_form<G: Form>(self) -> Decimal<G> {
        Decimal::from_parts(self.parts)
    }

    /// The same value in its plainest spelling: no exponent if 38 digits will do, no zeros at the
    /// end of the fraction, no sign on zero.
    ///
    /// ```
    /// # use venue_wire::Decimal;
    /// let fee: Decimal = "1.50e-3".parse().unwrap();
    /// assert_eq!(fee.normalized().to_string(), "0.0015");
    /// ```
    #[must_use]
    pub fn normalized(self) -> Self {
        let (mantissa, scale) = self.parts.reduced();
        // What could be read can be spelt plainly; the fallback is never taken.
        self.result(Parts::from_value(self.parts.is_negative(), mantissa, scale))
            .unwrap_or(self)
    }

    /// The value without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        let mut parts = self.parts;
        parts.meta = parts.meta.without(Meta::NEGATIVE);
        Self::from_parts(parts)
    }

    /// The exact sum, or none if it needs more than 38 digits.
    #[must_use]
    pub fn checked_add<G: Form>(&self, other: &Decimal<G>) -> Option<Self> {
        self.result(self.parts.checked_add(&other.parts))
    }

    /// The exact difference, or none if it needs more than 38 digits.
    #[must_use]
    pub fn checked_sub<G: Form>(&self, other: &Decimal<G>) -> Option<Self> {
        self.result(self.parts.checked_add(&other.parts.negated()))
    }

    /// The exact product, or none if it needs more than 38 digits.
    #[must_use]
    pub fn checked_mul<G: Form>(&self, other: &Decimal<G>) -> Option<Self> {
        self.result(self.parts.checked_mul(&other.parts))
    }

    /// A result in the form of this operand.
    fn result(&self, parts: Option<Parts>) -> Option<Self> {
        let mut parts = parts?;
        if self.parts.meta.has(Meta::TEXT) {
            parts.meta = parts.meta.with(Meta::TEXT);
        }
        Some(Self::from_parts(parts))
    }

    /// The value as an integer, if it is one and fits: `383.00` gives 383.
    pub fn to_i128(&self) -> Option<i128> {
        let (mantissa, scale) = self.parts.reduced();
        let power = 10i128.checked_pow(u32::try_from(scale).ok()?)?;
        let value = i128::try_from(mantissa).ok()?.checked_mul(power)?;
        Some(if self.parts.is_negative() {
            -value
        } else {
            value
        })
    }

    /// The value in units of ten to the minus `scale`, if it is a whole number of them and fits:
    /// `0.25` at scale 8 gives 25000000.
    pub fn to_scaled(&self, scale: u8) -> Option<i128> {
        let (mantissa, own) = self.parts.reduced();
        let power = 10i128.checked_pow(u32::try_from(own + i32::from(scale)).ok()?)?;
        let value = i128::try_from(mantissa).ok()?.checked_mul(power)?;
        Some(if self.parts.is_negative() {
            -value
        } else {
            value
        })
    }

    /// Whether it is a whole number of units of ten to the minus `scale`: `0.250` is at scale 2.
    pub fn is_multiple_of_unit(&self, scale: u8) -> bool {
        self.parts.reduced().1 + i32::from(scale) >= 0
    }
}

impl Decimal<Any> {
    /// The same value, to stand as a JSON string or number.
    #[must_use]
    pub const fn with_wire_form(self, form: WireForm) -> Self {
        let mut parts = self.parts;
        parts.meta = match form {
            WireForm::Number => parts.meta.without(Meta::TEXT),
            WireForm::Text => parts.meta.with(Meta::TEXT),
        };
        Self::from_parts(parts)
    }
}

impl<F: Form> Clone for Decimal<F> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Form> Copy for Decimal<F> {}

impl<F: Form> Default for Decimal<F> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<F: Form> fmt::Display for Decimal<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt_spelling(f)
    }
}

impl<F: Form> fmt::Debug for Decimal<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wire_form() {
            WireForm::Number => fmt::Display::fmt(self, f),
            WireForm::Text => write!(f, "\"{}\"", self.parts.spelling().as_str()),
        }
    }
}

impl<F: Form> FromStr for Decimal<F> {
    type Err = DecimalError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::from_bytes(text.as_bytes())
    }
}

impl<F: Form, G: Form> PartialEq<Decimal<G>> for Decimal<F> {
    #[inline]
    fn eq(&self, other: &Decimal<G>) -> bool {
        self.parts.cmp_value(&other.parts).is_eq()
    }
}

impl<F: Form> Eq for Decimal<F> {}

impl<F: Form, G: Form> PartialOrd<Decimal<G>> for Decimal<F> {
    #[inline]
    fn partial_cmp(&self, other: &Decimal<G>) -> Option<Ordering> {
        Some(self.parts.cmp_value(&other.parts))
    }
}

impl<F: Form> Ord for Decimal<F> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts.cmp_value(&other.parts)
    }
}

impl<F: Form> Hash for Decimal<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts.hash_value(state);
    }
}

impl<F: Form> std::ops::Neg for Decimal<F> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::from_parts(self.parts.negated())
    }
}

macro_rules! from_integer {
    ($($int:ty)*) => {$(
        impl<F: Form> From<$int> for Decimal<F> {
            #[inline]
            fn from(value: $int) -> Self {
                #[allow(unused_comparisons)]
                let sign = if value < 0 { Meta::NEGATIVE } else { 0 };
                #[allow(trivial_numeric_casts)]
                let magnitude = (value as i128).unsigned_abs();
                Self::from_parts(Parts { lo: magnitude as u64, hi: 0, meta: Meta::new(0, sign) })
            }
        }
    )*};
}

from_integer!(u8 u16 u32 u64 i8 i16 i32 i64);

impl<F: Form> TryFrom<i128> for Decimal<F> {
    type Error = DecimalError;

    fn try_from(value: i128) -> Result<Self, DecimalError> {
        Self::new(value, 0).ok_or_else(|| DecimalErrorKind::TooManyDigits.into())
    }
}

impl<F: Form> TryFrom<u128> for Decimal<F> {
    type Error = DecimalError;

    fn try_from(value: u128) -> Result<Self, DecimalError> {
        Parts::from_value(false, value, 0)
            .map(Self::from_parts)
            .ok_or_else(|| DecimalErrorKind::TooManyDigits.into())
    }
}
