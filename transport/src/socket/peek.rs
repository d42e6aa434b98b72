//! Looking into JSON without reading all of it: what tells messages apart stands at their start.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The texts of some members of an object, in the order of `names`; reading stops when `is_enough`
/// says so of what was found. None if it is no object, or broken before that.
///
/// ```
/// use venue_transport::socket::peek_members;
///
/// let message = br#"{"sequence":4,"recipient":"ticker","payload":{"#;
/// let found = peek_members(message, ["sequence", "recipient"], |found| {
///     found.iter().all(Option::is_some)
/// });
/// assert_eq!(found, Some([Some("4"), Some("\"ticker\"")]));
/// ```
pub fn peek_members<'m, const N: usize>(
    message: &'m [u8],
    names: [&str; N],
    is_enough: impl Fn(&[Option<&'m str>; N]) -> bool,
) -> Option<[Option<&'m str>; N]> {
    let mut look = Members {
        names,
        is_enough,
        found: [None; N],
        is_done: false,
    };
    let mut reader = serde_json::Deserializer::from_slice(message);
    match reader.deserialize_map(&mut look) {
        Ok(()) => Some(look.found),
        Err(_) if look.is_done => Some(look.found),
        Err(_) => None,
    }
}

struct Members<'n, 'm, const N: usize, F> {
    names: [&'n str; N],
    is_enough: F,
    found: [Option<&'m str>; N],
    is_done: bool,
}

impl<'m, const N: usize, F> Visitor<'m> for &mut Members<'_, 'm, N, F>
where
    F: Fn(&[Option<&'m str>; N]) -> bool,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'m>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(index) = map.next_key_seed(Name(&self.names))? {
            let Some(index) = index else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            self.found[index] = Some(map.next_value::<&'m RawValue>()?.get());
            if (self.is_enough)(&self.found) {
                self.is_done = true;
                return Err(A::Error::custom("seen enough"));
            }
        }
        Ok(())
    }
}

/// Which of some names a member has.
struct Name<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Option<usize>, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|wanted| *wanted == name))
    }
}

/// The texts of the first elements of an array, without reading on. None if it is no array, or
/// broken before that; elements that are not there are none.
///
/// ```
/// use venue_transport::socket::peek_elements;
///
/// assert_eq!(
///     peek_elements(br#"["B",42,"S",[["#),
///     Some([Some("\"B\""), Some("42"), Some("\"S\"")])
/// );
/// ```
pub fn peek_elements<const N: usize>(message: &[u8]) -> Option<[Option<&str>; N]> {
    let mut look = Elements {
        found: [None; N],
        is_done: false,
    };
    let mut reader = serde_json::Deserializer::from_slice(message);
    match reader.deserialize_seq(&mut look) {
        Ok(()) => Some(look.found),
        Err(_) if look.is_done => Some(look.found),
        Err(_) => None,
    }
}

struct Elements<'m, const N: usize> {
    found: [Option<&'m str>; N],
    is_done: bool,
}

impl<'m, const N: usize> Visitor<'m> for &mut Elements<'m, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'m>>(self, mut seq: A) -> Result<(), A::Error> {
        for place in &mut self.found {
            match seq.next_element::<&'m RawValue>()? {
                Some(element) => *place = Some(element.get()),
                None => return Ok(()),
            }
        }
        self.is_done = true;
        Err(A::Error::custom("seen enough"))
    }
}
