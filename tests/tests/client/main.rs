//! The clients against the mock, over real sockets with TLS around them.

mod drive;
mod everything;
mod faults;
mod values;
mod venue;

#[allow(missing_docs, clippy::redundant_closure_call)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/clients.rs"));
}
