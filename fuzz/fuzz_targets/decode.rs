//! Generated types take any bytes: what decodes can be validated, written and read again, and what
//! the checker accepts decodes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use venue_wire::{Checked, Validate, Verdict};

fn round<T>(json: &[u8])
where
    T: Checked
        + Validate
        + serde::Serialize
        + serde::de::DeserializeOwned
        + PartialEq
        + std::fmt::Debug,
{
    let accepted = T::accepts(json);
    let Ok(value) = serde_json::from_slice::<T>(json) else {
        assert!(!accepted, "the checker accepts what does not decode");
        return;
    };
    assert!(!accepted || value.verdict() == Verdict::Valid);
    let text = serde_json::to_vec(&value).expect("what was read can be written");
    let again: T = serde_json::from_slice(&text).expect("what was written can be read");
    assert_eq!(value, again);
}

fuzz_target!(|json: &[u8]| {
    round::<sfox_types::legacy::Received>(json);
    round::<sfox_types::current::Received>(json);
    round::<sfox_types::connect::Received>(json);
    round::<finery_types::Received>(json);
    round::<sfox_types::legacy::orders::Order>(json);
    round::<sfox_types::current::orders::Order>(json);
});
