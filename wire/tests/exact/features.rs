//! What the optional features add.

#[cfg(feature = "rust_decimal")]
mod rust_decimal {
    use proptest::prelude::*;
    use venue_wire::Decimal;

    use crate::decimal::{aligned, exact, number};

    #[test]
    fn conversion_is_exact_or_an_error() {
        let to = |text: &str| {
            let ours: Decimal = text.parse().unwrap();
            rust_decimal::Decimal::try_from(ours)
                .ok()
                .map(|theirs| theirs.to_string())
        };
        assert_eq!(to("383.00").as_deref(), Some("383.00"));
        assert_eq!(to("9.2443E-05").as_deref(), Some("0.000092443"));
        assert_eq!(to("1.5e3").as_deref(), Some("1500"));
        assert_eq!(
            to("1e-28").as_deref(),
            Some("0.0000000000000000000000000001")
        );
        assert_eq!(to("1e-29"), None);
        assert_eq!(
            to("0.00000000000000000000000000000000"),
            Some("0".to_owned())
        );
        assert_eq!(to("99999999999999999999999999999999999999"), None);
        assert_eq!(to("1e999"), None);
    }

    proptest! {
        #[test]
        fn what_converts_comes_back(text in number()) {
            let Ok(ours) = text.parse::<Decimal>() else { return Ok(()) };
            let Ok(theirs) = rust_decimal::Decimal::try_from(ours) else { return Ok(()) };
            let (a, b, _) = aligned(&exact(&text), &exact(&theirs.to_string()));
            prop_assert_eq!(a, b);
            prop_assert_eq!(<Decimal>::from(theirs), ours);
        }
    }
}

#[cfg(feature = "time")]
mod time {
    use proptest::prelude::*;
    use venue_wire::{DateTime, LocalDateTime, Millis, Nanos, Timestamp};

    #[test]
    fn moments_convert_to_jiff_and_back() {
        let at: DateTime = "2018-08-16T17:34:21.5-07:30".parse().unwrap();
        let instant = jiff::Timestamp::try_from(at).unwrap();
        assert_eq!(instant.to_string(), "2018-08-17T01:04:21.5Z");
        assert_eq!(DateTime::try_from(instant).unwrap(), at);
        let zoned = jiff::Zoned::try_from(at).unwrap();
        assert_eq!(
            DateTime::try_from(&zoned).unwrap().to_string(),
            "2018-08-16T17:34:21.500-07:30"
        );
        assert_eq!(
            Timestamp::<Millis>::try_from(instant).unwrap().get(),
            1_534_467_861_500
        );
        assert!(jiff::Timestamp::try_from(Timestamp::<Millis>::new(i64::MAX)).is_err());
        let ancient = jiff::civil::date(-1, 1, 1).at(0, 0, 0, 0);
        assert!(LocalDateTime::try_from(ancient).is_err());
    }

    proptest! {
        #[test]
        fn any_moment_of_jiff_comes_back(nanos in any::<i64>()) {
            let ours = Timestamp::<Nanos>::new(nanos);
            let theirs = jiff::Timestamp::try_from(ours).unwrap();
            prop_assert_eq!(Timestamp::try_from(theirs), Ok(ours));
            let text = ours.to_datetime().unwrap();
            prop_assert_eq!(text.to_string().parse::<jiff::Timestamp>().unwrap(), theirs);
            let civil = jiff::civil::DateTime::from(text.local());
            prop_assert_eq!(LocalDateTime::try_from(civil), Ok(text.local()));
        }
    }
}

#[cfg(feature = "proptest")]
mod arbitrary {
    use proptest::prelude::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use venue_wire::{
        Any, Batch, Blank, DateTime, Decimal, Json, LocalDateTime, Map, Nanos, Patch, Scaled, Text,
        Timestamp, Uuid, Validate, Verdict,
    };

    venue_wire::scaled! { struct Price(u64), scale = 8; }

    fn check<T: Serialize + DeserializeOwned + Validate>(value: &T) -> Result<(), TestCaseError> {
        let text = serde_json::to_string(value).unwrap();
        let back: T = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
        prop_assert_eq!(back.verdict(), Verdict::Valid);
        Ok(())
    }

    type Everything = (
        (
            Decimal,
            Decimal<Text>,
            Decimal<Any>,
            Scaled<8>,
            Price,
            Timestamp<Nanos>,
        ),
        (DateTime, LocalDateTime, Uuid, Json),
        (
            Map<Decimal>,
            Batch<DateTime>,
            Patch<Decimal>,
            Blank<String>,
            Blank<Decimal<Text>>,
        ),
    );

    proptest! {
        #[test]
        fn generated_values_are_valid_and_keep_their_text(all in any::<Everything>()) {
            let ((a, b, c, d, e, f), (g, h, i, j), (k, l, m, n, o)) = all;
            check(&a)?;
            check(&b)?;
            check(&c)?;
            check(&d)?;
            check(&e)?;
            check(&f)?;
            check(&g)?;
            check(&h)?;
            check(&i)?;
            check(&j)?;
            check(&k)?;
            check(&l)?;
            check(&m)?;
            check(&n)?;
            check(&o)?;
        }
    }
}

#[cfg(feature = "schemars")]
mod schemars {
    use serde_json::json;
    use venue_wire::{Any, Blank, DateTime, Decimal, Json, Map, Millis, Patch, Timestamp};

    venue_wire::integer! { struct Id(u64); }

    fn schema<T: schemars::JsonSchema>() -> serde_json::Value {
        let mut generator = schemars::SchemaGenerator::default();
        T::json_schema(&mut generator).to_value()
    }

    #[test]
    fn schemas_say_what_stands_on_the_wire() {
        assert_eq!(
            schema::<Decimal>(),
            json!({"type": "number", "format": "decimal"})
        );
        assert_eq!(
            schema::<Decimal<Any>>()["type"],
            json!(["number", "string"])
        );
        assert_eq!(
            schema::<Id>(),
            json!({"type": "integer", "format": "uint64", "minimum": 0, "maximum": u64::MAX})
        );
        assert_eq!(
            schema::<Timestamp<Millis>>()["x-venue-unit"],
            json!("ms since 1970-01-01T00:00:00Z")
        );
        assert_eq!(
            schema::<Blank<DateTime>>()["anyOf"][0],
            json!({"const": ""})
        );
        assert_eq!(
            schema::<Map<bool>>(),
            json!({"type": "object", "additionalProperties": {"type": "boolean"}})
        );
        assert_eq!(schema::<Patch<bool>>()["type"], json!(["boolean", "null"]));
        assert_eq!(schema::<Json>(), json!({}));
    }
}
