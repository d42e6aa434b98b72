//! A JSON value that keeps what matters here: the spelling of numbers, the order of members and
//! repeated names.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Reads a text; none if it is not JSON.
pub(crate) fn parse(json: &[u8]) -> Option<Tree> {
    let raw: Box<RawValue> = serde_json::from_slice(json).ok()?;
    read(raw.get())
}

fn read(json: &str) -> Option<Tree> {
    Some(match json.as_bytes().first()? {
        b'n' => Tree::Null,
        b't' => Tree::Bool(true),
        b'f' => Tree::Bool(false),
        b'"' => Tree::Text(serde_json::from_str(json).ok()?),
        b'[' => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).ok()?;
            let items: Option<Vec<Tree>> = items.iter().map(|raw| read(raw.get())).collect();
            Tree::Array(items?)
        }
        b'{' => {
            let Members(members) = members(json)?;
            let members = members
                .into_iter()
                .map(|(name, raw)| Some((name, read(raw.get())?)));
            Tree::Object(members.collect::<Option<Vec<_>>>()?)
        }
        _ => Tree::Number(json.to_owned()),
    })
}

struct Members(Vec<(String, Box<RawValue>)>);

fn members(json: &str) -> Option<Members> {
    struct InOrder;
    impl<'de> Visitor<'de> for InOrder {
        type Value = Members;
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(Members(members))
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(InOrder).ok()
}

/// How a tree is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// Without any space.
    Compact,
    /// `", "` and `": "`.
    Spaced,
    /// Over several lines.
    Pretty,
    /// Space at random, characters escaped at random.
    Odd,
}

pub(crate) fn write(tree: &Tree, style: Style, random: &mut Random) -> String {
    let mut writer = Writer {
        out: String::new(),
        style,
        random,
        depth: 0,
    };
    writer.value(tree);
    writer.out
}

struct Writer<'r> {
    out: String,
    style: Style,
    random: &'r mut Random,
    depth: usize,
}

impl Writer<'_> {
    fn value(&mut self, tree: &Tree) {
        match tree {
            Tree::Null => self.out.push_str("null"),
            Tree::Bool(bool) => self.out.push_str(if *bool { "true" } else { "false" }),
            Tree::Number(number) => self.out.push_str(number),
            Tree::Text(text) => self.text(text),
            Tree::Array(items) => self.list('[', ']', items, |writer, item| writer.value(item)),
            Tree::Object(members) => self.list('{', '}', members, |writer, (name, value)| {
                writer.text(name);
                writer.space(0);
                writer.out.push(':');
                writer.space(1);
                writer.value(value);
            }),
        }
    }

    fn list<T>(&mut self, open: char, close: char, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.out.push(open);
        self.depth += 1;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.space(0);
                self.out.push(',');
            }
            match (self.style, index) {
                (Style::Pretty, _) => self.line(),
                (_, 0) => self.space(0),
                _ => self.space(1),
            }
            each(self, item);
        }
        self.depth -= 1;
        if self.style == Style::Pretty && !items.is_empty() {
            self.line();
        }
        self.space(0);
        self.out.push(close);
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.depth));
    }

    fn space(&mut self, usual: usize) {
        match self.style {
            Style::Compact => {}
            Style::Spaced | Style::Pretty => self.out.push_str(&" ".repeat(usual)),
            Style::Odd => {
                while self.random.one_in(3) {
                    self.out.push(*self.random.pick(&[' ', '\t', '\n', '\r']));
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            let odd = self.style == Style::Odd && self.random.one_in(12);
            match char {
                '"' | '\\' => self.out.extend(['\\', char]),
                _ if odd || char < ' ' => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        self.out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                _ => self.out.push(char),
            }
        }
        self.out.push('"');
    }
}
