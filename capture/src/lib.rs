//! Reads captured exchange traffic, routes it, and checks it against specs.

mod excerpt;
pub mod finding;
mod lex;
mod params;
pub mod read;
pub mod record;
pub mod report;
mod route;
mod shape;
mod text;
mod url;

pub use excerpt::{Excerpt, MASK};
pub use text::visible;
pub use url::Address;
