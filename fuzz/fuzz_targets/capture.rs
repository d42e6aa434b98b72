//! A capture of any layout may hold anything: records come out of it, are routed and checked one by one and as a
//! connection, and nothing panics. The first byte is the layout.
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
    // A file that cannot be read to its end is an error, not a panic.
    let _ = read::read(capture, format, limits, &mut |record| {
        let outcome = CHECKER.check(&file, &record, &mut |_| {});
        if let Some(seen) = &outcome.observation {
            session.observe(&CHECKER, &file, seen, &mut |_| {});
        }
        ControlFlow::Continue(())
    });
    session.end(&CHECKER, &file, &mut |_| {});
});
