//! A mock venue: serves any spec over HTTP and WebSocket, so that a client can be tested without an
//! account.
//!
//! [`Mock`] answers; [`serve`](Mock::serve) puts it on a listener. Nothing here knows a venue: what
//! is served, and in what shape it is refused, is read off [`venue_schema::ir::Api`].

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
mod tree;
mod venue;

pub use auth::Key;
pub use clock::{Clock, SteppedClock, SystemClock};
pub use fault::{Fault, FaultError};
pub use mock::{Answer, Asked, Mock};
pub use options::{Log, Options};
pub use roles::Roles;
