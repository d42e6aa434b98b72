//! Running the command and looking at what it leaves behind.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `venue` in the workspace's root, so that paths in its output are the same everywhere.
pub(crate) fn venue(args: &[&str]) -> Ran {
    venue_with(args, b"")
}

/// The same with something on standard input.
pub(crate) fn venue_with(args: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_venue"))
        .args(args)
        .current_dir(root())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // From a thread, for the command may fill its output before it has read all; and it may end
    // without reading any.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the writer ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Asserts the exit status, and shows what was printed where it is another.
#[track_caller]
pub(crate) fn ends(args: &[&str], status: i32) -> Ran {
    ends_with(args, b"", status)
}

#[track_caller]
pub(crate) fn ends_with(args: &[&str], input: &[u8], status: i32) -> Ran {
    let ran = venue_with(args, input);
    assert_eq!(
        ran.status, status,
        "venue {args:?}\n--- out\n{}\n--- err\n{}",
        ran.out, ran.err
    );
    ran
}

/// The findings of `venue check` in what is given on standard input, one by one.
pub(crate) fn ndjson(args: &[&str], input: &[u8]) -> Vec<serde_json::Value> {
    let args = [
        &["check", "--format", "ndjson", "--fail-on", "never", "-"],
        args,
    ]
    .concat();
    let ran = ends_with(&args, input, 0);
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}
