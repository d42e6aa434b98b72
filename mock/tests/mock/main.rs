//! The mock from outside: every operation and feed, held against the checker.

mod feeds;
mod life;
mod operations;
mod support;
