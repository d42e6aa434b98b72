//! Exact wire types of the [sFOX](https://www.sfox.com/) APIs, generated from their specs.
//!
//! | module | API | feature |
//! |---|---|---|
//! | [`legacy`] | REST and WebSocket as first published, in 2018 | `legacy` |
//! | [`current`] | REST and WebSocket of today | `current` |
//! | [`connect`] | sFOX Connect, for partners | `connect` |
//!
//! All three are on by default. Each has a module for every chapter of the vendor's documentation,
//! with the types and operations that the chapter describes; what chapters share stands at the
//! module's root. Every item's documentation says what it means, in which unit, where that is
//! stated, and how it is known.
//!
//! ```
//! use sfox_types::legacy::Received;
//! use venue_wire::Validate;
//!
//! let message = br#"{"sequence":1,"recipient":"ticker.sfox.btcusd","timestamp":1534440609281315077,
//!     "payload":{"amount":0.12000000,"exchange":"gemini","high":6595.31,"last":6532.02,
//!     "low":6230.39,"open":6293.26,"pair":"btcusd","route":"Smart","source":"ticker-info",
//!     "timestamp":"2018-08-16T17:34:21.000Z","volume":3.5e2,"vwap":6402.57393}}"#;
//! match Received::from_slice(message)? {
//!     Received::Ticker(ticker) => {
//!         assert_eq!(ticker.payload.amount.to_string(), "0.12000000");
//!         assert_eq!(ticker.validate(), []);
//!     }
//!     other => println!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - **Exact**: prices and sizes are [`Decimal`](venue_wire::Decimal)s that print as they were
//!   sent; nothing goes through `f64`.
//! - **Open**: a new member, a new value of an open enum, a new message is kept, written back, and
//!   reported by [`Validate`](venue_wire::Validate) as drift.
//! - **Checked**: [`Checked::accepts`](venue_wire::Checked::accepts) holds JSON text against a type
//!   without building it.
//! - Features `schemars` and `proptest` give every type its JSON Schema and its strategy.

#[cfg(feature = "legacy")]
pub mod legacy {
    //! The API as first published, in 2018.
    #![doc = include_str!(concat!(env!("OUT_DIR"), "/sfox_legacy.md"))]
    include!(concat!(env!("OUT_DIR"), "/sfox_legacy.rs"));
}

#[cfg(feature = "current")]
pub mod current {
    //! The API of today.
    #![doc = include_str!(concat!(env!("OUT_DIR"), "/sfox.md"))]
    include!(concat!(env!("OUT_DIR"), "/sfox.rs"));
}

#[cfg(feature = "connect")]
pub mod connect {
    //! sFOX Connect, the API for partners.
    #![doc = include_str!(concat!(env!("OUT_DIR"), "/sfox_connect.md"))]
    include!(concat!(env!("OUT_DIR"), "/sfox_connect.rs"));
}
