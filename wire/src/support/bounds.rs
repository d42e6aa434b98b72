//! Bounds on values.

use crate::{
    Batch, Blank, DateTime, Decimal, LocalDateTime, Map, Patch, Timestamp, Uuid, Verdict,
    Violations,
};

/// Bounds, all inclusive; numbers as decimal text.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    min: Option<&'static str>,
    max: Option<&'static str>,
    length: (u32, u32),
    items: (u32, u32),
    pub(super) is_masked: bool,
}

impl Bounds {
    /// None at all.
    pub const ANY: Bounds = Bounds {
        min: None,
        max: None,
        length: (0, u32::MAX),
        items: (0, u32::MAX),
        is_masked: false,
    };

    /// Smallest number.
    pub const fn min(mut self, min: &'static str) -> Self {
        self.min = Some(min);
        self
    }

    /// Largest number.
    pub const fn max(mut self, max: &'static str) -> Self {
        self.max = Some(max);
        self
    }

    /// Fewest and most characters.
    pub const fn length(mut self, min: u32, max: u32) -> Self {
        self.length = (min, max);
        self
    }

    /// Fewest and most elements.
    pub const fn items(mut self, min: u32, max: u32) -> Self {
        self.items = (min, max);
        self
    }

    /// The value must not be shown.
    pub const fn masked(mut self) -> Self {
        self.is_masked = true;
        self
    }

    /// Whether the value must not be shown.
    pub const fn is_masked(&self) -> bool {
        self.is_masked
    }

    /// These and those.
    #[cfg(feature = "proptest")]
    pub fn and(self, other: &Bounds) -> Self {
        let tighter = |a: Option<&'static str>, b: Option<&'static str>, is_less: bool| {
            let (Some(one), Some(two)) = (a, b) else {
                return a.or(b);
            };
            let (first, second) = (one.parse::<Decimal>(), two.parse::<Decimal>());
            match first.is_ok_and(|first| second.is_ok_and(|second| (first < second) == is_less)) {
                true => Some(one),
                false => Some(two),
            }
        };
        Bounds {
            min: tighter(self.min, other.min, false),
            max: tighter(self.max, other.max, true),
            length: (
                self.length.0.max(other.length.0),
                self.length.1.min(other.length.1),
            ),
            items: (
                self.items.0.max(other.items.0),
                self.items.1.min(other.items.1),
            ),
            is_masked: self.is_masked || other.is_masked,
        }
    }

    /// Smallest and largest number.
    #[cfg(feature = "proptest")]
    pub(super) fn number(&self) -> (Option<&'static str>, Option<&'static str>) {
        (self.min, self.max)
    }

    /// Fewest and most characters.
    #[cfg(feature = "proptest")]
    pub(super) fn length_bounds(&self) -> (u32, u32) {
        self.length
    }

    /// Fewest and most elements.
    #[cfg(feature = "proptest")]
    pub(super) fn item_bounds(&self) -> (u32, u32) {
        self.items
    }

    fn check_number(&self, out: &mut Violations, value: &Decimal) {
        let limit = |bound: Option<&str>| bound.and_then(|bound| bound.parse::<Decimal>().ok());
        let mut broken = |what: &str, limit: Decimal| {
            let what = format!("is {what} {limit}");
            out.push_about("out-of-range", Verdict::Invalid, value, what);
        };
        if let Some(min) = limit(self.min).filter(|min| value < min) {
            broken("less than", min);
        }
        if let Some(max) = limit(self.max).filter(|max| value > max) {
            broken("more than", max);
        }
    }

    fn check_text(&self, out: &mut Violations, text: &str) {
        check_count(out, self.length, text.chars().count(), "characters");
    }

    fn check_items(&self, out: &mut Violations, count: usize) {
        check_count(out, self.items, count, "elements");
    }
}

fn check_count(out: &mut Violations, (min, max): (u32, u32), count: usize, what: &str) {
    if count < min as usize {
        let what = format!("{what} are fewer than {min}");
        out.push_about("too-short", Verdict::Invalid, &count, what);
    }
    if count > max as usize {
        let what = format!("{what} are more than {max}");
        out.push_about("too-long", Verdict::Invalid, &count, what);
    }
}

/// A value that bounds can be held against.
#[doc(hidden)]
pub trait Bounded {
    /// Reports the bounds that it breaks.
    fn hold(&self, out: &mut Violations, bounds: &Bounds);
}

macro_rules! bounded_ints {
    ($($int:ident)*) => {$(
        impl Bounded for $int {
            fn hold(&self, out: &mut Violations, bounds: &Bounds) {
                bounds.check_number(out, &Decimal::from(*self));
            }
        }
    )*};
}

bounded_ints!(i8 i16 i32 i64 u8 u16 u32 u64);

impl<F: crate::Form> Bounded for Decimal<F> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        bounds.check_number(out, &self.with_form());
    }
}

impl<U: crate::Unit> Bounded for Timestamp<U> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        bounds.check_number(out, &Decimal::from(self.get()));
    }
}

impl Bounded for String {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        bounds.check_text(out, self);
    }
}

macro_rules! bounded_texts {
    ($($text:ident)*) => {$(
        impl Bounded for $text {
            fn hold(&self, out: &mut Violations, bounds: &Bounds) {
                bounds.check_text(out, &self.to_string());
            }
        }
    )*};
}

bounded_texts!(DateTime LocalDateTime Uuid);

impl Bounded for bool {
    fn hold(&self, _: &mut Violations, _: &Bounds) {}
}

impl Bounded for crate::Json {
    fn hold(&self, _: &mut Violations, _: &Bounds) {}
}

impl<T> Bounded for Vec<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        bounds.check_items(out, self.len());
    }
}

impl<T> Bounded for Batch<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        bounds.check_items(out, self.len());
    }
}

impl<T> Bounded for Map<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        bounds.check_items(out, self.len());
    }
}

impl<T: Bounded> Bounded for Option<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        if let Some(value) = self {
            value.hold(out, bounds);
        }
    }
}

impl<T: Bounded> Bounded for Patch<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        if let Patch::Value(value) = self {
            value.hold(out, bounds);
        }
    }
}

impl<T: Bounded> Bounded for Blank<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        if let Some(value) = &self.0 {
            value.hold(out, bounds);
        }
    }
}

impl<T: Bounded> Bounded for Box<T> {
    fn hold(&self, out: &mut Violations, bounds: &Bounds) {
        (**self).hold(out, bounds);
    }
}
