//! Regular expressions of exported schemas, in the part of ECMA-262 that every engine shares.

use venue_schema::ir::{Constraints, Part, Template};

/// A UUID's text.
pub(super) const UUID: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// A date and time with a zone. Which days a month has is left to `format`.
pub(super) const DATE_TIME: &str = concat!(
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?",
    "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
);

/// The same without a zone.
pub(super) const LOCAL_DATE_TIME: &str = concat!(
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?$"
);

const DECIMAL: &str = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$";
const DECIMAL_FROM_ZERO: &str = "^(-0(\\.0+)?|(0|[1-9][0-9]*)(\\.[0-9]+)?)([eE][+-]?[0-9]+)?$";

/// A decimal in a string. Of bounds, a pattern can say one: from zero up.
pub(super) fn decimal(constraints: &Constraints) -> &'static str {
    if from_zero(constraints) {
        DECIMAL_FROM_ZERO
    } else {
        DECIMAL
    }
}

/// Whether the least number is zero.
pub(super) fn from_zero(constraints: &Constraints) -> bool {
    constraints
        .min
        .as_deref()
        .is_some_and(|min| !min.contains(|c: char| c.is_ascii_digit() && c != '0'))
}

/// Text with holes.
pub(super) fn template(template: &Template) -> String {
    let mut out = String::from("^");
    for part in &template.parts {
        match part {
            Part::Text(text) => escape(text, &mut out),
            Part::Hole(_) => out.push_str("[^./]+"),
        }
    }
    out.push('$');
    out
}

/// Text that matches itself.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(text, &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}
