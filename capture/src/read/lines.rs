//! Lines of any length out of a reader, in bounded memory and without copying where a line stands
//! whole in the reader's buffer.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

/// A line, without its end.
pub(crate) enum Line<'a> {
    /// Nothing but white space.
    Blank,
    /// The line.
    Whole(&'a [u8]),
    /// It is longer than the limit; so many bytes.
    TooLong(u64),
}

/// Calls `each` with every line and its 1-based number, of which the reader's first line is `number`.
/// A byte order mark before the first of all is dropped, and so is a carriage return before the line
/// feed.
pub(crate) fn for_each(
    mut reader: impl BufRead,
    mut number: u64,
    limit: usize,
    mut each: impl FnMut(u64, Line<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut kept: Vec<u8> = Vec::new();
    let mut dropped = 0u64;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let end = memchr::memchr(b'\n', chunk);
        let piece = &chunk[..end.unwrap_or(chunk.len())];
        let at_end = chunk.is_empty();
        let used = piece.len() + usize::from(end.is_some());
        let ends = end.is_some() || at_end;
        let line = if end.is_some() && kept.is_empty() && dropped == 0 && piece.len() <= limit {
            Some(line_of(number, piece))
        } else {
            if dropped > 0 || kept.len() + piece.len() > limit {
                dropped += (kept.len() + piece.len()) as u64;
                kept.clear();
            } else {
                kept.extend_from_slice(piece);
            }
            match std::mem::take(&mut dropped) {
                size if !ends => {
                    dropped = size;
                    None
                }
                // After the end of the last line there is none.
                0 if kept.is_empty() && at_end => None,
                0 => Some(line_of(number, &kept)),
                size => Some(Line::TooLong(size)),
            }
        };
        let flow = line.map_or(ControlFlow::Continue(()), |line| each(number, line));
        if flow.is_break() || at_end {
            return Ok(());
        }
        if ends {
            kept.clear();
        }
        number += u64::from(end.is_some());
        reader.consume(used);
    }
}

#[inline(always)]
fn line_of(number: u64, line: &[u8]) -> Line<'_> {
    let line = if number == 1 {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_blank(line) {
        Line::Blank
    } else {
        Line::Whole(line)
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| crate::lex::is_space(*b))
}

/// The same for the lines of a text, of which the ends are known.
pub(super) fn for_each_of(
    text: &[u8],
    ends: &[usize],
    mut number: u64,
    limit: usize,
    mut each: impl FnMut(u64, Line<'_>) -> ControlFlow<()>,
) {
    let mut start = 0;
    for &end in ends {
        let line = text.get(start..end).unwrap_or_default();
        let line = if line.len() > limit {
            Line::TooLong(line.len() as u64)
        } else {
            line_of(number, line)
        };
        if each(number, line).is_break() {
            return;
        }
        number += 1;
        start = end + 1;
    }
}

/// Finds where the lines of a text end, of which the last may lack its end: how many hold something.
pub(super) fn find_ends(text: &[u8], found: &mut Vec<usize>) -> u64 {
    found.clear();
    let (mut blank, mut start) = (0, 0);
    let ends = memchr::memchr_iter(b'\n', text);
    for end in ends.chain((!text.ends_with(b"\n") && !text.is_empty()).then_some(text.len())) {
        found.push(end);
        // Of a line that holds something the last byte mostly says so.
        let line = &text[start..end];
        if line.last().is_none_or(|byte| *byte <= b' ') && is_blank(line) {
            blank += 1;
        }
        start = end + 1;
    }
    found.len() as u64 - blank
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &[u8], capacity: usize, limit: usize) -> Vec<(u64, Result<Vec<u8>, u64>)> {
        let mut seen = Vec::new();
        let reader = BufReader::with_capacity(capacity, text);
        for_each(reader, 1, limit, |n, line| {
            match line {
                Line::Whole(l) => seen.push((n, Ok(l.to_vec()))),
                Line::TooLong(size) => seen.push((n, Err(size))),
                Line::Blank => {}
            }
            ControlFlow::Continue(())
        })
        .expect("reading from memory");
        seen
    }

    #[test]
    fn lines_are_the_same_whatever_the_buffer() {
        let text = b"\xef\xbb\xbf{\"a\":1}\r\n\n  \n{\"bb\":22}\n0123456789abcdef\nlast";
        for capacity in [1, 2, 3, 7, 64] {
            assert_eq!(
                lines(text, capacity, 12),
                [
                    (1, Ok(b"{\"a\":1}".to_vec())),
                    (4, Ok(b"{\"bb\":22}".to_vec())),
                    (5, Err(16)),
                    (6, Ok(b"last".to_vec())),
                ]
            );
        }
        assert_eq!(lines(b"", 8, 8), []);
        assert_eq!(lines(b"\n\r\n", 8, 8), []);
        assert_eq!(lines(b"0123456789", 4, 5), [(1, Err(10))]);
    }
}
