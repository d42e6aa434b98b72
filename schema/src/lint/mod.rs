//! Judging a spec: one file per rule, whose opening comment is what `venue explain` prints.
//!
//! Rules that `parse` and `resolve` apply stand here too, each with the words of its message, so
//! that there is one register of all of them. The others look at the resolved API alone.

mod implication;

use std::sync::LazyLock;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::ir::{Api, Field, Location, Meta, TypeKind, TypeRef};

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

/// When a rule can be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Whatever else is wrong.
    Nothing,
    /// Only to a spec without errors so far: what it sees may follow from them.
    Sound,
}

type Check = fn(&mut Lint<'_>);

macro_rules! rules {
    (reader: $($reader:ident)* ; lint: $($lint:ident $needs:ident,)*) => {
        $(pub(crate) mod $reader;)*
        $(mod $lint;)*
        static RULES: &[(&str, Rule)] = &[
            $((stringify!($reader), $reader::RULE),)*
            $((stringify!($lint), $lint::RULE),)*
        ];
        static CHECKS: &[(Needs, Check)] = &[$((Needs::$needs, $lint::check),)*];
    };
}

rules! {
    reader:
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
    ;
    lint:
    ambiguous_channel Nothing,
    ambiguous_message Sound,
    ambiguous_path Nothing,
    ambiguous_union Sound,
    contradictory_match Sound,
    duplicate_example Nothing,
    empty_type Sound,
    example_rejected Sound,
    example_without_source Nothing,
    idle_default Nothing,
    idle_rule Sound,
    missing_source Nothing,
    name_collision Nothing,
    open_state_enum Nothing,
    optional_before_required Nothing,
    overlapping_flags Nothing,
    personal_not_marked Nothing,
    scale_without_unit Nothing,
    secret_not_marked Nothing,
    silent_gap Sound,
    undocumented_item Nothing,
    unexplained_defect Nothing,
    unsafe_retry Sound,
    unsourced_erratum Nothing,
    unused_type Sound,
}

/// Every rule that the reader knows, by id.
pub fn rules() -> &'static [RuleDoc] {
    static DOCS: LazyLock<Vec<RuleDoc>> = LazyLock::new(|| {
        let mut docs: Vec<RuleDoc> = RULES.iter().map(|(_, rule)| RuleDoc::of(rule)).collect();
        docs.sort_by_key(|doc| doc.id);
        docs
    });
    &DOCS
}

/// Judges a resolved API by the rules that look at the whole of it.
pub fn lint(api: &Api) -> Vec<Diagnostic> {
    run(api, &[Needs::Nothing, Needs::Sound])
}

/// The same for an API with errors in it: only what does not follow from them.
pub(crate) fn lint_broken(api: &Api) -> Vec<Diagnostic> {
    run(api, &[Needs::Nothing])
}

fn run(api: &Api, needs: &[Needs]) -> Vec<Diagnostic> {
    let mut lint = Lint {
        api,
        found: Vec::new(),
    };
    for (_, check) in CHECKS.iter().filter(|(need, _)| needs.contains(need)) {
        check(&mut lint);
    }
    lint.found.sort_by_key(Diagnostic::position);
    lint.found
}

/// An API under judgement.
pub(crate) struct Lint<'a> {
    api: &'a Api,
    found: Vec<Diagnostic>,
}

/// Whether a field can hold text, and whether its type says already that it is sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Textual {
    Yes { sensitive: bool },
    No,
}

impl<'a> Lint<'a> {
    /// Reports a fault; more can be said of it on what is returned.
    fn report(&mut self, rule: &Rule, message: impl Into<String>, at: &Location) -> Report<'_> {
        self.found.push(Diagnostic::new(
            rule,
            message,
            Label::at(&self.api.files, at, ""),
        ));
        Report(self.found.last_mut())
    }

    fn label(&self, at: &Location, says: &str) -> Label {
        Label::at(&self.api.files, at, says)
    }

    /// An id without the API's.
    fn local<'i>(&self, id: &'i str) -> &'i str {
        let rest = id
            .strip_prefix(&self.api.id)
            .and_then(|rest| rest.strip_prefix('.'));
        rest.unwrap_or(id)
    }

    /// Everything that has an id, and what to call it.
    fn things(&self) -> Vec<(String, &'a Meta)> {
        let api = self.api;
        let types = api.types.iter().map(|it| ("the type", &it.name, &it.meta));
        let things = types
            .chain(
                api.servers
                    .iter()
                    .map(|it| ("the server", &it.name, &it.meta)),
            )
            .chain(
                api.sockets
                    .iter()
                    .map(|it| ("the socket", &it.name, &it.meta)),
            )
            .chain(
                api.auth
                    .iter()
                    .map(|it| ("the authentication", &it.name, &it.meta)),
            )
            .chain(
                api.limits
                    .iter()
                    .map(|it| ("the limit", &it.name, &it.meta)),
            )
            .chain(
                api.errors
                    .iter()
                    .map(|it| ("the error", &it.name, &it.meta)),
            )
            .chain(
                api.operations
                    .iter()
                    .map(|it| ("the operation", &it.name, &it.meta)),
            )
            .chain(api.feeds.iter().map(|it| ("the feed", &it.name, &it.meta)))
            .chain(
                api.commands
                    .iter()
                    .map(|it| ("the command", &it.name, &it.meta)),
            )
            .chain(
                api.messages
                    .iter()
                    .map(|it| ("the message", &it.name, &it.meta)),
            );
        things
            .map(|(kind, name, meta)| (format!("{kind} `{name}`"), meta))
            .collect()
    }

    /// All fields and parameters.
    fn fields(&self) -> Vec<(&'a Field, Textual)> {
        let api = self.api;
        let records = api.types.iter().filter_map(|ty| match &ty.kind {
            TypeKind::Record(record) => Some(&record.fields),
            _ => None,
        });
        let params = api
            .operations
            .iter()
            .flat_map(|it| [&it.path_params, &it.query, &it.headers]);
        let feeds = api.feeds.iter().map(|feed| &feed.params);
        let fields = records.chain(params).chain(feeds).flatten();
        fields
            .map(|field| (field, self.textual(&field.ty)))
            .collect()
    }

    fn textual(&self, ty: &TypeRef) -> Textual {
        match ty {
            TypeRef::String | TypeRef::Uuid | TypeRef::Json => Textual::Yes { sensitive: false },
            TypeRef::List(inner) | TypeRef::Map(inner) => self.textual(inner),
            TypeRef::Named(id) => match self.api.types.get(*id).map(|ty| &ty.kind) {
                Some(TypeKind::Scalar(scalar)) => match self.textual(&scalar.base) {
                    Textual::Yes { .. } => Textual::Yes {
                        sensitive: scalar.sensitivity.is_some(),
                    },
                    Textual::No => Textual::No,
                },
                _ => Textual::No,
            },
            _ => Textual::No,
        }
    }
}

/// A fault just reported.
struct Report<'a>(Option<&'a mut Diagnostic>);

impl Report<'_> {
    /// Points at another place.
    fn point(mut self, label: Label) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            diagnostic.secondary.push(label);
        }
        self
    }

    /// Says what to do about it.
    fn advise(mut self, help: impl Into<String>) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            diagnostic.help = Some(help.into());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_documented_under_its_file_s_name() {
        for (file, rule) in RULES {
            let doc = RuleDoc::of(rule);
            assert_eq!(rule.id, file.replace('_', "-"));
            assert!(
                doc.summary.ends_with('.') && doc.doc.len() > doc.summary.len(),
                "{file}"
            );
        }
    }
}
