//! What runs over the end points: operations, feeds, commands, messages.

use serde::Deserialize;

use super::{
    Condition, Evidence, Field, FromText, JsonKind, Rule, Short, Sourced, Spanned, Stated, Table,
    Text,
};

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

ast! {
    /// How to learn whether a request took effect whose reply was lost.
    pub struct FindOut {
        /// Member of the body that names what was asked for, chosen by the caller.
        by: Option<Text>,
        /// Names of the operations that tell.
        with: Vec<Text>,
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
        /// Of a multipart body: the media types of each part that is a file, by its field.
        parts: Table<Spanned<Vec<Text>>>,
        /// Whether the request must have it; `true` if left out.
        required: Option<bool>,
        /// What it holds.
        doc: Option<String>,
    }
}

ast! {
    /// A documented response.
    pub sourced struct Response {
        /// Type expression; without it and `media` there is no body.
        #[serde(rename = "type")]
        ty: Option<Text>,
        /// Media type of a body that is not JSON, instead of `type`: `text/csv`.
        media: Option<Text>,
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
        /// How to learn whether it took effect, after a lost reply.
        find_out: Option<Spanned<FindOut>>,
        /// How its list is paged.
        pagination: Option<Spanned<Pagination>>,
        /// One for each hole of the path.
        path_params: Table<Short<Field>>,
        /// Query parameters.
        query: Table<Short<Field>>,
        /// Rules across its query parameters.
        rules: Vec<Spanned<Rule>>,
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
        /// The moment at which the venue sent a message, in the vendor's spelling: a member or element of
        /// type time.
        sent_at: Option<Text>,
        /// Ids of feeds whose subscription brings its messages too.
        also_with: Vec<Text>,
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
