//! A source that is read on a thread of its own, some buffers ahead of who uses it: decompression
//! takes longer than to check what comes of it, so neither waits for the other.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

/// Bytes of a buffer.
const BUFFER: usize = 256 << 10;
/// So many buffers are there in all: one to write to, one to read from, and two between.
const BUFFERS: usize = 4;

/// What the thread hands over: a full buffer or why there is none.
type Filled = io::Result<Vec<u8>>;

/// The reading end.
pub(super) struct Ahead {
    filled: Receiver<Filled>,
    /// Buffers go back to be filled again.
    empty: Sender<Vec<u8>>,
    thread: Option<JoinHandle<()>>,
    current: Vec<u8>,
    /// How much of it was read.
    used: usize,
}

impl Ahead {
    /// Starts to read.
    pub(super) fn new(source: impl Read + Send + 'static) -> io::Result<Self> {
        let (to, filled) = sync_channel(BUFFERS);
        let (empty, from) = channel();
        for _ in 0..BUFFERS {
            // The other end is here.
            let _ = empty.send(Vec::new());
        }
        let thread = thread::Builder::new()
            .name("decompression".into())
            .spawn(move || fill_all(source, &from, &to))?;
        Ok(Ahead {
            filled,
            empty,
            thread: Some(thread),
            current: Vec::new(),
            used: 0,
        })
    }

    /// The next buffer; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        let Ok(filled) = self.filled.recv() else {
            // It has ended, and if that was a panic, it is one here.
            if let Some(thread) = self.thread.take()
                && let Err(panic) = thread.join()
            {
                std::panic::resume_unwind(panic);
            }
            return Ok(false);
        };
        let old = std::mem::replace(&mut self.current, filled?);
        self.used = 0;
        // After the end nobody wants it.
        let _ = self.empty.send(old);
        Ok(true)
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.current.len() && !self.next()? {
            return Ok(0);
        }
        let read = (&self.current[self.used..]).read(buffer)?;
        self.used += read;
        Ok(read)
    }
}

/// Reads to the end, or until nobody listens. An error comes after what was read before it.
fn fill_all(mut source: impl Read, empty: &Receiver<Vec<u8>>, filled: &SyncSender<Filled>) {
    while let Ok(mut buffer) = empty.recv() {
        let outcome = fill(&mut source, &mut buffer);
        let over = outcome.is_err() || buffer.is_empty();
        if !buffer.is_empty() && filled.send(Ok(buffer)).is_err() {
            return;
        }
        if let Err(e) = outcome {
            let _ = filled.send(Err(e));
        }
        if over {
            return;
        }
    }
}

/// Reads until a buffer is full; it is shorter at the end.
fn fill(source: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.resize(BUFFER, 0);
    let mut length = 0;
    let outcome = loop {
        match source.read(&mut buffer[length..]) {
            Ok(0) => break Ok(()),
            Ok(read) => {
                length += read;
                if length == BUFFER {
                    break Ok(());
                }
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => break Err(e),
        }
    };
    buffer.truncate(length);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text in uneven pieces, and an error after it.
    struct Breaks {
        text: Vec<u8>,
        at: usize,
        piece: usize,
    }

    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.at == self.text.len() {
                return Err(io::Error::other("it breaks off"));
            }
            self.piece = self.piece * 7 % 65_537 + 1;
            let read = (&self.text[self.at..]).read(buffer)?.min(self.piece);
            self.at += read;
            Ok(read)
        }
    }

    #[test]
    fn all_comes_in_order_before_the_error_and_nothing_after_it() {
        for size in [0, 1, BUFFER - 1, BUFFER, 3 * BUFFER + 5, 9 * BUFFER] {
            let text: Vec<u8> = (0..size).map(|n| (n * n % 251) as u8).collect();
            let source = Breaks {
                text: text.clone(),
                at: 0,
                piece: 1,
            };
            let mut ahead = Ahead::new(source).expect("a thread");
            let mut read = Vec::new();
            let error = ahead.read_to_end(&mut read).expect_err("it breaks off");
            assert_eq!(error.to_string(), "it breaks off");
            assert!(read == text, "{size}");
            assert_eq!(ahead.read(&mut [0; 8]).ok(), Some(0));
        }
    }

    #[test]
    fn who_stops_reading_waits_for_nobody() {
        let mut ahead = Ahead::new(io::repeat(b'x')).expect("a thread");
        assert_eq!(ahead.read(&mut [0; 8]).ok(), Some(8));
        drop(ahead);
    }

    #[test]
    #[should_panic = "in the source"]
    fn a_panic_of_the_thread_is_not_taken_for_the_end() {
        struct Panics;
        impl Read for Panics {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("in the source")
            }
        }
        let mut ahead = Ahead::new(Panics).expect("a thread");
        let _ = ahead.read(&mut [0; 8]);
    }
}
