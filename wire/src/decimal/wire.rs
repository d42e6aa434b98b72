//! Reads and writes decimals through serde.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::parts::{Meta, Parts};
use super::{Decimal, DecimalError, WireForm};
use crate::form::Form;
use crate::number_token::{self, FromToken, TokenKind, is_json};

impl<F: Form> Serialize for Decimal<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let spelling = self.parts.spelling();
        if self.wire_form() == WireForm::Number && is_json::<S::Error>() {
            number_token::write_raw(serializer, spelling.as_str())
        } else {
            serializer.serialize_str(spelling.as_str())
        }
    }
}

impl<'de, F: Form> Deserialize<'de> for Decimal<F> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if F::NUMBER {
            deserializer.deserialize_newtype_struct(number_token::RAW, DecimalVisitor(PhantomData))
        } else if is_json::<D::Error>() {
            deserializer.deserialize_str(DecimalVisitor(PhantomData))
        } else {
            deserializer.deserialize_any(DecimalVisitor(PhantomData))
        }
    }
}

fn wrong_kind<F: Form, E: de::Error>(found: &str) -> E {
    let expected = match (F::NUMBER, F::TEXT) {
        (true, false) => "a decimal as a number",
        (false, _) => "a decimal as a string",
        (true, true) => "a decimal as a number or a string",
    };
    E::custom(format_args!("expected {expected}, found {found}"))
}

#[cold]
fn refuse<E: de::Error>(kind: super::DecimalErrorKind) -> E {
    E::custom(DecimalError::from(kind))
}

/// The whole text of a JSON value, string or number.
impl<'de, F: Form> FromToken<'de> for Decimal<F> {
    const DIGITS: bool = F::NUMBER;

    #[inline(always)]
    fn from_digits(lo: u64, meta: Meta) -> Option<Self> {
        Some(Decimal::from_parts(Parts { lo, hi: 0, meta }))
    }

    // Inlined whatever the compiler thinks: what it returns through memory is slow to pick up, as
    // it is stored in words and loaded in pairs of them.
    #[inline(always)]
    fn from_borrowed<E: de::Error>(text: &'de str) -> Result<Self, E> {
        if F::NUMBER
            && let Some((lo, meta)) = Parts::parse_short(text.as_bytes())
        {
            return Ok(Decimal::from_parts(Parts { lo, hi: 0, meta }));
        }
        other_token(text)
    }

    fn from_owned<E: de::Error>(text: String) -> Result<Self, E> {
        other_token(&text)
    }
}

/// A token that is a long number, one with an exponent, or no number: a string, perhaps.
#[cold]
#[inline(never)]
fn other_token<F: Form, E: de::Error>(text: &str) -> Result<Decimal<F>, E> {
    match number_token::kind_of(text) {
        "a number" if F::NUMBER => match Parts::parse(text.as_bytes()) {
            Ok(parts) => Ok(Decimal::from_parts(parts)),
            Err(kind) => Err(refuse(kind)),
        },
        "a string" if F::TEXT => match number_token::unquote(text) {
            Some(inner) => text_value(&inner),
            None => Err(wrong_kind::<F, E>("a string that is not JSON")),
        },
        found => Err(wrong_kind::<F, E>(found)),
    }
}

fn text_value<F: Form, E: de::Error>(text: &str) -> Result<Decimal<F>, E> {
    let mut parts = Parts::parse(text.as_bytes()).map_err(refuse)?;
    parts.meta = parts.meta.with(Meta::TEXT);
    Ok(Decimal::from_parts(parts))
}

struct DecimalVisitor<F>(PhantomData<F>);

impl<F: Form> DecimalVisitor<F> {
    /// Integers come from formats that have them, and from buffers under serde_json, where a
    /// number must not pass for a string.
    fn integer<E: de::Error>(value: Option<Decimal<F>>) -> Result<Decimal<F>, E> {
        if !F::NUMBER && is_json::<E>() {
            return Err(wrong_kind::<F, E>("a number"));
        }
        value.ok_or_else(|| refuse(super::DecimalErrorKind::TooManyDigits))
    }
}

impl<'de, F: Form> Visitor<'de> for DecimalVisitor<F> {
    type Value = Decimal<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (F::NUMBER, F::TEXT) {
            (true, false) => "a decimal as a number",
            (false, _) => "a decimal as a string",
            (true, true) => "a decimal as a number or a string",
        })
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match number_token::read_token_key(&mut map)? {
            Some(TokenKind::Raw | TokenKind::Number) => number_token::read_token(&mut map),
            None => Err(wrong_kind::<F, A::Error>("an object")),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        // Other formats hold every decimal as a string; under serde_json this is a JSON string
        // that was buffered.
        if !F::TEXT && is_json::<E>() {
            return Err(wrong_kind::<F, E>("a string"));
        }
        text_value(text)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Self::integer(Some(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Self::integer(Some(value.into()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Self::Value, E> {
        Self::integer(value.try_into().ok())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Self::Value, E> {
        Self::integer(value.try_into().ok())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Err(E::custom(format_args!("found {}", number_token::FLOAT)))
    }
}
