//! Parameters, headers, forms and parts hold text. To be held against a spec they are written as a JSON object first,
//! each value in the form that its type has in JSON.

use venue_schema::ir::{Api, DecimalForm, EnumBase, Field, TimeForm, TypeKind, TypeRef};

use crate::multipart::FormPart;
use crate::record::Headers;

/// The pairs of a query, a path or a form as the text of a JSON object. Names that no field has come
/// through as strings. A name given twice stands twice, unless its field is a list.
pub(crate) fn object(api: &Api, fields: &[&Field], pairs: &[(String, String)]) -> String {
    written(api, fields, pairs, Lists::Split)
}

/// The headers that fields describe, likewise: named as the fields are, however they are spelt.
pub(crate) fn headers(api: &Api, fields: &[Field], headers: &Headers) -> String {
    let pairs: Vec<(String, String)> = fields
        .iter()
        .flat_map(|field| {
            let values = headers.all(&field.wire);
            values.map(|value| {
                let value = match element(api, &field.ty) {
                    Some(_) => value
                        .split(',')
                        .map(str::trim)
                        .collect::<Vec<_>>()
                        .join(","),
                    None => value.trim().to_owned(),
                };
                (field.wire.clone(), value)
            })
        })
        .collect();
    object(api, &fields.iter().collect::<Vec<_>>(), &pairs)
}

/// The parts of a multipart body, likewise: text with what it says, a file with its name.
pub(crate) fn parts(api: &Api, fields: &[&Field], parts: &[FormPart<'_>]) -> String {
    let pairs: Vec<(String, String)> = parts
        .iter()
        .map(|part| {
            let text = || String::from_utf8_lossy(part.content).into_owned();
            (part.name.clone(), part.file.clone().unwrap_or_else(text))
        })
        .collect();
    written(api, fields, &pairs, Lists::Whole)
}

/// Whether a name in a form is that of a field; lists may be written with brackets.
pub(crate) fn is_of(field: &str, name: &str) -> bool {
    name == field || name.strip_suffix("[]") == Some(field)
}

/// How the elements of a list come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// With commas between them, or one by one.
    Split,
    /// One by one, or all as JSON text.
    Whole,
}

fn written(api: &Api, fields: &[&Field], pairs: &[(String, String)], lists: Lists) -> String {
    let mut out = String::from("{");
    let mut done: Vec<&str> = Vec::new();
    for (name, value) in pairs {
        let field = fields.iter().find(|f| is_of(&f.wire, name));
        let list = field.and_then(|f| element(api, &f.ty));
        let name = field.map_or(name.as_str(), |f| &f.wire);
        if list.is_some() {
            if done.contains(&name) {
                continue;
            }
            done.push(name);
        }
        if out.len() > 1 {
            out.push(',');
        }
        push_string(&mut out, name);
        out.push(':');
        match (field, list) {
            (Some(field), Some(of)) => {
                let same = pairs
                    .iter()
                    .filter(|(n, _)| n.strip_suffix("[]").unwrap_or(n) == field.wire);
                let values: Vec<&str> = same.map(|(_, value)| value.as_str()).collect();
                match values[..] {
                    [one] if lists == Lists::Whole && is_list(one) => out.push_str(one),
                    _ => push_list(api, &mut out, of, &values, lists),
                }
            }
            (Some(field), None) => push_value(api, &mut out, &field.ty, value),
            (None, _) => push_string(&mut out, value),
        }
    }
    out.push('}');
    out
}

/// The element type of a list.
fn element<'a>(api: &'a Api, ty: &'a TypeRef) -> Option<&'a TypeRef> {
    match ty {
        TypeRef::List(of) => Some(of),
        TypeRef::Named(id) => match &api.types.get(*id)?.kind {
            TypeKind::Scalar(scalar) => element(api, &scalar.base),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text is a list in JSON.
fn is_list(text: &str) -> bool {
    text.starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// `?ids=1,2,3`, `?ids=1&ids=2` and `?ids[]=1&ids[]=2` are the same list.
fn push_list(api: &Api, out: &mut String, of: &TypeRef, values: &[&str], lists: Lists) {
    out.push('[');
    let mut first = true;
    let split = |value: &&'_ str| -> Vec<String> {
        match lists {
            Lists::Split => {
                let values = value.split(',').filter(|v| !v.is_empty());
                values.map(str::to_owned).collect()
            }
            Lists::Whole => vec![(*value).to_owned()],
        }
    };
    for value in values.iter().flat_map(split) {
        if !first {
            out.push(',');
        }
        first = false;
        push_value(api, out, of, &value);
    }
    out.push(']');
}

fn push_value(api: &Api, out: &mut String, ty: &TypeRef, text: &str) {
    let bare = match form(api, ty, 0) {
        Form::Text => false,
        Form::Number => is_number(text),
        Form::Bool => matches!(text, "true" | "false"),
        Form::Any => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
    };
    if bare {
        out.push_str(text);
    } else {
        push_string(out, text);
    }
}

/// How a type's values stand in JSON.
enum Form {
    Text,
    Number,
    Bool,
    /// Whatever the text is.
    Any,
}

fn form(api: &Api, ty: &TypeRef, depth: usize) -> Form {
    match ty {
        TypeRef::String | TypeRef::Uuid | TypeRef::Decimal(DecimalForm::Text) => Form::Text,
        TypeRef::Time(TimeForm::DateTime | TimeForm::LocalDateTime) => Form::Text,
        TypeRef::Bool => Form::Bool,
        TypeRef::Int(_) | TypeRef::Decimal(_) | TypeRef::Time(_) => Form::Number,
        TypeRef::Json | TypeRef::List(_) | TypeRef::Map(_) => Form::Any,
        TypeRef::Named(id) => match api.types.get(*id).map(|t| &t.kind) {
            Some(TypeKind::Enum(e)) if e.base == EnumBase::Text => Form::Text,
            Some(TypeKind::Enum(_)) => Form::Number,
            Some(TypeKind::Scalar(scalar)) if depth < 16 => form(api, &scalar.base, depth + 1),
            _ => Form::Any,
        },
    }
}

/// JSON's number grammar.
fn is_number(text: &str) -> bool {
    text.as_bytes()
        .first()
        .is_some_and(|b| b.is_ascii_digit() || *b == b'-')
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        && !text.contains(|c: char| c.is_ascii_whitespace())
}

fn push_string(out: &mut String, text: &str) {
    // It may be long: mostly it stands as it is.
    if !text.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
        out.reserve(text.len() + 2);
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    // A string always has a JSON form.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use venue_schema::ir::{Constraints, IntKind, Location, Presence, Provenance};

    fn field(name: &str, ty: TypeRef) -> Field {
        Field {
            name: name.into(),
            wire: name.into(),
            doc: String::new(),
            ty,
            presence: Presence::Optional,
            empty_is_none: false,
            constant: None,
            default: None,
            batch: false,
            constraints: Constraints::default(),
            unit: None,
            sensitivity: None,
            provenance: Provenance::default(),
            at: Location::default(),
        }
    }

    #[test]
    fn text_takes_the_form_of_its_type() {
        let fields = [
            field("n", TypeRef::Int(IntKind::U32)),
            field("d", TypeRef::Decimal(DecimalForm::Number)),
            field("s", TypeRef::String),
            field("b", TypeRef::Bool),
            field("ids", TypeRef::List(Box::new(TypeRef::Int(IntKind::U64)))),
        ];
        let fields: Vec<&Field> = fields.iter().collect();
        for (query, json) in [
            ("", "{}"),
            (
                "n=12&d=0.10&s=5&b=true",
                r#"{"n":12,"d":0.10,"s":"5","b":true}"#,
            ),
            (
                "n=&d=1,5&b=1&other=x%22",
                r#"{"n":"","d":"1,5","b":"1","other":"x\""}"#,
            ),
            ("n=1&n=2", r#"{"n":1,"n":2}"#),
            ("ids=1,2,x", r#"{"ids":[1,2,"x"]}"#),
            ("ids=1&s=a&ids=2", r#"{"ids":[1,2],"s":"a"}"#),
            ("ids[]=1&ids[]=2", r#"{"ids":[1,2]}"#),
        ] {
            assert_eq!(
                object(&Api::default(), &fields, &crate::url::pairs(query)),
                json,
                "{query}"
            );
        }
    }
}
