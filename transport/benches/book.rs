//! How fast a book follows its feed: changes near the top, and whole snapshots.
//!
//!     cargo bench -p venue-transport --bench book

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use venue_transport::book::{Book, Change, Crossing, Side};
use venue_wire::Decimal;

const LEVELS: u64 = 25;

type Levels<P> = Vec<(P, u64)>;

fn ladder<P>(price: impl Fn(u64) -> P) -> (Levels<P>, Levels<P>) {
    let bids = (0..LEVELS).map(|step| (price(10_000 - step), 1 + step));
    let bids = bids.collect();
    let asks = (0..LEVELS).map(|step| (price(10_001 + step), 1 + step));
    (bids, asks.collect())
}

fn changes(c: &mut Criterion) {
    let (bids, asks) = ladder(|price| price);
    let mut book = Book::new(Crossing::Refused);
    let filled = book.snapshot(bids, asks);
    filled.expect("a sound ladder");
    c.bench_function("change of a level, 25 a side", |b| {
        let mut step = 0;
        b.iter(|| {
            // Among the five best, as most changes are: gone, and there again.
            let price = 10_000 - step % 5;
            step += 1;
            let gone = book.apply(Side::Bid, Change::Delete(price));
            let back = book.apply(Side::Bid, Change::Insert(price, step));
            black_box((gone, back, book.check()))
        });
    });
}

fn snapshots(c: &mut Criterion) {
    let decimal = |price: u64| format!("{price}.5").parse::<Decimal>().expect("a decimal");
    let (bids, asks) = ladder(decimal);
    let mut book = Book::new(Crossing::Refused);
    c.bench_function("snapshot of decimals, 25 a side", |b| {
        b.iter_batched(
            || (bids.clone(), asks.clone()),
            |(bids, asks)| black_box(book.snapshot(bids, asks)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, changes, snapshots);
criterion_main!(benches);
