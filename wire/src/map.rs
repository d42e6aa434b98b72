//! An object used as a table: any names, values of one type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::entries::{Duplicate, Entries};
use crate::validate::Validate;
use crate::violation::Violations;

/// An object with any member names and values of one type, in the order of the wire.
///
/// A name that comes twice is an error. Two maps are equal if they hold the same in the same
/// order.
///
/// ```
/// use venue_wire::{Decimal, Map};
///
/// let rates: Map<Decimal> = serde_json::from_str(r#"{"usd":1.00,"btc":0.5}"#)?;
/// assert_eq!(rates.get("btc").unwrap().to_string(), "0.5");
/// assert_eq!(rates.keys().collect::<Vec<_>>(), ["usd", "btc"]);
/// assert!(serde_json::from_str::<Map<bool>>(r#"{"a":true,"a":true}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Map<T>(Entries<T>);

impl<T> Map<T> {
    /// A map with nothing in it.
    pub const fn new() -> Self {
        Map(Entries::new())
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.get(name)
    }

    /// The value of this name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0.get_mut(name)
    }

    /// Whether there is a member of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.position(name).is_some()
    }

    /// Sets a member and gives back what it was; a new one goes to the end.
    pub fn insert(&mut self, name: &str, value: T) -> Option<T> {
        match self.0.get_mut(name) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                // It was not there: adding it cannot fail.
                let _ = self.0.push(name, value);
                None
            }
        }
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.0
            .as_slice()
            .iter()
            .map(|(name, value)| (&**name, value))
    }

    /// The names, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.iter().map(|(_, value)| value)
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Map::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T: PartialEq> PartialEq for Map<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice() == other.0.as_slice()
    }
}

impl<T: Eq> Eq for Map<T> {}

impl<T: std::hash::Hash> std::hash::Hash for Map<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.as_slice().hash(state);
    }
}

impl<T> IntoIterator for Map<T> {
    type Item = (Box<str>, T);
    type IntoIter = std::vec::IntoIter<(Box<str>, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_vec().into_iter()
    }
}

impl<K: AsRef<str>, T> FromIterator<(K, T)> for Map<T> {
    /// Of values with the same name, the last one stays.
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        let mut map = Map::new();
        for (name, value) in entries {
            map.insert(name.as_ref(), value);
        }
        map
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            out.serialize_entry(name, value)?;
        }
        out.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map<T>, A::Error> {
        let mut entries = Entries::new();
        while let Some(name) = access.next_key::<Name<'de>>()? {
            let value = access.next_value()?;
            if let Err(Duplicate) = entries.push(&name.0, value) {
                return Err(duplicate(&name.0));
            }
        }
        Ok(Map(entries))
    }
}

/// The error for a member name that comes twice.
pub(crate) fn duplicate<E: de::Error>(name: &str) -> E {
    E::custom(format_args!("duplicate field `{name}`"))
}

/// A member name, borrowed where the input allows it.
pub(crate) struct Name<'de>(pub(crate) std::borrow::Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(name.into()))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(name.to_owned().into()))
    }

    fn visit_string<E: de::Error>(self, name: String) -> Result<Name<'de>, E> {
        Ok(Name(name.into()))
    }
}

impl<T: Validate> Validate for Map<T> {
    fn validate_into(&self, out: &mut Violations) {
        for (name, value) in self.iter() {
            out.at_key(name, |out| value.validate_into(out));
        }
    }
}
