//! Checks that decoding leaves to `Validate`: rules across fields, and what is not described.

use super::bounds::{Bounded, Bounds};
use crate::{Blank, Json, Patch, Validate, Verdict, Violations};

/// Checks a member.
pub fn check<T: Validate + ?Sized>(out: &mut Violations, key: &'static str, value: &T) {
    out.at_field(key, |out| value.validate_into(out));
}

/// Checks an element.
pub fn check_element<T: Validate + ?Sized>(out: &mut Violations, index: usize, value: &T) {
    out.at_index(index, |out| value.validate_into(out));
}

/// Checks a sensitive member.
pub fn check_masked<T: Validate + ?Sized>(out: &mut Violations, key: &'static str, value: &T) {
    out.at_secret_field(key, |out| value.validate_into(out));
}

/// Checks a sensitive element.
pub fn check_masked_element<T: Validate + ?Sized>(out: &mut Violations, index: usize, value: &T) {
    out.at_secret_index(index, |out| value.validate_into(out));
}

/// Holds a value at this place against bounds.
pub fn hold(out: &mut Violations, value: &impl Bounded, bounds: &Bounds) {
    match bounds.is_masked {
        true => out.masked(|out| value.hold(out, bounds)),
        false => value.hold(out, bounds),
    }
}

/// Holds a member against bounds.
pub fn bound(out: &mut Violations, key: &'static str, value: &impl Bounded, bounds: &Bounds) {
    out.at_field(key, |out| hold(out, value, bounds));
}

/// Holds an element against bounds.
pub fn bound_element(out: &mut Violations, index: usize, value: &impl Bounded, bounds: &Bounds) {
    out.at_index(index, |out| hold(out, value, bounds));
}

/// Reports a message or variant that the spec does not describe.
pub fn undocumented(out: &mut Violations, rule: &'static str, name: &str) {
    out.push(rule, Verdict::Drift, format_args!("not a described {name}"));
}

/// What a rule asks of the fields it names.
#[derive(Debug, Clone, Copy)]
pub enum Need {
    /// Each is present.
    All,
    /// None is present.
    None,
    /// Exactly one is present.
    ExactlyOne,
    /// At most one is present.
    AtMostOne,
    /// At least one is present.
    AtLeastOne,
}

impl Need {
    /// Whether that holds.
    pub fn holds(self, present: &[bool]) -> bool {
        let count = present.iter().filter(|one| **one).count();
        match self {
            Need::All => count == present.len(),
            Need::None => count == 0,
            Need::ExactlyOne => count == 1,
            Need::AtMostOne => count <= 1,
            Need::AtLeastOne => count >= 1,
        }
    }
}

/// Reports a rule that does not hold. `present` says which of the fields it names are there and
/// have a value, which neither null nor a blank is; `doc` is the rule in words.
pub fn rule(out: &mut Violations, need: Need, present: &[bool], doc: &str) {
    if !need.holds(present) {
        out.push("broken-rule", Verdict::Invalid, doc);
    }
}

/// A field that may be left out.
#[doc(hidden)]
pub trait Given {
    /// It is there, and not null.
    fn is_given(&self) -> bool;
}

impl<T> Given for Option<T> {
    fn is_given(&self) -> bool {
        self.is_some()
    }
}

impl<T> Given for Patch<T> {
    fn is_given(&self) -> bool {
        matches!(self, Patch::Value(_))
    }
}

/// A value that may be null in itself, not by its field's leave, or the empty string that stands
/// for none.
#[doc(hidden)]
pub trait Nullish {
    /// It is.
    fn is_null(&self) -> bool;
}

impl<T> Nullish for Blank<T> {
    fn is_null(&self) -> bool {
        self.is_none()
    }
}

impl Nullish for Json {
    fn is_null(&self) -> bool {
        self.get() == "null"
    }
}

impl<T: Nullish> Nullish for Option<T> {
    fn is_null(&self) -> bool {
        self.as_ref().is_some_and(Nullish::is_null)
    }
}

impl<T: Nullish> Nullish for Patch<T> {
    fn is_null(&self) -> bool {
        matches!(self, Patch::Value(value) if value.is_null())
    }
}

impl<T: Nullish> Nullish for Box<T> {
    fn is_null(&self) -> bool {
        (**self).is_null()
    }
}

/// A value that a field is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// A string.
    Text(&'static str),
    /// An integer.
    Int(i64),
    /// A boolean.
    Bool(bool),
}

/// A value that can be compared with a [`Literal`].
#[doc(hidden)]
pub trait Guarded {
    /// Whether it stands on the wire as that.
    fn is(&self, literal: Literal) -> bool;
}

/// Whether a field has one of these values.
pub fn is_one_of(value: &(impl Guarded + ?Sized), literals: &[Literal]) -> bool {
    literals.iter().any(|literal| value.is(*literal))
}

impl Guarded for str {
    fn is(&self, literal: Literal) -> bool {
        matches!(literal, Literal::Text(text) if text == self)
    }
}

impl Guarded for String {
    fn is(&self, literal: Literal) -> bool {
        self.as_str().is(literal)
    }
}

impl Guarded for bool {
    fn is(&self, literal: Literal) -> bool {
        matches!(literal, Literal::Bool(bool) if bool == *self)
    }
}

macro_rules! guarded_ints {
    ($($int:ident)*) => {$(
        impl Guarded for $int {
            fn is(&self, literal: Literal) -> bool {
                matches!(literal, Literal::Int(int) if i128::from(int) == i128::from(*self))
            }
        }
    )*};
}

guarded_ints!(i8 i16 i32 i64 u8 u16 u32 u64);

impl<T: Guarded> Guarded for Option<T> {
    fn is(&self, literal: Literal) -> bool {
        self.as_ref().is_some_and(|value| value.is(literal))
    }
}

impl<T: Guarded> Guarded for Patch<T> {
    fn is(&self, literal: Literal) -> bool {
        matches!(self, Patch::Value(value) if value.is(literal))
    }
}

impl<T: Guarded> Guarded for Blank<T> {
    fn is(&self, literal: Literal) -> bool {
        match &self.0 {
            Some(value) => value.is(literal),
            // There is no value to be one of those that a rule lists.
            None => false,
        }
    }
}

impl<T: Guarded> Guarded for Box<T> {
    fn is(&self, literal: Literal) -> bool {
        (**self).is(literal)
    }
}
