//! A capture of any layout may hold anything: records come out of it, are routed and checked one by one and as a
//! connection, and nothing panics. Cut into chunks, as threads read it, it gives the same records. The first byte is the
//! layout.
#![no_main]

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use venue_capture::session::Session;
use venue_capture::{Candidate, Checker, read};

static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    let candidates = venue_schema::bundled_ids()
        .map(|id| Candidate::new(venue_schema::load_bundled(id).expect("bundled specs are clean")))
        .collect();
    Checker::new(candidates)
});

fuzz_target!(|data: &[u8]| {
    let Some((&layout, capture)) = data.split_first() else {
        return;
    };
    let formats = [
        read::InputFormat::Auto,
        read::InputFormat::Har,
        read::InputFormat::Ndjson,
        read::InputFormat::Connection,
        read::InputFormat::Records,
        read::InputFormat::Tardis,
        read::InputFormat::Cryptofeed,
        read::InputFormat::Wscat,
        read::InputFormat::Documents,
    ];
    let format = formats[usize::from(layout) % formats.len()];
    let file: Arc<str> = "fuzz".into();
    let limits = read::Limits { record: 1 << 16 };
    let mut session = Session::default();
    let mut records = 0u64;
    // A file that cannot be read to its end is an error, not a panic.
    let whole = read::read(capture, format, limits, &mut |record| {
        records += 1;
        let outcome = CHECKER.check(&file, &record, &mut |_| {});
        if let Some(seen) = &outcome.observation {
            session.observe(&CHECKER, &file, seen, &mut |_| {});
        }
        ControlFlow::Continue(())
    });
    session.end(&CHECKER, &file, &mut |_| {});
    let Ok(capture) = read::Capture::open(capture, format, limits) else {
        return;
    };
    if !capture.is_lines() {
        return;
    }
    let (mut lines, mut chunk, mut chunked) = (capture.into_lines(), read::Chunk::default(), 0);
    while let Ok(true) = lines.next(&mut chunk) {
        chunk.records(&mut |record| {
            assert_eq!(record.index, chunked);
            chunked += 1;
            ControlFlow::Continue(())
        });
    }
    assert!(whole.is_err() || records == chunked, "{records} and {chunked}");
});
