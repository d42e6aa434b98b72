//! Values as text: path segments, query parameters, forms.

use serde::Serialize;

use crate::{Json, Map};

/// The text of a value outside JSON: a string without its quotes, a list with commas, anything
/// else as JSON writes it. None for null.
pub fn text<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    let json = serde_json::to_string(value).ok()?;
    match json.as_bytes().first() {
        Some(b'n') => None,
        Some(b'"') => serde_json::from_str(&json).ok(),
        Some(b'[') => {
            let elements: Vec<Json> = serde_json::from_str(&json).ok()?;
            let texts: Vec<String> = elements.iter().filter_map(text).collect();
            Some(texts.join(","))
        }
        _ => Some(json),
    }
}

/// Appends a query parameter, if there is a value.
pub fn parameter<T: Serialize>(query: &mut String, name: &str, value: &T) {
    if let Some(text) = text(value) {
        if !query.is_empty() {
            query.push('&');
        }
        percent_encode(query, name);
        query.push('=');
        percent_encode(query, &text);
    }
}

/// Appends a path segment.
pub fn segment<T: Serialize>(path: &mut String, value: &T) {
    percent_encode(path, &text(value).unwrap_or_default());
}

/// The members of an object as names and texts: the fields of a form.
pub fn form_fields<T: Serialize>(value: &T) -> serde_json::Result<Vec<(String, String)>> {
    let members: Map<Json> = serde_json::from_str(&serde_json::to_string(value)?)?;
    let fields = members
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
    Ok(fields.collect())
}

/// Appends text with all but RFC 3986's unreserved characters as `%XX`.
pub fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte.into());
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)].into());
                out.push(HEX[usize::from(byte & 15)].into());
            }
        }
    }
}
