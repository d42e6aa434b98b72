//! Async client of the [Finery Markets](https://faq.finerymarkets.com/) API: every REST method,
//! typed and signed, over HTTP or the socket; a typed stream for each feed; [`books`].
//!
//! ```no_run
//! use finery_client::{Client, Error, Key};
//! use finery_client::types::{Price, Size};
//! use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Key::new("key", "secret"))?;
//! let mut order = AddOrder::new("BTC-USD".to_owned(), RequestSide::Bid, RequestType::LimitIoc);
//! order.price = Some("8155.1".parse::<Price>()?);
//! order.size = Some("0.5".parse::<Size>()?);
//! order.client_order_id = Some(1.into());
//! match client.add(&add::Request::new(order)).await {
//!     Ok(placed) => println!("{} deals", placed.deals.len()),
//!     Err(Error::Ambiguous(open)) => println!("look for {:?}", open.reference()),
//!     Err(other) => return Err(other.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use finery_client::types::websocket::FeedId;
//! use finery_client::{Client, Key, books};
//!
//! let session = Client::new(Key::new("key", "secret"))?.session().await?;
//! let instrument = FeedId::Name("BTC-USD".to_owned());
//! let mut feed = session.f(Some(&instrument)).await?;
//! let mut book = books::empty();
//! while let Some(event) = feed.next().await {
//!     book.follow(&event, books::apply_firm)?;
//!     println!("{:?} {:?}", book.best_bid(), book.best_ask());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A session has every REST method too; orders that it places can be cancelled by the venue when
//! the connection is lost (`cod`). Updates of feed P come under O and S, those of I under C too: they
//! are kinds of its messages.
//!
//! The body is written once; nonce and timestamp go into it, the signature is made over exactly
//! those bytes, and they are sent. Nonces grow across all clients of a process that share a key. The
//! venue may see concurrent calls in another order than that of their nonces.

pub mod books;
mod calls;
mod dialect;

pub use finery_types;
pub use venue_transport as transport;

include!(concat!(env!("OUT_DIR"), "/finery_client.rs"));
