//! UUIDs that print as they were read.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A UUID in the text form of RFC 9562: 8-4-4-4-12 hexadecimal digits.
///
/// Case is kept for printing and of no account for comparing. `Copy`, 20 bytes.
///
/// ```
/// use venue_wire::Uuid;
///
/// let upper: Uuid = "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6".parse()?;
/// let lower: Uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".parse()?;
/// assert_eq!(upper, lower);
/// assert_eq!(upper.to_string(), "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6");
/// # Ok::<(), venue_wire::UuidError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Uuid {
    bytes: [u8; 16],
    /// One bit per digit, the first the lowest: whether it is an upper-case letter.
    upper: u32,
}

/// A text that is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UuidError(());

impl fmt::Display for UuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a UUID (8-4-4-4-12 hexadecimal digits)")
    }
}

impl std::error::Error for UuidError {}

/// Length of the text.
const LENGTH: usize = 36;

/// Where the dashes stand.
const fn is_dash(at: usize) -> bool {
    matches!(at, 8 | 13 | 18 | 23)
}

impl Uuid {
    /// A regular expression (ECMA 262) that the text follows.
    pub const PATTERN: &'static str =
        "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

    /// The UUID of these bytes, in lower case.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Uuid { bytes, upper: 0 }
    }

    /// Its bytes, in the order of the text.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    fn spelling(&self) -> [u8; LENGTH] {
        let mut text = [b'-'; LENGTH];
        let places = (0..LENGTH).filter(|&at| !is_dash(at));
        for (digit, at) in places.enumerate() {
            let value = self.bytes[digit / 2] >> (4 * (1 - digit % 2)) & 0xF;
            let letter = if self.upper >> digit & 1 == 1 {
                b'A'
            } else {
                b'a'
            };
            text[at] = if value < 10 {
                b'0' + value
            } else {
                letter + value - 10
            };
        }
        text
    }
}

impl FromStr for Uuid {
    type Err = UuidError;

    fn from_str(text: &str) -> Result<Self, UuidError> {
        let text: &[u8; LENGTH] = text.as_bytes().try_into().map_err(|_| UuidError(()))?;
        let mut uuid = Uuid::from_bytes([0; 16]);
        let mut digit = 0;
        for (at, &byte) in text.iter().enumerate() {
            if is_dash(at) {
                if byte != b'-' {
                    return Err(UuidError(()));
                }
                continue;
            }
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => {
                    uuid.upper |= 1 << digit;
                    byte - b'A' + 10
                }
                _ => return Err(UuidError(())),
            };
            uuid.bytes[digit / 2] |= value << (4 * (1 - digit % 2));
            digit += 1;
        }
        Ok(uuid)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.spelling()).unwrap_or_default())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl PartialEq for Uuid {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Uuid {}

impl PartialOrd for Uuid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Uuid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl Hash for Uuid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.spelling()).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(UuidVisitor)
    }
}

struct UuidVisitor;

impl Visitor<'_> for UuidVisitor {
    type Value = Uuid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID as a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
        text.parse().map_err(E::custom::<UuidError>)
    }
}
