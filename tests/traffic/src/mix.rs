//! Streams of messages in the shares that a socket has them.

use crate::fault::{Fault, Kind, plant};
use crate::message::{self, Random, Style, Value};

/// Which messages, and how many of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Of a hundred messages of the current sFOX socket 60 order books, 25 tickers, 10 trades and 5 of
    /// accounts and control: 94 % of the bytes are order books.
    Sfox,
    /// Order books alone.
    Books,
    /// The same socket without order books.
    Small,
    /// Of a hundred messages of Finery's socket 75 with changes of a book, 20 whole books, 5 answers.
    Finery,
}

impl Mix {
    /// By name.
    pub const ALL: [(&'static str, Mix); 4] = [
        ("sfox", Mix::Sfox),
        ("books", Mix::Books),
        ("small", Mix::Small),
        ("finery", Mix::Finery),
    ];
}

/// Makes messages.
#[derive(Debug, Clone)]
pub struct Stream {
    mix: Mix,
    style: Style,
    /// So many of a million messages have a fault.
    faults: u64,
    random: Random,
    index: u64,
}

impl Stream {
    /// Messages of a mix; of a million, so many have a fault.
    pub fn new(mix: Mix, style: Style, faults: u64) -> Self {
        Stream {
            mix,
            style,
            faults,
            random: Random(0x5eed_0f0a_b00c),
            index: 0,
        }
    }

    /// The next message, and the fault in it.
    pub fn message(&mut self) -> (String, Option<Fault>) {
        let kind = self.kind();
        let Stream { random, index, .. } = self;
        let make: fn(&mut Random, u64) -> Value = match (kind, self.mix) {
            (Kind::Book, _) => message::order_book,
            (Kind::Ticker, _) => message::ticker,
            (Kind::Trade, _) => message::trade,
            (Kind::Changes, _) => message::book_changes,
            (Kind::Snapshot, _) => message::book_snapshot,
            (Kind::Other, Mix::Finery) => message::feed_bound,
            (Kind::Other, _) => message::account_message,
        };
        let mut value = make(random, *index);
        *index += 1;
        let planted = (random.below(1_000_000) < self.faults)
            .then(|| plant(&mut value, kind, random))
            .flatten();
        let text = value.written(self.style, random);
        match planted {
            Some((Some((from, to)), fault)) => (replaced_last(&text, from, to), Some(fault)),
            Some((None, fault)) => (text, Some(fault)),
            None => (text, None),
        }
    }

    fn kind(&mut self) -> Kind {
        let share = self.random.below(100);
        match (self.mix, share) {
            (Mix::Books, _) | (Mix::Sfox, 0..60) => Kind::Book,
            (Mix::Sfox, 60..85) | (Mix::Small, 0..62) => Kind::Ticker,
            (Mix::Sfox, 85..95) | (Mix::Small, 62..87) => Kind::Trade,
            (Mix::Finery, 0..75) => Kind::Changes,
            (Mix::Finery, 75..95) => Kind::Snapshot,
            _ => Kind::Other,
        }
    }
}

fn replaced_last(text: &str, from: &str, to: &str) -> String {
    match text.rfind(from) {
        Some(at) => [&text[..at], to, &text[at + from.len()..]].concat(),
        None => text.to_owned(),
    }
}
