//! What a decimal consists of, apart from the form that its type asks for.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;

/// Everything about a spelling but the digits, in one word.
///
/// One word and not five small fields: decoding moves a decimal several times, and a processor
/// that has to read as one what was written as several stalls on each move. Never zero, so that
/// an `Option` of a decimal is no larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta(NonZeroU64);

impl Meta {
    /// Spelt with a minus in front.
    pub(crate) const NEGATIVE: u64 = 1 << 48;
    /// Spelt with an exponent.
    pub(crate) const EXPONENT: u64 = 1 << 49;
    /// The exponent's letter is `E`.
    pub(crate) const UPPER: u64 = 1 << 50;
    /// The exponent has a plus.
    pub(crate) const PLUS: u64 = 1 << 51;
    /// The exponent has a minus.
    pub(crate) const MINUS: u64 = 1 << 52;
    /// It stands as a JSON string.
    pub(crate) const TEXT: u64 = 1 << 53;
    /// Set in every value.
    const SET: u64 = 1 << 63;

    /// Bits 0 to 15: digits after the point. 16 to 31: the exponent as spelt, in two's
    /// complement. 32 to 47: zeros before the exponent's first digit. From 48 on: flags.
    #[inline]
    pub(crate) const fn new(fraction: u16, flags: u64) -> Meta {
        match NonZeroU64::new(fraction as u64 | flags | Self::SET) {
            Some(word) => Meta(word),
            None => unreachable!(),
        }
    }

    /// All of it; [`new`](Self::new) takes it back as flags.
    #[inline]
    pub(crate) const fn word(self) -> u64 {
        self.0.get()
    }

    #[inline]
    pub(crate) const fn has(self, flag: u64) -> bool {
        self.0.get() & flag != 0
    }

    #[inline]
    pub(crate) const fn with(self, flag: u64) -> Meta {
        Meta::new(0, self.0.get() | flag)
    }

    #[inline]
    pub(crate) const fn without(self, flag: u64) -> Meta {
        Meta::new(0, self.0.get() & !flag)
    }

    /// Digits after the point.
    #[inline]
    pub(crate) const fn fraction(self) -> u16 {
        self.0.get() as u16
    }

    /// The exponent as spelt.
    #[inline]
    pub(crate) const fn exponent(self) -> i16 {
        (self.0.get() >> 16) as i16
    }

    /// Zeros before the exponent's first digit.
    #[inline]
    pub(crate) const fn exponent_zeros(self) -> u16 {
        (self.0.get() >> 32) as u16
    }

    /// With an exponent; its sign and letter are flags.
    pub(crate) const fn with_exponent(self, exponent: i16, zeros: u16) -> Meta {
        let bits = (exponent as u16 as u64) << 16 | (zeros as u64) << 32 | Self::EXPONENT;
        self.with(bits)
    }
}

/// The digits of a decimal and how they are spelt.
///
/// The mantissa is kept as two halves so that the whole is 24 bytes, aligned to 8.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Parts {
    pub(crate) lo: u64,
    pub(crate) hi: u64,
    pub(crate) meta: Meta,
}

impl Parts {
    pub(crate) const ZERO: Parts = Parts {
        lo: 0,
        hi: 0,
        meta: Meta::new(0, 0),
    };

    /// All digits as one integer, without the sign.
    #[inline]
    pub(crate) const fn mantissa(&self) -> u128 {
        (self.hi as u128) << 64 | self.lo as u128
    }

    #[inline]
    pub(crate) const fn new(mantissa: u128, meta: Meta) -> Parts {
        Parts {
            lo: mantissa as u64,
            hi: (mantissa >> 64) as u64,
            meta,
        }
    }

    /// The value is the mantissa times ten to this.
    #[inline]
    pub(crate) const fn scale(&self) -> i32 {
        self.meta.exponent() as i32 - self.meta.fraction() as i32
    }

    #[inline]
    pub(crate) const fn is_zero(&self) -> bool {
        self.lo == 0 && self.hi == 0
    }

    /// Below zero; `-0` is not.
    #[inline]
    pub(crate) const fn is_negative(&self) -> bool {
        self.meta.has(Meta::NEGATIVE) && !self.is_zero()
    }

    /// The value with the least digits that say it: mantissa without trailing zeros, and scale.
    pub(crate) fn reduced(&self) -> (u128, i32) {
        let mut mantissa = self.mantissa();
        if mantissa == 0 {
            return (0, 0);
        }
        let mut scale = self.scale();
        while mantissa.is_multiple_of(10) {
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
