//! Checks over a connection as a whole: what no single message tells.

mod observation;
mod peek;
#[allow(dead_code)]
mod plan;

use std::sync::Arc;

use crate::check::{Checker, Findings};

pub use observation::Observation;
pub(crate) use plan::Plan;

/// Follows the connections of one file after the other.
#[derive(Debug, Default)]
pub struct Session {}

impl Session {
    /// Takes what was seen of the next record of a file. Findings are about this record or about
    /// earlier ones: what is missing is known for certain only later.
    pub fn observe(
        &mut self,
        checker: &Checker,
        file: &Arc<str>,
        seen: &Observation,
        findings: &mut Findings<'_>,
    ) {
        let _ = (checker, file, seen, findings);
    }

    /// The file has ended.
    pub fn end(&mut self, checker: &Checker, file: &Arc<str>, findings: &mut Findings<'_>) {
        let _ = (checker, file, findings);
    }
}
