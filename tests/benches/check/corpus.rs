//! Messages to measure on, the same on every run: made from a fixed seed, in documented order.

use std::fmt::Write as _;

/// A value to be written in one style or another.
#[derive(Clone)]
enum Value {
    Raw(String),
    List(Vec<Value>),
    Object(Vec<(&'static str, Value)>),
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Members as documented, no space.
    Plain,
    /// `", "` and `": "`, as Python writes JSON.
    Spaced,
    /// Members of every object in alphabetical order, as many libraries write maps.
    Sorted,
    /// Members of every object in an order that no other message has.
    Shuffled,
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

const VENUES: [&str; 8] = [
    "bitstamp", "coinbase", "gemini", "kraken", "ox", "itbit", "market1", "bitfinex",
];
const PAIRS: [&str; 4] = ["btcusd", "ethusd", "ethbtc", "ltcusd"];
const COUNT: u64 = 200;

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

fn messages(style: Style, mut one: impl FnMut(&mut Random, u64) -> Value) -> Vec<String> {
    let mut random = Random(0x5eed_0f0a_b00c);
    let values = (0..COUNT)
        .map(|index| one(&mut random, index))
        .collect::<Vec<_>>();
    values
        .into_iter()
        .map(|value| written(value, style, &mut random))
        .collect()
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

/// Whole order books of the current sFOX socket, 25 levels a side.
pub(crate) fn order_books(style: Style) -> Vec<String> {
    messages(style, |random, index| {
        let pair = PAIRS[random.below(4) as usize];
        let mut side = |levels: usize| {
            let level = |random: &mut Random| {
                let price = format!("{}.{:02}", 41_000 + random.below(900), random.below(100));
                let size = decimal(random, 3, 8);
                let venue = text(VENUES[random.below(8) as usize]);
                Value::List(vec![raw(price), raw(size), venue])
            };
            Value::List((0..levels).map(|_| level(random)).collect())
        };
        let payload = Value::Object(vec![
            ("bids", side(25)),
            ("asks", side(25)),
            (
                "market_making",
                Value::Object(vec![("bids", side(5)), ("asks", side(5))]),
            ),
            ("pair", text(pair)),
            ("lastupdated", raw(1_649_901_842_979_u64 + index)),
            ("lastpublished", raw(1_649_901_842_984_u64 + index)),
        ]);
        envelope(random, index, "orderbook.sfox", pair, payload)
    })
}

/// Tickers of the current sFOX socket.
pub(crate) fn tickers(style: Style) -> Vec<String> {
    messages(style, |random, index| {
        let pair = PAIRS[random.below(4) as usize];
        let mut price = || {
            raw(format!(
                "{}.{:02}",
                41_000 + random.below(900),
                random.below(100)
            ))
        };
        let prices = [price(), price(), price(), price(), price()];
        let [last, high, low, open, vwap] = prices;
        let payload = Value::Object(vec![
            ("amount", raw(decimal(random, 3, 8))),
            ("exchange", text(VENUES[random.below(8) as usize])),
            ("last", last),
            ("high", high),
            ("low", low),
            ("open", open),
            ("pair", text(pair)),
            ("route", text("Smart")),
            ("source", text("ticker-info")),
            (
                "timestamp",
                text(&format!("2022-04-14T02:04:{:02}.481Z", random.below(60))),
            ),
            ("volume", raw(decimal(random, 5_000, 8))),
            ("vwap", vwap),
        ]);
        envelope(random, index, "ticker.sfox", pair, payload)
    })
}

/// Trades of the current sFOX socket.
pub(crate) fn trades(style: Style) -> Vec<String> {
    messages(style, |random, index| {
        let pair = PAIRS[random.below(4) as usize];
        let second = random.below(60);
        let payload = Value::Object(vec![
            ("id", text(&(1_062_696_823 + index).to_string())),
            ("quantity", text(&decimal(random, 3, 8))),
            ("price", text(&(41_000 + random.below(900)).to_string())),
            ("exchange", text(VENUES[random.below(8) as usize])),
            ("exchange_id", raw(random.below(20))),
            ("side", text(["buy", "sell"][random.below(2) as usize])),
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
    })
}

/// Changes of a book on Finery's socket: positional all the way down.
pub(crate) fn book_changes(style: Style) -> Vec<String> {
    messages(style, |random, _| {
        let mut side = || {
            let change = |random: &mut Random| {
                let action = text(["+", "M", "-"][random.below(3) as usize]);
                let price = raw(300_000_000_000 + random.below(1_000_000_000));
                Value::List(vec![action, price, raw(random.below(10_000_000_000))])
            };
            Value::List((0..random.below(4)).map(|_| change(random)).collect())
        };
        let sides = Value::List(vec![side(), side()]);
        Value::List(vec![text("B"), raw(random.below(1000)), text("M"), sides])
    })
}

fn written(mut value: Value, style: Style, random: &mut Random) -> String {
    reorder(&mut value, style, random);
    let mut out = String::new();
    write(
        &value,
        if style == Style::Spaced { " " } else { "" },
        &mut out,
    );
    out
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
