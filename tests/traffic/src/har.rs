//! The same order books as answers over HTTP, in a HAR file.

use std::io::{self, Write};

use crate::message::{Random, Style, book_body, pair};

/// Writes a HAR file of about so many bytes.
pub fn write(out: &mut dyn Write, size: u64) -> io::Result<()> {
    let mut random = Random(0x5eed_0f0a_b00c);
    let creator = r#"{"name":"venue-traffic","version":"1"}"#;
    write!(
        out,
        r#"{{"log":{{"version":"1.2","creator":{creator},"pages":[],"entries":["#
    )?;
    let (mut written, mut index) = (0, 0);
    while written < size {
        let pair = pair(&mut random);
        let body = book_body(&mut random, index, pair).written(Style::Plain, &mut random);
        let entry = format!(
            concat!(
                r#"{}{{"startedDateTime":"2024-05-01T{:02}:{:02}:{:02}.000Z","time":12,"request":{{"method":"GET","#,
                r#""url":"https://api.sfox.com/v1/markets/orderbook/{}","httpVersion":"HTTP/2","cookies":[],"headers":"#,
                r#"[{{"name":"accept","value":"application/json"}}],"queryString":[],"headersSize":-1,"bodySize":0}},"#,
                r#""response":{{"status":200,"statusText":"OK","httpVersion":"HTTP/2","cookies":[],"headers":"#,
                r#"[{{"name":"content-type","value":"application/json"}}],"content":{{"size":{},"#,
                r#""mimeType":"application/json","text":{}}},"redirectURL":"","headersSize":-1,"bodySize":-1}},"#,
                r#""cache":{{}},"timings":{{"send":1,"wait":10,"receive":1}}}}"#,
            ),
            if index == 0 { "\n" } else { ",\n" },
            index / 3600 % 24,
            index / 60 % 60,
            index % 60,
            pair,
            body.len(),
            serde_json::Value::from(body),
        );
        out.write_all(entry.as_bytes())?;
        written += entry.len() as u64;
        index += 1;
    }
    out.write_all(b"\n]}}\n")
}
