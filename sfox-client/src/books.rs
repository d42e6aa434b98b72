//! Order books from the venue's feeds. Each message is the whole book over all venues it reaches, so
//! that bids may reach asks; levels of one price at several venues are added up.
//!
//! ```
//! use sfox_client::current::books;
//! use sfox_client::current::types::market_feeds::OrderBookMessage;
//! use sfox_client::transport::socket::{Event, Subscription};
//!
//! async fn watch(mut feed: Subscription<OrderBookMessage>) {
//!     let mut book = books::empty();
//!     while let Some(event) = feed.next().await {
//!         match book.follow(&event, books::apply) {
//!             Ok(()) => println!("{:?} {:?}", book.best_bid(), book.best_ask()),
//!             Err(fault) => println!("stale: {fault}"),
//!         }
//!     }
//! }
//! ```

use std::collections::BTreeMap;

use venue_transport::book::{Book, Crossing, Fault};
use venue_wire::Decimal;

/// A book of prices in the quote currency and sizes in the base currency.
pub type OrderBook = Book<Decimal, Decimal>;

/// A book that waits for its first message.
pub fn empty() -> OrderBook {
    Book::new(Crossing::Allowed)
}

/// Replaces a book by these levels.
pub(crate) fn replace<'l>(
    book: &mut OrderBook,
    bids: impl Iterator<Item = (&'l Decimal, &'l Decimal)>,
    asks: impl Iterator<Item = (&'l Decimal, &'l Decimal)>,
) -> Result<(), Fault> {
    let (bids, asks) = (total(bids)?, total(asks)?);
    book.snapshot(bids.into_iter().rev(), asks)
}

/// Sizes by price. A sum that 38 digits do not hold is none.
fn total<'l>(
    levels: impl Iterator<Item = (&'l Decimal, &'l Decimal)>,
) -> Result<BTreeMap<Decimal, Decimal>, Fault> {
    let mut sums: BTreeMap<Decimal, Decimal> = BTreeMap::new();
    for (price, size) in levels {
        let sum = match sums.get(price) {
            Some(sum) => sum.checked_add(size).ok_or(Fault::TooLarge)?,
            None => *size,
        };
        sums.insert(*price, sum);
    }
    Ok(sums)
}

/// What is alike in the APIs: a function that takes their message.
macro_rules! books {
    ($message:path, $size:ident) => {
        /// Order books from the feeds of books.
        pub mod books {
            pub use crate::books::{OrderBook, empty};
            use venue_transport::book::Fault;

            /// Puts a message's levels in place of the book's.
            ///
            /// # Errors
            ///
            /// If the sizes of a price add up to more digits than a decimal holds.
            pub fn apply(book: &mut OrderBook, message: &$message) -> Result<(), Fault> {
                let payload = &message.payload;
                let bids = payload
                    .bids
                    .iter()
                    .map(|level| (&level.price, &level.$size));
                let asks = payload
                    .asks
                    .iter()
                    .map(|level| (&level.price, &level.$size));
                crate::books::replace(book, bids, asks)
            }
        }
    };
}

pub(crate) use books;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_one_price_are_added_up_and_sides_may_cross() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let bids = [("100", "0.1"), ("101.0", "1"), ("100.00", "0.2")];
        let asks = [("100.5", "2")];
        let levels = |levels: &[(&str, &str)]| -> Vec<(Decimal, Decimal)> {
            let levels = levels.iter();
            levels
                .map(|(price, size)| (decimal(price), decimal(size)))
                .collect()
        };
        let (bids, asks) = (levels(&bids), levels(&asks));
        let mut book = empty();
        let refs = |levels: &'static [(Decimal, Decimal)]| levels.iter().map(|(p, s)| (p, s));
        replace(&mut book, refs(bids.leak()), refs(asks.leak())).unwrap();
        let bids: Vec<String> = book.bids().map(|(p, s)| format!("{p} {s}")).collect();
        assert_eq!(bids, ["101.0 1", "100 0.3"]);
        assert!(book.is_crossed() && !book.is_stale());
    }
}
