//! An order book, kept from snapshots and changes.
//!
//! [`Book`] knows nothing of a venue: prices are anything with an order, sizes anything at all. The
//! client crates have a function for each venue's messages; [`Book::follow`] feeds it with a feed's
//! events and drops the book when the connection was lost or messages are missing.
//!
//! ```
//! use venue_transport::book::{Book, Change, Crossing, Fault, Side};
//!
//! let mut book = Book::new(Crossing::Refused);
//! assert_eq!(book.apply(Side::Bid, Change::Delete(99)), Err(Fault::Stale));
//! book.snapshot([(99, 5), (98, 7)], [(101, 2)])?;
//! book.apply(Side::Ask, Change::Insert(100, 1))?;
//! book.check()?;
//! assert_eq!((book.best_bid(), book.best_ask()), (Some((&99, &5)), Some((&100, &1))));
//! # Ok::<(), Fault>(())
//! ```

use std::cmp::Ordering;
use std::fmt;

use crate::socket::Event;

/// A side of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Those who buy; the best price is the highest.
    Bid,
    /// Those who sell; the best price is the lowest.
    Ask,
}

/// A change of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<P, S> {
    /// A level that was not there.
    Insert(P, S),
    /// Another size of a level that was there.
    Resize(P, S),
    /// A level, whether it was there or not.
    Set(P, S),
    /// A level that was there is gone.
    Delete(P),
    /// All levels better than this price are gone, and this is the best one.
    Top(P, S),
    /// The side is empty.
    Clear,
}

/// Whether the best bid may reach the best ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// It may: the book is put together from several venues.
    Allowed,
    /// It is a fault: one venue would have matched them.
    Refused,
}

/// Why a book is no longer what the venue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// There was no snapshot yet, or none since the last fault.
    Stale,
    /// A new level was there already.
    LevelExists,
    /// A level that changed or went was not there.
    NoSuchLevel,
    /// The best bid reaches the best ask.
    Crossed,
    /// A snapshot has a price twice.
    PriceTwice,
    /// Sizes add up to more than can be held.
    TooLarge,
    /// Messages are missing.
    Gap,
    /// A message did not decode.
    Undecodable,
    /// The connection was lost.
    Reconnected,
    /// The feed ended.
    Ended,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Stale => "there is no snapshot to begin with",
            Fault::LevelExists => "a new level was there already",
            Fault::NoSuchLevel => "a level that changed was not there",
            Fault::Crossed => "the best bid reaches the best ask",
            Fault::TooLarge => "sizes add up to more than can be held",
            Fault::PriceTwice => "a snapshot has a price twice",
            Fault::Gap => "messages are missing",
            Fault::Undecodable => "a message did not decode",
            Fault::Reconnected => "the connection was lost",
            Fault::Ended => "the feed ended",
        })
    }
}

impl std::error::Error for Fault {}

/// An order book. After a [`Fault`] it is stale, and empty, until the next snapshot.
#[derive(Debug, Clone)]
pub struct Book<P, S> {
    bids: Levels<P, S>,
    asks: Levels<P, S>,
    crossing: Crossing,
    is_stale: bool,
}

/// Levels with the best one last: what changes most is cheapest to change.
#[derive(Debug, Clone)]
struct Levels<P, S> {
    side: Side,
    levels: Vec<(P, S)>,
}

impl<P: Ord, S> Book<P, S> {
    /// A book that waits for its snapshot.
    pub fn new(crossing: Crossing) -> Self {
        Book {
            bids: Levels::new(Side::Bid),
            asks: Levels::new(Side::Ask),
            crossing,
            is_stale: true,
        }
    }

    /// Begins anew with these levels, in any order.
    ///
    /// # Errors
    ///
    /// If a price stands twice on a side, or the sides cross where they must not.
    pub fn snapshot(
        &mut self,
        bids: impl IntoIterator<Item = (P, S)>,
        asks: impl IntoIterator<Item = (P, S)>,
    ) -> Result<(), Fault> {
        self.is_stale = false;
        let filled = self.bids.fill(bids).and_then(|()| self.asks.fill(asks));
        filled.map_err(|fault| self.fail(fault))?;
        self.check()
    }

    /// Applies a change. Sides may cross in the middle of a message: call [`check`](Book::check)
    /// after the last change of one.
    ///
    /// # Errors
    ///
    /// If the change does not fit the book, which is stale from then on.
    pub fn apply(&mut self, side: Side, change: Change<P, S>) -> Result<(), Fault> {
        if self.is_stale {
            return Err(Fault::Stale);
        }
        let levels = match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        };
        levels.apply(change).map_err(|fault| self.fail(fault))
    }

    /// Checks the book after a message.
    ///
    /// # Errors
    ///
    /// If it is stale, or crossed where it must not be; it is stale from then on.
    pub fn check(&mut self) -> Result<(), Fault> {
        match (self.is_stale, self.crossing) {
            (true, _) => Err(Fault::Stale),
            (false, Crossing::Refused) if self.is_crossed() => Err(self.fail(Fault::Crossed)),
            (false, _) => Ok(()),
        }
    }

    /// Takes an event of the book's feed: a message goes to `apply`, what makes the book unsure
    /// empties it. After a fault, the caller waits for a snapshot, or asks for one by subscribing
    /// anew.
    ///
    /// # Errors
    ///
    /// Why the book is stale now.
    pub fn follow<T>(
        &mut self,
        event: &Event<T>,
        apply: impl FnOnce(&mut Self, &T) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let fault = match event {
            Event::Message(message) => {
                apply(self, message)?;
                return self.check();
            }
            // It was applied before.
            Event::Duplicate { .. } => return Ok(()),
            Event::Gap { .. } | Event::Missed(_) | Event::Late { .. } => Fault::Gap,
            Event::Undecodable(_) => Fault::Undecodable,
            Event::Reconnected(_) => Fault::Reconnected,
            Event::Refused(_) | Event::Ended(_) => Fault::Ended,
        };
        Err(self.fail(fault))
    }

    /// Empties the book: it is stale until the next snapshot.
    pub fn discard(&mut self) {
        self.is_stale = true;
        self.bids.levels.clear();
        self.asks.levels.clear();
    }

    fn fail(&mut self, fault: Fault) -> Fault {
        self.discard();
        fault
    }

    /// Whether it waits for a snapshot.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// Whether the best bid reaches the best ask.
    pub fn is_crossed(&self) -> bool {
        match (self.best_bid(), self.best_ask()) {
            (Some((bid, _)), Some((ask, _))) => bid >= ask,
            _ => false,
        }
    }

    /// The best bid's price and size.
    pub fn best_bid(&self) -> Option<(&P, &S)> {
        self.bids().next()
    }

    /// The best ask's price and size.
    pub fn best_ask(&self) -> Option<(&P, &S)> {
        self.asks().next()
    }

    /// The bids, best first.
    pub fn bids(&self) -> impl ExactSizeIterator<Item = (&P, &S)> {
        self.bids
            .levels
            .iter()
            .rev()
            .map(|(price, size)| (price, size))
    }

    /// The asks, best first.
    pub fn asks(&self) -> impl ExactSizeIterator<Item = (&P, &S)> {
        self.asks
            .levels
            .iter()
            .rev()
            .map(|(price, size)| (price, size))
    }
}

impl<P: Ord, S> Levels<P, S> {
    fn new(side: Side) -> Self {
        Levels {
            side,
            levels: Vec::new(),
        }
    }

    /// Worse before better.
    fn order(side: Side, a: &P, b: &P) -> Ordering {
        match side {
            Side::Bid => a.cmp(b),
            Side::Ask => b.cmp(a),
        }
    }

    fn fill(&mut self, levels: impl IntoIterator<Item = (P, S)>) -> Result<(), Fault> {
        self.levels.clear();
        self.levels.extend(levels);
        let side = self.side;
        let order = |a: &(P, S), b: &(P, S)| Self::order(side, &a.0, &b.0);
        // Venues send the best first: a reversal leaves nothing to sort.
        self.levels.reverse();
        self.levels.sort_by(order);
        let has_twice = self.levels.windows(2).any(|pair| pair[0].0 == pair[1].0);
        match has_twice {
            true => Err(Fault::PriceTwice),
            false => Ok(()),
        }
    }

    fn find(&self, price: &P) -> Result<usize, usize> {
        let side = self.side;
        self.levels
            .binary_search_by(|(own, _)| Self::order(side, own, price))
    }

    fn apply(&mut self, change: Change<P, S>) -> Result<(), Fault> {
        match change {
            Change::Insert(price, size) => match self.find(&price) {
                Ok(_) => return Err(Fault::LevelExists),
                Err(at) => self.levels.insert(at, (price, size)),
            },
            Change::Resize(price, size) => match self.find(&price) {
                Ok(at) => self.levels[at].1 = size,
                Err(_) => return Err(Fault::NoSuchLevel),
            },
            Change::Set(price, size) => match self.find(&price) {
                Ok(at) => self.levels[at].1 = size,
                Err(at) => self.levels.insert(at, (price, size)),
            },
            Change::Delete(price) => match self.find(&price) {
                Ok(at) => drop(self.levels.remove(at)),
                Err(_) => return Err(Fault::NoSuchLevel),
            },
            Change::Top(price, size) => {
                let (Ok(keep) | Err(keep)) = self.find(&price);
                self.levels.truncate(keep);
                self.levels.push((price, size));
            }
            Change::Clear => self.levels.clear(),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book<u32, u32> {
        let mut book = Book::new(Crossing::Refused);
        book.snapshot([(98, 1), (100, 2), (99, 3)], [(103, 4), (101, 5)])
            .unwrap();
        book
    }

    fn bids(book: &Book<u32, u32>) -> Vec<(u32, u32)> {
        book.bids().map(|(price, size)| (*price, *size)).collect()
    }

    #[test]
    fn changes_keep_each_side_in_order() {
        let mut book = book();
        assert_eq!(bids(&book), [(100, 2), (99, 3), (98, 1)]);
        let asks: Vec<u32> = book.asks().map(|(price, _)| *price).collect();
        assert_eq!(asks, [101, 103]);
        let cases = [
            (
                Change::Insert(97, 9),
                vec![(100, 2), (99, 3), (98, 1), (97, 9)],
            ),
            (
                Change::Resize(99, 8),
                vec![(100, 2), (99, 8), (98, 1), (97, 9)],
            ),
            (Change::Delete(98), vec![(100, 2), (99, 8), (97, 9)]),
            (Change::Top(99, 7), vec![(99, 7), (97, 9)]),
            (Change::Top(98, 6), vec![(98, 6), (97, 9)]),
            (Change::Set(98, 5), vec![(98, 5), (97, 9)]),
            (Change::Clear, vec![]),
            (Change::Top(90, 1), vec![(90, 1)]),
        ];
        for (change, after) in cases {
            book.apply(Side::Bid, change).unwrap();
            assert_eq!(bids(&book), after, "{change:?}");
        }
    }

    #[test]
    fn what_does_not_fit_empties_the_book() {
        let cases = [
            (Change::Insert(100, 1), Fault::LevelExists),
            (Change::Resize(97, 1), Fault::NoSuchLevel),
            (Change::Delete(97), Fault::NoSuchLevel),
        ];
        for (change, fault) in cases {
            let mut book = book();
            assert_eq!(book.apply(Side::Bid, change), Err(fault));
            assert!(book.is_stale() && book.best_bid().is_none());
            assert_eq!(book.apply(Side::Bid, Change::Clear), Err(Fault::Stale));
        }
        let mut book = book();
        book.apply(Side::Bid, Change::Insert(101, 1)).unwrap();
        assert_eq!(book.check(), Err(Fault::Crossed));
        assert_eq!(book.snapshot([(1, 1), (1, 2)], []), Err(Fault::PriceTwice));
    }

    #[test]
    fn a_gap_or_a_reconnect_empties_the_book() {
        let gap = Event::<()>::Gap {
            expected: 1,
            found: 3,
        };
        let mut followed = book();
        assert_eq!(followed.follow(&gap, |_, ()| Ok(())), Err(Fault::Gap));
        assert!(followed.is_stale());
        let message = Event::Message(());
        let again = followed.follow(&message, |book, ()| book.snapshot([(1, 1)], [(2, 1)]));
        assert_eq!(again, Ok(()));
    }
}
