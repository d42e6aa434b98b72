//! Readers: one per format, all handing records to a sink one at a time.
//!
//! What a file is shows in its first bytes (module `sniff`); gzip and zstd are seen by their magic numbers. No reader holds a
//! file whole, and none fails on damage: a place that cannot be read becomes a record that says so.

mod chunk;
mod envelope;
mod escaped;
mod fault;
mod har;
pub(crate) mod lines;
mod sniff;
pub(crate) mod spread;
mod stream;
pub(crate) mod transcript;

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};
use jiff::Timestamp;

use crate::record::{Content, Direction, Message, Payload, Record};
use fault::Fault;
use transcript::Transcript;

pub use chunk::{Chunk, Lines};
pub(crate) use har::unpacked;
pub use sniff::Layout;

/// Takes each record; it can ask for an end.
pub type Sink<'s> = dyn FnMut(Record<'_>) -> ControlFlow<()> + 's;

/// What a caller says of a file's format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InputFormat {
    /// See what it is.
    #[default]
    Auto,
    /// HAR 1.2.
    Har,
    /// One raw WebSocket message a line.
    Ndjson,
    /// One raw WebSocket message a line, all received over one connection, none left out.
    Connection,
    /// Our own records, one a line.
    Records,
    /// A raw dump of tardis.dev.
    Tardis,
    /// A raw dump of cryptofeed.
    Cryptofeed,
    /// What a terminal showed of wscat, or what wscat wrote to a file.
    Wscat,
    /// JSON documents, one a line or spread over lines, each a message or body.
    Documents,
}

/// What may be held at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a line, a message or a body.
    pub record: usize,
}

impl Default for Limits {
    /// 16 MiB a record: what is held of a few stays under 64 MiB.
    fn default() -> Self {
        Limits { record: 16 << 20 }
    }
}

const SNIFFED: usize = 64 << 10;
/// Binary logarithm of the most bytes that a zstd stream may refer back to: 32 MiB.
const ZSTD_WINDOW: u32 = 25;
const BUFFER: usize = 256 << 10;

/// Reads a capture, compressed or not, and hands its records to `sink`. An error is one of reading;
/// what was read before it has been handed on.
pub fn read(
    source: impl Read + Send,
    format: InputFormat,
    limits: Limits,
    sink: &mut Sink<'_>,
) -> io::Result<Layout> {
    let capture = Capture::open(source, format, limits)?;
    let layout = capture.layout;
    capture.read(sink)?;
    Ok(layout)
}

/// A capture of which the layout is known, to be read once.
pub struct Capture<'r> {
    layout: Layout,
    limits: Limits,
    reader: BufReader<Source<'r>>,
}

/// A capture's text, decompressed.
pub type Source<'r> = Box<dyn Read + Send + 'r>;

/// A source without its compression.
pub struct Unpacked<'r> {
    /// The text.
    pub text: Source<'r>,
    /// Whether it is decompressed while it is read: that takes longer than to check it, and is worth a
    /// thread.
    pub packed: bool,
}

/// Sees by its first bytes whether a source is gzip or zstd, and takes that off it.
pub fn unpack<'r>(source: impl Read + Send + 'r) -> io::Result<Unpacked<'r>> {
    let (head, source) = peek(source, 4)?;
    let text: Source<'r> = match head.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(source)),
        // A frame, or one to be skipped, as pzstd writes before each (RFC 8878, section 3.1.2).
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => {
            let mut plain = zstd::stream::read::Decoder::new(source)?;
            // The window is what a stream makes its reader hold.
            plain.window_log_max(ZSTD_WINDOW)?;
            Box::new(plain)
        }
        _ => {
            return Ok(Unpacked {
                text: Box::new(source),
                packed: false,
            });
        }
    };
    Ok(Unpacked { text, packed: true })
}

impl<'r> Capture<'r> {
    /// Reads as much as it takes to see what a capture is.
    pub fn open(
        source: impl Read + Send + 'r,
        format: InputFormat,
        limits: Limits,
    ) -> io::Result<Self> {
        Self::of_text(unpack(source)?.text, format, limits)
    }

    /// The same of what [`unpack`] gave.
    pub fn of_text(text: Source<'r>, format: InputFormat, limits: Limits) -> io::Result<Self> {
        let (layout, reader) = sniffed(text, format)?;
        Ok(Capture {
            layout,
            limits,
            reader,
        })
    }

    /// How it is laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether its lines can be read apart from one another, as [`Lines`].
    pub fn is_lines(&self) -> bool {
        matches!(
            self.layout,
            Layout::MessageLines | Layout::Connection | Layout::RecordLines | Layout::Tardis
        )
    }

    /// Its lines, to be cut into chunks. Only where [`is_lines`](Self::is_lines) says so.
    pub fn into_lines(self) -> Lines<'r> {
        Lines::new(self.reader.into_inner(), self.layout, self.limits)
    }

    /// Hands all its records to `sink`. An error is one of reading.
    pub fn read(self, sink: &mut Sink<'_>) -> io::Result<()> {
        let Capture {
            layout,
            limits,
            reader,
        } = self;
        match layout {
            Layout::Har => har::Har::new(reader.into_inner(), limits, &mut *sink).run(),
            Layout::MessageLines
            | Layout::Connection
            | Layout::RecordLines
            | Layout::Tardis
            | Layout::Cryptofeed
            | Layout::Wscat
            | Layout::WscatFile => by_line(reader, layout, limits, Start::default(), sink),
            Layout::Messages | Layout::Records => {
                by_value(reader.into_inner(), layout, limits, sink)
            }
        }
    }
}

/// Where in a capture a text starts that is read by itself.
#[derive(Debug, Clone, Copy, Default)]
struct Start {
    /// Lines before it.
    lines: u64,
    /// Records before it, in layouts in which every line is one that is not blank.
    records: u64,
}

/// A capture's text, decompressed, and how it is laid out.
pub(crate) fn open<'r>(
    source: impl Read + Send + 'r,
    format: InputFormat,
) -> io::Result<(Layout, BufReader<Source<'r>>)> {
    sniffed(unpack(source)?.text, format)
}

fn sniffed(text: Source<'_>, format: InputFormat) -> io::Result<(Layout, BufReader<Source<'_>>)> {
    let (head, source) = peek(text, SNIFFED)?;
    let whole = head.len() < SNIFFED;
    if let Some(what) = sniff::no_capture(&head) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    let layout = match format {
        InputFormat::Auto => sniff::layout(&head, whole),
        InputFormat::Har => Layout::Har,
        InputFormat::Ndjson => Layout::MessageLines,
        InputFormat::Connection => Layout::Connection,
        InputFormat::Records => Layout::RecordLines,
        InputFormat::Tardis => Layout::Tardis,
        InputFormat::Cryptofeed => Layout::Cryptofeed,
        InputFormat::Wscat => sniff::wscat(&head),
        InputFormat::Documents => sniff::documents(&head, whole),
    };
    Ok((layout, BufReader::with_capacity(BUFFER, Box::new(source))))
}

/// The values of a text, one after another.
pub(crate) fn values(
    reader: impl Read,
    limits: Limits,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut stream = stream::Stream::new(reader);
    stream.skip_mark()?;
    while stream.peek()?.is_some() {
        match stream.value(limits.record)? {
            stream::Cut::Whole(value) | stream::Cut::Broken(value) => each(value)?,
            stream::Cut::TooLarge(size) => {
                return Err(io::Error::other(Fault::too_large(size, limits).message));
            }
        }
    }
    Ok(())
}

/// The first bytes of a source, and the source as it was.
fn peek<R: Read + Send>(
    mut source: R,
    limit: usize,
) -> io::Result<(Vec<u8>, impl Read + Send + use<R>)> {
    let mut head = Vec::new();
    // A gzip file that breaks off is an error, but not before what was read has been used.
    let late = source
        .by_ref()
        .take(limit as u64)
        .read_to_end(&mut head)
        .err();
    if late.is_some() && head.is_empty() {
        return Err(late.unwrap_or_else(|| io::ErrorKind::Other.into()));
    }
    Ok((
        head.clone(),
        Cursor::new(head).chain(Late {
            error: late,
            source,
        }),
    ))
}

/// A source whose error has already been met.
struct Late<R> {
    error: Option<io::Error>,
    source: R,
}

impl<R: Read> Read for Late<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.error.take() {
            Some(e) => Err(e),
            None => self.source.read(buffer),
        }
    }
}

fn by_line(
    reader: impl BufRead,
    layout: Layout,
    limits: Limits,
    start: Start,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let records = each_line(layout, limits, start, sink);
    match layout {
        Layout::Wscat | Layout::WscatFile => {
            spread::for_each(reader, layout, limits.record, records)
        }
        _ => lines::for_each(reader, start.lines + 1, limits.record, records),
    }
}

/// What makes records of lines.
fn each_line<'s>(
    layout: Layout,
    limits: Limits,
    start: Start,
    sink: &'s mut Sink<'_>,
) -> impl FnMut(u64, lines::Line<'_>) -> ControlFlow<()> + 's {
    let mut index = start.records;
    let blank = start.lines - start.records;
    let mut transcript = matches!(
        layout,
        Layout::Tardis | Layout::Cryptofeed | Layout::Wscat | Layout::WscatFile
    )
    .then(|| Transcript::new(layout, blank));
    let is_raw = !matches!(layout, Layout::RecordLines | Layout::Records);
    move |line, text| {
        let (at, content) = match (text, &mut transcript) {
            (lines::Line::Blank, _) => return ControlFlow::Continue(()),
            (lines::Line::Whole(bytes), Some(transcript)) => match transcript.line(bytes, line) {
                Some(read) => read,
                None => return ControlFlow::Continue(()),
            },
            (lines::Line::Whole(bytes), None) if is_raw => {
                index += 1;
                if transcript::is_log(bytes) {
                    return ControlFlow::Continue(());
                }
                // Made where it is used: it is large, and there are many.
                return sink(Record {
                    index: index - 1,
                    line,
                    at: None,
                    content: Content::Message(raw(layout, bytes, line)),
                });
            }
            (lines::Line::Whole(bytes), None) => envelope::parse(bytes, line),
            (lines::Line::TooLong(size), _) => (None, Fault::too_large(size, limits).of("")),
        };
        index += 1;
        sink(Record {
            index: index - 1,
            line,
            at,
            content,
        })
    }
}

fn by_value(
    reader: impl Read,
    layout: Layout,
    limits: Limits,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut stream = stream::Stream::new(reader);
    stream.skip_mark()?;
    let mut index = 0;
    while stream.peek()?.is_some() {
        let line = stream.line();
        let (at, content) = match stream.value(limits.record)? {
            // What breaks off is judged like the rest: it is not JSON.
            stream::Cut::Whole(bytes) | stream::Cut::Broken(bytes) => content(layout, bytes, line),
            stream::Cut::TooLarge(size) => (None, Fault::too_large(size, limits).of("")),
        };
        if sink(Record {
            index,
            line,
            at,
            content,
        })
        .is_break()
        {
            break;
        }
        index += 1;
    }
    Ok(())
}

fn content(layout: Layout, bytes: &[u8], line: u64) -> (Option<Timestamp>, Content<'_>) {
    match layout {
        Layout::RecordLines | Layout::Records => envelope::parse(bytes, line),
        _ => (None, Content::Message(raw(layout, bytes, line))),
    }
}

/// A received message that stands by itself.
#[inline(always)]
fn raw(layout: Layout, bytes: &[u8], line: u64) -> Message<'_> {
    Message {
        address: None,
        connection: (layout == Layout::Connection).then_some(Cow::Borrowed("1")),
        direction: Direction::Received,
        payload: Payload::verbatim(bytes, line),
    }
}

/// A moment as recorders write it: RFC 3339. One that cannot be read is none: it is no part of what is
/// judged.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// serde_json's message without its place, which counts from the start of a part.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // What it quotes may be anything, ` at line ` included.
    let text = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(text, _)| text);
    let quoted = [
        (" string \"", '"'),
        ("unknown variant `", '`'),
        ("unknown field `", '`'),
    ];
    for (start, end) in quoted {
        if let Some((before, rest)) = text.split_once(start)
            && let Some((_, after)) = rest.split_once(&format!("{end}, expected"))
        {
            let what = start.trim_end_matches([' ', '`', '"']);
            return format!("{before}{what}, expected{after}");
        }
    }
    text.to_owned()
}

/// The boundary that a content type names.
pub(crate) fn boundary(header: &str) -> Option<String> {
    let mut parameters = header.split(';').skip(1);
    parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("boundary");
        named.then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// A media type without its parameters, lower case.
pub(crate) fn media(header: &str) -> String {
    header
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// RFC 4648 base64, either alphabet, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    // It may be long: without lines it stands as it is.
    let text: Cow<'_, str> = match text.contains(['\r', '\n']) {
        true => text.split(['\r', '\n']).collect::<String>().into(),
        false => text.into(),
    };
    [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(&*text).ok())
}

#[cfg(test)]
mod tests;
