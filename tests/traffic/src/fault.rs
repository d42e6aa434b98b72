//! Faults to plant in messages, each with the rule that must be broken and where.

use crate::message::{Random, Value};

/// A fault as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Id of the rule.
    pub rule: &'static str,
    /// Where it is broken.
    pub pointer: &'static str,
}

/// A change of a message, made where it applies.
enum Change {
    /// Put this in place of what stands there.
    To(&'static str),
    /// Put quotes around it.
    Quoted,
    /// Take its quotes off.
    Bare,
    /// Add a member or element at the end.
    Added(&'static str, &'static str),
    /// Take out the member, or the last element.
    Without(&'static str),
    /// The text itself: what stands for what.
    Text(&'static str, &'static str),
}

use Change::{Added, Bare, Quoted, Text, To, Without};

/// Rule, where it is broken, where the message is changed, and how.
type Plan = (&'static str, &'static str, &'static str, Change);

const TICKER: &[Plan] = &[
    ("number-as-string", "/payload/last", "/payload/last", Quoted),
    ("null-value", "/payload/high", "/payload/high", To("null")),
    (
        "undocumented-field",
        "/payload/spread",
        "/payload",
        Added("spread", "0.01"),
    ),
    ("missing-field", "/payload", "/payload", Without("vwap")),
    (
        "bad-time",
        "/payload/timestamp",
        "/payload/timestamp",
        To("\"2022-04-14 02:04\""),
    ),
    (
        "undocumented-value",
        "/payload/source",
        "/payload/source",
        To("\"ticker\""),
    ),
    (
        "duplicate-field",
        "/payload/pair",
        "/payload",
        Added("pair", "\"btcusd\""),
    ),
    ("not-json", "", "/payload/low", To("NaN")),
];
const TRADE: &[Plan] = &[
    (
        "unknown-value",
        "/payload/side",
        "/payload/side",
        To("\"hold\""),
    ),
    ("string-as-number", "/payload/price", "/payload/price", Bare),
    (
        "bad-integer",
        "/payload/exchange_id",
        "/payload/exchange_id",
        To("1.5"),
    ),
    (
        "out-of-range",
        "/payload/pair_id",
        "/payload/pair_id",
        To("4294967296"),
    ),
    (
        "wrong-kind",
        "/payload/is_decimal",
        "/payload/is_decimal",
        To("\"true\""),
    ),
    (
        "bad-decimal",
        "/payload/quantity",
        "/payload/quantity",
        To("\"0.1.2\""),
    ),
    ("not-json", "", "/payload/id", To("\"\\ud800\"")),
    (
        "undocumented-message",
        "",
        "",
        Text("\"trades.", "\"deals."),
    ),
];
const BOOK: &[Plan] = &[
    (
        "missing-element",
        "/payload/bids/3",
        "/payload/bids/3",
        Without(""),
    ),
    (
        "undocumented-element",
        "/payload/asks/2/3",
        "/payload/asks/2",
        Added("", "7"),
    ),
    (
        "number-as-string",
        "/payload/bids/0/0",
        "/payload/bids/0/0",
        Quoted,
    ),
    (
        "too-many-digits",
        "/payload/asks/1/1",
        "/payload/asks/1/1",
        To("0.1234567890123456789012345678901234567891"),
    ),
    ("missing-field", "/payload", "/payload", Without("pair")),
    (
        "undocumented-field",
        "/payload/depth",
        "/payload",
        Added("depth", "25"),
    ),
    (
        "out-of-range",
        "/sequence",
        "/sequence",
        To("18446744073709551616"),
    ),
    (
        "wrong-kind",
        "/payload/market_making/bids",
        "/payload/market_making/bids",
        To("{}"),
    ),
    ("not-json", "", "", Text("}}", "}")),
];
const CHANGES: &[Plan] = &[
    ("unknown-value", "/3/0/0/0", "/3/0/0/0", To("\"?\"")),
    ("number-as-string", "/3/1/0/1", "/3/1/0/1", Quoted),
    ("out-of-range", "/3/0/0/1", "/3/0/0/1", To("-1")),
    ("bad-integer", "/3/0/0/2", "/3/0/0/2", To("1.5")),
    ("missing-element", "/3/1/0", "/3/1/0", Without("")),
    ("undocumented-element", "/4", "", Added("", "0")),
    ("not-json", "", "", Text("]]]]", "]]]")),
];
const SNAPSHOT: &[Plan] = &[
    ("number-as-string", "/3/0/4/1", "/3/0/4/1", Quoted),
    ("missing-element", "/3/1/24", "/3/1/24", Without("")),
    ("undocumented-element", "/3/0/0/2", "/3/0/0", Added("", "1")),
    ("null-value", "/3/1/2/0", "/3/1/2/0", To("null")),
];

/// What a message is, for the faults that it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Ticker,
    Trade,
    Book,
    Changes,
    Snapshot,
    Other,
}

/// Plants a fault; the change of the text itself, if it is one, and the fault. None for messages that
/// get none.
pub fn plant(
    message: &mut Value,
    kind: Kind,
    random: &mut Random,
) -> Option<(Option<(&'static str, &'static str)>, Fault)> {
    let plans = match kind {
        Kind::Ticker => TICKER,
        Kind::Trade => TRADE,
        Kind::Book => BOOK,
        Kind::Changes => CHANGES,
        Kind::Snapshot => SNAPSHOT,
        Kind::Other => return None,
    };
    let (rule, pointer, place, change) = &plans[random.below(plans.len() as u64) as usize];
    let fault = Fault { rule, pointer };
    let value = message.at(place)?;
    match (change, value) {
        (Text(from, to), _) => return Some((Some((from, to)), fault)),
        (To(text), value) => *value = Value::Raw((*text).to_owned()),
        (Quoted, Value::Raw(text)) => *text = format!("\"{text}\""),
        (Bare, Value::Raw(text)) => *text = text.trim_matches('"').to_owned(),
        (Added(name, text), Value::Object(members)) => {
            members.push((name, Value::Raw((*text).to_owned())));
        }
        (Added(_, text), Value::List(items)) => items.push(Value::Raw((*text).to_owned())),
        (Without(name), Value::Object(members)) => members.retain(|(known, _)| known != name),
        (Without(_), Value::List(items)) => drop(items.pop()),
        _ => return None,
    }
    Some((None, fault))
}
