//! What a file is, from its first bytes.

use super::transcript::{says_connected, seconds, without_escapes};
use crate::lex::{self, is_space};

/// How a capture is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// HAR 1.2.
    Har,
    /// One raw message a line.
    MessageLines,
    /// One raw message a line, all received over one connection.
    Connection,
    /// One of our records a line.
    RecordLines,
    /// Messages spread over lines, one after another.
    Messages,
    /// Our records, spread over lines.
    Records,
    /// A raw dump of tardis.dev: a time and a message a line.
    Tardis,
    /// A raw dump of cryptofeed: a time and a message a line, with the requests between them.
    Cryptofeed,
    /// What a terminal showed of wscat.
    Wscat,
    /// What wscat wrote to a file: what it received, the prompt before some.
    WscatFile,
}

impl Layout {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Layout::Har => "HAR",
            Layout::MessageLines => "messages, one a line",
            Layout::Connection => "messages of one connection, one a line",
            Layout::RecordLines => "capture records, one a line",
            Layout::Messages => "JSON documents",
            Layout::Records => "capture records",
            Layout::Tardis => "tardis.dev raw dump",
            Layout::Cryptofeed => "cryptofeed raw dump",
            Layout::Wscat => "wscat transcript",
            Layout::WscatFile => "wscat's output",
        }
    }
}

/// The layout of a file that starts with `head`; `whole` if that is all of it.
pub(super) fn layout(head: &[u8], whole: bool) -> Layout {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let Some(layout) = transcript(text) {
        return layout;
    }
    let names = first_members(text);
    if names.first().is_some_and(|name| name == "log") {
        return Layout::Har;
    }
    let has = |name: &str| names.iter().any(|n| n == name);
    let records = has("kind") && (has("request") || has("response") || has("data"));
    match (records, documents(head, whole)) {
        (true, Layout::Messages) => Layout::Records,
        (true, _) => Layout::RecordLines,
        (false, layout) => layout,
    }
}

/// The tool that wrote the first line, if it is one that puts more than the message there.
fn transcript(text: &[u8]) -> Option<Layout> {
    let mut lines = text.split(|b| *b == b'\n').map(without_escapes);
    let line = lines.find(|line| !line.iter().all(|b| is_space(*b)))?;
    if says_connected(&line) {
        return Some(wscat(text));
    }
    let line = String::from_utf8_lossy(&line);
    let json = |text: &str| text.starts_with(['{', '[', '"', 'b']);
    if line.starts_with("< ") || line.starts_with("> ") {
        return Some(wscat(text));
    }
    let web = ["wss://", "ws://", "https://", "http://"];
    let arrow = [" <-> ", " <- ", " -> "]
        .iter()
        .any(|arrow| line.contains(arrow));
    if line.starts_with("configuration: ") || arrow && web.iter().any(|w| line.starts_with(w)) {
        return Some(Layout::Cryptofeed);
    }
    if let Some((time, message)) = line.split_once(": ")
        && json(message)
        && time.contains('.')
        && time.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        return Some(Layout::Cryptofeed);
    }
    let (time, message) = line.split_once(' ')?;
    let is_time =
        super::moment(time).is_some() || time.contains('.') && seconds(time.as_bytes()).is_some();
    (json(message) && is_time).then_some(Layout::Tardis)
}

/// Whether a terminal showed it, where what was received is marked, or wscat wrote it to a file,
/// where nothing is, and a prompt may stand before.
pub(super) fn wscat(head: &[u8]) -> Layout {
    let mut lines = head.split(|b| *b == b'\n').map(without_escapes);
    match lines.any(|line| line.starts_with(b"< ") || says_connected(&line)) {
        true => Layout::Wscat,
        false => Layout::WscatFile,
    }
}

/// Whether documents stand one a line or are spread over lines.
pub(super) fn documents(head: &[u8], whole: bool) -> Layout {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = text
        .iter()
        .position(|b| !is_space(*b))
        .unwrap_or(text.len());
    let text = &text[start..];
    let Some(line) = memchr::memchr(b'\n', text) else {
        return Layout::MessageLines;
    };
    // Only a list or an object can be spread over lines.
    if !matches!(text.first(), Some(b'{' | b'[')) {
        return Layout::MessageLines;
    }
    match lex::value_end(text, 0) {
        Some(end) if end <= line => Layout::MessageLines,
        Some(_) => Layout::Messages,
        // It never closes: a damaged first line, unless there is more to come.
        None if whole => Layout::MessageLines,
        None => Layout::Messages,
    }
}

/// Names of the members of the object that the text starts with, as far as it goes.
fn first_members(text: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut depth = 0usize;
    let named = |next: Option<&lex::Token>| next.is_some_and(|t| t.kind == lex::Kind::Punct(b':'));
    let mut tokens = lex::Lexer::new(text, 0).peekable();
    while let Some(token) = tokens.next() {
        match token.kind {
            lex::Kind::Punct(b'{' | b'[') => depth += 1,
            lex::Kind::Punct(b'}' | b']') => depth = depth.saturating_sub(1),
            lex::Kind::Text if depth == 1 && named(tokens.peek()) => {
                names.extend(lex::unquote(&text[token.span]));
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}
