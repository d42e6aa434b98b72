//! Payloads that sources show, and those that state the hard cases: every judge says of each what
//! the spec says of it.

use venue_schema::ir::{Api, ExampleVerdict};
use venue_tests::judge::Court;
use venue_tests::specs;
use venue_wire::Verdict;

fn check_examples(name: &str, api: &Api) -> Vec<String> {
    let court = Court::of(api);
    let mut complaints = Vec::new();
    for example in &api.examples {
        let bench = court.bench(example.of);
        let json = example.payload.as_bytes();
        let declared = match example.verdict {
            ExampleVerdict::Valid => Verdict::Valid,
            ExampleVerdict::Drift => Verdict::Drift,
            ExampleVerdict::Invalid => Verdict::Invalid,
        };
        let place = format!(
            "{name}:{} {} {}",
            example.at.line, bench.id, example.payload
        );
        let checker = bench.checker(json);
        if checker != declared {
            let found = bench.findings(json);
            complaints.push(format!(
                "{place}\n  declared {declared}, checker {checker}: {found:#?}"
            ));
        }
        // The fast path leaves escaped names to the exact one.
        let plain = !example.payload.contains('\\');
        if plain && declared == Verdict::Valid && checker == declared && !bench.accepts(json) {
            complaints.push(format!(
                "{place}\n  valid, yet not by the checker's fast path"
            ));
        }
        if let Err(found) = bench.agreed(json) {
            complaints.push(format!("{place}\n{found}"));
        }
    }
    complaints
}

#[test]
fn bundled_examples_are_judged_as_declared() {
    let apis = specs::all_bundled();
    let complaints: Vec<String> = apis
        .iter()
        .flat_map(|api| check_examples(&api.id, api))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn hard_cases_are_judged_as_declared() {
    let cases = specs::each_in("hard-cases");
    assert_eq!(cases.len(), 28);
    let complaints: Vec<String> = cases
        .iter()
        .flat_map(|(name, api)| check_examples(name, api))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn cases_once_in_dispute_are_judged_as_declared() {
    let cases = specs::each_in("cases");
    let complaints: Vec<String> = cases
        .iter()
        .flat_map(|(name, api)| check_examples(name, api))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
