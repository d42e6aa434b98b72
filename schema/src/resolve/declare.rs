//! The names of all files, gathered before anything is resolved: who refers to whom does not
//! depend on the order of files.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::ast::{self, Text};

/// An entry of a spec and its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a, E> {
    pub(super) file: usize,
    pub(super) name: &'a Text,
    pub(super) entry: E,
}

/// The entries of one kind, in the order of the files, and their indices by name.
#[derive(Debug)]
pub(super) struct Kind<'a, E> {
    pub(super) items: Vec<Item<'a, E>>,
    by_name: BTreeMap<&'a str, usize>,
}

impl<E> Kind<'_, E> {
    /// The index of a name.
    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().copied()
    }
}

/// A name that comes twice.
#[derive(Debug)]
pub(super) struct Twice {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) file: usize,
    pub(super) span: Range<usize>,
    pub(super) first: (usize, Range<usize>),
}

/// A named type, as written.
#[derive(Debug, Clone, Copy)]
pub(super) enum AnyType<'a> {
    Record(&'a ast::Record),
    Enum(&'a ast::Enum),
    Scalar(&'a ast::Scalar),
    Union(&'a ast::Union),
}

/// A message, as written, with the feed that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnyMessage<'a> {
    pub(super) feed: Option<usize>,
    pub(super) message: &'a ast::Message,
}

/// All names of an API.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    pub(super) types: Kind<'a, AnyType<'a>>,
    pub(super) servers: Kind<'a, &'a ast::Server>,
    pub(super) sockets: Kind<'a, &'a ast::Socket>,
    pub(super) auth: Kind<'a, &'a ast::Auth>,
    pub(super) limits: Kind<'a, &'a ast::Limit>,
    pub(super) errors: Kind<'a, &'a ast::ErrorCode>,
    pub(super) operations: Kind<'a, &'a ast::Operation>,
    pub(super) feeds: Kind<'a, &'a ast::Feed>,
    pub(super) commands: Kind<'a, &'a ast::Command>,
    /// Those of feeds and those outside, in the order of the text.
    pub(super) messages: Vec<Item<'a, AnyMessage<'a>>>,
    pub(super) duplicates: Vec<Twice>,
}

impl<'a> Declared<'a> {
    pub(super) fn of(files: &'a [ast::File]) -> Declared<'a> {
        let mut twice = Vec::new();
        let feeds = unique("the feed", entries(files, |spec| &spec.feed), &mut twice);
        Declared {
            types: unique("the type", types(files), &mut twice),
            servers: unique(
                "the server",
                entries(files, |spec| &spec.server),
                &mut twice,
            ),
            sockets: unique(
                "the socket",
                entries(files, |spec| &spec.socket),
                &mut twice,
            ),
            auth: unique(
                "the authentication",
                entries(files, |spec| &spec.auth),
                &mut twice,
            ),
            limits: unique("the limit", entries(files, |spec| &spec.limit), &mut twice),
            errors: unique("the error", entries(files, |spec| &spec.error), &mut twice),
            operations: unique(
                "the operation",
                entries(files, |spec| &spec.operation),
                &mut twice,
            ),
            commands: unique(
                "the command",
                entries(files, |spec| &spec.command),
                &mut twice,
            ),
            messages: messages(files, &feeds, &mut twice),
            feeds,
            duplicates: twice,
        }
    }
}

/// The entries of one table of all files.
fn entries<'a, T>(
    files: &'a [ast::File],
    table: impl Fn(&'a ast::Spec) -> &'a ast::Table<T>,
) -> Vec<Item<'a, &'a T>> {
    let mut items = Vec::new();
    for (file, source) in files.iter().enumerate() {
        items.extend(
            table(&source.spec)
                .iter()
                .map(|(name, entry)| Item { file, name, entry }),
        );
    }
    in_text_order(items)
}

/// A table keeps the order of its own keys; across tables the text decides.
fn in_text_order<E>(mut items: Vec<Item<'_, E>>) -> Vec<Item<'_, E>> {
    items.sort_by_key(|item| (item.file, item.name.span.start));
    items
}

/// Keeps the first of each name.
fn unique<'a, E>(
    kind: &'static str,
    items: Vec<Item<'a, E>>,
    twice: &mut Vec<Twice>,
) -> Kind<'a, E> {
    let mut kept: Kind<'a, E> = Kind {
        items: Vec::new(),
        by_name: BTreeMap::new(),
    };
    for item in items {
        match kept
            .by_name
            .get(item.name.value.as_str())
            .and_then(|at| kept.items.get(*at))
        {
            Some(first) => twice.push(Twice {
                kind,
                name: item.name.value.clone(),
                file: item.file,
                span: item.name.span.clone(),
                first: (first.file, first.name.span.clone()),
            }),
            None => {
                kept.by_name.insert(&item.name.value, kept.items.len());
                kept.items.push(item);
            }
        }
    }
    kept
}

/// The named types of all files, of all kinds, in the order of the text.
fn types(files: &[ast::File]) -> Vec<Item<'_, AnyType<'_>>> {
    let mut items = Vec::new();
    for (file, source) in files.iter().enumerate() {
        let spec = &source.spec;
        let item = |name, entry| Item { file, name, entry };
        items.extend(
            spec.record
                .iter()
                .map(|(name, it)| item(name, AnyType::Record(it))),
        );
        items.extend(
            spec.enums
                .iter()
                .map(|(name, it)| item(name, AnyType::Enum(it))),
        );
        items.extend(
            spec.scalar
                .iter()
                .map(|(name, it)| item(name, AnyType::Scalar(it))),
        );
        items.extend(
            spec.union
                .iter()
                .map(|(name, it)| item(name, AnyType::Union(it))),
        );
    }
    in_text_order(items)
}

/// The messages of all files, inside and outside of feeds, in the order of the text.
fn messages<'a>(
    files: &'a [ast::File],
    feeds: &Kind<'a, &'a ast::Feed>,
    twice: &mut Vec<Twice>,
) -> Vec<Item<'a, AnyMessage<'a>>> {
    let outside = unique("the message", entries(files, |spec| &spec.message), twice);
    let outside = outside
        .items
        .into_iter()
        .map(|Item { file, name, entry }| Item {
            file,
            name,
            entry: AnyMessage {
                feed: None,
                message: entry,
            },
        });
    let inside = feeds.items.iter().enumerate().flat_map(|(feed, item)| {
        item.entry.messages.iter().map(move |(name, entry)| Item {
            file: item.file,
            name,
            entry: AnyMessage {
                feed: Some(feed),
                message: &entry.0,
            },
        })
    });
    in_text_order(outside.chain(inside).collect())
}
