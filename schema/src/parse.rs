//! Text to AST: `parse` reads one spec file and reports every syntax error, unknown key and wrong
//! type in it, each once and at its own place.
//!
//! serde stops at the first error. So the TOML tree is deserialised again and again: what an
//! error points at is cut out of the tree, until the rest is sound.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::de::{DeArray, DeTable, DeValue};

use crate::ast;
use crate::diagnostic::{Diagnostic, Label, suggestion};
use crate::lines::Lines;
use crate::lint::{broken_toml, duplicate_name, unknown_choice, unknown_key, wrong_type};

/// Errors of one file after which the rest is not looked at: each costs a pass over the file.
const MAX_ERRORS: usize = 200;

/// Parses one file. Whatever the text, there is an AST of all that could be read. Locations in
/// the diagnostics have file 0: the caller knows which it is.
pub fn parse(path: &str, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let mut parser = Parser {
        path: path.into(),
        text,
        lines: Lines::new(text),
        diagnostics: Vec::new(),
        broken_lines: BTreeSet::new(),
        pruned: BTreeSet::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    parser.syntax(&errors);
    let spec = parser.deserialize(table);
    parser.diagnostics.sort_by_key(Diagnostic::position);
    let file = ast::File {
        path: parser.path,
        text: text.into(),
        spec,
        pruned: parser.pruned,
    };
    (file, parser.diagnostics)
}

struct Parser<'a> {
    path: Arc<str>,
    text: &'a str,
    lines: Lines,
    diagnostics: Vec<Diagnostic>,
    /// Lines with a syntax error: what else seems wrong there follows from it.
    broken_lines: BTreeSet<u32>,
    pruned: BTreeSet<String>,
}

impl Parser<'_> {
    fn label(&self, span: Range<usize>, says: impl Into<String>) -> Label {
        Label::new(&self.path, self.text, self.lines.location(0, span), says)
    }

    /// Reports the first syntax error of each line; the others mostly follow from it.
    fn syntax(&mut self, errors: &[toml::de::Error]) {
        let mut errors: Vec<_> = errors
            .iter()
            .map(|error| (error.span().unwrap_or(0..0), error.message()))
            .collect();
        errors.sort_by_key(|(span, _)| (span.start, span.end));
        for (span, message) in errors {
            if !self.broken_lines.insert(self.lines.line(span.start)) {
                continue;
            }
            let diagnostic = match message {
                "duplicate key" => {
                    let name = self.text.get(span.clone()).unwrap_or("").to_owned();
                    let first = self.first_definition(&name, span.start);
                    let first = first.map(|span| self.label(span, "first here"));
                    duplicate_name::in_toml(&name, self.label(span, "again here"), first)
                }
                _ => broken_toml::at(message, self.label(span, "")),
            };
            self.diagnostics.push(diagnostic);
        }
    }

    /// Where the key at `at`, which comes twice, came first: the same header, or the same key
    /// since the last header.
    fn first_definition(&self, name: &str, at: usize) -> Option<Range<usize>> {
        let before = self.text.get(..at)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text.get(line_start..)?.lines().next()?.trim();
        let mut found = None;
        let mut offset = 0;
        for candidate in self.text.get(..line_start)?.split_inclusive('\n') {
            let (start, candidate) = (offset, candidate.trim_end());
            offset += candidate.len() + self.text.get(start + candidate.len()..)?.find('\n')? + 1;
            let same = match line.starts_with('[') {
                true => candidate.trim() == line,
                false if candidate.starts_with('[') => {
                    found = None;
                    false
                }
                false => candidate
                    .split('=')
                    .next()
                    .is_some_and(|key| key.trim() == name),
            };
            if same && found.is_none() {
                let column = candidate.rfind(name)?.min(candidate.find(name)?);
                found = Some(start + column..start + column + name.len());
            }
        }
        found
    }

    /// Deserialises the tree, cutting out what is wrong with it.
    fn deserialize(&mut self, table: toml::Spanned<DeTable<'_>>) -> ast::Spec {
        let mut root = table.into_inner();
        for _ in 0..MAX_ERRORS {
            let whole = toml::Spanned::new(0..0, root.clone());
            let error = match ast::Spec::deserialize(toml::de::Deserializer::from(whole)) {
                Ok(spec) => return spec,
                Err(error) => error,
            };
            let span = error.span().unwrap_or(0..0);
            let mut path = Vec::new();
            let cut = cut(&mut root, &span, &mut path);
            if !self.broken_lines.contains(&self.lines.line(span.start)) {
                let diagnostic = self.structural(error.message(), span, &path);
                self.diagnostics.push(diagnostic);
            }
            self.pruned.insert(path.join("."));
            if !cut {
                break;
            }
        }
        ast::Spec::default()
    }

    /// Words an error of serde.
    fn structural(&self, message: &str, span: Range<usize>, path: &[String]) -> Diagnostic {
        let quoted = |text: &str| -> Vec<String> {
            text.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        if message.starts_with("unknown field `") {
            let names = quoted(message);
            let known: Vec<&str> = names.iter().skip(1).map(String::as_str).collect();
            let given = names.first().map_or("", String::as_str);
            let near = suggestion(given, known.iter().copied());
            return unknown_key::at(given, &known, near, place(path), self.label(span, ""));
        }
        if message.starts_with("unknown variant `") {
            let names = quoted(message);
            let known: Vec<&str> = names.iter().skip(1).map(String::as_str).collect();
            let given = names.first().map_or("", String::as_str);
            let near = suggestion(given, known.iter().copied());
            let key = path.last().map_or("", String::as_str);
            return unknown_choice::at(key, given, &known, near, self.label(span, ""));
        }
        let key = path.last().map_or("", String::as_str);
        let raw = self.text.get(span.clone()).unwrap_or("");
        wrong_type::at(key, message, raw, self.label(span, ""))
    }
}

/// What an unknown key was found in, for the message: `a field`, `an operation`.
fn place(path: &[String]) -> &'static str {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] | [_] => "a spec file",
        [_, _] if matches!(path[0], "api") => "`[api]`",
        [_, _] if matches!(path[0], "section") => "`[section]`",
        ["record", _, "rules", ..] => "a rule",
        ["record", _, "fields", _, _] => "a field",
        ["record", ..] => "a record",
        ["enum", _, "values", ..] => "an enum's value",
        ["enum", ..] => "an enum",
        ["scalar", ..] => "a scalar",
        ["union", _, "variants", _, "match", ..] => "a condition of `match`",
        ["union", _, "variants", ..] => "a variant",
        ["union", ..] => "a union",
        ["operation", _, "path-params" | "query" | "headers", ..] => "a parameter",
        ["operation", _, "rules", ..] => "a rule",
        ["operation", _, "body", ..] => "a body",
        ["operation", _, "responses", ..] => "a response",
        ["operation", _, "pagination", ..] => "`pagination`",
        ["operation", ..] => "an operation",
        ["feed", _, "params", ..] => "a parameter",
        ["feed", _, "messages", _, "match", ..] => "a condition of `match`",
        ["feed", _, "messages", ..] => "a message",
        ["feed", _, "sequence", ..] => "`sequence`",
        ["feed", ..] => "a feed",
        ["message" | "command", _, "match", ..] => "a condition of `match`",
        ["message", ..] => "a message",
        ["command", ..] => "a command",
        ["server", ..] => "a server",
        ["socket", ..] => "a socket",
        ["auth", _, "vectors", ..] => "a test vector",
        ["auth", ..] => "an authentication",
        ["limit", ..] => "a limit",
        ["error", ..] => "an error",
        ["example", ..] => "an example",
        ["erratum", _, "claims", ..] => "a claim",
        ["erratum", ..] => "an erratum",
        ["unknown", ..] => "an unknown",
        _ => "this table",
    }
}

/// Removes the smallest entry whose key or value the span is, or else the innermost one that it
/// lies in, and notes the path to it. False if there is none.
fn cut(table: &mut DeTable<'_>, span: &Range<usize>, path: &mut Vec<String>) -> bool {
    if let Some(found) = find(table, &|place| place == *span) {
        path.extend(found.iter().map(Step::name));
        return remove(table, &found);
    }
    let covers = |place: Range<usize>| place.start <= span.start && span.end <= place.end;
    if let Some(found) = find(table, &covers) {
        path.extend(found.iter().map(Step::name));
        return remove(table, &found);
    }
    false
}

/// One step from a table or array into it.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    fn name(&self) -> String {
        match self {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        }
    }
}

/// The deepest entry whose key or value has a span that is wanted.
fn find(table: &DeTable<'_>, wanted: &dyn Fn(Range<usize>) -> bool) -> Option<Vec<Step>> {
    for (key, value) in table.iter() {
        let step = Step::Key(key.get_ref().to_string());
        let here = wanted(key.span()) || wanted(value.span());
        if let Some(mut path) = find_in(value.get_ref(), wanted) {
            path.insert(0, step);
            return Some(path);
        }
        if here {
            return Some(vec![step]);
        }
    }
    None
}

fn find_in(value: &DeValue<'_>, wanted: &dyn Fn(Range<usize>) -> bool) -> Option<Vec<Step>> {
    match value {
        DeValue::Table(table) => find(table, wanted),
        DeValue::Array(array) => array.iter().enumerate().find_map(|(index, element)| {
            let step = Step::Index(index);
            match find_in(element.get_ref(), wanted) {
                Some(mut path) => {
                    path.insert(0, step);
                    Some(path)
                }
                None => wanted(element.span()).then(|| vec![step]),
            }
        }),
        _ => None,
    }
}

fn remove(table: &mut DeTable<'_>, path: &[Step]) -> bool {
    let Some((Step::Key(key), rest)) = path.split_first() else {
        return false;
    };
    if rest.is_empty() {
        return table.remove(key.as_str()).is_some();
    }
    table
        .get_mut(key.as_str())
        .is_some_and(|value| remove_in(value.get_mut(), rest))
}

fn remove_in(value: &mut DeValue<'_>, path: &[Step]) -> bool {
    match (value, path) {
        (DeValue::Table(table), path) => remove(table, path),
        (DeValue::Array(array), [Step::Index(index)]) if *index < array.len() => {
            let elements = std::mem::replace(array, DeArray::new())
                .into_iter()
                .enumerate();
            *array = elements
                .filter(|(at, _)| at != index)
                .map(|(_, element)| element)
                .collect();
            true
        }
        (DeValue::Array(array), [Step::Index(index), rest @ ..]) => array
            .get_mut(*index)
            .is_some_and(|value| remove_in(value.get_mut(), rest)),
        _ => false,
    }
}
