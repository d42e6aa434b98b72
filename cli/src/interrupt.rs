//! Requests to end: Ctrl-C, and what systems send to jobs that take too long.
//!
//! A command that writes files leaves no draft behind. A check says what it has found until then; one
//! that does not come to it in time, for it waits for input, ends without.

use std::io::{self, Read};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use crate::files;

/// How long a check may take to say what it has found. Jobs are given 10 seconds and more.
const GRACE: Duration = Duration::from_secs(2);

/// The exit status of a request to end; 0 as long as there is none.
static ASKED: AtomicU8 = AtomicU8::new(0);

/// Whether the command looks at [`asked`], and ends by itself.
static LOOKS: AtomicBool = AtomicBool::new(false);

/// The exit status, if somebody asked the command to end: 128 and the number of the signal, as shells have it.
pub(crate) fn asked() -> Option<u8> {
    Some(ASKED.load(Ordering::Relaxed)).filter(|status| *status > 0)
}

/// From now on the command looks at [`asked`].
pub(crate) fn look() {
    LOOKS.store(true, Ordering::Relaxed);
    watch();
}

/// From now on a request to end leaves no draft behind.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    // Where no handler can be had, a draft may stay; what was asked for is never half there.
    ONCE.call_once(|| drop(listen()));
}

#[cfg(unix)]
fn listen() -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    // Not the end of a terminal: `nohup` has that ignored.
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            request(u8::try_from(128 + signal).unwrap_or(u8::MAX));
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn listen() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| request(130))
}

fn request(status: u8) {
    let first = ASKED.swap(status, Ordering::Relaxed) == 0;
    if !first || !LOOKS.load(Ordering::Relaxed) {
        end(status);
    }
    let late = std::thread::Builder::new().spawn(move || {
        std::thread::sleep(GRACE);
        end(status);
    });
    if late.is_err() {
        end(status);
    }
}

fn end(status: u8) -> ! {
    files::remove_drafts();
    std::process::exit(status.into())
}

/// Input that ends with an error once somebody asked the command to end.
pub(crate) struct Until<R>(pub(crate) R);

impl<R: Read> Read for Until<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match asked() {
            None => self.0.read(buffer),
            Some(_) => Err(io::Error::other("somebody asked to end")),
        }
    }
}
