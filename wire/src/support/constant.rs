//! Members and elements that have only one value.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Visitor};

/// A value that the spec fixes: text, an integer or a boolean.
pub trait Constant: Copy {
    /// Reads the value and holds it against this one.
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error>;
}

impl Constant for &'static str {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(TextVisitor(self))
    }
}

impl Constant for i64 {
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let found = i64::deserialize(deserializer)?;
        expect(
            found == self,
            format_args!("{self}"),
            format_args!("{found}"),
        )
    }
}

impl Constant for bool {
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let found = bool::deserialize(deserializer)?;
        expect(
            found == self,
            format_args!("{self}"),
            format_args!("{found}"),
        )
    }
}

/// Reads a value that has to be this constant.
pub(super) struct ConstantSeed<C>(pub(super) C);

impl<'de, C: Constant> DeserializeSeed<'de> for ConstantSeed<C> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read(deserializer)
    }
}

struct TextVisitor(&'static str);

impl Visitor<'_> for TextVisitor {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the string {:?}", self.0)
    }

    #[inline]
    fn visit_str<E: de::Error>(self, found: &str) -> Result<(), E> {
        expect(
            found == self.0,
            format_args!("{:?}", self.0),
            format_args!("{found:?}"),
        )
    }
}

#[inline]
fn expect<E: de::Error>(
    holds: bool,
    wanted: fmt::Arguments<'_>,
    found: fmt::Arguments<'_>,
) -> Result<(), E> {
    match holds {
        true => Ok(()),
        false => Err(E::custom(format_args!("expected {wanted}, found {found}"))),
    }
}
