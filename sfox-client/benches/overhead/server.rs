//! Servers that cost as little as can be: bytes that were made before, written by a thread of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use tokio_tungstenite::tungstenite::Message;

pub(crate) const LOGIN: &str = r#"{"type":"authenticate","apiKey":"some-key"}"#;
pub(crate) const SUBSCRIBE: &str = r#"{"type":"subscribe","feeds":["bench"]}"#;
pub(crate) const FEED: &str = "bench";

/// Answers every request with balances; its address.
pub(crate) fn balances() -> String {
    let row = r#"{"currency":"usd","balance":100000.25,"available":90.5,"held":10,"borrow_wallet":0,"collateral_wallet":0,"lending_wallet":0,"trading_wallet":100000.25}"#;
    let body = format!("[{}]", [row; 8].join(","));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    let reply = format!("{head}{}\r\n\r\n{body}", body.len());
    let reply: Arc<str> = reply.into();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = Arc::clone(&reply);
            std::thread::spawn(move || answer(stream, &reply));
        }
    });
    format!("http://{address}")
}

fn answer(stream: TcpStream, reply: &str) {
    let _ = stream.set_nodelay(true);
    let Ok(mut writer) = stream.try_clone() else {
        return;
    };
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
        if line == "\r\n" && writer.write_all(reply.as_bytes()).is_err() {
            return;
        }
        line.clear();
    }
}

/// A socket that takes a login and a subscription, and then sends all it has at once.
pub(crate) struct Blast {
    pub(crate) address: String,
    pub(crate) count: usize,
}

impl Blast {
    /// Sends so many messages, these in turn, numbered on.
    pub(crate) fn start(messages: &[String], count: usize) -> Self {
        let mut frames = Vec::new();
        for (nth, message) in messages.iter().cycle().take(count).enumerate() {
            frame(&mut frames, &numbered(message, nth + 3));
        }
        let frames: Arc<[u8]> = frames.into();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let frames = Arc::clone(&frames);
                std::thread::spawn(move || blast(stream, &frames));
            }
        });
        Blast { address, count }
    }
}

fn blast(stream: TcpStream, frames: &[u8]) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut ws = tokio_tungstenite::tungstenite::accept(stream).ok()?;
    for (number, action) in [(1, "authenticate"), (2, "subscribe")] {
        ws.read().ok()?;
        let answer = format!(
            r#"{{"type":"success","sequence":{number},"timestamp":1,"payload":{{"action":"{action}"}},"action":"{action}"}}"#
        );
        ws.send(Message::text(answer)).ok()?;
    }
    let stream = ws.get_mut();
    stream.write_all(frames).ok()?;
    // Until the client goes.
    let mut rest = [0; 256];
    while stream.read(&mut rest).is_ok_and(|read| read > 0) {}
    Some(())
}

/// The message with that number, on the feed that is subscribed to.
fn numbered(message: &str, number: usize) -> String {
    let value: serde_json::Value = serde_json::from_str(message).expect("JSON");
    let (sequence, recipient) = (&value["sequence"], &value["recipient"]);
    let before = format!(r#""sequence":{sequence},"recipient":{recipient},"#);
    let after = format!(r#""sequence":{number},"recipient":"{FEED}","#);
    assert!(message.contains(&before), "{message}");
    message.replacen(&before, &after, 1)
}

/// A text frame of a server.
fn frame(out: &mut Vec<u8>, text: &str) {
    out.push(0x81);
    match text.len() {
        length @ 0..=125 => out.push(length as u8),
        length @ 126..=0xffff => {
            out.push(126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend(text.as_bytes());
}
