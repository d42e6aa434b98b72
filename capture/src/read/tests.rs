//! What the readers make of each format, and of damage.

use super::*;
use crate::record::Body;
use std::io::Write as _;

/// Every record as one line of text. Cut into chunks, lines must give the same.
fn dump(bytes: &[u8], format: InputFormat) -> (String, Vec<String>) {
    let limits = Limits { record: 300 };
    let mut seen = Vec::new();
    let layout = read(bytes, format, limits, &mut |record| {
        seen.push(shown(&record));
        ControlFlow::Continue(())
    });
    let capture = Capture::open(bytes, format, limits).ok();
    if capture.is_some_and(|capture| capture.is_lines()) {
        for piece in [1, 3, 64, usize::MAX] {
            let mut capture = Capture::open(bytes, format, limits).expect("as before");
            let mut text = Vec::new();
            let error = capture.reader.read_to_end(&mut text).err();
            let source = Box::new(Drip(&text, piece).chain(Late {
                error,
                source: io::empty(),
            }));
            let mut lines = Lines::new(source, capture.layout, limits);
            let (mut chunk, mut chunked) = (Chunk::default(), Vec::new());
            while let Ok(true) = lines.next(&mut chunk) {
                chunk.records(&mut |record| {
                    chunked.push(shown(&record));
                    ControlFlow::Continue(())
                });
            }
            assert_eq!(chunked, seen, "in pieces of {piece}");
        }
    }
    let name = layout.map_or_else(|e| e.to_string(), |l| l.name().to_owned());
    (name, seen)
}

/// Text that comes a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

fn shown(record: &Record<'_>) -> String {
    let text = |p: &Payload<'_>| String::from_utf8_lossy(&p.bytes).into_owned();
    let body = |b: &Body<'_>| match b {
        Body::Unknown => "?".to_owned(),
        Body::Empty => "-".to_owned(),
        Body::Damaged(what) => format!("damaged: it {what}"),
        Body::Bytes(p) => text(p),
    };
    let shown = match &record.content {
        Content::Http(e) => {
            let response = e
                .response
                .as_ref()
                .map(|(s, p)| format!("{s} {}", body(&p.body)))
                .unwrap_or("none".into());
            format!(
                "{} {} {} {} -> {response}",
                e.method,
                e.address,
                e.request.media,
                body(&e.request.body)
            )
        }
        Content::Message(m) => {
            let address = m.address.as_ref();
            let address = address.map(ToString::to_string).unwrap_or_default();
            format!("{:?} {address} {}", m.direction, text(&m.payload))
        }
        Content::Unreadable { rule, message } => format!("{rule}: {message}"),
    };
    format!("{}:{} {shown}", record.line, record.index)
}

fn check(text: &str, layout: &str, records: &[&str]) {
    let (name, seen) = dump(text.as_bytes(), InputFormat::Auto);
    assert_eq!(name, layout, "{text}");
    assert_eq!(seen, records, "{text}");
}

#[test]
fn lines_and_documents_are_told_apart() {
    check(
        "2024-05-01T00:00:04.9Z {\"a\":1}\n\n2024-05-01T00:00:05Z [2]\n",
        "tardis.dev raw dump",
        &["1:0 Received  {\"a\":1}", "3:1 Received  [2]"],
    );
    check(
        "1714521605.25: {\"a\": 1}\n",
        "cryptofeed raw dump",
        &["1:0 Received  {\"a\": 1}"],
    );
    check(
        "Connected (press CTRL+C to quit)\n> {\"b\":1}\n< {\"a\":1}\n",
        "wscat transcript",
        &["2:0 Sent  {\"b\":1}", "3:1 Received  {\"a\":1}"],
    );
    check(
        "> {\"b\":1}\n{\"a\":1}\n",
        "wscat's output",
        &["1:0 Received  {\"b\":1}", "2:1 Received  {\"a\":1}"],
    );
    check(
        "{\"a\":1}\n[\"X\",0]\n",
        "messages, one a line",
        &["1:0 Received  {\"a\":1}", "2:1 Received  [\"X\",0]"],
    );
    check(
        "{\n \"a\": 1\n}\n\n[2]\n",
        "JSON documents",
        &["1:0 Received  {\n \"a\": 1\n}", "5:1 Received  [2]"],
    );
    check(
        "{\"a\":\n{\"b\":1}\n",
        "messages, one a line",
        &["1:0 Received  {\"a\":", "2:1 Received  {\"b\":1}"],
    );
    check("", "messages, one a line", &[]);
    check("hello\n", "messages, one a line", &["1:0 Received  hello"]);
    let long = "x".repeat(301);
    check(
        &long,
        "messages, one a line",
        &["1:0 record-too-large: the record has 301 bytes; at most 300 are read"],
    );
}

#[test]
fn records_keep_the_text_of_what_they_hold() {
    check(
        r#"{"kind":"ws","url":"wss://h/ws?t=1","direction":"received","data":{"a":1.0,"a":2}}
{"kind":"ws","direction":"sent","data":"{\"a\":1e2}"}
{"kind":"http","request":{"method":"get","url":"https://h/x","headers":{"Content-Type":"Text/Plain; a"},"body":null},"response":{"status":200,"body":[1.50]}}
{"kind":"http","request":{"method":"POST","url":"https://h/x","body":"a=1"},"response":null}
{"kind":"http","request":null,"response":{"status":200}}
{"kind":"tcp","data":1}
{"kind":"ws","data":1}
{"kind":"ws","direction":"up","data":1}
{"kind":"ws","direction":"sent"}
not json
{"kind":"ws","direc"#,
        "capture records, one a line",
        &[
            r#"1:0 Received wss://h/ws {"a":1.0,"a":2}"#,
            r#"2:1 Sent  {"a":1e2}"#,
            r"3:2 GET https://h/x text/plain - -> 200 [1.50]",
            r"4:3 POST https://h/x  a=1 -> none",
            r"5:4 unreadable-record: `request` is null: without its method and address a response has no place",
            r"6:5 unreadable-record: `kind` is neither `http` nor `ws`",
            r"7:6 unreadable-record: `direction` is missing: `received` or `sent`",
            r"8:7 unreadable-record: `direction` is neither `received` nor `sent`",
            r"9:8 unreadable-record: `data` is missing: the message",
            r"10:9 unreadable-record: expected ident, at column 2",
            r"11:10 unreadable-record: EOF while parsing a string, at column 19",
        ],
    );
}

#[test]
fn bodies_that_are_packed_or_no_base64_are_unpacked_or_said_to_be() {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let packed = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).expect("memory");
        gzip.finish().expect("memory")
    };
    let good = BASE64_STANDARD.encode(packed("[1]"));
    let cut = BASE64_STANDARD.encode(&packed("[1]")[..15]);
    let bomb = BASE64_STANDARD.encode(packed(&" ".repeat(5000)));
    assert!(bomb.len() < 300, "it is packed well");
    let entry = |text: &str, encoding: &str| {
        format!(
            r#"{{"request":{{"method":"GET","url":"https://h/a"}},"response":{{"status":200,"content":{{"size":3,"text":"{text}"{encoding}}}}}}}"#
        )
    };
    let base64 = r#","encoding":"base64""#;
    let entries = [
        entry(&good, base64),
        entry(&cut, base64),
        entry(&bomb, base64),
        entry("[1, 2]", base64),
        entry("KLUv/QRYGQAAWzFdmIyh0A==", base64),
        entry("\\u001f\u{fffd}\\b\\u0000", ""),
    ];
    let har = format!("{{\"log\":{{\"entries\":[{}]}}}}", entries.join("\n,"));
    check(
        &har,
        "HAR",
        &[
            "1:0 GET https://h/a  - -> 200 [1]",
            "2:1 GET https://h/a  - -> 200 damaged: it is gzip that does not unpack",
            "3:2 GET https://h/a  - -> 200 damaged: it is gzip of more than is read at once",
            "4:3 GET https://h/a  - -> 200 damaged: it is marked as base64, and is not that",
            "5:4 GET https://h/a  - -> 200 damaged: it is packed with zstd",
            "6:5 GET https://h/a  - -> 200 damaged: it was packed, and written down as text: bytes of it are lost",
        ],
    );
}

#[test]
fn what_a_browser_does_for_itself_is_no_record() {
    let har = r#"{"log":{"entries":[
{"request":{"method":"GET","url":"data:image/png;base64,AAAA"},"response":{"status":200}},
{"request":{"method":"OPTIONS","url":"https://h/a","headers":[{"name":"Access-Control-Request-Method","value":"GET"}]},"response":{"status":204}},
{"request":{"method":"OPTIONS","url":"https://h/b"},"response":{"status":204}},
{"_webSocketMessages":[{"type":"error","time":1,"opcode":-1,"data":"net::ERR"}],"request":{"method":"GET","url":"wss://h/ws"}},
{"request":{"method":"GET","url":"https://h/c"},"response":{"status":200,"content":{"size":90,"text":"[1,"}}},
{"request":{"method":"GET","url":"https://h/d"},"response":{"status":200,"content":{"size":3,"text":"[1,"}}},
{"request":{"method":"GET","url":"https://h/e"},"response":{"status":200,"content":{"size":90,"text":"[1]"}}},
{"request":{"method":"CONNECT","url":"https://h:443"},"response":{"status":200,"content":{"size":0}}},
{"request":{"method":"GET","url":"https://h/f"},"response":{"status":200,"content":{"size":-1}}},
{"request":{"method":"GET","url":"https://h/g"},"response":{"status":200,"content":{"size":-1,"text":""}}},
{"request":{"method":"GET","url":"https://h/h"},"response":{"status":200,"content":{"size":0,"text":""},"bodySize":312}}
]}}"#;
    check(
        har,
        "HAR",
        &[
            "4:0 OPTIONS https://h/b  - -> 204 -",
            // The recorder kept a part of it, and says so.
            "6:1 GET https://h/c  - -> 200 ?",
            "7:2 GET https://h/d  - -> 200 [1,",
            "8:3 GET https://h/e  - -> 200 [1]",
            // A way through a proxy is no call; a size below nothing is one that nobody knows.
            "10:4 GET https://h/f  - -> 200 ?",
            "11:5 GET https://h/g  - -> 200 -",
            // What was sent is not nothing, and the recorder dropped it.
            "12:6 GET https://h/h  - -> 200 ?",
        ],
    );
}

/// What is null where the format has a list or a text is nothing, and damages nothing behind it.
#[test]
fn exporters_differ_in_what_they_leave_out() {
    let har = r#"{"comment":"by hand","log":{"pages":null,"entries":[
{"_webSocketMessages":null,"request":{"method":"GET","url":"https://h/a","headers":null,"postData":null},"response":null},
{"request":{"method":"GET","url":"https://h./b","headers":[{"name":"x","value":null}],"postData":{"params":null,"text":"[2]"}},"response":{"status":204}},
{"_webSocketMessages":[{"type":"receive","opcode":null,"time":"2024-05-01T00:00:00Z","data":"[3]"}],"request":{"method":"GET","url":"wss://h/ws"}}
]}}"#;
    check(
        har,
        "HAR",
        &[
            "2:0 GET https://h/a  - -> none",
            "3:1 GET https://h/b  [2] -> 204 -",
            "4:2 Received wss://h/ws [3]",
        ],
    );
}

#[test]
fn what_is_no_capture_is_said_by_name() {
    let files: [(&[u8], &str); 6] = [
        (b"{\0\"\0", "UTF-16"),
        (b"\0{\0\"", "UTF-16"),
        (b"PK\x03\x04", "ZIP"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x0a\x0d\x0d\x0a", "packets"),
        (b"4092:9:websocket;0:~8:response;", "mitmproxy"),
    ];
    for (bytes, word) in files {
        let (said, seen) = dump(bytes, InputFormat::Auto);
        assert!(said.contains(word) && seen.is_empty(), "{said} {seen:?}");
    }
}

#[test]
fn a_har_gives_exchanges_and_messages_with_their_lines() {
    let har = r#"{"log": {"version": "1.2", "creator": {"x": [1, {}]},
"entries": [
 {"startedDateTime": "2024", "request": {"method": "GET", "url": "https://h/a?k=1", "headers": []},
  "response": {"status": 200, "content": {"size": 2, "mimeType": "application/json; x", "text": "W10=", "encoding": "base64"}}},
 {"_webSocketMessages": [
   {"type": "send", "time": 1.5, "opcode": 1, "data": "{\"a\":1}"},
   {"type": "receive", "time": 2, "opcode": 2, "data": "WzFd"},
   {"type": "receive", "time": 2, "opcode": 9, "data": ""},
   {"type": "huh", "data": ""},
   {"type": "receive"}
  ],
  "request": {"method": "GET", "url": "wss://h/ws"}, "response": {"status": 101}},
 {"request": {"method": "POST", "url": "https://h/b", "headers": [{"name": "content-type", "value": "application/x-www-form-urlencoded"}],
   "postData": {"mimeType": "x", "params": [{"name": "a b", "value": "1&2"}]}}, "response": {"status": 0}},
 {"request": {"method": 7, "url": "https://h/b"}},
 {"response": {"status": 200}}
], "pages": []}}
"#;
    check(
        har,
        "HAR",
        &[
            "3:0 GET https://h/a  - -> 200 []",
            "6:1 Sent wss://h/ws {\"a\":1}",
            "7:2 Received wss://h/ws [1]",
            "9:3 unreadable-record: a `_webSocketMessages` element is neither `send` nor `receive`",
            "10:4 unreadable-record: a `_webSocketMessages` element: missing field `data`",
            "13:5 POST https://h/b application/x-www-form-urlencoded a%20b=1%262 -> none",
            "15:6 unreadable-record: an entry: invalid type: integer `7`, expected a string",
            "16:7 unreadable-record: an entry has no `request`",
        ],
    );
    for cut in 0..har.len() - 2 {
        let (_, seen) = dump(&har.as_bytes()[..cut], InputFormat::Har);
        assert!(
            seen.last()
                .is_some_and(|l| l.contains("the HAR file is damaged")),
            "cut at {cut}: {seen:?}"
        );
    }
    // What is wrong within an entry leaves the rest alone.
    let long = "x".repeat(400);
    let har = format!(
        r#"{{"log":{{"entries":[
{{"request":{{"method":"GET","url":"https://h/1"}},"response":{{"status" 200, "a":[{{}}]}}}},
{{"request":{{"method":"GET","url":"https://h/2"}},"response":{{"status":200,"content":{{"text":"{long}"}}}}}},
{{"request":{{"method":"GET","url":"https://h/3"}},"response":{{"status":200,"content":{{"text":"\x"}}}}}},
{{"request":{{"method":"GET","url":"https://h/d"}},"response":null}}
]}}}}"#
    );
    check(
        &har,
        "HAR",
        &[
            "2:0 unreadable-record: an entry: a colon is missing",
            "3:1 record-too-large: an entry: the record has 402 bytes; at most 300 are read",
            "4:2 unreadable-record: an entry: invalid escape",
            "5:3 GET https://h/d  - -> none",
        ],
    );
    let (_, seen) = dump(b"{\"log\":{\"version\":1}}", InputFormat::Har);
    assert_eq!(
        seen,
        ["1:0 unreadable-record: the HAR file is damaged: it has no `log.entries`"]
    );
}

#[test]
fn chunks_keep_count_of_blank_and_long_lines() {
    let long = format!("[\"{}\"]", "x".repeat(400));
    let text = format!("\u{feff}[1]\r\n\n \t\n{long}\n[2]\n\r\n{long}\r\n[3]\n{long}");
    let (_, seen) = dump(text.as_bytes(), InputFormat::Ndjson);
    assert_eq!(seen.len(), 6, "{seen:?}");
    assert_eq!(seen[0], "1:0 Received  [1]");
    assert!(seen[1].starts_with("4:1 record-too-large: the record has 404 bytes"));
    assert_eq!(seen[4], "8:4 Received  [3]");
}

#[test]
fn compressed_files_are_seen_by_their_first_bytes() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"[1]\n[2]\n").expect("memory");
    let gz = gz.finish().expect("memory");
    let (_, seen) = dump(&gz, InputFormat::Auto);
    assert_eq!(seen, ["1:0 Received  [1]", "2:1 Received  [2]"]);
    // Half a file: what is there is read, and the error comes after it.
    let (error, _) = dump(&gz[..gz.len() - 9], InputFormat::Auto);
    assert!(
        error.contains("incomplete") || error.contains("end"),
        "{error}"
    );
    // Two frames, as appending recorders write them.
    let frame = |text: &[u8]| zstd::encode_all(text, 0).expect("memory");
    let zst = [frame(b"[1]\n"), frame(b"[2]\n")].concat();
    let (_, seen) = dump(&zst, InputFormat::Auto);
    assert_eq!(seen, ["1:0 Received  [1]", "2:1 Received  [2]"]);
    // pzstd puts a frame that is to be skipped before each.
    let skipped = [b"\x50\x2a\x4d\x18\x04\0\0\0abcd", &zst[..]].concat();
    let (_, seen) = dump(&skipped, InputFormat::Auto);
    assert_eq!(seen, ["1:0 Received  [1]", "2:1 Received  [2]"]);
    let (error, seen) = dump(&zst[..zst.len() - 2], InputFormat::Auto);
    assert_eq!(seen, ["1:0 Received  [1]"], "{error}");
    assert!(error.contains("frame"), "{error}");
    assert!(dump(b"\xff\xfe{\0", InputFormat::Auto).0.contains("UTF-16"));
}

/// What takes many times its text's memory is refused before it is taken apart.
#[test]
fn urls_and_lists_of_headers_have_an_end() {
    let url = format!("https://h/{}", "a/".repeat(40_000));
    let members = |n: usize| {
        (0..n)
            .map(|n| format!(r#""h{n}":"some text","#))
            .collect::<String>()
    };
    let pairs = r#"{"name":"h"},"#.repeat(10_000);
    let har = |request: &str| format!(r#"{{"log":{{"entries":[{{"request":{request}}}]}}}}"#);
    for (format, text, said) in [
        (
            InputFormat::Records,
            format!(r#"{{"kind":"http","request":{{"method":"GET","url":"{url}"}}}}"#),
            "record-too-large: a URL has 80010 bytes; at most 65536 are read",
        ),
        (
            InputFormat::Records,
            format!(r#"{{"kind":"ws","url":"{url}","direction":"sent","data":1}}"#),
            "record-too-large: a URL has 80010 bytes; at most 65536 are read",
        ),
        (
            InputFormat::Records,
            format!(
                r#"{{"kind":"http","request":{{"method":"GET","url":"https://h","headers":{{{}"a":1}}}}}}"#,
                members(60_000)
            ),
            "record-too-large: a list of headers has",
        ),
        (
            InputFormat::Har,
            har(&format!(r#"{{"method":"GET","url":"{url}"}}"#)),
            "record-too-large: an entry: a URL has 80010 bytes; at most 65536 are read",
        ),
        (
            InputFormat::Har,
            har(&format!(
                r#"{{"method":"GET","url":"https://h","headers":[{pairs}{{}}]}}"#
            )),
            "unreadable-record: an entry: a list has more than 10000 elements",
        ),
        (
            InputFormat::Cryptofeed,
            format!("configuration: {{}}\nwss://h <-> 1.5\n{url} -> 1714521607.0: {{}}"),
            "record-too-large: a URL has 80010 bytes; at most 65536 are read",
        ),
    ] {
        let mut seen = Vec::new();
        let read = read(text.as_bytes(), format, Limits::default(), &mut |record| {
            seen.push(match record.content {
                Content::Unreadable { rule, message } => format!("{rule}: {message}"),
                _ => "a record".to_owned(),
            });
            ControlFlow::Continue(())
        });
        assert!(
            read.is_ok() && seen.len() == 1 && seen[0].starts_with(said),
            "{seen:?}"
        );
    }
}
