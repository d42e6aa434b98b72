//! Values of more than one TOML type: literals, bounds, guards of rules, conditions of `match`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{JsonKind, Spanned};

/// A string, an integer or a boolean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A string.
    Str(String),
    /// An integer.
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// A number as decimal text: an integer, or a decimal in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound(pub String);

/// When a rule applies, as said of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// `true`: it is present.
    Present,
    /// It has one of these values.
    OneOf(Vec<Spanned<Literal>>),
    /// `{ not = "usd" }`: it is present and has none of these values.
    Not(Vec<Spanned<Literal>>),
}

/// What a `match` wants to see at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// One of these values; a string with braces is a template.
    OneOf(Vec<Spanned<Literal>>),
    /// `{ present = true }` or `false`.
    Present(bool),
    /// `{ kind = "number" }`.
    Kind(JsonKind),
}

struct LiteralVisitor;

impl Visitor<'_> for LiteralVisitor {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, an integer of 64 bits or a boolean")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Literal, E> {
        Ok(Literal::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Literal, E> {
        Ok(Literal::Int(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Literal, E> {
        Ok(Literal::Str(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LiteralVisitor)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoundVisitor;
        impl Visitor<'_> for BoundVisitor {
            type Value = Bound;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer, or a decimal in quotes")
            }

            fn visit_i64<E>(self, value: i64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }

            fn visit_i128<E>(self, value: i128) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Bound, E> {
                Ok(Bound(value.to_owned()))
            }
        }
        deserializer.deserialize_any(BoundVisitor)
    }
}

/// Reads one literal or a list of them, whose elements keep their places.
fn literals<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Vec<Spanned<Literal>>, A::Error> {
    let mut literals = Vec::new();
    while let Some(literal) = seq.next_element()? {
        literals.push(literal);
    }
    Ok(literals)
}

impl<'de> Deserialize<'de> for Guard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GuardVisitor;
        impl<'de> Visitor<'de> for GuardVisitor {
            type Value = Guard;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a value, a list of values, `{ not = … }` with either, or `true` for \"it is \
                     present\"",
                )
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Guard, E> {
                if value {
                    return Ok(Guard::Present);
                }
                Err(E::invalid_value(de::Unexpected::Bool(false), &self))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Guard, E> {
                Ok(Guard::OneOf(vec![Spanned::new(Literal::Int(value), 0..0)]))
            }

            fn visit_str<E>(self, value: &str) -> Result<Guard, E> {
                let literal = Literal::Str(value.to_owned());
                Ok(Guard::OneOf(vec![Spanned::new(literal, 0..0)]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Guard, A::Error> {
                let values = literals(seq)?;
                if values.is_empty() {
                    return Err(de::Error::invalid_length(0, &self));
                }
                Ok(Guard::OneOf(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Guard, A::Error> {
                let mut guard = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key != "not" {
                        return Err(de::Error::unknown_field(&key, &["not"]));
                    }
                    let Guard::OneOf(values) = map.next_value::<Guard>()? else {
                        return Err(de::Error::custom("`not` takes a value or a list of values"));
                    };
                    guard = Some(Guard::Not(values));
                }
                guard.ok_or_else(|| {
                    de::Error::invalid_value(de::Unexpected::Other("an empty table"), &self)
                })
            }
        }
        struct Bare(Guard);
        impl<'de> Deserialize<'de> for Bare {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(GuardVisitor).map(Bare)
            }
        }
        let Spanned { value, span } = Spanned::<Bare>::deserialize(deserializer)?;
        Ok(match value.0 {
            Guard::OneOf(values) => Guard::OneOf(placed(values, &span)),
            other => other,
        })
    }
}

/// Gives the place of the whole to a literal that stands alone.
fn placed(
    literals: Vec<Spanned<Literal>>,
    whole: &std::ops::Range<usize>,
) -> Vec<Spanned<Literal>> {
    let place = |literal: Spanned<Literal>| match literal.span.end {
        0 => Spanned::new(literal.value, whole.clone()),
        _ => literal,
    };
    literals.into_iter().map(place).collect()
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ConditionVisitor;
        impl<'de> Visitor<'de> for ConditionVisitor {
            type Value = Condition;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a value, a list of values, `{ present = true }` or `{ kind = \"number\" }`",
                )
            }

            fn visit_bool<E>(self, value: bool) -> Result<Condition, E> {
                Ok(Condition::OneOf(vec![Spanned::new(
                    Literal::Bool(value),
                    0..0,
                )]))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Condition, E> {
                Ok(Condition::OneOf(vec![Spanned::new(
                    Literal::Int(value),
                    0..0,
                )]))
            }

            fn visit_str<E>(self, value: &str) -> Result<Condition, E> {
                Ok(Condition::OneOf(vec![Spanned::new(
                    Literal::Str(value.to_owned()),
                    0..0,
                )]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Condition, A::Error> {
                let values = literals(seq)?;
                if values.is_empty() {
                    return Err(de::Error::invalid_length(0, &self));
                }
                Ok(Condition::OneOf(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
                let mut condition = None;
                while let Some(key) = map.next_key::<String>()? {
                    if condition.is_some() {
                        return Err(de::Error::custom("`present` or `kind`, not both"));
                    }
                    condition = Some(match key.as_str() {
                        "present" => Condition::Present(map.next_value()?),
                        "kind" => Condition::Kind(map.next_value()?),
                        _ => return Err(de::Error::unknown_field(&key, &["present", "kind"])),
                    });
                }
                condition.ok_or_else(|| {
                    de::Error::invalid_value(de::Unexpected::Other("an empty table"), &self)
                })
            }
        }
        deserializer.deserialize_any(ConditionVisitor)
    }
}

#[cfg(feature = "spec-schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Bound, Condition, Guard, Literal};

    macro_rules! json_schema_for {
        ($($(#[$attribute:meta])* $ty:ident => $schema:tt)*) => {$(
            impl JsonSchema for $ty {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($ty).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!($schema)
                }
            }
        )*};
    }

    json_schema_for! {
        Literal => {
            "description": "A string, an integer or a boolean.",
            "type": ["string", "integer", "boolean"]
        }
        Bound => {
            "description": "An integer, or a decimal in quotes.",
            "anyOf": [
                { "type": "integer" },
                { "type": "string", "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$" }
            ]
        }
        Guard => {
            "description": "Values of the field, `{ not = … }`: any but these, or `true`: it is present.",
            "anyOf": [
                { "type": ["string", "integer"] },
                { "const": true },
                { "type": "array", "minItems": 1, "items": { "type": ["string", "integer", "boolean"] } },
                {
                    "type": "object",
                    "properties": {
                        "not": {
                            "anyOf": [
                                { "type": ["string", "integer"] },
                                {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": { "type": ["string", "integer", "boolean"] }
                                }
                            ]
                        }
                    },
                    "required": ["not"],
                    "additionalProperties": false
                }
            ]
        }
        Condition => {
            "description": "A value, one of several, a template with holes in braces, `{ present = true }` or `{ kind = \"number\" }`.",
            "anyOf": [
                { "type": ["string", "integer", "boolean"] },
                { "type": "array", "minItems": 1, "items": { "type": ["string", "integer", "boolean"] } },
                {
                    "type": "object",
                    "properties": { "present": { "type": "boolean" } },
                    "required": ["present"],
                    "additionalProperties": false
                },
                {
                    "type": "object",
                    "properties": {
                        "kind": { "enum": ["null", "bool", "number", "string", "array", "object"] }
                    },
                    "required": ["kind"],
                    "additionalProperties": false
                }
            ]
        }
    }
}
