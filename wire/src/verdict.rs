//! What a judge says of a value.

/// What a judge says of a value, from best to worst.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// As the spec describes it.
    #[default]
    Valid,
    /// It decodes, yet carries something that the spec does not describe.
    Drift,
    /// It contradicts the spec, or is not JSON.
    Invalid,
}
