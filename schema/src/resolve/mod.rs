//! AST to model: names become ids, what is left out gets its default, provenance is inherited.
//!
//! Resolving never stops: what cannot be resolved is reported and replaced by something harmless
//! (`json` for a type), so that the rest is looked at as well.

mod apis;
mod auth;
mod cycles;
mod declare;
mod ends;
mod enums;
mod expression;
mod feeds;
pub(crate) mod fields;
mod knowledge;
mod matches;
pub(crate) mod names;
mod operations;
mod scalars;
pub(crate) mod template;
mod types;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::ast::{self, Stated, Text};
use crate::diagnostic::{Diagnostic, Label};
use crate::ir::{self, Location, Meta, Provenance};
use crate::lines::Lines;
use crate::lint::{bad_name, bad_value, dangling_name, duplicate_name, missing_key};
use declare::Declared;
use names::Case;

/// Resolves the files of one API. Whatever they say, there is a model of all that holds together.
pub fn resolve(mut files: Vec<ast::File>) -> (ir::Api, Vec<Diagnostic>) {
    files.sort_by_key(|file| reading_order(&file.path));
    let declared = Declared::of(&files);
    let mut resolver = Resolver::new(&files, &declared);
    resolver.run();
    let Resolver {
        api,
        mut diagnostics,
        ..
    } = resolver;
    diagnostics.sort_by_key(Diagnostic::position);
    (api, diagnostics)
}

/// The stem of a path: the name of the section that the file describes.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Sorts `api` first, then `types`, then the sections by name.
pub(crate) fn reading_order(path: &str) -> (u8, String, String) {
    let rank = match stem(path) {
        "api" => 0,
        "types" => 1,
        _ => 2,
    };
    (rank, stem(path).to_owned(), path.to_owned())
}

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entity {
    Type(usize),
    Server,
    Socket,
    Auth,
    Limit,
    Error,
    Operation(usize),
    Feed(usize),
    Command(usize),
    Message(usize),
}

/// The files being resolved into one API.
struct Resolver<'a> {
    files: &'a [ast::File],
    lines: Vec<Lines>,
    declared: &'a Declared<'a>,
    /// Ids without the API's, and where they were given.
    ids: BTreeMap<String, (Entity, Location)>,
    api: ir::Api,
    /// Values to hold against types once all are known.
    pending: Vec<fields::Pending>,
    diagnostics: Vec<Diagnostic>,
}

/// Where an entry stands: its file, the path of its keys, and the provenance it inherits.
#[derive(Debug, Clone)]
struct Scope {
    file: usize,
    path: String,
    provenance: Provenance,
}

impl Scope {
    /// The scope of an entry below.
    fn below(&self, key: &str) -> Scope {
        Scope {
            path: format!("{}.{key}", self.path),
            ..self.clone()
        }
    }
}

/// What [`Resolver::meta`] needs to know of an entry.
struct Entry<'a> {
    entity: Entity,
    /// First part of its id: `feed.`; empty for operations.
    prefix: &'static str,
    name: &'a Text,
    /// Last part of its id.
    id_name: String,
    id: Option<&'a Text>,
    doc: Option<&'a String>,
    stated: Stated<'a>,
}

impl<'a> Resolver<'a> {
    fn new(files: &'a [ast::File], declared: &'a Declared<'a>) -> Self {
        Resolver {
            files,
            lines: files.iter().map(|file| Lines::new(&file.text)).collect(),
            declared,
            ids: BTreeMap::new(),
            api: ir::Api::default(),
            pending: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    fn run(&mut self) {
        self.apis();
        self.report_duplicates();
        self.types();
        self.limits();
        self.servers();
        self.sockets();
        self.commands();
        self.auth();
        self.errors();
        self.messages();
        self.operations();
        self.feeds();
        self.answers();
        self.check_pending();
        self.cycles();
        self.knowledge();
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn at(&self, file: usize, span: &Range<usize>) -> Location {
        match self.lines.get(file) {
            Some(lines) => lines.location(file, span.clone()),
            None => Location {
                file,
                span: span.clone(),
                line: 1,
            },
        }
    }

    fn label(&self, file: usize, span: &Range<usize>, says: impl Into<String>) -> Label {
        self.label_at(&self.at(file, span), says)
    }

    fn label_at(&self, location: &Location, says: impl Into<String>) -> Label {
        match self.files.get(location.file) {
            Some(file) => Label::new(&file.path, &file.text, location.clone(), says),
            None => Label::new(&"".into(), "", location.clone(), says),
        }
    }

    /// The place of a part of a string, given its bytes in the content.
    fn inside(&self, file: usize, text: &Text, part: &Range<usize>) -> Range<usize> {
        let Some(source) = self.files.get(file) else {
            return text.span.clone();
        };
        let start = crate::lines::content_start(&source.text, &text.span);
        let found = source.text.get(start + part.start..start + part.end);
        // With escapes in the string the offsets do not hold: then the whole has to do.
        match found == text.value.get(part.clone()) && found.is_some() {
            true => start + part.start..start + part.end,
            false => text.span.clone(),
        }
    }

    /// The scope of an entry of a file: `kind.name`.
    fn scope(&self, file: usize, kind: &str, name: &str) -> Scope {
        let provenance = match self.api.sections.get(file) {
            Some(section) => section.provenance.clone(),
            None => Provenance::default(),
        };
        Scope {
            file,
            path: format!("{kind}.{name}"),
            provenance,
        }
    }

    /// What is stated, the rest inherited.
    fn provenance(&mut self, file: usize, parent: &Provenance, stated: Stated<'_>) -> Provenance {
        if let Some(as_of) = stated.as_of.filter(|as_of| !is_date(&as_of.value)) {
            let label = self.label(file, &as_of.span, "");
            let message = format!("`{}` is not a date", as_of.value);
            self.report(bad_value::at(message, label).help("a year, `2018-08` or `2018-08-16`"));
        }
        let source = stated
            .source
            .map(|source| source.value.trim())
            .filter(|s| !s.is_empty());
        Provenance {
            source: source.unwrap_or(&parent.source).to_owned(),
            as_of: stated
                .as_of
                .map(|as_of| as_of.value.clone())
                .or_else(|| parent.as_of.clone()),
            evidence: stated.evidence.map_or(parent.evidence, words::evidence),
        }
    }

    /// Doc, provenance and id of an entry; the id is entered into the register.
    fn meta(&mut self, scope: &Scope, entry: Entry<'_>) -> Meta {
        let provenance = self.provenance(scope.file, &scope.provenance, entry.stated);
        let at = self.at(scope.file, &entry.name.span);
        let local = match entry.id {
            Some(id) => id.value.clone(),
            None => format!("{}{}", entry.prefix, entry.id_name),
        };
        let span = entry.id.map_or(&entry.name.span, |id| &id.span);
        let stated_at = self.at(scope.file, span);
        match self.ids.get(&local) {
            Some((_, first)) => {
                let (again, first) = (
                    self.label_at(&stated_at, "again here"),
                    self.label_at(first, "first here"),
                );
                self.report(duplicate_name::of("the id", &local, again, first));
            }
            None => {
                self.ids.insert(local.clone(), (entry.entity, stated_at));
            }
        }
        Meta {
            id: format!("{}.{local}", self.api.id),
            doc: trimmed(entry.doc),
            section: scope.file,
            provenance,
            at,
        }
    }

    /// Reports a key that must be there, unless it is there and was wrong.
    fn missing(&mut self, scope: &Scope, key: &str, what: &str, span: &Range<usize>) {
        let path = format!("{}.{key}", scope.path);
        if !self.files[scope.file].pruned.contains(&path) {
            let label = self.label(scope.file, span, "");
            self.report(missing_key::at(what, key, label));
        }
    }

    /// Reports a name that is not there, unless what it names was left out as faulty.
    fn dangling(
        &mut self,
        file: usize,
        kind: &str,
        name: &str,
        near: Option<&str>,
        span: &Range<usize>,
    ) {
        let pruned = |file: &ast::File| {
            file.pruned
                .iter()
                .any(|path| path.rsplit('.').next() == Some(name))
        };
        if !self.files.iter().any(pruned) {
            let label = self.label(file, span, "");
            self.report(dangling_name::at(kind, name, near, label));
        }
    }

    /// Looks at the spelling of a name.
    fn check_name(&mut self, file: usize, kind: &str, case: Case, name: &Text) {
        if !case.holds(&name.value) {
            let label = self.label(file, &name.span, "");
            let proposal = case.spell(&name.value);
            self.report(bad_name::at(
                kind,
                &name.value,
                case.style(),
                &proposal,
                label,
            ));
        }
    }

    /// Reports the names that come twice within a kind, over all files.
    fn report_duplicates(&mut self) {
        let mut reported = BTreeSet::new();
        for twice in &self.declared.duplicates {
            if reported.insert((twice.file, twice.span.start)) {
                let again = self.label(twice.file, &twice.span, "again here");
                let first = self.label(twice.first.0, &twice.first.1, "first here");
                self.report(duplicate_name::of(twice.kind, &twice.name, again, first));
            }
        }
    }
}

/// A doc text without blank ends.
fn trimmed(doc: Option<&String>) -> String {
    doc.map(|doc| doc.trim().to_owned()).unwrap_or_default()
}

/// Whether a text is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let within =
        |part: &str, max| digits(part, 2) && (1..=max).contains(&part.parse().unwrap_or(0));
    match parts.as_slice() {
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && within(month, 12u32),
        [year, month, day] => digits(year, 4) && within(month, 12) && within(day, 31),
        _ => false,
    }
}
