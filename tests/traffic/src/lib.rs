//! Made traffic: as much as is asked for, from a fixed seed, with planted faults that a ledger lists.
//!
//! What is made looks like what the venues' sockets send; no value in it was ever seen.

pub mod borrowed;
pub mod fault;
pub mod har;
pub mod message;
pub mod mix;
