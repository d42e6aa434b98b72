//! Ids of what a checker can find. They are stable: baselines and fingerprints rest on them.

/// The text is not JSON: bad grammar, bad UTF-8, a lone surrogate, text after the value, or more
/// than 127 containers inside one another.
pub const NOT_JSON: &str = "not-json";
/// A value of another JSON kind than described.
pub const WRONG_KIND: &str = "wrong-kind";
/// A number in a string, where the spec has numbers.
pub const NUMBER_AS_STRING: &str = "number-as-string";
/// A bare number, where the spec has strings.
pub const STRING_AS_NUMBER: &str = "string-as-number";
/// A required member is not there.
pub const MISSING_FIELD: &str = "missing-field";
/// Null where the spec does not allow it.
pub const NULL_VALUE: &str = "null-value";
/// A value that a strict or closed enum does not list.
pub const UNKNOWN_VALUE: &str = "unknown-value";
/// Another value than the only one there is.
pub const CONST_MISMATCH: &str = "const-mismatch";
/// A number beyond its bounds or the width of its type.
pub const OUT_OF_RANGE: &str = "out-of-range";
/// Too few characters or elements.
pub const TOO_SHORT: &str = "too-short";
/// Too many characters or elements.
pub const TOO_LONG: &str = "too-long";
/// An integer with a fraction, an exponent, or as `-0`.
pub const BAD_INTEGER: &str = "bad-integer";
/// Not a decimal, or one whose exponent is beyond 999.
pub const BAD_DECIMAL: &str = "bad-decimal";
/// A decimal of more digits than can be held exactly: 38 significant ones, or 999 after the point.
pub const TOO_MANY_DIGITS: &str = "too-many-digits";
/// Not a date and time.
pub const BAD_TIME: &str = "bad-time";
/// Not a UUID.
pub const BAD_UUID: &str = "bad-uuid";
/// A member whose name was there before.
pub const DUPLICATE_FIELD: &str = "duplicate-field";
/// A rule across fields is broken.
pub const BROKEN_RULE: &str = "broken-rule";
/// A value that no variant of a closed union claims.
pub const UNMATCHED_VARIANT: &str = "unmatched-variant";
/// A positional array that ends before a required element.
pub const MISSING_ELEMENT: &str = "missing-element";
/// Drift: a member that the spec does not describe.
pub const UNDOCUMENTED_FIELD: &str = "undocumented-field";
/// Drift: an element after the last that the spec describes.
pub const UNDOCUMENTED_ELEMENT: &str = "undocumented-element";
/// Drift: a value that an open enum does not list, or a flag's bit.
pub const UNDOCUMENTED_VALUE: &str = "undocumented-value";
/// Drift: a value that no variant of an open union claims.
pub const UNDOCUMENTED_VARIANT: &str = "undocumented-variant";
/// Drift: a message that only a fallback claims.
pub const UNDOCUMENTED_MESSAGE: &str = "undocumented-message";
/// Remark: a decimal that is written with an exponent.
pub const EXPONENT_NOTATION: &str = "exponent-notation";
/// Remark: a number that a reader with doubles changes: an integer beyond 2^53 whose type says
/// nothing of 64 bits, or more than 17 significant digits.
pub const UNSAFE_NUMBER: &str = "unsafe-number";
