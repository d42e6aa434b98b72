//! What a user would write by hand: structs of the same shape, strings owned, `f64`.

use serde::Deserialize;

#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct Envelope<P> {
    sequence: u64,
    recipient: String,
    timestamp: i64,
    payload: P,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct Level(f64, f64, String);

#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct Sides {
    bids: Vec<Level>,
    asks: Vec<Level>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct Book {
    bids: Vec<Level>,
    asks: Vec<Level>,
    market_making: Sides,
    pair: String,
    lastupdated: i64,
    lastpublished: i64,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct Ticker {
    amount: f64,
    exchange: String,
    last: f64,
    high: f64,
    low: f64,
    open: f64,
    pair: String,
    route: String,
    source: String,
    timestamp: String,
    volume: f64,
    vwap: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Buy,
    Sell,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct Trade {
    id: String,
    quantity: String,
    price: String,
    exchange: String,
    exchange_id: u32,
    side: Side,
    pair: String,
    pair_id: u32,
    timestamp: String,
    #[serde(rename = "timeStamp")]
    time_local: String,
    #[serde(rename = "buyOrderId")]
    buy_order_id: String,
    #[serde(rename = "sellOrderId")]
    sell_order_id: String,
    is_decimal: bool,
}
