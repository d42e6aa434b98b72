//! Objects: reading members in any order, the documented one first.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::constant::{Constant, ConstantSeed};
use super::is_same;
use crate::{DuplicateMember, Extra, Json, MASKED, Patch};

/// A record that stands as an object.
#[doc(hidden)]
pub trait Object: Sized {
    /// What messages call it.
    const NAME: &'static str;
    /// Wire names, in documented order.
    const KEYS: &'static [&'static str];

    /// Reads the members.
    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'de, A>) -> Result<Self, A::Error>;

    /// Writes the members.
    fn write<S: SerializeMap>(&self, entries: &mut Entries<S>);
}

/// Reads an object.
#[inline]
pub fn read_object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(&mut Members {
            map,
            name: T::NAME,
            keys: T::KEYS,
            at: 0,
            next: 0,
            extra: Extra::new(),
            lifetime: PhantomData,
        })
    }
}

/// The members of an object that is being read.
pub struct Members<'de, A> {
    map: A,
    name: &'static str,
    keys: &'static [&'static str],
    /// The member last named.
    at: usize,
    /// The member that comes next if they stand in documented order.
    next: usize,
    extra: Extra,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    /// The index of the next member that the record describes; those that it does not are kept.
    #[inline]
    pub fn key(&mut self) -> Result<Option<usize>, A::Error> {
        loop {
            let seed = KeySeed {
                keys: self.keys,
                next: self.next,
            };
            match self.map.next_key_seed(seed)? {
                None => return Ok(None),
                Some(Key::Known(index)) => {
                    self.at = index;
                    self.next = index + 1;
                    return Ok(Some(index));
                }
                Some(Key::Unknown(name)) => self.keep(&name)?,
            }
        }
    }

    #[cold]
    fn keep(&mut self, name: &str) -> Result<(), A::Error> {
        let value: Json = self.map.next_value()?;
        self.extra
            .push(name, value)
            .map_err(|DuplicateMember| duplicate(name, self.name))
    }

    /// Reads the value of the member last named.
    #[inline]
    pub fn value<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(duplicate(self.keys[self.at], self.name));
        }
        *slot = Some(self.map.next_value()?);
        Ok(())
    }

    /// Reads the value of a sensitive member: an error does not show it.
    pub fn masked<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(duplicate(self.keys[self.at], self.name));
        }
        *slot = match self.map.next_value() {
            Ok(value) => Some(value),
            Err(_) => return Err(masked(self.keys[self.at], self.name)),
        };
        Ok(())
    }

    /// Reads a member that has only one value.
    #[inline]
    pub fn constant<C: Constant>(
        &mut self,
        slot: &mut Option<()>,
        value: C,
    ) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(duplicate(self.keys[self.at], self.name));
        }
        *slot = Some(self.map.next_value_seed(ConstantSeed(value))?);
        Ok(())
    }

    /// The value of a member that has to be there.
    #[inline]
    pub fn need<T>(&self, index: usize, slot: Option<T>) -> Result<T, A::Error> {
        match slot {
            Some(value) => Ok(value),
            None => Err(missing(self.keys[index], self.name)),
        }
    }

    /// What the record does not describe. Taken once, at the end.
    #[inline]
    pub fn extra(&mut self) -> Extra {
        std::mem::take(&mut self.extra)
    }
}

#[cold]
fn duplicate<E: serde::de::Error>(key: &str, record: &str) -> E {
    E::custom(format_args!("duplicate field `{key}` of {record}"))
}

/// Hides what the error says: it might show the value.
#[cold]
pub(super) fn masked<E: serde::de::Error>(key: &str, record: &str) -> E {
    E::custom(format_args!(
        "field `{key}` of {record} is not what it should be ({MASKED})"
    ))
}

#[cold]
fn missing<E: serde::de::Error>(key: &str, record: &str) -> E {
    E::custom(format_args!("missing field `{key}` of {record}"))
}

enum Key {
    Known(usize),
    Unknown(String),
}

struct KeySeed {
    keys: &'static [&'static str],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        match self.keys.get(self.next) {
            // Our reader looks for the name that it is told; to others it is the name of a wrapper, which
            // they take off.
            Some(key) => deserializer.deserialize_newtype_struct(key, self),
            None => deserializer.deserialize_identifier(self),
        }
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        match self.keys.get(self.next) {
            Some(key) if std::ptr::eq(*key, name) || is_same(key.as_bytes(), name.as_bytes()) => {
                Ok(Key::Known(self.next))
            }
            _ => Ok(self.search(name)),
        }
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, name: D) -> Result<Key, D::Error> {
        name.deserialize_identifier(self)
    }
}

impl KeySeed {
    fn search(&self, name: &str) -> Key {
        match self.keys.iter().position(|key| *key == name) {
            Some(index) => Key::Known(index),
            None => Key::Unknown(name.to_owned()),
        }
    }
}

/// Writes an object.
pub fn write_object<T: Object, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut entries = Entries {
        map: serializer.serialize_map(None)?,
        result: Ok(()),
    };
    value.write(&mut entries);
    entries.result?;
    entries.map.end()
}

/// The members of an object that is being written. It keeps the first error for the end: code that
/// need not pass one on after each member is a third cheaper to compile.
pub struct Entries<S: SerializeMap> {
    map: S,
    result: Result<(), S::Error>,
}

impl<S: SerializeMap> Entries<S> {
    /// Writes a member.
    #[inline]
    pub fn put<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) {
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(key, value);
        }
    }

    /// Writes a member, or nothing if there is none.
    #[inline]
    pub fn put_some<T: Serialize>(&mut self, key: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Writes a member, null, or nothing.
    #[inline]
    pub fn put_patch<T: Serialize>(&mut self, key: &'static str, value: &Patch<T>) {
        match value {
            Patch::Absent => {}
            present => self.put(key, present),
        }
    }

    /// Writes what the record does not describe.
    pub fn extra(&mut self, extra: &Extra) {
        for (name, value) in extra.iter() {
            if self.result.is_ok() {
                self.result = self.map.serialize_entry(name, value);
            }
        }
    }
}

/// Lets records that stand as objects be read and written.
#[macro_export]
#[doc(hidden)]
macro_rules! __objects {
    ($($name:ident)*) => {$(
        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::read_object(deserializer)
            }
        }

        impl $crate::support::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::support::write_object(self, serializer)
            }
        }
    )*};
}
