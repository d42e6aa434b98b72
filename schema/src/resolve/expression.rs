//! Type expressions: `[Level]`, `{decimal}`, `timestamp-ms`, `Order`.

use std::ops::Range;

use crate::ir::{DecimalForm, IntKind, TimeForm, TypeRef};

/// A type expression, names not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    Builtin(TypeRef),
    List(Box<Expression>),
    Map(Box<Expression>),
    /// A name, and its bytes in the expression.
    Named(String, Range<usize>),
}

/// What is wrong, and which bytes of the expression.
pub(crate) type Fault = (String, Range<usize>);

/// Lists and maps inside each other: far more than any API has, far less than the stack takes.
const MAX_DEPTH: usize = 16;

/// Names of the built-in types, for suggestions.
pub(crate) const BUILTIN: [&str; 21] = [
    "string",
    "bool",
    "uuid",
    "json",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "decimal",
    "decimal-string",
    "decimal-any",
    "timestamp-s",
    "timestamp-ms",
    "timestamp-us",
    "timestamp-ns",
    "datetime",
    "datetime-local",
];

/// The integer type of that name.
pub(crate) fn int_kind(name: &str) -> Option<IntKind> {
    use IntKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    [I8, I16, I32, I64, U8, U16, U32, U64]
        .into_iter()
        .find(|kind| kind.name() == name)
}

fn builtin(name: &str) -> Option<TypeRef> {
    Some(match name {
        "string" => TypeRef::String,
        "bool" => TypeRef::Bool,
        "uuid" => TypeRef::Uuid,
        "json" => TypeRef::Json,
        "decimal" => TypeRef::Decimal(DecimalForm::Number),
        "decimal-string" => TypeRef::Decimal(DecimalForm::Text),
        "decimal-any" => TypeRef::Decimal(DecimalForm::Any),
        "timestamp-s" => TypeRef::Time(TimeForm::Seconds),
        "timestamp-ms" => TypeRef::Time(TimeForm::Millis),
        "timestamp-us" => TypeRef::Time(TimeForm::Micros),
        "timestamp-ns" => TypeRef::Time(TimeForm::Nanos),
        "datetime" => TypeRef::Time(TimeForm::DateTime),
        "datetime-local" => TypeRef::Time(TimeForm::LocalDateTime),
        _ => TypeRef::Int(int_kind(name)?),
    })
}

/// Reads a type expression.
pub(crate) fn parse(text: &str) -> Result<Expression, Fault> {
    part(text, 0, 0)
}

/// Reads the part of an expression that starts at `offset` of the whole.
fn part(text: &str, offset: usize, depth: usize) -> Result<Expression, Fault> {
    let blank = text.len() - text.trim_start().len();
    let offset = offset + blank;
    let text = text.trim();
    let whole = offset..offset + text.len();
    if depth > MAX_DEPTH {
        return Err(("lists and maps are nested too deep".to_owned(), whole));
    }
    let inner = |open: char, close: char| {
        let rest = text.strip_prefix(open)?;
        Some(match rest.strip_suffix(close) {
            Some(inner) => part(inner, offset + 1, depth + 1),
            None => Err((
                format!("`{open}` without `{close}` at the end"),
                whole.clone(),
            )),
        })
    };
    if let Some(inner) = inner('[', ']') {
        return Ok(Expression::List(Box::new(inner?)));
    }
    if let Some(inner) = inner('{', '}') {
        return Ok(Expression::Map(Box::new(inner?)));
    }
    if let Some(builtin) = builtin(text) {
        return Ok(Expression::Builtin(builtin));
    }
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    match text {
        "" => Err(("a type is missing".to_owned(), whole)),
        _ if text.chars().all(name) => Ok(Expression::Named(text.to_owned(), whole)),
        _ => Err((format!("`{text}` is not a type"), whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_nest_and_keep_their_places() {
        let named = Expression::Named("Level".to_owned(), 3..8);
        let list = Expression::List(Box::new(Expression::Map(Box::new(named))));
        assert_eq!(parse("[{ Level }]"), Ok(list));
        assert_eq!(
            parse("u64"),
            Ok(Expression::Builtin(TypeRef::Int(IntKind::U64)))
        );
        for (text, place) in [
            ("[Level", 0..6),
            ("", 0..0),
            ("[a b]", 1..4),
            ("{[]}", 2..2),
        ] {
            assert_eq!(parse(text).unwrap_err().1, place, "{text}");
        }
        assert!(parse(&"[".repeat(10_000)).is_err());
        assert!(parse(&("[".repeat(9_000) + &"]".repeat(9_000))).is_err());
    }
}
