//! Date-times against the calendar of another library.

use proptest::prelude::*;
use venue_wire::{DateTime, LocalDateTime, Micros, Millis, Nanos, Seconds, Timestamp};

use crate::read;

/// Texts of the right shape, of days and times that are or are not.
fn shaped() -> impl Strategy<Value = String> {
    let year = prop_oneof![1970u16..2040, 0u16..10_000, Just(1900), Just(2000), Just(0)];
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{1,9}"];
    let zone = prop_oneof![Just("Z".to_owned()), "[+-][0-2][0-9]:[0-6][0-9]"];
    (
        year,
        0u8..14,
        0u8..33,
        0u8..26,
        0u8..62,
        0u8..62,
        fraction,
        zone,
    )
        .prop_map(|(year, month, day, hour, minute, second, fraction, zone)| {
            format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"
            )
        })
}

/// What jiff makes of it, where both mean the same by it.
fn by_jiff(text: &str) -> Option<(jiff::civil::DateTime, i64)> {
    let at = text.rfind(['Z', '+', '-'])?;
    let (local, zone) = text.split_at(at);
    // jiff takes a second 60 for 59, and offsets beyond a day.
    if &text[17..19] == "60" {
        return None;
    }
    let minutes = match zone {
        "Z" => 0,
        _ => {
            let (hours, minutes) = (
                zone[1..3].parse::<i64>().ok()?,
                zone[4..].parse::<i64>().ok()?,
            );
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if zone.starts_with('-') { -1 } else { 1 }
        }
    };
    Some((local.parse().ok()?, minutes))
}

#[test]
fn only_the_strict_form_is_read() {
    for text in [
        "2018-08-16T17:34:21.000Z",
        "2018-08-16T17:34:21Z",
        "2024-02-29T00:00:00+05:30",
        "0000-01-01T00:00:00-00:00",
        "9999-12-31T23:59:59.999999999+23:59",
    ] {
        let quoted = format!("\"{text}\"");
        let at: DateTime = read(&quoted).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(at.to_string(), text);
        assert_eq!(serde_json::to_string(&at).unwrap(), quoted);
    }
    for text in [
        "",
        "2018-08-16",
        "2018-08-16T17:34:21",
        "2018-08-16 17:34:21Z",
        "2018-08-16t17:34:21Z",
        "2018-08-16T17:34:21z",
        "2018-08-16T17:34Z",
        "2018-08-16T17:34:21.Z",
        "2018-8-16T17:34:21Z",
        "2018-08-16T17:34:21.1234567890Z",
        "2018-08-16T17:34:21,5Z",
        "2018-08-16T17:34:60Z",
        "2018-08-16T24:00:00Z",
        "2019-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "+2018-08-16T17:34:21Z",
        "2018-08-16T17:34:21+0530",
        "2018-08-16T17:34:21+24:00",
        "2018-08-16T17:34:21+05:60",
        "2018-08-16T17:34:21Z ",
        " 2018-08-16T17:34:21Z",
        "２018-08-16T17:34:21Z",
        "2018-08-16T17:34:21.١Z",
    ] {
        assert!(text.parse::<DateTime>().is_err(), "{text}");
    }
    assert!(read::<DateTime>("1534440861").is_none());
    assert!(read::<LocalDateTime>("\"2018-08-16T17:34:21.5\"").is_some());
    assert!(read::<LocalDateTime>("\"2018-08-16T17:34:21.5Z\"").is_none());
    assert!(read::<DateTime>(r#""2018-08-16T17:34:21\u005a""#).is_some());
}

#[test]
fn sizes_are_as_documented() {
    assert_eq!(std::mem::size_of::<DateTime>(), 16);
    assert_eq!(std::mem::size_of::<LocalDateTime>(), 12);
    assert_eq!(std::mem::size_of::<venue_wire::Uuid>(), 20);
}

#[test]
fn equal_means_the_same_instant() {
    let parse = |text: &str| text.parse::<DateTime>().unwrap();
    assert_eq!(
        parse("2018-08-16T12:00:00Z"),
        parse("2018-08-16T13:00:00.000+01:00")
    );
    assert!(parse("2018-08-16T12:00:00.1Z") < parse("2018-08-16T12:00:00.11Z"));
    assert!(parse("2018-08-16T23:00:00-02:00") > parse("2018-08-17T00:59:59Z"));
}

#[test]
fn timestamps_convert_exactly_or_not_at_all() {
    let at = Timestamp::<Nanos>::new(-1);
    assert_eq!((at.unix_seconds(), at.subsec_nanos()), (-1, 999_999_999));
    assert_eq!(at.to_unit::<Micros>(), None);
    assert_eq!(
        Timestamp::<Seconds>::new(i64::MAX).to_unit::<Millis>(),
        None
    );
    assert_eq!(Timestamp::<Seconds>::new(i64::MAX).to_datetime(), None);
    assert_eq!(
        at.to_datetime().unwrap().to_string(),
        "1969-12-31T23:59:59.999999999Z"
    );
    let first = "0000-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(
        Timestamp::<Seconds>::from_datetime(&first).unwrap().get(),
        -62_167_219_200
    );
}

proptest! {
    #[test]
    fn the_calendar_is_that_of_jiff(text in shaped()) {
        let ours = text.parse::<DateTime>().ok();
        let theirs = by_jiff(&text);
        prop_assert_eq!(ours.is_some(), theirs.is_some(), "{}", text);
        let (Some(ours), Some((civil, minutes))) = (ours, theirs) else { return Ok(()) };
        prop_assert_eq!(ours.to_string(), text);
        prop_assert_eq!(i64::from(ours.offset_minutes()), minutes);
        prop_assert_eq!(i128::from(ours.nanosecond()), i128::from(civil.subsec_nanosecond()));
        let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
        let days = i128::from(civil.date().since(epoch.date()).unwrap().get_days());
        let clock = i128::from(civil.hour()) * 3600 + i128::from(civil.minute()) * 60 + i128::from(civil.second());
        let seconds = days * 86_400 + clock - i128::from(minutes) * 60;
        prop_assert_eq!(i128::from(ours.unix_seconds()), seconds);
    }

    #[test]
    fn instants_survive_being_spelt_at_utc(text in shaped()) {
        let Ok(at) = text.parse::<DateTime>() else { return Ok(()) };
        // The first and last day may be in another year at UTC.
        if let Some(utc) = DateTime::from_unix_nanos(at.unix_nanos()) {
            prop_assert_eq!(utc, at);
            prop_assert_eq!(utc.to_string().parse::<DateTime>().unwrap(), at);
            prop_assert_eq!(utc.unix_nanos(), at.unix_nanos());
        }
        let local: LocalDateTime = at.local();
        prop_assert_eq!(local.to_string().parse::<LocalDateTime>().unwrap(), local);
        prop_assert!(text.starts_with(&local.to_string()));
    }

    #[test]
    fn nothing_panics_on_any_text(text in any::<String>(), near in "[0-9TZ:.+-]{0,40}") {
        for text in [text, near] {
            let _ = text.parse::<DateTime>();
            let _ = text.parse::<LocalDateTime>();
            let _ = text.parse::<venue_wire::Uuid>();
        }
    }
}
