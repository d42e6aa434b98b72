//! How a decimal stands on the wire: as a JSON number, as a JSON string, or as either.
//!
//! The forms are types, so that a field that must be a string cannot be sent as a number. They
//! are only ever used as the parameter of [`Decimal`](crate::Decimal).

/// A JSON number: `383.00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number;

/// A JSON string: `"383.00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text;

/// A JSON number or a JSON string; each value keeps the form that it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Any;

/// One of [`Number`], [`Text`] and [`Any`].
pub trait Form: sealed::Sealed + Copy + Send + Sync + 'static {
    /// Whether a JSON number is read and written.
    const NUMBER: bool;
    /// Whether a JSON string is read and written.
    const TEXT: bool;
}

impl Form for Number {
    const NUMBER: bool = true;
    const TEXT: bool = false;
}

impl Form for Text {
    const NUMBER: bool = false;
    const TEXT: bool = true;
}

impl Form for Any {
    const NUMBER: bool = true;
    const TEXT: bool = true;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Number {}
    impl Sealed for super::Text {}
    impl Sealed for super::Any {}
}
