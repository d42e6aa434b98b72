//! JSON values cut out of a stream one after another, so that a file is never held whole. Nothing is
//! judged here: a value ends where its brackets and quotes do.

use std::io::{self, Read};

use venue_wire::check::container_end;

use super::escaped::{Content, Escaped, special};
use crate::lex::is_space;

/// A stream and where it stands.
pub(crate) struct Stream<R> {
    reader: R,
    /// What was read and not yet used stands from `at` to `end`.
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    /// Line of the byte at `counted`, which is not after `at`.
    line: u64,
    counted: usize,
    /// A value that did not stand whole in the buffer.
    kept: Vec<u8>,
    /// Brackets that were taken and not yet closed.
    depth: usize,
}

/// A value that was cut out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cut<'s> {
    /// All of it.
    Whole(&'s [u8]),
    /// It is larger than the limit; so many bytes.
    TooLarge(u64),
    /// The stream ends before it does.
    Broken(&'s [u8]),
}

/// What came of a string.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// It is whole.
    Whole,
    /// It is larger than the limit; so many bytes.
    TooLarge(u64),
    /// The stream ends before it does.
    Broken,
    /// It holds an escape that JSON does not have.
    Bad,
    /// It is another value, and was left in place.
    Other,
}

/// More memory than this is given back before the next value.
const KEPT: usize = 1 << 20;

impl<R: Read> Stream<R> {
    pub(crate) fn new(reader: R) -> Self {
        Stream::with_capacity(reader, super::BUFFER)
    }

    fn with_capacity(reader: R, capacity: usize) -> Self {
        Stream {
            reader,
            buffer: vec![0; capacity],
            at: 0,
            end: 0,
            line: 1,
            counted: 0,
            kept: Vec::new(),
            depth: 0,
        }
    }

    /// 1-based line that the next byte is on.
    pub(crate) fn line(&mut self) -> u64 {
        let passed = &self.buffer[self.counted..self.at];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.counted = self.at;
        self.line
    }

    /// What was read and not yet used; nothing at the end.
    fn chunk(&mut self) -> io::Result<&[u8]> {
        if self.at == self.end {
            self.fill()?;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    #[cold]
    fn fill(&mut self) -> io::Result<()> {
        self.line();
        (self.at, self.end, self.counted) = (0, 0, 0);
        self.end = loop {
            match self.reader.read(&mut self.buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        Ok(())
    }

    /// The next byte that is not white space, left in place. None at the end.
    pub(crate) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let chunk = self.chunk()?;
            let Some(first) = chunk.first() else {
                return Ok(None);
            };
            if !is_space(*first) {
                return Ok(Some(*first));
            }
            let blank = chunk.iter().position(|b| !is_space(*b));
            self.at += blank.unwrap_or(chunk.len());
        }
    }

    /// Drops a byte order mark.
    pub(crate) fn skip_mark(&mut self) -> io::Result<()> {
        if self.chunk()?.starts_with(b"\xef\xbb\xbf") {
            self.at += 3;
        }
        Ok(())
    }

    /// Takes the next byte if it is this one.
    pub(crate) fn take(&mut self, byte: u8) -> io::Result<bool> {
        let there = self.peek()? == Some(byte);
        if there {
            self.at += 1;
            match byte {
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(there)
    }

    /// How many brackets were taken that are still open.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Passes over what is left of what was taken since there were so many open brackets; whether that
    /// has an end.
    pub(crate) fn close(&mut self, depth: usize) -> io::Result<bool> {
        let open = self.depth.saturating_sub(depth);
        if open == 0 {
            return Ok(true);
        }
        self.depth = depth;
        let mut scan = Scan {
            depth: open,
            ..Scan::default()
        };
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let end = scan.feed(chunk);
            let used = end.unwrap_or(chunk.len());
            self.at += used;
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// Cuts out the next value. At the end of the stream it is broken and empty.
    pub(crate) fn value(&mut self, limit: usize) -> io::Result<Cut<'_>> {
        self.peek()?;
        let from = self.at;
        if let Some(length) = whole(&self.buffer[from..self.end])
            && length <= limit
        {
            self.at += length;
            return Ok(Cut::Whole(&self.buffer[from..self.at]));
        }
        self.parted(limit)
    }

    /// The same of a value that does not stand whole in the buffer, or is too large.
    #[inline(never)]
    fn parted(&mut self, limit: usize) -> io::Result<Cut<'_>> {
        self.kept.clear();
        self.kept.shrink_to(KEPT);
        let mut size = 0u64;
        let mut scan = Scan::default();
        loop {
            self.chunk()?;
            let chunk = &self.buffer[self.at..self.end];
            let end = match chunk {
                [] if scan.state == State::Word && scan.depth == 0 => Some(0),
                [] => None,
                chunk => scan.feed(chunk),
            };
            let used = end.unwrap_or(chunk.len());
            size += used as u64;
            let fits = size <= limit as u64;
            if fits {
                self.kept.extend_from_slice(&chunk[..used]);
            } else {
                self.kept = Vec::new();
            }
            let over = chunk.is_empty();
            self.at += used;
            if end.is_some() || over {
                return Ok(match (fits, end) {
                    (false, _) => Cut::TooLarge(size),
                    (true, Some(_)) => Cut::Whole(&self.kept),
                    (true, None) => Cut::Broken(&self.kept),
                });
            }
        }
    }

    /// Takes the content of the string that comes next: into `content` where that is what came of it.
    pub(super) fn text(&mut self, limit: usize, content: &mut Content) -> io::Result<Text> {
        if self.peek()? != Some(b'"') {
            return Ok(Text::Other);
        }
        // Mostly it stands whole in the buffer, and is read once.
        let taken = content.take(&self.chunk()?[1..]);
        if let Escaped::Ends(length) = taken
            && length < limit
        {
            self.at += length + 1;
            return Ok(Text::Whole);
        }
        let text = match self.value(limit)? {
            Cut::TooLarge(size) => Text::TooLarge(size),
            Cut::Broken(_) => Text::Broken,
            Cut::Whole(text) => match content.take(&text[1..]) {
                Escaped::Ends(_) => Text::Whole,
                Escaped::Bad | Escaped::Cut => Text::Bad,
            },
        };
        self.release();
        Ok(text)
    }

    /// Gives back the memory of a large value that nobody needs any more.
    pub(super) fn release(&mut self) {
        if self.kept.capacity() > KEPT {
            self.kept = Vec::new();
        }
    }

    /// Passes over the next value; whether it was whole.
    pub(crate) fn skip(&mut self) -> io::Result<bool> {
        self.peek()?;
        match whole(&self.buffer[self.at..self.end]) {
            Some(length) => self.at += length,
            None if matches!(self.parted(0)?, Cut::Broken(_)) => return Ok(false),
            None => {}
        }
        Ok(self.peek()?.is_some())
    }
}

/// Where the value ends that a text starts with, if it does: most values stand whole in the buffer.
#[inline]
fn whole(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'"' => {
            let mut at = 1;
            loop {
                at += special(text.get(at..)?)?;
                if text[at] == b'"' {
                    return Some(at + 1);
                }
                at += 2;
            }
        }
        b'{' | b'[' => match text.get(1)? {
            b'}' | b']' => Some(2),
            _ => container_end(text, 0),
        },
        b'}' | b']' | b',' | b':' => Some(1),
        _ => text.iter().position(|byte| ends_word(*byte)),
    }
}

/// Whether a byte cannot be part of a number or of what should be one.
fn ends_word(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Between,
    Word,
    Text,
    Escape,
}

/// Finds the end of a value fed in pieces.
#[derive(Default)]
pub(super) struct Scan {
    depth: usize,
    state: State,
}

impl Scan {
    /// How much of the chunk belongs to the value, once its end is known.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < chunk.len() {
            match self.state {
                State::Text => {
                    at = self.text(chunk, at)?;
                    if self.state == State::Between && self.depth == 0 {
                        return Some(at);
                    }
                }
                State::Escape => {
                    self.state = State::Text;
                    at += 1;
                }
                State::Between | State::Word => {
                    let byte = chunk[at];
                    let ends_word = ends_word(byte);
                    if self.state == State::Word && ends_word && self.depth == 0 {
                        return Some(at);
                    }
                    at += 1;
                    self.state = State::Between;
                    match byte {
                        b'"' => self.state = State::Text,
                        b'{' | b'[' => self.depth += 1,
                        b'}' | b']' | b',' | b':' if self.depth == 0 => return Some(at),
                        b'}' | b']' => {
                            self.depth -= 1;
                            if self.depth == 0 {
                                return Some(at);
                            }
                        }
                        _ if !ends_word => self.state = State::Word,
                        _ => {}
                    }
                }
            }
        }
        None
    }

    /// Past the end of the string that `at` is in, if it ends in this chunk.
    fn text(&mut self, chunk: &[u8], mut at: usize) -> Option<usize> {
        loop {
            at += special(chunk.get(at..)?)?;
            if chunk[at] == b'"' {
                self.state = State::Between;
                return Some(at + 1);
            }
            at += 2;
            if at > chunk.len() {
                self.state = State::Escape;
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, capacity: usize, limit: usize) -> Vec<(u64, String)> {
        let mut stream = Stream::with_capacity(text.as_bytes(), capacity);
        let mut seen = Vec::new();
        while stream.peek().expect("memory").is_some() {
            let line = stream.line();
            let shown = match stream.value(limit).expect("memory") {
                Cut::Whole(text) => String::from_utf8_lossy(text).into_owned(),
                Cut::TooLarge(size) => format!("too large: {size}"),
                Cut::Broken(text) => format!("broken: {}", String::from_utf8_lossy(text)),
            };
            seen.push((line, shown));
        }
        seen
    }

    #[test]
    fn values_are_cut_where_they_end_whatever_the_buffer() {
        let text = "{\"a\": \"}\\\"\"}\n\n[1,\n [2]] 12 \"x\"\ntrue]{\"cut\":";
        for capacity in [1, 2, 5, 64] {
            let whole = str::to_owned;
            assert_eq!(
                values(text, capacity, 100),
                [
                    (1, whole("{\"a\": \"}\\\"\"}")),
                    (3, whole("[1,\n [2]]")),
                    (4, whole("12")),
                    (4, whole("\"x\"")),
                    (5, whole("true")),
                    (5, whole("]")),
                    (5, whole("broken: {\"cut\":")),
                ]
            );
            assert_eq!(
                values("[1,2,3] 4", capacity, 3),
                [(1, whole("too large: 7")), (1, whole("4"))]
            );
        }
    }
}
