//! Exact wire types of the [Finery Markets](https://faq.finerymarkets.com/) API, generated from
//! their spec: REST methods, WebSocket feeds, requests for quote.
//!
//! There is a module for every chapter of the vendor's documentation, with the types and operations
//! that the chapter describes; what chapters share stands at the root. Every item's documentation
//! says what it means, in which unit, where that is stated, and how it is known.
//!
//! ```
//! use finery_types::{Price, Received, Size};
//!
//! let message = br#"["B",42,"S",[[[815510000000,38810780]],[]]]"#;
//! match Received::from_slice(message)? {
//!     Received::BSnapshot(snapshot) => {
//!         let best = &snapshot.book.bids[0];
//!         assert_eq!(best.price, Price::new(815_510_000_000));
//!         assert_eq!(best.price.to_string(), "8155.1");
//!         assert_eq!(best.size, "0.3881078".parse::<Size>()?);
//!     }
//!     other => println!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - **Exact**: prices, sizes and ids are integers of types of their own, in the venue's units.
//! - **Open**: an appended element, a new value of an open enum, a new message is kept, written
//!   back, and reported by [`Validate`](venue_wire::Validate) as drift.
//! - **Checked**: [`Checked::accepts`](venue_wire::Checked::accepts) holds JSON text against a type
//!   without building it.
//! - Features `schemars` and `proptest` give every type its JSON Schema and its strategy.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/finery.md"))]

include!(concat!(env!("OUT_DIR"), "/finery.rs"));
