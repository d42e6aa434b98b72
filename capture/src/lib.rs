//! Reads captured exchange traffic, routes it, and checks it against specs.
//!
//! [`read::read`] takes a capture apart into [`record::Record`]s, [`Checker::check`] holds each against
//! the APIs that it was made of, and [`report::Report`] adds up what it finds. Nothing here opens a
//! file, writes to a terminal or ends a process.

mod candidate;
mod check;
mod excerpt;
pub mod finding;
pub mod format;
pub mod json;
mod judge;
mod lex;
mod misplaced;
mod multipart;
mod params;
mod presume;
pub mod read;
pub mod record;
pub mod report;
pub mod request;
mod route;
mod rules;
pub mod scrub;
mod seen;
pub mod session;
mod shape;
mod text;
mod url;
mod words;

pub use candidate::{Candidate, evidence};
pub use check::{Checker, Findings, Known, Outcome};
pub use excerpt::{Excerpt, MASK};
pub use route::{Holes, Route};
pub use rules::{RULES, RuleDoc, rule};
pub use seen::Seen;
pub use text::visible;
pub use url::{Address, pairs as query};
