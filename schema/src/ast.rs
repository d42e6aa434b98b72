//! A spec file as it is written: the structs that `parse` fills and that `spec.schema.json` is
//! derived from, so that their doc comments are what an editor shows.
//!
//! Nothing here is looked up or defaulted; names are strings that `resolve` turns into ids. What
//! a spec must state is an `Option` nevertheless: a missing key is `resolve`'s message, and must
//! not hide the file's other mistakes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

pub use crate::spanned::{FromText, Short, Spanned, Table};

/// Text with its place in the file.
pub type Text = Spanned<String>;

/// One file, parsed.
#[derive(Debug, Clone)]
pub struct File {
    /// Path for messages, with `/`.
    pub path: Arc<str>,
    /// The file's text.
    pub text: Arc<str>,
    /// What it says, as far as it could be read.
    pub spec: Spec,
    /// Dotted paths of the entries that were left out because of an error already reported.
    pub pruned: BTreeSet<String>,
}

/// Declares an AST struct: deserialised from kebab-case keys, unknown keys refused.
macro_rules! ast {
    ($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[$field_attribute:meta])* $field:ident : $ty:ty,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[cfg_attr(feature = "spec-schema", derive(schemars::JsonSchema))]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_attribute])* pub $field: $ty,)*
        }
    };
    // With provenance: the three keys that everything sourced shares.
    ($(#[doc = $doc:literal])* pub sourced struct $name:ident { $($body:tt)* }) => {
        ast! {
            $(#[doc = $doc])*
            pub struct $name {
                $($body)*
                /// Where this is from: an address, or a name that a reader can find. Inherited
                /// from what contains it.
                source: Option<Text>,
                /// Date of the source: `2018-08-16` or a part of it. Inherited.
                as_of: Option<Text>,
                /// How it is known. Inherited; `documented` if nothing says otherwise.
                evidence: Option<Evidence>,
            }
        }
        impl Sourced for $name {
            fn stated(&self) -> Stated<'_> {
                Stated { source: self.source.as_ref(), as_of: self.as_of.as_ref(), evidence: self.evidence }
            }
        }
    };
}

/// Declares the words that a key may have as its value.
macro_rules! words {
    ($(#[doc = $doc:literal])* pub enum $name:ident { $($(#[$word_attribute:meta])* $word:ident,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "spec-schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$word_attribute])* $word,)*
        }
    };
}

/// The provenance that an entry states itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated<'a> {
    /// Its `source`.
    pub source: Option<&'a Text>,
    /// Its `as-of`.
    pub as_of: Option<&'a Text>,
    /// Its `evidence`.
    pub evidence: Option<Evidence>,
}

/// What can state where it is from.
pub trait Sourced {
    /// What it states itself, nothing inherited.
    fn stated(&self) -> Stated<'_>;
}

ast! {
    /// A spec file of Venue: a section of an exchange API, or what its sections share.
    pub struct Spec {
        /// The API as a whole: in `api.toml` only.
        api: Option<Spanned<Api>>,
        /// The chapter of the vendor's documentation that this file describes.
        section: Option<Spanned<Section>>,
        /// HTTP servers, by name.
        server: Table<Server>,
        /// WebSocket end points, by name.
        socket: Table<Socket>,
        /// Ways to authenticate, by name.
        auth: Table<Auth>,
        /// Rate and connection limits, by name.
        limit: Table<Limit>,
        /// The error catalogue, by name.
        error: Table<ErrorCode>,
        /// Objects and positional arrays, by PascalCase name.
        record: Table<Record>,
        /// Named values, by PascalCase name.
        #[serde(rename = "enum")]
        enums: Table<Enum>,
        /// Named scalars, by PascalCase name.
        scalar: Table<Scalar>,
        /// Types of which a value has one of several, by PascalCase name.
        union: Table<Union>,
        /// HTTP operations, by kebab-case name.
        operation: Table<Operation>,
        /// WebSocket feeds, by kebab-case name.
        feed: Table<Feed>,
        /// What a client sends on a socket, by kebab-case name.
        command: Table<Command>,
        /// What a client receives on a socket outside of feeds, by kebab-case name.
        message: Table<Message>,
        /// Payloads that a source shows, verbatim.
        example: Vec<Spanned<Example>>,
        /// Where a source is wrong, or two disagree.
        erratum: Vec<Spanned<Erratum>>,
        /// What is known to be unknown.
        unknown: Vec<Spanned<Unknown>>,
    }
}

words! {
    /// How a fact is known.
    pub enum Evidence {
        /// The vendor states it.
        Documented,
        /// Seen in real traffic or in a client's code.
        Observed,
        /// Concluded; nobody states it.
        Inferred,
    }
}

ast! {
    /// The API as a whole.
    pub sourced struct Api {
        /// Stable id in kebab-case: `sfox-legacy`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        id: Option<Text>,
        /// Name for people.
        title: Option<String>,
        /// What the API is.
        doc: Option<String>,
    }
}

ast! {
    /// A chapter of the vendor's documentation: one spec file.
    pub sourced struct Section {
        /// Heading.
        title: Option<String>,
        /// What it covers.
        doc: Option<String>,
    }
}

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
        /// What it means.
        doc: Option<String>,
        /// Replaces `error.NAME` in the id.
        id: Option<Text>,
    }
}

words! {
    /// How a record stands on the wire.
    pub enum Layout {
        /// A JSON object.
        Object,
        /// A positional array: one element a field, in their order.
        Array,
    }
}

words! {
    /// What an undescribed member or appended element means.
    pub enum UnknownFields {
        /// It is kept and reported.
        Drift,
        /// The source shows only a part of the record: it is kept, nothing is reported.
        Expected,
    }
}

ast! {
    /// An object or a positional array.
    pub sourced struct Record {
        /// What it is.
        doc: Option<String>,
        /// How it stands on the wire; `object` if left out.
        layout: Option<Layout>,
        /// What an undescribed member or appended element means; `drift` if left out.
        unknown_fields: Option<UnknownFields>,
        /// Its fields by our name in snake_case; a string alone is the type.
        fields: Table<Short<Field>>,
        /// Rules across its fields.
        rules: Vec<Spanned<Rule>>,
        /// Replaces `type.NAME` in the id.
        id: Option<Text>,
    }
}

words! {
    /// Whether a field may be absent or null.
    pub enum Presence {
        /// There, and not null.
        Required,
        /// May be absent. In an array, only at the tail.
        Optional,
        /// There, may be null.
        Nullable,
        /// May be absent, may be null.
        OptionalNullable,
    }
}

words! {
    /// What the empty string stands for.
    pub enum Empty {
        /// "None".
        None,
    }
}

words! {
    /// What must not be shown.
    pub enum Sensitivity {
        /// Grants access: keys, tokens, signatures.
        Secret,
        /// Names a person or their property: e-mail, address, account number.
        Personal,
    }
}

ast! {
    /// A member of an object, an element of a positional array, or a parameter.
    pub sourced struct Field {
        /// Type expression: `string`, `decimal`, `[Level]`, `{Balance}`, `Order`. May be left
        /// out beside `const`.
        #[serde(rename = "type")]
        ty: Option<Text>,
        /// The vendor's spelling, where it is not the key.
        wire: Option<Text>,
        /// What it means.
        doc: Option<String>,
        /// Unit for people: `base currency`.
        unit: Option<String>,
        /// Whether it may be absent or null; `required` if left out.
        presence: Option<Spanned<Presence>>,
        /// `"none"`: the empty string stands for "none".
        empty: Option<Spanned<Empty>>,
        /// The only value there is: a tag. Always required.
        #[serde(rename = "const")]
        constant: Option<Spanned<Literal>>,
        /// What the venue assumes when it is left out.
        default: Option<Spanned<Literal>>,
        /// Smallest value, inclusive: an integer, or a decimal in quotes.
        min: Option<Spanned<Bound>>,
        /// Largest value, inclusive: an integer, or a decimal in quotes.
        max: Option<Spanned<Bound>>,
        /// Fewest characters.
        min_length: Option<Spanned<u32>>,
        /// Most characters.
        max_length: Option<Spanned<u32>>,
        /// Fewest elements of a list or map.
        min_items: Option<Spanned<u32>>,
        /// Most elements of a list or map.
        max_items: Option<Spanned<u32>>,
        /// On a list: its elements stand or fall alone.
        batch: Option<Spanned<bool>>,
        /// Marks what must not be shown.
        sensitivity: Option<Sensitivity>,
    }
}

impl FromText for Field {
    const TEXT: &'static str = "a type";

    fn from_text(text: Text) -> Self {
        Field {
            ty: Some(text),
            ..Field::default()
        }
    }
}

ast! {
    /// A rule across the fields of a record: one of `all-of`, `none-of`, `exactly-one`,
    /// `at-most-one`, `at-least-one`, which name fields by our names.
    pub struct Rule {
        /// When it applies: a field and its values, or `true` for "it is present". Always, if
        /// left out.
        when: Table<Guard>,
        /// Each is present.
        all_of: Option<Spanned<Vec<Text>>>,
        /// None is present.
        none_of: Option<Spanned<Vec<Text>>>,
        /// Exactly one is present.
        exactly_one: Option<Spanned<Vec<Text>>>,
        /// At most one is present.
        at_most_one: Option<Spanned<Vec<Text>>>,
        /// At least one is present.
        at_least_one: Option<Spanned<Vec<Text>>>,
        /// The rule in words.
        doc: Option<String>,
    }
}

words! {
    /// What an unlisted value means.
    pub enum Openness {
        /// It is kept and reported.
        Open,
        /// It fails this message, not its siblings in a batch: state of orders, fills, balances.
        Strict,
        /// It fails this message: the vendor says that the list is complete.
        Closed,
    }
}

ast! {
    /// Named values.
    pub sourced struct Enum {
        /// What they are.
        doc: Option<String>,
        /// What stands on the wire: `string` (if left out), an integer type, or `flags:u16`.
        base: Option<Text>,
        /// What an unlisted value means; `open` if left out.
        openness: Option<Openness>,
        /// The values by our name in PascalCase; a string alone is the doc.
        values: Table<Short<EnumValue>>,
        /// Replaces `enum.NAME` in the id.
        id: Option<Text>,
    }
}

ast! {
    /// One value of an enum.
    pub sourced struct EnumValue {
        /// What stands on the wire, where it is not the key: a string or an integer.
        wire: Option<Spanned<Literal>>,
        /// Flags: the bits that it is told by; those of `wire` if left out.
        mask: Option<Spanned<u64>>,
        /// This is another spelling of the value of that name.
        spelling_of: Option<Text>,
        /// What it means.
        doc: Option<String>,
    }
}

impl FromText for EnumValue {
    const TEXT: &'static str = "a doc";

    fn from_text(text: Text) -> Self {
        EnumValue {
            doc: Some(text.value),
            ..EnumValue::default()
        }
    }
}

ast! {
    /// A named scalar. Over an integer it is a type of its own; over anything else an alias with
    /// a meaning.
    pub sourced struct Scalar {
        /// What it is.
        doc: Option<String>,
        /// Type expression: never a list, a map or a record.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// Decimal places of a scaled integer: 8 means units of 1e-8.
        scale: Option<Spanned<u8>>,
        /// Unit for people.
        unit: Option<String>,
        /// Smallest value, inclusive: an integer, or a decimal in quotes.
        min: Option<Spanned<Bound>>,
        /// Largest value, inclusive: an integer, or a decimal in quotes.
        max: Option<Spanned<Bound>>,
        /// Fewest characters.
        min_length: Option<Spanned<u32>>,
        /// Most characters.
        max_length: Option<Spanned<u32>>,
        /// Marks what must not be shown.
        sensitivity: Option<Sensitivity>,
        /// Replaces `type.NAME` in the id.
        id: Option<Text>,
    }
}

ast! {
    /// One of several types; the first variant that matches is taken.
    pub sourced struct Union {
        /// What it is.
        doc: Option<String>,
        /// What a value means that no variant claims; `open` if left out.
        openness: Option<Spanned<Openness>>,
        /// The variants by our name in PascalCase, in order of trial; a string alone is the type.
        variants: Table<Short<Variant>>,
        /// Replaces `type.NAME` in the id.
        id: Option<Text>,
    }
}

words! {
    /// A kind of JSON value.
    pub enum JsonKind {
        /// `null`
        Null,
        /// `true`, `false`
        Bool,
        /// A number.
        Number,
        /// A string.
        String,
        /// An array.
        Array,
        /// An object.
        Object,
    }
}

ast! {
    /// A variant of a union.
    pub struct Variant {
        /// Type expression.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// What tells it from the others: conditions on members by name, or on elements by
        /// position. Left out: the constants of its type.
        #[serde(rename = "match")]
        matches: Option<Table<Spanned<Condition>>>,
        /// The JSON kind of the whole, beside or instead of `match`.
        kind: Option<JsonKind>,
        /// What it is.
        doc: Option<String>,
    }
}

impl FromText for Variant {
    const TEXT: &'static str = "a type";

    fn from_text(text: Text) -> Self {
        Variant {
            ty: Some(text),
            ..Variant::default()
        }
    }
}

words! {
    /// How a list is paged.
    pub enum PageStyle {
        /// By the number of items to skip.
        Offset,
        /// By the id of the last item seen.
        AfterId,
        /// By a cursor that the reply gives.
        Cursor,
        /// Backwards, by the id of the first item seen.
        TillId,
    }
}

ast! {
    /// How a list is paged.
    pub struct Pagination {
        /// The way.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        style: Option<PageStyle>,
        /// Parameter with the page's size.
        size: Option<Text>,
        /// Parameter that moves on.
        position: Option<Text>,
        /// Size when none is given.
        default_size: Option<u32>,
        /// Largest size.
        max_size: Option<u32>,
    }
}

words! {
    /// How a request body is written.
    pub enum Media {
        /// `application/json`
        Json,
        /// `application/x-www-form-urlencoded`
        Form,
        /// `multipart/form-data`
        Multipart,
    }
}

ast! {
    /// A request body.
    pub struct Body {
        /// Type expression.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// How it is written, the preferred way first; `["json"]` if left out.
        media: Option<Spanned<Vec<Media>>>,
        /// Whether the request must have it; `true` if left out.
        required: Option<bool>,
        /// What it holds.
        doc: Option<String>,
    }
}

ast! {
    /// A documented response.
    pub sourced struct Response {
        /// Type expression; left out: no body.
        #[serde(rename = "type")]
        ty: Option<Text>,
        /// The body may be empty.
        may_be_empty: bool,
        /// What it means.
        doc: Option<String>,
    }
}

impl FromText for Response {
    const TEXT: &'static str = "a type";

    fn from_text(text: Text) -> Self {
        Response {
            ty: Some(text),
            ..Response::default()
        }
    }
}

ast! {
    /// An HTTP operation.
    pub sourced struct Operation {
        /// Short heading.
        title: Option<String>,
        /// What it does.
        doc: Option<String>,
        /// HTTP method: `GET`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        method: Option<Text>,
        /// Path below the server's address, with holes: `/v1/order/{order_id}`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        path: Option<Text>,
        /// Name of the server; the first if left out.
        server: Option<Text>,
        /// Names of the ways to authenticate; any one will do, none is needed if empty.
        auth: Vec<Text>,
        /// Names of the limits that hold.
        limits: Vec<Text>,
        /// Whether sending it twice is the same as once; `true` for GET, PUT, DELETE if left out.
        idempotent: Option<bool>,
        /// Whether a lost reply leaves the outcome open; `true` for what is not idempotent if
        /// left out.
        ambiguous: Option<bool>,
        /// How its list is paged.
        pagination: Option<Spanned<Pagination>>,
        /// One for each hole of the path.
        path_params: Table<Short<Field>>,
        /// Query parameters.
        query: Table<Short<Field>>,
        /// Header parameters, beside those of `auth`.
        headers: Table<Short<Field>>,
        /// The request's body.
        body: Option<Spanned<Body>>,
        /// By status (`200`) or class of them (`4xx`); a string alone is the type.
        responses: Table<Short<Response>>,
        /// Replaces the name in the id.
        id: Option<Text>,
    }
}

words! {
    /// What the messages of a feed mean together.
    pub enum Semantics {
        /// Each stands alone.
        Events,
        /// Each is the whole state.
        Snapshots,
        /// A snapshot, then changes to it.
        SnapshotThenUpdates,
    }
}

words! {
    /// Where a sequence is counted.
    pub enum SequenceScope {
        /// Over the connection.
        Connection,
        /// In each feed.
        Feed,
    }
}

ast! {
    /// How messages are counted.
    pub struct Sequence {
        /// The counter, in the vendor's spelling.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        field: Option<Text>,
        /// Where it is counted; `connection` if left out.
        scope: Option<SequenceScope>,
    }
}

ast! {
    /// A WebSocket feed.
    pub sourced struct Feed {
        /// What it tells.
        doc: Option<String>,
        /// What a client subscribes to, with holes: `ticker.sfox.{pair}`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        channel: Option<Text>,
        /// Name of the socket; the first if left out.
        socket: Option<Text>,
        /// Names of the ways to authenticate, beside the socket's own.
        auth: Vec<Text>,
        /// What its messages mean together; `events` if left out.
        semantics: Option<Semantics>,
        /// How its messages are counted.
        sequence: Option<Spanned<Sequence>>,
        /// Id of the command that subscribes: `ws.subscribe`.
        subscribe: Option<Text>,
        /// Id of the command that unsubscribes.
        unsubscribe: Option<Text>,
        /// One for each hole of the channel.
        params: Table<Short<Field>>,
        /// Its messages by name; a string alone is the type.
        messages: Table<Short<Message>>,
        /// Replaces `feed.NAME` in the id.
        id: Option<Text>,
    }
}

ast! {
    /// What a client receives on a socket.
    pub sourced struct Message {
        /// Type expression.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// What tells it from other messages. Left out: the constants of its type.
        #[serde(rename = "match")]
        matches: Option<Table<Spanned<Condition>>>,
        /// The JSON kind of the whole, beside or instead of `match`.
        kind: Option<JsonKind>,
        /// Name of the socket; the first if left out. Not in a feed.
        socket: Option<Text>,
        /// It stands for what the spec does not describe: tried last, what matches it drifts.
        fallback: bool,
        /// What it says.
        doc: Option<String>,
        /// Replaces `msg.NAME` in the id.
        id: Option<Text>,
    }
}

impl FromText for Message {
    const TEXT: &'static str = "a type";

    fn from_text(text: Text) -> Self {
        Message {
            ty: Some(text),
            ..Message::default()
        }
    }
}

ast! {
    /// What a client sends on a socket.
    pub sourced struct Command {
        /// Type expression.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// What tells it from other commands. Left out: the constants of its type.
        #[serde(rename = "match")]
        matches: Option<Table<Spanned<Condition>>>,
        /// The JSON kind of the whole, beside or instead of `match`.
        kind: Option<JsonKind>,
        /// Name of the socket; the first if left out.
        socket: Option<Text>,
        /// Ids of the messages that answer it: `msg.ws-subscribe-success`.
        answers: Vec<Text>,
        /// What it asks for.
        doc: Option<String>,
        /// Replaces `ws.NAME` in the id.
        id: Option<Text>,
    }
}

words! {
    /// What a checker should say of an example.
    pub enum ExampleVerdict {
        /// As described.
        Valid,
        /// Decodes, with something undescribed.
        Drift,
        /// Contradicts the spec.
        Invalid,
    }
}

ast! {
    /// A payload that a source shows.
    pub sourced struct Example {
        /// What it shows: `create-order/request`, `create-order/response/422`, `feed.ticker`,
        /// `feed.ticker.data`, `msg.ws-error`, `ws.subscribe`, `type.order`, `enum.side`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        of: Option<Text>,
        /// The payload as JSON, byte for byte as published unless `published` is there.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        payload: Option<Text>,
        /// The original, where that is not JSON.
        published: Option<Text>,
        /// What is wrong with the original, or with what it says.
        defect: Option<String>,
        /// What a checker should say of the payload; `valid` if left out.
        verdict: Option<ExampleVerdict>,
        /// A remark.
        doc: Option<String>,
    }
}

ast! {
    /// Where a source is wrong, or two disagree.
    pub struct Erratum {
        /// Kebab-case name, unique in the API.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        id: Option<Text>,
        /// What it is about: an id without the API, with `#field` if it is about one.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        about: Option<Text>,
        /// What is claimed, and where.
        claims: Vec<Spanned<Claim>>,
        /// The reading that the spec takes, and why.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        reading: Option<String>,
    }
}

ast! {
    /// One source's claim.
    pub struct Claim {
        /// What it says, in our words or as a short quotation.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        says: Option<String>,
        /// Where it says so.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        source: Option<String>,
    }
}

ast! {
    /// What is known to be unknown.
    pub struct Unknown {
        /// What it is about: an id without the API, with `#field` if it is about one.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        about: Option<Text>,
        /// What is not known.
        doc: Option<String>,
    }
}

mod literal;
pub use literal::{Bound, Condition, Guard, Literal};
