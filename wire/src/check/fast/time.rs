//! Dates and times.

use super::super::scalar;
use super::Engine;

impl Engine<'_> {
    /// `"YYYY-MM-DDTHH:MM:SS[.f{1,9}]"`, with `Z` or `±HH:MM` before the last quote if zoned.
    pub(super) fn date_time(&self, at: usize, zoned: bool) -> Option<usize> {
        let end = self.string(at)?;
        let text = std::str::from_utf8(&self.json[at + 1..end - 1]).ok()?;
        scalar::date_time(text, zoned).then_some(end)
    }
}
