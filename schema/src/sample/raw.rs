//! JSON as a tree of tokens: every number, string and key stays as it is spelt.

use std::borrow::Cow;
use std::fmt;

/// Levels that [`Raw::parse`] reads.
const DEEPEST: usize = 1_000;

/// A JSON value. Tokens are verbatim, quotes and escapes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// A number, string, `true`, `false` or `null`.
    Token(String),
    /// An array.
    Array(Vec<Raw>),
    /// An object; keys are tokens too and may repeat.
    Object(Vec<(String, Raw)>),
}

impl Raw {
    /// A string, with only the escapes that it needs.
    pub fn string(text: &str) -> Raw {
        Raw::Token(quoted(text))
    }

    /// `null`
    pub fn null() -> Raw {
        Raw::Token("null".into())
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Raw::Token(token) if token == "null")
    }

    /// The text of a string token.
    pub fn text(&self) -> Option<String> {
        match self {
            Raw::Token(token) if token.starts_with('"') => serde_json::from_str(token).ok(),
            _ => None,
        }
    }

    /// The token of a number.
    pub fn number(&self) -> Option<&str> {
        match self {
            Raw::Token(token) if token.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                Some(token)
            }
            _ => None,
        }
    }

    /// The member of that name, escapes undone; the first if it repeats.
    pub fn member(&self, name: &str) -> Option<&Raw> {
        match self {
            Raw::Object(members) => members
                .iter()
                .find(|(key, _)| unquoted(key) == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Reads JSON text; `None` if it is not JSON.
    pub fn parse(json: &str) -> Option<Raw> {
        // serde_json says what JSON is; the reader below may then trust it.
        let raw: &serde_json::value::RawValue = serde_json::from_str(json).ok()?;
        read(&mut raw.get(), DEEPEST)
    }

    /// Values in it, itself included.
    pub fn count(&self) -> usize {
        1 + match self {
            Raw::Token(_) => 0,
            Raw::Array(items) => items.iter().map(Raw::count).sum(),
            Raw::Object(members) => members.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// The value at that place, counted from itself in the order of the text.
    pub fn nth(&mut self, place: usize) -> Option<&mut Raw> {
        fn find<'a>(value: &'a mut Raw, place: &mut usize) -> Option<&'a mut Raw> {
            if *place == 0 {
                return Some(value);
            }
            *place -= 1;
            match value {
                Raw::Token(_) => None,
                Raw::Array(items) => items.iter_mut().find_map(|item| find(item, place)),
                Raw::Object(members) => {
                    members.iter_mut().find_map(|(_, value)| find(value, place))
                }
            }
        }
        find(self, &mut { place })
    }

    /// The same value with strings and keys in one spelling; numbers are left alone.
    #[must_use]
    pub fn respelt(&self) -> Raw {
        match self {
            Raw::Token(token) => self
                .text()
                .map_or_else(|| Raw::Token(token.clone()), |text| Raw::string(&text)),
            Raw::Array(items) => Raw::Array(items.iter().map(Raw::respelt).collect()),
            Raw::Object(members) => Raw::Object(
                members
                    .iter()
                    .map(|(key, value)| (quoted(&unquoted(key)), value.respelt()))
                    .collect(),
            ),
        }
    }

    /// The same, and members in the order of their names.
    #[must_use]
    pub fn sorted(&self) -> Raw {
        match self.respelt() {
            Raw::Object(mut members) => {
                members
                    .iter_mut()
                    .for_each(|(_, value)| *value = value.sorted());
                members.sort_by(|a, b| a.0.cmp(&b.0));
                Raw::Object(members)
            }
            Raw::Array(items) => Raw::Array(items.iter().map(Raw::sorted).collect()),
            token => token,
        }
    }

    /// Prints with `space` after each comma and colon and inside brackets.
    pub fn print(&self, space: &str) -> String {
        let mut out = String::new();
        self.write(space, &mut out);
        out
    }

    fn write(&self, space: &str, out: &mut String) {
        match self {
            Raw::Token(token) => out.push_str(token),
            Raw::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    out.push_str(space);
                    item.write(space, out);
                }
                out.push_str(space);
                out.push(']');
            }
            Raw::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    out.push_str(space);
                    out.push_str(key);
                    out.push_str(space);
                    out.push(':');
                    out.push_str(space);
                    value.write(space, out);
                }
                out.push_str(space);
                out.push('}');
            }
        }
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.print(""))
    }
}

/// A string's token.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A string's text, or the token itself if it is no string.
pub fn unquoted(token: &str) -> Cow<'_, str> {
    match serde_json::from_str::<String>(token) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(token),
    }
}

fn read(rest: &mut &str, depth: usize) -> Option<Raw> {
    let depth = depth.checked_sub(1)?;
    skip_space(rest);
    match rest.as_bytes().first()? {
        b'{' => {
            let mut members = Vec::new();
            read_list(rest, |rest| {
                let key = token(rest)?;
                skip_space(rest);
                *rest = rest.strip_prefix(':')?;
                members.push((key, read(rest, depth)?));
                Some(())
            })?;
            Some(Raw::Object(members))
        }
        b'[' => {
            let mut items = Vec::new();
            read_list(rest, |rest| {
                items.push(read(rest, depth)?);
                Some(())
            })?;
            Some(Raw::Array(items))
        }
        _ => token(rest).map(Raw::Token),
    }
}

fn read_list(rest: &mut &str, mut item: impl FnMut(&mut &str) -> Option<()>) -> Option<()> {
    loop {
        *rest = &rest[1..];
        skip_space(rest);
        if rest.starts_with(['}', ']']) {
            break;
        }
        item(rest)?;
        skip_space(rest);
        if !rest.starts_with(',') {
            break;
        }
    }
    *rest = &rest[1..];
    Some(())
}

fn token(rest: &mut &str) -> Option<String> {
    let end = if rest.starts_with('"') {
        let mut end = 1;
        while *rest.as_bytes().get(end)? != b'"' {
            end += if rest.as_bytes()[end] == b'\\' { 2 } else { 1 };
        }
        end + 1
    } else {
        rest.find([',', ']', '}', ' ', '\t', '\n', '\r'])
            .unwrap_or(rest.len())
    };
    let (token, after) = rest.split_at(end);
    *rest = after;
    Some(token.to_owned())
}

fn skip_space(rest: &mut &str) {
    *rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_token() {
        let json = r#"{"b":[1.50,-0,1e-08],"a\"\u00e9":{},"c":[[],{"x":null}],"c":true}"#;
        let raw = Raw::parse(json).unwrap();
        assert_eq!(raw.to_string(), json);
        assert_eq!(Raw::parse(&raw.print(" \n")), Some(raw.clone()));
        assert_eq!(raw.count(), 11);
        assert_eq!(raw.member("a\"é"), Some(&Raw::Object(vec![])));
        assert_eq!(raw.clone().nth(4).unwrap().number(), Some("1e-08"));
    }
}
