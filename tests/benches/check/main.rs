//! The byte checker beside what people use today: hand-written serde structs with borrowed strings
//! and `f64`, which look at less, and the `jsonschema` crate, which looks at as much.
//!
//! `cargo bench -p venue-tests --bench check`. The checker is given any message of a socket and finds
//! out which it is; the other two are told. Ratios are taken last, round by round, so that whatever
//! else the machine does falls on all alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group};
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::Value;
use venue_codegen::json_schema::{Options, export};
use venue_schema::ir::{Api, Target};
use venue_schema::load_bundled;
use venue_schema::program::{Compiled, compile};
use venue_traffic::borrowed::{Book, BookChanges, Envelope, Ticker, Trade};
use venue_traffic::message::{self, Style};
use venue_wire::check::NodeId;

/// Says whether a message is valid.
type Judge<'a> = Box<dyn Fn(&[u8]) -> bool + 'a>;

/// Messages, and three ways to judge one.
struct Case<'a> {
    name: String,
    messages: Vec<String>,
    ways: [(&'static str, Judge<'a>); 3],
}

struct Venue {
    api: Api,
    compiled: Compiled,
    root: NodeId,
}

impl Venue {
    fn load(id: &str) -> Self {
        let api = load_bundled(id).unwrap_or_else(|error| panic!("{error}"));
        let compiled = compile(&api);
        let root = compiled.socket_received(0);
        Venue {
            api,
            compiled,
            root,
        }
    }

    fn case<'a>(
        &'a self,
        name: String,
        messages: Vec<String>,
        feed: &str,
        serde: fn(&[u8]) -> bool,
    ) -> Case<'a> {
        let schema = self.schema(feed);
        let ways: [(_, Judge); 3] = [
            (
                "checker",
                Box::new(|json| self.compiled.program.accepts(self.root, json)),
            ),
            ("serde, borrowed", Box::new(serde)),
            (
                "jsonschema",
                Box::new(move |json| {
                    serde_json::from_slice(json).is_ok_and(|value| schema.is_valid(&value))
                }),
            ),
        ];
        for message in &messages {
            for (way, judge) in &ways {
                assert!(judge(message.as_bytes()), "{way} refuses {message}");
            }
        }
        Case {
            name,
            messages,
            ways,
        }
    }

    /// The exported schema of the feed's messages, as strict as the checker.
    fn schema(&self, feed: &str) -> Validator {
        let id = format!("{}.feed.{feed}", self.api.id);
        let feed = self
            .api
            .feeds
            .iter()
            .position(|feed| feed.meta.id == id)
            .expect("a feed");
        let options = Options {
            strict: true,
            ..Options::default()
        };
        let schema = export(&self.api, Target::Feed(feed), &options);
        let mut schema = schema.expect("a feed has messages").document.to_value();
        without_lists(&mut schema);
        jsonschema::validator_for(&schema).expect("exported schemas are schemas")
    }
}

/// Takes out the lists of variants that stand beside `if` for generators of types: they refuse
/// nothing more, and would be looked at for nothing.
fn without_lists(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("if") {
                members.remove("anyOf");
            }
            members.values_mut().for_each(without_lists);
        }
        Value::Array(items) => items.iter_mut().for_each(without_lists),
        _ => {}
    }
}

fn decodes<'a, T: Deserialize<'a>>(json: &'a [u8]) -> bool {
    serde_json::from_slice::<T>(json).is_ok_and(|value| {
        black_box(&value);
        true
    })
}

fn cases<'a>(sfox: &'a Venue, finery: &'a Venue) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    for style in [Style::Plain, Style::Spaced, Style::Sorted, Style::Shuffled] {
        let mut add = |venue: &'a Venue, name, messages, feed, serde| {
            cases.push(venue.case(format!("{name}, {style:?}"), messages, feed, serde));
        };
        let books: fn(&[u8]) -> bool = |json| decodes::<Envelope<Book>>(json);
        add(
            sfox,
            "order books",
            message::batch(style, message::order_book),
            "orderbook",
            books,
        );
        add(
            sfox,
            "tickers",
            message::batch(style, message::ticker),
            "ticker",
            |json| decodes::<Envelope<Ticker>>(json),
        );
        add(
            sfox,
            "trades",
            message::batch(style, message::trade),
            "trades",
            |json| decodes::<Envelope<Trade>>(json),
        );
        if matches!(style, Style::Plain | Style::Spaced) {
            let changes: fn(&[u8]) -> bool = |json| decodes::<BookChanges>(json);
            add(
                finery,
                "book changes",
                message::batch(style, message::book_changes),
                "b",
                changes,
            );
        }
    }
    cases
}

fn check(c: &mut Criterion) {
    let (sfox, finery) = (Venue::load("sfox"), Venue::load("finery"));
    for case in cases(&sfox, &finery) {
        let mut group = c.benchmark_group(&case.name);
        let bytes: usize = case.messages.iter().map(String::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        for (way, judge) in &case.ways {
            group.bench_function(*way, |b| b.iter(|| all(&case.messages, judge)));
        }
    }
}

fn all(messages: &[String], judge: &dyn Fn(&[u8]) -> bool) {
    for message in messages {
        black_box(judge(black_box(message.as_bytes())));
    }
}

/// How many times as fast as each of the others the checker is: the median of many rounds.
fn ratios() {
    const ROUNDS: usize = 41;
    let (sfox, finery) = (Venue::load("sfox"), Venue::load("finery"));
    println!(
        "{:24} {:>9} {:>16} {:>12}",
        "checker against", "MB/s", "serde, borrowed", "jsonschema"
    );
    for case in cases(&sfox, &finery) {
        let bytes: usize = case.messages.iter().map(String::len).sum();
        let mut rounds: [Vec<f64>; 3] = Default::default();
        for _ in 0..ROUNDS {
            let times = case.ways.each_ref().map(|(_, judge)| {
                let start = Instant::now();
                all(&case.messages, judge);
                start.elapsed().as_secs_f64()
            });
            rounds[0].push(bytes as f64 / times[0] / 1e6);
            rounds[1].push(times[1] / times[0]);
            rounds[2].push(times[2] / times[0]);
        }
        let [speed, serde, schema] = rounds.map(|mut round| {
            round.sort_by(f64::total_cmp);
            round[ROUNDS / 2]
        });
        println!("{:24} {speed:9.0} {serde:16.2} {schema:12.1}", case.name);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .sample_size(30);
    targets = check
}

fn main() {
    // `cargo test` runs benches once, to see that they work.
    benches();
    if !std::env::args().any(|argument| argument == "--test") {
        ratios();
    }
    Criterion::default().configure_from_args().final_summary();
}
