//! Examples, made payloads and mutants of every target, held against the exported schemas by two
//! validators that share nothing but the specification: both say what our own judges say, or what
//! the ledger of known differences says of it.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use venue_codegen::json_schema::{self, Draft, Options};
use venue_schema::ir::{Api, Target};
use venue_tests::corpus::{Entry, corpus};
use venue_tests::judge::Court;
use venue_tests::ledger::Eyes;
use venue_tests::specs;
use venue_wire::Verdict;

/// The two strengths of a target's schema under `boon`.
struct Boon {
    schemas: Schemas,
    tolerant: SchemaIndex,
    strict: SchemaIndex,
}

impl Boon {
    fn of(api: &Api, target: Target, draft: Draft) -> Self {
        let mut schemas = Schemas::new();
        let mut compile = |strict| {
            let options = Options {
                strict,
                draft,
                ..Options::default()
            };
            let exported = json_schema::export(api, target, &options).expect("a body");
            let mut compiler = Compiler::new();
            compiler.enable_format_assertions();
            let name = format!("memory:///{strict}");
            let added = compiler.add_resource(&name, exported.document.to_value());
            added.unwrap_or_else(|error| panic!("{error}"));
            let index = compiler.compile(&name, &mut schemas);
            index.unwrap_or_else(|error| panic!("{error:#}"))
        };
        let (tolerant, strict) = (compile(false), compile(true));
        Boon {
            schemas,
            tolerant,
            strict,
        }
    }

    fn verdict(&self, payload: &str) -> Verdict {
        let value: Value = serde_json::from_str(payload).expect("JSON");
        let accepts = |schema| self.schemas.validate(&value, schema).is_ok();
        match (accepts(self.strict), accepts(self.tolerant)) {
            (true, true) => Verdict::Valid,
            (false, true) => Verdict::Drift,
            (false, false) => Verdict::Invalid,
            (true, false) => panic!("strict is more lenient than tolerant: {payload}"),
        }
    }
}

fn foretold(entry: &Entry, behind: Eyes) -> Verdict {
    let seen = entry.seen.iter().find(|(eyes, ..)| *eyes == behind);
    seen.expect("every eye").1
}

fn check_api(api: &Api) -> Vec<String> {
    let court = Court::of(api);
    let mut complaints = Vec::new();
    let entries = corpus(api);
    for target in court.targets() {
        let bench = court.bench(target);
        let boon = Boon::of(api, target, Draft::D2020);
        let boon7 = Boon::of(api, target, Draft::D7);
        for entry in entries.iter().filter(|entry| entry.target == bench.id) {
            let said = [
                ("boon", Eyes::Doubles, boon.verdict(&entry.payload)),
                (
                    "boon, draft-07",
                    Eyes::Doubles,
                    boon7.verdict(&entry.payload),
                ),
                (
                    "jsonschema",
                    Eyes::Rust,
                    bench.schema(entry.payload.as_bytes()),
                ),
            ];
            for (validator, eyes, verdict) in said {
                let foretold = foretold(entry, eyes);
                if verdict != foretold {
                    complaints.push(format!(
                        "{}.{}: {validator} says {verdict}, we {foretold}: {:?} {}",
                        api.id, entry.target, entry.deeds, entry.payload
                    ));
                }
            }
        }
    }
    assert!(entries.len() > 500, "{}: {}", api.id, entries.len());
    complaints
}

#[test]
fn two_validators_agree_with_our_judges() {
    let complaints: Vec<String> = specs::all_bundled().iter().flat_map(check_api).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
