//! Declarative specs of exchange APIs, and their reader: parse, resolve, lint.
//!
//! A spec is a folder of TOML files, described in `specs/README.md`. [`read`] makes of their texts
//! the model of the API, [`ir::Api`], and says all that is wrong with them; [`bundled`] gives the
//! specs that travel inside this package. Nothing here emits code or touches a file.

pub mod ast;
mod bundled;
pub mod diagnostic;
pub mod ir;
mod lines;
mod lint;
mod parse;
pub mod program;
mod read;
#[cfg(feature = "render")]
mod render;
mod resolve;
#[cfg(feature = "sample")]
pub mod sample;
mod spanned;
#[cfg(feature = "spec-schema")]
mod spec_schema;

pub use bundled::{Bundle, LoadError, bundled, bundled_ids, load_bundled};
pub use diagnostic::{Diagnostic, Label, Severity};
pub use lint::{RuleDoc, lint, rules};
pub use parse::parse;
pub use read::read;
#[cfg(feature = "render")]
pub use render::{Color, render};
pub use resolve::resolve;
#[cfg(feature = "spec-schema")]
pub use spec_schema::spec_schema;
