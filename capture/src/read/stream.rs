//! JSON values cut out of a stream one after another, so that a file is never held whole. Nothing is
//! judged here: a value ends where its brackets and quotes do.

use std::io::{self, BufRead};

use super::escaped::{Content, Escaped, special};
use crate::lex::is_space;

/// A stream and where it stands.
pub(crate) struct Stream<R> {
    reader: R,
    line: u64,
    /// Bytes of the reader's buffer that were lent out: they are consumed before it is looked at again.
    lent: usize,
    /// A value that did not stand whole in the reader's buffer.
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

impl<R: BufRead> Stream<R> {
    pub(crate) fn new(reader: R) -> Self {
        Stream {
            reader,
            line: 1,
            lent: 0,
            kept: Vec::new(),
            depth: 0,
        }
    }

    /// 1-based line that the next byte is on.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    fn chunk(&mut self) -> io::Result<&[u8]> {
        self.reader.consume(std::mem::take(&mut self.lent));
        loop {
            match self.reader.fill_buf() {
                // Asked for again because the borrow checker does not let the first answer out.
                Ok(_) => return self.reader.fill_buf(),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
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
            let skip = blank.unwrap_or(chunk.len());
            let lines = memchr::memchr_iter(b'\n', &chunk[..skip]).count();
            self.line += lines as u64;
            self.reader.consume(skip);
        }
    }

    /// Drops a byte order mark.
    pub(crate) fn skip_mark(&mut self) -> io::Result<()> {
        if self.chunk()?.starts_with(b"\xef\xbb\xbf") {
            self.reader.consume(3);
        }
        Ok(())
    }

    /// Takes the next byte if it is this one.
    pub(crate) fn take(&mut self, byte: u8) -> io::Result<bool> {
        let there = self.peek()? == Some(byte);
        if there {
            self.reader.consume(1);
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
            self.line += memchr::memchr_iter(b'\n', &chunk[..used]).count() as u64;
            self.lent = used;
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// Cuts out the next value. At the end of the stream it is broken and empty.
    pub(crate) fn value(&mut self, limit: usize) -> io::Result<Cut<'_>> {
        self.kept.clear();
        self.kept.shrink_to(KEPT);
        self.peek()?;
        let mut size = 0u64;
        let mut scan = Scan::default();
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                let whole = scan.state == State::Word && scan.depth == 0;
                return Ok(match (size > limit as u64, whole) {
                    (true, _) => Cut::TooLarge(size),
                    (false, true) => Cut::Whole(&self.kept),
                    (false, false) => Cut::Broken(&self.kept),
                });
            }
            let end = scan.feed(chunk);
            let used = end.unwrap_or(chunk.len());
            let lines = memchr::memchr_iter(b'\n', &chunk[..used]).count();
            size += used as u64;
            let fits = size <= limit as u64;
            let whole_here = fits && end.is_some() && size == used as u64;
            if fits && !whole_here {
                // Not `chunk`, which cannot be held while another part of the stream changes.
                let chunk = self.reader.fill_buf()?;
                self.kept.extend_from_slice(&chunk[..used]);
            } else if !fits {
                self.kept = Vec::new();
            }
            self.line += lines as u64;
            self.lent = used;
            if end.is_none() {
                continue;
            }
            return Ok(match (fits, whole_here) {
                (false, _) => Cut::TooLarge(size),
                (true, false) => Cut::Whole(&self.kept),
                (true, true) => Cut::Whole(&self.reader.fill_buf()?[..used]),
            });
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
            let text = &self.chunk()?[..=length];
            let lines = memchr::memchr_iter(b'\n', text).count();
            self.line += lines as u64;
            self.lent = length + 1;
            return Ok(Text::Whole);
        }
        Ok(match self.value(limit)? {
            Cut::TooLarge(size) => Text::TooLarge(size),
            Cut::Broken(_) => Text::Broken,
            Cut::Whole(text) => match content.take(&text[1..]) {
                Escaped::Ends(_) => Text::Whole,
                Escaped::Bad | Escaped::Cut => Text::Bad,
            },
        })
    }

    /// Passes over the next value; whether it was whole.
    pub(crate) fn skip(&mut self) -> io::Result<bool> {
        Ok(!matches!(self.value(0)?, Cut::Broken(_)) && self.peek()?.is_some())
    }
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
struct Scan {
    depth: usize,
    state: State,
}

impl Scan {
    /// How much of the chunk belongs to the value, once its end is known.
    fn feed(&mut self, chunk: &[u8]) -> Option<usize> {
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
                    let ends_word = is_space(byte)
                        || matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']');
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
    use std::io::BufReader;

    fn values(text: &str, capacity: usize, limit: usize) -> Vec<(u64, String)> {
        let mut stream = Stream::new(BufReader::with_capacity(capacity, text.as_bytes()));
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
