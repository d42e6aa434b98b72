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

impl Verdict {
    /// `valid`, `drift` or `invalid`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Drift => "drift",
            Verdict::Invalid => "invalid",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
