//! What the whole-system tests are made of: JSON text as a tree, values generated from a spec,
//! mutations of them, and the judges that must agree on each.

pub mod generate;
pub mod judge;
pub mod ledger;
pub mod mutate;
pub mod raw;
pub mod specs;
