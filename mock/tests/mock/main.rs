//! The mock from outside: every operation and feed, held against the checker.

mod feeds;
mod operations;
mod support;
