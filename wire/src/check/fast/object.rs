//! Objects.
//!
//! The key that the documentation has next is compared as a literal, comma and colon included; any
//! other is looked up. A bit for each field says which were there.
//!
//! Where members come in no order that is known, what comes next cannot be foretold, and to read it
//! takes a processor long. So they are first found, whatever they are, then read in documented order.

use super::super::literal;
use super::super::table::{Field, Lane, Need, Node, Record, Text};
use super::map::Names;
use super::{After, CHUNK, Engine, MAX_DEPTH, Watch, grammar, lets_pass};

/// Which fields were there.
trait Seen: Copy {
    const NONE: Self;
    /// Notes a field; whether it is the first time.
    fn add(&mut self, field: usize) -> bool;
    /// Notes the fields from one to before another; whether it is the first time for each.
    fn add_all(&mut self, from: usize, to: usize) -> bool;
    /// Notes some of the first fields, a bit for each; whether it is the first time for each.
    fn add_some(&mut self, fields: u64) -> bool;
    fn has(self, field: usize) -> bool;
    fn all_of(self, record: &Record, fields: &[Field]) -> bool;
    fn tell(self, watch: &impl Watch, record: u32);
}

impl Seen for u64 {
    const NONE: Self = 0;

    #[inline(always)]
    fn add(&mut self, field: usize) -> bool {
        let bit = 1 << (field & 63);
        let first = *self & bit == 0;
        *self |= bit;
        first
    }

    #[inline(always)]
    fn add_all(&mut self, from: usize, to: usize) -> bool {
        let below = |end: usize| match end {
            ..64 => (1 << end) - 1,
            _ => u64::MAX,
        };
        self.add_some(below(to) & !below(from))
    }

    #[inline(always)]
    fn add_some(&mut self, fields: u64) -> bool {
        let first = *self & fields == 0;
        *self |= fields;
        first
    }

    fn has(self, field: usize) -> bool {
        self >> (field & 63) & 1 == 1
    }

    #[inline(always)]
    fn all_of(self, record: &Record, _: &[Field]) -> bool {
        self & record.required == record.required
    }

    #[inline(always)]
    fn tell(self, watch: &impl Watch, record: u32) {
        watch.fields(record, 0, self);
    }
}

/// For records of up to 256 fields.
impl Seen for [u64; 4] {
    const NONE: Self = [0; 4];

    fn add(&mut self, field: usize) -> bool {
        self.get_mut(field / 64).is_some_and(|word| word.add(field))
    }

    fn add_all(&mut self, from: usize, to: usize) -> bool {
        (from..to).all(|field| self.add(field))
    }

    fn add_some(&mut self, fields: u64) -> bool {
        self[0].add_some(fields)
    }

    fn has(self, field: usize) -> bool {
        self.get(field / 64).is_some_and(|word| word.has(field))
    }

    fn all_of(self, _: &Record, fields: &[Field]) -> bool {
        let mut required = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.required);
        required.all(|(index, _)| self.has(index))
    }

    fn tell(self, watch: &impl Watch, record: u32) {
        for (part, seen) in self.into_iter().enumerate() {
            watch.fields(record, part, seen);
        }
    }
}

/// A member's key.
enum Key {
    Field(usize),
    Unknown { at: usize, end: usize },
}

/// After so many members in no order that is known, none is looked for in the rest of the object.
const MOST_STRAYS: u32 = 2;

/// Where the values of members are that are not read yet, of the first fields of a record.
const SPOTS: usize = 64;

/// So many fields are noted for rules, of a record that has any: where their values start.
const PLACES: usize = 64;

/// Where the finding of members ends.
enum Rest {
    /// The object's last member ends before it.
    End(usize),
    /// A key that is to be looked at in another way.
    Key(usize),
}

/// What is known of an object so far.
struct State<S, const N: usize> {
    seen: S,
    /// Which of the first fields are there and not null.
    present: u64,
    places: [u32; N],
}

impl<S, const N: usize> State<S, N> {
    /// Notes where a field's value starts, and whether it counts for rules.
    fn place(&mut self, field: usize, at: usize, is_given: bool) -> Option<()> {
        *self.places.get_mut(field)? = u32::try_from(at).ok()?;
        self.present |= u64::from(is_given) << (field & 63);
        Some(())
    }
}

impl<W: Watch> Engine<'_, W> {
    #[inline(never)]
    pub(super) fn object(&self, index: u32, at: usize, depth: u32) -> Option<usize> {
        let record = self.tables.record(index);
        match (record.fields.count, record.rules.count) {
            (..=64, 0) => self.members::<u64, 0>(index, record, at, depth),
            (..=64, _) => self.members::<u64, PLACES>(index, record, at, depth),
            (_, 0) => self.members::<[u64; 4], 0>(index, record, at, depth),
            // So many fields and rules too: the explaining reader settles it.
            _ => None,
        }
    }

    fn members<S: Seen, const N: usize>(
        &self,
        index: u32,
        record: &Record,
        at: usize,
        depth: u32,
    ) -> Option<usize> {
        if self.byte(at) != b'{' || depth >= MAX_DEPTH {
            return None;
        }
        let fields = self.fields.get(record.fields.range())?;
        let mut state = State::<S, N> {
            seen: S::NONE,
            present: 0,
            places: [0; N],
        };
        let mut others = None;
        let mut next = 0;
        // How many members, one after the other, were not where the documentation or the alphabet has them.
        let mut strays = if self.marks.are_set() { MOST_STRAYS } else { 0 };
        let mut at = at;
        // Instead of a comma, the first key has the brace before it, which was looked at.
        let mut comma = 0;
        loop {
            if strays < MOST_STRAYS && (comma == 0 || self.may_be_next(fields, next, at)) {
                let first = next;
                (at, next) =
                    self.in_order::<S, N>(&mut state, fields, next, at, comma == 0, depth)?;
                if next > first {
                    (comma, strays) = (1, 0);
                    if !state.seen.add_all(first, next) {
                        return None;
                    }
                }
            }
            // The end, or a key out of order.
            let mut rest = match self.after(at + 1 - comma as usize, b'}') {
                After::End(end) => Rest::End(end),
                After::Next(_) if comma == 0 => return None,
                After::Next(key) => Rest::Key(key),
                After::Fault if comma == 0 => Rest::Key(self.space(at + 1)),
                After::Fault => return None,
            };
            comma = 1;
            if self.marks.are_set()
                && fields.len() <= SPOTS
                && let Rest::Key(key) = rest
            {
                rest = self.in_no_order(&mut state, record, fields, key, depth)?;
            }
            match rest {
                Rest::End(end) => {
                    state.seen.tell(self.watch, index);
                    let all = state.seen.all_of(record, fields);
                    let obeys = N == 0 || self.obeys(record, state.present, &state.places);
                    return (all && obeys).then_some(end);
                }
                Rest::Key(key) => at = key,
            }
            let (key, value) = self.key(record, fields, next, &mut strays, at)?;
            match key {
                Key::Field(field) => {
                    at = self.member::<S, N>(&mut state, &fields[field], field, value, depth)?;
                    next = field + 1;
                }
                Key::Unknown { at: name, end } => {
                    if !lets_pass(record.unknown) {
                        return None;
                    }
                    others
                        .get_or_insert_with(Names::<64>::new)
                        .add(self, name, end)?;
                    at = grammar::value(self.json, value, depth + 1).ok()?;
                }
            }
        }
    }

    /// Finds members from the key at `at` on, and reads their values in documented order.
    #[inline(never)]
    fn in_no_order<S: Seen, const N: usize>(
        &self,
        state: &mut State<S, N>,
        record: &Record,
        fields: &[Field],
        mut at: usize,
        depth: u32,
    ) -> Option<Rest> {
        let slots = self.tables.slots.get(record.slots.first as usize..)?;
        // Where values start and end.
        let mut spots = [(0_u32, 0_u32); SPOTS];
        let mut unread = 0_u64;
        let rest = loop {
            let Some((field, value)) = self.marked_key(record, slots, fields, at) else {
                break Rest::Key(at);
            };
            let end = if self.byte(value) | 0x20 == b'{' {
                self.member::<S, N>(state, fields.get(field)?, field, value, depth)?
            } else {
                let Some(end) = self.marks.scalar_end(value) else {
                    break Rest::Key(at);
                };
                if !unread.add(field) {
                    return None;
                }
                *spots.get_mut(field)? = (value as u32, end as u32);
                end
            };
            match self.after(end, b'}') {
                After::Next(key) => at = key,
                After::End(end) => break Rest::End(end),
                After::Fault => return None,
            }
        };
        if !state.seen.add_some(unread) {
            return None;
        }
        while unread != 0 {
            let index = unread.trailing_zeros() as usize;
            unread &= unread - 1;
            let (value, found) = *spots.get(index)?;
            let (value, found) = (value as usize, found as usize);
            let field = fields.get(index)?;
            let end = self.plain_value(field, value, depth + 1)?;
            if N > 0 {
                state.place(index, value, self.is_given(field, value))?;
            }
            if end != found && self.space(end) != found {
                return None;
            }
        }
        Some(rest)
    }

    /// A field's key at `at`, and where its value starts.
    #[inline(always)]
    fn marked_key(
        &self,
        record: &Record,
        slots: &[u16],
        fields: &[Field],
        at: usize,
    ) -> Option<(usize, usize)> {
        let len = self.marks.quote(at + 1)? + 1 - at;
        let (field, value) = if len <= CHUNK {
            self.key_of(record, slots, fields, at, len)?
        } else {
            match self.any_key(record, fields, at)? {
                (Key::Field(field), value) => (field, value),
                (Key::Unknown { .. }, _) => return None,
            }
        };
        Some((field, self.space(value)))
    }

    /// Whether the field `next` may stand after the comma at `at`: without space it is sure.
    #[inline(always)]
    fn may_be_next(&self, fields: &[Field], next: usize, at: usize) -> bool {
        let field = fields.get(next);
        field.is_some_and(|field| self.is_key(at, field, 1) || self.byte(at + 1) == b' ')
    }

    /// Reads the fields from `next` on as long as they stand one after the other: where the last one
    /// ends, and which field is next. `at` is at the comma before the first, or at the object's brace.
    #[inline(never)]
    fn in_order<S: Seen, const N: usize>(
        &self,
        state: &mut State<S, N>,
        fields: &[Field],
        mut next: usize,
        mut at: usize,
        is_first: bool,
        depth: u32,
    ) -> Option<(usize, usize)> {
        let (mut lead, mut comma) = if is_first { (b'{', 0) } else { (b',', 1) };
        for field in fields.get(next..)? {
            let value = if self.is_key(at, field, comma) {
                at + field.key.len as usize
            } else if self.byte(at + 1) == b' '
                && self.byte(at) == lead
                && self.is_key(at + 1, field, 0)
            {
                // A blank after each comma and colon.
                self.space(at + 1 + field.key.len as usize)
            } else {
                break;
            };
            at = self.plain_value(field, value, depth + 1)?;
            if N > 0 {
                state.place(next, value, self.is_given(field, value))?;
            }
            next += 1;
            (lead, comma) = (b',', 1);
        }
        Some((at, next))
    }

    /// A field's value.
    #[inline(always)]
    fn plain_value(&self, field: &Field, at: usize, depth: u32) -> Option<usize> {
        match self.in_lane(field.lane, &field.what, at) {
            Some(end) => Some(end),
            None => self.other_value(field, at, depth),
        }
    }

    /// A field's value, if it is as it mostly is.
    #[inline(always)]
    pub(super) fn in_lane(&self, lane: Lane, what: &Node, at: usize) -> Option<usize> {
        match (lane, *what) {
            (Lane::Number, _) => self.plain_number(at),
            (Lane::Quoted, _) => self.quoted_number(at),
            (Lane::Bounded, Node::Decimal { bounds, .. }) => self.bounded_number(at, bounds),
            (Lane::Int, Node::Int { digits, lead, .. }) => self.plain_integer(at, digits, lead),
            (Lane::Text, _) => self.string(at),
            (Lane::Words, Node::Words(index)) => self.word_of(index, at),
            (Lane::Time, _) => self.date_time(at, true),
            _ => None,
        }
    }

    /// The same, however it is.
    #[inline(never)]
    pub(super) fn other_value(&self, field: &Field, at: usize, depth: u32) -> Option<usize> {
        match self.field_value(field, at, depth) {
            Some(end) => Some(end),
            None => self.retry(field, at, depth),
        }
    }

    /// A described member, whose value starts at `at`.
    #[inline(never)]
    fn member<S: Seen, const N: usize>(
        &self,
        state: &mut State<S, N>,
        field: &Field,
        index: usize,
        at: usize,
        depth: u32,
    ) -> Option<usize> {
        if !state.seen.add(index) {
            return None;
        }
        let end = self.plain_value(field, at, depth + 1)?;
        if N > 0 {
            state.place(index, at, self.is_given(field, at))?;
        }
        Some(end)
    }

    /// A field's value that was not read because space comes first. Members that are written
    /// without space after the comma seldom have it after the colon.
    #[cold]
    #[inline(never)]
    fn retry(&self, field: &Field, at: usize, depth: u32) -> Option<usize> {
        let value = self.space(at);
        if value == at {
            None
        } else {
            self.field_value(field, value, depth)
        }
    }

    /// Whether `,"name":` stands at `at`, the comma apart unless `comma` is 1.
    #[inline(always)]
    fn is_key(&self, at: usize, field: &Field, comma: u32) -> bool {
        self.chunk(at).starts_but(&field.head, 1 - comma)
            && (field.key.len as usize <= CHUNK || self.rest_is(at, field.key))
    }

    /// The key at `at`, and where its value starts. The key before it, if there is one, is that of
    /// the field before `next`.
    #[inline(always)]
    fn key(
        &self,
        record: &Record,
        fields: &[Field],
        next: usize,
        strays: &mut u32,
        at: usize,
    ) -> Option<(Key, usize)> {
        // Many write members in alphabetical order.
        if *strays < MOST_STRAYS {
            let successor = *self
                .tables
                .successors
                .get(record.successors as usize + next)?;
            if let Some(field) = fields.get(usize::from(successor))
                && self.is_key(at - 1, field, 0)
            {
                *strays = 0;
                let value = at - 1 + field.key.len as usize;
                return Some((Key::Field(usize::from(successor)), self.space(value)));
            }
            *strays += 1;
        }
        let quotes = self.chunk(at).is(b'"');
        // Of a short key, the second quote is among the first sixteen bytes.
        let len = (quotes & !1).trailing_zeros() as usize + 1;
        let slots = self.tables.slots.get(record.slots.first as usize..)?;
        if quotes & 1 == 1
            && len <= CHUNK
            && let Some((field, value)) = self.key_of(record, slots, fields, at, len)
        {
            return Some((Key::Field(field), self.space(value)));
        }
        self.any_key(record, fields, at)
    }

    /// A field's key at `at`, of so many bytes, at most sixteen, and where the colon after it ends.
    #[inline(always)]
    fn key_of(
        &self,
        record: &Record,
        slots: &[u16],
        fields: &[Field],
        at: usize,
        len: usize,
    ) -> Option<(usize, usize)> {
        let slot = literal::slot(literal::head(self.bytes(at), len), len, record.slots);
        let index = usize::from(*slots.get(slot)?).wrapping_sub(1);
        let is_it = self.is_key(at - 1, fields.get(index)?, 0);
        is_it.then_some((index, at + len + 1))
    }

    /// The same for any key, which starts at `at`.
    #[inline(never)]
    fn any_key(&self, record: &Record, fields: &[Field], at: usize) -> Option<(Key, usize)> {
        let end = self.string(at)?;
        let name = |field: usize| {
            let Text { at, len } = fields[field].key;
            Text {
                at: at + 1,
                len: len - 2,
            }
        };
        let key = match self.lookup(record.slots, at, end, name) {
            Some(field) => Key::Field(field),
            // An escaped name may be a known one, and equal to another.
            None if self.json[at..end].contains(&b'\\') => return None,
            None => Key::Unknown { at, end },
        };
        let colon = self.space(end);
        (self.byte(colon) == b':').then(|| (key, self.space(colon + 1)))
    }

    /// Whether the rules hold.
    #[inline(never)]
    pub(super) fn obeys(&self, record: &Record, present: u64, places: &[u32]) -> bool {
        self.tables.rules(record.rules).iter().all(|rule| {
            let applies = self.tables.guards(rule.when).iter().all(|guard| {
                let field = usize::from(guard.field) % PLACES;
                present >> field & 1 == 1 && {
                    let at = self.space(places.get(field).copied().unwrap_or_default() as usize);
                    let token = &self.json[at..crate::scan::value_end(self.json, at)];
                    let mut values = guard.values.range();
                    values.is_empty()
                        || guard.is_not
                            != values.any(|word| self.tables.word_is(word as u32, token))
                }
            });
            let there = present & rule.mask;
            !applies
                || match rule.need {
                    Need::AllOf => there == rule.mask,
                    Need::NoneOf => there == 0,
                    Need::ExactlyOne => there.count_ones() == 1,
                    Need::AtMostOne => there.count_ones() <= 1,
                    Need::AtLeastOne => there != 0,
                }
        })
    }
}
