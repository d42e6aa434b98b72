//! Bytes of request bodies: what signing puts in, how multipart is written, where a member stands.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::value::RawValue;
use venue_wire::operation::Body;

/// The bytes of a body, and what to say of them in `Content-Type`.
pub(crate) fn encode(body: Body) -> (Option<String>, Vec<u8>) {
    let content_type = body.content_type();
    match body {
        Body::Empty => (None, Vec::new()),
        Body::Json(bytes) | Body::Form(bytes) => (content_type.map(str::to_owned), bytes),
        Body::Multipart(parts) => {
            let boundary = boundary(&parts);
            let mut text = String::new();
            for (name, value) in &parts {
                // As browsers write names: what would end the name is escaped.
                let name = name
                    .replace('"', "%22")
                    .replace('\r', "%0D")
                    .replace('\n', "%0A");
                text.push_str("--");
                text.push_str(&boundary);
                text.push_str("\r\nContent-Disposition: form-data; name=\"");
                text.push_str(&name);
                text.push_str("\"\r\n\r\n");
                text.push_str(value);
                text.push_str("\r\n");
            }
            text.push_str("--");
            text.push_str(&boundary);
            text.push_str("--\r\n");
            let content_type = format!("multipart/form-data; boundary={boundary}");
            (Some(content_type), text.into_bytes())
        }
    }
}

/// Text that stands in none of the parts; the same for the same parts.
fn boundary(parts: &[(String, String)]) -> String {
    let mut number = 0;
    loop {
        let boundary = format!("venue-part-{number}");
        if !parts.iter().any(|(_, value)| value.contains(&boundary)) {
            return boundary;
        }
        number += 1;
    }
}

/// A JSON object with these members before its own; one that it has already is left as it is.
/// Empty text counts as an object. The values are JSON texts.
pub(crate) fn with_members(object: &[u8], members: &[(&str, String)]) -> Option<Vec<u8>> {
    let object = object.trim_ascii();
    let own: BTreeMap<String, &RawValue> = match object.is_empty() {
        true => BTreeMap::new(),
        false => serde_json::from_slice(object).ok()?,
    };
    let mut text = String::from("{");
    for (name, value) in members {
        if !own.contains_key(*name) {
            let comma = if text.len() > 1 { "," } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{}:{value}", json_string(name));
        }
    }
    let mut out = text.into_bytes();
    if !own.is_empty() {
        if out.len() > 1 {
            out.push(b',');
        }
        out.extend_from_slice(object.get(1..)?);
    } else {
        out.push(b'}');
    }
    Some(out)
}

/// Text as a JSON string.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A member of a JSON object or a form: text as it is, anything else as its JSON.
pub(crate) fn member(body: &[u8], name: &str) -> Option<String> {
    if let Ok(members) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(body) {
        let value = members.get(name)?;
        let text = serde_json::from_str::<String>(value.get());
        return Some(text.unwrap_or_else(|_| value.get().to_owned()));
    }
    let text = std::str::from_utf8(body).ok()?;
    let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| percent_decoded(key) == name)?;
    Some(percent_decoded(value))
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                rest = &after[2..];
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_go_before_the_own_ones_and_replace_none() {
        let members = [("nonce", "7".to_owned()), ("timestamp", "8".to_owned())];
        let cases: [(&[u8], &[u8]); 4] = [
            (b"", br#"{"nonce":7,"timestamp":8}"#),
            (b"{}", br#"{"nonce":7,"timestamp":8}"#),
            (
                br#"{"price":1.50}"#,
                br#"{"nonce":7,"timestamp":8,"price":1.50}"#,
            ),
            (
                br#"{"nonce":1,"timestamp":2}"#,
                br#"{"nonce":1,"timestamp":2}"#,
            ),
        ];
        for (own, with) in cases {
            assert_eq!(with_members(own, &members).as_deref(), Some(with));
        }
        assert_eq!(with_members(b"[1]", &members), None);
    }

    #[test]
    fn a_member_is_found_in_json_and_in_forms() {
        let json = br#"{"client_order_id":"a&b","quantity":1.50}"#;
        assert_eq!(member(json, "client_order_id").as_deref(), Some("a&b"));
        assert_eq!(member(json, "quantity").as_deref(), Some("1.50"));
        let form = b"quantity=1.50&client_order_id=a%26b";
        assert_eq!(member(form, "client_order_id").as_deref(), Some("a&b"));
        assert_eq!(member(form, "price"), None);
    }
}
