//! Every planted fault is found where it was planted, and nothing else is.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use venue_capture::read::{InputFormat, Limits, read};
use venue_capture::{Candidate, Checker};
use venue_traffic::message::Style;
use venue_traffic::mix::{Mix, Stream};

/// As the ledger has it: line, rule, pointer.
type Fault = (u64, String, String);

#[track_caller]
fn check_found(mix: Mix, style: Style, messages: u64) {
    let mut stream = Stream::new(mix, style, 50_000);
    let (mut text, mut planted) = (Vec::new(), BTreeSet::<Fault>::new());
    for line in 1..=messages {
        let (message, fault) = stream.message();
        text.extend_from_slice(message.as_bytes());
        text.push(b'\n');
        planted.extend(fault.map(|f| (line, f.rule.to_owned(), f.pointer.to_owned())));
    }
    // Of one API: what another describes more loosely is no finding.
    let id = if mix == Mix::Finery { "finery" } else { "sfox" };
    let api = venue_schema::load_bundled(id).unwrap_or_else(|e| panic!("{e}"));
    let checker = Checker::new(vec![Candidate::new(api)]);
    let (file, mut found) = (Arc::from("traffic"), BTreeSet::new());
    let read = read(
        text.as_slice(),
        InputFormat::Auto,
        Limits::default(),
        &mut |record| {
            checker.check(&file, &record, &mut |drawable| {
                let f = &drawable.finding;
                found.insert((f.line, f.rule.to_owned(), f.pointer.clone()));
            });
            ControlFlow::Continue(())
        },
    );
    read.unwrap_or_else(|e| panic!("{e}"));
    let missed: Vec<_> = planted.difference(&found).collect();
    let alarms: Vec<_> = found.difference(&planted).collect();
    assert!(
        missed.is_empty() && alarms.is_empty(),
        "missed {missed:?}\nfalse {alarms:?}"
    );
    let kinds: BTreeSet<_> = planted
        .iter()
        .map(|(_, rule, place)| (rule, place))
        .collect();
    assert!(kinds.len() > 8, "{kinds:?}");
}

#[test]
fn faults_are_found_and_nothing_else() {
    check_found(Mix::Sfox, Style::Plain, 3_000);
    check_found(Mix::Small, Style::Shuffled, 2_000);
    check_found(Mix::Sfox, Style::Spaced, 1_000);
    check_found(Mix::Finery, Style::Plain, 4_000);
}
