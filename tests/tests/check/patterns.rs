//! Texts that look like one before: the reader that has seen many says the same as one that has seen
//! none.

use venue_schema::ir::{Api, Target};
use venue_schema::program::{Compiled, compile};
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

    /// Has the one see so much that looks like nothing before that it stops to look for that.
    fn tire(&mut self) {
        for _ in 0..4096 {
            assert!(self.accepts(b"[]").is_none());
        }
    }

    /// What the one says that looks for what it knows.
    fn accepts(&mut self, json: &[u8]) -> Option<usize> {
        self.program
            .accepts_as_noting(self.root, json, &mut self.old)
    }

    fn read(&mut self, json: &[u8]) -> Option<usize> {
        let old = self.accepts(json);
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

/// How many texts were familiar; if members came in ever new orders before, how many were read that way.
fn check_message(api: &Api, id: usize, rounds: u64, shuffled: bool) -> u32 {
    let compiled = compile(api);
    let socket = api.messages[id].socket;
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.socket_received(socket),
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    if shuffled {
        readers.tire();
    }
    let mut marked = 0;
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
            marked += u32::from(accepted.is_some() && readers.old.is_marked());
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
    if shuffled {
        marked
    } else {
        readers.old.familiar()
    }
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
        let familiar = (0..api.messages.len()).map(|id| check_message(&api, id, 8, false));
        let familiar: u32 = familiar.sum();
        assert!(familiar > 100, "{}: only {familiar}", api.id);
    }
}

#[test]
fn members_in_ever_new_orders_get_the_same_answer() {
    for api in all_bundled() {
        let marked = (0..api.messages.len()).map(|id| check_message(&api, id, 8, true));
        let marked: u32 = marked.sum();
        assert!(marked > 50, "{}: only {marked}", api.id);
    }
}

/// The first of two members of one name was read by itself, for its value is long.
#[test]
fn a_member_that_is_there_twice_is_seen_in_ever_new_orders() {
    let api = from_text("x", SPEC);
    let compiled = compile(&api);
    let message = api.types.iter().position(|ty| ty.name == "Message");
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.types[message.expect("it")],
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    readers.tire();
    let long = "x".repeat(100);
    for (rest, accepted) in [
        ("", true),
        (r#","feed":"a.b.c""#, false),
        (r#","at":2"#, false),
    ] {
        let json = format!(r#"{{"feed":"a.b.{long}","at":1{rest}}}"#);
        assert_eq!(readers.read(json.as_bytes()).is_some(), accepted, "{json}");
        assert!(readers.old.is_marked());
        readers.settle(true);
    }
}

/// The strings of a text, quotes included, that are short and plain.
fn words(json: &str) -> Vec<&str> {
    let parts: Vec<&str> = json.split('"').collect();
    let inner = parts.iter().skip(1).step_by(2);
    inner.copied().filter(|word| word.len() < 24).collect()
}

/// Texts of some kinds that a socket sends, in turn, so that they share steps and each has its strides;
/// then each with the words of the others in place of its own. How many strides there are.
fn check_kinds(compiled: &Compiled, socket: usize, texts: &[String]) -> usize {
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.socket_received(socket),
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    for nth in 0..2000 {
        // One of sixteen is looked at closely: each kind in its turn.
        readers.read(texts[nth / 16 % texts.len()].as_bytes());
        readers.settle(true);
    }
    let strides = readers.old.strides();
    let others: Vec<&str> = texts.iter().flat_map(|text| words(text)).collect();
    for text in texts {
        for word in words(text) {
            for other in others.iter().step_by(1 + others.len() / 30) {
                let near = text.replacen(&format!("\"{word}\""), &format!("\"{other}\""), 1);
                readers.read(near.as_bytes());
                readers.settle(false);
            }
        }
    }
    strides
}

#[test]
fn texts_of_several_kinds_have_their_strides_beside_one_another() {
    for api in all_bundled() {
        let compiled = compile(&api);
        let mut random = Random::new(1);
        let (mut alone, mut together) = (0, 0);
        for socket in 0..api.sockets.len() {
            let kinds = (0..api.messages.len()).filter(|id| api.messages[*id].socket == socket);
            let mut text = |id| {
                let tree = generate(&api, Target::Message(id), &mut random);
                write(&tree, Style::Compact, &mut random)
            };
            let texts: Vec<String> = kinds.map(&mut text).collect();
            for texts in texts.chunks(3) {
                together += check_kinds(&compiled, socket, texts);
                let each = texts.iter().map(std::slice::from_ref);
                alone += each
                    .map(|text| check_kinds(&compiled, socket, text))
                    .sum::<usize>();
            }
        }
        let told = format!("{}: {together} strides together, {alone} alone", api.id);
        assert!(alone > 2 && together * 4 >= alone * 3, "{told}");
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

const WORDS: &str = r#"
[api]
id = "x"
title = "t"
source = "s"

[enum.Kind]
openness = "closed"
values = { One = { wire = "one" }, Two = { wire = "two" }, Three = { wire = "three" } }

[record.Narrow.fields]
type = { const = "x" }
kind = { const = "one" }

[record.Wide.fields]
type = { const = "x" }
kind = "Kind"

[record.Second.fields]
type = { const = "y" }
kind = "Kind"

[record.Third.fields]
type = { const = "z" }
kind = "Kind"

[union.Message]
openness = "closed"
[union.Message.variants]
Narrow = { type = "Narrow" }
Wide = { type = "Wide", match = { type = "x", kind = ["two", "three"] } }
Second = { type = "Second" }
Third = { type = "Third" }
"#;

#[test]
fn what_told_a_variant_is_no_value() {
    check_variants(
        WORDS,
        &[
            (r#"{"type":"x","kind":"two"}"#, Some(1)),
            (r#"{"type":"x","kind":"three"}"#, Some(1)),
            (r#"{"type":"x","kind":"one"}"#, Some(0)),
            (r#"{"type":"x","kind":"four"}"#, None),
            (r#"{"type":"y","kind":"one"}"#, Some(2)),
            (r#"{"type":"z","kind":"one"}"#, Some(3)),
        ],
    );
}

/// Texts and which variant of the union `Message` each is.
fn check_variants(spec: &str, texts: &[(&str, Option<usize>)]) {
    let api = from_text("x", spec);
    let compiled = compile(&api);
    let message = api.types.iter().position(|ty| ty.name == "Message");
    let mut readers = Readers {
        program: &compiled.program,
        root: compiled.types[message.expect("it")],
        old: compiled.program.coverage(),
        new: compiled.program.coverage(),
    };
    for _ in 0..8 {
        for (json, variant) in texts {
            let accepted = readers.read(json.as_bytes());
            readers.settle(true);
            // What is spelt with escapes may be left to others.
            assert!(
                accepted == *variant || accepted.is_none() && json.contains('\\'),
                "{json}"
            );
        }
    }
    assert!(readers.old.familiar() > 5);
}

#[test]
fn what_told_a_variant_is_no_hole() {
    check_variants(
        SPEC,
        &[
            (r#"{"feed":"a.two","at":1}"#, Some(2)),
            (r#"{"feed":"a.two","at":1}"#, Some(2)),
            (r#"{"feed":"a.one","at":1}"#, Some(0)),
            (r#"{"feed":"a.b.c","at":1}"#, Some(1)),
            (r#"{"feed":"a.b.c.d","at":1}"#, None),
            (r#"{"feed":"a.b","at":1}"#, Some(2)),
            (r#"{"feed":"a.","at":1}"#, None),
            (r#"{"feed":"a.two/three","at":1}"#, None),
            (r#"{"feed":"b.two","at":1}"#, None),
            (r#"{"feed":"a.\u0062","at":1}"#, Some(2)),
        ],
    );
}
