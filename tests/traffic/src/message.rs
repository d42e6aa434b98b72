//! Messages, in documented order: trees of text, to be changed and written in one style or another.

use std::fmt::Write as _;

/// A value to be written in one style or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As it stands: a number, a string in its quotes.
    Raw(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Object(Vec<(&'static str, Value)>),
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Members as documented, no space.
    Plain,
    /// `", "` and `": "`, as Python writes JSON.
    Spaced,
    /// Members of every object in alphabetical order, as many libraries write maps.
    Sorted,
    /// Members of every object in an order that no other message has.
    Shuffled,
}

impl Style {
    /// By name.
    pub const ALL: [(&'static str, Style); 4] = [
        ("plain", Style::Plain),
        ("spaced", Style::Spaced),
        ("sorted", Style::Sorted),
        ("shuffled", Style::Shuffled),
    ];
}

/// Numbers that are the same on every run.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// One below the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.draw() % limit
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const VENUES: [&str; 8] = [
    "bitstamp", "coinbase", "gemini", "kraken", "ox", "itbit", "market1", "bitfinex",
];
const PAIRS: [&str; 4] = ["btcusd", "ethusd", "ethbtc", "ltcusd"];
fn raw(text: impl ToString) -> Value {
    Value::Raw(text.to_string())
}

fn text(text: &str) -> Value {
    Value::Raw(format!("\"{text}\""))
}

fn decimal(random: &mut Random, whole: u64, digits: u32) -> String {
    let digits = 1 + random.below(u64::from(digits)) as usize;
    let fraction = random.below(10_u64.pow(digits as u32));
    format!("{}.{fraction:0digits$}", random.below(whole))
}

fn price(random: &mut Random) -> Value {
    raw(format!(
        "{}.{:02}",
        41_000 + random.below(900),
        random.below(100)
    ))
}

fn envelope(random: &mut Random, index: u64, feed: &str, pair: &str, payload: Value) -> Value {
    Value::Object(vec![
        ("sequence", raw(index * 3 + 1)),
        ("recipient", text(&format!("{feed}.{pair}"))),
        (
            "timestamp",
            raw(1_649_901_842_000_000_000 + random.below(100_000_000_000_000)),
        ),
        ("payload", payload),
    ])
}

fn side(random: &mut Random, levels: usize) -> Value {
    let level = |random: &mut Random| {
        let size = raw(decimal(random, 3, 8));
        Value::List(vec![price(random), size, text(random.of(&VENUES))])
    };
    Value::List((0..levels).map(|_| level(random)).collect())
}

fn book(random: &mut Random, index: u64, pair: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("bids", side(random, 25)),
        ("asks", side(random, 25)),
        (
            "market_making",
            Value::Object(vec![("bids", side(random, 5)), ("asks", side(random, 5))]),
        ),
        ("pair", text(pair)),
        ("lastupdated", raw(1_649_901_842_979_u64 + index)),
        ("lastpublished", raw(1_649_901_842_984_u64 + index)),
    ]
}

/// As many messages of a kind as stay in the cache.
pub fn batch(style: Style, one: fn(&mut Random, u64) -> Value) -> Vec<String> {
    let mut random = Random(0x5eed_0f0a_b00c);
    let mut made = |index| {
        let message = one(&mut random, index);
        message.written(style, &mut random)
    };
    (0..200).map(&mut made).collect()
}

/// A whole order book of the current sFOX socket, 25 levels a side.
pub fn order_book(random: &mut Random, index: u64) -> Value {
    let pair = random.of(&PAIRS);
    let payload = Value::Object(book(random, index, pair));
    envelope(random, index, "orderbook.sfox", pair, payload)
}

/// The same as the body of an answer over HTTP, which has two members more.
pub fn book_body(random: &mut Random, index: u64, pair: &'static str) -> Value {
    let mut members = book(random, index, pair);
    let times = |random: &mut Random| {
        let at = 1_649_901_842_000 + random.below(1_000_000);
        Value::List(vec![raw(at), raw(at + 7)])
    };
    let venues = VENUES.iter().map(|venue| (*venue, times(random)));
    members.push(("timestamps", Value::Object(venues.collect())));
    members.push(("currency", text(&pair[3..])));
    Value::Object(members)
}

/// A pair.
pub fn pair(random: &mut Random) -> &'static str {
    random.of(&PAIRS)
}

/// A ticker of the current sFOX socket.
pub fn ticker(random: &mut Random, index: u64) -> Value {
    let pair = random.of(&PAIRS);
    let payload = Value::Object(vec![
        ("amount", raw(decimal(random, 3, 8))),
        ("exchange", text(random.of(&VENUES))),
        ("last", price(random)),
        ("high", price(random)),
        ("low", price(random)),
        ("open", price(random)),
        ("pair", text(pair)),
        ("route", text("Smart")),
        ("source", text("ticker-info")),
        (
            "timestamp",
            text(&format!("2022-04-14T02:04:{:02}.481Z", random.below(60))),
        ),
        ("volume", raw(decimal(random, 5_000, 8))),
        ("vwap", price(random)),
    ]);
    envelope(random, index, "ticker.sfox", pair, payload)
}

/// A trade of the current sFOX socket.
pub fn trade(random: &mut Random, index: u64) -> Value {
    let pair = random.of(&PAIRS);
    let second = random.below(60);
    let payload = Value::Object(vec![
        ("id", text(&(1_062_696_823 + index).to_string())),
        ("quantity", text(&decimal(random, 3, 8))),
        ("price", text(&(41_000 + random.below(900)).to_string())),
        ("exchange", text(random.of(&VENUES))),
        ("exchange_id", raw(random.below(20))),
        ("side", text(random.of(&["buy", "sell"]))),
        ("pair", text(pair)),
        ("pair_id", raw(random.below(20))),
        (
            "timestamp",
            text(&format!("2022-04-14T01:57:{second:02}.521999872Z")),
        ),
        (
            "timeStamp",
            text(&format!("2022-04-14T01:57:{second:02}.521")),
        ),
        ("buyOrderId", text(&(58_000_000 + index).to_string())),
        ("sellOrderId", text("")),
        ("is_decimal", raw(random.below(2) == 0)),
    ]);
    envelope(random, index, "trades.sfox", pair, payload)
}

/// Balances, or the answer to a subscription, of the current sFOX socket.
pub fn account_message(random: &mut Random, index: u64) -> Value {
    if random.below(5) == 0 {
        let feed = text(&format!("ticker.sfox.{}", random.of(&PAIRS)));
        let payload = vec![
            ("action", text("subscribe")),
            ("feeds", Value::List(vec![feed])),
        ];
        return Value::Object(vec![
            ("type", text("success")),
            ("sequence", raw(index * 3 + 1)),
            (
                "timestamp",
                raw(1_649_901_842_000_000_000 + random.below(1_000_000)),
            ),
            ("payload", Value::Object(payload)),
            ("action", text("subscribe")),
        ]);
    }
    let mut balance = |currency: &str| {
        let names = [
            "balance",
            "available",
            "held",
            "trading_wallet",
            "collateral_wallet",
            "borrow_wallet",
            "lending_wallet",
        ];
        let mut members = vec![("currency", text(currency))];
        members.extend(names.map(|name| (name, text(&decimal(random, 90, 8)))));
        Value::Object(members)
    };
    let payload = Value::List(vec![balance("btc"), balance("usd")]);
    envelope(random, index, "private.user", "balances", payload)
}

/// Changes of a book on Finery's socket: positional all the way down.
pub fn book_changes(random: &mut Random, _: u64) -> Value {
    let side = |random: &mut Random| {
        let change = |random: &mut Random| {
            let action = text(random.of(&["+", "M", "-"]));
            let price = raw(300_000_000_000 + random.below(1_000_000_000));
            Value::List(vec![action, price, raw(random.below(10_000_000_000))])
        };
        Value::List((0..1 + random.below(3)).map(|_| change(random)).collect())
    };
    let sides = Value::List(vec![side(random), side(random)]);
    Value::List(vec![text("B"), raw(random.below(1000)), text("M"), sides])
}

/// A whole book on Finery's socket, 25 levels a side.
pub fn book_snapshot(random: &mut Random, _: u64) -> Value {
    let side = |random: &mut Random| {
        let level = |random: &mut Random| {
            let price = raw(300_000_000_000 + random.below(1_000_000_000));
            Value::List(vec![price, raw(random.below(10_000_000_000))])
        };
        Value::List((0..25).map(|_| level(random)).collect())
    };
    let sides = Value::List(vec![side(random), side(random)]);
    Value::List(vec![text("B"), raw(random.below(1000)), text("S"), sides])
}

/// The answer to a request for a feed on Finery's socket.
pub fn feed_bound(random: &mut Random, _: u64) -> Value {
    let feed = text(random.of(&["B", "F"]));
    Value::List(vec![feed, raw(random.below(1000)), text("U"), raw(0)])
}

impl Value {
    /// Its text.
    pub fn written(mut self, style: Style, random: &mut Random) -> String {
        reorder(&mut self, style, random);
        let mut out = String::new();
        let space = if style == Style::Spaced { " " } else { "" };
        write(&self, space, &mut out);
        out
    }

    /// What stands at a pointer; none if nothing does.
    pub fn at(&mut self, pointer: &str) -> Option<&mut Value> {
        let Some((step, rest)) = pointer.strip_prefix('/').map(|p| match p.find('/') {
            Some(slash) => p.split_at(slash),
            None => (p, ""),
        }) else {
            return Some(self);
        };
        let inner = match self {
            Value::Raw(_) => None,
            Value::List(items) => items.get_mut(step.parse::<usize>().ok()?),
            Value::Object(members) => members
                .iter_mut()
                .find(|(name, _)| *name == step)
                .map(|(_, value)| value),
        };
        inner?.at(rest)
    }
}

fn reorder(value: &mut Value, style: Style, random: &mut Random) {
    match value {
        Value::Raw(_) => {}
        Value::List(items) => items
            .iter_mut()
            .for_each(|item| reorder(item, style, random)),
        Value::Object(members) => {
            match style {
                Style::Plain | Style::Spaced => {}
                Style::Sorted => members.sort_by_key(|(name, _)| *name),
                Style::Shuffled => {
                    for at in (1..members.len()).rev() {
                        members.swap(at, random.below(at as u64 + 1) as usize);
                    }
                }
            }
            members
                .iter_mut()
                .for_each(|(_, value)| reorder(value, style, random));
        }
    }
}

fn write(value: &Value, space: &str, out: &mut String) {
    match value {
        Value::Raw(text) => out.push_str(text),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(if index == 0 { "" } else { space });
                write(item, space, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(if index == 0 { "" } else { space });
                let _ = write!(out, "\"{name}\":{space}");
                write(value, space, out);
            }
            out.push('}');
        }
    }
}
