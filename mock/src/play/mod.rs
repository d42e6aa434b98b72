//! The stateful mode: requests that have an effect, and the messages that tell of it. Which
//! operation does what, and which field means what, is the roles' to say.

mod account;
mod book;
mod page;
mod render;

use venue_capture::request::Request;
use venue_schema::ir::{ErrorClass, Field, MessageId, Target, TypeRef};
use venue_schema::sample::raw::Raw;
use venue_wire::Verdict;

use crate::answer::choose;
use crate::mock::{Admitted, Answer, Inner};
use crate::refusal::Refusal;
use crate::roles::{Act, Roles, When};
use crate::venue::records;
pub(crate) use account::{Account, Amount, Cannot, Event, Ids, Now, Order, Side, Wish};
pub(crate) use render::{Painter, Scene};
use render::{scale_of, state, word_of};

/// What a request says, by role, with the fields that said it.
type Read<'a> = Vec<(String, Raw, &'a TypeRef)>;

impl Inner {
    /// The roles, if the mode is on.
    pub(crate) fn playing(&self) -> Option<&Roles> {
        let roles = self.roles.as_ref()?;
        (self.stateful && roles.account.is_some()).then_some(roles)
    }

    /// Answers a request by its effect; none if it has none.
    pub(crate) fn play(&self, admitted: &Admitted<'_>) -> Option<Result<Answer, Refusal>> {
        let roles = self.playing()?;
        let act = *roles
            .operations
            .get(self.operation_id(admitted.operation))?;
        let read = self.understand(roles, admitted.operation, &admitted.request);
        let op = &self.venue.api().operations[admitted.operation];
        let acted = self.act(roles, act, &admitted.caller.key, &read);
        let scene = match acted {
            Ok(scene) if matches!(act, Act::Read | Act::ReadEnded) => {
                let after = number_of(&read, "after");
                page::page(op.pagination.as_ref(), &admitted.request, after, scene)
            }
            Ok(scene) => scene,
            Err(why) => {
                let refusal = Refusal::new(ErrorClass::Caller, why.words).code(why.code);
                return Some(Err(refusal));
            }
        };
        let (status, n) = choose(&op.responses, None);
        let painter = Painter { inner: self, roles };
        let ty = op.responses[n?].ty.as_ref()?;
        let body = painter.paint(ty, &scene)?.to_string();
        let target = Target::Response(admitted.operation, n?);
        if self.venue.verdict(target, &body) != Verdict::Valid {
            self.log(&format!("{}: the roles make no valid answer", op.meta.id));
            return None;
        }
        Some(Ok(Answer::json(status.unwrap_or(200), body, "state")))
    }

    fn act(&self, roles: &Roles, act: Act, key: &str, read: &Read<'_>) -> Result<Scene, Cannot> {
        let now = Now {
            clock: self.clock.now(),
            stamp: self.stamp(),
        };
        let mut state = self.state();
        let state = &mut *state;
        let accounts = &mut state.accounts;
        let account = accounts
            .entry(key.to_owned())
            .or_insert_with(|| Account::new(roles));
        let ids = &mut state.ids;
        account.advance(roles, ids, now.clock);
        let mut scene = Scene::default();
        match act {
            Act::Place => {
                let wish = self.wish(roles, read)?;
                let id = account.place(roles, ids, wish, now)?;
                scene.orders.extend(account.order(id).cloned());
            }
            Act::Amend => {
                let id = named(account, read).into_iter().next().flatten();
                let id = id.ok_or_else(|| no_order(roles))?;
                let wish = self.changes(read);
                account.amend(roles, ids, id, &wish, now)?;
                scene.orders.extend(account.order(id).cloned());
            }
            Act::Show => {
                let id = named(account, read).into_iter().next().flatten();
                let order = id.and_then(|id| account.order(id)).cloned();
                scene.orders.push(order.ok_or_else(|| no_order(roles))?);
            }
            Act::Cancel => {
                for id in named(account, read) {
                    let order = id.and_then(|id| account.cancel(id, now.stamp));
                    let order = order.filter(|o| !o.too_late || roles.words.finished.is_some());
                    scene.orders.push(order.ok_or_else(|| no_order(roles))?);
                }
            }
            Act::CancelAll => {
                let instrument = text_of(read, "instrument");
                for order in account.open() {
                    if instrument
                        .as_ref()
                        .is_none_or(|i| *i == order.wish.instrument)
                    {
                        scene.orders.extend(account.cancel(order.id, now.stamp));
                    }
                }
            }
            Act::Read => {
                scene.orders = account.open();
                scene.balances = account.balances();
            }
            Act::Book => {
                let named: Vec<String> = text_of(read, "instrument").into_iter().collect();
                scene = self.book(&named, 0).unwrap_or_default();
            }
            Act::ReadEnded => scene.orders = account.past().0,
        }
        if matches!(act, Act::Read | Act::ReadEnded) {
            self.filter(roles, read, &mut scene.orders);
        }
        scene.deals = match act {
            Act::Read => account.past().1,
            _ => {
                let orders = scene.orders.iter();
                orders
                    .flat_map(|order| account.deals_of(order.id))
                    .collect()
            }
        };
        scene.next_id = account::FIRST + ids.deals + 1;
        Ok(scene)
    }

    /// Leaves the orders that a list is asked for.
    fn filter(&self, roles: &Roles, read: &Read<'_>, orders: &mut Vec<Order>) {
        let words = &roles.words;
        for (role, value, ty) in read {
            let word = || word_of(self.venue.api(), ty, value);
            match role.as_str() {
                "instrument" => {
                    let instrument = value.text();
                    orders.retain(|o| Some(&o.wish.instrument) == instrument.as_ref());
                }
                "side" => {
                    let side = word();
                    orders.retain(|order| {
                        let own = match order.wish.side {
                            Side::Buy => &words.buy,
                            Side::Sell => &words.sell,
                        };
                        side.as_ref() == Some(own)
                    });
                }
                "kind" => {
                    let kind = word();
                    orders.retain(|o| Some(&o.wish.kind) == kind.as_ref());
                }
                "status" => {
                    let status = word();
                    orders.retain(|o| status.as_deref() == Some(state(words, o)));
                }
                _ => {}
            }
        }
    }

    /// The members of a request that have a role.
    fn understand<'a>(&'a self, roles: &Roles, operation: usize, request: &Request) -> Read<'a> {
        let api = self.venue.api();
        let op = &api.operations[operation];
        let mut fields: Vec<&Field> = op.path_params.iter().chain(&op.query).collect();
        if let Some(body) = &op.body {
            fields.extend(records(api, &body.ty).into_iter().flat_map(|r| &r.fields));
        }
        let parts = [
            Some(&request.path),
            Some(&request.query),
            request.body.as_ref(),
        ];
        let mut read = Vec::new();
        for part in parts.into_iter().flatten() {
            let Some(value) = Raw::parse(part) else {
                continue;
            };
            for field in &fields {
                let role = roles.reads.get(&field.wire);
                if let (Some(role), Some(value)) = (role, value.member(&field.wire)) {
                    read.push((role.clone(), value.clone(), &field.ty));
                }
            }
        }
        read
    }

    /// What a request says of an order but for its side and type.
    fn changes(&self, read: &Read<'_>) -> Wish {
        let find = |role: &str| read.iter().find(|(known, ..)| known == role);
        let amount = |role: &str| {
            let (_, value, ty) = find(role)?;
            let text = value.text().unwrap_or_else(|| value.to_string());
            let number: Amount = text.parse().ok()?;
            let number = match scale_of(self.venue.api(), ty) {
                0 => number,
                scale => Amount::new(number.to_i128()?, -i32::from(scale))?,
            };
            Some(number.normalized())
        };
        Wish {
            instrument: text_of(read, "instrument").unwrap_or_default(),
            side: Side::Buy,
            kind: String::new(),
            price: amount("price"),
            size: amount("size"),
            volume: amount("volume"),
            client_id: find("client-id").map(|(_, value, _)| value.clone()),
        }
    }

    fn wish(&self, roles: &Roles, read: &Read<'_>) -> Result<Wish, Cannot> {
        let api = self.venue.api();
        let find = |role: &str| read.iter().find(|(known, ..)| known == role);
        let word = |role: &str| find(role).and_then(|(_, value, ty)| word_of(api, ty, value));
        let side = match word("side") {
            Some(side) if side == roles.words.buy => Side::Buy,
            Some(side) if side == roles.words.sell => Side::Sell,
            _ => {
                return Err(Cannot {
                    words: "the side is not known".into(),
                    code: roles.refusals.parameter,
                });
            }
        };
        Ok(Wish {
            side,
            kind: word("kind").unwrap_or_else(|| roles.words.kind.clone()),
            ..self.changes(read)
        })
    }

    /// What happened to a key's account from a place on, and the place after it.
    pub(crate) fn news(&self, key: &str, place: u64) -> (Vec<Event>, u64) {
        let Some(roles) = self.playing() else {
            return (Vec::new(), place);
        };
        let clock = self.clock.now();
        let mut state = self.state();
        let state = &mut *state;
        match state.accounts.get_mut(key) {
            Some(account) => {
                account.advance(roles, &mut state.ids, clock);
                account.events_from(place)
            }
            None => (Vec::new(), 0),
        }
    }

    /// The book of the instrument that a subscription or request names, or of any: whole, or its
    /// change in a turn from 1 on.
    pub(crate) fn book(&self, names: &[String], turn: u64) -> Option<Scene> {
        let instruments = &self.roles.as_ref()?.instruments;
        let named = names.iter().find_map(|name| instruments.get(name));
        let price = &named.or_else(|| instruments.values().next())?.price;
        let price = price.parse().ok()?;
        let book = match turn {
            0 => book::whole(price),
            turn => book::change(price, turn),
        };
        Some(Scene {
            book: Some(book),
            ..Scene::default()
        })
    }

    /// The scene that a feed begins with.
    pub(crate) fn scene(&self, key: &str) -> Scene {
        let Some(roles) = self.playing() else {
            return Scene::default();
        };
        let mut state = self.state();
        let state = &mut *state;
        let account = state.accounts.entry(key.to_owned());
        let account = account.or_insert_with(|| Account::new(roles));
        Scene {
            orders: account.open(),
            deals: Vec::new(),
            balances: account.balances(),
            book: None,
            next_id: account::FIRST + state.ids.deals + 1,
        }
    }

    /// A message that shows a scene; none if it has no room for it.
    pub(crate) fn paint_message(&self, id: MessageId, scene: &Scene) -> Option<Raw> {
        let roles = self.roles.as_ref()?;
        let painter = Painter { inner: self, roles };
        let base = self.base(id, 0)?;
        let api = self.venue.api();
        let mut records = records(api, &api.messages[id].ty).into_iter();
        records.find_map(|record| painter.paint_into(record, &base, scene))
    }

    /// What a message follows, by the roles; none if it is played no part.
    pub(crate) fn follows(&self, id: MessageId) -> Option<&[When]> {
        let full = &self.venue.api().messages[id].meta.id;
        let local = full.split_once('.').map_or(full.as_str(), |(_, id)| id);
        let roles = self.roles.as_ref()?;
        roles.messages.get(local).map(Vec::as_slice)
    }
}

/// The orders that a request names; none for an id that is not known.
fn named(account: &Account, read: &Read<'_>) -> Vec<Option<u64>> {
    let mut out = Vec::new();
    for (role, value, _) in read {
        match (role.as_str(), value) {
            ("id", value) => out.push(account.find(value, false)),
            ("client-id", value) => out.push(account.find(value, true)),
            ("ids", Raw::Array(ids)) => {
                out.extend(ids.iter().map(|id| account.find(id, false)));
            }
            _ => {}
        }
    }
    if out.is_empty() { vec![None] } else { out }
}

fn text_of(read: &Read<'_>, role: &str) -> Option<String> {
    read.iter()
        .find(|(known, ..)| known == role)
        .and_then(|(_, value, _)| value.text())
}

fn number_of(read: &Read<'_>, role: &str) -> Option<u64> {
    let (_, value, _) = read.iter().find(|(known, ..)| known == role)?;
    value.to_string().parse().ok()
}

fn no_order(roles: &Roles) -> Cannot {
    Cannot {
        words: "there is no such order".into(),
        code: roles.refusals.order,
    }
}

/// Whether a scene, narrowed to what a subscription names, shows anything of an event.
pub(crate) fn narrowed(roles: &Roles, scene: Scene, names: &[String]) -> Scene {
    let instruments = names.iter().filter(|n| roles.instruments.contains_key(*n));
    let instruments: Vec<&String> = instruments.collect();
    let of =
        |order: &Order| instruments.is_empty() || instruments.contains(&&order.wish.instrument);
    let known = |name: &&String| {
        let mut all = roles.instruments.values();
        all.any(|i| i.base == **name || i.quote == **name)
    };
    let currencies: Vec<&String> = names.iter().filter(known).collect();
    let mut scene = scene;
    scene.orders.retain(of);
    scene.deals.retain(|deal| of(&deal.order));
    let owned = |currency: &String| currencies.is_empty() || currencies.contains(&currency);
    scene.balances.retain(|balance| owned(&balance.currency));
    scene
}
