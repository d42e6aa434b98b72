//! Known differences between the judges: each still shows.

use venue_schema::ir::Target;
use venue_tests::judge::Court;
use venue_tests::ledger::Judge;
use venue_tests::{ledger, specs};
use venue_wire::{Json, Map};

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
        if difference.judge == Judge::Schema {
            let schema = bench.schema(json);
            assert_eq!(schema.as_str(), difference.says, "{id}");
            assert_eq!(ledger::explain(&bench, json, schema), Some(id.as_str()));
        } else {
            // The tests have no type of this record: any that keeps a member as text will do.
            let types = venue_wire::support::judge::<Map<Json>>(json).verdict;
            assert_eq!(types.as_str(), difference.says, "{id}");
            assert!(ledger::is_too_deep_for_all_but_types(&bench, json, types));
        }
    }
}
