//! What a careful user would write by hand: structs of the same shape, strings borrowed, `f64`.
#![allow(missing_docs)]

use std::borrow::Cow;

use serde::Deserialize;

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Envelope<'a, P> {
    sequence: u64,
    recipient: &'a str,
    timestamp: i64,
    payload: P,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Level<'a>(f64, f64, #[serde(borrow)] &'a str);

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Sides<'a> {
    #[serde(borrow)]
    bids: Vec<Level<'a>>,
    asks: Vec<Level<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Book<'a> {
    #[serde(borrow)]
    bids: Vec<Level<'a>>,
    asks: Vec<Level<'a>>,
    market_making: Sides<'a>,
    pair: &'a str,
    lastupdated: i64,
    lastpublished: i64,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Ticker<'a> {
    amount: f64,
    exchange: &'a str,
    last: f64,
    high: f64,
    low: f64,
    open: f64,
    pair: &'a str,
    route: &'a str,
    source: &'a str,
    timestamp: &'a str,
    volume: f64,
    vwap: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Buy,
    Sell,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Trade<'a> {
    id: &'a str,
    quantity: &'a str,
    price: &'a str,
    exchange: &'a str,
    exchange_id: u32,
    side: Side,
    pair: &'a str,
    pair_id: u32,
    timestamp: &'a str,
    #[serde(rename = "timeStamp")]
    time_local: &'a str,
    #[serde(rename = "buyOrderId", borrow)]
    buy_order_id: Cow<'a, str>,
    #[serde(rename = "sellOrderId", borrow)]
    sell_order_id: Cow<'a, str>,
    is_decimal: bool,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Change<'a>(#[serde(borrow)] &'a str, u64, i64);

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct BookChanges<'a>(
    &'a str,
    u64,
    &'a str,
    #[serde(borrow)] (Vec<Change<'a>>, Vec<Change<'a>>),
);

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct BookSnapshot<'a>(#[serde(borrow)] &'a str, u64, &'a str, [Vec<(u64, i64)>; 2]);
