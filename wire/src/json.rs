//! A JSON value kept as its text.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::number_token::{self, RawText, is_json};

/// Deepest nesting of arrays and objects that is read as JSON.
pub const MAX_DEPTH: usize = 127;

/// Any JSON value, kept as the text that was sent: spaces, escapes, the order of members and the
/// spelling of numbers included.
///
/// Two are equal if their texts are. What is no proper JSON is refused: lone surrogates in
/// strings, nesting deeper than [`MAX_DEPTH`]. Duplicate member names are let through, as the
/// value is not looked into.
///
/// ```
/// use venue_wire::Json;
///
/// let value: Json = serde_json::from_str(r#" { "a" : 1.10 } "#)?;
/// assert_eq!(value.get(), r#"{ "a" : 1.10 }"#);
/// assert_eq!(serde_json::to_string(&value)?, r#"{ "a" : 1.10 }"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Other formats
///
/// Outside serde_json it is written as a string that holds the text, and read from one.
#[derive(Clone)]
pub struct Json(Box<RawValue>);

/// Why a text is not JSON.
#[derive(Debug)]
pub struct JsonError(JsonErrorKind);

#[derive(Debug)]
enum JsonErrorKind {
    Syntax(serde_json::Error),
    Strict(&'static str),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            JsonErrorKind::Syntax(_) => f.write_str("not JSON"),
            JsonErrorKind::Strict(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for JsonError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            JsonErrorKind::Syntax(error) => Some(error),
            JsonErrorKind::Strict(_) => None,
        }
    }
}

impl Json {
    /// The value `null`.
    pub fn null() -> Self {
        Json(RawValue::NULL.to_owned())
    }

    /// The text, without space before or after.
    #[inline]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads the text as a value of another type.
    ///
    /// # Errors
    ///
    /// If it is no such value.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }

    /// The text that serde_json writes for a value.
    ///
    /// # Errors
    ///
    /// If the value cannot be written as JSON.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Json)
    }

    /// The text of a value that serde_json has read without looking into it.
    fn from_text(text: Cow<'_, str>) -> Result<Self, JsonError> {
        if let Err(message) = check_strict(&text) {
            return Err(JsonError(JsonErrorKind::Strict(message)));
        }
        RawValue::from_string(text.into_owned())
            .map(Json)
            .map_err(|error| JsonError(JsonErrorKind::Syntax(error)))
    }
}

/// Refuses text that nests too deep, before it is decoded in its own right: a decoder counts
/// depth from where it starts, so that texts within texts could nest without end.
pub(crate) fn check_depth(text: &str) -> Result<(), &'static str> {
    let opening = |byte: &&u8| matches!(byte, b'[' | b'{');
    match text.as_bytes().iter().filter(opening).count() > MAX_DEPTH {
        true => check_strict(text),
        false => Ok(()),
    }
}

/// What serde_json does not look at when it skips a value: depth and surrogates.
///
/// `text` is otherwise sound JSON; what is not is found elsewhere.
fn check_strict(text: &str) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut in_string = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, in_string) {
            (b'"', _) => in_string = !in_string,
            (b'\\', true) => at = check_escape(bytes, at)?,
            (b'[' | b'{', false) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err("JSON nested deeper than 127 arrays and objects");
                }
            }
            (b']' | b'}', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Steps over an escape, of which `at` is the second character.
fn check_escape(bytes: &[u8], at: usize) -> Result<usize, &'static str> {
    const LONE: &str = "a string with half of a surrogate pair";
    let unit = |at: usize| -> Option<u32> {
        let [b'\\', b'u', digits @ ..] = bytes.get(at..at + 6)? else {
            return None;
        };
        digits.iter().try_fold(0, |sum, &digit| {
            Some(sum << 4 | char::from(digit).to_digit(16)?)
        })
    };
    match unit(at - 1) {
        Some(0xDC00..=0xDFFF) => Err(LONE),
        Some(0xD800..=0xDBFF) => match unit(at + 5) {
            Some(0xDC00..=0xDFFF) => Ok(at + 11),
            _ => Err(LONE),
        },
        Some(_) => Ok(at + 5),
        None => Ok(at + 1),
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Json {}

impl Hash for Json {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

impl Default for Json {
    fn default() -> Self {
        Json::null()
    }
}

impl FromStr for Json {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        Json::from_text(Cow::Borrowed(text))
    }
}

impl From<Box<RawValue>> for Json {
    fn from(value: Box<RawValue>) -> Self {
        Json(value)
    }
}

impl From<Json> for Box<RawValue> {
    fn from(value: Json) -> Self {
        value.0
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_json::<S::Error>() {
            number_token::write_raw(serializer, self.get())
        } else {
            serializer.serialize_str(self.get())
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RawText(text) = RawText::deserialize(deserializer)?;
        Json::from_text(text).map_err(de::Error::custom)
    }
}
