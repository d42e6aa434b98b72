//! Reads captured exchange traffic, routes it, and checks it against specs.

mod lex;
pub mod read;
pub mod record;
mod text;
mod url;

pub use text::visible;
pub use url::Address;
