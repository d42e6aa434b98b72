//! Named values: text, integers and bit flags.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::{Verdict, Violations};

/// Named values that stand as text.
#[doc(hidden)]
pub trait TextEnum: Sized + Clone + 'static {
    /// What messages call it.
    const NAME: &'static str;
    /// The values that the spec lists.
    const LISTED: &'static [Self];

    /// The value that stands as this text; an open enum has one for any text.
    fn parse(text: &str) -> Option<Self>;

    /// The text that it stands as.
    fn as_text(&self) -> &str;

    /// Whether the spec lists it.
    fn is_listed(&self) -> bool {
        true
    }
}

/// Named values that stand as integers.
#[doc(hidden)]
pub trait IntEnum: Sized + Copy + 'static {
    /// What messages call it.
    const NAME: &'static str;
    /// The values that the spec lists.
    const LISTED: &'static [Self];
    /// What stands on the wire.
    type Int: Copy + fmt::Display;

    /// The value that stands as this integer; an open enum has one for any integer.
    fn from_int(int: Self::Int) -> Option<Self>;

    /// The integer that it stands as.
    fn to_int(self) -> Self::Int;

    /// Whether the spec lists it.
    fn is_listed(self) -> bool {
        true
    }
}

/// Reads a value that stands as text.
#[inline]
pub fn read_text_enum<'de, T: TextEnum, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: TextEnum> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a string ({})", T::NAME)
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).ok_or_else(|| unlisted(T::NAME, format_args!("{text:?}")))
    }
}

/// Reads a value that stands as an integer.
#[inline]
pub fn read_int_enum<'de, T: IntEnum, D: Deserializer<'de>>(d: D) -> Result<T, D::Error>
where
    T::Int: Deserialize<'de>,
{
    let int = T::Int::deserialize(d)?;
    T::from_int(int).ok_or_else(|| unlisted(T::NAME, format_args!("{int}")))
}

/// The error for a value that a strict or closed enum does not list.
#[cold]
pub fn unlisted<E: de::Error>(name: &str, value: fmt::Arguments<'_>) -> E {
    E::custom(format_args!("{value} is not a value of {name}"))
}

/// Whether each field of several bits has a value that is listed, or is unset where it is told by
/// all its bits together. `fields` are masks and values, those of one field with the same mask.
pub const fn fields_are_described(bits: u64, fields: &[(u64, u64)]) -> bool {
    let mut at = 0;
    while at < fields.len() {
        let (mask, value) = fields[at];
        let found = bits & mask;
        let mut described = found == 0 && value == mask;
        let mut other = 0;
        while other < fields.len() {
            described |= fields[other].0 == mask && fields[other].1 == found;
            other += 1;
        }
        if !described {
            return false;
        }
        at += 1;
    }
    true
}

/// Reports a value that an open enum does not list.
#[cold]
pub fn undocumented_value(out: &mut Violations, name: &str, value: &dyn fmt::Display) {
    out.push_about(
        "undocumented-value",
        Verdict::Drift,
        value,
        format_args!("is not a listed value of {name}"),
    );
}

/// A text did not name a value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlistedValue(pub &'static str);

impl fmt::Display for UnlistedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a value of {}", self.0)
    }
}

impl std::error::Error for UnlistedValue {}

/// Lets enums that stand as text be read, written, printed and checked.
#[macro_export]
#[doc(hidden)]
macro_rules! __text_enums {
    ($($name:ident)*) => {$(
        impl $name {
            /// The text that it stands as on the wire.
            pub fn as_str(&self) -> &str {
                $crate::support::TextEnum::as_text(self)
            }

            /// The values that the spec lists.
            pub const LISTED: &'static [Self] = <Self as $crate::support::TextEnum>::LISTED;

            /// Whether the spec lists it.
            pub fn is_listed(&self) -> bool {
                $crate::support::TextEnum::is_listed(self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::support::UnlistedValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                $crate::support::TextEnum::parse(text).ok_or($crate::support::UnlistedValue(
                    <Self as $crate::support::TextEnum>::NAME,
                ))
            }
        }

        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::read_text_enum(deserializer)
            }
        }

        impl $crate::support::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::Validate for $name {
            fn validate_into(&self, out: &mut $crate::Violations) {
                if !self.is_listed() {
                    let name = <Self as $crate::support::TextEnum>::NAME;
                    $crate::support::undocumented_value(out, name, &format_args!("{:?}", self.as_str()));
                }
            }
        }

        impl $crate::support::Guarded for $name {
            fn is(&self, literal: $crate::support::Literal) -> bool {
                $crate::support::Guarded::is(self.as_str(), literal)
            }
        }
    )*};
}

/// Lets enums that stand as integers be read, written, printed and checked.
#[macro_export]
#[doc(hidden)]
macro_rules! __int_enums {
    ($($name:ident($int:ident))*) => {$(
        impl $name {
            /// The integer that it stands as on the wire.
            pub fn code(self) -> $int {
                $crate::support::IntEnum::to_int(self)
            }

            /// The value that stands as this integer.
            pub fn from_code(code: $int) -> ::core::option::Option<Self> {
                $crate::support::IntEnum::from_int(code)
            }

            /// The values that the spec lists.
            pub const LISTED: &'static [Self] = <Self as $crate::support::IntEnum>::LISTED;

            /// Whether the spec lists it.
            pub fn is_listed(self) -> bool {
                $crate::support::IntEnum::is_listed(self)
            }
        }

        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::read_int_enum(deserializer)
            }
        }

        impl $crate::support::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::support::serde::Serialize::serialize(&self.code(), serializer)
            }
        }

        impl $crate::Validate for $name {
            fn validate_into(&self, out: &mut $crate::Violations) {
                if !self.is_listed() {
                    let name = <Self as $crate::support::IntEnum>::NAME;
                    $crate::support::undocumented_value(out, name, &self.code());
                }
            }
        }

        impl $crate::support::Guarded for $name {
            fn is(&self, literal: $crate::support::Literal) -> bool {
                $crate::support::Guarded::is(&self.code(), literal)
            }
        }
    )*};
}

/// Lets bit flags be read, written and checked. `refuse` fails on unknown bits, `keep` does not.
#[macro_export]
#[doc(hidden)]
macro_rules! __flags {
    ($($unknown:ident $name:ident(
        $int:ident, $known:literal, [$($mask:literal: $wire:literal),*]
    ))*) => {$(
        impl $name {
            /// These bits.
            pub const fn new(bits: $int) -> Self {
                $name(bits)
            }

            /// The bits as they stand on the wire.
            pub const fn bits(self) -> $int {
                self.0
            }

            /// The bits that the spec does not describe.
            pub const fn unknown_bits(self) -> $int {
                self.0 & !$known
            }

            /// Whether the spec describes every bit, and of fields of several bits the value.
            pub const fn is_described(self) -> bool {
                self.unknown_bits() == 0
                    && $crate::support::fields_are_described(self.0 as u64, &[$(($mask, $wire)),*])
            }
        }

        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let bits = <$int as $crate::support::serde::Deserialize>::deserialize(deserializer)?;
                $crate::__flags!(@$unknown $name, bits);
                ::core::result::Result::Ok($name(bits))
            }
        }

        impl $crate::support::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::support::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl $crate::Validate for $name {
            fn validate_into(&self, out: &mut $crate::Violations) {
                if !self.is_described() {
                    let bits = self.0;
                    $crate::support::undocumented_value(
                        out,
                        stringify!($name),
                        &format_args!("{bits:#b}"),
                    );
                }
            }
        }

        impl $crate::support::Guarded for $name {
            fn is(&self, literal: $crate::support::Literal) -> bool {
                $crate::support::Guarded::is(&self.0, literal)
            }
        }
    )*};
    (@keep $name:ident, $bits:ident) => {};
    (@refuse $name:ident, $bits:ident) => {
        if !$name($bits).is_described() {
            return ::core::result::Result::Err($crate::support::unlisted(
                stringify!($name),
                format_args!("bits {:#b}", $bits),
            ));
        }
    };
}

/// Lets distinct integers be used as those that [`integer!`](crate::integer) and
/// [`scaled!`](crate::scaled) declare, keep to their bounds, hide what must not be shown, and be
/// compared with what a rule names.
#[macro_export]
#[doc(hidden)]
macro_rules! __integers {
    (@text $name:ident) => { $crate::__plain_impls! { $name; } };
    (@text $name:ident $scale:literal) => { $crate::__scaled_impls! { $name, $scale; } };
    (@bounds $name:ident) => {
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, "{}({})", ::core::stringify!($name), self)
            }
        }

        impl $crate::Validate for $name {
            fn validate_into(&self, _: &mut $crate::Violations) {}
        }
    };
    (@bounds $name:ident $bounds:expr) => {
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match $bounds.is_masked() {
                    true => ::core::write!(f, "{}({})", ::core::stringify!($name), $crate::MASKED),
                    false => ::core::write!(f, "{}({})", ::core::stringify!($name), self),
                }
            }
        }

        impl $crate::Validate for $name {
            fn validate_into(&self, out: &mut $crate::Violations) {
                $crate::support::hold(out, self, &$bounds);
            }
        }
    };
    ($($name:ident($repr:ident $(, $scale:literal)?) $(= $bounds:expr)?;)*) => {$(
        $crate::__integer_impls! { $name($repr); }
        $crate::__integers! { @text $name $($scale)? }
        $crate::__integers! { @bounds $name $($bounds)? }

        impl $crate::support::Bounded for $name {
            fn hold(&self, out: &mut $crate::Violations, bounds: &$crate::support::Bounds) {
                $crate::support::Bounded::hold(&self.get(), out, bounds);
            }
        }

        impl $crate::support::Guarded for $name {
            fn is(&self, literal: $crate::support::Literal) -> bool {
                $crate::support::Guarded::is(&self.get(), literal)
            }
        }
    )*};
}
