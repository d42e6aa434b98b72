//! Generated types in the hands of other readers than ours: serde's buffers, values, other formats.

use serde::Deserialize;
use sfox_types::current::websocket::Subscribe;

#[derive(Deserialize)]
#[serde(untagged)]
enum Either {
    Number(u64),
    Subscribe(Subscribe),
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Subscribe(Subscribe),
}

const JSON: &str = r#"{"type":"subscribe","feeds":["ticker.sfox.btcusd"]}"#;

#[test]
fn records_are_read_by_any_deserializer() {
    let plain: Subscribe = serde_json::from_str(JSON).expect("serde_json");
    assert_eq!(plain.feeds, ["ticker.sfox.btcusd"]);
    assert_eq!(
        venue_wire::from_str::<Subscribe>(JSON).expect("ours"),
        plain
    );
    let value: serde_json::Value = serde_json::from_str(JSON).expect("a value");
    let of_value: Subscribe = serde_json::from_value(value).expect("from a value");
    assert_eq!(of_value, plain);
    for read in [serde_json::from_str, venue_wire::from_str] {
        match read(JSON).expect("untagged") {
            Either::Subscribe(subscribe) => assert_eq!(subscribe, plain),
            Either::Number(number) => panic!("{number}"),
        }
    }
    let tagged = JSON.replace('{', r#"{"kind":"Subscribe","#);
    let Tagged::Subscribe(subscribe) = serde_json::from_str(&tagged).expect("tagged");
    assert_eq!(subscribe, plain);
    let toml = "type = \"subscribe\"\nfeeds = [\"ticker.sfox.btcusd\"]\n";
    assert_eq!(toml::from_str::<Subscribe>(toml).expect("toml"), plain);
}

#[test]
fn a_map_may_have_the_name_of_its_keys_type_as_a_key() {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    struct Market(String);
    type Markets = std::collections::BTreeMap<Market, bool>;
    let markets: Markets = venue_wire::from_str(r#"{"Market":true,"other":false}"#).expect("a map");
    assert_eq!(markets.get(&Market("Market".to_owned())), Some(&true));
    assert_eq!(markets.len(), 2);
}
