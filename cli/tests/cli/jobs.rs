//! Threads and shards: the output does not show how the work was shared out.

use std::io::Write as _;
use std::path::Path;

use crate::support::{ends, ends_with, venue_with};

/// Two megabytes of messages, most of them fine, with what threads could get wrong among them: blank
/// lines, damage, kinds of finding that come back, and lines longer than a chunk.
fn messages() -> Vec<u8> {
    let mut text = b"\xef\xbb\xbf".to_vec();
    for n in 0..10_000_u64 {
        let line = match n % 250 {
            7 => String::new(),
            11 => " \t\r".to_owned(),
            13 => format!(r#"["X",{n},"Z",0"#),
            17 => format!(r#"["B",{n},"M",[[["?",300,{n}]],[]],"more"]"#),
            19 => format!(r#"["Q{}",{n},"M",0]"#, n % 7),
            23 => format!(r#"["B",{n},"M",[[["+",300,{n}],["-",-1,2]],[]]]"#),
            29 if n < 500 => format!("[{}]", "1, ".repeat(150_000)),
            _ => format!(r#"["B",{n},"M",[[["+",300{n},{n}]],[["M",301,5],["-",302,1]]]]"#),
        };
        text.extend_from_slice(line.as_bytes());
        text.extend_from_slice(if n % 3 == 0 { b"\r\n" } else { b"\n" });
    }
    text.extend_from_slice(b"[\"X\",0,\"Z\",0]");
    text
}

fn records() -> Vec<u8> {
    let text = String::from_utf8(messages()).expect("text");
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let lines = lines.map(|(n, line)| match line.trim() {
        "" => format!("{line}\n"),
        _ => format!(
            "{{\"kind\":\"ws\",\"at\":\"2024-05-{:02}T00:00:{:02}.5Z\",\"url\":\"wss://trade.finerymarkets.com/ws\",\"direction\":\"received\",\"data\":{}}}\n",
            1 + n % 28,
            n % 60,
            serde_json::to_string(line).expect("text"),
        ),
    });
    lines.collect::<String>().into_bytes()
}

fn dump() -> Vec<u8> {
    let text = String::from_utf8(messages()).expect("text");
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines
        .map(|line| match line.trim() {
            "" => "\n".to_owned(),
            _ => format!("2024-05-01T00:00:04.9123456Z {line}\n"),
        })
        .collect::<String>()
        .into_bytes()
}

/// The reports of a run in the two formats that say most.
fn reports(path: &Path, more: &[&str]) -> (String, String) {
    let path = path.to_string_lossy();
    let folder = tempfile::tempdir().expect("a folder");
    let json = folder.path().join("report.json");
    let report = format!("json={}", json.display());
    let args = [
        &[
            "check", &path, "--api", "finery", "--format", "ndjson", "--report", &report,
        ],
        more,
    ];
    let ran = ends(&args.concat(), 1);
    (ran.out, std::fs::read_to_string(json).expect("a report"))
}

#[test]
fn threads_and_shards_say_what_one_thread_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let auto: &[&str] = &[];
    for (name, text, said) in [
        ("messages.ndjson", messages(), auto),
        (
            "connection.ndjson",
            messages(),
            &["--input-format", "connection"],
        ),
        ("records.ndjson", records(), auto),
        ("dump.ndjson", dump(), auto),
    ] {
        let path = folder.path().join(name);
        let reports = |path: &Path, more: &[&str]| reports(path, &[said, more].concat());
        std::fs::write(&path, text).expect("a file");
        let (lines, json) = reports(&path, &["--jobs", "1"]);
        assert!(lines.lines().count() > 150 && json.len() > 2000);
        for jobs in ["2", "8"] {
            assert!(
                reports(&path, &["--jobs", jobs]) == (lines.clone(), json.clone()),
                "{name}, {jobs}"
            );
        }
        let limited = reports(&path, &["--jobs", "8", "--max-findings", "100"]).0;
        let first: String = lines.split_inclusive('\n').take(100).collect();
        assert!(limited == first, "{name}");

        let parts: Vec<String> = (1..=3)
            .map(|part| {
                let shard = format!("{part}/3");
                let (_, json) = reports(&path, &["--shard", &shard, "--jobs", "2"]);
                let part = folder.path().join(format!("{name}.{part}"));
                std::fs::write(&part, json).expect("a file");
                part.to_string_lossy().into_owned()
            })
            .collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let merged = ends(&[&["report", "merge"][..], &parts].concat(), 1);
        assert!(merged.out == json, "{name}");
    }
}

#[test]
fn threads_read_what_is_compressed_or_breaks_off() {
    let text = messages();
    let whole = ends_with(
        &[
            "check", "-", "--api", "finery", "--format", "json", "--jobs", "1",
        ],
        &text,
        1,
    )
    .out;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&text).expect("memory");
    let gz = gz.finish().expect("memory");
    for jobs in ["1", "3"] {
        let args = [
            "check", "-", "--api", "finery", "--format", "json", "--jobs", jobs,
        ];
        assert!(ends_with(&args, &gz, 1).out == whole, "{jobs}");
        // What was read before the end of half a file counts, and the status says that it was half.
        let half = ends_with(&args, &gz[..gz.len() / 2], 2);
        assert!(
            half.err.contains("<stdin>") && half.out.contains("\"findings\": [\n    {"),
            "{}",
            half.err
        );
        assert_eq!(
            half.out,
            venue_with(
                &[
                    "check", "-", "--api", "finery", "--format", "json", "--jobs", "1"
                ],
                &gz[..gz.len() / 2]
            )
            .out
        );
    }
}
