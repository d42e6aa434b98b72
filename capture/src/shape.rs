//! Where a pointer or a byte of a payload stands in the types of a spec: which steps of a pointer are
//! counted rather than named, and which values must not be shown.

use std::ops::Range;

use venue_schema::ir::{Api, Field, Layout, Literal, Record, Sensitivity, TypeKind, TypeRef};

use crate::excerpt::MASK;
use crate::lex;
use venue_wire::check::shown;

/// How deep a payload is followed. The checker refuses deeper ones.
const DEPTH: usize = 127;

/// What a value may be: the alternatives left once aliases and unions are opened.
#[derive(Clone, Copy)]
enum Shape<'a> {
    Record(&'a Record),
    List(&'a TypeRef),
    Map(&'a TypeRef),
    /// Nothing is described below here.
    Open,
    Scalar,
}

/// The alternatives for a type, and whether any of them is sensitive by itself.
fn shapes<'a>(
    api: &'a Api,
    ty: &'a TypeRef,
    out: &mut Vec<Shape<'a>>,
    sensitive: &mut Option<Sensitivity>,
    depth: usize,
) {
    if depth > DEPTH {
        return;
    }
    match ty {
        TypeRef::List(of) => out.push(Shape::List(of)),
        TypeRef::Map(of) => out.push(Shape::Map(of)),
        TypeRef::Json => out.push(Shape::Open),
        TypeRef::Named(id) => match api.types.get(*id).map(|t| &t.kind) {
            Some(TypeKind::Record(record)) => out.push(Shape::Record(record)),
            Some(TypeKind::Union(union)) => {
                for variant in &union.variants {
                    shapes(api, &variant.ty, out, sensitive, depth + 1);
                }
            }
            Some(TypeKind::Scalar(scalar)) => {
                *sensitive = sensitive.or(scalar.sensitivity);
                out.push(Shape::Scalar);
            }
            _ => out.push(Shape::Scalar),
        },
        _ => out.push(Shape::Scalar),
    }
}

/// A step of a pointer.
struct Step<'a> {
    /// As the pointer has it.
    raw: &'a str,
    /// Unescaped.
    name: String,
    /// It is an index of a list or a key of a map: one of many, not a name or place of its own.
    counted: bool,
    /// Our name for a place of a positional record.
    label: Option<&'a str>,
    /// The spec has it.
    described: bool,
}

fn steps<'a>(api: &'a Api, root: &[&'a TypeRef], pointer: &'a str) -> Vec<Step<'a>> {
    let mut at: Vec<&TypeRef> = root.to_vec();
    let mut out = Vec::new();
    for raw in pointer.split('/').skip(1) {
        let name = raw.replace("~1", "/").replace("~0", "~");
        let mut alternatives = Vec::new();
        for ty in &at {
            shapes(api, ty, &mut alternatives, &mut None, 0);
        }
        let is_index = name.parse::<usize>().is_ok();
        let (mut named, mut counted, mut label) = (false, false, None);
        let mut described = false;
        let mut next = Vec::new();
        for shape in alternatives {
            match shape {
                Shape::Record(record) => {
                    let field = field(record, &name);
                    described |= field.is_some();
                    named |= field.is_some() || record.layout == Layout::Object;
                    if record.layout == Layout::Array {
                        label = label.or(field.map(|f| f.name.as_str()));
                    }
                    next.extend(field.map(|f| &f.ty));
                }
                Shape::List(of) if is_index => {
                    counted = true;
                    next.push(of);
                }
                Shape::Map(of) => {
                    counted = true;
                    next.push(of);
                }
                _ => {}
            }
        }
        // Below what is not described, a number counts.
        counted |= next.is_empty() && !named && is_index && at.is_empty();
        out.push(Step {
            raw,
            name,
            counted: counted && !named,
            label,
            described,
        });
        at = next;
    }
    out
}

/// A pointer with the steps that only count replaced by `*`: indices of lists and keys of maps, but
/// not the places of a positional record. Two elements with the same fault are one fault.
pub(crate) fn normalise(api: &Api, root: &[&TypeRef], pointer: &str) -> String {
    let mut out = String::with_capacity(pointer.len());
    for step in steps(api, root, pointer) {
        out.push('/');
        out.push_str(if step.counted { "*" } else { step.raw });
    }
    out
}

/// A pointer as it may be shown: names that no spec has and that are not plain are masked.
pub(crate) fn pointer(api: &Api, root: &[&TypeRef], pointer: &str) -> String {
    let mut out = String::with_capacity(pointer.len());
    for step in steps(api, root, pointer) {
        out.push('/');
        match step.described || shown::name(&step.name) {
            true => out.push_str(step.raw),
            false => out.push_str(&shown::masked(&step.name)),
        }
    }
    out
}

/// A pointer as people write it, places of positional records by their names: `payload.bids[0].price`.
pub(crate) fn path(api: &Api, root: &[&TypeRef], pointer: &str) -> String {
    let mut out = String::new();
    for step in steps(api, root, pointer) {
        let is_index = step.name.bytes().all(|b| b.is_ascii_digit()) && !step.name.is_empty();
        let name = match step.label {
            Some(label) => label,
            None if is_index => {
                out.push_str(&format!("[{}]", step.name));
                continue;
            }
            None if step.described => &step.name,
            None => &*shown::named(&step.name),
        };
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(&crate::text::short(name, 60));
    }
    out
}

fn field<'a>(record: &'a Record, step: &str) -> Option<&'a Field> {
    match record.layout {
        Layout::Object => record.fields.iter().find(|f| f.wire == step),
        Layout::Array => record.fields.get(step.parse::<usize>().ok()?),
    }
}

/// A piece of a payload that must not be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hidden {
    pub(crate) span: Range<usize>,
    /// What stands in its place.
    pub(crate) shown: &'static str,
    pub(crate) why: Why,
    /// Our name for it, where the spec describes it.
    pub(crate) name: Option<String>,
    /// What it may be, where the spec describes it.
    pub(crate) types: Vec<TypeRef>,
}

/// Why a piece of a payload must not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The spec marks it.
    Marked(Sensitivity),
    /// Its name says so, and nothing describes it.
    Named,
    /// Nothing describes it.
    Undescribed,
}

impl Hidden {
    #[cfg(test)]
    pub(crate) fn masked(span: Range<usize>) -> Self {
        Hidden::guessed(span, MASK, Why::Undescribed)
    }

    fn guessed(span: Range<usize>, shown: &'static str, why: Why) -> Self {
        Hidden {
            span,
            shown,
            why,
            name: None,
            types: Vec::new(),
        }
    }
}

/// What stands in place of text that no spec describes: nothing says whether it may be shown.
const UNSEEN: &str = "\"…\"";

/// Who is to read a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Whoever sees a report: of what the spec describes, too, only plain text is for them.
    OfReports,
    /// Whoever checks the scrubbed copy: what the spec describes and does not mark stays.
    OfCopies,
}

/// The pieces of a payload that its reader must not see, of those that touch `window`. In order, apart
/// from each other. What the spec marks is masked, and so is what is not described and has a telling name;
/// other strings that are not described are left out, unless they are one of `tags`.
pub(crate) fn secrets(
    api: &Api,
    root: &[&TypeRef],
    payload: &[u8],
    window: &Range<usize>,
    tags: &[&str],
    reader: Reader,
) -> Vec<Hidden> {
    if serde_json::from_slice::<serde::de::IgnoredAny>(payload).is_err() {
        return guesses(payload, window, reader);
    }
    let start = payload.iter().position(|b| !lex::is_space(*b)).unwrap_or(0);
    // It is one value, so it ends where the text does.
    let end = payload
        .iter()
        .rposition(|b| !lex::is_space(*b))
        .unwrap_or(0)
        + 1;
    let mut walk = Walk {
        api,
        payload,
        window,
        tags,
        reader,
        out: Vec::new(),
    };
    walk.value(start..end, root, None, "", 0);
    walk.out
}

struct Walk<'a, 'p> {
    api: &'a Api,
    payload: &'p [u8],
    window: &'p Range<usize>,
    /// Names of members that tell messages apart: their values need no description.
    tags: &'p [&'p str],
    reader: Reader,
    out: Vec<Hidden>,
}

impl<'a> Walk<'a, '_> {
    /// `types` is empty below what is not described; names then have to do.
    fn value(
        &mut self,
        span: Range<usize>,
        types: &[&'a TypeRef],
        mark: Option<Sensitivity>,
        name: &str,
        depth: usize,
    ) {
        if span.end <= self.window.start || span.start >= self.window.end {
            return;
        }
        let mut alternatives = Vec::new();
        let mut sensitive = mark;
        for ty in types {
            shapes(self.api, ty, &mut alternatives, &mut sensitive, 0);
        }
        let described = !types.is_empty();
        if let Some(mark) = sensitive {
            let mut hidden = Hidden::guessed(span, MASK, Why::Named);
            if described {
                hidden.why = Why::Marked(mark);
                hidden.name = Some(name.to_owned());
                hidden.types = types.iter().map(|ty| (*ty).clone()).collect();
            }
            self.out.push(hidden);
            return;
        }
        if depth > DEPTH {
            self.out.push(Hidden::guessed(span, MASK, Why::Undescribed));
            return;
        }
        let described = alternatives
            .iter()
            .any(|shape| !matches!(shape, Shape::Open));
        let tag = depth <= 1 && self.tags.contains(&name);
        match self.payload[span.start] {
            b'{' => self.object(&span, &alternatives, depth),
            b'[' => self.array(&span, &alternatives, depth),
            b'"' if !(described || tag) || !self.is_plain(&span, types) => {
                let hidden = Hidden::guessed(span, UNSEEN, Why::Undescribed);
                self.out.push(hidden);
            }
            _ => {}
        }
    }

    /// Whether a string may be shown: a spec has it, or anybody may see such a text.
    fn is_plain(&self, span: &Range<usize>, types: &[&TypeRef]) -> bool {
        if self.reader == Reader::OfCopies {
            return true;
        }
        let Some(text) = lex::unquote(&self.payload[span.clone()]) else {
            return false;
        };
        let lists = |ty: &&TypeRef| match ty {
            TypeRef::Named(id) => match self.api.types.get(*id).map(|ty| &ty.kind) {
                Some(TypeKind::Enum(of)) => {
                    let mut values = of.values.iter();
                    values.any(|value| matches!(&value.wire, Literal::Str(it) if *it == text))
                }
                _ => false,
            },
            _ => false,
        };
        shown::value(&text) || types.iter().any(lists)
    }

    fn object(&mut self, span: &Range<usize>, alternatives: &[Shape<'a>], depth: usize) {
        for (key, value) in lex::members(self.payload, span.start) {
            if value.end <= self.window.start {
                continue;
            }
            if key.start >= self.window.end {
                break;
            }
            // No spec has a name of that length, and it may be as long as the file.
            if key.len() > 6 * self.window.len() {
                self.out
                    .push(Hidden::guessed(key, UNSEEN, Why::Undescribed));
                self.value(value, &[], Some(Sensitivity::Secret), "", depth + 1);
                continue;
            }
            let name = lex::unquote(&self.payload[key.clone()]).unwrap_or_default();
            let mut types = Vec::new();
            let mut mark = None;
            let mut named = self.reader == Reader::OfCopies || shown::name(&name);
            for shape in alternatives {
                match shape {
                    Shape::Record(record) if record.layout == Layout::Object => {
                        if let Some(field) = field(record, &name) {
                            named = true;
                            types.push(&field.ty);
                            mark = mark.or(field.sensitivity);
                        }
                    }
                    Shape::Map(of) => types.push(of),
                    _ => {}
                }
            }
            if !named {
                self.out
                    .push(Hidden::guessed(key, UNSEEN, Why::Undescribed));
            }
            if types.is_empty() && sounds_secret(&name) {
                mark = Some(Sensitivity::Secret);
            }
            self.value(value, &types, mark, &name, depth + 1);
        }
    }

    fn array(&mut self, span: &Range<usize>, alternatives: &[Shape<'a>], depth: usize) {
        for (n, value) in lex::elements(self.payload, span.start).enumerate() {
            if value.end <= self.window.start {
                continue;
            }
            if value.start >= self.window.end {
                break;
            }
            let mut types = Vec::new();
            let mut mark = None;
            let mut name = n.to_string();
            for shape in alternatives {
                match shape {
                    Shape::Record(record) if record.layout == Layout::Array => {
                        if let Some(field) = record.fields.get(n) {
                            types.push(&field.ty);
                            mark = mark.or(field.sensitivity);
                            name.clone_from(&field.name);
                        }
                    }
                    Shape::List(of) => types.push(of),
                    _ => {}
                }
            }
            self.value(value, &types, mark, &name, depth + 1);
        }
    }
}

/// Whether a name that no spec describes may well name a secret or a person.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    const PARTS: [&str; 22] = [
        "secret",
        "token",
        "passw",
        "apikey",
        "privatekey",
        "authorization",
        "signature",
        "cookie",
        "session",
        "credential",
        "email",
        "phone",
        "address",
        "account",
        "iban",
        "routing",
        "birth",
        "ssn",
        "taxid",
        "passport",
        "firstname",
        "lastname",
    ];
    PARTS.iter().any(|part| plain.contains(part))
        || matches!(
            plain.as_str(),
            "key" | "sign" | "sig" | "jwt" | "otp" | "pin"
        )
}

/// For text that is not JSON, so that nothing says what stands where: every quoted value, and every
/// unquoted run longer than a word of JSON or of a programming language.
fn guesses(payload: &[u8], window: &Range<usize>, reader: Reader) -> Vec<Hidden> {
    let mut out = Vec::new();
    let mut tokens = lex::Lexer::new(payload, 0).peekable();
    while let Some(token) = tokens.next() {
        if token.span.start >= window.end {
            break;
        }
        let is_name = tokens
            .peek()
            .is_some_and(|t| t.kind == lex::Kind::Punct(b':'));
        let text = || String::from_utf8_lossy(&payload[token.span.clone()]);
        // What it is quoted with is shown.
        let within = |text: &str, shows: fn(&str) -> bool| {
            reader == Reader::OfCopies
                || shows(text.trim_matches(|c: char| c.is_ascii_punctuation()))
        };
        let hidden = match token.kind {
            lex::Kind::Punct(_) => false,
            lex::Kind::Text if is_name => !within(&text(), shown::name),
            lex::Kind::Text => token.span.len() > 2,
            lex::Kind::Cut => true,
            lex::Kind::Word if is_name => token.span.len() > 9 || !within(&text(), shown::name),
            lex::Kind::Word => token.span.len() > 9 || !within(&text(), shown::value),
        };
        if hidden && token.span.end > window.start {
            out.push(Hidden::guessed(token.span, MASK, Why::Undescribed));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use venue_schema::ir::{
        Constraints, ListedAs, Location, Meta, Presence, Provenance, Type, UnknownFields,
    };

    fn named(name: &str, ty: TypeRef, sensitivity: Option<Sensitivity>) -> Field {
        Field {
            name: name.into(),
            wire: name.into(),
            doc: String::new(),
            ty,
            presence: Presence::Required,
            empty_is_none: false,
            constant: None,
            default: None,
            batch: false,
            constraints: Constraints::default(),
            unit: None,
            sensitivity,
            provenance: Provenance::default(),
            at: Location::default(),
        }
    }

    fn record(layout: Layout, fields: Vec<Field>) -> Type {
        let kind = TypeKind::Record(Record {
            layout,
            unknown_fields: UnknownFields::Drift,
            fields,
            rules: vec![],
        });
        Type {
            name: "T".into(),
            meta: Meta::default(),
            listed_as: ListedAs::Type,
            kind,
        }
    }

    /// `{levels: [[price, key]], by_pair: {pair: {name, token!, any: json}}}`
    fn api() -> Api {
        let list = |t| TypeRef::List(Box::new(t));
        Api {
            types: vec![
                record(
                    Layout::Object,
                    vec![
                        named("levels", list(TypeRef::Named(1)), None),
                        named("by_pair", TypeRef::Map(Box::new(TypeRef::Named(2))), None),
                    ],
                ),
                record(
                    Layout::Array,
                    vec![
                        named("price", TypeRef::String, None),
                        named("key", TypeRef::String, Some(Sensitivity::Secret)),
                    ],
                ),
                record(
                    Layout::Object,
                    vec![
                        named("name", TypeRef::String, None),
                        named("token", TypeRef::String, Some(Sensitivity::Secret)),
                        named("any", TypeRef::Json, None),
                    ],
                ),
            ],
            ..Api::default()
        }
    }

    #[test]
    fn pointers_keep_places_and_drop_counts() {
        let root = TypeRef::Named(0);
        for (pointer, normal) in [
            ("", ""),
            ("/levels/17/0", "/levels/*/0"),
            ("/levels/17/2", "/levels/*/2"),
            ("/by_pair/btcusd/name", "/by_pair/*/name"),
            ("/by_pair/btc~1usd/new", "/by_pair/*/new"),
            ("/new/4", "/new/*"),
            ("/new", "/new"),
        ] {
            assert_eq!(normalise(&api(), &[&root], pointer), normal, "{pointer}");
        }
        assert_eq!(path(&api(), &[&root], "/levels/17/0"), "levels[17].price");
        assert_eq!(
            path(&api(), &[&root], "/by_pair/btcusd/name"),
            "by_pair.btcusd.name"
        );
        assert_eq!(path(&api(), &[&root], "/levels/17/2"), "levels[17][2]");
    }

    #[test]
    fn secrets_are_found_by_type_by_name_and_in_rubbish() {
        let root = TypeRef::Named(0);
        for (payload, hidden) in [
            (
                r#"{"levels":[["1","k1"],["2","k2"]]}"#,
                vec!["\"k1\"", "\"k2\""],
            ),
            (
                r#"{"by_pair":{"x":{"name":"n","token":{"a":[1]},"any":{"apiKey":"z","q":"y"}}}}"#,
                vec!["{\"a\":[1]}", "\"z\"", "\"y\""],
            ),
            (r#"{"new":{"email":"a@b","n":1}}"#, vec!["\"a@b\""]),
            (
                r#"{'apiKey': 'abcdefghijkl', "n": "v", "x": 1,}"#,
                vec!["'abcdefghijkl'", "\"v\""],
            ),
            (r#"{"token":"abc"#, vec!["\"abc"]),
        ] {
            let found = secrets(
                &api(),
                &[&root],
                payload.as_bytes(),
                &(0..payload.len()),
                &[],
                Reader::OfCopies,
            );
            let found: Vec<_> = found.into_iter().map(|h| &payload[h.span]).collect();
            assert_eq!(found, hidden, "{payload}");
        }
    }
}
