//! What a spec says beside types, as constants: operations, feeds, errors, limits, ways to
//! authenticate.
//!
//! Generated crates hold one [`Api`] each. Nothing here acts: a client reads it to know what to
//! send where, a monitor to know what there is.

use std::fmt;

/// One API.
#[derive(Debug)]
pub struct Api {
    /// Stable id: `sfox-legacy`.
    pub id: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Where its documentation is.
    pub source: &'static str,
    /// HTTP servers, the default first.
    pub servers: &'static [Server],
    /// WebSocket end points, the default first.
    pub sockets: &'static [Socket],
    /// Ways to authenticate.
    pub auth: &'static [Auth],
    /// Limits on requests and connections.
    pub limits: &'static [Limit],
    /// The error catalogue.
    pub errors: &'static [ErrorEntry],
    /// HTTP operations.
    pub operations: &'static [Operation],
    /// WebSocket feeds.
    pub feeds: &'static [Feed],
}

/// An HTTP server.
#[derive(Debug)]
pub struct Server {
    /// Name in the spec.
    pub name: &'static str,
    /// Environment and base address, the default first.
    pub urls: &'static [(&'static str, &'static str)],
}

/// A WebSocket end point.
#[derive(Debug)]
pub struct Socket {
    /// Name in the spec.
    pub name: &'static str,
    /// Environment and address, the default first.
    pub urls: &'static [(&'static str, &'static str)],
    /// Ways to authenticate the connection, any of which will do.
    pub auth: &'static [&'static Auth],
    /// Seconds of silence after which the venue closes.
    pub idle_timeout_s: Option<u32>,
    /// Limits that hold here.
    pub limits: &'static [&'static Limit],
}

/// A way to authenticate.
#[derive(Debug)]
pub struct Auth {
    /// Name in the spec.
    pub name: &'static str,
    /// What to send.
    pub recipe: Recipe,
    /// Which kind of token it takes, where there are several.
    pub token: Option<&'static str>,
}

/// How to authenticate. In templates `{key}`, `{secret}`, `{nonce}`, `{timestamp-ms}`,
/// `{method}`, `{body}`, `{content}` and `{signature}` are replaced.
#[derive(Debug)]
pub enum Recipe {
    /// No key at all.
    None,
    /// HTTP Basic.
    Basic {
        /// Template of the user name.
        user: &'static str,
        /// Template of the password.
        password: &'static str,
    },
    /// Headers with a key in them.
    Headers {
        /// Name and template.
        headers: &'static [(&'static str, &'static str)],
    },
    /// A keyed hash over a string.
    Hmac {
        /// `sha256`, `sha384` or `sha512`.
        digest: &'static str,
        /// `base64` or `hex`.
        encoding: &'static str,
        /// Template of what is signed.
        sign: &'static str,
        /// Template of `{content}`.
        content: Option<&'static str>,
        /// Name and template.
        headers: &'static [(&'static str, &'static str)],
        /// Members that go into the body before it is signed: name and template. `{nonce}` and
        /// `{timestamp-ms}` alone are JSON numbers, everything else is a JSON string.
        fields: &'static [(&'static str, &'static str)],
    },
    /// A message on the socket.
    Login {
        /// Id of the command.
        command: &'static str,
        /// Its members that are always the same: name and JSON text.
        constants: &'static [(&'static str, &'static str)],
        /// Its other members: name and template, as in `Hmac`.
        fields: &'static [(&'static str, &'static str)],
    },
}

/// A limit on requests or connections.
#[derive(Debug)]
pub struct Limit {
    /// Name in the spec.
    pub name: &'static str,
    /// How many.
    pub count: u32,
    /// In how many seconds; none for what is open at once.
    pub per_s: Option<u32>,
    /// What is counted: `request`, `connection`.
    pub what: &'static str,
    /// Counted by: `ip`, `account`, `key`, `connection`, `route`.
    pub scope: &'static str,
    /// Seconds to wait once over it.
    pub penalty_s: Option<u32>,
}

/// An entry of the error catalogue.
#[derive(Debug)]
pub struct ErrorEntry {
    /// Name in the spec.
    pub name: &'static str,
    /// HTTP status.
    pub status: Option<u16>,
    /// Application code.
    pub code: Option<i64>,
    /// The venue's text, where the error is told by it.
    pub text: Option<&'static str>,
    /// Who must act.
    pub class: ErrorClass,
    /// Whether sending the same again can help.
    pub is_retryable: bool,
    /// Seconds to wait before.
    pub wait_s: Option<u32>,
    /// What it means.
    pub doc: &'static str,
}

/// Who must act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// No error: the code for success.
    Success,
    /// The caller: the request is wrong.
    Caller,
    /// The caller: the key is.
    Auth,
    /// The caller: too often.
    RateLimit,
    /// The venue.
    Venue,
    /// It is open whether the request took effect.
    Ambiguous,
}

impl ErrorClass {
    /// What an HTTP status that no catalogue lists says about who must act.
    pub fn of_status(status: u16) -> Self {
        match status {
            200..=299 => ErrorClass::Success,
            401 | 403 => ErrorClass::Auth,
            429 => ErrorClass::RateLimit,
            400..=499 => ErrorClass::Caller,
            500..=599 => ErrorClass::Venue,
            _ => ErrorClass::Ambiguous,
        }
    }
}

/// An API's catalogue of errors, as a type: generated for each API that has one.
pub trait Catalogue: Copy + fmt::Debug + Send + Sync + 'static {
    /// The error that an HTTP status, an application code and a text tell; those that are not known
    /// are left out.
    fn find(status: Option<u16>, code: Option<i64>, text: Option<&str>) -> Self;

    /// What the catalogue says of it; none for an error that it does not list.
    fn entry(self) -> Option<&'static ErrorEntry>;

    /// Who must act.
    fn class(self) -> ErrorClass;
}

/// The entry that fits best: one told by this text before one told by this code, and that before
/// one told by the status alone. An entry fits if nothing that it states is otherwise.
pub fn find_error(
    entries: &[ErrorEntry],
    status: Option<u16>,
    code: Option<i64>,
    text: Option<&str>,
) -> Option<usize> {
    let rank = |entry: &ErrorEntry| {
        let fits = entry
            .status
            .is_none_or(|own| status.is_none_or(|s| s == own))
            && entry.code.is_none_or(|own| code == Some(own))
            && entry.text.is_none_or(|own| text == Some(own));
        let told_by = match (entry.text, entry.code, entry.status) {
            (Some(_), _, _) => 3,
            (None, Some(_), _) => 2,
            (None, None, Some(own)) if status == Some(own) => 1,
            _ => return None,
        };
        fits.then_some(told_by)
    };
    let ranked = entries.iter().enumerate();
    let ranked = ranked.filter_map(|(index, entry)| Some((rank(entry)?, index)));
    // The first of the best: `max_by_key` would take the last.
    ranked
        .min_by_key(|(rank, index)| (std::cmp::Reverse(*rank), *index))
        .map(|(_, index)| index)
}

/// Says of an error that the catalogue does not list what is known of it.
#[doc(hidden)]
pub fn write_unlisted(
    f: &mut std::fmt::Formatter<'_>,
    status: Option<u16>,
    code: Option<i64>,
) -> std::fmt::Result {
    f.write_str("an error that the catalogue does not list")?;
    match (status, code) {
        (Some(status), Some(code)) => write!(f, " (status {status}, code {code})"),
        (Some(status), None) => write!(f, " (status {status})"),
        (None, Some(code)) => write!(f, " (code {code})"),
        (None, None) => Ok(()),
    }
}

/// An HTTP operation.
#[derive(Debug)]
pub struct Operation {
    /// Full id: `sfox-legacy.create-order`.
    pub id: &'static str,
    /// Short heading.
    pub title: &'static str,
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// Path below the server's address, with holes: `/v1/order/{order_id}`.
    pub path: &'static str,
    /// The server.
    pub server: &'static Server,
    /// Ways to authenticate, any of which will do; empty: none is needed.
    pub auth: &'static [&'static Auth],
    /// Limits that hold here.
    pub limits: &'static [&'static Limit],
    /// Whether sending it twice is the same as once.
    pub is_idempotent: bool,
    /// Whether a lost reply leaves the outcome open.
    pub is_ambiguous: bool,
    /// How to learn whether it took effect, after a lost reply.
    pub find_out: Option<FindOut>,
    /// How its list is paged.
    pub pagination: Option<Pagination>,
}

/// How to learn whether a request took effect whose reply was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindOut {
    /// Member of the body that names what was asked for, chosen by the caller.
    pub by: Option<&'static str>,
    /// Ids of the operations that tell.
    pub with: &'static [&'static str],
}

/// How a list is paged. Names are those of query parameters or of fields of the body, as they
/// stand on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination {
    /// `offset`, `after-id`, `cursor`, `till-id`.
    pub style: &'static str,
    /// Which sets the size of a page.
    pub size: Option<&'static str>,
    /// Which moves on to the next page.
    pub position: Option<&'static str>,
    /// Size when none is given.
    pub default_size: Option<u32>,
    /// Largest size.
    pub max_size: Option<u32>,
}

/// A WebSocket feed.
#[derive(Debug)]
pub struct Feed {
    /// Full id: `sfox-legacy.feed.ticker`.
    pub id: &'static str,
    /// What a client subscribes to, with holes: `ticker.sfox.{pair}`.
    pub channel: &'static str,
    /// The socket.
    pub socket: &'static Socket,
    /// Ways to authenticate, beside the socket's own; empty: none is needed.
    pub auth: &'static [&'static Auth],
    /// What its messages mean together.
    pub semantics: Semantics,
    /// Wire name of the counter of its messages, and by what they are counted.
    pub sequence: Option<(&'static str, &'static str)>,
}

/// What the messages of a feed mean together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Semantics {
    /// Each stands alone.
    Events,
    /// Each is the whole state.
    Snapshots,
    /// A snapshot, then changes to it.
    SnapshotThenUpdates,
}

/// A feed with its parameters: generated for each feed of an API.
pub trait Channel {
    /// What the spec says of it.
    const FEED: &'static Feed;

    /// The name to subscribe to.
    fn channel(&self) -> String;
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: ErrorEntry = ErrorEntry {
        name: "",
        status: None,
        code: None,
        text: None,
        class: ErrorClass::Caller,
        is_retryable: false,
        wait_s: None,
        doc: "",
    };

    #[test]
    fn the_most_telling_entry_is_found() {
        let entries = [
            ErrorEntry {
                status: Some(400),
                ..ANY
            },
            ErrorEntry {
                status: Some(400),
                text: Some("no funds"),
                ..ANY
            },
            ErrorEntry {
                code: Some(14),
                ..ANY
            },
            ErrorEntry {
                code: Some(14),
                status: Some(500),
                ..ANY
            },
        ];
        let find = |status, code, text| find_error(&entries, status, code, text);
        assert_eq!(find(Some(400), None, None), Some(0));
        assert_eq!(find(Some(400), None, Some("no funds")), Some(1));
        assert_eq!(find(Some(422), None, Some("no funds")), None);
        assert_eq!(find(Some(400), Some(14), None), Some(2));
        assert_eq!(find(None, Some(15), None), None);
        assert_eq!(find(None, None, None), None);
    }
}
