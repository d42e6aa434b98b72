//! JSON Schemas of the wire types, as the exporter writes them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::form::Form;
use crate::integer::Int;
use crate::{
    Batch, Blank, DateTime, Decimal, Json, LocalDateTime, Map, Patch, Scaled, Timestamp, Unit, Uuid,
};

/// The schema of an integer of this width.
pub fn integer<R: Int>() -> Schema {
    let (min, max): (i128, i128) = (R::MIN.into(), R::MAX.into());
    // schemars takes bounds as serde_json's numbers, which are of 64 bits.
    let bound = |value: i128| match u64::try_from(value) {
        Ok(value) => serde_json::Value::from(value),
        Err(_) => serde_json::Value::from(i64::try_from(value).unwrap_or(i64::MIN)),
    };
    let sign = if min < 0 { "int" } else { "uint" };
    json_schema!({
        "type": "integer",
        "format": format!("{sign}{}", R::NAME.trim_start_matches(['i', 'u'])),
        "minimum": bound(min),
        "maximum": bound(max),
    })
}

macro_rules! impl_schema {
    ([$($generics:tt)*] $ty:ty, $name:expr, |$generator:ident| $schema:expr) => {
        impl<$($generics)*> JsonSchema for $ty {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                ($name).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

impl_schema!([F: Form] Decimal<F>, decimal_name::<F>(), |_g| match (F::NUMBER, F::TEXT) {
    (true, false) => json_schema!({"type": "number", "format": "decimal"}),
    (false, _) => json_schema!({
        "type": "string",
        "format": "decimal",
        "pattern": Decimal::<F>::PATTERN,
    }),
    (true, true) => json_schema!({
        "type": ["number", "string"],
        "format": "decimal",
        "pattern": Decimal::<F>::PATTERN,
    }),
});

fn decimal_name<F: Form>() -> &'static str {
    match (F::NUMBER, F::TEXT) {
        (true, false) => "Decimal",
        (false, _) => "DecimalText",
        (true, true) => "DecimalAny",
    }
}

impl_schema!([U: Unit] Timestamp<U>, format!("Timestamp_{}", U::NAME), |_g| {
    let mut schema = integer::<i64>();
    let unit = match U::PER_SECOND {
        1 => "s",
        1_000 => "ms",
        1_000_000 => "µs",
        _ => "ns",
    };
    schema.insert("x-venue-unit".to_owned(), format!("{unit} since 1970-01-01T00:00:00Z").into());
    schema
});

impl_schema!([const N: u8, R: Int] Scaled<N, R>, format!("Scaled_{N}_{}", R::NAME), |_g| {
    integer::<R>()
});

impl_schema!([] DateTime, "DateTime", |_g| json_schema!({
    "type": "string",
    "format": "date-time",
    "pattern": DateTime::PATTERN,
}));

impl_schema!([] LocalDateTime, "LocalDateTime", |_g| json_schema!({
    "type": "string",
    "pattern": LocalDateTime::PATTERN,
}));

impl_schema!([] Uuid, "Uuid", |_g| json_schema!({
    "type": "string",
    "format": "uuid",
    "pattern": Uuid::PATTERN,
}));

impl_schema!([] Json, "Json", |_g| Schema::default());

impl_schema!([T: JsonSchema] Map<T>, format!("Map_of_{}", T::schema_name()), |generator| {
    let values = generator.subschema_for::<T>();
    json_schema!({"type": "object", "additionalProperties": values})
});

impl_schema!([T: JsonSchema] Batch<T>, format!("Batch_of_{}", T::schema_name()), |generator| {
    let items = generator.subschema_for::<T>();
    json_schema!({"type": "array", "items": items})
});

impl_schema!([T: JsonSchema] Patch<T>, format!("Patch_of_{}", T::schema_name()), |generator| {
    Option::<T>::json_schema(generator)
});

impl_schema!([T: JsonSchema] Blank<T>, format!("Blank_of_{}", T::schema_name()), |generator| {
    let value = generator.subschema_for::<T>();
    json_schema!({"anyOf": [{"const": ""}, value]})
});
