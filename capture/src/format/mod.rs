//! Reports in the formats that other tools read.
//!
//! Each is a function from a report to text; [`tell`] holds the words that they share. Whatever stands
//! in a payload, it cannot break out of a format: every text is escaped for the place that it goes to.

mod coverage_map;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod junit;
pub mod markdown;
pub mod sarif;
pub mod tell;

use crate::report::{Group, Report};

/// The groups that count, the worst first: those that nobody has put up with.
fn open(report: &Report) -> Vec<&Group> {
    let mut groups = report.ordered();
    groups.retain(|group| group.accepted.is_none());
    groups
}
