//! Async clients of the [sFOX](https://www.sfox.com/) APIs: a typed method for each operation, a
//! typed stream for each feed.
//!
//! | module | API | feature |
//! |---|---|---|
//! | [`legacy`] | REST and feeds as first published, in 2018 | `legacy` |
//! | [`current`] | REST and feeds of today | `current` |
//! | [`connect`] | sFOX Connect, for partners | `connect` |
//!
//! ```
//! use sfox_client::current::types::orders::{NewOrder, SidePath, create_order};
//! use sfox_client::current::{Client, Error, Key};
//!
//! async fn buy() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::new(Key::new(std::env::var("SFOX_KEY")?))?;
//!     let mut order = NewOrder::new("btcusd".to_owned());
//!     order.quantity = Some("0.10".parse()?);
//!     order.price = Some("36431".parse()?);
//!     order.client_order_id = Some("mine-1".to_owned());
//!     match client.create_order(&create_order::Request::new(SidePath::Buy, order)).await {
//!         Ok(placed) => println!("{} is {:?}", placed.id, placed.status),
//!         Err(Error::Refused(refusal)) => println!("no: {:?}", refusal.code),
//!         Err(Error::Ambiguous(open)) => println!("look for {:?}", open.reference()),
//!         Err(other) => return Err(other.into()),
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Feeds come over a session, which logs in, keeps the connection up and says when it could not:
//!
//! ```
//! use sfox_client::current::{Client, Key};
//! use sfox_client::transport::socket::Event;
//!
//! async fn watch() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::new(Key::new(std::env::var("SFOX_KEY")?))?;
//!     let session = client.session().await?;
//!     let mut orders = session.user_open_orders().await?;
//!     while let Some(event) = orders.next().await {
//!         match event {
//!             Event::Message(message) => println!("{:?}", message.payload),
//!             Event::Reconnected(_) | Event::Gap { .. } => println!("ask for open orders anew"),
//!             other => println!("{other:?}"),
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Connect has two kinds of key, and a type for each. An operation can only be called with the key
//! that it takes:
//!
//! ```
//! use sfox_client::connect::{Client, PartnerKey};
//!
//! # fn run(client: &Client<PartnerKey>, request: &sfox_client::connect::types::end_users::create_end_user::Request) {
//! let _ = client.create_end_user(request);
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! use sfox_client::connect::{Client, UserToken};
//!
//! # fn run(client: &Client<UserToken>, request: &sfox_client::connect::types::end_users::create_end_user::Request) {
//! let _ = client.create_end_user(request);
//! # }
//! ```
//!
//! And the other way round:
//!
//! ```
//! use sfox_client::connect::{Client, UserToken};
//!
//! # fn run(client: &Client<UserToken>, request: &sfox_client::connect::types::due_diligence::upload_documents::Request) {
//! let _ = client.upload_documents(request);
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! use sfox_client::connect::{Client, PartnerKey};
//!
//! # fn run(client: &Client<PartnerKey>, request: &sfox_client::connect::types::due_diligence::upload_documents::Request) {
//! let _ = client.upload_documents(request);
//! # }
//! ```
//!
//! What a call does, and what becomes of one that fails, is told in [`transport`].

pub mod books;
mod dialect;

pub use sfox_types;
pub use venue_transport as transport;

/// The API as first published, in 2018.
#[cfg(feature = "legacy")]
pub mod legacy {
    include!(concat!(env!("OUT_DIR"), "/sfox_legacy_client.rs"));
    crate::books::books! { super::types::websocket::OrderBookMessage, size }
}

/// The API of today.
#[cfg(feature = "current")]
pub mod current {
    include!(concat!(env!("OUT_DIR"), "/sfox_client.rs"));
    crate::books::books! { super::types::market_feeds::OrderBookMessage, quantity }
}

/// sFOX Connect, the API for partners.
#[cfg(feature = "connect")]
pub mod connect {
    include!(concat!(env!("OUT_DIR"), "/sfox_connect_client.rs"));
    crate::books::books! { super::types::market_feeds::OrderBookMessage, quantity }
}
