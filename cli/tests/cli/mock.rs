//! `venue mock` as a process: what it prints, how it ends, and that what it records can be checked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::support::{ends, root};

/// A mock that runs, and the line that it printed.
fn started(args: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_venue"))
        .args(["mock", "--listen", "127.0.0.1:0"])
        .args(args)
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("a pipe");
    BufReader::new(out).read_line(&mut line).expect("a line");
    (child, line)
}

fn address(line: &str) -> &str {
    let rest = line.strip_prefix("listening on http://").expect(line);
    rest.split_whitespace().next().expect(line)
}

fn ask(address: &str, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer secret-key\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Asks a process to end, as Ctrl-C does.
#[cfg(unix)]
fn interrupted(mut child: Child) -> (Option<i32>, String) {
    let id = child.id().to_string();
    let told = Command::new("kill").args(["-INT", &id]).status();
    assert!(told.expect("kill runs").success());
    let status = child.wait().expect("it ends").code();
    let mut log = String::new();
    let mut err = child.stderr.take().expect("a pipe");
    err.read_to_string(&mut log).expect("UTF-8");
    (status, log)
}

#[cfg(unix)]
#[test]
fn what_a_mock_records_is_checked_and_it_ends_when_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("seen.ndjson");
    let record = record.to_string_lossy().into_owned();
    let (child, line) = started(&["--api", "sfox", "--stateful", "--record", &record]);
    let address = address(&line).to_owned();
    assert_eq!(
        line,
        format!("listening on http://{address} ws://{address}/ws\n")
    );
    let order = r#"{"currency_pair":"btcusd","algorithm_id":201,"price":1,"quantity":1}"#;
    let placed = ask(&address, "POST /v1/orders/buy", order);
    assert!(placed.starts_with("HTTP/1.1 201"), "{placed}");
    let open = ask(&address, "GET /v1/orders", "");
    assert!(open.contains(r#""status":"Started""#), "{open}");
    for page in ["GET /", "GET /openapi.json", "GET /asyncapi.json"] {
        let page = ask(&address, page, "");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(
            !page.contains("https://api.sfox.com/v1"),
            "it leads to the venue"
        );
    }
    let (status, log) = interrupted(child);
    assert_eq!(status, Some(0), "{log}");
    assert!(log.contains("POST /v1/orders/{side} 201"), "{log}");
    let seen = std::fs::read_to_string(&record).expect("a record");
    assert_eq!(seen.lines().count(), 2, "{seen}");
    assert!(!seen.contains("secret-key") && !log.contains("secret-key"));
    ends(&["check", "--fail-on", "warning", &record], 0);
}

/// A feed runs while the process is told to end: the client hears of it, and the record is whole.
#[cfg(unix)]
#[test]
fn a_mock_that_ends_says_goodbye_and_leaves_a_whole_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("seen.ndjson");
    let record = record.to_string_lossy().into_owned();
    let (child, line) = started(&["--api", "sfox-legacy", "--pace", "1ms", "--record", &record]);
    let mut stream = TcpStream::connect(address(&line)).expect("a connection");
    let subscribe = br#"{"type":"subscribe","feeds":["ticker.sfox.btcusd"]}"#;
    let length = 0x80 | u8::try_from(subscribe.len()).expect("short");
    let open = "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    let said = [open.as_bytes(), &[0x81, length, 0, 0, 0, 0], subscribe].concat();
    stream.write_all(&said).expect("sent");
    let mut seen = vec![0; 20_000];
    stream.read_exact(&mut seen).expect("messages");
    let (status, log) = interrupted(child);
    assert_eq!(status, Some(0), "{log}");
    stream.read_to_end(&mut seen).expect("the rest");
    assert!(seen.ends_with(b"the mock stops"), "no goodbye");
    let records = std::fs::read_to_string(&record).expect("a record");
    assert!(records.lines().count() > 20 && records.ends_with("}\n"));
    let api = ["check", "--api", "sfox-legacy"];
    ends(&[&api[..], &["--fail-on", "warning", &record]].concat(), 0);
}

#[test]
fn a_mock_speaks_tls_by_a_certificate_that_clients_can_be_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("ca.pem");
    let authority = authority.to_string_lossy().into_owned();
    let (mut child, line) = started(&["--api", "sfox", "--tls", "--tls-ca-out", &authority]);
    let rest = line.strip_prefix("listening on https://").expect(&line);
    let (address, socket) = rest.trim_end().split_once(' ').expect(&line);
    assert_eq!(socket, format!("wss://{address}/ws"));
    let written = std::fs::read_to_string(&authority).expect("a certificate");
    assert!(
        written.starts_with("-----BEGIN CERTIFICATE-----"),
        "{written}"
    );
    let refused = ask(address, "GET /", "");
    assert!(
        refused.contains("TLS is spoken here: https://"),
        "{refused}"
    );
    // Who is still speaking when the answer is there is heard out, or the answer could be lost.
    let mut slow = TcpStream::connect(address).expect("a connection");
    slow.write_all(b"GET / HTTP/1.1\r\n").expect("sent");
    slow.read_to_string(&mut String::new()).expect("an answer");
    for _ in 0..3 {
        slow.write_all(b"x-more: of it\r\n").expect("sent");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(slow);
    child.kill().expect("it ends");
    child.wait().expect("it ended");
    for (args, part) in [
        (
            &["--tls", "--tls-ca-out", "no/such/folder"][..],
            "no/such/folder",
        ),
        (&["--tls", "--tls-cert", &authority], "--tls-key"),
        (
            &["--tls", "--tls-cert", &authority, "--tls-key", &authority],
            "there is no private key in PEM",
        ),
        (&["--tls-ca-out", "ca.pem"], "--tls"),
    ] {
        let listen = ["mock", "--api", "sfox", "--listen", "127.0.0.1:0"];
        let ran = ends(&[&listen[..], args].concat(), 2);
        assert!(ran.err.contains(part), "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
}

#[test]
fn what_cannot_be_served_is_said() {
    let (mut child, line) = started(&["--api", "finery"]);
    let taken = address(&line).to_owned();
    assert!(line.ends_with("/ws/rfq\n"), "{line}");
    for (args, part) in [
        (
            &["--api", "sfox", "--listen", &taken][..],
            "the port is in use",
        ),
        (&["--api", "sfox", "--listen", "nowhere"], "nowhere"),
        (&["--api", "sfx"], "did you mean `sfox`"),
        (&["--api", "sfox", "--fault", "cot"], "there is no fault"),
        (&["--api", "sfox-legacy", "--stateful"], "--roles"),
        (
            &["--api", "sfox", "--roles", "mock/roles/finery.toml"],
            "there is no operation `add`",
        ),
        (
            &["--api", "sfox", "--record", "no/such/folder"],
            "no/such/folder",
        ),
    ] {
        let ran = ends(&[&["mock"], args].concat(), 2);
        assert!(ran.err.contains(part), "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
    child.kill().expect("it ends");
    child.wait().expect("it ended");
}
