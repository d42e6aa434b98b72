//! A server on this machine that answers as a test has written down, and keeps what it was asked.
#![allow(dead_code)]

pub(crate) mod ws;

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Status, further headers, body.
    Reply(u16, &'static str, &'static str),
    /// Half of this body, then the connection is cut.
    Cut(&'static str),
    /// A body that never ends.
    Endless,
    /// Nothing, for ever.
    Silence,
}

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The server; it goes with its runtime.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers in this order; when there are no more, with 200 and an empty object.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut answers: Vec<Answer> = answers.into_iter().collect();
        answers.reverse();
        let answers = Arc::new(Mutex::new(answers));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&seen)));
            }
        });
        Server { url, asked }
    }

    /// All that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, answers: Arc<Mutex<Vec<Answer>>>, seen: Arc<Mutex<Vec<Asked>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = read(&mut stream).await {
        seen.lock().unwrap().push(asked);
        let answer = answers.lock().unwrap().pop();
        let (text, goes_on) = match answer.unwrap_or(Answer::Reply(200, "", "{}")) {
            Answer::Reply(status, headers, body) => (reply(status, headers, body, body), true),
            Answer::Cut(body) => (reply(200, "", body, &body[..body.len() / 2]), false),
            Answer::Endless => {
                let head = "HTTP/1.1 200 Any\r\nTransfer-Encoding: chunked\r\n\r\n";
                let mut piece = stream.write_all(head.as_bytes()).await;
                let chunk = format!("10000\r\n{}\r\n", " ".repeat(1 << 16));
                while piece.is_ok() {
                    piece = stream.write_all(chunk.as_bytes()).await;
                }
                return;
            }
            Answer::Silence => std::future::pending().await,
        };
        let _ = stream.write_all(text.as_bytes()).await;
        let _ = stream.flush().await;
        if !goes_on {
            return;
        }
    }
}

pub(crate) fn reply(status: u16, headers: &str, body: &str, sent: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} Any\r\nContent-Length: {length}\r\n{headers}\r\n{sent}")
}

pub(crate) async fn read(stream: &mut BufReader<impl AsyncRead + Unpin>) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let mut asked = Asked {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        ..Asked::default()
    };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        asked.headers.push((name.to_owned(), value.to_owned()));
    }
    let length = asked
        .header("content-length")
        .and_then(|text| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    asked.body = String::from_utf8(body).ok()?;
    Some(asked)
}
