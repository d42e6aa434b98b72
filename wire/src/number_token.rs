//! The one place that knows how serde_json hands out and takes raw JSON text.
//!
//! serde_json has a private agreement with its own `RawValue`: a newtype struct (or struct, when
//! writing) of a certain name stands for the text of the value. Reading a number's token that way
//! is what keeps it exact without `arbitrary_precision`, which would change the behaviour of every
//! other crate in the user's build. Tests hold the names against what serde_json's own types use.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::decimal::Meta;

/// What `RawValue` is called.
pub(crate) const RAW: &str = "$serde_json::private::RawValue";
/// What a number is called that went through a buffer under `arbitrary_precision`.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";
/// What our own reader is asked for where digits will do for the text of a number.
pub(crate) const DIGITS: &str = "$venue_wire::Digits";

/// The digits of a decimal and their spelling, as one value.
#[inline]
pub(crate) fn digits(lo: u64, meta: Meta) -> u128 {
    u128::from(meta.word()) << 64 | u128::from(lo)
}

/// Whether `E` is serde_json's error, and so the format JSON's.
///
/// Names and not `TypeId`s are compared because `E` need not be `'static`. For one and the same
/// type the names are always equal, and the comparison is folded away.
#[inline]
pub(crate) fn is_json<E>() -> bool {
    std::any::type_name::<E>() == std::any::type_name::<serde_json::Error>()
}

/// The text behind a map that stands for one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The text of any JSON value.
    Raw,
    /// The text of a number.
    Number,
}

/// Reads the key of a map that stands for one token; `None` if it is any other map.
#[inline]
pub(crate) fn read_token_key<'de, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<Option<TokenKind>, A::Error> {
    Ok(map.next_key_seed(KeySeed)?.flatten())
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Option<TokenKind>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Option<TokenKind>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a raw value")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(match key {
            RAW => Some(TokenKind::Raw),
            NUMBER => Some(TokenKind::Number),
            _ => None,
        })
    }
}

/// Makes something of the text of a token.
pub(crate) trait FromToken<'de>: Sized {
    /// It would rather have the digits than the text, where somebody has read them.
    const DIGITS: bool = false;

    /// From digits and how they are spelt.
    fn from_digits(_lo: u64, _meta: Meta) -> Option<Self> {
        None
    }

    /// From text within the input.
    fn from_borrowed<E: de::Error>(text: &'de str) -> Result<Self, E>;

    /// From text of its own.
    fn from_owned<E: de::Error>(text: String) -> Result<Self, E>;
}

/// Reads the value of a map that stands for one token.
#[inline]
pub(crate) fn read_token<'de, T: FromToken<'de>, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<T, A::Error> {
    map.next_value_seed(TextSeed(PhantomData))
}

struct TextSeed<T>(PhantomData<T>);

impl<'de, T: FromToken<'de>> DeserializeSeed<'de> for TextSeed<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        match T::DIGITS {
            // Our reader gives digits to who asks like this; to others it is the name of a wrapper, which
            // they take off.
            true => deserializer.deserialize_newtype_struct(DIGITS, self),
            false => deserializer.deserialize_str(self),
        }
    }
}

impl<'de, T: FromToken<'de>> Visitor<'de> for TextSeed<T> {
    type Value = T;

    fn visit_newtype_struct<D: Deserializer<'de>>(self, text: D) -> Result<T, D::Error> {
        text.deserialize_str(self)
    }

    /// Digits that our reader has read: see [`digits`].
    #[inline]
    fn visit_u128<E: de::Error>(self, digits: u128) -> Result<T, E> {
        let (lo, meta) = (digits as u64, Meta::new(0, (digits >> 64) as u64));
        match T::from_digits(lo, meta) {
            Some(value) if is_json::<E>() => Ok(value),
            _ => Err(E::invalid_type(Unexpected::Other("u128"), &self)),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text of a JSON value")
    }

    #[inline]
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<T, E> {
        T::from_borrowed(text)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_owned(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<T, E> {
        T::from_owned(text)
    }
}

/// Writes text as a JSON value of its own. Only for serializers of which [`is_json`] holds.
#[inline]
pub(crate) fn write_raw<S: Serializer>(serializer: S, json: &str) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_struct(RAW, 1)?;
    out.serialize_field(RAW, json)?;
    out.end()
}

/// What kind of value a JSON text is, for messages.
pub(crate) fn kind_of(json: &str) -> &'static str {
    match json.trim_ascii_start().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ => "no JSON value",
    }
}

/// The text between the quotes of a JSON string, unescaped.
pub(crate) fn unquote(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(json).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// Whether a text is one JSON value.
pub(crate) fn is_value(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Holds what stands for a number against being one.
fn number_text<E: de::Error>(text: &str) -> Result<(), E> {
    if kind_of(text) == "a number" && is_value(text) {
        return Ok(());
    }
    Err(E::custom("expected the text of a number"))
}

/// An exact JSON value made of what a buffer gives back; see [`RawText`].
struct Transcribed(String);

/// The text of any JSON value, borrowed where the input allows it.
pub(crate) struct RawText<'de>(pub(crate) Cow<'de, str>);

impl<'de> FromToken<'de> for RawText<'de> {
    #[inline]
    fn from_borrowed<E: de::Error>(text: &'de str) -> Result<Self, E> {
        Ok(RawText(Cow::Borrowed(text)))
    }

    fn from_owned<E: de::Error>(text: String) -> Result<Self, E> {
        Ok(RawText(Cow::Owned(text)))
    }
}

impl<'de> serde::Deserialize<'de> for RawText<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match read_token_key(&mut map)? {
            Some(TokenKind::Raw) => read_token(&mut map),
            Some(TokenKind::Number) => read_token(&mut map)
                .and_then(|RawText(text)| number_text(&text).map(|()| RawText(text))),
            None => Err(de::Error::custom(
                "expected the text of a JSON value, found a map",
            )),
        }
    }

    /// Formats that do not hand out raw text, serde's own buffers among them.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        if is_json::<D::Error>() {
            let Transcribed(text) = serde::Deserialize::deserialize(deserializer)?;
            return Ok(RawText(Cow::Owned(text)));
        }
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        // Validated here: elsewhere it is taken to be JSON.
        if !is_value(&text) {
            return Err(de::Error::custom("expected the text of a JSON value"));
        }
        Ok(RawText(Cow::Owned(text.trim_ascii().to_owned())))
    }
}

impl<'de> serde::Deserialize<'de> for Transcribed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TranscribeVisitor)
    }
}

struct TranscribeVisitor;

/// The JSON text of something that always has one.
fn write_json<T: Serialize + ?Sized, E: de::Error>(value: &T) -> Result<Transcribed, E> {
    serde_json::to_string(value)
        .map(Transcribed)
        .map_err(de::Error::custom)
}

impl<'de> Visitor<'de> for TranscribeVisitor {
    type Value = Transcribed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Transcribed, E> {
        write_json(&value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Transcribed, E> {
        write_json(&value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Transcribed, E> {
        write_json(&value)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Transcribed, E> {
        Ok(Transcribed(value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Transcribed, E> {
        Ok(Transcribed(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Transcribed, E> {
        Err(de::Error::custom(FLOAT))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Transcribed, E> {
        write_json(value)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Transcribed, E> {
        Ok(Transcribed("null".to_owned()))
    }

    fn visit_none<E: de::Error>(self) -> Result<Transcribed, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Transcribed, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Transcribed, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Transcribed, A::Error> {
        let mut text = String::from("[");
        while let Some(Transcribed(element)) = seq.next_element()? {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&element);
        }
        text.push(']');
        Ok(Transcribed(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Transcribed, A::Error> {
        let mut text = String::from("{");
        while let Some(key) = map.next_key::<String>()? {
            let Transcribed(value) = map.next_value()?;
            if text.len() == 1 && key == NUMBER {
                let number = unquote(&value).unwrap_or_default();
                number_text(&number)?;
                return Ok(Transcribed(number.into_owned()));
            }
            if text.len() > 1 {
                text.push(',');
            }
            let Transcribed(key) = write_json(&key)?;
            text.push_str(&key);
            text.push(':');
            text.push_str(&value);
        }
        text.push('}');
        Ok(Transcribed(text))
    }
}

/// Said wherever a number arrives as `f64`.
pub(crate) const FLOAT: &str = "a number that has already gone through binary floating point, \
     so that its digits are lost: read it from JSON text, not through a buffer (`untagged`, \
     `flatten`, internally tagged enums) or another format's floats";

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::value::Error;
    use serde::forward_to_deserialize_any;
    use serde_json::value::RawValue;

    use super::*;

    /// Fails with the name that it is asked for.
    struct Probe;

    impl<'de> Deserializer<'de> for Probe {
        type Error = Error;

        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            _: V,
        ) -> Result<V::Value, Error> {
            Err(de::Error::custom(name))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(de::Error::custom("any"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    fn name_read<'de, T: Deserialize<'de> + std::fmt::Debug>() -> String {
        T::deserialize(Probe).unwrap_err().to_string()
    }

    #[test]
    fn raw_values_are_read_by_the_name_that_serde_json_uses() {
        assert_eq!(name_read::<&RawValue>(), RAW);
        assert_eq!(name_read::<Box<RawValue>>(), RAW);
        assert_eq!(name_read::<crate::Decimal>(), RAW);
        assert_eq!(name_read::<crate::Json>(), RAW);
    }

    /// Writing under any other name would show up as an object.
    #[test]
    fn raw_values_are_written_as_serde_json_writes_them() {
        struct Written;
        impl Serialize for Written {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                assert!(is_json::<S::Error>());
                write_raw(serializer, "1.10")
            }
        }
        assert_eq!(serde_json::to_string(&[Written]).unwrap(), "[1.10]");
        assert_eq!(serde_json::to_string_pretty(&Written).unwrap(), "1.10");
        assert!(serde_json::to_value(Written).unwrap().is_number());
        assert!(!is_json::<Error>() && !is_json::<std::fmt::Error>());
    }

    /// What a buffer holds under `arbitrary_precision`, whether that is on or not.
    #[test]
    fn a_number_in_disguise_is_read_by_its_digits() {
        let disguised = || {
            let entries = std::iter::once((NUMBER, "1.10"));
            de::value::MapDeserializer::<_, serde_json::Error>::new(entries)
        };
        let value = crate::Decimal::<crate::Number>::deserialize(disguised()).unwrap();
        assert_eq!(value.to_string(), "1.10");
        assert_eq!(crate::Json::deserialize(disguised()).unwrap().get(), "1.10");
        let value: serde_json::Value = serde_json::from_str("1.10").unwrap();
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(
            serde_json::from_value::<crate::Json>(value).unwrap().get(),
            text
        );
    }
}
