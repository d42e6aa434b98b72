//! Comparing the text at a cursor with a literal in one step.

/// The first sixteen bytes of a literal, padded with zeros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head(pub [u8; 16]);

impl Head {
    /// Of this literal.
    pub const fn new(literal: &str) -> Self {
        let literal = literal.as_bytes();
        let mut head = [0; 16];
        let mut at = 0;
        while at < literal.len() && at < head.len() {
            head[at] = literal[at];
            at += 1;
        }
        Head(head)
    }
}
