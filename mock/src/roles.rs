//! Who plays which part in the life of an order: what the stateful mode needs to know of an API
//! beside its spec. Data, one file an API; `roles/README.md` says how to write one.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;
use venue_schema::ir::Api;

use crate::auth::Denied;

/// The parts of one API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Roles {
    /// Application codes of refusals that the catalogue's classes do not tell apart.
    #[serde(default)]
    pub refusals: Refusals,
    /// What an account begins with, and how orders fill.
    pub account: Option<Account>,
    /// What can be traded, by the name that requests have for it.
    #[serde(default)]
    pub instruments: BTreeMap<String, Instrument>,
    /// Names of enums' values, by what they mean.
    #[serde(default)]
    pub words: Words,
    /// What members of requests mean, by their name on the wire.
    #[serde(default)]
    pub reads: BTreeMap<String, String>,
    /// What fields of records mean, by the record's name.
    #[serde(default)]
    pub shapes: BTreeMap<String, Shape>,
    /// What operations do, by their id.
    #[serde(default)]
    pub operations: BTreeMap<String, Act>,
    /// When messages are sent, by their id.
    #[serde(default)]
    pub messages: BTreeMap<String, Vec<When>>,
    /// Operations that are called over a socket.
    #[serde(default)]
    pub calls: Vec<Call>,
}

/// Application codes of refusals.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct Refusals {
    pub key: Option<i64>,
    pub signature: Option<i64>,
    pub nonce: Option<i64>,
    pub timestamp: Option<i64>,
    pub parameter: Option<i64>,
    pub instrument: Option<i64>,
    pub funds: Option<i64>,
    pub client_id: Option<i64>,
    pub order: Option<i64>,
    pub post_only: Option<i64>,
}

/// What an account begins with, and how orders fill.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Account {
    /// Milliseconds from placing to filling; 0: before the answer.
    #[serde(default)]
    pub fill_after_ms: u32,
    /// An order can only be made more: its size larger, its price nearer to the market.
    #[serde(default)]
    pub amend_upwards: bool,
    /// Balances may go below zero.
    #[serde(default)]
    pub credit: bool,
    /// Decimals, by currency.
    #[serde(default)]
    pub balances: BTreeMap<String, String>,
}

/// What can be traded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Instrument {
    /// The currency that sizes are in.
    pub base: String,
    /// The currency that prices are in.
    pub quote: String,
    /// Where the market stands, a decimal: an order that reaches it fills there.
    pub price: String,
    /// The most that trades at once, a decimal: what is larger fills in parts. Without it, all does.
    pub depth: Option<String>,
}

/// Names of enums' values, as specs have them, by what they mean.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Words {
    /// The side that buys.
    #[serde(default)]
    pub buy: String,
    /// The side that sells.
    #[serde(default)]
    pub sell: String,
    /// The state of an order that waits.
    #[serde(default)]
    pub open: String,
    /// The state of one that is filled.
    #[serde(default)]
    pub filled: String,
    /// The state of one that was cancelled.
    #[serde(default)]
    pub cancelled: String,
    /// What cancelling an order answers that has ended before; without it that is refused.
    pub finished: Option<String>,
    /// Types of order that take any price.
    #[serde(default)]
    pub market: Vec<String>,
    /// Types of order that never wait.
    #[serde(default)]
    pub immediate: Vec<String>,
    /// Types of order that fill whole or not at all.
    #[serde(default)]
    pub all_or_none: Vec<String>,
    /// Types of order that only wait.
    #[serde(default)]
    pub post_only: Vec<String>,
    /// A book's level is new.
    #[serde(default)]
    pub insert: String,
    /// Its size changed.
    #[serde(default)]
    pub resize: String,
    /// It is gone.
    #[serde(default)]
    pub delete: String,
    /// The type of an order that names none.
    #[serde(default)]
    pub kind: String,
}

/// What the fields of a record mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Shape {
    /// What a value of it is.
    pub of: Of,
    /// By the field's name.
    pub fields: BTreeMap<String, String>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Of {
    Order,
    Deal,
    Balance,
    Account,
    Book,
    Level,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Places an order.
    Place,
    /// Changes the open order that it names.
    Amend,
    /// Cancels the orders that it names.
    Cancel,
    /// Cancels every open order.
    CancelAll,
    /// Shows the order that it names.
    Show,
    /// Shows open orders, deals and balances: whatever its answer has room for.
    Read,
    /// Shows orders that have ended.
    ReadEnded,
    /// Shows an order book.
    Book,
}

/// What a message follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// A connection was opened; in every mode.
    Connected,
    /// Its feed was subscribed to.
    Subscribed,
    /// An order was placed.
    Placed,
    /// An order traded.
    Dealt,
    /// An order traded, and some of it is left.
    PartFilled,
    /// An order was changed.
    Amended,
    /// An order was filled or cancelled.
    Ended,
    /// A balance changed.
    Moved,
    /// The feed's time has come: a book changes, in every mode.
    Ticked,
}

/// Operations called over a socket: by a command that names one, and has its body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Call {
    /// Id of the command.
    pub command: String,
    /// Its member that names the operation: the path without the slash that it begins with.
    pub method: String,
    /// Its member with the body.
    pub content: String,
    /// Id of the message that answers.
    pub reply: String,
    /// Its member with the operation's answer.
    pub body: String,
    /// Id of the message that refuses.
    pub refusal: String,
}

/// Files of the APIs in the box, by id.
const BUNDLED: &[(&str, &str)] = &[
    ("finery", include_str!("../roles/finery.toml")),
    ("sfox", include_str!("../roles/sfox.toml")),
];

impl FromStr for Roles {
    type Err = toml::de::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        toml::from_str(text)
    }
}

impl Roles {
    /// Those of an API in the box.
    pub fn bundled(api: &str) -> Option<Self> {
        let (_, text) = BUNDLED.iter().find(|(id, _)| *id == api)?;
        text.parse().ok()
    }

    /// Names that the API does not know, each in a sentence.
    pub fn unknown_names(&self, api: &Api) -> Vec<String> {
        let local = |id: &str| id.split_once('.').map_or(id, |(_, id)| id).to_owned();
        let operations: Vec<String> = api.operations.iter().map(|o| local(&o.meta.id)).collect();
        let messages: Vec<String> = api.messages.iter().map(|m| local(&m.meta.id)).collect();
        let types: Vec<&str> = api.types.iter().map(|t| t.name.as_str()).collect();
        let mut out = Vec::new();
        for id in self.operations.keys().filter(|id| !operations.contains(id)) {
            out.push(format!("there is no operation `{id}`"));
        }
        let of_calls = self.calls.iter().flat_map(|c| [&c.reply, &c.refusal]);
        for id in self.messages.keys().chain(of_calls) {
            if !messages.contains(id) {
                out.push(format!("there is no message `{id}`"));
            }
        }
        for (name, shape) in &self.shapes {
            let Some(ty) = types.iter().position(|known| known == name) else {
                out.push(format!("there is no type `{name}`"));
                continue;
            };
            let venue_schema::ir::TypeKind::Record(record) = &api.types[ty].kind else {
                out.push(format!("`{name}` is no record"));
                continue;
            };
            for field in shape.fields.keys() {
                if !record.fields.iter().any(|known| known.name == *field) {
                    out.push(format!("`{name}` has no field `{field}`"));
                }
            }
        }
        out
    }

    pub(crate) fn code(&self, denied: Denied) -> Option<i64> {
        match denied {
            Denied::Missing | Denied::Unknown => self.refusals.key,
            Denied::Signature => self.refusals.signature,
            Denied::Nonce => self.refusals.nonce,
            Denied::Timestamp => self.refusals.timestamp,
        }
    }
}
