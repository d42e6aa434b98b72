//! A member that may be absent, null, or there.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::validate::Validate;
use crate::violation::Violations;

/// A member of an object that may be absent, null, or have a value: three things that a venue
/// may mean three different things by.
///
/// Generated types leave an absent member out. In a type of your own, say so:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use venue_wire::Patch;
///
/// #[derive(Serialize, Deserialize)]
/// struct Change {
///     #[serde(default, skip_serializing_if = "Patch::is_absent")]
///     memo: Patch<String>,
/// }
///
/// for text in ["{}", r#"{"memo":null}"#, r#"{"memo":"x"}"#] {
///     let change: Change = serde_json::from_str(text)?;
///     assert_eq!(serde_json::to_string(&change)?, text);
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Patch<T> {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is `null`.
    Null,
    /// The member has a value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the member is not there.
    #[inline]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }

    /// Whether the member is `null`.
    #[inline]
    pub const fn is_null(&self) -> bool {
        matches!(self, Patch::Null)
    }

    /// The value, if there is one.
    #[inline]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Patch::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The value, if there is one.
    #[inline]
    pub fn into_value(self) -> Option<T> {
        match self {
            Patch::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The same with a reference to the value.
    #[inline]
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => Patch::Value(value),
        }
    }

    /// The same with the value changed.
    pub fn map<R>(self, change: impl FnOnce(T) -> R) -> Patch<R> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => Patch::Value(change(value)),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Patch::Value(value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// Absent is written as null: leaving a member out is up to what holds it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Value(value) => serializer.serialize_some(value),
            Patch::Null | Patch::Absent => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            Some(value) => Patch::Value(value),
            None => Patch::Null,
        })
    }
}

impl<T: Validate> Validate for Patch<T> {
    fn validate_into(&self, out: &mut Violations) {
        if let Patch::Value(value) = self {
            value.validate_into(out);
        }
    }
}
