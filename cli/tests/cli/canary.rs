//! A secret planted in every header, field and URL of a capture, one place at a time: no output has it.
//!
//! The captures are the specs' own examples, as records of the operations and sockets that they show.
//! `VENUE_CANARIES=all` puts every canary in every place, which takes ten times as long.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use venue_capture::read::{InputFormat, Limits, read};
use venue_capture::{Candidate, Checker};
use venue_schema::ir::{Api, Status, Target};

use crate::hostile::survives;
use crate::support::{ends, ends_with};

const CANARIES: [&str; 11] = [
    "CANARY-7f3a9c1e",
    "CANARY_SECRET_12345",
    "canary_s3cr3t_value",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "c4n4ry-5f2d8e90ab",
    "hunter2hunter2",
    "3f2b8c1e-0d4a-4c7b-9a52-6e1f0c9d8b7a",
    "jane.doe+x@example.com",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N",
];

/// Where a canary is put.
#[derive(Debug, Clone)]
enum Spot {
    /// In place of the value at a pointer.
    Value(String),
    /// In place of the last name of a pointer.
    Name(String),
    /// Under this name in the request's headers.
    Header(&'static str),
    /// In place of the URL's segment of that number; beyond the last, as a parameter.
    Segment(usize),
}

/// The examples of an API as records.
fn records(api: &Api) -> Vec<Value> {
    let of = |example: &venue_schema::ir::Example| {
        let payload: Value = serde_json::from_str(&example.payload).ok()?;
        let said = |socket: usize, direction| {
            let url = &api.sockets[socket].urls[0].1;
            Some(
                json!({"kind": "ws", "at": "2024-05-01T12:00:00Z", "connection": "1",
                "url": url, "direction": direction, "data": payload}),
            )
        };
        let (operation, status) = match example.of {
            Target::Message(id) => return said(api.messages[id].socket, "received"),
            Target::Command(id) => return said(api.commands[id].socket, "sent"),
            Target::Request(operation) => (operation, None),
            Target::Response(operation, n) => {
                let status = match api.operations[operation].responses[n].status {
                    Status::Code(code) => code,
                    Status::Class(class) => u16::from(class) * 100,
                };
                (operation, Some(status))
            }
            Target::Feed(_) | Target::Type(_) => return None,
        };
        let operation = &api.operations[operation];
        let url = format!(
            "{}{}",
            api.servers[operation.server].urls[0].1, operation.path
        );
        let url = url.replace(['{', '}'], "");
        let request = |body: &Value| json!({"method": operation.method, "url": url, "headers": {}, "body": body});
        Some(match status {
            None => json!({"kind": "http", "request": request(&payload), "response": null}),
            Some(status) => json!({"kind": "http", "request": request(&Value::Null),
                "response": {"status": status, "headers": {}, "body": payload}}),
        })
    };
    api.examples.iter().filter_map(of).collect()
}

/// Every place of a record for a canary: of lists, the first elements.
fn spots(record: &Value) -> Vec<Spot> {
    let mut spots = Vec::new();
    for root in ["/data", "/request/body", "/response/body"] {
        if let Some(value) = record.pointer(root) {
            add_spots(value, root, &mut spots);
        }
    }
    let frame = [
        "/kind",
        "/at",
        "/connection",
        "/direction",
        "/request/method",
        "/response/status",
    ];
    let frame = frame
        .iter()
        .filter(|pointer| record.pointer(pointer).is_some());
    spots.extend(frame.map(|pointer| Spot::Value((*pointer).to_owned())));
    let segments = url(record).split('/').count();
    spots.extend((2..=segments).map(Spot::Segment));
    if record.pointer("/request/headers").is_some() {
        let names = [
            "Authorization",
            "X-Api-Key",
            "Cookie",
            "X-Unheard-Of",
            "Content-Type",
        ];
        spots.extend(names.map(Spot::Header));
    }
    spots
}

fn add_spots(value: &Value, pointer: &str, spots: &mut Vec<Spot>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                spots.push(Spot::Name(pointer.clone()));
                add_spots(value, &pointer, spots);
            }
        }
        Value::Array(elements) => {
            for (n, value) in elements.iter().enumerate().take(6) {
                add_spots(value, &format!("{pointer}/{n}"), spots);
            }
        }
        Value::Null => {}
        _ => spots.push(Spot::Value(pointer.to_owned())),
    }
}

fn url(record: &Value) -> &str {
    let url = record.get("url").or_else(|| record.pointer("/request/url"));
    url.and_then(Value::as_str).unwrap_or_default()
}

/// The record with the canary in that place.
fn planted(record: &Value, spot: &Spot, canary: &str) -> Value {
    let mut record = record.clone();
    match spot {
        Spot::Value(pointer) => *record.pointer_mut(pointer).expect("a spot") = canary.into(),
        Spot::Name(pointer) => {
            let (owner, name) = pointer.rsplit_once('/').expect("a member");
            let name = name.replace("~1", "/").replace("~0", "~");
            let owner = record.pointer_mut(owner).and_then(Value::as_object_mut);
            // It stands where the other one did.
            let rename = |(key, value)| (if key == name { canary.to_owned() } else { key }, value);
            let owner = owner.expect("an object");
            *owner = std::mem::take(owner).into_iter().map(rename).collect();
        }
        Spot::Header(name) => record["request"]["headers"][name] = canary.into(),
        Spot::Segment(n) => {
            let old = url(&record).to_owned();
            let mut segments: Vec<&str> = old.split('/').collect();
            let asked = format!("?{canary}=1&unheard={canary}");
            match segments.get_mut(*n) {
                Some(segment) => *segment = canary,
                None => segments.push(&asked),
            }
            let url = segments.join("/");
            match record.get_mut("url") {
                Some(old) => *old = url.into(),
                None => record["request"]["url"] = url.into(),
            }
        }
    }
    record
}

/// Faults beside the canary, for each of which a piece of the payload is drawn: numbers of another kind, and
/// members that no spec has.
fn faulty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(faulty);
            let old = std::mem::replace(members, Map::from_iter([("aaa".into(), 1.into())]));
            members.extend(old);
            members.insert("zzz".into(), 1.into());
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(faulty);
            elements.push(1.into());
        }
        Value::Number(_) => *value = true.into(),
        _ => {}
    }
}

/// Lines of captures with one canary, each with its place.
fn lines(apis: &[Api], nth: usize, canary: &str) -> Vec<(Spot, String)> {
    let every = std::env::var_os("VENUE_CANARIES").is_some();
    let mut lines = Vec::new();
    let mut count = 0;
    for record in apis.iter().flat_map(records) {
        for spot in spots(&record) {
            count += 1;
            // Every other place has one of them, and each of them every kind of place.
            if !every && count % (2 * CANARIES.len()) != nth {
                continue;
            }
            let planted = planted(&record, &spot, canary);
            let mut worse = planted.clone();
            for root in ["/data", "/request/body", "/response/body"] {
                worse.pointer_mut(root).map(faulty);
            }
            lines.push((spot.clone(), planted.to_string()));
            lines.push((spot, worse.to_string()));
        }
    }
    lines
}

/// Whether a text has the canary or its start or end, in whatever case.
fn sings(text: &str, canary: &str) -> bool {
    let (text, canary) = (text.to_ascii_lowercase(), canary.to_ascii_lowercase());
    let part = canary.len().min(12);
    text.contains(&canary[..part]) || text.contains(&canary[canary.len() - part..])
}

#[test]
fn a_canary_in_any_place_is_in_no_finding_and_no_report() {
    let load = |id| venue_schema::load_bundled(id).expect("a bundled API");
    let ids: Vec<&str> = venue_schema::bundled_ids().collect();
    let apis: Vec<Api> = ids.iter().map(|id| load(id)).collect();
    let checker = Checker::new(apis.iter().cloned().map(Candidate::new).collect());
    let folder = tempfile::tempdir().expect("a folder");
    let (mut planted, mut drawn) = (0, 0);
    for (nth, canary) in CANARIES.iter().enumerate() {
        let lines = lines(&apis, nth, canary);
        planted += lines.len();
        let capture: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        let file: Arc<str> = "x".into();
        let mut places = lines.iter();
        let read = read(
            capture.as_bytes(),
            InputFormat::Records,
            Limits::default(),
            &mut |record| {
                let (spot, line) = places.next().expect("a line a record");
                let outcome = checker.check(&file, &record, &mut |found| {
                    let excerpt = (found.excerpt)();
                    drawn += usize::from(excerpt.is_some());
                    let said = format!("{:?}\n{excerpt:?}", found.finding);
                    assert!(!sings(&said, canary), "{spot:?} {line}\n{said}");
                });
                let unclaimed = outcome.unclaimed.unwrap_or_default();
                assert!(!sings(&unclaimed, canary), "{spot:?} {line}\n{unclaimed}");
                ControlFlow::Continue(())
            },
        );
        read.expect("it is read");
        assert!(places.next().is_none(), "a record a line");

        let baseline = folder
            .path()
            .join(format!("{nth}.toml"))
            .to_string_lossy()
            .into_owned();
        let more = [
            "--baseline",
            &baseline,
            "--update-baseline",
            "--max-findings",
            "100000",
        ];
        let apis = ids.iter().flat_map(|id| ["--api", id]);
        let args: Vec<&str> = ["check", "-", "--verbose"]
            .into_iter()
            .chain(apis)
            .chain(more)
            .collect();
        let said = survives(&args, capture.as_bytes());
        let kept = std::fs::read_to_string(&baseline).expect("a baseline");
        for line in said.lines().chain(kept.lines()) {
            assert!(!sings(line, canary), "{canary}: {line}");
        }
        // Alone, what nothing matches is listed.
        for (spot, line) in lines.iter().step_by(301) {
            let said = survives(&["check", "-"], line.as_bytes());
            assert!(!sings(&said, canary), "{spot:?} {line}\n{said}");
        }

        let (input, output) = (
            folder.path().join("in"),
            folder.path().join(format!("out-{nth}")),
        );
        std::fs::write(&input, &capture).expect("a file");
        let (input, shared) = (input.to_string_lossy(), output.to_string_lossy());
        let said = ends(&["scrub", &input, &shared], 0);
        assert!(
            !sings(&said.out, canary) && !sings(&said.err, canary),
            "{}",
            said.err
        );
        let shared = std::fs::read_to_string(&output).expect("a copy");
        for ((spot, line), copy) in lines.iter().zip(shared.lines()) {
            let must_go = matches!(spot, Spot::Header("Authorization" | "X-Api-Key" | "Cookie"));
            assert!(!must_go || !sings(copy, canary), "{line}\n{copy}");
        }
    }
    assert!(
        planted > 2_500 && drawn > planted,
        "{planted} places, {drawn} excerpts"
    );
}

/// What a finding is about is shown.
#[test]
fn what_is_new_and_plain_is_shown() {
    let ticker = |more: &str| {
        format!(
            r#"{{"kind":"ws","url":"wss://ws.sfox.com/ws","direction":"received","data":{{"sequence":1,"recipient":"ticker.sfox.btcusd","timestamp":1,"payload":{{{more}}}}}}}"#
        )
    };
    for (line, shown) in [
        (ticker(r#""depth":1"#), "depth"),
        (ticker(r#""source":1"#), "btcusd"),
        (ticker(r#""last":"POST_ONLY""#), "POST_ONLY"),
        (
            ticker(r#""timestamp":"2024/05/01 12:00""#),
            "2024/05/01 12:00",
        ),
    ] {
        let ran = ends_with(&["check", "-", "--api", "sfox"], line.as_bytes(), 1);
        assert!(ran.out.contains(shown), "{shown}\n{}", ran.out);
    }
}
