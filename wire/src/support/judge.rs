//! What a type says of a JSON text: for tests that hold types against the other judges.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::check_depth;
use crate::{Validate, Verdict, Violation, Violations};

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
///
/// # Panics
///
/// If serde_json and this crate's reader disagree on whether it decodes, or on the value.
pub fn judge<T: DeserializeOwned + Serialize + Validate>(json: &[u8]) -> Judged {
    judge_by(json, T::validate_into)
}

/// The same for a type whose bounds are known only where it is used: an alias of a number.
///
/// # Panics
///
/// As [`judge`].
pub fn judge_by<T: DeserializeOwned + Serialize>(
    json: &[u8],
    validate: fn(&T, &mut Violations),
) -> Judged {
    let ours = crate::from_slice::<T>(json);
    compare(json, &ours, &serde_json::from_slice::<T>(json));
    match ours {
        Ok(value) => {
            let mut found = Violations::new();
            validate(&value, &mut found);
            Judged {
                verdict: found.verdict(),
                error: None,
                violations: found.into_vec(),
                encoded: serde_json::to_string(&value).ok(),
            }
        }
        Err(error) => Judged {
            verdict: Verdict::Invalid,
            error: Some(error.to_string()),
            violations: Vec::new(),
            encoded: None,
        },
    }
}

/// What the two readers make of a text is the same, but for depth, which serde_json does not count
/// through what is kept as text.
fn compare<T: Serialize>(json: &[u8], ours: &Outcome<T>, theirs: &Outcome<T>) {
    let is_deep = check_depth(&String::from_utf8_lossy(json)).is_err();
    let written = |outcome: &Outcome<T>| {
        let value = outcome.as_ref().ok()?;
        serde_json::to_string(value).ok()
    };
    let are_same = ours.is_ok() == theirs.is_ok() && written(ours) == written(theirs);
    assert!(
        are_same || is_deep,
        "the readers disagree: {:?} and {:?}",
        ours.as_ref().err(),
        theirs.as_ref().err()
    );
}

type Outcome<T> = Result<T, serde_json::Error>;
