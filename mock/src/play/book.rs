//! Order books that hold together: levels about the market's price that never cross, and changes
//! that a book built from the snapshot can take one by one.

use super::account::Amount;

/// Levels of a side.
const LEVELS: u64 = 10;

/// What happens to a level, by the names that the roles give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Insert,
    Resize,
    Delete,
}

/// A price level, or a change of one.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    pub(crate) change: Change,
    pub(crate) price: Amount,
    pub(crate) size: Amount,
}

/// The sides of a book, the best level first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book {
    pub(crate) bids: Vec<Level>,
    pub(crate) asks: Vec<Level>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Bids,
    Asks,
}

/// The whole book about a price.
pub(crate) fn whole(price: Amount) -> Book {
    let side = |side| {
        let level = |k| level(price, side, k, Change::Insert, 0);
        (1..=LEVELS).filter_map(level).collect()
    };
    Book {
        bids: side(Side::Bids),
        asks: side(Side::Asks),
    }
}

/// The `turn`th change after the whole, from 1 on. One level of one side gets another size; in every
/// fifth turn the level behind the last comes, or goes again.
pub(crate) fn change(price: Amount, turn: u64) -> Book {
    let (k, change) = match (turn % 5, turn % 10) {
        (0, 5) => (LEVELS + 1, Change::Insert),
        (0, _) => (LEVELS + 1, Change::Delete),
        _ => (1 + turn / 2 % LEVELS, Change::Resize),
    };
    // What comes and goes does so on one side.
    let side = match change {
        Change::Resize if turn % 2 == 1 => Side::Asks,
        _ => Side::Bids,
    };
    let level = level(price, side, k, change, turn).into_iter().collect();
    match side {
        Side::Bids => Book {
            bids: level,
            asks: Vec::new(),
        },
        Side::Asks => Book {
            bids: Vec::new(),
            asks: level,
        },
    }
}

/// The `k`th level of a side: half a thousandth of the price away from the one before.
fn level(price: Amount, side: Side, k: u64, change: Change, turn: u64) -> Option<Level> {
    let away = i128::from(k) * 5;
    let factor = match side {
        Side::Bids => Amount::new(10_000 - away, -4)?,
        Side::Asks => Amount::new(10_000 + away, -4)?,
    };
    let size = match change {
        Change::Delete => Amount::default(),
        _ => Amount::new(i128::from(k * 100 + turn % 97), -3)?,
    };
    Some(Level {
        change,
        price: price.checked_mul(&factor)?.normalized(),
        size: size.normalized(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_fit_the_book_and_never_cross_it() {
        let price: Amount = "60000".parse().expect("a price");
        let mut book = whole(price);
        assert!(book.bids[0].price < price && book.asks[0].price > price);
        for turn in 1..200 {
            let change = change(price, turn);
            let sides = [(&mut book.bids, change.bids), (&mut book.asks, change.asks)];
            for (levels, changes) in sides {
                for new in changes {
                    let at = levels.iter().position(|level| level.price == new.price);
                    match (new.change, at) {
                        (Change::Insert, None) => levels.push(new),
                        (Change::Resize, Some(at)) => levels[at] = new,
                        (Change::Delete, Some(at)) => drop(levels.remove(at)),
                        (change, at) => panic!("{change:?} of {at:?} in turn {turn}"),
                    }
                }
            }
            let falling = book.bids.windows(2).all(|two| two[0].price > two[1].price);
            assert!(
                falling && book.bids[0].price < book.asks[0].price,
                "turn {turn}"
            );
        }
    }
}
