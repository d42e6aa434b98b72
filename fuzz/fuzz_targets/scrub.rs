//! Whatever the capture, it is scrubbed or refused, never a panic.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use venue_capture::read::{InputFormat, Limits};
use venue_capture::scrub::Scrubber;
use venue_capture::{Candidate, Checker};

static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    let candidates = venue_schema::bundled_ids()
        .map(|id| Candidate::new(venue_schema::load_bundled(id).expect("bundled specs are clean")))
        .collect();
    Checker::new(candidates)
});

fuzz_target!(|capture: &[u8]| {
    let limits = Limits { record: 1 << 16 };
    let mut out = Vec::new();
    let mut scrubber = Scrubber::new(&CHECKER, "");
    let _ = scrubber.scrub(capture, InputFormat::Auto, limits, &mut out);
});
