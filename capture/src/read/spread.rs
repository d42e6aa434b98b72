//! Messages of wscat that a terminal or file has over several lines.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use super::lines::{self, Line};
use super::sniff::Layout;
use super::stream::Scan;
use super::transcript::{is_log, is_own, mark, says_connected, stamped, without_escapes};
use crate::record::Direction;

/// Lines of a transcript, of which those that one received JSON text is spread over are one, with the ends
/// between them. Such a text ends with its last bracket, or where a line is none of it.
pub(crate) fn for_each(
    reader: impl BufRead,
    layout: Layout,
    limit: usize,
    mut each: impl FnMut(u64, Line<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut open: Option<Spread> = None;
    let mut enough = false;
    lines::for_each(reader, 1, limit, |number, line| {
        let flow = match (line, &mut open) {
            (Line::Blank, Some(spread)) => {
                spread.add(b"", limit);
                return ControlFlow::Continue(());
            }
            (Line::Whole(bytes), Some(spread)) if !starts(layout, bytes) => {
                if !spread.add(bytes, limit) {
                    return ControlFlow::Continue(());
                }
                open.take().map(|spread| each(spread.number, spread.line()))
            }
            (line, _) => {
                let ended = open.take().map(|spread| each(spread.number, spread.line()));
                if let Line::Whole(bytes) = line {
                    open = Spread::of(layout, number, bytes);
                }
                match (ended, &open) {
                    (Some(ControlFlow::Break(())), _) | (_, Some(_)) => ended,
                    _ => Some(each(number, line)),
                }
            }
        };
        let flow = flow.unwrap_or(ControlFlow::Continue(()));
        enough = flow.is_break();
        flow
    })?;
    if let Some(spread) = open.filter(|_| !enough) {
        let _ = each(spread.number, spread.line());
    }
    Ok(())
}

/// A message of which the last bracket has not come yet.
struct Spread {
    number: u64,
    text: Vec<u8>,
    size: usize,
    scan: Scan,
}

impl Spread {
    /// What a line begins; none if it is all there, or no JSON.
    fn of(layout: Layout, number: u64, line: &[u8]) -> Option<Self> {
        let shown = without_escapes(line);
        let (_, shown) = stamped(&shown);
        let message = match mark(shown) {
            // What is typed is sent with the end of its line.
            Some((Direction::Sent, _)) if layout == Layout::Wscat => return None,
            Some((_, message)) => message,
            None => shown,
        };
        let mut scan = Scan::default();
        let is_open = matches!(message.first(), Some(b'{' | b'['))
            && !is_log(message)
            && scan.feed(message).is_none();
        is_open.then(|| Spread {
            number,
            text: line.to_vec(),
            size: line.len(),
            scan,
        })
    }

    /// Adds a line; whether the text ends there.
    fn add(&mut self, line: &[u8], limit: usize) -> bool {
        self.size += 1 + line.len();
        if self.size > limit {
            self.text = Vec::new();
        } else {
            self.text.push(b'\n');
            self.text.extend_from_slice(line);
        }
        self.scan.feed(b"\n");
        self.scan.feed(&without_escapes(line)).is_some()
    }

    fn line(&self) -> Line<'_> {
        match self.text.as_slice() {
            [] => Line::TooLong(self.size as u64),
            text => Line::Whole(text),
        }
    }
}

/// Whether a line is no part of a message that began before it. Where nothing is marked, a bracket at its
/// start begins another.
fn starts(layout: Layout, line: &[u8]) -> bool {
    let shown = without_escapes(line);
    let (_, rest) = stamped(&shown);
    rest.len() < shown.len()
        || mark(rest).is_some()
        || says_connected(rest)
        || is_own(rest)
        || layout == Layout::WscatFile && matches!(rest.first(), Some(b'{' | b'['))
}
