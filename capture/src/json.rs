//! JSON output in which nothing can act on a terminal: JSON itself escapes only some of that.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::text::is_unprintable;

/// Writes a value on one line, without a line end.
pub fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let formatter = Calm(CompactFormatter);
    Ok(value.serialize(&mut Serializer::with_formatter(out, formatter))?)
}

/// The value's text, indented by two spaces, with a line end.
pub fn pretty(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let formatter = Calm(PrettyFormatter::new());
    // Writing to memory does not fail, and what is written here has string keys only.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, formatter));
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}

/// A formatter that escapes what would act on a terminal, or show as nothing.
struct Calm<F>(F);

macro_rules! pass {
    ($($name:ident($($arg:ident: $ty:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, out: &mut W $(, $arg: $ty)*) -> io::Result<()> {
            self.0.$name(out $(, $arg)*)
        })*
    };
}

impl<F: Formatter> Formatter for Calm<F> {
    pass! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(is_unprintable) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut chars = from.chars();
            for unit in chars.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unprintable_text_is_escaped_and_reads_back() {
        let value = vec!["plain £", "\u{1b}[0m\u{9b}", "\u{202e}x\u{e0001}\n\""];
        let mut line = Vec::new();
        write_line(&mut line, &value).expect("memory");
        let line = String::from_utf8(line).expect("UTF-8");
        assert_eq!(
            line,
            r#"["plain £","\u001b[0m\u009b","\u202ex\udb40\udc01\n\""]"#
        );
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&line).expect("JSON"),
            value
        );
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&pretty(&value)).expect("JSON"),
            value
        );
    }
}
