//! What the reader has to say about a spec: one fault, one message, one place.
//!
//! Diagnostics are data. They serialise to JSON as they are; the module `render` draws them.

use std::sync::Arc;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::ir::{Location, SpecFile};
use crate::lint::Rule;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably a mistake; the spec can be used.
    Warning,
    /// The spec does not say what to do.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in a spec file, and what to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The file's path.
    pub path: Arc<str>,
    /// The bytes meant.
    pub location: Location,
    /// 1-based column, in characters.
    pub column: u32,
    /// What to say of it; may be empty.
    pub text: String,
}

impl Label {
    /// A label on a span of a text.
    pub fn new(path: &Arc<str>, text: &str, location: Location, says: impl Into<String>) -> Label {
        let before = text.get(..location.span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or("").chars().count() + 1;
        Label {
            path: Arc::clone(path),
            location,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            text: says.into(),
        }
    }

    /// A label on a place in a resolved API.
    pub fn at(files: &[SpecFile], location: &Location, says: impl Into<String>) -> Label {
        match files.get(location.file) {
            Some(file) => Label::new(
                &file.path.as_str().into(),
                &file.text,
                location.clone(),
                says,
            ),
            None => Label::new(&"".into(), "", location.clone(), says),
        }
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut label = serializer.serialize_struct("Label", 6)?;
        label.serialize_field("path", &*self.path)?;
        label.serialize_field("line", &self.location.line)?;
        label.serialize_field("column", &self.column)?;
        label.serialize_field("start", &self.location.span.start)?;
        label.serialize_field("end", &self.location.span.end)?;
        label.serialize_field("text", &self.text)?;
        label.end()
    }
}

/// One fault of a spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable id of the rule that is broken.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The fault in one sentence, without a final full stop.
    pub message: String,
    /// Where it is.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault under a rule.
    pub(crate) fn new(rule: &Rule, message: impl Into<String>, primary: Label) -> Diagnostic {
        Diagnostic {
            rule: rule.id,
            severity: rule.severity,
            message: message.into(),
            primary,
            secondary: Vec::new(),
            help: None,
        }
    }

    /// With another place.
    pub(crate) fn with(mut self, label: Label) -> Diagnostic {
        self.secondary.push(label);
        self
    }

    /// With advice.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// With advice, if there is some.
    pub(crate) fn maybe_help(self, help: Option<String>) -> Diagnostic {
        Diagnostic {
            help: help.or(self.help.clone()),
            ..self
        }
    }

    /// Sort key: the order in which a reader of the files meets the faults.
    pub(crate) fn position(&self) -> (usize, usize, usize, &'static str) {
        let location = &self.primary.location;
        (
            location.file,
            location.span.start,
            location.span.end,
            self.rule,
        )
    }

    /// Moves all labels to the file of that index.
    pub(crate) fn in_file(mut self, file: usize) -> Diagnostic {
        self.primary.location.file = file;
        for label in &mut self.secondary {
            label.location.file = file;
        }
        self
    }
}

/// The name among `known` that was probably meant by `given`.
pub(crate) fn suggestion<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (given.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .filter(|name| *name != given)
        .map(|name| (distance(&given.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= limit || alike(given, name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The same but for case and separators, or one the other's singular.
fn alike(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        let text: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        text.to_lowercase().trim_end_matches('s').to_owned()
    };
    plain(a) == plain(b)
}

/// Edits between two words: insert, delete, replace, swap of neighbours.
fn distance(a: &str, b: &str) -> usize {
    // A long name is never a slip of a few keys from another, and must not cost a square.
    const LONGEST: usize = 64;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > LONGEST || b.len() > LONGEST {
        return LONGEST;
    }
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_near_name_only() {
        let known = ["quantity", "price", "unknown-fields", "min-length"];
        for (given, expected) in [
            ("quanttiy", Some("quantity")),
            ("unknown_fields", Some("unknown-fields")),
            ("Price", Some("price")),
            ("volume", None),
        ] {
            assert_eq!(suggestion(given, known), expected, "{given}");
        }
    }
}
