//! Turns the model of an API into files: Rust types, check programs, JSON Schema, OpenAPI, AsyncAPI,
//! a reference and a page of errata.
//!
//! Everything here is a pure function from [`venue_schema::ir::Api`] to text. Reading specs and
//! writing files is the caller's: a build script, or the `venue` command.

pub mod api_document;
pub mod asyncapi;
pub mod errata;
pub mod json_schema;
pub mod loss;
mod markdown;
pub mod openapi;
pub mod program;
pub mod reference;
pub mod rust;

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Path below the output folder, with `/`.
    pub path: String,
    /// The whole content.
    pub text: String,
}
