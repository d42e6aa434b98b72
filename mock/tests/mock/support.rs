//! What the tests share: APIs, keys, records in memory and their judge.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use venue_capture::finding::{Drawable, Verdict};
use venue_capture::read::{InputFormat, Limits};
use venue_capture::session::Session;
use venue_capture::{Candidate, Checker};
use venue_mock::Key;
use venue_schema::ir::Api;

/// A file in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("a lock").clone()).expect("UTF-8")
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn api(id: &str) -> Api {
    venue_schema::load_bundled(id).expect("a bundled API")
}

pub(crate) fn apis() -> Vec<Api> {
    venue_schema::bundled_ids().map(api).collect()
}

pub(crate) fn key() -> Key {
    Key::parse("some-key:some-secret")
}

/// Holds every record against its API; those that are not valid, with why, and what is wrong with a
/// connection.
pub(crate) fn faults(api: Api, records: &str) -> Vec<String> {
    let checker = Checker::new(vec![Candidate::new(api)]);
    let file: Arc<str> = "records".into();
    let mut session = Session::default();
    let (mut out, mut of_connections) = (Vec::new(), Vec::new());
    let mut note = |found: &Drawable<'_>| {
        let f = &found.finding;
        // Tests ask as fast as they can.
        if f.rule != "rate-limit-exceeded" {
            of_connections.push(format!("{}: {}", f.rule, f.message));
        }
    };
    venue_capture::read::read(
        records.as_bytes(),
        InputFormat::Records,
        Limits::default(),
        &mut |record| {
            let mut why = Vec::new();
            let outcome = checker.check(&file, &record, &mut |found| {
                let f = &found.finding;
                why.push(format!("{} {}: {}", f.rule, f.pointer, f.message));
            });
            if outcome.verdict != Verdict::Valid {
                let index = usize::try_from(record.index).unwrap_or_default();
                let line = records.lines().nth(index).unwrap_or_default();
                out.push(format!("{why:?} in {line}"));
            }
            if let Some(seen) = &outcome.observation {
                session.observe(&checker, &file, seen, &mut note);
            }
            ControlFlow::Continue(())
        },
    )
    .expect("records are read");
    session.end(&checker, &file, &mut note);
    out.extend(of_connections);
    out
}
