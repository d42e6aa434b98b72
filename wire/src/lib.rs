//! Exact wire types for exchange APIs: decimals, scaled integers, timestamps, open enums, positional records, and the check engine

mod scan;
pub mod select;
mod verdict;

pub use verdict::Verdict;
