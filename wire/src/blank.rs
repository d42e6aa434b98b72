//! The empty string that stands for "none".

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::number_token::{self, RawText, is_json};
use crate::validate::Validate;
use crate::violation::Violations;

/// A value for which the venue sends the empty string when there is none.
///
/// `T` is a type that stands as a JSON string.
///
/// ```
/// use venue_wire::{Blank, DateTime};
///
/// let none: Blank<DateTime> = serde_json::from_str(r#""""#)?;
/// assert_eq!(none, Blank(None));
/// let some: Blank<DateTime> = serde_json::from_str(r#""2018-08-16T17:34:21Z""#)?;
/// assert_eq!(some.0.unwrap().year(), 2018);
/// assert_eq!(serde_json::to_string(&none)?, r#""""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Blank<T>(pub Option<T>);

impl<T> Blank<T> {
    /// The value, if there is one.
    #[inline]
    pub const fn as_ref(&self) -> Option<&T> {
        self.0.as_ref()
    }

    /// The value, if there is one.
    #[inline]
    pub fn into_inner(self) -> Option<T> {
        self.0
    }

    /// Whether the empty string stands there.
    #[inline]
    pub const fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl<T> Default for Blank<T> {
    fn default() -> Self {
        Blank(None)
    }
}

impl<T> From<T> for Blank<T> {
    fn from(value: T) -> Self {
        Blank(Some(value))
    }
}

impl<T> From<Option<T>> for Blank<T> {
    fn from(value: Option<T>) -> Self {
        Blank(value)
    }
}

impl<T: Serialize> Serialize for Blank<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_str(""),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Blank<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !is_json::<D::Error>() {
            return deserializer.deserialize_str(BlankVisitor(PhantomData));
        }
        // The token is read and not the string, so that a `decimal-any` keeps its digits.
        let RawText(text) = RawText::deserialize(deserializer)?;
        match number_token::unquote(&text) {
            Some(inner) => from_str_value(inner),
            None => serde_json::from_str(&text)
                .map(|value| Blank(Some(value)))
                .map_err(de::Error::custom),
        }
    }
}

fn from_str_value<T: DeserializeOwned, E: de::Error>(text: Cow<'_, str>) -> Result<Blank<T>, E> {
    if text.is_empty() {
        return Ok(Blank(None));
    }
    T::deserialize(StrDeserializer::new(&text)).map(|value| Blank(Some(value)))
}

struct BlankVisitor<T>(PhantomData<T>);

impl<T: DeserializeOwned> Visitor<'_> for BlankVisitor<T> {
    type Value = Blank<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, empty for none")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Blank<T>, E> {
        from_str_value(Cow::Borrowed(text))
    }
}

impl<T: Validate> Validate for Blank<T> {
    fn validate_into(&self, out: &mut Violations) {
        self.0.validate_into(out);
    }
}
