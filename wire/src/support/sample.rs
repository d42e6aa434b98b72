//! Valid values of generated types from bytes: what their proptest strategies are made of.
//!
//! A value is a pure function of bytes, and fewer or smaller bytes give a simpler value. So
//! proptest shrinks values by shrinking bytes, whatever bounds and rules a type has.

use proptest::arbitrary::any;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bounds::Bounds;
use super::union::Union;
use crate::{
    Batch, Blank, DateTime, Decimal, Extra, Form, Json, LocalDateTime, Map, Patch, Tail, Timestamp,
    Unit, Uuid, Validate, Verdict, WireForm,
};

/// Records and unions within one another, beyond which what may be left out is.
const DEEP: usize = 6;
/// How often a choice is tried again that did not come out valid.
const TRIES: usize = 24;

/// Bytes to draw from; zeros once they are used up.
pub struct Sampler<'a> {
    bytes: std::slice::Iter<'a, u8>,
    depth: usize,
}

/// A type whose valid values can be drawn.
#[doc(hidden)]
pub trait Sample: Sized {
    /// Draws a value within bounds; a type that bounds do not apply to ignores them.
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self;
}

impl<'a> Sampler<'a> {
    /// Draws from these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Sampler {
            bytes: bytes.iter(),
            depth: 0,
        }
    }

    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    fn int(&mut self, bytes: usize) -> u128 {
        (0..bytes).fold(0, |sum, _| sum << 8 | u128::from(self.byte()))
    }

    /// A number below `count`, which is not 0.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    fn flip(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// Whether something is there that need not be.
    pub fn is_there(&mut self) -> bool {
        self.flip() && self.depth < DEEP
    }

    /// How many elements a list has.
    fn count(&mut self, bounds: &Bounds) -> usize {
        let (min, max) = bounds.item_bounds();
        let (min, max) = (min as usize, max as usize);
        let spare = match self.depth < DEEP {
            true => self.below(5),
            false => 0,
        };
        (min + spare).min(max)
    }

    /// A value of any type.
    pub fn draw<T: Sample>(&mut self) -> T {
        self.within(&Bounds::ANY)
    }

    /// A value within bounds.
    pub fn within<T: Sample>(&mut self, bounds: &Bounds) -> T {
        T::sample(self, bounds)
    }

    /// How many of the elements that an array may end before are there.
    pub fn tail(&mut self, count: usize) -> usize {
        match self.depth < DEEP {
            true => self.below(count + 1),
            false => 0,
        }
    }

    /// A record or union: one level further in.
    pub fn nest<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let value = draw(self);
        self.depth -= 1;
        value
    }

    /// A value of which this holds, if it comes up soon.
    pub fn until<T>(
        &mut self,
        mut draw: impl FnMut(&mut Self) -> T,
        holds: impl Fn(&T) -> bool,
    ) -> T {
        for _ in 0..TRIES {
            let value = draw(self);
            if holds(&value) {
                return value;
            }
        }
        draw(self)
    }

    /// A list, each element drawn in turn.
    pub fn list<T>(&mut self, bounds: &Bounds, mut draw: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.count(bounds);
        (0..count).map(|_| draw(self)).collect()
    }

    /// A map, each value drawn in turn.
    pub fn map<T>(&mut self, bounds: &Bounds, mut draw: impl FnMut(&mut Self) -> T) -> Map<T> {
        let mut map = Map::default();
        for index in 0..self.count(bounds) {
            let name = format!("{}{index}", self.text(0, 3));
            map.insert(&name, draw(self));
        }
        map
    }

    fn text(&mut self, min: u32, max: u32) -> String {
        const RARE: [char; 8] = ['"', '\\', '/', '\n', 'é', '€', '\u{1F600}', '\u{0}'];
        let count = min.saturating_add(u32::from(self.byte() % 12)).min(max);
        let draw = |s: &mut Self| match s.byte() {
            byte @ 248.. => RARE[usize::from(byte - 248)],
            byte => char::from(
                b"abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 -_.:"[usize::from(byte) % 47],
            ),
        };
        (0..count).map(|_| draw(self)).collect()
    }

    /// Digits as a decimal spells them.
    fn decimal_text(&mut self) -> String {
        let whole = match self.byte() % 4 {
            0 => u128::from(self.byte()),
            1 | 2 => self.int(3),
            _ => self.int(9),
        };
        let mut text = whole.to_string();
        let places = match self.byte() % 8 {
            0..=2 => 0,
            places @ 3..=5 => places,
            _ => 12,
        };
        if places > 0 {
            text.push('.');
            for _ in 0..places {
                text.push(char::from(b'0' + self.byte() % 10));
            }
        }
        match self.byte() {
            250..=252 => text + "e-05",
            253..=255 => text + "E+2",
            _ => text,
        }
    }

    fn local_text(&mut self) -> String {
        let (year, month, day) = (
            1970 + self.below(80),
            1 + self.below(12),
            1 + self.below(28),
        );
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        let fraction = match self.byte() % 4 {
            0 => String::new(),
            1 => format!(".{:03}", self.int(2) % 1000),
            2 => format!(".{:09}", self.int(4) % 1_000_000_000),
            _ => format!(".{}", self.byte() % 10),
        };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}")
    }
}

impl Sample for bool {
    fn sample(s: &mut Sampler<'_>, _: &Bounds) -> Self {
        s.flip()
    }
}

fn int_within(s: &mut Sampler<'_>, bounds: &Bounds, (low, high): (i128, i128)) -> i128 {
    let limit = |text: Option<&str>| text?.parse::<Decimal>().ok();
    let whole = |limit: Decimal| {
        limit
            .to_scaled(0)
            .or_else(|| limit.to_string().parse().ok())
    };
    let low = limit(bounds.number().0)
        .and_then(whole)
        .map_or(low, |min| min.max(low));
    let high = limit(bounds.number().1)
        .and_then(whole)
        .map_or(high, |max| max.min(high));
    // Near zero or the lower bound most often, as there the simple values are.
    let near = if low <= 0 && high >= 0 { 0 } else { low };
    let drawn = match s.byte() % 4 {
        0 => near + s.int(1) as i128,
        1 => near + s.int(3) as i128,
        2 => near - s.int(2) as i128,
        _ => low.saturating_add((s.int(8) as i128).min(high.saturating_sub(low))),
    };
    drawn.clamp(low, high.max(low))
}

macro_rules! sample_ints {
    ($($int:ident)*) => {$(
        impl Sample for $int {
            fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
                let drawn = int_within(s, bounds, ($int::MIN.into(), $int::MAX.into()));
                $int::try_from(drawn).unwrap_or_default()
            }
        }
    )*};
}

sample_ints!(i8 i16 i32 i64 u8 u16 u32 u64);

impl Sample for String {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        let (min, max) = bounds.length_bounds();
        s.text(min, max)
    }
}

impl<F: Form> Sample for Decimal<F> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        let limit = |text: Option<&str>| text.and_then(|text| text.parse::<Decimal>().ok());
        let (min, max) = (limit(bounds.number().0), limit(bounds.number().1));
        let fits = |value: &Decimal| {
            min.is_none_or(|min| *value >= min) && max.is_none_or(|max| *value <= max)
        };
        let drawn = s.until(
            |s| {
                let negative = s.byte() >= 192;
                let drawn: Decimal = s.decimal_text().parse().unwrap_or_default();
                let drawn = if negative { -drawn } else { drawn };
                match min.or(max) {
                    Some(from) if !fits(&drawn) => from.checked_add(&drawn).unwrap_or(from),
                    _ => drawn,
                }
            },
            fits,
        );
        let drawn = match fits(&drawn) {
            true => drawn,
            false => min.or(max).unwrap_or_default(),
        };
        let form = if s.flip() {
            WireForm::Text
        } else {
            WireForm::Number
        };
        drawn
            .with_form::<crate::Any>()
            .with_wire_form(form)
            .with_form()
    }
}

impl<U: Unit> Sample for Timestamp<U> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        Timestamp::new(i64::sample(s, bounds))
    }
}

impl Sample for DateTime {
    fn sample(s: &mut Sampler<'_>, _: &Bounds) -> Self {
        let zone = ["Z", "+00:00", "-05:30"][s.below(3)];
        let text = s.local_text() + zone;
        text.parse().expect("a date and time within range")
    }
}

impl Sample for LocalDateTime {
    fn sample(s: &mut Sampler<'_>, _: &Bounds) -> Self {
        let text = s.local_text();
        text.parse().expect("a date and time within range")
    }
}

impl Sample for Uuid {
    fn sample(s: &mut Sampler<'_>, _: &Bounds) -> Self {
        let hex = format!("{:032x}", s.int(16));
        let parts = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        parts.join("-").parse().expect("hexadecimal digits")
    }
}

impl Sample for Json {
    fn sample(s: &mut Sampler<'_>, _: &Bounds) -> Self {
        const TEXTS: [&str; 8] = [
            "null",
            "true",
            "0",
            "1.50",
            "\"\"",
            "\"a\"",
            "[1, 2e0]",
            r#"{"a": {"b": []}}"#,
        ];
        TEXTS[s.below(TEXTS.len())].parse().unwrap_or_default()
    }
}

impl<T: Sample> Sample for Box<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        Box::new(s.within(bounds))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        s.list(bounds, Sampler::draw)
    }
}

impl<T: Sample> Sample for Batch<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        Vec::sample(s, bounds).into()
    }
}

impl<T: Sample> Sample for Map<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        s.map(bounds, Sampler::draw)
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        s.is_there().then(|| s.within(bounds))
    }
}

impl<T: Sample> Sample for Patch<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        match (s.is_there(), s.flip()) {
            (true, _) => Patch::Value(s.within(bounds)),
            (false, true) => Patch::Null,
            (false, false) => Patch::Absent,
        }
    }
}

impl<T: Sample + Serialize> Sample for Blank<T> {
    fn sample(s: &mut Sampler<'_>, bounds: &Bounds) -> Self {
        let value = s.is_there().then(|| s.within::<T>(bounds));
        // What stands as the empty string is none.
        Blank(value.filter(|value| super::text(value).is_some_and(|text| !text.is_empty())))
    }
}

impl Sample for Extra {
    fn sample(_: &mut Sampler<'_>, _: &Bounds) -> Self {
        Extra::new()
    }
}

impl Sample for Tail {
    fn sample(_: &mut Sampler<'_>, _: &Bounds) -> Self {
        Tail::new()
    }
}

/// Draws a variant that its own text is told to be. `shallow` ends a recursion.
pub fn sample_union<T: Union + Serialize>(
    s: &mut Sampler<'_>,
    shallow: usize,
    variants: &[fn(&mut Sampler<'_>) -> T],
) -> T {
    s.nest(|s| {
        let mut tries = 0;
        s.until(
            |s| {
                // Once the bytes are used up each try draws the same: move on to the next variant.
                let index = match s.depth < DEEP {
                    true => (s.below(variants.len()) + tries) % variants.len(),
                    false => shallow,
                };
                tries += 1;
                (index, variants[index](s))
            },
            |(index, value)| {
                let json = serde_json::to_vec(value).unwrap_or_default();
                T::dispatch().select(&json) == Some(*index)
            },
        )
        .1
    })
}

/// The strategy of a type: values that decode from their own text to themselves, and are valid.
pub fn strategy<T>() -> BoxedStrategy<T>
where
    T: Sample + Serialize + DeserializeOwned + Validate + PartialEq + std::fmt::Debug + 'static,
{
    vec(any::<u8>(), 0..400)
        .prop_map(|bytes| Sampler::new(&bytes).draw::<T>())
        .prop_filter("valid by its bounds and rules", is_valid)
        .boxed()
}

/// Whether a value is valid and survives the wire.
pub fn is_valid<T: Serialize + DeserializeOwned + Validate + PartialEq>(value: &T) -> bool {
    value.verdict() == Verdict::Valid
        && serde_json::to_vec(value)
            .is_ok_and(|json| serde_json::from_slice::<T>(&json).is_ok_and(|again| again == *value))
}

/// A function that draws a value and gives its text.
pub type DrawText = fn(&[u8]) -> Result<String, String>;

/// Draws a value: its text, or in the error what came out invalid.
pub fn draw_text<T>(bytes: &[u8]) -> Result<String, String>
where
    T: Sample + Serialize + DeserializeOwned + Validate + PartialEq,
{
    let value: T = Sampler::new(bytes).draw();
    let text = serde_json::to_string(&value).map_err(|error| error.to_string())?;
    match is_valid(&value) {
        true => Ok(text),
        false => Err(text),
    }
}

/// Lets listed values and distinct integers be drawn.
#[macro_export]
#[doc(hidden)]
macro_rules! __samples {
    (@listed $s:ident, $bounds:ident,) => {{
        let _ = $bounds;
        Self::LISTED[$s.below(Self::LISTED.len())].clone()
    }};
    (@integer $s:ident, $bounds:ident, $own:expr) => {
        Self::new($s.within(&$bounds.and(&$own)))
    };
    (@flags $s:ident, $bounds:ident, $int:ident, $fields:expr) => {{
        let _ = $bounds;
        let fields: &[($int, $int)] = &$fields;
        let bits = fields.iter().fold(0, |bits, (mask, value)| match $s.is_there() {
            true => bits & !mask | value,
            false => bits,
        });
        Self::new(bits)
    }};
    ($($kind:ident $ty:ty [$($arg:tt)*])*) => {$(
        impl $crate::support::Sample for $ty {
            fn sample(
                s: &mut $crate::support::Sampler<'_>,
                bounds: &$crate::support::Bounds,
            ) -> Self {
                $crate::__samples!(@$kind s, bounds, $($arg)*)
            }
        }
    )*};
}

/// Gives types their strategies.
#[macro_export]
#[doc(hidden)]
macro_rules! __strategies {
    ($($ty:ty)*) => {$(
        impl $crate::__proptest::arbitrary::Arbitrary for $ty {
            type Parameters = ();
            type Strategy = $crate::__proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                $crate::support::strategy()
            }
        }
    )*};
}
