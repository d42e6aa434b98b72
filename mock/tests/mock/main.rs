//! The mock from outside: every operation and feed, held against the checker.

mod faults;
mod feeds;
mod guards;
mod hostile;
mod life;
mod operations;
mod support;
#[cfg(feature = "tls")]
mod tls;
