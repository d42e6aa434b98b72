//! Whatever bytes are read as a capture, reading, checking and reporting come to an end without a
//! panic, and say the same each time.

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use venue_capture::read::{InputFormat, Limits, read};
use venue_capture::report::{Report, Tally};
use venue_capture::{Candidate, Checker};

static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    let api = |id| Candidate::new(venue_schema::load_bundled(id).expect("a bundled API"));
    Checker::new(vec![api("finery"), api("sfox-legacy")])
});

const SAMPLES: [&[u8]; 4] = [
    include_bytes!("../../captures/clean-sfox.har"),
    include_bytes!("../../captures/clean-finery-feeds.jsonl.gz"),
    include_bytes!("../../captures/drift-finery.jsonl"),
    include_bytes!("../../captures/drift-sfox.ndjson"),
];

/// The report on the bytes, whatever they are.
fn report(bytes: &[u8], format: InputFormat) -> String {
    let file: Arc<str> = "x".into();
    let (mut report, mut tally) = (Report::default(), Tally::default());
    let mut findings = 0;
    let limits = Limits { record: 2000 };
    let _ = read(bytes, format, limits, &mut |record| {
        let outcome = CHECKER.check(&file, &record, &mut |found| {
            findings += 1;
            if let Some(excerpt) = (found.excerpt)() {
                let length = excerpt.text.chars().count();
                assert!(
                    excerpt.column <= length && excerpt.column + excerpt.width <= length + 1,
                    "{excerpt:?}"
                );
                assert!(!excerpt.text.contains(char::is_control), "{excerpt:?}");
            }
            report.finding(found);
        });
        tally.record(record.at, &outcome, &mut report);
        if let Some(what) = &outcome.unclaimed {
            assert!(!what.contains(char::is_control), "{what:?}");
        }
        ControlFlow::Continue(())
    });
    tally.settle(&file, &mut report);
    let counted: u64 = report.groups().map(|g| g.count).sum();
    assert_eq!(counted, findings);
    assert_eq!(report.totals.valid == report.totals.records, findings == 0);
    let text = report.to_json(usize::MAX);
    let again = Report::from_json(text.as_bytes()).expect("what was written");
    assert_eq!(again.to_json(usize::MAX), text);
    text
}

fn format() -> impl Strategy<Value = InputFormat> {
    prop_oneof![
        4 => Just(InputFormat::Auto),
        1 => Just(InputFormat::Har),
        1 => Just(InputFormat::Ndjson),
        1 => Just(InputFormat::Records),
        1 => Just(InputFormat::Documents),
    ]
}

/// Bytes that matter to JSON, and some that should not be there.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 22] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b":",
        b",",
        b"\\",
        b"\n",
        b"\r\n",
        b"null",
        b"-0",
        b"1e400",
        b"\"kind\":\"http\"",
        b"\"log\":{\"entries\":[",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\x00",
        b"\x1b[0m",
        b"\\ud800",
        b"\x1f\x8b",
        b"\xe2\x80\xae",
    ];
    prop::sample::select(pieces.to_vec()).prop_map(<[u8]>::to_vec)
}

proptest! {
    #[test]
    fn rubbish_is_read_to_its_end(pieces in prop::collection::vec(piece(), 0..60), format in format()) {
        let bytes = pieces.concat();
        prop_assert_eq!(report(&bytes, format), report(&bytes, format));
    }

    #[test]
    fn damaged_captures_are_read_to_their_end(
        sample in 0..SAMPLES.len(),
        at in any::<prop::sample::Index>(),
        removed in 0usize..40,
        inserted in piece(),
        end in any::<prop::sample::Index>(),
        format in format(),
    ) {
        let mut bytes = SAMPLES[sample].to_vec();
        let at = at.index(bytes.len());
        let until = (at + removed).min(bytes.len());
        bytes.splice(at..until, inserted);
        bytes.truncate(end.index(bytes.len()) + 1);
        report(&bytes, format);
    }
}
