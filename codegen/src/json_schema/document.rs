//! A JSON tree that keeps the order of members and the spelling of numbers, and prints itself.
//!
//! `serde_json::Value` does neither: its members are sorted or not according to a feature that any
//! crate of the build can turn on, and a bound such as `0.10` would be printed as `0.1`.

use std::fmt;

/// Levels that [`Tree::parse`] reads.
const DEEPEST: usize = 128;

/// A JSON value whose members stay in order and whose numbers stay as spelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is spelt.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Tree>),
    /// An object.
    Object(Members),
}

/// The members of an object, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members(Vec<(String, Tree)>);

impl Members {
    /// No member yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a member at the end, or replaces the one of that name where it stands.
    pub fn set(&mut self, name: &str, value: impl Into<Tree>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// [`set`](Self::set), for building in one expression.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Tree>) -> Self {
        self.set(name, value);
        self
    }

    /// [`set`](Self::set) unless the text is empty.
    pub fn set_text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.set(name, text);
        }
    }

    /// Adds members at the end; those already there are replaced.
    pub fn extend(&mut self, other: Members) {
        for (name, value) in other.0 {
            self.set(&name, value);
        }
    }

    /// [`extend`](Self::extend), for building in one expression.
    #[must_use]
    pub fn and(mut self, other: Members) -> Self {
        self.extend(other);
        self
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The member of that name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Tree> {
        self.0
            .iter_mut()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Takes the member of that name out.
    pub fn remove(&mut self, name: &str) -> Option<Tree> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// The values in order, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Tree> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is such a member.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tree)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl FromIterator<(String, Tree)> for Members {
    fn from_iter<I: IntoIterator<Item = (String, Tree)>>(members: I) -> Self {
        Members(members.into_iter().collect())
    }
}

impl IntoIterator for Members {
    type Item = (String, Tree);
    type IntoIter = std::vec::IntoIter<(String, Tree)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Members> for Tree {
    fn from(members: Members) -> Self {
        Tree::Object(members)
    }
}

impl From<Vec<Tree>> for Tree {
    fn from(items: Vec<Tree>) -> Self {
        Tree::Array(items)
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Tree::Text(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Tree::Text(text)
    }
}

impl From<bool> for Tree {
    fn from(value: bool) -> Self {
        Tree::Bool(value)
    }
}

impl From<i128> for Tree {
    fn from(value: i128) -> Self {
        Tree::Number(value.to_string())
    }
}

impl From<usize> for Tree {
    fn from(value: usize) -> Self {
        Tree::Number(value.to_string())
    }
}

impl From<u32> for Tree {
    fn from(value: u32) -> Self {
        Tree::Number(value.to_string())
    }
}

impl Tree {
    /// Reads JSON text, keeping order and spelling; `None` if it is not JSON.
    pub fn parse(json: &str) -> Option<Tree> {
        // serde_json says what JSON is; the reader below may then trust it.
        let raw: &serde_json::value::RawValue = serde_json::from_str(json).ok()?;
        read(&mut raw.get(), DEEPEST)
    }

    /// The same value for serde_json, whose numbers are `f64` beyond 64-bit integers.
    pub fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Tree::Null => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            Tree::Text(text) => Value::String(text.clone()),
            Tree::Array(items) => items.iter().map(Tree::to_value).collect(),
            Tree::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.to_owned(), value.to_value()))
                    .collect(),
            ),
        }
    }

    /// Whether it fits on one line without hiding anything: no object within, few scalars.
    fn is_short(&self) -> bool {
        match self {
            Tree::Array(items) => items.len() <= 16 && items.iter().all(Tree::is_scalar),
            Tree::Object(members) => {
                members.0.len() <= 1
                    && members
                        .0
                        .iter()
                        .all(|(_, value)| value.is_scalar() || value.is_short())
            }
            _ => true,
        }
    }

    fn is_scalar(&self) -> bool {
        !matches!(self, Tree::Array(_) | Tree::Object(_))
    }

    fn write(&self, out: &mut fmt::Formatter<'_>, depth: Option<usize>) -> fmt::Result {
        match self {
            Tree::Null => out.write_str("null"),
            Tree::Bool(value) => write!(out, "{value}"),
            Tree::Number(text) => out.write_str(text),
            Tree::Text(text) => write_text(out, text),
            Tree::Array(items) => {
                let depth = depth.filter(|_| !self.is_short());
                write_list(out, depth, ['[', ']'], items, |out, item, depth| {
                    item.write(out, depth)
                })
            }
            Tree::Object(members) => {
                let depth = depth.filter(|_| !self.is_short());
                write_list(
                    out,
                    depth,
                    ['{', '}'],
                    &members.0,
                    |out, (name, value), depth| {
                        write_text(out, name)?;
                        out.write_str(": ")?;
                        value.write(out, depth)
                    },
                )
            }
        }
    }
}

/// Indented by two spaces, short arrays and objects on one line, without a final line end.
impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(out, Some(0))
    }
}

fn write_list<T>(
    out: &mut fmt::Formatter<'_>,
    depth: Option<usize>,
    [open, close]: [char; 2],
    items: &[T],
    mut item: impl FnMut(&mut fmt::Formatter<'_>, &T, Option<usize>) -> fmt::Result,
) -> fmt::Result {
    write!(out, "{open}")?;
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            out.write_str(if depth.is_some() { "," } else { ", " })?;
        }
        if let Some(depth) = depth {
            write!(out, "\n{:width$}", "", width = (depth + 1) * 2)?;
        }
        item(out, value, depth.map(|depth| depth + 1))?;
    }
    if let (Some(depth), false) = (depth, items.is_empty()) {
        write!(out, "\n{:width$}", "", width = depth * 2)?;
    }
    write!(out, "{close}")
}

fn write_text(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    out.write_str(&serde_json::Value::from(text).to_string())
}

/// Reads one value of text that is known to be JSON.
fn read(rest: &mut &str, depth: usize) -> Option<Tree> {
    let depth = depth.checked_sub(1)?;
    skip_space(rest);
    match rest.as_bytes().first()? {
        b'{' => {
            let mut members = Vec::new();
            read_list(rest, |rest| {
                let name = read_text(rest)?;
                skip_space(rest);
                *rest = &rest[1..];
                members.push((name, read(rest, depth)?));
                Some(())
            })?;
            Some(Tree::Object(Members(members)))
        }
        b'[' => {
            let mut items = Vec::new();
            read_list(rest, |rest| {
                items.push(read(rest, depth)?);
                Some(())
            })?;
            Some(Tree::Array(items))
        }
        b'"' => read_text(rest).map(Tree::Text),
        _ => {
            let end = rest
                .find([',', ']', '}', ' ', '\t', '\n', '\r'])
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            *rest = after;
            Some(match word {
                "null" => Tree::Null,
                "true" => Tree::Bool(true),
                "false" => Tree::Bool(false),
                number => Tree::Number(number.to_owned()),
            })
        }
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

fn read_text(rest: &mut &str) -> Option<String> {
    let mut end = 1;
    while rest.as_bytes().get(end)? != &b'"' {
        end += if rest.as_bytes()[end] == b'\\' { 2 } else { 1 };
    }
    let (text, after) = rest.split_at(end + 1);
    *rest = after;
    serde_json::from_str(text).ok()
}

fn skip_space(rest: &mut &str) {
    *rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_spelling_and_text() {
        let json =
            r#"{"b": [1.50, -0, 1e-08], "a\"\u00e9": { }, "c": [[], {"x": null}] , "b2":true}"#;
        let tree = Tree::parse(json).expect("JSON");
        let printed = tree.to_string();
        assert_eq!(Tree::parse(&printed), Some(tree));
        assert!(printed.contains("[1.50, -0, 1e-08]"), "{printed}");
        assert!(printed.find("\"b\"") < printed.find("\"a"), "{printed}");
    }

    #[test]
    fn refuses_what_is_not_json() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "01", "[1] 2"] {
            assert_eq!(Tree::parse(text), None, "{text}");
        }
    }
}
