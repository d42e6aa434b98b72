//! Order books from the feeds B and F: a snapshot, then changes level by level.
//!
//! ```
//! use finery_client::{BMessage, books};
//! use finery_client::transport::socket::{Event, Subscription};
//!
//! async fn watch(mut feed: Subscription<BMessage>) {
//!     let mut book = books::empty();
//!     while let Some(event) = feed.next().await {
//!         match book.follow(&event, books::apply_global) {
//!             Ok(()) => println!("{:?} {:?}", book.best_bid(), book.best_ask()),
//!             // After a reconnect the snapshot comes by itself; after any other fault, bind anew.
//!             Err(fault) => println!("stale: {fault}"),
//!         }
//!     }
//! }
//! ```

use finery_types::order_books::{BookUpdate, BookUpdateAction, LevelUpdate};
use finery_types::{Book as Levels, Price, Size};
use venue_transport::book::{Book, Change, Crossing, Fault, Side};

use crate::{BMessage, FMessage};

/// A book of prices and sizes in the venue's units of 1e-8.
pub type OrderBook = Book<Price, Size>;

/// A book that waits for its snapshot. Its sides must not cross: one venue matches them.
pub fn empty() -> OrderBook {
    Book::new(Crossing::Refused)
}

/// Applies a message of feed B, the global book.
///
/// # Errors
///
/// If it does not fit the book, or the feed ended.
pub fn apply_global(book: &mut OrderBook, message: &BMessage) -> Result<(), Fault> {
    match message {
        BMessage::Snapshot(snapshot) => begin(book, &snapshot.book),
        BMessage::Modified(update) => change(book, &update.changes),
        BMessage::Failure(_) | BMessage::Unsubscribed(_) => end(book),
        BMessage::Unknown(_) => unknown(book),
    }
}

/// Applies a message of feed F, the book that this account can trade with.
///
/// # Errors
///
/// If it does not fit the book, or the feed ended.
pub fn apply_firm(book: &mut OrderBook, message: &FMessage) -> Result<(), Fault> {
    match message {
        FMessage::Snapshot(snapshot) => begin(book, &snapshot.book),
        FMessage::Modified(update) => change(book, &update.changes),
        FMessage::Failure(_) | FMessage::Unsubscribed(_) => end(book),
        FMessage::Unknown(_) => unknown(book),
    }
}

fn begin(book: &mut OrderBook, levels: &Levels) -> Result<(), Fault> {
    let bids = levels.bids.iter().map(|level| (level.price, level.size));
    let asks = levels.asks.iter().map(|level| (level.price, level.size));
    book.snapshot(bids, asks)
}

fn change(book: &mut OrderBook, update: &BookUpdate) -> Result<(), Fault> {
    for level in &update.bids {
        book.apply(Side::Bid, of_level(level))?;
    }
    for level in &update.asks {
        book.apply(Side::Ask, of_level(level))?;
    }
    book.check()
}

fn of_level(level: &LevelUpdate) -> Change<Price, Size> {
    let (price, size) = (level.price, level.size);
    let nothing = (Price::new(0), Size::new(0));
    match level.action {
        BookUpdateAction::Insert => Change::Insert(price, size),
        BookUpdateAction::Resize => Change::Resize(price, size),
        BookUpdateAction::Delete => Change::Delete(price),
        BookUpdateAction::SetTop if (price, size) == nothing => Change::Clear,
        BookUpdateAction::SetTop => Change::Top(price, size),
    }
}

fn end(book: &mut OrderBook) -> Result<(), Fault> {
    book.discard();
    Err(Fault::Ended)
}

fn unknown(book: &mut OrderBook) -> Result<(), Fault> {
    book.discard();
    Err(Fault::Undecodable)
}
