//! What other tools write, a line a message: raw dumps of tardis.dev and cryptofeed, and what a
//! terminal shows of wscat.

use std::borrow::Cow;

use jiff::Timestamp;

use super::fault::{self, Fault};
use super::sniff::Layout;
use crate::presume;
use crate::record::{Body, Content, Direction, Exchange, Message, Part, Payload};
use crate::url::Address;

/// Reads lines of one file, and remembers which connection they belong to.
pub(super) struct Transcript {
    layout: Layout,
    address: Option<Address>,
    connections: u64,
    /// Whether wscat has spoken: before, and after it ended, a terminal shows a shell's lines.
    talking: bool,
}

/// What a line is.
type Read<'a> = (Option<Timestamp>, Content<'a>);

impl Transcript {
    /// A reader of lines after so many empty ones.
    pub(super) fn new(layout: Layout, blank: u64) -> Self {
        let mut transcript = Transcript {
            layout,
            address: None,
            connections: 1,
            talking: false,
        };
        if layout == Layout::Tardis {
            transcript.connections += blank;
        }
        transcript
    }

    /// What a line holds; nothing if it only frames what the others hold.
    pub(super) fn line<'a>(&mut self, line: &'a [u8], number: u64) -> Option<Read<'a>> {
        match self.layout {
            Layout::Tardis => Some(self.tardis(line, number)),
            Layout::Cryptofeed => self.cryptofeed(line, number),
            _ => self.wscat(line, number),
        }
    }

    /// `2024-05-01T00:00:04.9123456Z {"a":1}`, or the time as websocat's `timestamp:` and `ts %.s` write it:
    /// `1714521604.9123456 {"a":1}`.
    fn tardis<'a>(&self, line: &'a [u8], number: u64) -> Read<'a> {
        let Some(space) = memchr::memchr(b' ', line) else {
            return unreadable("the line has no time and message");
        };
        let time = std::str::from_utf8(&line[..space]).ok();
        let at = time.and_then(|time| super::moment(time).or_else(|| seconds(time.as_bytes())));
        if at.is_none() {
            return unreadable("the line does not start with a time");
        }
        (
            at,
            self.message(Direction::Received, &line[space + 1..], number),
        )
    }

    /// `1714521604.91: {"a":1}`, `ADDRESS <- TIME: sent`, `ADDRESS -> TIME: answer`, `ADDRESS <-> TIME`.
    /// Of HTTP only answers are recorded, and where that is done after a POST or DELETE, it is in the
    /// form of what is sent over a socket.
    fn cryptofeed<'a>(&mut self, line: &'a [u8], number: u64) -> Option<Read<'a>> {
        if line.starts_with(b"configuration: ") {
            return None;
        }
        let Some((head, data)) = split(line, b": ") else {
            // A connection has a time and no message.
            return match split(line, b" <-> ") {
                Some((address, _)) => {
                    self.address = parsed(address).ok();
                    self.connections += 1;
                    None
                }
                None => Some(unreadable("the line has no time and message")),
            };
        };
        let data = unescaped(data);
        if let Some((address, time)) = split(head, b" <- ") {
            let is_http = address.starts_with(b"http");
            let address = match parsed(address) {
                Ok(address) => address,
                Err(fault) => return Some((None, fault.of(""))),
            };
            if is_http {
                return Some((
                    seconds(time),
                    answer(["POST", "DELETE"], address, data, number),
                ));
            }
            self.address = Some(address);
            return Some((seconds(time), self.owned(Direction::Sent, data, number)));
        }
        if let Some((address, time)) = split(head, b" -> ") {
            let address = match parsed(address) {
                Ok(address) => address,
                Err(fault) => return Some((None, fault.of(""))),
            };
            return Some((
                seconds(time),
                answer(["GET", "POST"], address, data, number),
            ));
        }
        match seconds(head) {
            None => Some(unreadable("the line does not start with a time")),
            at => Some((at, self.owned(Direction::Received, data, number))),
        }
    }

    /// `< received`, `> sent`, with a time in brackets before it perhaps, and what wscat says itself.
    fn wscat<'a>(&mut self, line: &'a [u8], number: u64) -> Option<Read<'a>> {
        let line = without_escapes(line);
        let (at, line) = stamped(&line);
        if says_connected(line) {
            self.connections += 1;
            self.talking = true;
            return None;
        }
        if is_own(line) {
            self.talking &= !begins(line, b"disconnected") && !begins(line, b"script done");
            return None;
        }
        let mark = mark(line);
        let is_marked = mark.is_some();
        let is_shells = !is_marked && !matches!(line.first(), Some(b'{' | b'['));
        if self.layout == Layout::Wscat && !self.talking && is_shells {
            return None;
        }
        self.talking |= is_marked;
        let (direction, text) = match mark {
            Some((Direction::Sent, text)) if self.layout == Layout::WscatFile => {
                (Direction::Received, text)
            }
            Some(marked) => marked,
            // A prompt at which nothing was typed.
            None if line == b">" => return None,
            None => (Direction::Received, line),
        };
        if text.iter().all(|b| crate::lex::is_space(*b)) {
            return None;
        }
        let text = Cow::Owned(text.to_vec());
        Some((at, self.owned(direction, text, number)))
    }

    fn message<'a>(&self, direction: Direction, text: &'a [u8], number: u64) -> Content<'a> {
        self.owned(direction, Cow::Borrowed(text), number)
    }

    fn owned<'a>(&self, direction: Direction, bytes: Cow<'a, [u8]>, number: u64) -> Content<'a> {
        // A dump of tardis.dev holds the channels that were asked for, be they of one connection or of
        // several: what is missing in it says nothing.
        let connection = (self.layout != Layout::Tardis).then(|| self.connections.to_string());
        Content::Message(Message {
            address: self.address.clone(),
            connection: connection.map(Into::into),
            direction,
            payload: Payload {
                bytes,
                line: Some(number),
            },
        })
    }
}

/// What wscat says itself, the last words of `script`, and the logs of websocat.
pub(super) fn is_own(line: &[u8]) -> bool {
    let own = [
        &b"disconnected"[..],
        b"listening on port",
        b"client connected",
        b"error: ",
        b"received ping",
        b"received pong",
        b"script done on ",
    ];
    own.iter().any(|start| begins(line, start)) || is_log(line)
}

/// Whether a line is what websocat says of itself: `[WARN  websocat::lints] …`, as Rust's `env_logger`
/// writes, or `websocat: …`. No JSON starts so.
#[inline(always)]
pub(crate) fn is_log(line: &[u8]) -> bool {
    matches!(line, [b'[', b'A'..=b'Z', ..] | [b'w', b'e', ..]) && says_log(line)
}

#[cold]
fn says_log(line: &[u8]) -> bool {
    let levels: [&[u8]; 5] = [b"[TRACE ", b"[DEBUG ", b"[INFO  ", b"[WARN  ", b"[ERROR "];
    levels.iter().any(|level| line.starts_with(level)) || line.starts_with(b"websocat: ")
}

/// The arrow of a line, as who it says has sent the rest.
pub(super) fn mark(line: &[u8]) -> Option<(Direction, &[u8])> {
    let marks = [
        ("< ", Direction::Received),
        ("> ", Direction::Sent),
        ("\u{2039} ", Direction::Received),
        ("\u{203a} ", Direction::Sent),
    ];
    marks
        .iter()
        .find_map(|(mark, direction)| Some((*direction, line.strip_prefix(mark.as_bytes())?)))
}

/// Whether a line begins with an arrow, and with that of what was received.
pub(super) fn is_marked(line: &[u8]) -> Option<Direction> {
    Some(mark(stamped(line).1)?.0)
}

/// A line without the time in brackets before it: `[2024-05-01T10:00:00Z] < {"a":1}`. The moment, where
/// it says of which zone it is.
pub(super) fn stamped(line: &[u8]) -> (Option<Timestamp>, &[u8]) {
    match stamp(line).and_then(|end| line.split_at_checked(end)) {
        Some((stamp, rest)) => {
            let time = std::str::from_utf8(&stamp[1..stamp.len() - 2]).ok();
            (time.and_then(super::moment), rest)
        }
        None => (None, line),
    }
}

/// How long the time in brackets before a line is, with the space after it.
pub(crate) fn stamp(line: &[u8]) -> Option<usize> {
    const LONGEST: usize = 40;
    let inner = line.get(..line.len().min(LONGEST))?.strip_prefix(b"[")?;
    let end = memchr::memmem::find(inner, b"] ")?;
    let inner = &inner[..end];
    let of_time = |b: &u8| b.is_ascii_digit() || b"-:.,/+TZ ".contains(b);
    let colons = memchr::memchr_iter(b':', inner).count();
    (colons >= 2 && inner.iter().all(of_time)).then_some(end + 3)
}

/// An answer to a request by one of these methods. cryptofeed says neither which it was, nor what was
/// sent, nor the status: it writes down what came before it looks at that.
fn answer<'a>(
    methods: [&str; 2],
    address: Address,
    data: Cow<'a, [u8]>,
    number: u64,
) -> Content<'a> {
    // Headers are appended where they were asked for; they may hold keys.
    let end = memchr::memmem::rfind(&data, b" header: ").unwrap_or(data.len());
    let bytes = match data {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[..end]),
        Cow::Owned(mut bytes) => {
            bytes.truncate(end);
            Cow::Owned(bytes)
        }
    };
    let part = |body| Part {
        body,
        ..Part::typed("")
    };
    let body = Body::Bytes(Payload {
        bytes,
        line: Some(number),
    });
    Content::Http(Box::new(Exchange {
        method: methods.join(presume::OR),
        address,
        request: part(Body::Unknown),
        response: Some((presume::NO_STATUS, part(body))),
        unanswered: false,
    }))
}

fn parsed(address: &[u8]) -> Result<Address, Fault> {
    fault::address(&String::from_utf8_lossy(address))
}

fn unreadable<'a>(message: &str) -> Read<'a> {
    (None, Fault::from(message).of(""))
}

fn split<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = memchr::memmem::find(text, at)?;
    Some((&text[..place], &text[place + at.len()..]))
}

/// Seconds since the Unix epoch, as Python prints a float; exact to the digits that are there.
pub(super) fn seconds(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty()
        || ![whole, fraction]
            .iter()
            .all(|t| t.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let nanosecond = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Timestamp::new(whole.parse().ok()?, nanosecond).ok()
}

/// A message that Python printed as a `bytes` literal, as the bytes that it stands for.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    let [b'b', quote @ (b'\'' | b'"'), inner @ .., last] = text else {
        return Cow::Borrowed(text);
    };
    if last != quote {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'x') => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let byte = std::str::from_utf8(&digits).ok();
                match byte.and_then(|d| u8::from_str_radix(d, 16).ok()) {
                    Some(byte) => out.push(byte),
                    None => return Cow::Borrowed(text),
                }
            }
            Some(other) => out.push(other),
            None => return Cow::Borrowed(text),
        }
    }
    Cow::Owned(out)
}

/// Whether it is what wscat says when a connection stands. It begins with a small letter up to version 3.
pub(super) fn says_connected(line: &[u8]) -> bool {
    begins(stamped(line).1, b"connected (press")
}

fn begins(line: &[u8], start: &[u8]) -> bool {
    line.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// A line without the colours and cursor movements that a terminal was told (ECMA-48 control
/// sequences), and without carriage returns.
pub(super) fn without_escapes(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            0x1b if rest.peek() == Some(&b'[') => {
                rest.next();
                let mut whole_line = false;
                for byte in rest.by_ref() {
                    if (0x40..=0x7e).contains(&byte) {
                        // What stood on the line is wiped off it: wscat's prompt, before it shows a message.
                        if byte == b'K' && whole_line {
                            out.clear();
                        }
                        break;
                    }
                    whole_line = byte == b'2';
                }
            }
            b'\r' => {}
            byte => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    fn shown(layout: Layout, text: &str) -> Vec<String> {
        let mut transcript = Transcript::new(layout, 0);
        let mut out = Vec::new();
        for (n, line) in text.lines().enumerate() {
            if line.is_empty() {
                continue;
            }
            let Some((at, content)) = transcript.line(line.as_bytes(), n as u64 + 1) else {
                continue;
            };
            let at = at.map(|at| at.to_string()).unwrap_or_default();
            out.push(match content {
                Content::Message(m) => format!(
                    "{at} {} {:?} {} {}",
                    m.connection.unwrap_or_default(),
                    m.direction,
                    m.address.map(|a| a.to_string()).unwrap_or_default(),
                    String::from_utf8_lossy(&m.payload.bytes)
                ),
                Content::Http(e) => format!(
                    "{at} {} {} {:?}",
                    e.method,
                    e.address,
                    e.response.map(|r| r.0)
                ),
                Content::Unreadable { message, .. } => message,
            });
        }
        out
    }

    #[test]
    fn tardis_lines_have_a_time_and_name_no_connection() {
        let text = "2024-05-01T00:00:04.9123456Z {\"a\": 1}\n\n2024-05-01T00:00:05Z [1]\n\
            1714521606.5 [2]\nrubbish {}\nx";
        assert_eq!(
            shown(Layout::Tardis, text),
            [
                "2024-05-01T00:00:04.9123456Z  Received  {\"a\": 1}",
                "2024-05-01T00:00:05Z  Received  [1]",
                "2024-05-01T00:00:06.5Z  Received  [2]",
                "the line does not start with a time",
                "the line has no time and message",
            ]
        );
    }

    #[test]
    fn cryptofeed_lines_tell_requests_from_messages() {
        let text = "configuration: {\"ticker\": []}\n\
            wss://ws.sfox.com/ws <-> 1714521604.5\n\
            wss://ws.sfox.com/ws <- 1714521604.75: {\"type\":\"subscribe\"}\n\
            1714521605.25: {\"sequence\": 1}\n\
            1714521606: b'{\"a\": \"\\x41\\'\"}'\n\
            https://api.sfox.com/v1/x -> 1714521607.0: {\"b\": 1} header: {\"k\": \"v\"}\n\
            https://api.sfox.com/v1/y <- 1714521608.0: b'{\"b\": 1}'\n\
            no time: {}";
        assert_eq!(
            shown(Layout::Cryptofeed, text),
            [
                "2024-05-01T00:00:04.75Z 2 Sent wss://ws.sfox.com/ws {\"type\":\"subscribe\"}",
                "2024-05-01T00:00:05.25Z 2 Received wss://ws.sfox.com/ws {\"sequence\": 1}",
                "2024-05-01T00:00:06Z 2 Received wss://ws.sfox.com/ws {\"a\": \"A'\"}",
                "2024-05-01T00:00:07Z GET or POST https://api.sfox.com/v1/x Some(0)",
                "2024-05-01T00:00:08Z POST or DELETE https://api.sfox.com/v1/y Some(0)",
                "the line does not start with a time",
            ]
        );
    }

    #[test]
    fn wscat_wipes_its_prompt_off_a_terminal_and_leaves_it_in_a_file() {
        let terminal = "\r\u{1b}[2K\u{1b}[3D\u{1b}[32mConnected (press CTRL+C to quit)\u{1b}[39m\r\n\
            \u{1b}[1G\u{1b}[0J> \u{1b}[3G{\"b\":1}\r\r\n\
            \u{1b}[1G\u{1b}[0J> \u{1b}[3G\r\u{1b}[2K\u{1b}[3D\u{1b}[34m< [\"X\",0]\u{1b}[39m\r";
        assert_eq!(
            shown(Layout::Wscat, terminal),
            [" 2 Sent  {\"b\":1}", " 2 Received  [\"X\",0]"]
        );
        let file = "> {\"a\":1}\n{\"a\":2}\n> ";
        assert_eq!(
            shown(Layout::WscatFile, file),
            [" 1 Received  {\"a\":1}", " 1 Received  {\"a\":2}"]
        );
    }

    fn read_all(text: &str, limit: usize) -> Vec<String> {
        let mut seen = Vec::new();
        let limits = crate::read::Limits { record: limit };
        let format = crate::read::InputFormat::Auto;
        crate::read::read(text.as_bytes(), format, limits, &mut |record| {
            let at = record.at.map(|at| at.to_string()).unwrap_or_default();
            let said = match &record.content {
                Content::Message(m) => format!(
                    "{:?} {}",
                    m.direction,
                    String::from_utf8_lossy(&m.payload.bytes)
                ),
                Content::Unreadable { rule, .. } => (*rule).to_owned(),
                Content::Http(_) => "http".to_owned(),
            };
            seen.push(format!("{} {at} {said}", record.line));
            ControlFlow::Continue(())
        })
        .expect("text");
        seen
    }

    #[test]
    fn a_message_over_several_lines_is_one() {
        let text = "Connected (press CTRL+C to quit)\n> {\"type\":\n\
            \r\u{1b}[2K\u{1b}[3D\u{1b}[34m< {\r\n  \"a\": [\r\n\r\n    \"}\"\r\n  ]\r\n}\u{1b}[39m\r\n\
            < [\n1\n< {\"b\":2}\nDisconnected (code: 1000)\n";
        assert_eq!(
            read_all(text, 300),
            [
                "2  Sent {\"type\":",
                "3  Received {\n  \"a\": [\n\n    \"}\"\n  ]\n}",
                // It never closes: the next arrow begins another.
                "9  Received [\n1",
                "11  Received {\"b\":2}",
            ]
        );
        let file = "> {\n  \"a\": 1\n}\n{\"b\":\n{\"c\":3}\n[\n  4";
        assert_eq!(
            read_all(file, 300),
            [
                "1  Received {\n  \"a\": 1\n}",
                "4  Received {\"b\":",
                "5  Received {\"c\":3}",
                "6  Received [\n  4",
            ]
        );
        let long = format!("< [\n{}]\n< 2\n", "  1,\n".repeat(100));
        assert_eq!(
            read_all(&long, 300),
            ["1  record-too-large", "103  Received 2"]
        );
    }

    #[test]
    fn a_time_in_brackets_may_stand_before_the_arrow() {
        let text =
            "[2024-05-01 10:00:00] \u{203a} {\"a\":1}\n[2024-05-01 10:00:01] \u{2039} {\"b\":2}\n";
        // Of which zone it is, is not said: that is no moment.
        assert_eq!(
            read_all(text, 300),
            ["1  Sent {\"a\":1}", "2  Received {\"b\":2}"]
        );
        let text = "[2024-05-01T10:00:00Z] Connected (press CTRL+C to quit)\n\
            [2024-05-01T10:00:01.5Z] > {\"a\":1}\n[2024-05-01T10:00:02+02:00] < [10]\n";
        assert_eq!(
            read_all(text, 300),
            [
                "2 2024-05-01T10:00:01.5Z Sent {\"a\":1}",
                "3 2024-05-01T08:00:02Z Received [10]"
            ]
        );
    }

    #[test]
    fn what_websocat_logs_is_no_message() {
        let text = "[INFO  websocat::lints] Auto-inserting the line mode\n{\"a\":1}\n\
            [WARN  websocat::ws_peer] it said \"so\"\n[true]\nwebsocat: WebSocketError: I/O failure\n";
        assert_eq!(
            read_all(text, 300),
            ["2  Received {\"a\":1}", "4  Received [true]"]
        );
    }

    #[test]
    fn a_shells_lines_around_wscat_are_no_messages() {
        let text = "Script started on 2024-05-01\n$ wscat -c wss://h/ws\nConnected (press CTRL+C to quit)\n\
            < {\"a\":1}\nrubbish\nDisconnected (code: 1000)\n$ exit\n";
        assert_eq!(
            super::super::sniff::layout(text.as_bytes(), true),
            Layout::Wscat
        );
        assert_eq!(
            shown(Layout::Wscat, text),
            [" 2 Received  {\"a\":1}", " 2 Received  rubbish"]
        );
    }

    #[test]
    fn scripts_last_words_are_no_message() {
        let text = "Script started on 2024-05-01\nConnected (press CTRL+C to quit)\n< [1]\n> \n\
            Script done on 2024-05-01 10:00:00+00:00 [COMMAND_EXIT_CODE=\"0\"]\n";
        assert_eq!(read_all(text, 300), ["3  Received [1]"]);
    }

    #[test]
    fn a_terminal_that_shows_wscat_is_read_without_its_colours() {
        let text = "connected (press CTRL+C to quit)\n> {\"type\":\"subscribe\"}\nReceived pong\n\
            \r\u{1b}[2K\u{1b}[3D\u{1b}[34m< {\"sequence\":1}\u{1b}[39m\n> \ndisconnected";
        assert_eq!(
            shown(Layout::Wscat, text),
            [
                " 2 Sent  {\"type\":\"subscribe\"}",
                " 2 Received  {\"sequence\":1}"
            ]
        );
    }
}
