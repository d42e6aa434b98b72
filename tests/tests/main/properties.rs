//! Generated and mutated payloads of every target of every API: the judges agree on each.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use venue_schema::ir::{Api, Target};
use venue_tests::generate::{Choices, Generator, Manner, seeds};
use venue_tests::judge::{Bench, Court};
use venue_tests::mutate::mutate;
use venue_tests::specs;
use venue_wire::Verdict;

/// Cases of each target, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 8;

/// The same cases in every run, and others for each target: a failure in CI is one on the desk.
fn runner(of: &str) -> TestRunner {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: cases.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let mut seed = [7; 32];
    for (index, byte) in of.bytes().enumerate() {
        let at: &mut u8 = &mut seed[index % 32];
        *at = at.wrapping_mul(31).wrapping_add(byte);
    }
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// How many payloads came to each verdict.
type Tally = BTreeMap<Verdict, u32>;

fn check_target(api: &Api, bench: &Bench<'_>) -> (Tally, Result<(), String>) {
    let tally = RefCell::new(Tally::new());
    let count = |verdict| *tally.borrow_mut().entry(verdict).or_default() += 1;
    let damage = prop::collection::vec(any::<u8>(), 24);
    let outcome = runner(&bench.id).run(&(seeds(), damage), |(seed, damage)| {
        let mut generator = Generator::new(api, &seed, Manner::Edges);
        let Some(value) = generator.target(bench.target) else {
            return Ok(());
        };
        let text = value.print(["", " ", "\n\t "][generator.choices.below(3)]);
        let verdict = bench.agreed(text.as_bytes()).map_err(TestCaseError::fail)?;
        count(verdict);
        if verdict != Verdict::Valid {
            let found = bench.findings(text.as_bytes());
            return Err(TestCaseError::fail(format!(
                "made to be valid: {text}\n{found:#?}"
            )));
        }
        let mutant = mutate(&value, &mut Choices::new(&damage));
        let verdict = bench
            .agreed(&mutant.bytes)
            .map_err(|found| TestCaseError::fail(format!("{:?}: {found}", mutant.deeds)))?;
        count(verdict);
        Ok(())
    });
    let outcome = outcome.map_err(|error| match error {
        // The seed says nothing to people; the payload is in the reason.
        TestError::Fail(reason, _) => format!("{}.{}: {reason}", api.id, bench.id),
        other => format!("{}.{}: {other}", api.id, bench.id),
    });
    (tally.into_inner(), outcome)
}

fn check_api(api: &Api) -> Vec<String> {
    let court = Court::of(api);
    let mut complaints = Vec::new();
    let mut total = Tally::new();
    for target in court.targets() {
        let bench = court.bench(target);
        let (tally, outcome) = check_target(api, &bench);
        complaints.extend(outcome.err());
        let fallback = matches!(target, Target::Message(id) if api.messages[id].fallback);
        if tally.is_empty() && !fallback {
            complaints.push(format!("{}.{}: no valid value was found", api.id, bench.id));
        }
        for (verdict, count) in tally {
            *total.entry(verdict).or_default() += count;
        }
    }
    eprintln!("{}: {total:?}", api.id);
    complaints
}

#[test]
fn judges_agree_on_the_bundled_apis() {
    let complaints: Vec<String> = specs::all_bundled().iter().flat_map(check_api).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

#[test]
fn judges_agree_on_the_small_specs() {
    let small = ["hard-cases", "cases"].map(specs::each_in).concat();
    let complaints: Vec<String> = small.iter().flat_map(|(_, api)| check_api(api)).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}
