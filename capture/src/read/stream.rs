//! JSON values cut out of a stream one after another, so that a file is never held whole. Nothing is
//! judged here: a value ends where its brackets and quotes do.

use std::io::{self, BufRead};

use crate::lex::is_space;

/// A stream and where it stands.
pub(crate) struct Stream<R> {
    reader: R,
    line: u64,
}

/// A value that was cut out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than the limit; so many bytes.
    TooLarge(u64),
    /// The stream ends before it does.
    Broken(Vec<u8>),
}

impl<R: BufRead> Stream<R> {
    pub(crate) fn new(reader: R) -> Self {
        Stream { reader, line: 1 }
    }

    /// 1-based line that the next byte is on.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    fn chunk(&mut self) -> io::Result<&[u8]> {
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
            if chunk.is_empty() {
                return Ok(None);
            }
            let blank = chunk.iter().position(|b| !is_space(*b));
            let next = blank.map(|at| chunk[at]);
            let skip = blank.unwrap_or(chunk.len());
            let lines = memchr::memchr_iter(b'\n', &chunk[..skip]).count();
            self.line += lines as u64;
            self.reader.consume(skip);
            if next.is_some() {
                return Ok(next);
            }
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
        }
        Ok(there)
    }

    /// Cuts out the next value. At the end of the stream it is broken and empty.
    pub(crate) fn value(&mut self, limit: usize) -> io::Result<Cut> {
        self.peek()?;
        let mut kept = Vec::new();
        let mut size = 0u64;
        let mut scan = Scan::default();
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                let whole = scan.state == State::Word && scan.depth == 0;
                return Ok(match (size > limit as u64, whole) {
                    (true, _) => Cut::TooLarge(size),
                    (false, true) => Cut::Whole(kept),
                    (false, false) => Cut::Broken(kept),
                });
            }
            let end = scan.feed(chunk);
            let used = end.unwrap_or(chunk.len());
            size += used as u64;
            if size <= limit as u64 {
                kept.extend_from_slice(&chunk[..used]);
            } else {
                kept = Vec::new();
            }
            let lines = memchr::memchr_iter(b'\n', &chunk[..used]).count();
            self.line += lines as u64;
            self.reader.consume(used);
            if end.is_some() {
                return Ok(if size > limit as u64 {
                    Cut::TooLarge(size)
                } else {
                    Cut::Whole(kept)
                });
            }
        }
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
                State::Text => match memchr::memchr2(b'"', b'\\', &chunk[at..]) {
                    None => return None,
                    Some(next) => {
                        at += next + 1;
                        if chunk[at - 1] == b'\\' {
                            self.state = State::Escape;
                        } else {
                            self.state = State::Between;
                            if self.depth == 0 {
                                return Some(at);
                            }
                        }
                    }
                },
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn values(text: &str, capacity: usize, limit: usize) -> Vec<(u64, Cut)> {
        let mut stream = Stream::new(BufReader::with_capacity(capacity, text.as_bytes()));
        let mut seen = Vec::new();
        while stream.peek().expect("memory").is_some() {
            let line = stream.line();
            seen.push((line, stream.value(limit).expect("memory")));
        }
        seen
    }

    #[test]
    fn values_are_cut_where_they_end_whatever_the_buffer() {
        let text = "{\"a\": \"}\\\"\"}\n\n[1,\n [2]] 12 \"x\"\ntrue]{\"cut\":";
        for capacity in [1, 2, 5, 64] {
            let whole = |t: &str| Cut::Whole(t.as_bytes().to_vec());
            assert_eq!(
                values(text, capacity, 100),
                [
                    (1, whole("{\"a\": \"}\\\"\"}")),
                    (3, whole("[1,\n [2]]")),
                    (4, whole("12")),
                    (4, whole("\"x\"")),
                    (5, whole("true")),
                    (5, whole("]")),
                    (5, Cut::Broken(b"{\"cut\":".to_vec())),
                ]
            );
            assert_eq!(
                values("[1,2,3] 4", capacity, 3),
                [(1, Cut::TooLarge(7)), (1, whole("4"))]
            );
        }
    }
}
