//! Writes a decimal as it was spelt.

use std::fmt;

use super::parts::{Meta, Parts};

/// Bytes that hold every spelling without a run of zeros in it.
const SHORT: usize = 64;

/// The spelling of a decimal: on the stack unless it is very long.
pub(crate) enum Spelling {
    /// The bytes from the second field on.
    Short([u8; SHORT], usize),
    Long(String),
}

impl Spelling {
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        match self {
            // The bytes are digits, signs, points and letters; the fallback is never taken.
            Spelling::Short(bytes, start) => {
                std::str::from_utf8(&bytes[*start..]).unwrap_or_default()
            }
            Spelling::Long(text) => text,
        }
    }
}

impl Parts {
    /// How it is spelt.
    #[inline]
    pub(crate) fn spelling(&self) -> Spelling {
        // 38 digits, a point, a zero before it, two signs, a letter and the exponent.
        if self.meta.fraction() > 38 || self.meta.exponent_zeros() > 8 {
            return Spelling::Long(self.spell_long());
        }
        let mut out = Backwards {
            bytes: [0; SHORT],
            start: SHORT,
        };
        if self.meta.has(Meta::EXPONENT) {
            out.number(u64::from(self.meta.exponent().unsigned_abs()));
            out.zeros(usize::from(self.meta.exponent_zeros()));
            if self.meta.has(Meta::PLUS) {
                out.byte(b'+');
            } else if self.meta.has(Meta::MINUS) {
                out.byte(b'-');
            }
            out.byte(if self.meta.has(Meta::UPPER) {
                b'E'
            } else {
                b'e'
            });
        }
        let mut left = usize::from(self.meta.fraction());
        let point = left > 0;
        let mut digits = 0;
        let mut low = self.lo;
        if self.hi != 0 {
            let mut mantissa = self.mantissa();
            while mantissa > u128::from(u64::MAX) {
                out.digit((mantissa % 10) as u64, &mut left, &mut digits);
                mantissa /= 10;
            }
            low = mantissa as u64;
        }
        while low != 0 {
            out.digit(low % 10, &mut left, &mut digits);
            low /= 10;
        }
        // The rest of the fraction, and the zero before the point.
        if point {
            if left > 0 {
                out.zeros(left);
                out.byte(b'.');
                out.byte(b'0');
            } else if digits == usize::from(self.meta.fraction()) {
                out.byte(b'0');
            }
        } else if digits == 0 {
            out.byte(b'0');
        }
        if self.meta.has(Meta::NEGATIVE) {
            out.byte(b'-');
        }
        Spelling::Short(out.bytes, out.start)
    }

    #[cold]
    fn spell_long(&self) -> String {
        let mut text = String::new();
        if self.meta.has(Meta::NEGATIVE) {
            text.push('-');
        }
        let fraction = usize::from(self.meta.fraction());
        let digits = format!("{:0>width$}", self.mantissa(), width = fraction + 1);
        let (whole, rest) = digits.split_at(digits.len() - fraction);
        text.push_str(whole);
        if fraction > 0 {
            text.push('.');
            text.push_str(rest);
        }
        if self.meta.has(Meta::EXPONENT) {
            text.push(if self.meta.has(Meta::UPPER) { 'E' } else { 'e' });
            if self.meta.has(Meta::PLUS) {
                text.push('+');
            } else if self.meta.has(Meta::MINUS) {
                text.push('-');
            }
            text.extend(std::iter::repeat_n(
                '0',
                usize::from(self.meta.exponent_zeros()),
            ));
            text.push_str(&self.meta.exponent().unsigned_abs().to_string());
        }
        text
    }

    pub(crate) fn fmt_spelling(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelling = self.spelling();
        let text = spelling.as_str();
        // `pad_integral` and not `pad`: a precision must not cut digits off.
        match text.strip_prefix('-') {
            Some(digits) => f.pad_integral(false, "", digits),
            None => f.pad_integral(true, "", text),
        }
    }
}

/// A buffer that is filled from its end.
struct Backwards {
    bytes: [u8; SHORT],
    start: usize,
}

impl Backwards {
    #[inline]
    fn byte(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    fn zeros(&mut self, count: usize) {
        for _ in 0..count {
            self.byte(b'0');
        }
    }

    fn number(&mut self, mut number: u64) {
        loop {
            self.byte(b'0' + (number % 10) as u8);
            number /= 10;
            if number == 0 {
                break;
            }
        }
    }

    /// A digit of the mantissa, and the point once the fraction is through.
    #[inline]
    fn digit(&mut self, value: u64, left: &mut usize, digits: &mut usize) {
        self.byte(b'0' + value as u8);
        *digits += 1;
        if *left > 0 {
            *left -= 1;
            if *left == 0 {
                self.byte(b'.');
            }
        }
    }
}
