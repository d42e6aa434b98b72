//! What is held in memory does not grow with what is read.

use std::io::Write;
use std::process::{Command, Stdio};

use venue_capture::read::Limits;

/// As README.md says.
const MOST: usize = 64 << 20;
/// Of that, what a command takes that has read nothing yet, when it is built for use: some 11 MiB. Built
/// for tests it takes twice as much, which says nothing of what is read.
const START: usize = 16 << 20;

/// The most memory that the process has had, in bytes.
fn peak(id: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().nth(1));
    digits.and_then(|kb| kb.parse::<usize>().ok()).expect("kB") << 10
}

/// What `venue check -` held at most while it read what `write` writes, and what it printed then.
fn held(
    args: &[&str],
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> (usize, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_venue"))
        .args(["check", "-", "--api", "finery", "--format", "json"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    write(&mut stdin).expect("all is read");
    // A pipe holds less than what is left to read could add.
    let peak = peak(child.id());
    drop(stdin);
    let output = child.wait_with_output().expect("the command ends");
    (peak, String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
#[cfg(target_os = "linux")]
fn memory_is_bounded_whatever_is_read() {
    let good = b"[\"B\",42,\"M\",[[[\"+\",300000000000,10000000]],[]]]\n".repeat(1_000);
    let long = vec![b'x'; 1 << 20];
    // As long as a line may be.
    let text = "x".repeat(Limits::default().record - 4);
    let largest = format!("[\"{text}\"]\n");
    // Copied whenever it is told what is at its place.
    let name = format!("{{\"{}\":1}}\n", &text[4..]);
    let kinds = |out: &mut dyn Write| -> std::io::Result<()> {
        let kind = |n| format!("{{\"event\":\"e{n}\",\"k{n}\":{n}}}\n");
        (0..500).try_for_each(|n| out.write_all(kind(n).as_bytes()))
    };
    let (start, _) = held(&["--jobs", "8"], |out| {
        // More than a pipe holds.
        (0..10).try_for_each(|_| out.write_all(&good))
    });
    // Threads for each of several long lines: they must not be held at once.
    let (peak, report) = held(&["--jobs", "8"], |out| {
        (0..10).try_for_each(|_| out.write_all(&good))?;
        out.write_all(b"[\"")?;
        (0..40).try_for_each(|_| out.write_all(&long))?;
        out.write_all(b"\"]\n")?;
        (0..3).try_for_each(|_| out.write_all(largest.as_bytes()))?;
        (0..4).try_for_each(|_| out.write_all(name.as_bytes()))?;
        kinds(out)?;
        (0..10).try_for_each(|_| out.write_all(&good))
    });
    assert!(report.contains("\"rule\": \"record-too-large\""));
    assert!(report.contains("\"rule\": \"undocumented-message\""));
    let more = peak.saturating_sub(start);
    assert!(more < MOST - START, "{} MiB more", more >> 20);
}
