//! The bundled specs: their examples, and values made from them.

use venue_schema::ir::{Api, ExampleVerdict, Target};
use venue_schema::program::{Compiled, compile};
use venue_schema::{bundled_ids, load_bundled};
use venue_wire::Verdict;
use venue_wire::check::{NodeId, rule};

use crate::generate::generate;
use crate::judge::{judge, judge_received};
use crate::mutate::{damage, mutate, shuffle};
use crate::random::Random;
use crate::tree::{Style, Tree, write};

const STYLES: [Style; 4] = [Style::Compact, Style::Spaced, Style::Pretty, Style::Odd];

/// Holds the engine to the judge's verdict on one text.
pub(crate) fn check_text(
    compiled: &Compiled,
    root: NodeId,
    json: &[u8],
    verdict: Verdict,
    about: &str,
) {
    let show = || format!("{about}\n{}", String::from_utf8_lossy(json));
    let findings = compiled.program.explain(root, json);
    let worst = findings
        .iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or_default();
    assert_eq!(worst, verdict, "{}\n{findings:#?}", show());
    let accepted = compiled.program.accepts(root, json);
    assert!(
        !accepted || findings.is_empty(),
        "{}\n{findings:#?}",
        show()
    );
    if let Some(variant) = compiled.program.accepts_as(root, json) {
        assert!(accepted, "{}", show());
        let selected = compiled.program.variant(root, json);
        assert_eq!(Some(variant), selected, "{}", show());
    }
    // Of a repeated member, serde_json keeps the last alone.
    let repeated = findings
        .iter()
        .any(|finding| finding.rule == rule::DUPLICATE_FIELD);
    for finding in &findings {
        assert!(finding.verdict > Verdict::Valid, "{}", show());
        assert!(finding.offset <= json.len(), "{}", show());
        assert!(
            !finding.message.is_empty() && !finding.expected.is_empty(),
            "{finding:?}"
        );
        assert!(!finding.found.chars().any(char::is_control), "{finding:?}");
        let not_json = finding.rule == rule::NOT_JSON;
        assert!(!not_json || findings.len() == 1, "{}", show());
        if !repeated && let Ok(value) = serde_json::from_slice::<serde_json::Value>(json) {
            assert!(
                value.pointer(&finding.pointer).is_some(),
                "{finding:?}\n{}",
                show()
            );
        }
    }
}

/// Everything that a payload of the API can be held against.
pub(crate) fn targets(api: &Api, compiled: &Compiled) -> Vec<Target> {
    let operations = api.operations.iter().enumerate();
    let bodies = operations.flat_map(|(index, operation)| {
        let responses = (0..operation.responses.len()).map(move |it| Target::Response(index, it));
        responses.chain([Target::Request(index)])
    });
    let feeds = (0..api.feeds.len()).filter(|id| !api.feeds[*id].messages.is_empty());
    let all = bodies
        .chain(feeds.map(Target::Feed))
        .chain((0..api.messages.len()).map(Target::Message))
        .chain((0..api.commands.len()).map(Target::Command))
        .chain((0..api.types.len()).map(Target::Type));
    all.filter(|target| compiled.root(*target).is_some())
        .collect()
}

/// Values of every target, written in every style, then damaged step by step.
pub(crate) fn check_api(api: &Api, rounds: u64) {
    let compiled = compile(api);
    for (index, target) in targets(api, &compiled).into_iter().enumerate() {
        let root = compiled.root(target).expect("a root");
        let about = format!("{} {target:?}", api.id);
        for round in 0..rounds {
            let mut random = Random::new(index as u64 * 1000 + round + 1);
            let mut tree = generate(api, target, &mut random);
            for step in 0..4 {
                let style = STYLES[((round + step) % 4) as usize];
                let json = write(&tree, style, &mut random);
                let verdict = judge(api, target, json.as_bytes());
                check_text(&compiled, root, json.as_bytes(), verdict, &about);
                if verdict == Verdict::Valid && style != Style::Odd {
                    // Not asked by the contract, but a fast path that refuses is none.
                    let accepted = compiled.program.accepts(root, json.as_bytes());
                    assert!(accepted, "valid, yet not at once: {about}\n{json}");
                }
                if let (Target::Message(id), Verdict::Valid) = (target, verdict) {
                    let socket = api.messages[id].socket;
                    let verdict = judge_received(api, socket, json.as_bytes());
                    let root = compiled.socket_received(socket);
                    check_text(&compiled, root, json.as_bytes(), verdict, &about);
                }
                let mut bytes = json.into_bytes();
                damage(&mut bytes, &mut random);
                check_text(&compiled, root, &bytes, judge(api, target, &bytes), &about);
                mutate(&mut tree, &mut random);
            }
        }
    }
}

#[test]
fn generated_values_and_mutations_get_the_verdict_of_the_slow_judge() {
    for id in bundled_ids() {
        let api = load_bundled(id).unwrap_or_else(|error| panic!("{error}"));
        check_api(&api, 6);
    }
}

#[test]
fn every_example_gets_the_verdict_that_its_spec_states() {
    let mut seen = 0;
    for id in bundled_ids() {
        let api = load_bundled(id).unwrap_or_else(|error| panic!("{error}"));
        let compiled = compile(&api);
        for example in &api.examples {
            let verdict = match example.verdict {
                ExampleVerdict::Valid => Verdict::Valid,
                ExampleVerdict::Drift => Verdict::Drift,
                ExampleVerdict::Invalid => Verdict::Invalid,
            };
            let Some(root) = compiled.root(example.of) else {
                continue;
            };
            let about = format!("{} {}", api.id, example.of_text);
            check_text(&compiled, root, example.payload.as_bytes(), verdict, &about);
            check_truncations(&compiled, root, example.payload.as_bytes());
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} examples");
}

/// No part of a document from its start is a document, unless it is a number.
fn check_truncations(compiled: &Compiled, root: NodeId, json: &[u8]) {
    let json = json.trim_ascii();
    if !matches!(json.first(), Some(b'{' | b'[' | b'"')) {
        return;
    }
    let step = 1 + json.len() / 200;
    for end in (0..json.len()).step_by(step) {
        assert!(!compiled.program.accepts(root, &json[..end]));
        let findings = compiled.program.explain(root, &json[..end]);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].rule, rule::NOT_JSON);
    }
}

#[test]
fn members_in_any_order_are_accepted_at_once() {
    let api = load_bundled("sfox").unwrap_or_else(|error| panic!("{error}"));
    let compiled = compile(&api);
    let root = compiled.socket_received(0);
    let mut accepted = 0;
    for (id, message) in api.messages.iter().enumerate() {
        let mut random = Random::new(id as u64);
        let mut tree = generate(&api, Target::Message(id), &mut random);
        let Tree::Object(members) = &mut tree else {
            continue;
        };
        shuffle(members, &mut random);
        let json = write(&tree, Style::Compact, &mut random);
        let verdict = judge_received(&api, message.socket, json.as_bytes());
        check_text(&compiled, root, json.as_bytes(), verdict, &message.name);
        if verdict == Verdict::Valid {
            assert!(compiled.program.accepts(root, json.as_bytes()), "{json}");
            accepted += 1;
        }
    }
    assert!(accepted > 5, "only {accepted} messages");
}

#[test]
fn arbitrary_bytes_are_judged_without_panic() {
    let api = load_bundled("finery").unwrap_or_else(|error| panic!("{error}"));
    let compiled = compile(&api);
    let targets = targets(&api, &compiled);
    let mut random = Random::new(7);
    for _ in 0..4000 {
        let target = *random.pick(&targets);
        let root = compiled.root(target).expect("a root");
        let length = random.below(40);
        let alphabet = b"{}[]\",:0123456789.-+eEtrufalsn\\ \n\xc3\xa9\xff\x00BSMZ";
        let bytes: Vec<u8> = (0..length).map(|_| *random.pick(alphabet)).collect();
        check_text(
            &compiled,
            root,
            &bytes,
            judge(&api, target, &bytes),
            "bytes",
        );
        compiled
            .program
            .variant(compiled.socket_received(0), &bytes);
    }
}
