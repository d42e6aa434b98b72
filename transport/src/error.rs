//! What can go wrong, split by who must act.

use std::fmt;
use std::time::Duration;

use venue_wire::describe::{Catalogue, ErrorClass, FindOut};
use venue_wire::operation::{Reply, Request, Response, UnreadableReply};
use venue_wire::{MASKED, Violation};

/// Why a call has no answer, by who must act. `C` is the API's catalogue of errors.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<C> {
    /// The caller: the request was not sent, because something is wrong with it or the client.
    Caller(CallerError),
    /// The network: no reply came, and nothing hangs on that. The call can be made again.
    Network(NetworkError),
    /// The venue said no. [`Refusal::code`] is its reason, and says whether waiting helps.
    Refused(Box<Refusal<C>>),
    /// The venue's reply is not what its documentation describes. The bytes are kept.
    Unreadable(Box<Unreadable>),
    /// Nobody: it is open whether the request took effect. Find out before sending it again.
    Ambiguous(Box<Ambiguous<C>>),
}

impl<C: Catalogue> Error<C> {
    /// The venue's reason, if it gave one.
    pub fn code(&self) -> Option<C> {
        match self {
            Error::Refused(refusal) => Some(refusal.code),
            Error::Ambiguous(ambiguous) => match &ambiguous.why {
                Why::Refused(refusal) => Some(refusal.code),
                _ => None,
            },
            _ => None,
        }
    }
}

impl<C: Catalogue> fmt::Display for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Caller(error) => error.fmt(f),
            Error::Network(error) => error.fmt(f),
            Error::Refused(refusal) => refusal.fmt(f),
            Error::Unreadable(unreadable) => unreadable.fmt(f),
            Error::Ambiguous(ambiguous) => ambiguous.fmt(f),
        }
    }
}

impl<C: Catalogue> std::error::Error for Error<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Caller(error) => error.source(),
            Error::Network(error) => error.source(),
            Error::Unreadable(unreadable) => unreadable.source(),
            Error::Ambiguous(ambiguous) => ambiguous.source(),
            Error::Refused(_) => None,
        }
    }
}

impl<C> From<CallerError> for Error<C> {
    fn from(error: CallerError) -> Self {
        Error::Caller(error)
    }
}

/// What the caller has to mend. Nothing was sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallerError {
    /// The request breaks bounds or rules of the spec.
    Broken(Vec<Violation>),
    /// The operation, feed or command needs a key that the client does not have.
    NoKey,
    /// The API names no address in the environment that was asked for.
    NoAddress(String),
    /// The address is neither TLS nor on this machine.
    Insecure,
    /// The address cannot be read.
    BadAddress,
    /// A value leads to another path than its operation's: it is empty, `.` or `..`, or what stands
    /// there in the path of another operation.
    BadPath,
    /// The body has no form on the wire.
    Body(serde_json::Error),
    /// TLS could not be set up: a certificate given as trusted cannot be read.
    Tls(Box<dyn std::error::Error + Send + Sync>),
    /// The session was closed.
    Closed,
}

impl fmt::Display for CallerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallerError::Broken(violations) => {
                f.write_str("the request breaks the spec")?;
                for violation in violations {
                    write!(f, "; {violation}")?;
                }
                Ok(())
            }
            CallerError::NoKey => f.write_str("the client has no key that this takes"),
            CallerError::NoAddress(environment) => {
                write!(f, "there is no address in the environment `{environment}`")
            }
            CallerError::Insecure => {
                f.write_str("an address without TLS is only taken on this machine")
            }
            CallerError::BadAddress => f.write_str("the address cannot be read"),
            CallerError::BadPath => {
                f.write_str("a value leads to another path than the operation's")
            }
            CallerError::Body(_) => f.write_str("the body has no form on the wire"),
            CallerError::Tls(_) => f.write_str("TLS could not be set up"),
            CallerError::Closed => f.write_str("the session is closed"),
        }
    }
}

impl std::error::Error for CallerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallerError::Body(error) => Some(error),
            CallerError::Tls(error) => Some(&**error),
            _ => None,
        }
    }
}

/// Why no reply came.
#[derive(Debug)]
pub struct NetworkError {
    kind: NetworkErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkErrorKind {
    /// No connection: nothing was sent.
    Connect,
    /// No reply in time.
    Timeout,
    /// The connection broke before the reply was whole.
    Broken,
    /// The reply is larger than a client takes.
    TooLarge,
}

impl NetworkError {
    /// An error of that kind.
    pub fn new(kind: NetworkErrorKind) -> Self {
        NetworkError { kind, source: None }
    }

    /// The same with what caused it. The cause is shown: it must not hold a secret or an address
    /// with parameters.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// How far the request came.
    pub fn kind(&self) -> NetworkErrorKind {
        self.kind
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            NetworkErrorKind::Connect => "no connection to the venue",
            NetworkErrorKind::Timeout => "no reply in time",
            NetworkErrorKind::Broken => "the connection broke before the reply was whole",
            NetworkErrorKind::TooLarge => "the reply is too large",
        })
    }
}

impl std::error::Error for NetworkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

/// The venue's no.
#[derive(Debug, Clone)]
pub struct Refusal<C> {
    /// Id of the operation; of the command, or of the socket, if it went over one.
    pub operation: &'static str,
    /// The reason, from the API's catalogue.
    pub code: C,
    /// How long the venue or its documentation asks to wait.
    pub wait: Option<Duration>,
    /// The reply as it came. On a socket there is no status; it is 0.
    pub reply: Reply,
}

impl<C: Catalogue> Refusal<C> {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.reply.status
    }

    /// Who must act.
    pub fn class(&self) -> ErrorClass {
        self.code.class()
    }

    /// The typed reply: `R` is the request that was refused.
    ///
    /// # Errors
    ///
    /// If the reply is not what the spec describes for its status.
    pub fn read<R: Request>(&self) -> Result<R::Response, UnreadableReply> {
        let read = R::Response::from_parts(self.reply.status, &self.reply.body);
        read.map_err(|unreadable| UnreadableReply {
            error: unquoted(unreadable.error),
            ..unreadable
        })
    }
}

impl<C: fmt::Debug> fmt::Display for Refusal<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, status) = (self.operation, self.reply.status);
        write!(f, "{id}: refused with status {status}: {:?}", self.code)
    }
}

/// A reply that is not what the spec describes.
#[derive(Debug)]
pub struct Unreadable {
    /// Id of the operation; of the command, or of the socket, if it went over one.
    pub operation: &'static str,
    /// The reply as it came.
    pub reply: Reply,
    /// Why it does not decode; none if the spec has no such status.
    pub error: Option<serde_json::Error>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, status) = (self.operation, self.reply.status);
        write!(
            f,
            "{id}: a reply with status {status} that the spec does not describe"
        )
    }
}

/// An error of a decoder without the texts of the message that it quotes: nobody knows whose they are.
/// Short words stay, such as an enum's new value; the message's bytes are kept beside it.
#[cold]
pub(crate) fn unquoted(error: serde_json::Error) -> serde_json::Error {
    const LONGEST_WORD: usize = 24;
    let text = error.to_string();
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, quoted)) = rest.split_once('"') {
        let mut is_escaped = false;
        let end = quoted.find(|letter| {
            let ends = letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            ends
        });
        let (inside, after) = match end {
            Some(end) => (&quoted[..end], &quoted[end + 1..]),
            None => (quoted, ""),
        };
        let is_word = inside.len() <= LONGEST_WORD && !before.ends_with("string ");
        let inside = if is_word { inside } else { MASKED };
        shown = [&shown, before, "\"", inside, "\""].concat();
        rest = after;
    }
    shown += rest;
    match shown == text {
        true => error,
        // serde_json takes the place back out of the message.
        false => serde::de::Error::custom(shown),
    }
}

impl Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}

/// A request whose fate is unknown, with what is needed to find out.
#[derive(Debug)]
pub struct Ambiguous<C> {
    /// Id of the operation; of the command, or of the socket, if it went over one.
    pub operation: &'static str,
    /// When it was sent: time since the Unix epoch, by the client's clock.
    pub sent_at: Duration,
    /// What was sent: it holds the caller's own id, if one was given.
    pub sent: Sent,
    /// Why nobody knows.
    pub why: Why<C>,
    /// How the spec says to find out.
    pub find_out: Option<FindOut>,
}

/// Why a request's fate is unknown.
#[derive(Debug)]
#[non_exhaustive]
pub enum Why<C> {
    /// It was sent, and no whole reply came.
    NoReply(NetworkError),
    /// The venue failed or shed load after it had the request.
    Refused(Refusal<C>),
    /// It was answered, and the answer cannot be read.
    Unreadable(Unreadable),
}

/// A request as it was sent.
#[derive(Clone)]
pub struct Sent {
    /// Path below the server's address.
    pub path: String,
    /// The body's bytes, with what signing added.
    pub body: Vec<u8>,
}

impl Sent {
    /// A member of the body, by its name on the wire: `client_order_id`.
    pub fn member(&self, name: &str) -> Option<String> {
        crate::body::member(&self.body, name)
    }
}

impl fmt::Debug for Sent {
    /// Leaves out the content: it may hold what must not be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sent({} bytes)", self.body.len())
    }
}

impl<C> Ambiguous<C> {
    /// The caller's own name for what was asked for, as it was sent: an order's client id.
    pub fn reference(&self) -> Option<String> {
        self.sent.member(self.find_out?.by?)
    }

    /// Ids of the operations that tell whether it took effect: `sfox.get-order`.
    pub fn ask_with(&self) -> &'static [&'static str] {
        self.find_out.map_or(&[], |find_out| find_out.with)
    }
}

impl<C: Catalogue> Ambiguous<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.why {
            Why::NoReply(error) => Some(error),
            Why::Refused(_) => None,
            Why::Unreadable(unreadable) => unreadable.source(),
        }
    }
}

impl<C: fmt::Debug> fmt::Display for Ambiguous<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.operation;
        write!(f, "{id}: it is unknown whether this took effect")?;
        if !self.ask_with().is_empty() {
            write!(f, " (ask with {})", self.ask_with().join(", "))?;
        }
        match &self.why {
            Why::NoReply(_) => Ok(()),
            Why::Refused(refusal) => {
                write!(f, ": status {}: {:?}", refusal.reply.status, refusal.code)
            }
            Why::Unreadable(unreadable) => write!(f, ": {unreadable}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_quotes_no_text_of_the_message() {
        let numbers = |json: &str| serde_json::from_str::<Vec<u32>>(json).unwrap_err();
        let cases = [
            numbers(r#"[1, "hunter2"]"#),
            numbers(r#"["\"hunter2\\\" hunter2"]"#),
            numbers(r#"{"hunter2": "hunter2"}"#),
            serde::de::Error::custom(format!("{:?} is no value", "hunter2".repeat(9))),
            serde::de::Error::custom("string \"hunter2"),
        ];
        for error in cases {
            let (line, column) = (error.line(), error.column());
            let error = unquoted(error);
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
            assert_eq!((error.line(), error.column()), (line, column));
        }
        let word: serde_json::Error = serde::de::Error::custom("\"Started\" is no value");
        assert_eq!(unquoted(word).to_string(), "\"Started\" is no value");
    }
}
