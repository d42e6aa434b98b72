//! What generated exchange clients link to: HTTP calls, WebSocket sessions, signing, limits,
//! retries, errors, order books.
//!
//! A generated client is names and types: a method for each operation, a type for each kind of key.
//! All that acts is here, written once, and driven by what the spec says of an API
//! ([`venue_wire::describe`]).
//!
//! # A call
//!
//! 1. **Check** the typed request: bounds and rules of the spec. What breaks one is not sent.
//! 2. **Write** the body, once.
//! 3. **Wait** for its turn under the limits of the spec, by route and for all ([`Limiter`]; can be
//!    left out, or shared among clients).
//! 4. **Sign** by the recipe of the spec: nonce and timestamp go into the body or a header, the
//!    signature is made over those bytes, and they are sent. Nonces ([`Nonces`]) grow strictly per
//!    key, across threads and clients of a process. The time comes from a [`Clock`].
//! 5. **Send** ([`Http`], by default [`Reqwest`]): TLS, but to this machine; no redirects, no proxy
//!    of the environment, a time limit, a largest size.
//! 6. **Judge** the reply. [`Error`] says who must act: the caller, the network, or the venue,
//!    whose refusal has a code from its catalogue; an unreadable reply keeps its bytes.
//! 7. **Again**, if that is safe and can help ([`Retry`]). What the spec calls ambiguous, orders
//!    above all, is sent once: if its fate is unknown the answer is [`Error::Ambiguous`], with what
//!    was sent and when.
//!
//! A call that is not awaited to its end (its future dropped, by a timeout around it, say) has an
//! unknown fate as well, and nothing tells: leave time limits to [`Config::timeout`].
//!
//! Each call is a `tracing` span `call` with the operation's id; its events have status, attempt and
//! milliseconds. Keys, bodies, queries and headers are in no log, no error and no `Debug`.
//!
//! # A session
//!
//! See [`socket`]: connect, log in, subscribe, match answers, watch the count of messages, ping,
//! reconnect and say so. [`book`] keeps an order book from a feed.
//!
//! # Blocking
//!
//! Everything is async on tokio. Where nothing else is, a runtime will do. A session lives in a task
//! of its own, which answers pings and reads while the runtime runs: one with a worker does so always,
//! one on the caller's thread only within `block_on`.
//!
//! ```
//! let mut builder = tokio::runtime::Builder::new_multi_thread();
//! let runtime = builder.worker_threads(1).enable_all().build()?;
//! let answer = runtime.block_on(async { "client.get_balances().await" });
//! # let _ = answer;
//! # Ok::<(), std::io::Error>(())
//! ```

mod auth;
mod body;
pub mod book;
mod clock;
mod config;
mod error;
mod generated;
mod http;
mod limiter;
#[doc(hidden)]
pub mod pages;
mod reqwest_http;
mod rest;
mod retry;
mod secret;
pub mod socket;
mod tls;

pub use auth::signature;
pub use clock::{Clock, FixedClock, Nonces, SystemClock};
pub use config::Config;
pub use error::{
    Ambiguous, CallerError, Error, NetworkError, NetworkErrorKind, Refusal, Sent, Unreadable, Why,
};
pub use http::{BoxFuture, Header, Http, HttpReply, HttpRequest};
pub use limiter::Limiter;
pub use pages::Pages;
pub use reqwest_http::Reqwest;
pub use rest::Rest;
pub use retry::{Backoff, Retry};
pub use secret::{Credential, Key, NoKey, Secret};
