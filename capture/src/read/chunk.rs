//! Captures of lines cut into chunks of whole lines, so that several threads can read one.
//!
//! A chunk knows where it stands: how many lines and records come before it is counted when it is cut.

use std::io::{self, Read};

use super::fault::Fault;
use super::{BUFFER, Layout, Limits, Sink, Source, Start, each_line, lines};
use crate::record::Record;

/// What is left of a capture of lines.
pub struct Lines<'r> {
    source: Source<'r>,
    layout: Layout,
    limits: Limits,
    next: Start,
    /// The start of the next chunk, which was read with the last one.
    rest: Vec<u8>,
    /// What a chunk borrows to hold a long line. There is one: were each thread's to be allocated and
    /// freed, the allocator would keep some for each.
    long: Vec<u8>,
    ended: bool,
}

/// A chunk that would be larger than this borrows the memory.
const LONG: usize = 1 << 20;

/// Some whole lines of a capture.
pub struct Chunk {
    /// Longer than what was read, so that it need not be cleared for the next.
    buffer: Vec<u8>,
    /// Its own buffer, while it has a borrowed one.
    own: Option<Vec<u8>>,
    len: usize,
    /// Where its lines end.
    ends: Vec<usize>,
    layout: Layout,
    limits: Limits,
    start: Start,
    /// In place of lines: one that is longer than the limit, of so many bytes.
    too_long: Option<u64>,
}

impl Default for Chunk {
    fn default() -> Self {
        Chunk {
            buffer: Vec::new(),
            own: None,
            len: 0,
            ends: Vec::new(),
            layout: Layout::MessageLines,
            limits: Limits::default(),
            start: Start::default(),
            too_long: None,
        }
    }
}

impl<'r> Lines<'r> {
    pub(super) fn new(source: Source<'r>, layout: Layout, limits: Limits) -> Self {
        Lines {
            source,
            layout,
            limits,
            next: Start::default(),
            rest: Vec::new(),
            long: Vec::new(),
            ended: false,
        }
    }

    /// Whether all has been handed out.
    pub fn is_over(&self) -> bool {
        self.ended && self.rest.is_empty()
    }

    /// Takes back what a chunk borrowed to hold a long line: to be called with one that
    /// [is long](Chunk::is_long), before another is filled.
    pub fn take_back(&mut self, chunk: &mut Chunk) {
        if let Some(own) = chunk.own.take() {
            self.long = std::mem::replace(&mut chunk.buffer, own);
            chunk.len = 0;
        }
    }

    /// Fills a chunk with the next lines; false at the end. A chunk holds some hundred kilobytes, or
    /// one longer line.
    pub fn next(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        (chunk.layout, chunk.limits, chunk.start) = (self.layout, self.limits, self.next);
        chunk.too_long = None;
        self.take_back(chunk);
        chunk.len = self.rest.len();
        chunk.room(0);
        chunk.buffer[..self.rest.len()].copy_from_slice(&self.rest);
        self.rest.clear();
        let whole = self.fill(chunk)?;
        if let Some(whole) = whole {
            self.rest.extend_from_slice(&chunk.buffer[whole..chunk.len]);
            chunk.len = whole;
        }
        let (lines, records) = if chunk.too_long.is_some() {
            (1, 1)
        } else {
            let records = lines::find_ends(&chunk.buffer[..chunk.len], &mut chunk.ends);
            (chunk.ends.len() as u64, records)
        };
        self.next.lines += lines;
        self.next.records += records;
        Ok(lines > 0)
    }

    /// Lends a chunk what holds the longest line there may be, and what it has.
    fn lend(&mut self, chunk: &mut Chunk) {
        let mut long = std::mem::take(&mut self.long);
        // Memory that nothing was written to is not there yet.
        if long.is_empty() {
            long = vec![0; self.limits.record + 2 * BUFFER];
        }
        long[..chunk.len].copy_from_slice(chunk.text());
        chunk.own = Some(std::mem::replace(&mut chunk.buffer, long));
    }

    /// Reads until a line has ended: how much of the chunk is whole lines. None at the end of all.
    fn fill(&mut self, chunk: &mut Chunk) -> io::Result<Option<usize>> {
        let mut dropped = 0;
        // After a line that was too long, more may have ended.
        if let Some(end) = memchr::memrchr(b'\n', chunk.text()) {
            return Ok(Some(end + 1));
        }
        loop {
            let from = chunk.len;
            if from + BUFFER > LONG && chunk.own.is_none() {
                self.lend(chunk);
            }
            chunk.room(BUFFER);
            let read = loop {
                match self.source.read(&mut chunk.buffer[from..from + BUFFER]) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            chunk.len += read;
            let new = &chunk.buffer[from..chunk.len];
            if dropped > 0 {
                let end = memchr::memchr(b'\n', new);
                dropped += end.unwrap_or(read) as u64;
                if end.is_some() || read == 0 {
                    chunk.too_long = Some(dropped);
                    self.ended |= read == 0;
                    return Ok(Some(end.map_or(chunk.len, |end| from + end + 1)));
                }
                chunk.len = 0;
            } else if let Some(end) = memchr::memrchr(b'\n', new) {
                return Ok(Some(from + end + 1));
            } else if read == 0 {
                self.ended = true;
                return Ok(None);
            } else if chunk.len > self.limits.record {
                dropped = chunk.len as u64;
                chunk.len = 0;
            }
        }
    }
}

impl Chunk {
    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it has borrowed memory to hold a long line, or has read past one.
    pub fn is_long(&self) -> bool {
        self.own.is_some()
    }

    /// Hands its records to `sink`.
    pub fn records(&self, sink: &mut Sink<'_>) {
        if let Some(size) = self.too_long {
            let _ = sink(Record {
                index: self.start.records,
                line: self.start.lines + 1,
                at: None,
                content: Fault::too_large(size, self.limits).of(""),
            });
            return;
        }
        let number = self.start.lines + 1;
        let records = each_line(self.layout, self.limits, self.start, sink);
        lines::for_each_of(self.text(), &self.ends, number, self.limits.record, records);
    }

    fn text(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Makes room for so many bytes more.
    fn room(&mut self, more: usize) {
        if self.buffer.len() < self.len + more {
            self.buffer.resize(self.len + more, 0);
        }
    }
}
