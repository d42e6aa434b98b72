//! `JsonSchema` of generated types: the exported schema, to the letter.

use std::collections::BTreeSet;

use schemars::Schema;
use serde_json::{Map, Value};

/// The self-contained schema of one type out of the file that the generator wrote: the document
/// without its definitions, and those that it refers to.
pub fn embedded_schema(file: &str, name: &str) -> Schema {
    let Ok(Value::Object(mut file)) = serde_json::from_str(file) else {
        return Schema::from(true);
    };
    let Some(Value::Object(mut document)) = part(&mut file, "documents", name) else {
        return Schema::from(true);
    };
    let mut definitions = Map::new();
    let mut open = vec![name.to_owned()];
    let mut seen = BTreeSet::from([name.to_owned()]);
    while let Some(name) = open.pop() {
        if let Some(definition) = part(&mut file, "definitions", &name) {
            references(&definition, &mut |target| {
                if seen.insert(target.to_owned()) {
                    open.push(target.to_owned());
                }
            });
            definitions.insert(name, definition);
        }
    }
    document.insert("$defs".to_owned(), Value::Object(definitions));
    Schema::from(document)
}

fn part(file: &mut Map<String, Value>, group: &str, name: &str) -> Option<Value> {
    file.get_mut(group)?.as_object_mut()?.remove(name)
}

/// The names of all definitions that a schema refers to.
fn references(schema: &Value, visit: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value
                    .as_str()
                    .and_then(|text| text.strip_prefix("#/$defs/"))
                {
                    Some(target) if name == "$ref" => visit(target),
                    _ => references(value, visit),
                }
            }
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| references(element, visit)),
        _ => {}
    }
}

/// A function that gives a schema.
pub type SchemaOf = fn() -> Value;

/// The schema that a type has by itself.
pub fn schema_of<T: schemars::JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

/// Gives types the schemas of a file.
#[macro_export]
#[doc(hidden)]
macro_rules! __schemas {
    ($file:expr; $($ty:ty = $name:literal;)*) => {
        const _: () = {
            static FILE: &str = $file;
            $(
                impl $crate::__schemars::JsonSchema for $ty {
                    fn schema_name() -> ::std::borrow::Cow<'static, str> {
                        ::std::borrow::Cow::Borrowed($name)
                    }

                    fn schema_id() -> ::std::borrow::Cow<'static, str> {
                        ::std::borrow::Cow::Borrowed(concat!(module_path!(), "::", $name))
                    }

                    fn json_schema(
                        _: &mut $crate::__schemars::SchemaGenerator,
                    ) -> $crate::__schemars::Schema {
                        $crate::support::embedded_schema(FILE, $name)
                    }
                }
            )*
        };
    };
}
