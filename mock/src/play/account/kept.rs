//! What an account keeps: orders by their names, what is owned and held, what is yet to be told.

use venue_schema::sample::raw::Raw;

use super::Account;
use super::order::{Amount, Balance, Deal, Event, Order};
use crate::roles::When;

/// Events kept for connections that have yet to hear of them, and orders and deals kept that are
/// over: what a client runs against for days is not to grow.
pub(super) const KEPT: usize = 10_000;

impl Account {
    /// The order that an id of the venue or of the caller names.
    pub(crate) fn find(&self, id: &Raw, own: bool) -> Option<u64> {
        if own {
            return self.client_ids.get(&id.to_string()).copied();
        }
        let text = id.text().unwrap_or_else(|| id.to_string());
        let known = text.parse().ok().filter(|id| self.order(*id).is_some());
        // A venue's path may take either.
        known.or_else(|| {
            self.client_ids
                .get(&Raw::string(&text).to_string())
                .copied()
        })
    }

    pub(crate) fn order(&self, id: u64) -> Option<&Order> {
        self.open.get(&id).or_else(|| self.ended.get(&id))
    }

    pub(crate) fn open(&self) -> Vec<Order> {
        self.open.values().cloned().collect()
    }

    /// Orders that ended, and deals, the older before.
    pub(crate) fn past(&self) -> (Vec<Order>, Vec<Deal>) {
        let ended = self.ended.values().cloned().collect();
        (ended, self.deals.iter().cloned().collect())
    }

    /// The deals of an order that was placed lately.
    pub(crate) fn deals_of(&self, id: u64) -> Vec<Deal> {
        let mine = |deal: &&Deal| deal.order.id == id;
        self.deals
            .iter()
            .rev()
            .take(64)
            .filter(mine)
            .cloned()
            .collect()
    }

    pub(super) fn end(&mut self, order: Order) {
        self.ended.insert(order.id, order);
        if self.ended.len() <= KEPT {
            return;
        }
        // With it goes the caller's id: a day has passed, for all that the mock knows.
        if let Some((id, oldest)) = self.ended.pop_first()
            && let Some(client_id) = oldest.wish.client_id
        {
            let name = client_id.to_string();
            if self.client_ids.get(&name) == Some(&id) {
                self.client_ids.remove(&name);
            }
        }
    }

    pub(crate) fn balances(&self) -> Vec<Balance> {
        self.balances.keys().map(|c| self.balance(c)).collect()
    }

    /// Events from a place on, and the place after them.
    pub(crate) fn events_from(&self, place: u64) -> (Vec<Event>, u64) {
        let skip = usize::try_from(place.saturating_sub(self.forgotten)).unwrap_or(usize::MAX);
        let events = self.events.iter().skip(skip).cloned().collect();
        (events, self.forgotten + self.events.len() as u64)
    }

    pub(super) fn balance(&self, currency: &str) -> Balance {
        let (total, held) = self.balances.get(currency).copied().unwrap_or_default();
        Balance {
            currency: currency.to_owned(),
            total,
            held,
        }
    }

    pub(super) fn add(&mut self, currency: &str, amount: Amount) {
        let (total, _) = self.balances.entry(currency.to_owned()).or_default();
        *total = total.checked_add(&amount).unwrap_or(*total).normalized();
    }

    pub(super) fn hold(&mut self, (currency, amount): &(String, Amount), sign: i8) {
        let amount = if sign < 0 { -*amount } else { *amount };
        let (_, held) = self.balances.entry(currency.clone()).or_default();
        *held = held.checked_add(&amount).unwrap_or(*held).normalized();
    }

    pub(super) fn tell(
        &mut self,
        what: When,
        orders: &[u64],
        deals: &[Deal],
        currencies: &[String],
    ) {
        let orders = orders.iter().filter_map(|id| self.order(*id).cloned());
        let event = Event {
            what,
            orders: orders.collect(),
            deals: deals.to_vec(),
            balances: currencies.iter().map(|c| self.balance(c)).collect(),
        };
        self.events.push_back(event);
        if self.events.len() > KEPT {
            self.events.pop_front();
            self.forgotten += 1;
        }
    }
}
