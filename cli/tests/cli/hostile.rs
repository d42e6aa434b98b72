//! Input that was not meant well, or is only half there.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::support::{ends_with, root, venue_with};

/// Whatever is read, the command ends by itself with one of its three statuses, and prints nothing
/// that a terminal would act on. Gives what it says in every format.
#[track_caller]
pub(crate) fn survives(args: &[&str], input: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let formats = [
        "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html",
    ];
    let reports = formats.map(|f| (f, folder.path().join(f)));
    let reports = reports.map(|(f, path)| (format!("{f}={}", path.display()), path));
    let mut args = args.to_vec();
    for (report, _) in &reports {
        args.extend(["--report", report]);
    }
    let ran = venue_with(&args, input);
    let mut shown = format!("{}{}", ran.out, ran.err);
    for (_, path) in &reports {
        shown.push_str(&std::fs::read_to_string(path).unwrap_or_default());
    }
    assert!(
        (0..=2).contains(&ran.status),
        "{args:?} ended with {}\n{shown}",
        ran.status
    );
    assert!(!shown.contains("panicked"), "{shown}");
    let bad = shown
        .chars()
        .find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
    assert_eq!(bad, None, "{shown}");
    shown
}

#[test]
fn nothing_that_is_read_reaches_the_terminal_as_it_is() {
    for input in [
        &b"{\"type\":\"\x1b[31mred\"}"[..],
        b"{\"\\u001b[2J\":1,\"type\":\"\\u202egnp\"}",
        b"{\"recipient\":\"ticker.sfox.\\u001b[0m\",\"sequence\":1,\"timestamp\":1,\"payload\":{\"\\u0007\\u009b\\u202e\":\"\\u009b\"}}",
        b"[\"\x00\x01\x02\"]",
        b"\xff\xfe\x00{",
        b"\xff{\"a\":1}\n\xc3\x28",
        b"\xef\xbb\xbf[\"X\",0,\"Z\",0]",
        b"\x1f\x8b\x08\x00garbage",
        b"\x1f\x8b",
        b"[",
        b"{\"log\":{\"entries\":[{\"request\":{\"url\":\"\\u001b]0;t\\u0007\",\"method\":\"\\u001bX\"},\"response\":null}]}}",
        b"{\"kind\":\"http\",\"request\":{\"method\":\"G\\u001bT\",\"url\":\"https://\\u001b.sfox.com/\\u001b\"},\"response\":null}",
        b"{\"kind\":\"ws\",\"url\":\"\\ud800\",\"direction\":\"sent\",\"data\":\"\\ud800\"}",
        b"{\"kind\":\"ws\",\"direction\":\"\\u001b\",\"data\":1}",
    ] {
        survives(&["check", "-"], input);
        survives(&["check", "-", "--as", "sfox.feed.ticker"], input);
    }
}

#[test]
fn deep_and_long_input_is_refused_calmly() {
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    assert!(survives(&["check", "-"], &deep).contains("not-json"));
    let long = [
        b"[\"X\",0,\"Z\",0]\n\"".to_vec(),
        b"x".repeat(17 << 20),
        b"\"\n[\"X\",0,\"Z\",0]\n".to_vec(),
    ]
    .concat();
    let shown = survives(&["check", "-"], &long);
    assert!(
        shown.contains("record-too-large") && shown.contains("3 records: 2 valid, 1 unmatched"),
        "{shown}"
    );
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    let secret = "hunter2hunter2";
    let sent = |data: &str| {
        format!(r#"{{"kind":"ws","url":"wss://ws.sfox.com/ws","direction":"sent","data":{data}}}"#)
    };
    for input in [
        sent(&format!(r#"{{"type":"authenticate","apiKey":"{secret}"}}"#)),
        sent(&format!(
            r#"{{"type":"authenticate","apiKey":["{secret}"]}}"#
        )),
        sent(&format!(
            r#"{{"type":"authenticate","apiKey":"{secret}","more":"{secret}"}}"#
        )),
        sent(&format!(
            r#"{{"type":"authenticate","api_key":"{secret}"}}"#
        )),
        sent(&format!(r#"{{"type":"login","token":"{secret}"}}"#)),
        sent(&format!(
            r#""{{\"type\":\"authenticate\",\"apiKey\":\"{secret}\",}}""#
        )),
        sent(&format!(
            r#""{{\"type\":\"authenticate\",\"apiKey\":\"{secret}""#
        )),
        format!("{{\"type\":\"authenticate\",'apiKey':'{secret}'}}"),
        format!(
            r#"{{"kind":"http","request":{{"method":"GET","url":"https://k:{secret}@api.sfox.com/v1/user/balance?key={secret}","headers":{{"Authorization":"Bearer {secret}"}}}},"response":{{"status":401,"body":{{"error":1,"apiKey":"{secret}"}}}}}}"#
        ),
    ] {
        let shown = survives(&["check", "-", "--api", "sfox"], input.as_bytes());
        assert!(!shown.contains(secret), "{input}\n{shown}");
    }
}

#[test]
fn half_a_file_is_read_as_far_as_it_goes() {
    for name in [
        "clean-sfox.har",
        "clean-finery.ndjson",
        "clean-finery-feeds.jsonl.gz",
    ] {
        let whole = std::fs::read(root().join("captures").join(name)).expect("a sample");
        for part in 1..6 {
            survives(
                &["check", "-", "--api", "sfox", "--api", "finery"],
                &whole[..whole.len() * part / 6],
            );
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let line = b"{\"type\":\"no such thing\"}\n".repeat(50_000);
    let mut child = Command::new(env!("CARGO_BIN_EXE_venue"))
        .args(["check", "-", "--format", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || drop(stdin.write_all(&line)));
    let mut out = child.stdout.take().expect("a pipe");
    let mut first = [0; 100];
    out.read_exact(&mut first).expect("some output");
    drop(out);
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the writer ends");
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).as_ref()
        ),
        (Some(0), "")
    );
}

#[test]
fn an_unreadable_file_does_not_hide_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.ndjson"), "[\"X\",0,\"Z\",0]\n").expect("a file");
    std::fs::write(folder.path().join("b.har.gz"), b"\x1f\x8b\x08\x00\x00").expect("a file");
    std::fs::write(folder.path().join("notes.md"), "not a capture").expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let ran = ends_with(&["check", &path], b"", 2);
    assert!(
        ran.out.contains("1 record valid") && ran.err.contains("b.har.gz"),
        "{}\n{}",
        ran.out,
        ran.err
    );
    assert!(!ran.out.contains("notes.md"));
    // Where nothing could be read, there is nothing to say of what would have matched.
    let alone = folder
        .path()
        .join("b.har.gz")
        .to_string_lossy()
        .into_owned();
    let said = ends_with(&["check", &alone], b"", 2).err;
    assert!(
        said.contains("b.har.gz") && said.lines().count() == 1,
        "{said}"
    );
}
#[cfg(unix)]
#[test]
fn a_run_that_is_ended_half_way_leaves_the_old_report_and_nothing_else() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("drift.ndjson");
    std::fs::write(&report, "of last night\n").expect("a file");
    let names = || -> Vec<_> {
        let entries = std::fs::read_dir(folder.path()).expect("a folder");
        entries.map(|e| e.expect("an entry").file_name()).collect()
    };
    for (signal, status) in [("INT", Some(130)), ("TERM", Some(143)), ("KILL", None)] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_venue"))
            .args(["check", "-", "--api", "sfox", "--report"])
            .arg(format!("ndjson={}", report.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        // Kept open: the run is in the middle of its capture.
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin
            .write_all(b"{\"type\":\"nobody knows\"}\n")
            .expect("it reads");
        let begun = Instant::now();
        while names().len() < 2 && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(names().len(), 2, "{signal}: a draft beside the report");
        let kill = Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(kill.expect("kill").success());
        assert_eq!(child.wait().expect("it ends").code(), status, "{signal}");
        let text = std::fs::read_to_string(&report).expect("the report");
        assert_eq!(text, "of last night\n", "{signal}");
        if status.is_some() {
            assert_eq!(names(), ["drift.ndjson"], "{signal}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_ended_says_what_it_found_until_then() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("drift.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_venue"))
        .args(["check", "-", "--api", "sfox", "--report"])
        .arg(format!("json={}", report.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Without an end, as a recorder writes.
    let written = Arc::new(AtomicUsize::new(0));
    let count = written.clone();
    let writer = std::thread::spawn(move || {
        let line = b"{\"type\":\"nobody knows\"}\n";
        while stdin.write_all(line).is_ok() {
            count.fetch_add(line.len(), Ordering::Relaxed);
        }
    });
    // It has begun to read once more is written than a pipe holds.
    while written.load(Ordering::Relaxed) < 1 << 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(kill.expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer ends");
    let rest = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(130), "{rest}");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.contains("warning[unmatched-message]"), "{said}");
    assert!(rest.contains("ended on request after "), "{rest}");
    assert!(!report.exists(), "a part is no report");
}
