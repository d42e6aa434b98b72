//! Holding JSON text against a generated type without building the value.

use crate::Verdict;
use crate::check::{Finding, NodeId, Program};

/// A type that has a check program: the text is read once, and nothing is built.
///
/// Generated types implement it with the program of their API.
pub trait Checked {
    /// Where the program starts for this type.
    const NODE: NodeId;

    /// The program of the API.
    fn program() -> &'static Program;

    /// Whether the text is valid, fast: never wrongly true.
    fn accepts(json: &[u8]) -> bool {
        Self::program().accepts(Self::NODE, json)
    }

    /// Everything that is wrong with the text, and where.
    fn explain(json: &[u8]) -> Vec<Finding> {
        Self::program().explain(Self::NODE, json)
    }

    /// Valid, drifting or invalid.
    fn judge(json: &[u8]) -> Verdict {
        Self::program().verdict(Self::NODE, json)
    }
}

/// Ties types to the program of their API.
#[macro_export]
#[doc(hidden)]
macro_rules! __checked {
    ($program:ident; $($ty:ty = $node:literal;)*) => {$(
        impl $crate::Checked for $ty {
            const NODE: $crate::check::NodeId = $crate::check::NodeId($node);

            fn program() -> &'static $crate::check::Program {
                &$program
            }
        }
    )*};
}
