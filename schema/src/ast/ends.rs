//! End points and what is said of all traffic there: servers, sockets, auth, limits, errors.

use serde::Deserialize;

use super::{Evidence, Sourced, Spanned, Stated, Table, Text};

ast! {
    /// An HTTP server.
    pub sourced struct Server {
        /// Address by environment; the first is the default:
        /// `{ production = "https://api.sfox.com" }`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        urls: Option<Table<Text>>,
        /// What it serves.
        doc: Option<String>,
    }
}

ast! {
    /// A WebSocket end point.
    pub sourced struct Socket {
        /// Address by environment; the first is the default.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        urls: Option<Table<Text>>,
        /// Names of the ways to authenticate the connection as a whole; any one will do.
        auth: Vec<Text>,
        /// Seconds of silence after which the venue closes the connection.
        idle_timeout_s: Option<u32>,
        /// Names of the limits that hold here.
        limits: Vec<Text>,
        /// What it serves.
        doc: Option<String>,
    }
}

words! {
    /// How to authenticate.
    pub enum RecipeKind {
        /// No key at all.
        None,
        /// HTTP Basic, from `user` and `password`.
        Basic,
        /// Headers with a key in them.
        Headers,
        /// A keyed hash over a string, in headers.
        Hmac,
        /// A message on the socket.
        Login,
    }
}

words! {
    /// Hash function of a signature.
    pub enum Digest {
        /// HMAC-SHA256
        Sha256,
        /// HMAC-SHA384
        Sha384,
        /// HMAC-SHA512
        Sha512,
    }
}

words! {
    /// How a signature is written.
    pub enum SignatureEncoding {
        /// Base64 with padding.
        Base64,
        /// Lower-case hexadecimal.
        Hex,
    }
}

ast! {
    /// A way to authenticate. Its texts may hold `{key}` `{secret}` `{nonce}` `{timestamp-ms}`
    /// `{method}` `{body}` `{content}` `{signature}`.
    pub sourced struct Auth {
        /// The recipe.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        recipe: Option<Spanned<RecipeKind>>,
        /// `basic`: text of the user name.
        user: Option<Text>,
        /// `basic`: text of the password.
        password: Option<Text>,
        /// `headers`, `hmac`: header name and text.
        headers: Option<Table<Text>>,
        /// `hmac`: hash function.
        digest: Option<Spanned<Digest>>,
        /// `hmac`: how the signature is written.
        encoding: Option<Spanned<SignatureEncoding>>,
        /// `hmac`: the string that is signed.
        sign: Option<Text>,
        /// `hmac`: text of `{content}`.
        content: Option<Text>,
        /// `login`: id of the command to send: `ws.authenticate`.
        command: Option<Text>,
        /// `hmac`: members that go into the body, or the socket's message, before it is signed.
        /// `login`: members of the command beside its constants. Name on the wire and text;
        /// `{nonce}` and `{timestamp-ms}` alone are numbers.
        fields: Option<Table<Text>>,
        /// Which kind of key it takes, where there are several: `partner`.
        token: Option<String>,
        /// Published known answers.
        vectors: Vec<Spanned<Vector>>,
        /// How it works, in words.
        doc: Option<String>,
    }
}

ast! {
    /// A published pair of input and signature.
    pub sourced struct Vector {
        /// The published sample key.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        key: Option<String>,
        /// The published sample secret.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        secret: Option<String>,
        /// The exact string signed.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        signed: Option<String>,
        /// The signature.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        signature: Option<String>,
    }
}

words! {
    /// What a limit counts.
    pub enum Counted {
        /// Requests, or messages on a socket.
        Request,
        /// Connections.
        Connection,
    }
}

words! {
    /// For whom a limit counts.
    pub enum LimitScope {
        /// Each IP address.
        Ip,
        /// Each account.
        Account,
        /// Each API key.
        Key,
        /// Each connection.
        Connection,
        /// Each route.
        Route,
    }
}

ast! {
    /// A limit on requests or connections.
    pub sourced struct Limit {
        /// How many.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        count: Option<u32>,
        /// What is counted; `request` if left out.
        what: Option<Counted>,
        /// In how many seconds; left out: open at once.
        per_s: Option<u32>,
        /// For whom it is counted; `key` if left out.
        scope: Option<LimitScope>,
        /// Seconds to wait once over it.
        penalty_s: Option<u32>,
        /// The limit in words.
        doc: Option<String>,
    }
}

words! {
    /// Who must act on an error.
    pub enum ErrorClass {
        /// Nobody: the code for success.
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
}

ast! {
    /// An entry of the error catalogue, told by `status`, `code` or `text`.
    pub sourced struct ErrorCode {
        /// HTTP status.
        status: Option<Spanned<u16>>,
        /// Application code.
        code: Option<i64>,
        /// The vendor's text, where the error is told by it.
        text: Option<String>,
        /// Who must act.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        class: Option<ErrorClass>,
        /// Whether sending the same again can help; `false` if left out.
        retryable: bool,
        /// Seconds to wait before.
        wait_s: Option<u32>,
        /// Names of the operations that the source shows it at; any may answer so if left out.
        operations: Vec<Text>,
        /// What it means.
        doc: Option<String>,
        /// Replaces `error.NAME` in the id.
        id: Option<Text>,
    }
}
