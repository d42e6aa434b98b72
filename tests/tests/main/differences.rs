//! Known differences between the judges: each still shows.

use venue_schema::ir::Target;
use venue_tests::judge::Court;
use venue_tests::{ledger, specs};

#[test]
fn each_known_difference_still_shows() {
    for difference in ledger::known_differences() {
        let id = &difference.id;
        let spec = format!(
            "[api]\nid = \"one\"\ntitle = \"One\"\ndoc = \"One field.\"\nsource = \"this test\"\n\
             [record.One]\ndoc = \"One field.\"\n[record.One.fields]\nvalue = {}\n{}",
            difference.field, difference.types
        );
        let api = specs::from_text(id, &spec);
        let court = Court::of(&api);
        let bench = court.bench(Target::Type(0));
        let json = format!("{{\"value\": {}}}", difference.value);
        let json = json.as_bytes();
        assert_eq!(bench.checker(json).as_str(), difference.others, "{id}");
        let schema = bench.schema(json);
        assert_eq!(schema.as_str(), difference.says, "{id}");
        assert_eq!(ledger::explain(&bench, json, schema), Some(id.as_str()));
    }
}
