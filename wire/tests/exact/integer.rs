//! Integers are told by their spelling.

use proptest::prelude::*;
use venue_wire::{Nanos, Scaled, Timestamp};

use crate::read;

venue_wire::integer! {
    struct Small(u8);
    struct Id(u64);
}

venue_wire::scaled! {
    struct Size(i64), scale = 8;
}

#[test]
fn only_integers_in_range_are_read() {
    for text in [
        "1.0", "1e2", "-0", "-0.0", "\"1\"", "null", "256", "-1", "1e0", "true", "[1]",
    ] {
        assert!(read::<Small>(text).is_none(), "{text}");
    }
    for text in ["18446744073709551616", "-1", "1.0", "1e99"] {
        assert!(read::<Id>(text).is_none(), "{text}");
        assert!(read::<Scaled<8, u64>>(text).is_none(), "{text}");
    }
    for text in ["9223372036854775808", "-0", "1.0", "-9223372036854775809"] {
        assert!(read::<Timestamp<Nanos>>(text).is_none(), "{text}");
        assert!(read::<Size>(text).is_none(), "{text}");
    }
    assert_eq!(read::<Small>("255").map(Small::get), Some(255));
    assert_eq!(
        read::<Id>("18446744073709551615").map(Id::get),
        Some(u64::MAX)
    );
}

#[test]
fn newtypes_compute_and_print() {
    assert_eq!(Small::new(200).checked_add(Small::new(56)), None);
    assert_eq!(
        Size::new(-150_000_000)
            .checked_sub(Size::new(1))
            .unwrap()
            .to_string(),
        "-1.50000001"
    );
    assert_eq!(format!("{:?}", Size::new(5)), "Size(0.00000005)");
    assert_eq!(u64::from(Id::from(7)), 7);
    assert_eq!("7".parse(), Ok(Id::new(7)));
    assert_eq!(Size::default().to_string(), "0");
}

proptest! {
    #[test]
    fn integers_keep_their_text(value in any::<i64>()) {
        let text = value.to_string();
        let size: Size = read(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&size).unwrap(), text.clone());
        let at: Timestamp<Nanos> = read(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&at).unwrap(), text.clone());
        let any: Size = serde_json::from_value(serde_json::from_str(&text).unwrap()).unwrap();
        prop_assert_eq!(any, size);
    }
}
