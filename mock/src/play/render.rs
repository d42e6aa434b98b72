//! The state of an account in the shapes of a spec: a value of a type, with what the roles say of
//! its fields put in.

use venue_schema::ir::{
    Api, DecimalForm, Enum, EnumValue, Field, Layout, Literal, Record, Target, TypeId, TypeKind,
    TypeRef,
};
use venue_schema::sample::moment;
use venue_schema::sample::raw::{Raw, unquoted};

use super::account::{Amount, Balance, Deal, Order, Side, Stage};
use super::book::{Book, Change, Level};
use crate::mock::Inner;
use crate::roles::{Of, Roles, Words};
use crate::tree::with_field;

/// Types in one another, beyond which nothing is looked for.
const DEEP: usize = 8;

/// What there is to show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scene {
    pub(crate) orders: Vec<Order>,
    pub(crate) deals: Vec<Deal>,
    pub(crate) balances: Vec<Balance>,
    pub(crate) book: Option<Book>,
    /// The id that the next deal will have.
    pub(crate) next_id: u64,
}

impl Scene {
    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        let no_past = self.orders.is_empty() && self.deals.is_empty();
        no_past && self.balances.is_empty() && self.book.is_none()
    }
}

/// One thing to show.
#[derive(Clone, Copy)]
enum Thing<'a> {
    Order(&'a Order),
    Deal(&'a Deal),
    Balance(&'a Balance),
    Book(&'a Book),
    Level(&'a Level),
    Whole(&'a Scene),
}

/// What a field is to hold.
enum Said {
    Number(Amount),
    Text(String),
    /// Name of an enum's value.
    Word(String),
    Moment(i128),
    Raw(Raw),
    Nothing,
}

/// Draws scenes in the shapes of one API.
pub(crate) struct Painter<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) roles: &'a Roles,
}

impl Painter<'_> {
    fn api(&self) -> &Api {
        self.inner.venue.api()
    }

    /// A value of the type that shows the scene; none if the type shows none of it.
    pub(crate) fn paint(&self, ty: &TypeRef, scene: &Scene) -> Option<Raw> {
        self.value(ty, scene, 0)
    }

    fn value(&self, ty: &TypeRef, scene: &Scene, depth: usize) -> Option<Raw> {
        if depth > DEEP {
            return None;
        }
        match ty {
            TypeRef::List(item) => {
                let (id, of) = self.shape_in(item, 0)?;
                let each = |thing| self.thing(id, thing, scene, depth);
                let items: Option<Vec<Raw>> = match of {
                    Of::Order => scene.orders.iter().map(|o| each(Thing::Order(o))).collect(),
                    Of::Deal => scene.deals.iter().map(|d| each(Thing::Deal(d))).collect(),
                    Of::Balance => {
                        let balances = scene.balances.iter();
                        balances.map(|b| each(Thing::Balance(b))).collect()
                    }
                    Of::Account | Of::Book | Of::Level => None,
                };
                items.map(Raw::Array)
            }
            TypeRef::Named(id) => match self.shape_in(ty, 0) {
                Some((shaped, of)) => {
                    let thing = match of {
                        Of::Order => Thing::Order(scene.orders.first()?),
                        Of::Deal => Thing::Deal(scene.deals.first()?),
                        Of::Balance => Thing::Balance(scene.balances.first()?),
                        Of::Account => Thing::Whole(scene),
                        Of::Book => Thing::Book(scene.book.as_ref()?),
                        Of::Level => return None,
                    };
                    self.thing(shaped, thing, scene, depth)
                }
                None => self.around(*id, scene, depth),
            },
            _ => None,
        }
    }

    /// The record with a shape that a value of the type can be.
    fn shape_in(&self, ty: &TypeRef, depth: usize) -> Option<(TypeId, Of)> {
        let TypeRef::Named(id) = ty else { return None };
        let described = &self.api().types[*id];
        if let Some(shape) = self.roles.shapes.get(&described.name) {
            return Some((*id, shape.of));
        }
        match &described.kind {
            TypeKind::Union(union) if depth < DEEP => {
                let mut variants = union.variants.iter();
                variants.find_map(|variant| self.shape_in(&variant.ty, depth + 1))
            }
            _ => None,
        }
    }

    /// A record without a shape of its own, with such in it.
    fn around(&self, id: TypeId, scene: &Scene, depth: usize) -> Option<Raw> {
        match &self.api().types[id].kind {
            TypeKind::Record(record) => {
                let fields = || record.fields.iter().map(|field| &field.ty);
                // Many records hold nothing of it, and need not be made.
                if !fields().any(|ty| self.has_room(ty, 0)) {
                    return None;
                }
                self.fill_fields(record, &self.plain(id)?, scene, depth)
            }
            TypeKind::Union(union) => {
                let mut variants = union.variants.iter();
                variants.find_map(|variant| self.value(&variant.ty, scene, depth + 1))
            }
            _ => None,
        }
    }

    /// A record's value with the scene in its fields; none if none has room for it.
    pub(crate) fn paint_into(&self, record: &Record, base: &Raw, scene: &Scene) -> Option<Raw> {
        self.fill_fields(record, base, scene, 0)
    }

    fn fill_fields(&self, record: &Record, base: &Raw, scene: &Scene, depth: usize) -> Option<Raw> {
        let mut value = base.clone();
        let mut any = false;
        for (index, field) in record.fields.iter().enumerate() {
            if let Some(new) = self.value(&field.ty, scene, depth + 1) {
                value = with_field(record, index, &value, new)?;
                any = true;
            }
        }
        any.then_some(value)
    }

    /// Whether something with a shape is in the type.
    fn has_room(&self, ty: &TypeRef, depth: usize) -> bool {
        match ty {
            TypeRef::List(item) => self.shape_in(item, 0).is_some(),
            TypeRef::Named(id) if depth < DEEP => {
                self.shape_in(ty, 0).is_some()
                    || match &self.api().types[*id].kind {
                        TypeKind::Record(record) => {
                            let mut fields = record.fields.iter();
                            fields.any(|field| self.has_room(&field.ty, depth + 1))
                        }
                        TypeKind::Union(union) => {
                            let mut variants = union.variants.iter();
                            variants.any(|variant| self.has_room(&variant.ty, depth + 1))
                        }
                        _ => false,
                    }
            }
            _ => false,
        }
    }

    /// A value to put things into: one that a source shows, else a made one.
    fn plain(&self, id: TypeId) -> Option<Raw> {
        let venue = &self.inner.venue;
        let api = self.api();
        let this = TypeRef::Named(id);
        let shown = api.examples.iter().find_map(|example| {
            let payload = Raw::parse(&example.payload)?;
            let value = match example.of {
                Target::Type(of) if of == id => payload,
                Target::Response(op, n) => match (&api.operations[op].responses[n].ty, payload) {
                    (Some(ty), payload) if *ty == this => payload,
                    (Some(TypeRef::List(item)), Raw::Array(items)) if **item == this => {
                        items.into_iter().next()?
                    }
                    _ => return None,
                },
                _ => return None,
            };
            let verdict = venue.verdict(Target::Type(id), &value.to_string());
            (verdict == venue_wire::Verdict::Valid).then_some(value)
        });
        if shown.is_some() {
            return shown;
        }
        venue.generate(Target::Type(id), 0, 0, self.inner.stamp())
    }

    fn thing(&self, id: TypeId, thing: Thing<'_>, scene: &Scene, depth: usize) -> Option<Raw> {
        let described = &self.api().types[id];
        let TypeKind::Record(record) = &described.kind else {
            return None;
        };
        let shape = self.roles.shapes.get(&described.name)?;
        let mut value = self.plain(id)?;
        if record.layout == Layout::Object {
            value = self.with_all(record, &shape.fields, value);
        }
        for (index, field) in record.fields.iter().enumerate() {
            let new = match shape.fields.get(&field.name) {
                Some(role) if matches!(thing, Thing::Book(_)) => {
                    self.levels(&field.ty, role, thing, scene, depth)
                }
                Some(role) => match self.written(field, &self.said(role, thing)) {
                    Some(new) => Some(new),
                    None => {
                        leave_out(record, index, &mut value);
                        None
                    }
                },
                None => self.value(&field.ty, &own(thing, scene), depth + 1),
            };
            // A row that was made may end before it.
            if let Some(with) = new.and_then(|new| with_field(record, index, &value, new)) {
                value = with;
            }
        }
        Some(value)
    }

    /// A side of a book.
    fn levels(
        &self,
        ty: &TypeRef,
        role: &str,
        thing: Thing<'_>,
        scene: &Scene,
        depth: usize,
    ) -> Option<Raw> {
        let (TypeRef::List(item), Thing::Book(book)) = (ty, thing) else {
            return None;
        };
        let side = match role {
            "bids" => &book.bids,
            "asks" => &book.asks,
            _ => return None,
        };
        let (id, _) = self.shape_in(item, 0)?;
        let each = |level| self.thing(id, Thing::Level(level), scene, depth);
        let levels: Option<Vec<Raw>> = side.iter().map(each).collect();
        levels.map(Raw::Array)
    }

    /// With a place for each field that has a role, and without what is neither asked for nor
    /// needed.
    fn with_all(
        &self,
        record: &Record,
        fields: &std::collections::BTreeMap<String, String>,
        value: Raw,
    ) -> Raw {
        let mut members = Vec::new();
        for field in &record.fields {
            let key = venue_schema::sample::raw::quoted(&field.wire);
            let held = value.member(&field.wire).cloned();
            let named = fields.contains_key(&field.name);
            let shown = self.shape_of_list(&field.ty);
            if named || shown || !field.presence.may_be_absent() {
                members.push((key, held.unwrap_or_else(Raw::null)));
            }
        }
        Raw::Object(members)
    }

    fn shape_of_list(&self, ty: &TypeRef) -> bool {
        matches!(ty, TypeRef::List(item) if self.shape_in(item, 0).is_some())
    }

    fn said(&self, role: &str, thing: Thing<'_>) -> Said {
        if let Some(word) = role.strip_prefix('=') {
            return Said::Word(word.to_owned());
        }
        match thing {
            Thing::Order(order) => self.of_order(role, order),
            Thing::Deal(deal) => match role {
                "id" => Said::Number(deal.id.into()),
                "price" => Said::Number(deal.price),
                "size" => Said::Number(deal.size),
                "volume" | "net-volume" => Said::Number(deal.volume),
                "at" => Said::Moment(deal.at),
                "cursor" => Said::Text(deal.id.to_string()),
                _ => {
                    let role = role.strip_prefix("order.").unwrap_or(role);
                    self.of_order(role, &deal.order)
                }
            },
            Thing::Balance(balance) => match role {
                "currency" => Said::Text(balance.currency.clone()),
                "total" => Said::Number(balance.total),
                "held" => Said::Number(balance.held),
                "available" => {
                    let free = balance.total.checked_sub(&balance.held);
                    Said::Number(free.unwrap_or_default())
                }
                "zero" => Said::Number(Amount::default()),
                _ => Said::Nothing,
            },
            Thing::Level(level) => match role {
                "price" => Said::Number(level.price),
                "size" => Said::Number(level.size),
                "action" => Said::Word(match level.change {
                    Change::Insert => self.roles.words.insert.clone(),
                    Change::Resize => self.roles.words.resize.clone(),
                    Change::Delete => self.roles.words.delete.clone(),
                }),
                _ => Said::Nothing,
            },
            Thing::Book(_) => Said::Nothing,
            Thing::Whole(scene) => match role {
                "count" => Said::Number((scene.orders.len() as u64).into()),
                "next-id" => Said::Number(scene.next_id.into()),
                _ => Said::Nothing,
            },
        }
    }

    fn of_order(&self, role: &str, order: &Order) -> Said {
        let words = &self.roles.words;
        let wish = &order.wish;
        match role {
            "id" => Said::Number(order.id.into()),
            "client-id" => wish.client_id.clone().map_or(Said::Nothing, Said::Raw),
            "instrument" => Said::Text(wish.instrument.clone()),
            "side" => Said::Word(match wish.side {
                Side::Buy => words.buy.clone(),
                Side::Sell => words.sell.clone(),
            }),
            "kind" => Said::Word(wish.kind.clone()),
            "price" => Said::Number(wish.price.unwrap_or_default()),
            "volume" => Said::Number(wish.volume.unwrap_or_default()),
            "size" => Said::Number(order.size),
            "filled" => Said::Number(order.filled),
            "remaining" => Said::Number(order.remaining()),
            "filled-volume" => Said::Number(order.filled_volume),
            "average" => Said::Number(average(order)),
            "proceeds" => Said::Number(match wish.side {
                // A zero has no sign.
                Side::Buy if order.filled_volume.is_zero() => order.filled_volume,
                Side::Buy => -order.filled_volume,
                Side::Sell => order.filled_volume,
            }),
            "status" => Said::Word(state(words, order).to_owned()),
            // Of one that ended in place of being cancelled.
            "outcome" => match (&words.finished, order.too_late) {
                (Some(finished), true) => Said::Word(finished.clone()),
                _ => Said::Word(words.cancelled.clone()),
            },
            // Only where it says something: an order that stands or is filled has none.
            "cancel-reason" if order.stage == Stage::Cancelled => {
                Said::Word(words.cancelled.clone())
            }
            "created" => Said::Moment(order.created),
            "updated" => Said::Moment(order.updated),
            "zero" => Said::Number(Amount::default()),
            _ => Said::Nothing,
        }
    }

    /// What is said in the form of a field; none if it has no form there.
    fn written(&self, field: &Field, said: &Said) -> Option<Raw> {
        if let Said::Nothing = said {
            if field.empty_is_none {
                return Some(Raw::string(""));
            }
            if field.presence.may_be_absent() {
                return None;
            }
            if field.presence.may_be_null() {
                return Some(Raw::null());
            }
            return self.form(&field.ty, &Said::Number(Amount::default()), 0);
        }
        self.form(&field.ty, said, 0)
    }

    fn form(&self, ty: &TypeRef, said: &Said, depth: usize) -> Option<Raw> {
        match (ty, said) {
            (_, Said::Raw(raw)) => Some(raw.clone()),
            (TypeRef::String, Said::Text(text) | Said::Word(text)) => Some(Raw::string(text)),
            (TypeRef::String, Said::Number(number)) => Some(Raw::string(&number.to_string())),
            (TypeRef::Int(_), Said::Number(number)) => {
                Some(Raw::Token(number.to_i128()?.to_string()))
            }
            (TypeRef::Decimal(DecimalForm::Text), Said::Number(number)) => {
                Some(Raw::string(&number.to_string()))
            }
            (TypeRef::Decimal(_), Said::Number(number)) => Some(Raw::Token(number.to_string())),
            (TypeRef::Time(_), Said::Moment(at)) => moment(ty, *at),
            (TypeRef::Named(id), said) if depth < DEEP => match &self.api().types[*id].kind {
                TypeKind::Scalar(scalar) => match (scalar.scale, said) {
                    (Some(scale), Said::Number(number)) => {
                        Some(Raw::Token(number.to_scaled(scale)?.to_string()))
                    }
                    _ => self.form(&scalar.base, said, depth + 1),
                },
                TypeKind::Enum(values) => match said {
                    Said::Word(word) => named(values, word).map(|value| literal(&value.wire)),
                    _ => None,
                },
                TypeKind::Union(union) => {
                    let mut variants = union.variants.iter();
                    variants.find_map(|variant| self.form(&variant.ty, said, depth + 1))
                }
                TypeKind::Record(_) => None,
            },
            _ => None,
        }
    }
}

/// What belongs to a thing: of an order, its own deals.
fn own(thing: Thing<'_>, scene: &Scene) -> Scene {
    match thing {
        Thing::Order(order) => {
            let mine = |deal: &&Deal| deal.order.id == order.id;
            Scene {
                orders: vec![order.clone()],
                deals: scene.deals.iter().filter(mine).cloned().collect(),
                next_id: scene.next_id,
                ..Scene::default()
            }
        }
        Thing::Deal(deal) => Scene {
            deals: vec![deal.clone()],
            ..Scene::default()
        },
        Thing::Balance(_) | Thing::Book(_) | Thing::Level(_) => Scene::default(),
        Thing::Whole(scene) => scene.clone(),
    }
}

fn leave_out(record: &Record, index: usize, value: &mut Raw) {
    if let (Some(field), Raw::Object(members)) = (record.fields.get(index), value)
        && field.presence.may_be_absent()
    {
        members.retain(|(key, _)| unquoted(key) != field.wire);
    }
}

/// The price of all that is filled.
fn average(order: &Order) -> Amount {
    if order.filled.is_zero() {
        return Amount::default();
    }
    let scaled = |amount: &Amount| amount.to_scaled(8);
    let price = || {
        let volume = scaled(&order.filled_volume)?.checked_mul(100_000_000)?;
        Amount::new(volume / scaled(&order.filled)?, -8)
    };
    price().unwrap_or_default().normalized()
}

/// The value of that name; another spelling is none.
fn named<'e>(values: &'e Enum, word: &str) -> Option<&'e EnumValue> {
    values.values.iter().find(|value| value.name == word)
}

fn literal(literal: &Literal) -> Raw {
    match literal {
        Literal::Str(text) => Raw::string(text),
        Literal::Int(value) => Raw::Token(value.to_string()),
        Literal::Bool(value) => Raw::Token(value.to_string()),
    }
}

/// Name of the value that stands on the wire, whatever its spelling.
pub(crate) fn word_of(api: &Api, ty: &TypeRef, value: &Raw) -> Option<String> {
    let TypeRef::Named(id) = ty else { return None };
    match &api.types[*id].kind {
        TypeKind::Enum(values) => {
            let found = values.values.iter().find(|v| literal(&v.wire) == *value)?;
            let first = found.spelling_of.and_then(|of| values.values.get(of));
            Some(first.unwrap_or(found).name.clone())
        }
        TypeKind::Union(union) => {
            let mut variants = union.variants.iter();
            variants.find_map(|variant| word_of(api, &variant.ty, value))
        }
        _ => None,
    }
}

/// Name of an order's state.
pub(crate) fn state<'w>(words: &'w Words, order: &Order) -> &'w str {
    match order.stage {
        Stage::Open => &words.open,
        Stage::Filled => &words.filled,
        Stage::Cancelled => &words.cancelled,
    }
}

/// Decimal places of a scaled integer.
pub(crate) fn scale_of(api: &Api, ty: &TypeRef) -> u8 {
    let TypeRef::Named(id) = ty else { return 0 };
    match &api.types[*id].kind {
        TypeKind::Scalar(scalar) => scalar.scale.unwrap_or_else(|| scale_of(api, &scalar.base)),
        TypeKind::Union(union) => {
            let scales = union.variants.iter().map(|v| scale_of(api, &v.ty));
            scales.max().unwrap_or(0)
        }
        _ => 0,
    }
}
