//! What the whole-system tests are made of: JSON text as a tree, values generated from a spec,
//! mutations of them, and the judges that must agree on each.

// Generated code refers to this crate by its name.
extern crate self as venue_tests;

pub mod corpus;
pub mod generate;
pub mod judge;
pub mod ledger;
pub mod mutate;
pub mod specs;
pub mod traffic;
pub mod types;

pub use venue_schema::sample::raw;
