//! What a type says of a JSON text: for tests that hold types against the other judges.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Validate, Verdict, Violation};

/// What a type says of a JSON text.
#[derive(Debug)]
pub struct Judged {
    /// The verdict: invalid if it does not decode, else the worst violation.
    pub verdict: Verdict,
    /// Why it does not decode.
    pub error: Option<String>,
    /// What validation found.
    pub violations: Vec<Violation>,
    /// The value written again.
    pub encoded: Option<String>,
}

/// A function that holds a JSON text against one type.
pub type Judge = fn(&[u8]) -> Judged;

/// Decodes, validates and encodes again.
pub fn judge<T: DeserializeOwned + Serialize + Validate>(json: &[u8]) -> Judged {
    match serde_json::from_slice::<T>(json) {
        Ok(value) => Judged {
            verdict: value.verdict(),
            error: None,
            violations: value.validate(),
            encoded: serde_json::to_string(&value).ok(),
        },
        Err(error) => Judged {
            verdict: Verdict::Invalid,
            error: Some(error.to_string()),
            violations: Vec::new(),
            encoded: None,
        },
    }
}
