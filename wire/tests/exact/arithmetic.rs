//! Sums, differences, products and scaled integers against big integers.

use num_bigint::BigInt;
use proptest::prelude::*;
use venue_wire::{Decimal, Scaled};

use crate::decimal::{aligned, exact, number};

/// Whether 38 digits and the reach of the exponent can say a value.
fn fits(value: &(BigInt, i64)) -> bool {
    let text = value.0.to_string();
    let digits = text.trim_start_matches('-');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return true;
    }
    let scale = value.1 + (digits.len() - significant.len()) as i64;
    // Zeros may be put at the end of the digits, and before their first by way of the fraction.
    let room = 38 - significant.len() as i64;
    room >= 0 && scale - room <= 999 && scale >= -999 - 999
}

fn check(result: Option<Decimal>, expected: (BigInt, i64)) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        result.is_some(),
        fits(&expected),
        "{:?} {:?}",
        result,
        expected
    );
    if let Some(result) = result {
        let (a, b, _) = aligned(&exact(&result.to_string()), &expected);
        prop_assert_eq!(a, b);
    }
    Ok(())
}

proptest! {
    #[test]
    fn sums_and_differences_are_exact_or_none(a in number(), b in number()) {
        let (Ok(x), Ok(y)) = (a.parse::<Decimal>(), b.parse::<Decimal>()) else { return Ok(()) };
        let (big_x, big_y, scale) = aligned(&exact(&a), &exact(&b));
        check(x.checked_add(&y), (&big_x + &big_y, scale))?;
        check(x.checked_sub(&y), (big_x - big_y, scale))?;
    }

    #[test]
    fn products_are_exact_or_none(a in number(), b in number()) {
        let (Ok(x), Ok(y)) = (a.parse::<Decimal>(), b.parse::<Decimal>()) else { return Ok(()) };
        let (big_x, big_y) = (exact(&a), exact(&b));
        check(x.checked_mul(&y), (big_x.0 * big_y.0, big_x.1 + big_y.1))?;
    }

    #[test]
    fn scaled_integers_say_their_decimal(units in any::<i64>()) {
        let value = Scaled::<8>::new(units);
        let decimal: Decimal = value.to_decimal();
        prop_assert_eq!(decimal, <Decimal>::new(units.into(), -8).unwrap());
        prop_assert_eq!(Scaled::try_from_decimal(&decimal), Ok(value));
        prop_assert_eq!(value.to_string().parse(), Ok(value));
        prop_assert_eq!(value.to_string(), decimal.to_string());
    }
}

#[test]
fn sums_keep_the_fraction_of_the_operands() {
    let add = |a: &str, b: &str| {
        let (a, b): (Decimal, Decimal) = (a.parse().unwrap(), b.parse().unwrap());
        a.checked_add(&b).map(|sum| sum.to_string())
    };
    assert_eq!(add("1.50", "2.5").as_deref(), Some("4.00"));
    assert_eq!(add("1e2", "0.5").as_deref(), Some("100.5"));
    assert_eq!(
        add("1e37", "1").as_deref(),
        Some("10000000000000000000000000000000000001")
    );
    assert_eq!(add("1e38", "1"), None);
    assert_eq!(
        add("1e38", "-1").as_deref(),
        Some("99999999999999999999999999999999999999")
    );
    assert_eq!(add("1e999", "0.00").as_deref(), Some("1e999"));
}

#[test]
fn a_scaled_integer_takes_no_part_of_a_unit() {
    let read = |text: &str| text.parse::<Scaled<2, u8>>();
    assert_eq!(read("2.55").map(Scaled::get), Ok(255));
    assert_eq!(read("2.550").map(Scaled::get), Ok(255));
    assert_eq!(read("2.555"), Err(venue_wire::ScaledError::Inexact));
    assert_eq!(read("2.56"), Err(venue_wire::ScaledError::OutOfRange));
    assert_eq!(read("-1"), Err(venue_wire::ScaledError::OutOfRange));
    assert_eq!(read("1e999"), Err(venue_wire::ScaledError::OutOfRange));
}
