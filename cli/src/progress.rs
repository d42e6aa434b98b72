//! How far a check has come, on a terminal.

use std::fs;
use std::io::{self, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressBarIter, ProgressDrawTarget, ProgressStyle};

use crate::files::Source;

/// A line on standard error, drawn anew some times a second and gone at the end. Nothing where standard
/// error is no terminal.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// For these captures: rate, and the time left if the size of all is known.
    pub(crate) fn of(sources: &[Source]) -> Self {
        if !io::stderr().is_terminal() {
            return Progress::none();
        }
        let size = |source: &Source| fs::metadata(source.path.as_ref()?).ok().map(|m| m.len());
        let total: Option<u64> = sources.iter().map(size).sum();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(8));
        let template = match total {
            Some(_) => {
                "{bar:24} {percent:>3} %  {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"
            }
            None => "{spinner} {bytes}, {bytes_per_sec}",
        };
        // A template that could not be read would be a plain bar.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// Shows nothing.
    pub(crate) fn none() -> Self {
        Progress(ProgressBar::hidden())
    }

    /// Runs something that prints, with the line out of its way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    /// A reader whose bytes count, as they stand in the file: compressed, if they are.
    pub(crate) fn count<R: Read>(&self, reader: R) -> ProgressBarIter<R> {
        self.0.wrap_read(reader)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
