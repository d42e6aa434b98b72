//! The resolved model of one API: what every emitter, the checker and the command line read.
//!
//! Nothing in here is an unresolved name: types, auth schemes, limits, sockets and messages are
//! indices into the tables of [`Api`]. Building it is `resolve`'s work; judging it is `lint`'s.

use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Index into [`Api::types`].
pub type TypeId = usize;
/// Index into [`Api::files`].
pub type FileId = usize;
/// Index into [`Api::sections`].
pub type SectionId = usize;
/// Index into [`Api::auth`].
pub type AuthId = usize;
/// Index into [`Api::limits`].
pub type LimitId = usize;
/// Index into [`Api::servers`].
pub type ServerId = usize;
/// Index into [`Api::sockets`].
pub type SocketId = usize;
/// Index into [`Api::feeds`].
pub type FeedId = usize;
/// Index into [`Api::messages`].
pub type MessageId = usize;
/// Index into [`Api::commands`].
pub type CommandId = usize;

/// One API, whole.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Api {
    /// Stable id, kebab-case: `sfox-legacy`.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What the API is.
    pub doc: String,
    /// Default provenance of every fact.
    pub provenance: Provenance,
    /// The spec files, in the order read.
    pub files: Vec<SpecFile>,
    /// One per spec file: a chapter of the vendor's documentation.
    pub sections: Vec<Section>,
    /// Every named type.
    pub types: Vec<Type>,
    /// HTTP servers.
    pub servers: Vec<Server>,
    /// WebSocket end points.
    pub sockets: Vec<Socket>,
    /// Ways to authenticate.
    pub auth: Vec<Auth>,
    /// Rate and connection limits.
    pub limits: Vec<Limit>,
    /// The error catalogue.
    pub errors: Vec<ErrorCode>,
    /// HTTP operations.
    pub operations: Vec<Operation>,
    /// WebSocket feeds.
    pub feeds: Vec<Feed>,
    /// What a client sends on a socket.
    pub commands: Vec<Command>,
    /// What a client receives on a socket, those of feeds included.
    pub messages: Vec<Message>,
    /// Payloads that a source shows.
    pub examples: Vec<Example>,
    /// Where a vendor's page is wrong, or two disagree.
    pub errata: Vec<Erratum>,
    /// What is known to be unknown.
    pub unknowns: Vec<Unknown>,
}

impl Api {
    /// The messages of a socket, those of its feeds included, in order of trial: the first that
    /// matches claims. More `=` conditions before fewer, then more templates; ties in the order of
    /// the files; fallbacks last.
    pub fn received(&self, socket: SocketId) -> Vec<MessageId> {
        let on_socket = |id: &MessageId| self.messages[*id].socket == socket;
        let mut ids: Vec<MessageId> = (0..self.messages.len()).filter(on_socket).collect();
        ids.sort_by_key(|&id| {
            let message = &self.messages[id];
            (message.fallback, message.matches.trial_order())
        });
        ids
    }

    /// The commands of a socket, in the same order of trial.
    pub fn sent(&self, socket: SocketId) -> Vec<CommandId> {
        let on_socket = |id: &CommandId| self.commands[*id].socket == socket;
        let mut ids: Vec<CommandId> = (0..self.commands.len()).filter(on_socket).collect();
        ids.sort_by_key(|&id| self.commands[id].matches.trial_order());
        ids
    }
}

/// One spec file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SpecFile {
    /// Path for messages, with `/`: `sfox-legacy/orders.toml`.
    pub path: String,
    /// The text, for excerpts and line numbers.
    pub text: String,
}

/// A place in a spec file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// Bytes of the name or value meant.
    pub span: Range<usize>,
    /// 1-based line of the span's start.
    pub line: u32,
}

/// How a fact is known.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Evidence {
    /// The vendor states it.
    #[default]
    Documented,
    /// Seen in real traffic or in a client's code.
    Observed,
    /// Concluded; nobody states it.
    Inferred,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Address or name of the source.
    pub source: String,
    /// Date of the source, `YYYY-MM-DD` or a part of it.
    pub as_of: Option<String>,
    /// How it is known.
    pub evidence: Evidence,
}

/// What every listed thing has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Meta {
    /// Full id, as `venue list` prints it: `sfox-legacy.feed.ticker`.
    pub id: String,
    /// One or more sentences of our own.
    pub doc: String,
    /// The chapter it belongs to.
    pub section: SectionId,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Where the spec says it.
    pub at: Location,
}

/// A chapter: one spec file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Section {
    /// Kebab-case name, the file's stem: `market-data`. `api` and `types` are the API's root.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What it covers.
    pub doc: String,
    /// Default provenance of what is in it.
    pub provenance: Provenance,
    /// The file.
    pub file: FileId,
}

impl Section {
    /// Whether what it defines stands at the API's root rather than in a module of its own.
    pub fn is_root(&self) -> bool {
        matches!(self.name.as_str(), "api" | "types")
    }
}

/// A named type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Type {
    /// PascalCase, unique in the API.
    pub name: String,
    /// Id, doc, source. Ids are `API.enum.kebab` for enums, `API.type.kebab` for the rest.
    pub meta: Meta,
    /// What `venue list` counts it as.
    pub listed_as: ListedAs,
    /// What it is.
    pub kind: TypeKind,
}

/// What `venue list` counts a type as: a source may call a message what it shows only as a body.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[allow(missing_docs)]
pub enum ListedAs {
    #[default]
    Type,
    Operation,
    Command,
    Message,
    Enum,
}

/// The kinds of named type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum TypeKind {
    /// An object or a positional array.
    Record(Record),
    /// Named values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A named scalar: an alias, or a distinct integer.
    Scalar(Scalar),
}

/// A type as used in a field: the resolved form of a type expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeRef {
    /// `string`
    String,
    /// `bool`
    Bool,
    /// `uuid`: RFC 9562 text, 8-4-4-4-12 hexadecimal digits.
    Uuid,
    /// `json`: any JSON value, kept as its text.
    Json,
    /// `i8` … `u64`: a JSON number without fraction or exponent.
    Int(IntKind),
    /// `decimal`, `decimal-string`, `decimal-any`
    Decimal(DecimalForm),
    /// `timestamp-s` … `timestamp-ns`, `datetime`, `datetime-local`
    Time(TimeForm),
    /// `[T]`
    List(Box<TypeRef>),
    /// `{T}`: an object with any keys, each value a `T`.
    Map(Box<TypeRef>),
    /// A named type.
    Named(TypeId),
}

/// Width and sign of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum IntKind {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

impl IntKind {
    /// Rust's name, which is also the spec's.
    pub fn name(self) -> &'static str {
        match self {
            IntKind::I8 => "i8",
            IntKind::I16 => "i16",
            IntKind::I32 => "i32",
            IntKind::I64 => "i64",
            IntKind::U8 => "u8",
            IntKind::U16 => "u16",
            IntKind::U32 => "u32",
            IntKind::U64 => "u64",
        }
    }

    /// Name as a JSON Schema `format`: `uint64`.
    pub fn format(self) -> &'static str {
        match self {
            IntKind::I8 => "int8",
            IntKind::I16 => "int16",
            IntKind::I32 => "int32",
            IntKind::I64 => "int64",
            IntKind::U8 => "uint8",
            IntKind::U16 => "uint16",
            IntKind::U32 => "uint32",
            IntKind::U64 => "uint64",
        }
    }

    /// Smallest and largest value.
    pub fn range(self) -> (i128, i128) {
        match self {
            IntKind::I8 => (i8::MIN.into(), i8::MAX.into()),
            IntKind::I16 => (i16::MIN.into(), i16::MAX.into()),
            IntKind::I32 => (i32::MIN.into(), i32::MAX.into()),
            IntKind::I64 => (i64::MIN.into(), i64::MAX.into()),
            IntKind::U8 => (0, u8::MAX.into()),
            IntKind::U16 => (0, u16::MAX.into()),
            IntKind::U32 => (0, u32::MAX.into()),
            IntKind::U64 => (0, u64::MAX.into()),
        }
    }
}

/// How a decimal stands on the wire. In each form the digits follow JSON's number grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DecimalForm {
    /// A JSON number.
    Number,
    /// A JSON string.
    Text,
    /// Either; the form met is kept.
    Any,
}

/// How a moment stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimeForm {
    /// JSON integer (i64), seconds since the Unix epoch.
    Seconds,
    /// JSON integer (i64), milliseconds.
    Millis,
    /// JSON integer (i64), microseconds.
    Micros,
    /// JSON integer (i64), nanoseconds.
    Nanos,
    /// `YYYY-MM-DDTHH:MM:SS[.f{1,9}](Z|±HH:MM)`, a real date and time.
    DateTime,
    /// The same without a zone.
    LocalDateTime,
}

/// A named scalar. Over an integer it is a type of its own (a price is not a size); over
/// anything else an alias that carries a meaning and constraints.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scalar {
    /// Never `Named`, `List` or `Map`.
    pub base: TypeRef,
    /// Decimal places of a scaled integer: 8 means units of 1e-8.
    pub scale: Option<u8>,
    /// Unit for people: `BTC`, `percent × 10⁴`.
    pub unit: Option<String>,
    /// Bounds.
    pub constraints: Constraints,
    /// Marks what must not be shown.
    pub sensitivity: Option<Sensitivity>,
}

/// An object or a positional array.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// How it stands on the wire.
    pub layout: Layout,
    /// What an undescribed member or appended element means.
    pub unknown_fields: UnknownFields,
    /// In documented order; in an array, the order of the elements.
    pub fields: Vec<Field>,
    /// Rules across fields.
    pub rules: Vec<Rule>,
}

/// How a record stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layout {
    /// A JSON object.
    Object,
    /// A JSON array, one element a field.
    Array,
}

/// What an undescribed member or appended element means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnknownFields {
    /// It is kept and reported: the message drifts.
    #[default]
    Drift,
    /// The source shows only a part of the record: it is kept, and nothing is reported.
    Expected,
}

/// A member of an object, an element of a positional array, or a parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Field {
    /// Our name, `snake_case`.
    pub name: String,
    /// The vendor's spelling; in an array, a label.
    pub wire: String,
    /// What it means.
    pub doc: String,
    /// Its type. For a constant, the type of the literal.
    pub ty: TypeRef,
    /// Whether it may be absent or null.
    pub presence: Presence,
    /// The empty string stands for "none".
    pub empty_is_none: bool,
    /// The only value there is: a tag. Always [`Presence::Required`].
    pub constant: Option<Literal>,
    /// What the venue assumes when it is left out.
    pub default: Option<Literal>,
    /// Elements of this list stand or fall alone.
    pub batch: bool,
    /// Bounds.
    pub constraints: Constraints,
    /// Unit for people.
    pub unit: Option<String>,
    /// Marks what must not be shown.
    pub sensitivity: Option<Sensitivity>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Where the spec says it.
    pub at: Location,
}

/// Whether a field may be absent or null.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Presence {
    /// There, and not null.
    #[default]
    Required,
    /// May be absent; when there, not null. In an array: the tail may end before it.
    Optional,
    /// There, may be null.
    Nullable,
    /// May be absent, may be null.
    OptionalNullable,
}

impl Presence {
    /// May be absent.
    pub fn may_be_absent(self) -> bool {
        matches!(self, Presence::Optional | Presence::OptionalNullable)
    }

    /// May be null.
    pub fn may_be_null(self) -> bool {
        matches!(self, Presence::Nullable | Presence::OptionalNullable)
    }
}

/// Bounds on a value. All inclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraints {
    /// Smallest number, as decimal text in JSON's grammar.
    pub min: Option<String>,
    /// Largest number, likewise.
    pub max: Option<String>,
    /// Fewest characters (Unicode scalar values) of a string.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// Fewest elements of a list or map.
    pub min_items: Option<u32>,
    /// Most elements.
    pub max_items: Option<u32>,
}

impl Constraints {
    /// Nothing is constrained.
    pub fn is_empty(&self) -> bool {
        *self == Constraints::default()
    }
}

/// What must not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sensitivity {
    /// Grants access: keys, tokens, signatures.
    Secret,
    /// Names a person or their property: e-mail, address, account number.
    Personal,
}

/// A rule across the fields of a record, or the parameters of a query. Field indices point into
/// [`Record::fields`] or [`Operation::query`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// When it applies; always, if empty. All must hold. A field that is absent meets none.
    pub when: Vec<Guard>,
    /// What must hold then.
    pub need: Need,
    /// The rule in words.
    pub doc: String,
    /// Where the spec says it.
    pub at: Location,
}

/// A condition on one field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// The field.
    pub field: usize,
    /// It has one of these values; if empty, it is there and not null.
    pub values: Vec<Literal>,
    /// It has any value but these. Absent or null, it still does not meet the guard.
    pub is_not: bool,
}

/// What a rule asks of the fields it names. "Present" means there and not null.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Need {
    /// Each is present.
    AllOf(Vec<usize>),
    /// None is present.
    NoneOf(Vec<usize>),
    /// Exactly one is present.
    ExactlyOne(Vec<usize>),
    /// At most one is present.
    AtMostOne(Vec<usize>),
    /// At least one is present.
    AtLeastOne(Vec<usize>),
}

/// A constant value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Literal {
    /// A JSON string.
    Str(String),
    /// A JSON integer.
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// Named values.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enum {
    /// What stands on the wire.
    pub base: EnumBase,
    /// What an unknown value means. Flags: unknown bits.
    pub openness: Openness,
    /// In documented order.
    pub values: Vec<EnumValue>,
}

/// What an enum's values are on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EnumBase {
    /// JSON strings.
    Text,
    /// JSON integers.
    Int(IntKind),
    /// A JSON integer (unsigned) of bit fields.
    Flags(IntKind),
}

/// What a value means that the spec does not list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Openness {
    /// It is kept and reported: the message drifts.
    #[default]
    Open,
    /// It fails this message (not its siblings in a batch): order, fill and balance state.
    Strict,
    /// It fails this message; the vendor says that the list is complete.
    Closed,
}

/// One value of an enum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnumValue {
    /// PascalCase.
    pub name: String,
    /// What stands on the wire: a string, or an integer.
    pub wire: Literal,
    /// For flags, the bits that it is told by: `(raw & mask) == wire`. Equal to `wire` for a
    /// single bit.
    pub mask: Option<u64>,
    /// This is another spelling of the value at that index.
    pub spelling_of: Option<usize>,
    /// What it means.
    pub doc: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Where the spec says it.
    pub at: Location,
}

/// One of several types, told apart by [`Match`]; the first variant that matches is taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Union {
    /// `Open`: a value that no variant claims is kept and reported. Else it is invalid.
    pub openness: Openness,
    /// In order of trial.
    pub variants: Vec<Variant>,
}

/// A variant of a union.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Variant {
    /// PascalCase.
    pub name: String,
    /// Its type.
    pub ty: TypeRef,
    /// What tells it from the others.
    pub matches: Match,
    /// What it is.
    pub doc: String,
    /// Where the spec says it.
    pub at: Location,
}

/// Tells messages and variants apart without decoding them: all conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Match {
    /// None: everything matches.
    pub conditions: Vec<Condition>,
}

impl Match {
    /// Sorts what says more before what says less.
    fn trial_order(&self) -> impl Ord + use<> {
        let count = |test: fn(&Test) -> bool| {
            self.conditions
                .iter()
                .filter(|condition| test(&condition.test))
                .count()
        };
        let equals = count(|test| matches!(test, Test::Equals(_)));
        let templates = count(|test| matches!(test, Test::Template(_)));
        (Reverse(equals), Reverse(templates))
    }
}

/// One condition of a [`Match`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition {
    /// Where to look.
    pub at: Place,
    /// What to see there.
    pub test: Test,
}

/// Where a [`Condition`] looks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// The value itself.
    Whole,
    /// A member of the object.
    Member(String),
    /// An element of the array.
    Element(usize),
}

/// What a [`Condition`] sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Test {
    /// One of these values.
    Equals(Vec<Literal>),
    /// A string of this form.
    Template(Template),
    /// Anything at all, null included.
    Present,
    /// Nothing.
    Absent,
    /// A value of this JSON kind.
    Kind(JsonKind),
}

/// The kinds of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum JsonKind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// Text with holes: `ticker.sfox.{pair}`, `/v1/order/{order_id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// In order.
    pub parts: Vec<Part>,
}

/// As the spec writes it: `/v1/order/{order_id}`.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Hole(name) => write!(f, "{{{name}}}"),
        })
    }
}

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// Itself.
    Text(String),
    /// One or more characters other than `.` and `/`.
    Hole(String),
}

/// An HTTP server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Server {
    /// Name in the spec: `rest`.
    pub name: String,
    /// Environment and base address, the first the default: `("production", "https://api.sfox.com")`.
    pub urls: Vec<(String, String)>,
    /// Doc and source.
    pub meta: Meta,
}

/// A WebSocket end point.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Socket {
    /// Name in the spec: `main`.
    pub name: String,
    /// Environment and address, the first the default.
    pub urls: Vec<(String, String)>,
    /// Ways to authenticate the connection as a whole; empty: none is needed.
    pub auth: Vec<AuthId>,
    /// Seconds of silence after which the venue closes.
    pub idle_timeout_s: Option<u32>,
    /// Limits that hold here.
    pub limits: Vec<LimitId>,
    /// Doc and source.
    pub meta: Meta,
}

/// A way to authenticate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Auth {
    /// Name in the spec: `bearer`.
    pub name: String,
    /// The recipe.
    pub recipe: Recipe,
    /// Which kind of token it takes, where there are several: `partner`, `user`.
    pub token: Option<String>,
    /// Published known answers.
    pub vectors: Vec<Vector>,
    /// Doc and source.
    pub meta: Meta,
}

/// How to authenticate. In templates `{key}`, `{secret}`, `{nonce}`, `{timestamp-ms}`,
/// `{method}` (the operation's wire name), `{body}`, `{content}` and `{signature}` are replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Recipe {
    /// No key at all.
    None,
    /// HTTP Basic.
    Basic {
        /// Template of the user name.
        user: String,
        /// Template of the password.
        password: String,
    },
    /// Headers with a key in them.
    Headers {
        /// Header name and template.
        headers: Vec<(String, String)>,
    },
    /// A keyed hash over a string.
    Hmac {
        /// `sha256`, `sha384`, `sha512`.
        digest: String,
        /// `base64` or `hex`.
        encoding: String,
        /// Template of the string that is signed.
        sign: String,
        /// Template of `{content}`, if the recipe has one.
        content: Option<String>,
        /// Header name and template.
        headers: Vec<(String, String)>,
        /// Members that go into the body before it is signed: name on the wire and template.
        fields: Vec<(String, String)>,
    },
    /// A message on the socket.
    Login {
        /// The command to send.
        command: CommandId,
        /// Its members beside the constants: name on the wire and template.
        fields: Vec<(String, String)>,
    },
}

/// A published pair of input and signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Vector {
    /// The published sample key.
    pub key: String,
    /// The published sample secret.
    pub secret: String,
    /// The exact string signed.
    pub signed: String,
    /// The signature.
    pub signature: String,
    /// Where it was published.
    pub provenance: Provenance,
}

/// A limit on requests or connections.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    /// Name in the spec: `rest-ip`.
    pub name: String,
    /// How many.
    pub count: u32,
    /// In how many seconds; none for a limit on what is open at once.
    pub per_s: Option<u32>,
    /// What is counted: `request`, `connection`.
    pub what: String,
    /// Counted by: `ip`, `account`, `key`, `connection`, `route`.
    pub scope: String,
    /// Seconds to wait once over it.
    pub penalty_s: Option<u32>,
    /// Doc and source.
    pub meta: Meta,
}

/// An entry of the error catalogue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErrorCode {
    /// Name in the spec: `http-429`, `14`.
    pub name: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// Application code.
    pub code: Option<i64>,
    /// The vendor's text, if the error is told by it.
    pub text: Option<String>,
    /// Who must act.
    pub class: ErrorClass,
    /// Whether sending the same again can help.
    pub retryable: bool,
    /// Seconds to wait before.
    pub wait_s: Option<u32>,
    /// The operations that the source shows it at; if empty, any may answer so. Indices into
    /// [`Api::operations`].
    pub operations: Vec<usize>,
    /// Doc and source.
    pub meta: Meta,
}

impl ErrorCode {
    /// Whether an operation, an index into [`Api::operations`], may answer so as far as the source goes.
    pub fn belongs_to(&self, operation: usize) -> bool {
        self.operations.is_empty() || self.operations.contains(&operation)
    }
}

/// Who must act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorClass {
    /// Not an error: the code for success.
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

/// An HTTP operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Operation {
    /// Name in the spec: `create-buy-order`.
    pub name: String,
    /// Short heading.
    pub title: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// Path below the server's address.
    pub path: Template,
    /// The server.
    pub server: ServerId,
    /// Any one of these will do; empty: none is needed.
    pub auth: Vec<AuthId>,
    /// One per hole of the path.
    pub path_params: Vec<Field>,
    /// Query parameters.
    pub query: Vec<Field>,
    /// Rules across the query parameters, their field indices into [`Operation::query`].
    pub rules: Vec<Rule>,
    /// Header parameters, beside those of `auth`.
    pub headers: Vec<Field>,
    /// The request's body.
    pub body: Option<Body>,
    /// By status.
    pub responses: Vec<Response>,
    /// Limits that hold here.
    pub limits: Vec<LimitId>,
    /// Whether sending it twice is the same as once.
    pub idempotent: bool,
    /// Whether a lost reply leaves the outcome open.
    pub ambiguous: bool,
    /// How to learn whether it took effect, after a lost reply.
    pub find_out: Option<FindOut>,
    /// How its list is paged.
    pub pagination: Option<Pagination>,
    /// Doc and source.
    pub meta: Meta,
}

/// How to learn whether a request took effect whose reply was lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindOut {
    /// Member of the body, by its name on the wire, that names what was asked for; chosen by the
    /// caller.
    pub by: Option<String>,
    /// The operations that tell. Indices into [`Api::operations`].
    pub with: Vec<usize>,
}

impl Operation {
    /// The query as an object with a member a parameter: what its rules are about.
    pub fn query_record(&self) -> Record {
        Record {
            layout: Layout::Object,
            unknown_fields: UnknownFields::Drift,
            fields: self.query.clone(),
            rules: self.rules.clone(),
        }
    }
}

/// A request body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Body {
    /// In order of preference.
    pub media: Vec<Media>,
    /// Its type; for forms and multipart a record.
    pub ty: TypeRef,
    /// Parts of a multipart body that are files of certain kinds, where a source says so.
    pub parts: Vec<FilePart>,
    /// Whether the request may go without.
    pub required: bool,
}

/// A part of a multipart body that is a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePart {
    /// The vendor's name of the field.
    pub field: String,
    /// The media types that are taken, in lower case: `image/png`.
    pub media: Vec<String>,
}

/// How a request body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Media {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`; each field is text in the form that JSON gives it.
    Form,
    /// `multipart/form-data`
    Multipart,
}

/// A documented response.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Response {
    /// Which statuses.
    pub status: Status,
    /// Type of the body, if there is one and it is JSON.
    pub ty: Option<TypeRef>,
    /// Media type of a body that is not JSON, without parameters and in lower case: `text/csv`.
    /// Never beside a type.
    pub media: Option<String>,
    /// The body may be empty. Always so without a type.
    pub may_be_empty: bool,
    /// What it means.
    pub doc: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Where the spec says it.
    pub at: Location,
}

/// Statuses that a response stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// One.
    Code(u16),
    /// A hundred: 4 stands for 400 to 499.
    Class(u8),
}

/// How a list is paged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pagination {
    /// `offset`, `after-id`, `cursor`, `till-id`.
    pub style: String,
    /// Query parameter or field with the page's size.
    pub size: Option<String>,
    /// Query parameter or field that moves on.
    pub position: Option<String>,
    /// Size when none is given.
    pub default_size: Option<u32>,
    /// Largest size.
    pub max_size: Option<u32>,
}

/// A WebSocket feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Feed {
    /// Name in the spec: `ticker`.
    pub name: String,
    /// What a client subscribes to.
    pub channel: Template,
    /// One per hole of the channel.
    pub params: Vec<Field>,
    /// The socket.
    pub socket: SocketId,
    /// Any one of these will do, beside the socket's own; empty: none is needed.
    pub auth: Vec<AuthId>,
    /// What its messages mean together.
    pub semantics: Semantics,
    /// How its messages are counted.
    pub sequence: Option<Sequence>,
    /// Wire name of the moment at which the venue sent a message.
    pub sent_at: Option<String>,
    /// Feeds whose subscription brings its messages too.
    pub also_with: Vec<FeedId>,
    /// Its messages.
    pub messages: Vec<MessageId>,
    /// Command that subscribes.
    pub subscribe: Option<CommandId>,
    /// Command that unsubscribes.
    pub unsubscribe: Option<CommandId>,
    /// Doc and source.
    pub meta: Meta,
}

/// What the messages of a feed mean together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Semantics {
    /// Each stands alone.
    #[default]
    Events,
    /// Each is the whole state.
    Snapshots,
    /// A snapshot, then changes to it.
    SnapshotThenUpdates,
}

/// How messages are counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sequence {
    /// Wire name of the counter.
    pub field: String,
    /// Counted by: `connection` or `feed`.
    pub scope: String,
}

/// What a client sends on a socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Command {
    /// Name in the spec: `subscribe`.
    pub name: String,
    /// The socket.
    pub socket: SocketId,
    /// Its type.
    pub ty: TypeRef,
    /// What tells it from other commands.
    pub matches: Match,
    /// Messages that answer it.
    pub answers: Vec<MessageId>,
    /// Doc and source.
    pub meta: Meta,
}

/// What a client receives on a socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// Name in the spec: `ws-subscribe-success`; in a feed: `snapshot`.
    pub name: String,
    /// The socket.
    pub socket: SocketId,
    /// The feed that it belongs to.
    pub feed: Option<FeedId>,
    /// Its type.
    pub ty: TypeRef,
    /// What tells it from other messages. Tried in the order of [`Api::received`].
    pub matches: Match,
    /// It stands for what the spec does not describe: what matches it drifts.
    pub fallback: bool,
    /// Doc and source.
    pub meta: Meta,
}

/// A payload that a source shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Example {
    /// What it shows.
    pub of: Target,
    /// The target as the spec writes it: `feed.ticker`, `create-order/response/422`.
    pub of_text: String,
    /// The payload, valid JSON, byte for byte as published unless `published` is there.
    pub payload: String,
    /// The original, where that is not JSON.
    pub published: Option<String>,
    /// What is wrong with the original, or with what it says.
    pub defect: Option<String>,
    /// What a checker should say of the payload.
    pub verdict: ExampleVerdict,
    /// A remark.
    pub doc: String,
    /// Where it was shown.
    pub provenance: Provenance,
    /// Where the spec says it.
    pub at: Location,
    /// Byte offset of the payload's text in its spec file.
    pub payload_at: usize,
}

/// What a checker should say of an example.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExampleVerdict {
    /// As described.
    #[default]
    Valid,
    /// Decodes, with something undescribed.
    Drift,
    /// Contradicts the spec.
    Invalid,
}

/// What a payload can be held against: the part of `--as` after the API's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// `create-order/request`: the body of a request. Index into [`Api::operations`].
    Request(usize),
    /// `create-order/response/422`: the body of a response. Indices into
    /// [`Api::operations`] and its responses.
    Response(usize, usize),
    /// `feed.b`: any message of the feed.
    Feed(FeedId),
    /// `feed.b.snapshot`, `msg.ws-error`
    Message(MessageId),
    /// `ws.subscribe`
    Command(CommandId),
    /// `type.order`, `enum.order-status`
    Type(TypeId),
}

/// Where a vendor's page is wrong, or two disagree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Erratum {
    /// Kebab-case, unique in the API.
    pub name: String,
    /// What it is about: an id without the API, with a field after a `#` if it is about one.
    pub about: String,
    /// What is claimed, and by which source.
    pub claims: Vec<(String, String)>,
    /// The reading that the spec takes, and why.
    pub reading: String,
    /// Where the spec says it.
    pub at: Location,
}

/// What is known to be unknown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unknown {
    /// What it is about: as in [`Erratum::about`].
    pub about: String,
    /// What is not known.
    pub doc: String,
    /// Where the spec says it.
    pub at: Location,
}
