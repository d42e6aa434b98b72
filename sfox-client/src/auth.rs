//! Keys, and the headers that they make.

use std::fmt;

use venue_wire::MASKED;
use venue_wire::describe::{Auth, Operation, Recipe};

use crate::error::PrepareErrorKind;
use crate::http::Header;

/// A key of the API. It is never shown.
#[derive(Clone)]
pub struct Key {
    kind: Option<String>,
    key: String,
}

impl Key {
    /// A key where the API has but one kind.
    pub fn new(key: impl Into<String>) -> Self {
        Key {
            kind: None,
            key: key.into(),
        }
    }

    /// A key of a kind that the API tells from others, such as `partner`.
    pub fn of_kind(kind: impl Into<String>, key: impl Into<String>) -> Self {
        Key {
            kind: Some(kind.into()),
            key: key.into(),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("kind", &self.kind)
            .field("key", &format_args!("{MASKED}"))
            .finish()
    }
}

/// The headers that authenticate a request: by the first way for which there is a key.
pub(crate) fn headers(
    operation: &'static Operation,
    keys: &[Key],
) -> Result<Vec<Header>, PrepareErrorKind> {
    if operation.auth.is_empty() {
        return Ok(Vec::new());
    }
    let mut without_key = true;
    for auth in operation.auth {
        if matches!(auth.recipe, Recipe::None) {
            return Ok(Vec::new());
        }
        let Some(key) = key_for(auth, keys) else {
            continue;
        };
        without_key = false;
        if let Some(headers) = by_recipe(&auth.recipe, &key.key) {
            return Ok(headers);
        }
    }
    Err(match without_key {
        true => PrepareErrorKind::NoKey,
        false => PrepareErrorKind::UnsupportedAuth,
    })
}

fn key_for<'k>(auth: &Auth, keys: &'k [Key]) -> Option<&'k Key> {
    keys.iter().find(|key| key.kind.as_deref() == auth.token)
}

fn by_recipe(recipe: &Recipe, key: &str) -> Option<Vec<Header>> {
    let fill = |template: &str| template.replace("{key}", key);
    match recipe {
        Recipe::Basic { user, password } => {
            let credentials = format!("{}:{}", fill(user), fill(password));
            let value = format!("Basic {}", base64(credentials.as_bytes()));
            Some(vec![Header::sensitive("Authorization", value)])
        }
        Recipe::Headers { headers } => {
            let headers = headers.iter();
            let headers = headers.map(|(name, value)| Header::sensitive(name, fill(value)));
            Some(headers.collect())
        }
        Recipe::None | Recipe::Hmac { .. } | Recipe::Login { .. } => None,
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().map_or(0, usize::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            match place <= chunk.len() {
                true => out.push(DIGITS[bits >> (18 - 6 * place) & 63].into()),
                false => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("key:\u{ff}", "a2V5OsO/"),
        ];
        for (text, encoded) in cases {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
