//! What a file is, from its first bytes.

use super::transcript::{is_marked, says_connected, seconds, without_escapes};
use crate::lex::{self, is_space};
use crate::record::Direction;

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

/// What people have at hand and no reader reads: what it is, and what to do. None of these is text.
pub(super) fn no_capture(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [0xff, 0xfe, ..]
        | [0xfe, 0xff, ..]
        // Two characters of ASCII, as every capture begins with, where the mark was left out.
        | [1..=0x7f, 0, 1..=0x7f, 0, ..]
        | [0, 1..=0x7f, 0, 1..=0x7f, ..] => "it is UTF-16 text: convert it to UTF-8",
        [b'P', b'K', 3, 4, ..] => {
            "it is a ZIP archive: unpack it, or export HAR if it is a recorder's own file"
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "it is compressed with xz: unpack it",
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => {
            "it is compressed with bzip2: unpack it"
        }
        [0x04, 0x22, 0x4d, 0x18, ..] => "it is compressed with lz4: unpack it",
        [0x0a, 0x0d, 0x0d, 0x0a, ..]
        | [0xa1, 0xb2, 0xc3 | 0x3c, 0xd4 | 0x4d, ..]
        | [0xd4 | 0x4d, 0xc3 | 0x3c, 0xb2, 0xa1, ..] => {
            "it is a capture of packets: record HAR, with a proxy for instance"
        }
        _ if is_flows(head) => {
            "it is mitmproxy's own file of flows: export HAR (`mitmdump -nr FILE --set hardump=OUT.har`)"
        }
        _ => return None,
    })
}

/// Whether a file starts as mitmproxy writes a flow: a length, and a member's name with its own.
fn is_flows(head: &[u8]) -> bool {
    let number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let mut parts = head
        .get(..head.len().min(64))
        .unwrap_or_default()
        .splitn(3, |b| *b == b':');
    let (Some(whole), Some(length), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_name = |name: &[u8]| name.iter().all(|b| b.is_ascii_lowercase() || *b == b'_');
    let length = std::str::from_utf8(length)
        .ok()
        .and_then(|text| text.parse::<usize>().ok());
    number(whole)
        && length.is_some_and(|length| {
            name.get(length) == Some(&b';') && name.get(..length).is_some_and(is_name)
        })
}

/// The layout of a file that starts with `head`; `whole` if that is all of it.
pub(super) fn layout(head: &[u8], whole: bool) -> Layout {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let Some(layout) = transcript(text) {
        return layout;
    }
    let names = first_members(text);
    if names
        .iter()
        .find(|name| *name != "comment")
        .is_some_and(|name| name == "log")
    {
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

/// So many lines may stand in a terminal before wscat speaks.
const TYPED: usize = 20;

/// The tool that wrote the first line, if it is one that puts more than the message there.
fn transcript(text: &[u8]) -> Option<Layout> {
    let mut lines = text.split(|b| *b == b'\n').map(without_escapes);
    let line = lines.find(|line| !line.iter().all(|b| is_space(*b)))?;
    // What was typed to start wscat may stand before, and what `script` says of itself.
    if says_connected(&line)
        || !matches!(line.first(), Some(b'{' | b'['))
            && lines.take(TYPED).any(|line| says_connected(&line))
    {
        return Some(wscat(text));
    }
    if is_marked(&line).is_some() {
        return Some(wscat(text));
    }
    let line = String::from_utf8_lossy(&line);
    let json = |text: &str| text.starts_with(['{', '[', '"', 'b']);
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
    match lines.any(|line| is_marked(&line) == Some(Direction::Received) || says_connected(&line)) {
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
