//! The unit of the benchmark as a whole process: every line of a file decoded by serde_json into
//! hand-written structs with borrowed strings and `f64`. It finds out which message a line is by
//! looking for the feed's name, and counts lines that do not decode.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufRead, BufReader};

use serde::Deserialize;
use serde::de::IgnoredAny;
use venue_traffic::borrowed::{Book, BookChanges, BookSnapshot, Envelope, Ticker, Trade};

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
    let finder = memchr::memmem::Finder::new(b"\"recipient\":");
    let mut line = Vec::new();
    let (mut lines, mut bad) = (0_u64, 0_u64);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        lines += 1;
        bad += u64::from(!is_good(&line, &finder));
    }
    println!("{lines} lines, {bad} bad");
    Ok(())
}

fn is_good(line: &[u8], finder: &memchr::memmem::Finder<'_>) -> bool {
    if line.first() == Some(&b'[') {
        return decodes::<BookChanges>(line)
            || decodes::<BookSnapshot>(line)
            || decodes::<IgnoredAny>(line);
    }
    // Where members are shuffled, the name may stand at the end.
    let name = finder
        .find(line)
        .map(|at| line[at + 12..].trim_ascii_start());
    match name {
        Some(name) if name.starts_with(b"\"orderbook.") => decodes::<Envelope<Book>>(line),
        Some(name) if name.starts_with(b"\"ticker.") => decodes::<Envelope<Ticker>>(line),
        Some(name) if name.starts_with(b"\"trades.") => decodes::<Envelope<Trade>>(line),
        _ => decodes::<IgnoredAny>(line),
    }
}

fn decodes<'a, T: Deserialize<'a>>(json: &'a [u8]) -> bool {
    serde_json::from_slice::<T>(json).is_ok_and(|value| {
        black_box(&value);
        true
    })
}
