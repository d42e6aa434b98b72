//! Line numbers of a text.

use std::ops::Range;

use crate::ir::Location;

/// Where the lines of a text start.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of a text.
    pub(crate) fn new(text: &str) -> Lines {
        let starts = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Lines {
            starts: std::iter::once(0).chain(starts).collect(),
        }
    }

    /// 1-based line of a byte.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// A place of a file.
    pub(crate) fn location(&self, file: usize, span: Range<usize>) -> Location {
        let line = self.line(span.start);
        Location { file, span, line }
    }
}

/// Byte at which the content of a TOML string starts, given the span of the whole with its
/// quotes. Offsets into the content are exact where the string has no escapes.
pub(crate) fn content_start(text: &str, span: &Range<usize>) -> usize {
    let raw = text.get(span.clone()).unwrap_or("");
    let quotes = match raw {
        _ if raw.starts_with("'''") || raw.starts_with("\"\"\"") => 3,
        _ if raw.starts_with(['\'', '"']) => 1,
        _ => 0,
    };
    let newline = match raw.get(quotes..) {
        Some(rest) if quotes == 3 && rest.starts_with("\r\n") => 2,
        Some(rest) if quotes == 3 && rest.starts_with('\n') => 1,
        _ => 0,
    };
    span.start + quotes + newline
}
