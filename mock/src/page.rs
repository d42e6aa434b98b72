//! The mock's own pages: a list of what it serves.

use crate::mock::{Answer, Asked, Inner};

/// Marks an answer that is no operation's.
pub(crate) const OWN: &str = "venue-mock-page";

/// The mock's own page at a path, if it has one.
pub(crate) fn answer(_mock: &Inner, _asked: &Asked, _path: &str) -> Option<Answer> {
    None
}
