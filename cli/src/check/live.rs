//! A file that may be written while it is read.
//!
//! It is read to the end that is met. Where it became longer meanwhile, somebody is writing it, and the
//! last record may be half there: that is an error of reading, which the readers pass on without that
//! record. So half a record is blamed only where nobody is about to write the other half.

use std::fs::File;
use std::io::{self, Read};

/// A file and how much of it there is.
pub(super) struct Live {
    file: File,
    /// When it was opened. None where it is no plain file, or one whose length is not told.
    length: Option<u64>,
    read: u64,
}

/// Why reading ended where a file grew: no fault of the file.
#[derive(Debug)]
pub(super) struct Grew;

impl std::fmt::Display for Grew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it grew while it was read; what was written last is left for the next time")
    }
}

impl std::error::Error for Grew {}

impl Grew {
    /// Whether that is what an error says.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Grew>())
    }
}

impl Live {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        // The kernel's own files have no length until they are read.
        let length = Some(metadata.len()).filter(|length| metadata.is_file() && *length > 0);
        Ok(Live {
            file,
            length,
            read: 0,
        })
    }
}

impl Read for Live {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read += read as u64;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let Some(length) = self.length else {
            return Ok(0);
        };
        if self.read < length {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        if self.read > length || self.file.metadata()?.len() > length {
            return Err(io::Error::other(Grew));
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::ops::ControlFlow;

    use venue_capture::read::{self, Capture, InputFormat, Limits};
    use venue_capture::record::Content;

    use super::*;

    /// The records of a file to which something happens while it is read, and how that ends: numbers of
    /// lines, `!` before those that cannot be read.
    fn seen(start: &str, meanwhile: impl FnOnce(&mut File)) -> (Vec<String>, io::Result<()>) {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(start.as_bytes()).expect("written");
        let live = Live::new(file.reopen().expect("opened")).expect("a length");
        let text = read::unpack(live).expect("plain").text;
        let capture = Capture::of_text(text, InputFormat::Auto, Limits::default());
        let (mut meanwhile, mut lines) = (Some(meanwhile), Vec::new());
        let outcome = capture.expect("a capture").read(&mut |record| {
            if let Some(meanwhile) = meanwhile.take() {
                meanwhile(file.as_file_mut());
            }
            let mark = match record.content {
                Content::Unreadable { .. } => "!",
                _ => "",
            };
            lines.push(format!("{mark}{}", record.line));
            ControlFlow::Continue(())
        });
        (lines, outcome)
    }

    #[test]
    fn of_a_file_that_grows_whole_records_are_read_and_no_half_one() {
        // More than what is looked at to see what it is.
        let line = format!("{}\n", r#"{"kind":"ws","direction":"sent","data":[1]}"#);
        let start = line.repeat(3_000);
        let whole: Vec<String> = (1..=3_002).map(|n: u32| n.to_string()).collect();
        let (two, half) = (line.repeat(2), &line[..20]);

        let (lines, outcome) = seen(&start, |file| {
            write!(file, "{two}{half}").expect("written");
        });
        assert_eq!(lines, whole);
        assert!(outcome.is_err_and(|e| Grew::is(&e)));

        // What ends in the middle and stays so is half a record.
        let (lines, outcome) = seen(&format!("{start}{half}"), |_| {});
        assert_eq!(lines.last().map(String::as_str), Some("!3001"));
        assert!(outcome.is_ok());

        // The other half is on its way.
        let (lines, outcome) = seen(&format!("{start}{half}"), |file| {
            write!(file, "{}", &line[20..30]).expect("written");
        });
        assert_eq!(lines, whole[..3_000]);
        assert!(outcome.is_err_and(|e| Grew::is(&e)));

        let (_, outcome) = seen(&start, |file| file.set_len(100_000).expect("cut"));
        let said = outcome.map_err(|e| e.to_string());
        assert_eq!(said, Err("it became shorter while it was read".into()));
    }

    #[test]
    fn a_har_file_that_grows_is_not_damaged() {
        let entry = r#"{"request":{"method":"GET","url":"https://h/"},"response":null}"#;
        let entries = vec![entry; 2_000].join(",");
        let start = format!("{{\"log\":{{\"entries\":[{entries}");
        let (lines, outcome) = seen(&start, |file| {
            write!(file, ",{}", &entry[..9]).expect("written");
        });
        assert_eq!(lines.len(), 2_000);
        assert!(outcome.is_err_and(|e| Grew::is(&e)));
    }
}
