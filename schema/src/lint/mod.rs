//! Judging a spec: one file per rule, whose opening comment is what `venue explain` prints.
//!
//! Rules that `parse` and `resolve` apply stand here too, each with the words of its message, so
//! that there is one register of all of them. The others look at the resolved API alone.

use std::sync::LazyLock;

use crate::diagnostic::{Diagnostic, Severity};
use crate::ir::Api;

/// A rule, as its file declares it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Stable id: the fault, in kebab-case.
    pub(crate) id: &'static str,
    /// How bad it is to break it.
    pub(crate) severity: Severity,
    /// The source of its file, for the opening comment.
    pub(crate) text: &'static str,
}

/// A rule, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDoc {
    /// Stable id: the fault, in kebab-case.
    pub id: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// The fault in one sentence.
    pub summary: String,
    /// All there is to say, in Markdown; the summary is its first paragraph.
    pub doc: String,
}

impl RuleDoc {
    fn of(rule: &Rule) -> RuleDoc {
        let lines = rule.text.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<&str> = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let doc = lines.join("\n").trim().to_owned();
        let summary = doc.split("\n\n").next().unwrap_or("").replace('\n', " ");
        RuleDoc {
            id: rule.id,
            severity: rule.severity,
            summary,
            doc,
        }
    }
}

macro_rules! rules {
    ($($name:ident)*) => {
        $(pub(crate) mod $name;)*
        static RULES: &[(&str, Rule)] = &[$((stringify!($name), $name::RULE),)*];
    };
}

rules! {
    bad_name
    bad_template
    bad_type_expression
    bad_value
    broken_toml
    channel_parameter_mismatch
    cyclic_alias
    dangling_name
    duplicate_name
    endless_record
    impossible_bounds
    misplaced_key
    missing_key
    path_parameter_mismatch
    unknown_choice
    unknown_key
    wrong_type
}

/// Every rule that the reader knows, by id.
pub fn rules() -> &'static [RuleDoc] {
    static DOCS: LazyLock<Vec<RuleDoc>> =
        LazyLock::new(|| RULES.iter().map(|(_, rule)| RuleDoc::of(rule)).collect());
    &DOCS
}

/// Judges a resolved API by the rules that look at the whole of it.
pub fn lint(api: &Api) -> Vec<Diagnostic> {
    let _ = api;
    Vec::new()
}

/// The same for an API with errors in it: only what does not follow from them.
pub(crate) fn lint_broken(api: &Api) -> Vec<Diagnostic> {
    let _ = api;
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_documented_under_its_file_s_name() {
        for ((file, rule), doc) in RULES.iter().zip(rules()) {
            assert_eq!(rule.id, file.replace('_', "-"));
            assert!(
                doc.summary.ends_with('.') && doc.doc.len() > doc.summary.len(),
                "{file}"
            );
        }
    }
}
