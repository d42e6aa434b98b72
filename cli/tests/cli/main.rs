//! The command as a user meets it: what it prints, where, and with which exit status.

mod support;

mod canary;
mod check;
mod commands;
mod docs;
mod fifth_venue;
mod hostile;
mod jobs;
mod memory;
mod mock;
mod own_spec;
mod reports;
mod requests;
mod scrub;
mod server;
