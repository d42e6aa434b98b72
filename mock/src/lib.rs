//! A mock venue: serves any spec over HTTP and WebSocket, so that a client can be tested without an
//! account.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use venue_mock::{Mock, Options};
//!
//! let api = venue_schema::load_bundled("sfox")?;
//! let mock = Mock::new(api, Options::default().seeded(1));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! mock.serve(listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`Mock::answer`] answers one request without a network, [`Mock::connection`] serves any stream.
//! With the feature `tls`, `Mock::serve_tls` speaks TLS, and a certificate can be made for it. Nothing here knows a venue: what is served is read off
//! [`venue_schema::ir::Api`], and what is not in a spec is a file of [`roles`].
//!
//! # Answers
//!
//! A request is let in if its key is taken, the spec's limits leave room, and parameters and body
//! are valid by the spec, in this order. It is answered with the first success that is documented:
//! with the example that has most of what the request says, else with a value made from the type.
//! `Prefer` chooses: `status=422`, `example=2` (or a part of an example's source), `dynamic`; an
//! example that there is not, or a success that is not documented, is refused with what there is. The
//! header `venue-mock` says what an answer is: the example's number and source, made, refused and
//! why, or the account's state.
//!
//! What is not let in is refused in the documented type of the status, with the catalogue's code and
//! the reason where there is room for words. A path that the spec does not have is 404, a method
//! that it does not have 405.
//!
//! # Sockets
//!
//! Each socket of the spec is served at its own path. A command is answered with its `answers`, but
//! those whose names say `error`, `failure`, `refus` or `reject`: one of these refuses. A fallback
//! among the answers stands for the feed's own message. A feed begins with the message called
//! `snapshot`, if there is one, and goes on with the others in turn, one each
//! [`pace`](Options::pace). Counters, times, the feed's name and what the client said are put where
//! the message has room for them. Headers of the handshake may stand in the query, for browsers can
//! set none.
//!
//! # Same again
//!
//! [`Options::seeded`] makes values, chances and times in payloads the same in every run, for the
//! same requests in the same order.

mod admit;
mod answer;
mod auth;
mod clock;
pub mod fault;
mod limits;
mod locate;
mod mock;
mod options;
mod page;
mod play;
mod prefer;
mod record;
mod refusal;
pub mod roles;
mod sample;
mod seed;
mod server;
mod socket;
#[cfg(feature = "tls")]
mod tls;
mod tree;
mod venue;

pub use auth::Key;
pub use clock::{Clock, SteppedClock, SystemClock};
pub use fault::{Fault, FaultError};
pub use mock::{Answer, Asked, Mock, Scheme};
pub use options::{Log, Options};
pub use roles::Roles;
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsError};
