//! Exact conversions from and to the crate `rust_decimal`.

use super::{Decimal, DecimalError, DecimalErrorKind};
use crate::form::Form;

impl<F: Form> TryFrom<Decimal<F>> for rust_decimal::Decimal {
    type Error = DecimalError;

    /// Keeps the zeros at the end of the fraction where there is room for them.
    ///
    /// Fails if the value needs more than 28 digits after the point or a mantissa of more than 96
    /// bits: it is never rounded.
    fn try_from(value: Decimal<F>) -> Result<Self, DecimalError> {
        let exact = |mantissa: i128, exponent: i32| {
            let scale = u32::try_from(-exponent.min(0)).ok()?;
            let mantissa = mantissa.checked_mul(10i128.checked_pow(exponent.max(0) as u32)?)?;
            rust_decimal::Decimal::try_from_i128_with_scale(mantissa, scale).ok()
        };
        exact(value.mantissa(), value.exponent())
            .or_else(|| {
                let (mantissa, exponent) = value.parts.reduced();
                let mantissa = i128::try_from(mantissa).ok()?;
                exact(
                    if value.is_negative() {
                        -mantissa
                    } else {
                        mantissa
                    },
                    exponent,
                )
            })
            .ok_or_else(|| DecimalErrorKind::TooManyDigits.into())
    }
}

impl<F: Form> From<rust_decimal::Decimal> for Decimal<F> {
    /// Keeps the zeros at the end of the fraction.
    fn from(value: rust_decimal::Decimal) -> Self {
        // 29 digits and a scale of 28 at most: always within the limits.
        Decimal::new(value.mantissa(), -(value.scale() as i32)).unwrap_or_default()
    }
}
