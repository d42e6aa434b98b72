//! What an account is made of: orders, deals, balances, and what is told of them.

use venue_schema::sample::raw::Raw;
use venue_wire::{Any, Decimal};

use crate::roles::When;

pub(crate) type Amount = Decimal<Any>;

/// Who takes which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Buy,
    Sell,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Open,
    Filled,
    Cancelled,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) instrument: String,
    pub(crate) side: Side,
    /// Name of the type's value.
    pub(crate) kind: String,
    pub(crate) price: Option<Amount>,
    pub(crate) size: Option<Amount>,
    /// In place of a size.
    pub(crate) volume: Option<Amount>,
    /// The caller's id, as it was written.
    pub(crate) client_id: Option<Raw>,
}

/// An order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) wish: Wish,
    pub(crate) size: Amount,
    pub(crate) filled: Amount,
    pub(crate) filled_volume: Amount,
    pub(crate) stage: Stage,
    /// It had ended before it was to be cancelled.
    pub(crate) too_late: bool,
    pub(crate) created: i128,
    pub(crate) updated: i128,
    /// What is held for it is held by this price.
    pub(super) price: Amount,
    /// How often it has traded.
    pub(super) parts: u32,
    pub(super) held: (String, Amount),
    /// When it fills, and at which price.
    pub(super) due: Option<(i128, Amount)>,
}

impl Order {
    pub(crate) fn remaining(&self) -> Amount {
        self.size.checked_sub(&self.filled).unwrap_or_default()
    }
}

/// A trade of an order.
#[derive(Debug, Clone)]
pub(crate) struct Deal {
    pub(crate) id: u64,
    pub(crate) price: Amount,
    pub(crate) size: Amount,
    pub(crate) volume: Amount,
    pub(crate) at: i128,
    /// The order after it.
    pub(crate) order: Order,
}

/// What is owned of a currency.
#[derive(Debug, Clone)]
pub(crate) struct Balance {
    pub(crate) currency: String,
    pub(crate) total: Amount,
    pub(crate) held: Amount,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) what: When,
    pub(crate) orders: Vec<Order>,
    pub(crate) deals: Vec<Deal>,
    pub(crate) balances: Vec<Balance>,
}

/// Why something cannot be done, with the application code for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cannot {
    pub(crate) words: String,
    pub(crate) code: Option<i64>,
}

pub(super) fn cannot<T>(words: impl Into<String>, code: Option<i64>) -> Result<T, Cannot> {
    Err(Cannot {
        words: words.into(),
        code,
    })
}

/// A moment by both clocks: the one that things happen by, and the one that payloads show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) clock: i128,
    pub(crate) stamp: i128,
}

/// Numbers that all accounts draw on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    pub(crate) orders: u64,
    pub(crate) deals: u64,
}

/// Where an id begins that is told from others at a glance.
pub(crate) const FIRST: u64 = 1_000_000;
