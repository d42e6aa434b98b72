//! Generates Rust types, check programs and JSON Schema from exchange API specs
pub mod json_schema;
