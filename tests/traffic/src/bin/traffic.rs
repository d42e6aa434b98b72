//! Writes made traffic to standard output, and holds findings to the ledger of what was planted.
//!
//! `traffic MIX SIZE [STYLE [LEDGER]]`: messages one a line, SIZE such as `200M` or `2G`; with a ledger,
//! one of a thousand messages has a fault, and the file says which. `traffic har SIZE`: order books over
//! HTTP. `traffic line SIZE`: one line. `traffic verify LEDGER FINDINGS`: whether the findings, as
//! `venue check --format ndjson` writes them, are those planted and no other.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;

use venue_traffic::har;
use venue_traffic::message::Style;
use venue_traffic::mix::{Mix, Stream};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["verify", ledger, findings] => verify(ledger, findings),
        [mix, size, ref more @ ..] => write(mix, size, more).map(|()| true),
        _ => Err("traffic MIX SIZE [STYLE [LEDGER]] | traffic verify LEDGER FINDINGS".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            let gone = e.downcast_ref::<io::Error>();
            if gone.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
                return ExitCode::SUCCESS;
            }
            eprintln!("{e}");
            ExitCode::from(2)
        }
    }
}

fn size(text: &str) -> Outcome<u64> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], 1_000),
        Some(b'M') => (&text[..text.len() - 1], 1_000_000),
        Some(b'G') => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    Ok(digits.parse::<u64>()? * unit)
}

fn named<T: Copy>(all: &[(&'static str, T)], name: &str) -> Outcome<T> {
    let known = || all.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let found = all.iter().find(|(known, _)| *known == name);
    found
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("{name}: one of {}", known().join(", ")).into())
}

fn write(mix: &str, bytes: &str, more: &[&str]) -> Outcome<()> {
    let bytes = size(bytes)?;
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    match mix {
        "har" => return Ok(har::write(&mut out, bytes)?),
        "line" => {
            out.write_all(b"[\"")?;
            for _ in 0..bytes / 1000 {
                out.write_all(&[b'x'; 1000])?;
            }
            return Ok(out.write_all(b"\"]\n")?);
        }
        _ => {}
    }
    let style = more
        .first()
        .map_or(Ok(Style::Plain), |name| named(&Style::ALL, name))?;
    let mut ledger = more
        .get(1)
        .map(File::create)
        .transpose()?
        .map(BufWriter::new);
    let faults = if ledger.is_some() { 1_000 } else { 0 };
    let mut stream = Stream::new(named(&Mix::ALL, mix)?, style, faults);
    let (mut written, mut line) = (0, 0_u64);
    while written < bytes {
        let (message, fault) = stream.message();
        line += 1;
        written += message.len() as u64 + 1;
        out.write_all(message.as_bytes())?;
        out.write_all(b"\n")?;
        if let (Some(fault), Some(ledger)) = (fault, &mut ledger) {
            writeln!(ledger, "{line}\t{}\t{}", fault.rule, fault.pointer)?;
        }
    }
    out.flush()?;
    ledger.map_or(Ok(()), |mut ledger| ledger.flush())?;
    Ok(())
}

fn verify(ledger: &str, findings: &str) -> Outcome<bool> {
    let mut planted = BTreeSet::new();
    for line in BufReader::new(File::open(ledger)?).lines() {
        planted.insert(line?);
    }
    let mut found = BTreeSet::new();
    for line in BufReader::new(File::open(findings)?).lines() {
        let finding: serde_json::Value = serde_json::from_str(&line?)?;
        let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        found.insert(format!(
            "{}\t{}\t{}",
            finding["line"],
            text("rule"),
            text("pointer")
        ));
    }
    for missed in planted.difference(&found) {
        println!("missed\t{missed}");
    }
    for alarm in found.difference(&planted) {
        println!("false alarm\t{alarm}");
    }
    println!(
        "{} planted, {} found",
        planted.len(),
        planted.intersection(&found).count()
    );
    Ok(planted == found)
}
