//! The clients against the mock, over real sockets with TLS around them.

mod drive;
mod everything;
mod faults;
mod pages;
mod secrets;
mod signed;
mod values;
mod venue;
mod waits;

#[allow(missing_docs, clippy::redundant_closure_call)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/clients.rs"));
}
