//! Holding a decoded value against what its type cannot say: bounds, rules, drift.

use crate::verdict::Verdict;
use crate::violation::{Violation, Violations};

/// A value that can be held against its spec.
///
/// Decoding fails for what the type cannot hold; this reports the rest: broken bounds and rules
/// ([`Verdict::Invalid`]), and what the spec does not describe ([`Verdict::Drift`]).
pub trait Validate {
    /// Adds everything that is wrong, at the place where `out` stands.
    fn validate_into(&self, out: &mut Violations);

    /// Everything that is wrong, in the order of the value.
    fn validate(&self) -> Vec<Violation> {
        let mut out = Violations::new();
        self.validate_into(&mut out);
        out.into_vec()
    }

    /// The worst that is wrong.
    fn verdict(&self) -> Verdict {
        let mut out = Violations::verdict_only();
        self.validate_into(&mut out);
        out.verdict()
    }
}

macro_rules! always_valid {
    ($($ty:ty)*) => {$(
        impl Validate for $ty {
            #[inline]
            fn validate_into(&self, _: &mut Violations) {}
        }
    )*};
}

always_valid!(bool u8 u16 u32 u64 i8 i16 i32 i64 String str);
always_valid!(());
always_valid!(crate::DateTime crate::LocalDateTime crate::Uuid crate::Json);

impl<F: crate::Form> Validate for crate::Decimal<F> {
    #[inline]
    fn validate_into(&self, _: &mut Violations) {}
}

impl<U: crate::Unit> Validate for crate::Timestamp<U> {
    #[inline]
    fn validate_into(&self, _: &mut Violations) {}
}

impl<T: Validate + ?Sized> Validate for &T {
    fn validate_into(&self, out: &mut Violations) {
        T::validate_into(self, out);
    }
}

impl<T: Validate + ?Sized> Validate for Box<T> {
    fn validate_into(&self, out: &mut Violations) {
        T::validate_into(self, out);
    }
}

impl<T: Validate> Validate for Option<T> {
    fn validate_into(&self, out: &mut Violations) {
        if let Some(value) = self {
            value.validate_into(out);
        }
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate_into(&self, out: &mut Violations) {
        self.as_slice().validate_into(out);
    }
}

impl<T: Validate> Validate for [T] {
    fn validate_into(&self, out: &mut Violations) {
        for (index, value) in self.iter().enumerate() {
            out.at_index(index, |out| value.validate_into(out));
        }
    }
}

impl<T: Validate> Validate for std::collections::BTreeMap<String, T> {
    fn validate_into(&self, out: &mut Violations) {
        for (name, value) in self {
            out.at_key(name, |out| value.validate_into(out));
        }
    }
}
