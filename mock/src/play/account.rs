//! An account and its orders: placing, filling, cancelling, and what each leaves behind. No spec and
//! no clock: names are the roles', moments are passed in.

mod kept;
mod order;

use std::collections::{BTreeMap, VecDeque};

use venue_schema::sample::raw::Raw;

use crate::roles::{Instrument, Refusals, Roles, When};
use kept::KEPT;
use order::cannot;
pub(crate) use order::{
    Amount, Balance, Cannot, Deal, Event, FIRST, Ids, Now, Order, Side, Stage, Wish,
};

/// Parts after which the rest of an order fills at once: nobody waits for a million.
const PARTS: u32 = 100;

/// Decimal places of what is computed by division.
const PLACES: u8 = 8;

/// One key's account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    open: BTreeMap<u64, Order>,
    ended: BTreeMap<u64, Order>,
    deals: VecDeque<Deal>,
    /// The caller's ids, and the orders that have them.
    client_ids: BTreeMap<String, u64>,
    balances: BTreeMap<String, (Amount, Amount)>,
    events: VecDeque<Event>,
    /// Events that are no longer kept.
    forgotten: u64,
}

impl Account {
    pub(crate) fn new(roles: &Roles) -> Self {
        let mut account = Account::default();
        for (currency, amount) in roles.account.iter().flat_map(|a| &a.balances) {
            let amount = amount.parse().unwrap_or_default();
            let balance = (amount, Amount::default());
            account.balances.insert(currency.clone(), balance);
        }
        account
    }

    /// Places an order; its id.
    pub(crate) fn place(
        &mut self,
        roles: &Roles,
        ids: &mut Ids,
        wish: Wish,
        now: Now,
    ) -> Result<u64, Cannot> {
        let codes = &roles.refusals;
        let Some(instrument) = roles.instruments.get(&wish.instrument) else {
            return cannot("there is no such instrument", codes.instrument);
        };
        let market: Amount = instrument.price.parse().unwrap_or_default();
        let client_id = wish.client_id.as_ref().map(Raw::to_string);
        if client_id
            .as_ref()
            .is_some_and(|id| self.client_ids.contains_key(id))
        {
            return cannot("the client's order id was used before", codes.client_id);
        }
        let words = &roles.words;
        let any_price = words.market.contains(&wish.kind);
        let limit = wish.price.filter(|_| !any_price);
        let reaches = reaches(limit, wish.side, market);
        if reaches && words.post_only.contains(&wish.kind) {
            return cannot("it would trade at once", codes.post_only);
        }
        let price = limit.unwrap_or(market);
        let size = size(&wish, price, codes)?;
        let held = self.affordable(roles, &wish, price, size, None)?;
        ids.orders += 1;
        let due = now.clock + wait(roles);
        let immediate = words.immediate.contains(&wish.kind) || any_price;
        let mut order = Order {
            id: FIRST + ids.orders,
            size,
            filled: Amount::default(),
            filled_volume: Amount::default(),
            stage: Stage::Open,
            too_late: false,
            created: now.stamp,
            updated: now.stamp,
            price,
            parts: 0,
            held,
            due: reaches.then_some((due, market)),
            wish,
        };
        let too_large = words.all_or_none.contains(&order.wish.kind)
            && depth(instrument).is_some_and(|depth| order.size > depth);
        if (immediate && !reaches) || too_large {
            order.due = None;
            order.stage = Stage::Cancelled;
            order.held.1 = Amount::default();
        }
        let (id, stage) = (order.id, order.stage);
        let currency = order.held.0.clone();
        self.client_ids
            .extend(client_id.map(|client_id| (client_id, id)));
        self.hold(&order.held.clone(), 1);
        match stage {
            Stage::Open => drop(self.open.insert(id, order)),
            _ => self.end(order),
        }
        let moved = [currency];
        self.tell(When::Placed, &[id], &[], &moved);
        if stage == Stage::Cancelled {
            self.tell(When::Ended, &[id], &[], &[]);
        }
        self.advance(roles, ids, now.clock);
        Ok(id)
    }

    /// What is held for an order of this size and price: the currency, and how much. `before` is
    /// what is held for it already.
    fn affordable(
        &self,
        roles: &Roles,
        wish: &Wish,
        price: Amount,
        size: Amount,
        before: Option<Amount>,
    ) -> Result<(String, Amount), Cannot> {
        let codes = &roles.refusals;
        let Some(instrument) = roles.instruments.get(&wish.instrument) else {
            return cannot("there is no such instrument", codes.instrument);
        };
        let (currency, needed) = match wish.side {
            Side::Buy => (&instrument.quote, price.checked_mul(&size)),
            Side::Sell => (&instrument.base, Some(size)),
        };
        let (Some(needed), true) = (needed, price.is_positive()) else {
            return cannot("price or size is out of range", codes.parameter);
        };
        let balance = self.balance(currency);
        let free = balance.total.checked_sub(&balance.held).unwrap_or_default();
        let free = free.checked_add(&before.unwrap_or_default());
        let credit = roles.account.as_ref().is_some_and(|a| a.credit);
        if !credit && free.unwrap_or_default() < needed {
            return cannot("there is too little to trade with", codes.funds);
        }
        Ok((currency.clone(), needed))
    }

    /// Changes an open order: its price, its size, or how much is spent on it.
    pub(crate) fn amend(
        &mut self,
        roles: &Roles,
        ids: &mut Ids,
        id: u64,
        wish: &Wish,
        now: Now,
    ) -> Result<(), Cannot> {
        let codes = &roles.refusals;
        let Some(mut order) = self.open.get(&id).cloned() else {
            return cannot("the order is not open", codes.order);
        };
        let before = order.clone();
        order.wish.price = wish.price.or(order.wish.price);
        order.wish.volume = wish.volume.or(order.wish.volume);
        let market = roles.instruments.get(&order.wish.instrument);
        let market: Amount = market
            .and_then(|instrument| instrument.price.parse().ok())
            .unwrap_or_default();
        let any_price = roles.words.market.contains(&order.wish.kind);
        let limit = order.wish.price.filter(|_| !any_price);
        let price = limit.unwrap_or(market);
        if wish.size.is_some() || wish.volume.is_some() {
            order.size = size(wish, price, codes)?;
        }
        let less = match (before.wish.price, order.wish.price, order.wish.side) {
            (Some(old), Some(new), Side::Buy) => new < old,
            (Some(old), Some(new), Side::Sell) => new > old,
            _ => false,
        };
        let upwards = roles.account.as_ref().is_some_and(|a| a.amend_upwards);
        if upwards && (less || order.size < before.size) {
            return cannot("an order can only be made more", codes.parameter);
        }
        if order.size <= order.filled {
            return cannot("more than that is filled", codes.parameter);
        }
        let remaining = order.remaining();
        let held = Some(before.held.1);
        order.held = self.affordable(roles, &order.wish, price, remaining, held)?;
        order.price = price;
        order.updated = now.stamp;
        if reaches(limit, order.wish.side, market) {
            let due = order.due.unwrap_or((now.clock + wait(roles), market));
            order.due = Some(due);
        } else {
            order.due = None;
        }
        self.hold(&before.held, -1);
        self.hold(&order.held, 1);
        let moved = [order.held.0.clone()];
        self.open.insert(id, order);
        self.tell(When::Amended, &[id], &[], &[]);
        self.tell(When::Moved, &[], &[], &moved);
        self.advance(roles, ids, now.clock);
        Ok(())
    }

    /// Fills what is due by the clock.
    pub(crate) fn advance(&mut self, roles: &Roles, ids: &mut Ids, clock: i128) {
        let due = |order: &&Order| order.due.is_some_and(|(at, _)| at <= clock);
        // What is left of an order may be due by now too.
        while let Some(id) = self.open.values().find(due).map(|order| order.id) {
            self.fill(roles, ids, id);
        }
    }

    /// Fills what of an order trades at once.
    fn fill(&mut self, roles: &Roles, ids: &mut Ids, id: u64) {
        let Some(mut order) = self.open.remove(&id) else {
            return;
        };
        let (due, price) = order.due.take().unwrap_or_default();
        let instrument = roles.instruments.get(&order.wish.instrument);
        let left = order.remaining();
        let depth = instrument.and_then(depth).filter(|_| order.parts < PARTS);
        let size = depth.filter(|depth| *depth < left).unwrap_or(left);
        // Its product with the limit was looked at when it was placed.
        let volume = price.checked_mul(&size).unwrap_or_default().normalized();
        let sum = |a: Amount, b: &Amount| a.checked_add(b).unwrap_or(a).normalized();
        order.filled = sum(order.filled, &size);
        order.filled_volume = sum(order.filled_volume, &volume);
        order.parts += 1;
        // Not when it was looked at, for the same requests are to have the same times.
        let at = order.created + wait(roles) * i128::from(order.parts);
        let at = at.max(order.updated);
        order.updated = at;
        let is_whole = size == left;
        let goes_on = !roles.words.immediate.contains(&order.wish.kind);
        order.stage = match (is_whole, goes_on) {
            (true, _) => Stage::Filled,
            (false, true) => Stage::Open,
            (false, false) => Stage::Cancelled,
        };
        let freed = match order.stage {
            // By the price that it was held by.
            Stage::Open => match order.wish.side {
                Side::Buy => order.price.checked_mul(&size),
                Side::Sell => Some(size),
            }
            .unwrap_or_default(),
            _ => order.held.1,
        };
        order.held.1 = order.held.1.checked_sub(&freed).unwrap_or_default();
        if order.stage == Stage::Open {
            order.due = Some((due + wait(roles), price));
        }
        let freed = (order.held.0.clone(), freed);
        match order.stage {
            Stage::Open => drop(self.open.insert(id, order.clone())),
            _ => self.end(order.clone()),
        }
        self.hold(&freed, -1);
        if let Some(instrument) = instrument {
            let (got, gave) = match order.wish.side {
                Side::Buy => ((&instrument.base, size), (&instrument.quote, volume)),
                Side::Sell => ((&instrument.quote, volume), (&instrument.base, size)),
            };
            self.add(got.0, got.1);
            self.add(gave.0, -gave.1);
        }
        ids.deals += 1;
        let deal = Deal {
            id: FIRST + ids.deals,
            price,
            size,
            volume,
            at,
            order: order.clone(),
        };
        self.deals.push_back(deal.clone());
        if self.deals.len() > KEPT {
            self.deals.pop_front();
        }
        self.tell(When::Dealt, &[id], &[deal], &[]);
        let what = match order.stage {
            Stage::Open => When::PartFilled,
            _ => When::Ended,
        };
        self.tell(what, &[id], &[], &[]);
        if let Some(instrument) = instrument {
            let moved = [instrument.base.clone(), instrument.quote.clone()];
            self.tell(When::Moved, &[], &[], &moved);
        }
    }

    /// Cancels an order; the order as it is then, with a mark if it had ended before.
    pub(crate) fn cancel(&mut self, id: u64, stamp: i128) -> Option<Order> {
        let Some(mut order) = self.open.remove(&id) else {
            let mut order = self.ended.get(&id)?.clone();
            order.too_late = true;
            return Some(order);
        };
        order.stage = Stage::Cancelled;
        order.due = None;
        order.updated = stamp;
        let held = (order.held.0.clone(), std::mem::take(&mut order.held.1));
        self.end(order.clone());
        self.hold(&held, -1);
        self.tell(When::Ended, &[id], &[], &[]);
        self.tell(When::Moved, &[], &[], &[held.0]);
        Some(order)
    }
}

/// Whether an order trades: at any price, or at one that the market has.
fn reaches(limit: Option<Amount>, side: Side, market: Amount) -> bool {
    match (limit, side) {
        (None, _) => true,
        (Some(limit), Side::Buy) => limit >= market,
        (Some(limit), Side::Sell) => limit <= market,
    }
}

/// The most that trades at once.
fn depth(instrument: &Instrument) -> Option<Amount> {
    let depth: Amount = instrument.depth.as_ref()?.parse().ok()?;
    Some(depth).filter(Amount::is_positive)
}

/// Nanoseconds from placing to filling, and from each part to the next.
fn wait(roles: &Roles) -> i128 {
    let ms = roles.account.as_ref().map_or(0, |a| a.fill_after_ms);
    i128::from(ms) * 1_000_000
}

/// The size that is wished for; from a volume by the price, rounded down.
fn size(wish: &Wish, price: Amount, codes: &Refusals) -> Result<Amount, Cannot> {
    let from_volume = || {
        let volume = wish.volume?.to_scaled(PLACES)?;
        let price = price.to_scaled(PLACES).filter(|price| *price > 0)?;
        let scaled = volume.checked_mul(10_i128.pow(PLACES.into()))? / price;
        Amount::new(scaled, -i32::from(PLACES))
    };
    let size = wish.size.filter(Amount::is_positive).or_else(from_volume);
    match size.map(Amount::normalized).filter(Amount::is_positive) {
        Some(size) => Ok(size),
        None => cannot("the size is out of range", codes.parameter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(after_ms: u32) -> Roles {
        let text = format!(
            "[account]\nfill-after-ms = {after_ms}\nbalances = {{ usd = '1000', btc = '1' }}\n\
             [instruments]\nbtcusd = {{ base = 'btc', quote = 'usd', price = '100' }}\n\
             [words]\nmarket = ['Market']\nimmediate = ['Ioc']\n"
        );
        text.parse().expect("roles")
    }

    fn wish(side: Side, kind: &str, price: &str, size: &str, id: Option<&str>) -> Wish {
        Wish {
            instrument: "btcusd".into(),
            side,
            kind: kind.into(),
            price: price.parse().ok(),
            size: size.parse().ok(),
            volume: None,
            client_id: id.map(Raw::string),
        }
    }

    const NOW: Now = Now { clock: 0, stamp: 5 };

    fn totals(account: &Account) -> Vec<String> {
        let text = |b: Balance| format!("{} {} {}", b.currency, b.total, b.held);
        account.balances().into_iter().map(text).collect()
    }

    #[test]
    fn money_is_held_moved_and_let_go() {
        let (roles, mut ids) = (roles(100), Ids::default());
        let mut account = Account::new(&roles);
        let low = wish(Side::Buy, "Limit", "90.5", "2", Some("a"));
        let resting = account
            .place(&roles, &mut ids, low.clone(), NOW)
            .expect("placed");
        assert_eq!(totals(&account), ["btc 1 0", "usd 1000 181"]);
        let again = account
            .place(&roles, &mut ids, low, NOW)
            .expect_err("used before");
        assert!(again.words.contains("used before"));
        let high = wish(Side::Buy, "Limit", "110", "3", None);
        account.place(&roles, &mut ids, high, NOW).expect("placed");
        assert_eq!(account.open().len(), 2);
        account.advance(&roles, &mut ids, 99_000_000);
        assert_eq!(account.deals.len(), 0);
        account.advance(&roles, &mut ids, 100_000_000);
        // Filled at the market's price, not at its limit.
        assert_eq!(totals(&account), ["btc 4 0", "usd 700 181"]);
        let order = account.cancel(resting, 1).expect("an order");
        assert_eq!((order.stage, order.too_late), (Stage::Cancelled, false));
        assert!(account.cancel(resting, 1).expect("an order").too_late);
        assert_eq!(totals(&account), ["btc 4 0", "usd 700 0"]);
        let kinds: Vec<When> = account.events_from(0).0.iter().map(|e| e.what).collect();
        use When::{Dealt, Ended, Moved, Placed};
        assert_eq!(kinds, [Placed, Placed, Dealt, Ended, Moved, Ended, Moved]);
    }

    #[test]
    fn what_is_larger_than_the_market_is_deep_fills_in_parts() {
        let mut roles = roles(100);
        roles.words.all_or_none = vec!["Fok".into()];
        let btc = roles.instruments.get_mut("btcusd").expect("an instrument");
        btc.depth = Some("2".into());
        let (mut account, mut ids) = (Account::new(&roles), Ids::default());
        let buy = |kind, size| wish(Side::Buy, kind, "110", size, None);
        let mut place = |account: &mut Account, kind, size| {
            let id = account.place(&roles, &mut Ids::default(), buy(kind, size), NOW);
            let id = id.expect("placed");
            account.advance(&roles, &mut ids, 150_000_000);
            account.order(id).expect("an order").clone()
        };
        let part = place(&mut account, "Limit", "5");
        assert_eq!(
            (part.stage, part.filled.to_string()),
            (Stage::Open, "2".into())
        );
        // Two at the market's price are paid for, three are held for at the limit.
        assert_eq!(totals(&account), ["btc 3 0", "usd 800 330"]);
        account.advance(&roles, &mut Ids::default(), 300_000_000);
        assert_eq!(totals(&account), ["btc 6 0", "usd 500 0"]);
        let kinds: Vec<When> = account.events_from(0).0.iter().map(|e| e.what).collect();
        use When::{Dealt, Ended, Moved, PartFilled, Placed};
        let parts = [Dealt, PartFilled, Moved, Dealt, PartFilled, Moved];
        assert_eq!(kinds[0], Placed);
        assert_eq!(kinds[1..7], parts);
        assert_eq!(kinds[7..], [Dealt, Ended, Moved]);
        let ioc = place(&mut account, "Ioc", "3");
        assert_eq!(
            (ioc.stage, ioc.filled.to_string()),
            (Stage::Cancelled, "2".into())
        );
        let fok = place(&mut account, "Fok", "2.5");
        assert_eq!(
            (fok.stage, fok.filled.to_string()),
            (Stage::Cancelled, "0".into())
        );
        assert_eq!(totals(&account), ["btc 8 0", "usd 300 0"]);
    }

    #[test]
    fn an_open_order_is_amended_and_what_is_held_follows() {
        let (mut roles, mut ids) = (roles(100), Ids::default());
        roles.account.as_mut().expect("an account").amend_upwards = true;
        let mut account = Account::new(&roles);
        let low = wish(Side::Buy, "Limit", "90", "2", None);
        let id = account.place(&roles, &mut ids, low, NOW).expect("placed");
        let mut amend = |account: &mut Account, price: &str, size: &str| {
            let wish = wish(Side::Buy, "", price, size, None);
            account
                .amend(&roles, &mut ids, id, &wish, NOW)
                .map_err(|why| why.words)
        };
        amend(&mut account, "", "3").expect("amended");
        assert_eq!(totals(&account), ["btc 1 0", "usd 1000 270"]);
        for (price, size, part) in [
            ("80", "", "more"),
            ("", "1", "more"),
            ("", "12", "too little"),
        ] {
            let why = amend(&mut account, price, size).expect_err(part);
            assert!(why.contains(part), "{why} for {part}");
        }
        assert_eq!(totals(&account), ["btc 1 0", "usd 1000 270"]);
        amend(&mut account, "100", "").expect("amended");
        account.advance(&roles, &mut Ids::default(), 100_000_000);
        assert_eq!(totals(&account), ["btc 4 0", "usd 700 0"]);
        let why = amend(&mut account, "120", "").expect_err("it is filled");
        assert!(why.contains("not open"), "{why}");
    }

    #[test]
    fn what_cannot_be_done_is_not() {
        let (roles, mut ids) = (roles(0), Ids::default());
        let mut account = Account::new(&roles);
        for (wish, part) in [
            (wish(Side::Sell, "Limit", "90", "2", None), "too little"),
            (wish(Side::Buy, "Limit", "90", "-2", None), "size"),
            (wish(Side::Buy, "Limit", "0", "2", None), "range"),
            (wish(Side::Buy, "Limit", "1e30", "1e30", None), "too little"),
        ] {
            let why = account.place(&roles, &mut ids, wish, NOW).expect_err(part);
            assert!(why.words.contains(part), "{} for {part}", why.words);
        }
        let ioc = wish(Side::Buy, "Ioc", "90", "2", None);
        let id = account.place(&roles, &mut ids, ioc, NOW).expect("placed");
        assert_eq!(account.order(id).expect("an order").stage, Stage::Cancelled);
        assert_eq!(totals(&account), ["btc 1 0", "usd 1000 0"]);
    }
}
