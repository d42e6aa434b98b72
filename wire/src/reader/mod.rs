//! A JSON reader for decoding messages from memory.
//!
//! It is serde_json's peer for one case, whole texts in memory, and its errors are serde_json's.
//! What it gains, a third and more on order books full of decimals: UTF-8 is checked once, the
//! token of a number is handed out as it stands, without the detour that serde_json's `RawValue`
//! takes, and strings are scanned in words. What it is stricter in: values that are kept as text
//! or passed over are held against the depth limit and the rule on surrogates, too.

mod access;
mod tokens;

use serde::de::{Deserialize, Error as _};
use serde_json::Error;

#[cfg(doc)]
use crate::json::MAX_DEPTH;
use crate::support::Watch;
pub(crate) use tokens::find_special;
pub use tokens::is_same;

type Result<T> = std::result::Result<T, Error>;

/// Decodes a JSON text: what `serde_json::from_slice` does, faster for generated types.
///
/// # Errors
///
/// If it is not JSON, nests deeper than [`MAX_DEPTH`], or is no `T`.
///
/// ```
/// use venue_wire::Decimal;
///
/// let level: [Decimal; 2] = venue_wire::from_slice(b"[8155.10, 1e-08]")?;
/// assert_eq!(level[0].to_string(), "8155.10");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    from_slice_watched(json, None)
}

/// The same, noting where the names of the outermost object stand.
#[inline]
pub(crate) fn from_slice_watched<'de, T: Deserialize<'de>>(
    json: &'de [u8],
    watch: Option<&'de Watch>,
) -> Result<T> {
    match std::str::from_utf8(json) {
        Ok(text) => read(text, watch),
        Err(error) => Err(locate(
            &json[..error.valid_up_to()],
            &Error::custom("invalid UTF-8"),
        )),
    }
}

/// Decodes a JSON text: what `serde_json::from_str` does, faster for generated types.
///
/// # Errors
///
/// If it is not JSON, nests deeper than [`MAX_DEPTH`], or is no `T`.
#[inline]
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    read(json, None)
}

#[inline]
fn read<'de, T: Deserialize<'de>>(json: &'de str, watch: Option<&'de Watch>) -> Result<T> {
    let mut reader = Reader {
        text: json,
        at: 0,
        depth: 0,
        scratch: String::new(),
        watch,
    };
    // Left where it was put: records are large, and to take one out of its result copies it.
    let mut result = T::deserialize(&mut reader);
    if result.is_ok() && reader.peek().is_some() {
        result = fail("trailing characters");
    }
    if let Err(error) = &mut result
        && error.line() == 0
    {
        *error = locate(&json.as_bytes()[..reader.at.min(json.len())], error);
    }
    result
}

#[cold]
fn locate(read: &[u8], error: &Error) -> Error {
    let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
    let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
    // serde_json takes the place back out of the message.
    Error::custom(format_args!("{error} at line {line} column {column}"))
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
    /// Strings with escapes, unescaped.
    scratch: String,
    /// Who wants to know the names of the outermost object.
    watch: Option<&'de Watch>,
}

#[cold]
fn fail<T>(message: &str) -> Result<T> {
    Err(Error::custom(message))
}

impl<'de> Reader<'de> {
    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next byte that is not space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }
}
