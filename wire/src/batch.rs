//! A list whose elements stand or fall alone.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, SeqAccess, Visitor,
};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::json::{Json, check_depth};
use crate::number_token::{RawText, is_json};
use crate::validate::Validate;
use crate::verdict::Verdict;
use crate::violation::Violations;

/// A list whose elements stand or fall alone: one that does not decode is kept as its text, with
/// the reason, and the others are there.
///
/// ```
/// use venue_wire::{Batch, Decimal};
///
/// let batch: Batch<Decimal> = serde_json::from_str(r#"[1.0, "x", 2.0]"#)?;
/// assert_eq!(batch.ok().count(), 2);
/// let failed = batch.failed().next().unwrap();
/// assert_eq!((failed.0, failed.1.raw.get()), (1, r#""x""#));
/// assert_eq!(serde_json::to_string(&batch)?, r#"[1.0,"x",2.0]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Other formats
///
/// Outside serde_json an element that does not decode fails the whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T>(pub Vec<Result<T, Failed>>);

/// An element of a [`Batch`] that did not decode.
#[derive(Clone, PartialEq, Eq)]
pub struct Failed {
    /// The element as it was sent.
    pub raw: Json,
    /// Why it did not decode.
    pub error: String,
}

impl fmt::Debug for Failed {
    /// Leaves out the element: as it did not decode, nobody knows what is sensitive in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failed")
            .field("raw", &format_args!("({} bytes)", self.raw.get().len()))
            .field("error", &self.error)
            .finish()
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "undecodable element: {}", self.error)
    }
}

impl std::error::Error for Failed {}

impl<T> Batch<T> {
    /// How many elements there are, decoded or not.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements that decoded, in order.
    pub fn ok(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|element| element.as_ref().ok())
    }

    /// The elements that did not decode, with their index in the list.
    pub fn failed(&self) -> impl Iterator<Item = (usize, &Failed)> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(index, element)| Some((index, element.as_ref().err()?)))
    }

    /// The elements that decoded, in order.
    pub fn into_ok(self) -> impl Iterator<Item = T> {
        self.0.into_iter().filter_map(Result::ok)
    }
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Batch(Vec::new())
    }
}

impl<T> FromIterator<T> for Batch<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Batch(elements.into_iter().map(Ok).collect())
    }
}

impl<T> From<Vec<T>> for Batch<T> {
    fn from(elements: Vec<T>) -> Self {
        elements.into_iter().collect()
    }
}

impl<T: Serialize> Serialize for Batch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_seq(Some(self.len()))?;
        for element in &self.0 {
            match element {
                Ok(value) => out.serialize_element(value)?,
                Err(failed) => out.serialize_element(&failed.raw)?,
            }
        }
        out.end()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Batch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BatchVisitor(PhantomData))
    }
}

struct BatchVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for BatchVisitor<T> {
    type Value = Batch<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Batch<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(ElementSeed(PhantomData))? {
            elements.push(element);
        }
        Ok(Batch(elements))
    }
}

struct ElementSeed<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for ElementSeed<T> {
    type Value = Result<T, Failed>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if !is_json::<D::Error>() {
            return T::deserialize(deserializer).map(Ok);
        }
        let RawText(text) = RawText::deserialize(deserializer)?;
        check_depth(&text).map_err(de::Error::custom)?;
        match crate::from_str(&text) {
            Ok(value) => Ok(Ok(value)),
            // What is no JSON at all is not just this element's fault.
            Err(error) => match text.parse() {
                Ok(raw) => Ok(Err(Failed {
                    raw,
                    error: error.to_string(),
                })),
                Err(not_json) => Err(de::Error::custom::<crate::json::JsonError>(not_json)),
            },
        }
    }
}

impl<T: Validate> Validate for Batch<T> {
    /// An element that did not decode is invalid.
    fn validate_into(&self, out: &mut Violations) {
        for (index, element) in self.0.iter().enumerate() {
            out.at_index(index, |out| match element {
                Ok(value) => value.validate_into(out),
                Err(failed) => out.push("unreadable-element", Verdict::Invalid, &failed.error),
            });
        }
    }
}
