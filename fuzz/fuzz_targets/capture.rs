//! A capture may hold anything: records come out of it, never a panic.
#![no_main]

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use venue_capture::{Candidate, Checker, read};

static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    let candidates = venue_schema::bundled_ids()
        .map(|id| Candidate::new(venue_schema::load_bundled(id).expect("bundled specs are clean")))
        .collect();
    Checker::new(candidates)
});

fuzz_target!(|capture: &[u8]| {
    let file: Arc<str> = "fuzz".into();
    let limits = read::Limits { record: 1 << 16 };
    // A file that cannot be read to its end is an error, not a panic.
    let _ = read::read(capture, read::InputFormat::Auto, limits, &mut |record| {
        CHECKER.check(&file, &record, &mut |_| {});
        ControlFlow::Continue(())
    });
});
