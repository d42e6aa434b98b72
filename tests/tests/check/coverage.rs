//! What texts show of a program: the fast reader and the explaining one take note of the same, and a
//! text that is refused leaves no trace.

use proptest::prelude::*;
use venue_schema::program::{Compiled, compile};
use venue_tests::specs::from_text;
use venue_wire::Verdict;
use venue_wire::check::{Coverage, NodeId};

/// Which fields and values of each type were seen.
pub(crate) fn shown(compiled: &Compiled, coverage: &Coverage) -> Vec<Vec<bool>> {
    let types = compiled.types.iter();
    types
        .map(|ty| compiled.program.shown(coverage, *ty))
        .collect()
}

/// Holds a text against a root with both readers, and compares their notes.
fn same_notes(compiled: &Compiled, root: NodeId, json: &[u8]) -> Vec<Vec<bool>> {
    let program = &compiled.program;
    let mut fast = program.coverage();
    if !program.accepts_noting(root, json, &mut fast) {
        assert!(fast.is_empty(), "{}", String::from_utf8_lossy(json));
    }
    let mut slow = program.coverage();
    let findings = program.explain_noting(root, json, &mut slow);
    let (fast, slow_shown) = (shown(compiled, &fast), shown(compiled, &slow));
    // What accepts has no findings but remarks.
    if program.accepts(root, json) {
        assert!(findings.iter().all(|it| it.verdict == Verdict::Valid));
        assert_eq!(fast, slow_shown, "{}", String::from_utf8_lossy(json));
    }
    slow.undo();
    assert!(slow.is_empty());
    fast
}

#[test]
fn both_readers_note_the_same_of_every_example() {
    let mut noted = 0;
    for api in venue_tests::specs::all_bundled() {
        let compiled = compile(&api);
        for example in &api.examples {
            let Some(root) = compiled.root(example.of) else {
                continue;
            };
            let json = example.payload.as_bytes();
            let seen = same_notes(&compiled, root, json);
            noted += seen.iter().flatten().filter(|seen| **seen).count();
            for socket in 0..api.sockets.len() {
                same_notes(&compiled, compiled.socket_received(socket), json);
            }
        }
    }
    assert!(noted > 1000, "{noted}");
}

const SPEC: &str = r#"
[api]
id = "x"
title = "t"
source = "s"

[enum.Side.values]
Buy = "Buy"
Sell = "Sell"

[enum.Marks]
base = "flags:u8"
[enum.Marks.values]
Own = { wire = 1 }
Late = { wire = 4 }

[record.Price.fields]
price = { type = "decimal" }
size = { type = "decimal", presence = "optional" }

[record.Right.fields]
name = "string"
price = "Price"
right = "Side"
marks = { type = "Marks", presence = "optional" }
"#;

proptest! {
    #[test]
    fn notes_of_parts_add_up_to_notes_of_the_whole(
        texts in prop::collection::vec(0..4_usize, 0..6),
        cut in 0..6_usize,
    ) {
        let api = from_text("x", SPEC);
        let compiled = compile(&api);
        let program = &compiled.program;
        let root = compiled.types[api.types.iter().position(|ty| ty.name == "Right").expect("it")];
        let texts: Vec<&str> = texts.into_iter().map(|n| [
            r#"{"name":"a","price":{"price":1},"right":"Buy"}"#,
            r#"{"name":"a","price":{"price":1,"size":2},"right":"Sell","marks":5}"#,
            // Refused at the end, with all of a price read.
            r#"{"name":"a","price":{"price":1,"size":2},"right":"Hold"}"#,
            r#"{"right":"Buy","name":"a","marks":0,"price":{"price":1}}"#,
        ][n]).collect();
        let of = |texts: &[&str]| {
            let mut coverage = program.coverage();
            for text in texts {
                program.accepts_noting(root, text.as_bytes(), &mut coverage);
                coverage.keep();
            }
            coverage
        };
        let cut = cut.min(texts.len());
        let mut parts = of(&texts[cut..]);
        parts.merge(&of(&texts[..cut]));
        let seen = shown(&compiled, &parts);
        prop_assert_eq!(&seen, &shown(&compiled, &of(&texts)));
        let price = api.types.iter().position(|ty| ty.name == "Price").expect("it");
        let sized = texts.iter().any(|text| text.contains("size") && !text.contains("Hold"));
        prop_assert_eq!(&seen[price], &vec![texts.iter().any(|text| !text.contains("Hold")), sized]);
    }
}
