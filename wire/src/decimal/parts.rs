//! What a decimal consists of, apart from the form that its type asks for.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// Marks that a value carries beside its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const NONE: Flags = Flags(0);
    /// Spelt with a minus in front.
    pub(crate) const NEGATIVE: Flags = Flags(1);
    /// Spelt with an exponent.
    pub(crate) const EXPONENT: Flags = Flags(2);
    /// The exponent's letter is `E`.
    pub(crate) const UPPER: Flags = Flags(4);
    /// The exponent has a plus.
    pub(crate) const PLUS: Flags = Flags(8);
    /// The exponent has a minus.
    pub(crate) const MINUS: Flags = Flags(16);
    /// It stands as a JSON string.
    pub(crate) const TEXT: Flags = Flags(32);

    #[inline]
    pub(crate) const fn has(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub(crate) const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    #[inline]
    pub(crate) const fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }
}

/// The digits of a decimal and how they are spelt.
///
/// The mantissa is kept as two halves so that the whole is 24 bytes, aligned to 8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) lo: u64,
    pub(crate) hi: u64,
    /// Digits after the point.
    pub(crate) fraction: u16,
    /// The exponent as spelt.
    pub(crate) exponent: i16,
    /// Zeros before the exponent's first digit.
    pub(crate) exponent_zeros: u8,
    pub(crate) flags: Flags,
}

impl Parts {
    pub(crate) const ZERO: Parts = Parts {
        lo: 0,
        hi: 0,
        fraction: 0,
        exponent: 0,
        exponent_zeros: 0,
        flags: Flags::NONE,
    };

    /// All digits as one integer, without the sign.
    #[inline]
    pub(crate) const fn mantissa(&self) -> u128 {
        (self.hi as u128) << 64 | self.lo as u128
    }

    #[inline]
    pub(crate) const fn set_mantissa(&mut self, mantissa: u128) {
        self.lo = mantissa as u64;
        self.hi = (mantissa >> 64) as u64;
    }

    /// The value is the mantissa times ten to this.
    #[inline]
    pub(crate) const fn scale(&self) -> i32 {
        self.exponent as i32 - self.fraction as i32
    }

    #[inline]
    pub(crate) const fn is_zero(&self) -> bool {
        self.lo == 0 && self.hi == 0
    }

    /// Below zero; `-0` is not.
    #[inline]
    pub(crate) const fn is_negative(&self) -> bool {
        self.flags.has(Flags::NEGATIVE) && !self.is_zero()
    }

    /// The value with the least digits that say it: mantissa without trailing zeros, and scale.
    pub(crate) fn reduced(&self) -> (u128, i32) {
        let mut mantissa = self.mantissa();
        if mantissa == 0 {
            return (0, 0);
        }
        let mut scale = self.scale();
        while mantissa % 10 == 0 {
            mantissa /= 10;
            scale += 1;
        }
        (mantissa, scale)
    }

    fn cmp_magnitude(&self, other: &Parts) -> Ordering {
        let (a, b) = (self.mantissa(), other.mantissa());
        let (scale_a, scale_b) = (self.scale(), other.scale());
        if scale_a == scale_b || a == 0 || b == 0 {
            return a.cmp(&b);
        }
        // Where the first digits stand decides unless they stand at the same place; then the
        // shorter mantissa can be stretched to the length of the other, which has 38 digits at
        // most.
        let head = |mantissa: u128, scale: i32| mantissa.ilog10() as i32 + scale;
        head(a, scale_a).cmp(&head(b, scale_b)).then_with(|| {
            let stretch = |mantissa: u128, by: i32| mantissa * 10u128.pow(by.unsigned_abs());
            if scale_a > scale_b {
                stretch(a, scale_a - scale_b).cmp(&b)
            } else {
                a.cmp(&stretch(b, scale_b - scale_a))
            }
        })
    }

    pub(crate) fn cmp_value(&self, other: &Parts) -> Ordering {
        match (self.is_negative(), other.is_negative()) {
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }

    pub(crate) fn hash_value<H: Hasher>(&self, state: &mut H) {
        (self.is_negative(), self.reduced()).hash(state);
    }
}
