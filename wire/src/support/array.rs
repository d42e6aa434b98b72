//! Positional arrays: named elements, and a tail that may have grown since the spec was written.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeSeq, Serializer};

use super::constant::{Constant, ConstantSeed};
use super::object::masked;
use crate::{Patch, Tail};

/// A record that stands as an array.
#[doc(hidden)]
pub trait Array: Sized {
    /// What messages call it.
    const NAME: &'static str;
    /// What messages call the elements.
    const LABELS: &'static [&'static str];

    /// Reads the elements.
    fn read<'de, A: SeqAccess<'de>>(elements: &mut Elements<'de, A>) -> Result<Self, A::Error>;

    /// Writes the elements.
    fn write<S: SerializeSeq>(&self, row: &mut Row<S>);
}

/// Reads an array.
#[inline]
pub fn read_array<'de, T: Array, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_seq(ArrayVisitor(PhantomData))
}

struct ArrayVisitor<T>(PhantomData<T>);

impl<'de, T: Array> Visitor<'de> for ArrayVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array ({})", T::NAME)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        T::read(&mut Elements {
            seq,
            name: T::NAME,
            labels: T::LABELS,
            at: 0,
            lifetime: PhantomData,
        })
    }
}

/// The elements of an array that is being read.
pub struct Elements<'de, A> {
    seq: A,
    name: &'static str,
    labels: &'static [&'static str],
    at: usize,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, A: SeqAccess<'de>> Elements<'de, A> {
    /// Reads an element that has to be there.
    #[inline]
    pub fn need<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        match self.seq.next_element()? {
            Some(value) => {
                self.at += 1;
                Ok(value)
            }
            None => Err(self.missing()),
        }
    }

    /// Reads a sensitive element that has to be there: an error does not show it.
    pub fn masked<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        match self.seq.next_element() {
            Ok(Some(value)) => {
                self.at += 1;
                Ok(value)
            }
            Ok(None) => Err(self.missing()),
            Err(_) => Err(masked(self.label(self.at), self.name)),
        }
    }

    /// Hides what the error of the element just read says: it might show the value.
    pub fn hide<T>(&self, result: Result<T, A::Error>) -> Result<T, A::Error> {
        let label = self.label(self.at.saturating_sub(1));
        result.map_err(|_| masked(label, self.name))
    }

    /// Reads an element that the array may end before.
    #[inline]
    pub fn optional<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, A::Error> {
        self.at += 1;
        self.seq.next_element()
    }

    /// Reads an element that the array may end before, and that may be null.
    #[inline]
    pub fn patch<T>(&mut self) -> Result<Patch<T>, A::Error>
    where
        Patch<T>: Deserialize<'de>,
    {
        Ok(self.optional()?.unwrap_or(Patch::Absent))
    }

    /// Reads an element that has only one value.
    #[inline]
    pub fn constant<C: Constant>(&mut self, value: C) -> Result<(), A::Error> {
        match self.seq.next_element_seed(ConstantSeed(value))? {
            Some(()) => {
                self.at += 1;
                Ok(())
            }
            None => Err(self.missing()),
        }
    }

    /// Reads what the record does not describe: all that is left.
    #[inline]
    pub fn tail(&mut self) -> Result<Tail, A::Error> {
        let mut tail = Tail::new();
        while let Some(element) = self.seq.next_element()? {
            tail.push(element);
        }
        Ok(tail)
    }

    #[cold]
    fn missing(&self) -> A::Error {
        A::Error::custom(format_args!(
            "missing element {} (`{}`) of {}",
            self.at,
            self.label(self.at),
            self.name
        ))
    }

    fn label(&self, at: usize) -> &'static str {
        self.labels.get(at).copied().unwrap_or_default()
    }
}

/// Writes an array.
pub fn write_array<T: Array, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut row = Row {
        seq: serializer.serialize_seq(None)?,
        has_ended: false,
        result: Ok(()),
    };
    value.write(&mut row);
    row.result?;
    row.seq.end()
}

/// The elements of an array that is being written; the first error is kept for the end.
pub struct Row<S: SerializeSeq> {
    seq: S,
    has_ended: bool,
    result: Result<(), S::Error>,
}

impl<S: SerializeSeq> Row<S> {
    /// Writes an element.
    #[inline]
    pub fn put<T: Serialize + ?Sized>(&mut self, value: &T) {
        if self.result.is_ok() {
            self.result = match self.has_ended {
                true => Err(S::Error::custom(
                    "an element is set and one before it is not",
                )),
                false => self.seq.serialize_element(value),
            };
        }
    }

    /// Writes an element, or ends the array.
    #[inline]
    pub fn put_some<T: Serialize>(&mut self, value: &Option<T>) {
        match value {
            Some(value) => self.put(value),
            None => self.has_ended = true,
        }
    }

    /// Writes an element, null, or ends the array.
    #[inline]
    pub fn put_patch<T: Serialize>(&mut self, value: &Patch<T>) {
        match value {
            Patch::Absent => self.has_ended = true,
            present => self.put(present),
        }
    }

    /// Writes what the record does not describe.
    pub fn tail(&mut self, tail: &Tail) {
        tail.iter().for_each(|element| self.put(element));
    }
}

/// Lets records that stand as arrays be read and written.
#[macro_export]
#[doc(hidden)]
macro_rules! __arrays {
    ($($name:ident)*) => {$(
        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::read_array(deserializer)
            }
        }

        impl $crate::support::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::support::write_array(self, serializer)
            }
        }
    )*};
}
