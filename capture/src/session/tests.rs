//! Clean connections, and the same with one fault in them: nothing is found in the first, and in the
//! second the fault, at its record.

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::Session;
use crate::finding::{Drawable, Verdict};
use crate::read::{self, InputFormat, Limits};
use crate::{Candidate, Checker};

/// A message of a capture.
#[derive(Debug, Clone)]
struct Line {
    sent: bool,
    connection: String,
    url: &'static str,
    /// Milliseconds since the capture began.
    at: Option<u64>,
    data: String,
}

const SFOX: &str = "wss://ws.sfox.com/ws";
const FINERY: &str = "wss://trade.finerymarkets.com/ws";

/// Where the data of [`sfox`] begins, and how many there are.
const DATA: usize = 5;
const COUNT: usize = 30;

fn ticker(number: usize, pair: &str, sent_at_ms: u64) -> String {
    format!(
        r#"{{"sequence":{number},"recipient":"ticker.sfox.{pair}","timestamp":{}000000,"payload":{{"amount":0.1,"exchange":"coinbase","high":2,"last":1,"low":1,"open":1,"pair":"{pair}","route":"Smart","source":"ticker-info","timestamp":"2022-04-14T02:04:02.959Z","volume":1.5,"vwap":1.2}}}}"#,
        1_649_901_842_979 + sent_at_ms
    )
}

fn success(number: usize, action: &str, feeds: &str, sent_at_ms: u64) -> String {
    format!(
        r#"{{"type":"success","sequence":{number},"timestamp":{}000000,"payload":{{"action":"{action}"{feeds}}},"action":"{action}"}}"#,
        1_649_901_842_979 + sent_at_ms
    )
}

/// A connection to sFOX, whole: key, subscription, data, end of the subscription, some time after it.
fn sfox() -> Vec<Line> {
    let feeds = r#","feeds":["ticker.sfox.btcusd","ticker.sfox.ethusd"]"#;
    let mut data = vec![
        (true, r#"{"type":"authenticate","apiKey":"k"}"#.to_owned()),
        (false, success(1, "authenticate", "", 100)),
        (true, format!(r#"{{"type":"subscribe"{feeds}}}"#)),
        (false, success(2, "subscribe", feeds, 300)),
        (false, ticker(3, "ethusd", 400)),
    ];
    for n in 0..COUNT {
        let pair = ["btcusd", "ethusd"][usize::from(n % 3 == 0)];
        data.push((false, ticker(4 + n, pair, 500 + 100 * n as u64)));
    }
    let end = 500 + 100 * COUNT as u64;
    let gone = r#"{"type":"unsubscribe","feeds":["ticker.sfox.btcusd"]}"#;
    data.push((true, gone.to_owned()));
    data.push((false, success(4 + COUNT, "unsubscribe", "", end + 100)));
    for n in 0..20 {
        data.push((
            false,
            ticker(5 + COUNT + n, "ethusd", end + 1_000 * (n as u64 + 1)),
        ));
    }
    lines(SFOX, data)
}

/// A connection to Finery: status, two books with their changes, orders, a request, an end.
fn finery() -> Vec<Line> {
    let text = |sent: bool, text: &str| (sent, text.to_owned());
    let mut data = vec![
        text(false, r#"["X",0,"Z",0]"#),
        text(true, r#"{"event":"bind","feed":"B","feedId":"BTC-USD"}"#),
        text(
            false,
            r#"["B","BTC-USD","S",[[[300000000000,10000000]],[]]]"#,
        ),
        text(true, r#"{"event":"bind","feed":"B","feedId":"ETH-USD"}"#),
        text(
            false,
            r#"["B","BTC-USD","M",[[["M",300000000000,10000000]],[]]]"#,
        ),
        text(
            false,
            r#"["B","ETH-USD","S",[[[300000000000,10000000]],[]]]"#,
        ),
        text(true, r#"{"event":"bind","feed":"K"}"#),
        text(false, r#"["K",0,"S",[]]"#),
        text(
            true,
            r#"{"event":"request","reqId":7,"method":"delAll","content":{}}"#,
        ),
        text(
            false,
            r#"{"event":"request","reqId":7,"reply":{"error":0}}"#,
        ),
    ];
    for n in 1..=12 {
        let name = ["BTC-USD", "ETH-USD"][n % 2];
        let change = format!(r#"["B","{name}","M",[[["+",300000000000,{n}0000000]],[]]]"#);
        data.push((false, change));
    }
    data.push(text(
        true,
        r#"{"event":"unbind","feed":"B","feedId":"BTC-USD"}"#,
    ));
    data.push(text(false, r#"["B","BTC-USD","U",0]"#));
    for _ in 0..15 {
        data.push(text(
            false,
            r#"["B","ETH-USD","M",[[["-",300000000000,0]],[]]]"#,
        ));
    }
    lines(FINERY, data)
}

fn lines(url: &'static str, data: Vec<(bool, String)>) -> Vec<Line> {
    let line = |(n, (sent, data)): (usize, (bool, String))| Line {
        sent,
        connection: "1".to_owned(),
        url,
        at: Some(1_000 * n as u64),
        data,
    };
    data.into_iter().enumerate().map(line).collect()
}

/// Made once: it is read only.
fn checker() -> &'static Checker {
    static CHECKER: LazyLock<Checker> = LazyLock::new(make);
    &CHECKER
}

fn make() -> Checker {
    let apis = ["sfox", "finery"]
        .map(|id| Candidate::new(venue_schema::load_bundled(id).expect("a bundled API")));
    Checker::new(apis.into())
}

/// What is found over connections: rule and record. Nothing else may be wrong.
fn found(checker: &Checker, lines: &[Line]) -> Vec<(&'static str, u64)> {
    let mut text = String::new();
    for line in lines {
        let direction = if line.sent { "sent" } else { "received" };
        let at = line.at.map_or_else(String::new, |at| {
            let at = jiff::Timestamp::from_millisecond(1_700_000_000_000 + at as i64);
            format!(r#""at":"{}","#, at.expect("a time"))
        });
        let connection = match line.connection.as_str() {
            "" => String::new(),
            name => format!(r#""connection":"{name}","#),
        };
        text += &format!(
            r#"{{"kind":"ws",{at}{connection}"url":"{}","direction":"{direction}","data":{}}}"#,
            line.url, line.data
        );
        text.push('\n');
    }
    found_in(checker, text, InputFormat::Records)
}

/// What is found over the connections of a capture.
fn found_in(checker: &Checker, text: String, format: InputFormat) -> Vec<(&'static str, u64)> {
    let file: Arc<str> = "capture".into();
    let mut session = Session::default();
    let mut out = Vec::new();
    let mut sink = |found: &Drawable<'_>| {
        let f = &found.finding;
        assert_eq!(f.verdict, Verdict::Valid, "{} {}", f.message, f.record);
        out.push((f.rule, f.record));
    };
    let reader = Box::new(std::io::Cursor::new(text.into_bytes()));
    read::read(reader, format, Limits::default(), &mut |record| {
        let outcome = checker.check(&file, &record, &mut sink);
        assert_eq!(checker.observe(&file, &record), outcome.observation);
        if let Some(seen) = &outcome.observation {
            session.observe(checker, &file, seen, &mut sink);
        }
        ControlFlow::Continue(())
    })
    .expect("readable");
    session.end(checker, &file, &mut sink);
    out.sort_by_key(|(_, record)| *record);
    out
}

/// What a plain capture of the same connection may lack.
fn variants(clean: &[Line]) -> Vec<Vec<Line>> {
    let map = |change: fn(Line) -> Line| clean.iter().cloned().map(change).collect::<Vec<_>>();
    let mut out = vec![
        clean.to_vec(),
        map(|line| Line { at: None, ..line }),
        map(|line| Line {
            connection: String::new(),
            ..line
        }),
        clean.iter().filter(|line| !line.sent).cloned().collect(),
        // The recorder keeps no keys.
        clean
            .iter()
            .filter(|line| !line.data.contains("apiKey"))
            .cloned()
            .collect(),
    ];
    for start in 1..clean.len() {
        out.push(clean[start..].to_vec());
        out.push(clean[..start].to_vec());
    }
    // A connection after it of the same name, later.
    let later = clean.iter().cloned().map(|line| {
        let data = line
            .data
            .replace("16499018", "16499028")
            .replace("16499019", "16499029");
        let at = line.at.map(|at| at + 1_000_000);
        Line { at, data, ..line }
    });
    out.push(clean.iter().cloned().chain(later).collect());
    // Another beside it.
    let beside = clean.iter().flat_map(|line| {
        let other = Line {
            connection: "2".to_owned(),
            ..line.clone()
        };
        [line.clone(), other]
    });
    out.push(beside.collect());
    out
}

#[test]
fn nothing_is_found_on_clean_connections_however_little_of_them_is_there() {
    let checker = checker();
    for clean in [sfox(), finery()] {
        for (n, lines) in variants(&clean).iter().enumerate() {
            assert_eq!(
                found(checker, lines),
                [],
                "variant {n}: {:#?}",
                lines.first()
            );
        }
    }
    let both: Vec<Line> = sfox().into_iter().chain(finery()).collect();
    assert_eq!(found(checker, &both), []);
}

#[test]
fn each_planted_fault_is_found_once_at_its_record() {
    type Plant = fn(&mut Vec<Line>);
    /// Rule, clean connection, what is done to it, and the record that the finding is about.
    type Fault = (&'static str, fn() -> Vec<Line>, Plant, u64);
    let checker = checker();
    let faults: &[Fault] = &[
        ("sequence-gap", sfox, |l| drop(l.remove(10)), 10),
        ("sequence-gap", sfox, |l| drop(l.drain(10..13)), 10),
        (
            "repeated-sequence",
            sfox,
            |l| l.insert(11, l[10].clone()),
            11,
        ),
        ("out-of-order", sfox, |l| l.swap(10, 11), 11),
        // Its number and time in the capture are in order; its own time is not.
        (
            "venue-time-backwards",
            sfox,
            |l| l[14].data = ticker(13, "btcusd", 450),
            14,
        ),
        (
            "capture-time-backwards",
            sfox,
            |l| l[20].at = Some(2_000),
            20,
        ),
        (
            "missing-login",
            sfox,
            |l| {
                let _ = l.drain(..2);
                for line in l {
                    // As numbers are without a login.
                    let number = |n: usize| format!(r#""sequence":{n},"#);
                    let n = (2..100).find(|n| line.data.contains(&number(*n)));
                    if let Some(n) = n.filter(|_| !line.sent) {
                        line.data = line.data.replace(&number(n), &number(n - 1));
                    }
                }
            },
            0,
        ),
        (
            "unanswered-command",
            sfox,
            |l| l[3].data = ticker(2, "ethusd", 300),
            2,
        ),
        ("unanswered-command", finery, |l| drop(l.remove(9)), 8),
        (
            "update-before-snapshot",
            finery,
            |l| {
                let change = l[4].data.clone();
                l[4].data = std::mem::replace(&mut l[2].data, change);
            },
            2,
        ),
        ("update-before-snapshot", finery, |l| drop(l.remove(5)), 9),
        (
            "unexplained-message",
            sfox,
            |l| l[20].data = ticker(19, "ltcusd", 2_000),
            20,
        ),
        (
            "unexplained-message",
            finery,
            |l| {
                l[15].data = r#"["B","LTC-USD","M",[[["+",300000000000,1]],[]]]"#.to_owned();
            },
            15,
        ),
        (
            "still-sending",
            sfox,
            |l| {
                let n = DATA + COUNT + 5;
                l[n].data = ticker(8 + COUNT, "btcusd", 7_500);
            },
            (DATA + COUNT + 5) as u64,
        ),
        (
            "still-sending",
            finery,
            |l| {
                l[27].data = r#"["B","BTC-USD","M",[[["-",300000000000,0]],[]]]"#.to_owned();
            },
            27,
        ),
    ];
    for (n, (rule, clean, plant, record)) in faults.iter().enumerate() {
        let mut lines = clean();
        plant(&mut lines);
        assert_eq!(found(checker, &lines), [(*rule, *record)], "fault {n}");
    }
}

#[test]
fn a_limit_is_said_once_where_it_is_passed() {
    let checker = checker();
    let subscribe = r#"{"type":"subscribe","feeds":["ticker.sfox.btcusd"]}"#;
    let burst = |count: usize, apart_ms: u64| {
        let data = vec![(true, subscribe.to_owned()); count];
        let mut lines = lines(SFOX, data);
        for (n, line) in lines.iter_mut().enumerate() {
            line.at = Some(apart_ms * n as u64);
        }
        found(checker, &lines)
    };
    // 40 in 60 s.
    assert_eq!(burst(60, 100), [("rate-limit-exceeded", 40)]);
    assert_eq!(burst(200, 1_500), []);
    assert_eq!(burst(40, 1), []);
}

#[test]
fn what_was_put_together_from_samples_is_no_connection() {
    let checker = checker();
    let mut samples = sfox();
    // Samples of another year, with numbers of their own.
    for (n, number) in [4, 24, 2].into_iter().enumerate() {
        samples[3 + n].data = ticker(number, "btcusd", 0).replace("16499018", "15499018");
    }
    samples.truncate(6);
    assert_eq!(found(checker, &samples), []);
    let repeated = vec![(false, ticker(4, "btcusd", 0)); 20];
    assert_eq!(found(checker, &lines(SFOX, repeated)), []);
}

/// Two connections to the same address, each with numbers of its own, as a browser keeps them: a list
/// a connection, and those one after the other.
#[test]
fn the_sockets_of_a_har_are_told_apart() {
    let har = |sockets: &[Vec<Line>]| {
        let entry = |lines: &Vec<Line>| {
            let message = |line: &Line| {
                let kind = if line.sent { "send" } else { "receive" };
                let at = 1_700_000_000.0 + line.at.unwrap_or_default() as f64 / 1e3;
                serde_json::json!({"type": kind, "time": at, "opcode": 1, "data": line.data})
            };
            let messages: Vec<_> = lines.iter().map(message).collect();
            serde_json::json!({
                "startedDateTime": "2023-11-14T22:13:20.000Z",
                "request": {"method": "GET", "url": lines[0].url, "headers": []},
                "response": {"status": 101, "headers": [], "content": {"size": 0, "mimeType": ""}},
                "_webSocketMessages": messages,
            })
        };
        let entries: Vec<_> = sockets.iter().map(entry).collect();
        serde_json::json!({"log": {"version": "1.2", "entries": entries}}).to_string()
    };
    let checker = checker();
    let mut sockets = [sfox(), sfox(), finery()];
    let whole = har(&sockets);
    assert_eq!(found_in(checker, whole, InputFormat::Auto), []);
    let first = sockets[0].len() as u64;
    sockets[1].remove(10);
    let with_gap = har(&sockets);
    assert_eq!(
        found_in(checker, with_gap, InputFormat::Auto),
        [("sequence-gap", first + 10)]
    );
}

#[test]
fn a_cryptofeed_dump_is_checked_by_its_connections() {
    let dump = |connections: &[Vec<Line>]| {
        let mut text = String::from("configuration: {}\n");
        for lines in connections {
            text += &format!("{} <-> 1700000000.0\n", lines[0].url);
            for line in lines {
                let at = 1_700_000_000 + line.at.unwrap_or_default() / 1_000;
                text += &match line.sent {
                    true => format!("{} <- {at}.0: {}\n", line.url, line.data),
                    false => format!("{at}.0: {}\n", line.data),
                };
            }
            // Between the messages of a connection; no part of it.
            text += "https://api.sfox.com/v1/markets/currency-pairs -> 1700000100.5: {}\n";
            text += "https://api.sfox.com/v1/orders/open <- 1700000100.5: b'{\"orders\": []}'\n";
        }
        text
    };
    let checker = checker();
    let mut connections = [sfox(), sfox()];
    for line in &mut connections[1] {
        line.at = line.at.map(|at| at + 200_000);
    }
    let whole = dump(&connections);
    assert_eq!(found_in(checker, whole, InputFormat::Auto), []);
    let before = connections[0].len() as u64 + 2;
    connections[1].remove(10);
    assert_eq!(
        found_in(checker, dump(&connections), InputFormat::Auto),
        [("sequence-gap", before + 10)]
    );
}

#[test]
fn raw_lines_are_a_connection_only_if_that_is_said() {
    let checker = checker();
    let mut heard: Vec<String> = sfox()
        .into_iter()
        .filter(|line| !line.sent)
        .map(|line| line.data)
        .collect();
    heard.remove(10);
    let text = heard.join("\n");
    assert_eq!(found_in(checker, text.clone(), InputFormat::Auto), []);
    assert_eq!(
        found_in(checker, text, InputFormat::Connection),
        [("sequence-gap", 10)]
    );
}

/// Two APIs of one socket: each names its own messages by number.
#[test]
fn a_command_of_one_api_may_be_answered_in_the_words_of_another() {
    let apis = ["finery", "sfox", "sfox-connect"]
        .map(|id| Candidate::new(venue_schema::load_bundled(id).expect("a bundled API")));
    let checker = Checker::new(apis.into());
    let feeds = r#","feeds":["private.enterprise.users"]"#;
    let partner = r#"{"type":"authenticate","apiKey":"k","enterprise":true}"#;
    let refused =
        r#"{"type":"error","sequence":2,"timestamp":1649901842979345289,"action":"subscribe"}"#;
    let lines: Vec<Line> = [
        (true, partner.to_owned()),
        (false, refused.to_owned()),
        (true, format!(r#"{{"type":"subscribe"{feeds}}}"#)),
        (false, refused.to_owned()),
        (true, format!(r#"{{"type":"unsubscribe"{feeds}}}"#)),
        (false, success(3, "unsubscribe", "", 300)),
    ]
    .into_iter()
    .map(|(sent, data)| Line {
        sent,
        connection: "1".to_owned(),
        url: SFOX,
        at: None,
        data,
    })
    .collect();
    found(&checker, &lines);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn faults_of_numbers_are_found_wherever_they_are(
        at in DATA..DATA + COUNT - 2, kind in 0..3usize, start in 0..DATA, times in any::<bool>(),
    ) {
        let mut lines = sfox();
        let (rule, record) = match kind {
            0 => {
                lines.remove(at);
                ("sequence-gap", at)
            }
            1 => {
                lines.insert(at + 1, lines[at].clone());
                ("repeated-sequence", at + 1)
            }
            _ => {
                lines.swap(at, at + 1);
                ("out-of-order", at + 1)
            }
        };
        if !times {
            lines.iter_mut().for_each(|line| line.at = None);
        }
        // However much of the start is missing.
        let record = (record - start) as u64;
        prop_assert_eq!(found(checker(), &lines[start..]), [(rule, record)]);
    }

    #[test]
    fn no_order_of_records_makes_it_panic(order in Just((0..50usize).collect::<Vec<_>>()).prop_shuffle()) {
        let all: Vec<Line> = sfox().into_iter().chain(finery()).collect();
        let lines: Vec<Line> = order.iter().map(|n| all[*n].clone()).collect();
        found(checker(), &lines);
    }
}
