//! Decoding into generated types, whose decimals are exact, beside structs of the same shape that a
//! user would write by hand with owned strings and `f64`.
//!
//! `cargo bench -p venue-tests --bench decode`

mod peers;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::de::DeserializeOwned;
use sfox_types::current;
use sfox_types::current::sockets::main::Received;
use venue_traffic::message::{self, Style};

/// One kind of message: by hand, generated through serde_json, generated through the crate's own way
/// in, and with the dispatch of the whole socket.
fn kind<Peer: DeserializeOwned, Ours: DeserializeOwned>(
    c: &mut Criterion,
    name: &str,
    messages: &[String],
) {
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Bytes(
        messages.iter().map(|m| m.len() as u64).sum(),
    ));
    group.bench_function("hand-written, owned strings and f64", |b| {
        b.iter(|| {
            for message in messages {
                black_box(serde_json::from_slice::<Peer>(message.as_bytes()).expect("decodes"));
            }
        });
    });
    group.bench_function("generated, serde_json::from_slice", |b| {
        b.iter(|| {
            for message in messages {
                black_box(serde_json::from_slice::<Ours>(message.as_bytes()).expect("decodes"));
            }
        });
    });
    group.bench_function("generated, venue_wire::from_slice", |b| {
        b.iter(|| {
            for message in messages {
                black_box(venue_wire::from_slice::<Ours>(message.as_bytes()).expect("decodes"));
            }
        });
    });
    group.bench_function("generated, dispatched by Received::from_slice", |b| {
        b.iter(|| {
            for message in messages {
                black_box(Received::from_slice(message.as_bytes()).expect("decodes"));
            }
        });
    });
    group.finish();
}

fn decode(c: &mut Criterion) {
    kind::<peers::Envelope<peers::Book>, current::market_feeds::OrderBookMessage>(
        c,
        "order books",
        &message::batch(Style::Plain, message::order_book),
    );
    kind::<peers::Envelope<peers::Ticker>, current::market_feeds::TickerMessage>(
        c,
        "tickers",
        &message::batch(Style::Plain, message::ticker),
    );
    kind::<peers::Envelope<peers::Trade>, current::market_feeds::TradeMessage>(
        c,
        "trades",
        &message::batch(Style::Plain, message::trade),
    );
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(3))
        .warm_up_time(Duration::from_secs(1));
    targets = decode
}
criterion_main!(benches);
