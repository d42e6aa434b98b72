//! Writes what `tests/interop/run` hands to tools of other languages: of each API in the box,
//! `ID.corpus.ndjson` of [`venue_tests::corpus`], and of [`venue_tests::traffic`] a capture, the
//! targets of its records, and a HAR.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde_json::json;
use venue_schema::ir::Api;
use venue_tests::corpus::{Entry, corpus};
use venue_tests::{specs, traffic};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: interop FOLDER")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for api in specs::all_bundled() {
        let entries = corpus(&api);
        let lines: String = entries
            .iter()
            .map(|entry| format!("{}\n", entry.line(&api)))
            .collect();
        fs::write(folder.join(format!("{}.corpus.ndjson", api.id)), lines)?;
        let (capture, targets) = capture(&api);
        fs::write(folder.join(format!("{}.capture.ndjson", api.id)), capture)?;
        fs::write(folder.join(format!("{}.targets.ndjson", api.id)), targets)?;
        let har = format!("{:#}\n", traffic::har(&api));
        fs::write(folder.join(format!("{}.har", api.id)), har)?;
        println!("{}: {}", api.id, summary(&entries));
    }
    Ok(())
}

/// Lines of a capture, and for each the target and the payload of its record.
fn capture(api: &Api) -> (String, String) {
    let (mut capture, mut targets) = (String::new(), String::new());
    for shown in traffic::records(api) {
        capture += &format!("{}\n", shown.record);
        let file = format!("{}.{}.json", api.id, shown.target.replace('/', "."));
        let message = shown.record["kind"] == "ws";
        let line = json!({
            "target": shown.target,
            "file": file,
            "message": message,
            "payload": shown.payload,
        });
        targets += &format!("{line}\n");
    }
    (capture, targets)
}

fn summary(entries: &[Entry]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        *counts
            .entry(format!("{} {}", entry.verdict, entry.origin))
            .or_default() += 1;
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    counts.join(", ")
}
