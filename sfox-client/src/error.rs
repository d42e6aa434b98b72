//! Why a request cannot be sent. All of it is the caller's to mend.

use std::fmt;

use venue_wire::Violation;
use venue_wire::describe::Operation;

/// Why a request cannot be sent.
#[derive(Debug)]
pub struct PrepareError {
    operation: &'static Operation,
    kind: PrepareErrorKind,
}

/// What is wrong with a request or its client.
#[derive(Debug)]
#[non_exhaustive]
pub enum PrepareErrorKind {
    /// The request breaks bounds or rules of the spec.
    Broken(Vec<Violation>),
    /// The operation needs a key, and the client has none of that kind.
    NoKey,
    /// There is a key, but this crate cannot use it: it does not sign or log in yet.
    UnsupportedAuth,
    /// The operation's server has no address in this environment.
    NoAddress(String),
    /// The body has no form on the wire.
    Body(serde_json::Error),
}

impl PrepareError {
    pub(crate) fn new(operation: &'static Operation, kind: PrepareErrorKind) -> Self {
        PrepareError { operation, kind }
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// What is wrong.
    pub fn kind(&self) -> &PrepareErrorKind {
        &self.kind
    }
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.operation.id;
        match &self.kind {
            PrepareErrorKind::Broken(violations) => {
                write!(f, "{id}: the request breaks the spec")?;
                for violation in violations {
                    write!(f, "; {violation}")?;
                }
                Ok(())
            }
            PrepareErrorKind::NoKey => write!(f, "{id}: there is no key for this operation"),
            PrepareErrorKind::UnsupportedAuth => {
                write!(f, "{id}: this crate cannot authenticate this operation")
            }
            PrepareErrorKind::NoAddress(environment) => {
                write!(f, "{id}: no address in the environment `{environment}`")
            }
            PrepareErrorKind::Body(_) => write!(f, "{id}: the body has no form on the wire"),
        }
    }
}

impl std::error::Error for PrepareError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            PrepareErrorKind::Body(error) => Some(error),
            _ => None,
        }
    }
}
