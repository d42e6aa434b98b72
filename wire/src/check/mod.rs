//! Holding JSON text against a spec, in one pass and without building the value.
//!
//! A [`Program`] is a set of compact tables. One engine reads them in two ways:
//! [`Program::accepts`] says yes or no, fast and without allocating; [`Program::explain`] finds every
//! violation and every drift, with its place. The first may say no to a valid text, never yes to
//! another; [`Program::verdict`] asks both and is exact.

mod coverage;
mod explain;
mod fast;
mod grammar;
mod literal;
mod marks;
mod pattern;
mod plan;
pub mod rule;
mod scalar;
pub mod shown;
mod simd;
pub(crate) mod skip;
#[doc(hidden)]
pub mod table;
mod words;

use crate::Verdict;
use crate::select::select;
use table::{Node, Tables};

pub use coverage::Coverage;
use coverage::Unwatched;
#[doc(hidden)]
pub use skip::container_end;

/// Bytes that are read at a time.
const CHUNK: usize = 16;

/// A thing that a text can be held against: index into a program's table of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Tables that say what texts are valid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Program {
    tables: Tables,
}

/// The most findings of one text that are told. Of more, the first, and the first of the worst verdict
/// if none of these has it.
pub const MOST_FINDINGS: usize = 1_000;

/// A place where a text departs from its spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// RFC 6901 pointer to the value. What is missing is found in the value that lacks it. Of some
    /// thousand bytes it is cut, with `…` for the rest.
    pub pointer: String,
    /// Where the value starts, in bytes.
    pub offset: usize,
    /// Stable id: a constant of [`rule`].
    pub rule: &'static str,
    /// How bad it is; [`Verdict::Valid`] for a remark, which only
    /// [`explain_noting`](Program::explain_noting) makes.
    pub verdict: Verdict,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What was expected: `decimal as a JSON number`.
    pub expected: String,
    /// What was found: a text that [`shown`] lets pass, or what stands for it; masked where the spec
    /// says that the value is sensitive. Values that the spec does not describe are named by their kind
    /// alone.
    pub found: String,
    /// The record that the value is a field of, or the root.
    pub node: NodeId,
    /// Which field of it: index in documented order.
    pub field: Option<u32>,
    /// The enum, union, record or scalar that the value was held against.
    pub judge: NodeId,
}

impl Program {
    /// A program of these tables.
    #[doc(hidden)]
    pub const fn new(tables: Tables) -> Self {
        Program { tables }
    }

    /// The tables, for who writes them out.
    #[doc(hidden)]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Whether the text is valid: described by `root` in every part. True is certain; false means
    /// "ask [`explain`](Self::explain)".
    pub fn accepts(&self, root: NodeId, json: &[u8]) -> bool {
        fast::accepts(&self.tables, root, json, &Unwatched)
    }

    /// The same, taking note of what a valid text shows. Of another, nothing is noted.
    /// Where there is something to remark, [`Coverage::is_odd`] tells.
    pub fn accepts_noting(&self, root: NodeId, json: &[u8], coverage: &mut Coverage) -> bool {
        fast::accepts(&self.tables, root, json, &coverage.notes())
    }

    /// Which variant of the union `root` a valid text is, in the one pass of
    /// [`accepts`](Self::accepts): what [`variant`](Self::variant) would say of it. `None` means "ask
    /// the two of them"; it is all that is said of a root that is no union.
    pub fn accepts_as(&self, root: NodeId, json: &[u8]) -> Option<usize> {
        fast::accepts_as(&self.tables, root, json, &Unwatched)
    }

    /// The same, taking note of what a valid text shows. Of another, nothing is noted.
    /// Where there is something to remark, [`Coverage::is_odd`] tells.
    pub fn accepts_as_noting(
        &self,
        root: NodeId,
        json: &[u8],
        coverage: &mut Coverage,
    ) -> Option<usize> {
        let (patterns, marks, notes) = coverage.parts();
        fast::accepts_like(&self.tables, root, json, &notes, patterns, marks)
    }

    /// Every violation and every drift, in the order of the text, up to [`MOST_FINDINGS`]. Empty for a
    /// valid text. A text that is not JSON has this one finding.
    pub fn explain(&self, root: NodeId, json: &[u8]) -> Vec<Finding> {
        explain::explain(&self.tables, root, json, &Unwatched, false)
    }

    /// The same, taking note of what the text shows; and remarks on what is valid and yet worth
    /// knowing, such as a number that many readers change.
    pub fn explain_noting(
        &self,
        root: NodeId,
        json: &[u8],
        coverage: &mut Coverage,
    ) -> Vec<Finding> {
        explain::explain(&self.tables, root, json, &coverage.notes(), true)
    }

    /// The exact verdict.
    pub fn verdict(&self, root: NodeId, json: &[u8]) -> Verdict {
        if self.accepts(root, json) {
            return Verdict::Valid;
        }
        let findings = self.explain(root, json);
        findings
            .iter()
            .map(|finding| finding.verdict)
            .max()
            .unwrap_or_default()
    }

    /// Which variant of the union `root` claims the text, whatever else is right or wrong with it.
    pub fn variant(&self, root: NodeId, json: &[u8]) -> Option<usize> {
        match self.tables.node(root) {
            Node::Union(union) => select(self.tables.matches_of(union), json),
            _ => None,
        }
    }
}
