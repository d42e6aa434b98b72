//! The generated types: those of the published crates, and those of the hard cases.

use venue_wire::support::{Judge, Judged};

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// Id of each API, and its targets with their judges.
static APIS: &[(&str, &[(&str, Judge)])] = include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// What the type of a target makes of a payload; none if the target has no type of its own.
pub fn judge(api: &str, target: &str) -> Option<fn(&[u8]) -> Judged> {
    let (_, targets) = APIS.iter().find(|(id, _)| *id == api)?;
    targets
        .iter()
        .find(|(id, _)| *id == target)
        .map(|(_, judge)| *judge)
}
