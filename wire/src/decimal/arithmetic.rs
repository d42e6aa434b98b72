//! Exact sums, differences and products: the exact result, or none.

use super::parts::{Meta, Parts};
use super::{MAX_EXPONENT, MAX_FRACTION};

/// The largest mantissa: 38 nines.
const LARGEST: u128 = 10u128.pow(super::MAX_DIGITS) - 1;

/// Most digits after the point that are spelt out; beyond that an exponent reads better.
const PLAIN_FRACTION: i32 = 38;

/// The mantissa with so many zeros put at its end, if 38 digits hold it.
const fn stretch(mantissa: u128, zeros: i32) -> Option<u128> {
    let Some(power) = 10u128.checked_pow(zeros.unsigned_abs()) else {
        return None;
    };
    match mantissa.checked_mul(power) {
        Some(stretched) if stretched <= LARGEST => Some(stretched),
        _ => None,
    }
}

impl Parts {
    /// The plainest spelling of a value, or none where no spelling within the limits says it.
    pub(crate) const fn from_value(negative: bool, mantissa: u128, scale: i32) -> Option<Parts> {
        let (mut mantissa, mut scale) = (mantissa, scale);
        while mantissa > LARGEST {
            if !mantissa.is_multiple_of(10) {
                return None;
            }
            mantissa /= 10;
            scale += 1;
        }
        let sign = if negative { Meta::NEGATIVE } else { 0 };
        if mantissa == 0 {
            let fraction = if scale >= 0 { 0 } else { scale.unsigned_abs() };
            let most = PLAIN_FRACTION.unsigned_abs();
            let fraction = if fraction < most { fraction } else { most };
            return Some(Parts::new(0, Meta::new(fraction as u16, sign)));
        }
        if scale > 0
            && let Some(stretched) = stretch(mantissa, scale)
        {
            return Some(Parts::new(stretched, Meta::new(0, sign)));
        }
        if -PLAIN_FRACTION <= scale && scale <= 0 {
            return Some(Parts::new(
                mantissa,
                Meta::new(scale.unsigned_abs() as u16, sign),
            ));
        }
        Parts::with_exponent(sign, mantissa, scale)
    }

    /// Spells the scale as an exponent, trading digits for what is beyond it.
    const fn with_exponent(sign: u64, mantissa: u128, scale: i32) -> Option<Parts> {
        let limit = MAX_EXPONENT as i32;
        if scale > limit {
            return match stretch(mantissa, scale - limit) {
                Some(mantissa) => Parts::with_exponent(sign, mantissa, limit),
                None => None,
            };
        }
        let exponent = if scale < -limit { -limit } else { scale };
        let fraction = exponent - scale;
        if fraction > MAX_FRACTION as i32 {
            return None;
        }
        let sign = if exponent < 0 {
            sign | Meta::MINUS
        } else {
            sign
        };
        let meta = Meta::new(fraction as u16, sign).with_exponent(exponent as i16, 0);
        Some(Parts::new(mantissa, meta))
    }

    pub(crate) fn checked_add(&self, other: &Parts) -> Option<Parts> {
        let scale = self.scale().min(other.scale());
        // Zeros at the end of either may stand in the way; without them the sum is exact, or it
        // needs more digits than there are.
        add_at(self.signed(), other.signed(), scale).or_else(|| {
            let (a, b) = (self.signed_reduced(), other.signed_reduced());
            let scale = if a.1 == 0 {
                b.2
            } else if b.1 == 0 {
                a.2
            } else {
                a.2.min(b.2)
            };
            add_at(a, b, scale)
        })
    }

    pub(crate) const fn negated(mut self) -> Parts {
        self.meta = if self.meta.has(Meta::NEGATIVE) {
            self.meta.without(Meta::NEGATIVE)
        } else {
            self.meta.with(Meta::NEGATIVE)
        };
        self
    }

    pub(crate) fn checked_mul(&self, other: &Parts) -> Option<Parts> {
        let negative = self.is_negative() != other.is_negative();
        let scale = self.scale() + other.scale();
        let (mut a, mut b) = (self.mantissa(), other.mantissa());
        if a == 0 || b == 0 {
            return Parts::from_value(false, 0, scale);
        }
        if let Some(product) = a.checked_mul(b)
            && let Some(parts) = Parts::from_value(negative, product, scale)
        {
            return Some(parts);
        }
        // Pairs of 2 and 5 make zeros at the end, which are not digits that need room.
        let (reduced_a, reduced_b) = (self.reduced(), other.reduced());
        (a, b) = (reduced_a.0, reduced_b.0);
        let mut scale = reduced_a.1 + reduced_b.1;
        while a.is_multiple_of(2) && b.is_multiple_of(5) {
            (a, b, scale) = (a / 2, b / 5, scale + 1);
        }
        while a.is_multiple_of(5) && b.is_multiple_of(2) {
            (a, b, scale) = (a / 5, b / 2, scale + 1);
        }
        Parts::from_value(negative, a.checked_mul(b)?, scale)
    }

    fn signed(&self) -> (bool, u128, i32) {
        (self.is_negative(), self.mantissa(), self.scale())
    }

    fn signed_reduced(&self) -> (bool, u128, i32) {
        let (mantissa, scale) = self.reduced();
        (self.is_negative(), mantissa, scale)
    }
}

/// The sum of two values of sign, mantissa and scale, both stretched to the scale given.
fn add_at(a: (bool, u128, i32), b: (bool, u128, i32), scale: i32) -> Option<Parts> {
    let stretch = |(_, mantissa, from): (bool, u128, i32)| {
        if mantissa == 0 {
            return Some(0);
        }
        10u128
            .checked_pow((from - scale).unsigned_abs())?
            .checked_mul(mantissa)
    };
    let (big_a, big_b) = (stretch(a)?, stretch(b)?);
    if a.0 == b.0 {
        Parts::from_value(a.0, big_a.checked_add(big_b)?, scale)
    } else if big_a >= big_b {
        Parts::from_value(a.0 && big_a != big_b, big_a - big_b, scale)
    } else {
        Parts::from_value(b.0, big_b - big_a, scale)
    }
}
