//! The reader as serde sees it.

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use super::tokens::{Number, Text};
use super::{Reader, Result, fail};
use crate::decimal::Parts;
use crate::number_token::{DIGITS, RAW, digits};

impl<'de> Reader<'de> {
    #[inline]
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        match self.string()? {
            Text::Borrowed(text) => visitor.visit_borrowed_str(text),
            Text::Unescaped => visitor.visit_str(&self.scratch),
        }
    }

    #[inline]
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        match self.number()? {
            Number::Positive(value) => visitor.visit_u64(value),
            Number::Negative(value) => visitor.visit_i64(value),
            Number::Float(value) => visitor.visit_f64(value),
        }
    }

    #[inline]
    fn visit_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.enter()?;
        // Left where it was put: records are large, and to take one out of its result copies it.
        let mut result = visitor.visit_seq(Items::new(self));
        if result.is_ok()
            && let Err(error) = self.leave(b']')
        {
            result = Err(error);
        }
        result
    }

    #[inline]
    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.enter()?;
        // Nothing is done with the result here: records are large, and to look at one copies it.
        visitor.visit_map(Members(Items::new(self)))
    }

    /// Hands out the text of a value in the way of serde_json's `RawValue`.
    #[inline]
    fn visit_raw<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(RawMap(Some(self)))
    }

    /// Takes the text of a value.
    #[inline]
    fn raw(&mut self) -> Result<&'de str> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'-' | b'0'..=b'9') => self.at = self.number_end()?,
            _ => self.skip()?,
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// A value of a kind that the visitor does not take: it says so.
    #[cold]
    fn visit_other<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.deserialize_any(visitor)
    }
}

macro_rules! deserialize_ints {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.peek() {
                Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
                _ => self.visit_other(visitor),
            }
        }
    )*};
}

macro_rules! deserialize_strings {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.peek() {
                Some(b'"') => self.visit_string(visitor),
                _ => self.visit_other(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
            Some(b'[') => self.visit_array(visitor),
            Some(b'{') => self.visit_object(visitor),
            Some(b't') => {
                self.word("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.word("false")?;
                visitor.visit_bool(false)
            }
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_unit()
            }
            Some(_) => fail("expected value"),
            None => fail("EOF while parsing a value"),
        }
    }

    deserialize_ints! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    deserialize_strings! { deserialize_str deserialize_string deserialize_identifier }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match name == RAW {
            true => self.visit_raw(visitor),
            false => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'[') => self.visit_array(visitor),
            _ => self.visit_other(visitor),
        }
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'{') => self.visit_object(visitor),
            _ => self.visit_other(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => match self.string()? {
                Text::Borrowed(text) => {
                    visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(text))
                }
                Text::Unescaped => {
                    let text = std::mem::take(&mut self.scratch);
                    visitor.visit_enum(StringDeserializer::<Error>::new(text))
                }
            },
            Some(b'{') => {
                self.enter()?;
                let value = visitor.visit_enum(Tagged(self))?;
                self.leave(b'}')?;
                Ok(value)
            }
            _ => self.visit_other(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct struct
    }
}

/// The elements of an array, or the members of an object.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'r, 'de> Items<'r, 'de> {
    fn new(reader: &'r mut Reader<'de>) -> Self {
        Items {
            reader,
            is_first: true,
        }
    }

    /// Whether there is another one; the reader then stands before it.
    #[inline]
    fn advance(&mut self, close: u8) -> Result<bool> {
        match self.reader.peek() {
            Some(byte) if byte == close => return Ok(false),
            Some(b',') if !self.is_first => self.reader.at += 1,
            Some(_) if self.is_first => self.is_first = false,
            Some(_) => return fail("expected `,` or the end"),
            None => return fail("EOF while parsing a value"),
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        match self.advance(b']')? {
            true => seed.deserialize(&mut *self.reader).map(Some),
            false => Ok(None),
        }
    }
}

/// The members of an object, whose end they take: whoever reads an object asks for members until
/// there are none.
struct Members<'r, 'de>(Items<'r, 'de>);

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.0.advance(b'}')? {
            self.0.reader.leave(b'}')?;
            return Ok(None);
        }
        let reader = &mut *self.0.reader;
        match reader.peek() {
            Some(b'"') => {
                if reader.depth == 1
                    && let Some(watch) = reader.watch
                {
                    watch.note(reader.at);
                }
                seed.deserialize(Key(reader)).map(Some)
            }
            _ => fail("key must be a string"),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.0.reader.colon()?;
        seed.deserialize(&mut *self.0.reader)
    }
}

/// Maps may have integers for names, which stand as strings.
macro_rules! key_ints {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let text = match self.0.string()? {
                Text::Borrowed(text) => text,
                Text::Unescaped => return fail("expected an integer as the name of a member"),
            };
            match (text.parse::<u64>(), text.parse::<i64>()) {
                (Ok(value), _) => visitor.visit_u64(value),
                (_, Ok(value)) => visitor.visit_i64(value),
                _ => visitor.visit_borrowed_str(text),
            }
        }
    )*};
}

/// The name of a member: always a string.
struct Key<'r, 'de>(&'r mut Reader<'de>);

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.visit_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    /// Records ask for the name that they expect in this way, which other readers take for a string:
    /// one that stands there as it is need not be searched for its end.
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if self.0.take_name(name) {
            visitor.visit_newtype_struct(BorrowedStrDeserializer::new(name))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    key_ints! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The one entry of the map that stands for the text of a value.
struct RawMap<'r, 'de>(Option<&'r mut Reader<'de>>);

impl<'de> MapAccess<'de> for RawMap<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        match self.0 {
            Some(_) => seed
                .deserialize(StrDeserializer::<Error>::new(RAW))
                .map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        match self.0.take() {
            Some(reader) => seed.deserialize(Raw(reader)),
            None => fail("the text of a value was taken already"),
        }
    }
}

/// A value of which the text is wanted.
struct Raw<'r, 'de>(&'r mut Reader<'de>);

impl<'de> Deserializer<'de> for Raw<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.0.raw()?)
    }

    /// Decimals ask in this way: their digits are read as their end is looked for.
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if name == DIGITS {
            self.0.peek();
            let text = self.0.text.as_bytes();
            if let Some((end, lo, meta)) = Parts::read_short(text, self.0.at) {
                self.0.at = end;
                return visitor.visit_u128(digits(lo, meta));
            }
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// An enum that stands as an object of one member.
struct Tagged<'r, 'de>(&'r mut Reader<'de>);

impl<'de> EnumAccess<'de> for Tagged<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let value = match self.0.peek() {
            Some(b'"') => seed.deserialize(Key(self.0))?,
            _ => return fail("key must be a string"),
        };
        self.0.colon()?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Tagged<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        de::Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.0.deserialize_map(visitor)
    }
}
