//! Several threads on one capture of lines: each takes the next chunk, checks it, and hands in what is
//! told in order when the chunk's turn comes.
//!
//! Nothing is passed from thread to thread but those parts. A thread reads for itself, under a lock: so
//! what it checks is in its own cache.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use venue_capture::read::{Chunk, Lines};

use super::ordered::{Ordered, Part};
use super::worker::Worker;

/// So many chunks are read before more threads are started: a small file is read sooner without.
const ALONE: usize = 2;
/// When a part of an unfinished chunk has so many bytes, it waits for its turn and is told.
const FULL: usize = 1 << 20;
/// So many bytes of parts wait for their turn before the threads that have more do.
const WAITING: usize = 4 << 20;

/// Reads a capture with all workers. The outer error is one of writing, the inner one of reading.
pub(super) fn read(
    mut lines: Lines<'_>,
    file: &Arc<str>,
    workers: &mut [Worker<'_>],
    ordered: &mut Ordered<'_, '_>,
) -> io::Result<io::Result<()>> {
    let (mut chunk, mut part) = (Chunk::default(), Part::default());
    for _ in 0..ALONE {
        match lines.next(&mut chunk) {
            Ok(true) => {}
            other => return Ok(other.map(|_| ())),
        }
        alone(&chunk, file, &mut workers[0], ordered, &mut part)?;
    }
    lines.take_back(&mut chunk);
    drop((chunk, part));
    let work = Work {
        input: Mutex::new(Input {
            lines,
            chunks: 0,
            outcome: None,
        }),
        turns: Mutex::new(Turns {
            ordered,
            next: 0,
            waiting: BTreeMap::new(),
            bytes: 0,
            failed: None,
        }),
        passed: Condvar::new(),
    };
    std::thread::scope(|scope| {
        let (first, others) = workers.split_at_mut(1);
        for worker in others {
            scope.spawn(|| work.run(file, worker));
        }
        work.run(file, &mut first[0]);
    });
    let turns = work.turns.into_inner();
    if let Some(e) = turns.unwrap_or_else(PoisonError::into_inner).failed {
        return Err(e);
    }
    let input = work.input.into_inner();
    let outcome = input.unwrap_or_else(PoisonError::into_inner).outcome;
    Ok(outcome.unwrap_or(Ok(())))
}

fn alone(
    chunk: &Chunk,
    file: &Arc<str>,
    worker: &mut Worker<'_>,
    ordered: &mut Ordered<'_, '_>,
    part: &mut Part,
) -> io::Result<()> {
    let mut told = Ok(());
    chunk.records(&mut |record| {
        worker.record(file, &record, part);
        if !part.is_empty() {
            told = ordered.take(part);
        }
        flow(told.is_ok())
    });
    told
}

fn flow(goes_on: bool) -> ControlFlow<()> {
    if goes_on {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}

/// What the threads share.
struct Work<'w, 'l, 'p, 'o> {
    input: Mutex<Input<'l>>,
    turns: Mutex<Turns<'w, 'p, 'o>>,
    /// A turn has passed.
    passed: Condvar,
}

struct Input<'l> {
    lines: Lines<'l>,
    /// How many were taken.
    chunks: u64,
    /// How reading ended, once it has.
    outcome: Option<io::Result<()>>,
}

struct Turns<'w, 'p, 'o> {
    ordered: &'w mut Ordered<'p, 'o>,
    /// The chunk whose turn it is.
    next: u64,
    /// Parts of later chunks.
    waiting: BTreeMap<u64, Part>,
    bytes: usize,
    failed: Option<io::Error>,
}

/// What a thread that panicked held is as good as before: the panic goes on when all have ended.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets nobody wait for the turn of a thread that panicked.
struct Alarm<'a, 'w, 'l, 'p, 'o>(&'a Work<'w, 'l, 'p, 'o>);

impl Drop for Alarm<'_, '_, '_, '_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.turns).failed = Some(io::Error::other("a thread panicked"));
            self.0.passed.notify_all();
        }
    }
}

impl Work<'_, '_, '_, '_> {
    fn run(&self, file: &Arc<str>, worker: &mut Worker<'_>) {
        let _alarm = Alarm(self);
        let mut chunk = Chunk::default();
        loop {
            let mut input = lock(&self.input);
            if input.outcome.is_some() {
                return;
            }
            match input.lines.next(&mut chunk) {
                Ok(true) => {}
                other => {
                    input.outcome = Some(other.map(|_| ()));
                    return;
                }
            }
            let turn = input.chunks;
            input.chunks += 1;
            let goes_on = if chunk.is_long() {
                // There is one long line at a time.
                let goes_on = self.chunk(&chunk, turn, file, worker);
                input.lines.take_back(&mut chunk);
                goes_on
            } else {
                drop(input);
                self.chunk(&chunk, turn, file, worker)
            };
            if !goes_on {
                lock(&self.input).outcome.get_or_insert(Ok(()));
                return;
            }
        }
    }

    /// Checks a chunk; whether there is a point in going on.
    fn chunk(&self, chunk: &Chunk, turn: u64, file: &Arc<str>, worker: &mut Worker<'_>) -> bool {
        let mut part = Part::default();
        let mut goes_on = true;
        chunk.records(&mut |record| {
            worker.record(file, &record, &mut part);
            if part.len() >= FULL {
                let mut turns = self.wait(lock(&self.turns), |turns| turns.next == turn);
                goes_on = turns.tell(&mut part);
            }
            flow(goes_on)
        });
        goes_on && self.hand_in(turn, part)
    }

    /// Tells the part if it is its turn, and those that waited for it; otherwise leaves it to who has
    /// the turn before it.
    fn hand_in(&self, turn: u64, mut part: Part) -> bool {
        let turns = lock(&self.turns);
        let mut turns = self.wait(turns, |turns| {
            turns.next == turn || turns.bytes + part.len() <= WAITING
        });
        if turns.next != turn {
            turns.bytes += part.len();
            turns.waiting.insert(turn, part);
            return turns.failed.is_none();
        }
        loop {
            if !turns.tell(&mut part) {
                break;
            }
            turns.next += 1;
            let next = turns.next;
            let Some(waiting) = turns.waiting.remove(&next) else {
                break;
            };
            turns.bytes -= waiting.len();
            part = waiting;
        }
        self.passed.notify_all();
        turns.failed.is_none()
    }

    fn wait<'g, 'w, 'p, 'o>(
        &self,
        turns: MutexGuard<'g, Turns<'w, 'p, 'o>>,
        ready: impl Fn(&Turns<'_, '_, '_>) -> bool,
    ) -> MutexGuard<'g, Turns<'w, 'p, 'o>> {
        self.passed
            .wait_while(turns, |turns| turns.failed.is_none() && !ready(turns))
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turns<'_, '_, '_> {
    /// Tells a part; whether that could be done.
    fn tell(&mut self, part: &mut Part) -> bool {
        if self.failed.is_none()
            && let Err(e) = self.ordered.take(part)
        {
            self.failed = Some(e);
        }
        self.failed.is_none()
    }
}
