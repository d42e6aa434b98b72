//! The JSON Schema of spec files, for editors: derived from the structs of [`crate::ast`].

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::Value;

use crate::ast::Spec;

/// The JSON Schema (draft-07) of a spec file, as text with a newline at the end: the content of
/// `specs/spec.schema.json`.
pub fn spec_schema() -> String {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(as_in_toml));
    let schema = settings.into_generator().into_root_schema_for::<Spec>();
    let mut schema = schema.to_value();
    schema["title"] = "Venue spec".into();
    // Whether serde_json keeps the order of keys is up to who else is in the build.
    schema.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Says of a schema what Rust does not: what must be there, and that nothing is ever null.
///
/// In the structs all is optional, so that a missing key hides no other mistake; `x-required`
/// marks what `resolve` asks for.
fn as_in_toml(schema: &mut Schema) {
    let mut required = Vec::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (key, property) in properties.iter_mut() {
            let Value::Object(property) = property else {
                continue;
            };
            property.remove("default");
            if property.remove("x-required").is_some() {
                required.push(Value::String(key.clone()));
            }
        }
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|ty| ty != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            schema.insert("type".to_owned(), only);
        }
    }
    let null = serde_json::json!({ "type": "null" });
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else {
        return;
    };
    choices.retain(|choice| *choice != null);
    if let [only] = choices.as_mut_slice() {
        // Beside `$ref` draft-07 ignores all else, so it stands in an `allOf` of its own.
        let only = only.take();
        schema.remove("anyOf");
        schema.insert("allOf".to_owned(), Value::Array(vec![only]));
    }
}
