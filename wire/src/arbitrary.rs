//! proptest strategies for the wire types: valid values, in every spelling.

use proptest::arbitrary::{Arbitrary, any};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, prop_oneof};
use proptest::strategy::{BoxedStrategy, Strategy};
use serde::Serialize;

use crate::form::Form;
use crate::integer::Int;
use crate::{
    Batch, Blank, DateTime, Decimal, Extra, Json, LocalDateTime, Map, Patch, Scaled, Tail,
    Timestamp, Unit, Uuid, WireForm,
};

macro_rules! impl_arbitrary {
    ([$($generics:tt)*] $ty:ty, $strategy:expr) => {
        impl<$($generics)*> Arbitrary for $ty {
            type Parameters = ();
            type Strategy = BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                $strategy.boxed()
            }
        }
    };
}

/// The text of a decimal as JSON spells numbers: within the limits, most often an everyday one.
pub fn decimal_text() -> BoxedStrategy<String> {
    let digits = prop_oneof![
        3 => "(0|[1-9][0-9]{0,5})(\\.[0-9]{1,8})?",
        1 => "(0|[1-9][0-9]{0,18})(\\.[0-9]{1,19})?",
        1 => "0\\.0{1,60}[0-9]{1,38}",
        1 => "[1-9][0-9]{0,37}",
    ];
    let exponent = prop_oneof![6 => Just(String::new()), 1 => "[eE][+-]?0{0,3}[0-9]{1,3}"];
    ("-?", digits, exponent)
        .prop_map(|(sign, digits, exponent)| sign + &digits + &exponent)
        .boxed()
}

impl_arbitrary!([F: Form] Decimal<F>, (decimal_text(), any::<bool>()).prop_map(|(text, quoted)| {
    let form = if quoted { WireForm::Text } else { WireForm::Number };
    let value: Decimal<crate::Any> = text.parse().unwrap_or_default();
    value.with_wire_form(form).with_form()
}));

impl_arbitrary!([const N: u8, R: Int + Arbitrary] Scaled<N, R>, any::<R>().prop_map(Scaled::new));
impl_arbitrary!([U: Unit] Timestamp<U>, any::<i64>().prop_map(Timestamp::new));

/// The text of a date and time without a zone.
fn local_text() -> impl Strategy<Value = String> {
    let year = prop_oneof![4 => 1970u16..2100, 1 => 0u16..10_000];
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{3}", "\\.[0-9]{1,9}"];
    (
        year,
        1u8..=12,
        1u8..=31,
        0u8..24,
        0u8..60,
        0u8..60,
        fraction,
    )
        .prop_filter_map(
            "a day that the month does not have",
            |(year, month, day, hour, minute, second, fraction)| {
                let text = format!(
                    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}"
                );
                text.parse::<LocalDateTime>().is_ok().then_some(text)
            },
        )
}

impl_arbitrary!(
    [] LocalDateTime,
    local_text().prop_filter_map("a date", |text| text.parse().ok())
);
impl_arbitrary!(
    [] DateTime,
    (
        local_text(),
        prop_oneof![2 => "Z", 1 => "[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]"]
    )
        .prop_filter_map("a date", |(local, zone)| (local + &zone).parse().ok())
);

impl_arbitrary!(
    [] Uuid,
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
        .prop_filter_map("a UUID", |text| text.parse().ok())
);

impl_arbitrary!([] Json, {
    let text = |value: &String| serde_json::to_string(value).unwrap_or_default();
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        decimal_text(),
        any::<String>().prop_map(move |value| text(&value)),
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|values| format!("[{}]", values.join(","))),
            vec(("[a-z]{1,6}", inner), 0..4).prop_map(move |members| {
                let members: Map<String> = members.into_iter().collect();
                let members = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\": {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }),
        ]
    })
    .prop_filter_map("JSON", |text| text.parse().ok())
});

impl_arbitrary!(
    [T: Arbitrary + 'static] Map<T>,
    vec((any::<String>(), any::<T>()), 0..4).prop_map(|members| members.into_iter().collect())
);
impl_arbitrary!([T: Arbitrary + 'static] Batch<T>, vec(any::<T>(), 0..4).prop_map(Batch::from));
impl_arbitrary!(
    [T: Arbitrary + Clone + 'static] Patch<T>,
    prop_oneof![Just(Patch::Absent), Just(Patch::Null), any::<T>().prop_map(Patch::Value)]
);
impl_arbitrary!(
    [T: Arbitrary + Serialize + 'static] Blank<T>,
    option::of(any::<T>()).prop_map(|value| {
        // A value that is the empty string cannot be told from none.
        Blank(value.filter(|value| serde_json::to_string(value).is_ok_and(|text| text != "\"\"")))
    })
);

// What the spec does not describe makes a value drift: a valid one has none of it.
impl_arbitrary!([] Extra, Just(Extra::new()));
impl_arbitrary!([] Tail, Just(Tail::new()));
