//! Texts that look like one before: the reader that has seen many says the same as one that has seen
//! none.

use venue_schema::ir::{Api, Target};
use venue_schema::program::compile;
use venue_tests::specs::{all_bundled, from_text};
use venue_wire::Verdict;
use venue_wire::check::{Coverage, NodeId, Program};

use crate::coverage::shown;
use crate::generate::generate;
use crate::judge::judge_received;
use crate::mutate::{damage, mutate, shuffle};
use crate::random::Random;
use crate::tree::{Style, Tree, write};

/// Two readers of the same texts, one of which looks for what it knows.
struct Readers<'p> {
    program: &'p Program,
    root: NodeId,
    old: Coverage,
    new: Coverage,
}

impl Readers<'_> {
    fn settle(&mut self, keep: bool) {
        for coverage in [&mut self.old, &mut self.new] {
            if keep {
                coverage.keep();
            } else {
                coverage.undo();
            }
        }
    }

    fn read(&mut self, json: &[u8]) -> Option<usize> {
        let old = self
            .program
            .accepts_as_noting(self.root, json, &mut self.old);
        assert_eq!(
            old,
            self.program.accepts_as(self.root, json),
            "{}",
            show(json)
        );
        self.program.accepts_noting(self.root, json, &mut self.new);
        // It may be said of a text that holds no odd number, never left unsaid.
        let told = old.is_none() || !self.new.is_odd() || self.old.is_odd();
        assert!(told, "{}", show(json));
        old
    }
}

fn show(json: &[u8]) -> String {
    String::from_utf8_lossy(json).into_owned()
}

fn check_message(api: &Api, id: usize, rounds: u64) -> u32 {
    let compiled = compile(api);
    let socket = api.messages[id].socket;
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.socket_received(socket),
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    for round in 0..rounds {
        let mut random = Random::new(id as u64 * 1000 + round + 1);
        let mut tree = generate(api, Target::Message(id), &mut random);
        if let Tree::Object(members) = &mut tree
            && random.one_in(3)
        {
            shuffle(members, &mut random);
        }
        let style = *random.pick(&[Style::Compact, Style::Spaced, Style::Pretty]);
        let json = write(&tree, style, &mut random);
        // What is shown is new, then what it looks like is, then nothing.
        for keep in [random.one_in(2), true, true, true] {
            readers.read(json.as_bytes());
            readers.settle(keep);
        }
        for _ in 0..20 {
            let mut near = tree.clone();
            mutate(&mut near, &mut random);
            let mut json = write(&near, style, &mut random).into_bytes();
            if random.one_in(4) {
                damage(&mut json, &mut random);
            }
            let accepted = readers.read(&json);
            readers.settle(random.one_in(2));
            if accepted.is_some() {
                assert_eq!(
                    judge_received(api, socket, &json),
                    Verdict::Valid,
                    "{}",
                    show(&json)
                );
            }
        }
    }
    assert_eq!(
        shown(&compiled, &readers.old),
        shown(&compiled, &readers.new)
    );
    readers.old.familiar()
}

/// Texts that differ from one that was read many times in one byte, which a stride must not overlook.
fn check_near_texts(api: &Api, id: usize) -> usize {
    let compiled = compile(api);
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.socket_received(api.messages[id].socket),
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    let mut random = Random::new(id as u64 + 1);
    let tree = generate(api, Target::Message(id), &mut random);
    let json = write(&tree, Style::Compact, &mut random).into_bytes();
    for _ in 0..200 {
        readers.read(&json);
        readers.settle(true);
    }
    let strides = readers.old.strides();
    let most = if strides > 0 { 600 } else { 0 };
    for place in 0..json.len().min(most) {
        for &byte in b"0269aZ-.:\"\\} \x1f\x80" {
            let mut near = json.clone();
            near[place] = byte;
            readers.read(&near);
            readers.settle(false);
        }
    }
    strides
}

#[test]
fn a_stride_takes_nothing_that_its_steps_do_not() {
    for api in all_bundled() {
        let strides = (0..api.messages.len()).map(|id| check_near_texts(&api, id));
        let strides: usize = strides.sum();
        assert!(strides > 2, "{}: only {strides}", api.id);
    }
}

#[test]
fn what_is_familiar_gets_the_same_answer_as_what_is_not() {
    for api in all_bundled() {
        let familiar = (0..api.messages.len()).map(|id| check_message(&api, id, 8));
        let familiar: u32 = familiar.sum();
        assert!(familiar > 100, "{}: only {familiar}", api.id);
    }
}

const SPEC: &str = r#"
[api]
id = "x"
title = "t"
source = "s"

[record.One.fields]
feed = "string"
at = "u64"

[record.Other.fields]
feed = "string"
at = "u64"

[union.Message]
openness = "closed"
[union.Message.variants]
One = { type = "One", match = { feed = "a.one" } }
Many = { type = "One", match = { feed = "a.b.{x}" } }
Other = { type = "Other", match = { feed = "a.{x}" } }
"#;

#[test]
fn what_told_a_variant_is_no_hole() {
    let api = from_text("x", SPEC);
    let compiled = compile(&api);
    let message = api.types.iter().position(|ty| ty.name == "Message");
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.types[message.expect("it")],
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    for _ in 0..3 {
        for (feed, variant) in [
            ("a.two", Some(2)),
            ("a.two", Some(2)),
            ("a.one", Some(0)),
            ("a.b.c", Some(1)),
            ("a.b.c.d", None),
            ("a.b", Some(2)),
            ("a.", None),
            ("a.two/three", None),
            ("b.two", None),
            ("a.\\u0062", Some(2)),
        ] {
            let json = format!(r#"{{"feed":"{feed}","at":1}}"#);
            let accepted = readers.read(json.as_bytes());
            readers.settle(true);
            // What is spelt with escapes may be left to others.
            assert!(
                accepted == variant || accepted.is_none() && feed.contains('\\'),
                "{feed}"
            );
        }
    }
    assert!(readers.old.familiar() > 5);
}
