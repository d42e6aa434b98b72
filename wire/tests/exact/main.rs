//! What the wire types promise, held against independent arithmetic, serde_json's own reader and
//! another time library. Run also with `--features serde_json/arbitrary_precision`.

mod arithmetic;
mod containers;
mod decimal;
mod features;
mod integer;
mod json;
mod reader;
mod time;

use serde::de::DeserializeOwned;

/// Reads a text in every way that serde_json has, and says whether they agree.
fn read<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> Option<T> {
    let all = [
        serde_json::from_str::<T>(text).ok(),
        serde_json::from_slice(text.as_bytes()).ok(),
        venue_wire::from_slice(text.as_bytes()).ok(),
        serde_json::from_reader(text.as_bytes()).ok(),
        // In the midst of other things.
        serde_json::from_str::<(bool, T)>(&format!("[true , {text} ]"))
            .ok()
            .map(|pair| pair.1),
    ];
    let shown = all.each_ref().map(|value| format!("{value:?}"));
    assert!(
        shown.iter().all(|other| *other == shown[0]),
        "{text}: {shown:?}"
    );
    all.into_iter().next().flatten()
}

/// Whether serde_json was built with `arbitrary_precision`, so that its values keep numbers.
fn values_are_exact() -> bool {
    let value: serde_json::Value = serde_json::from_str("1.10").unwrap();
    serde_json::to_string(&value).unwrap() == "1.10"
}
