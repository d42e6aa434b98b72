//! What an API has, section by section: the page that opens the documentation of its module.

use std::fmt::Write as _;

use venue_schema::ir::{SectionId, Semantics};

use super::docs::{code, escape};
use super::names;
use super::plan::{Plan, Scope};
use crate::OutputFile;

/// The page, beside the code: for `#![doc = include_str!(…)]` in the module that includes the code.
pub(super) fn file(plan: &Plan<'_>) -> OutputFile {
    let mut page = Page {
        plan,
        text: String::new(),
    };
    page.start();
    for section in 0..plan.api.sections.len() {
        page.section(section);
    }
    page.feeds();
    OutputFile {
        path: format!("{}.md", names::snake(&plan.api.id)),
        text: page.text,
    }
}

struct Page<'a> {
    plan: &'a Plan<'a>,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// What the API is, and where to find what belongs to no section.
    fn start(&mut self) {
        let plan = self.plan;
        self.line("# Where to find what");
        self.line("");
        if !plan.api.errors.is_empty() {
            let name = &plan.root.error_code;
            self.line(format!(
                "- [`{name}`]: what the venue refuses with, and whether to send again"
            ));
        }
        for export in &plan.root.exports {
            let what = match export == "Received" {
                true => "every message that the socket sends, told apart in one step",
                false => "every message that the socket takes",
            };
            self.line(format!("- [`{export}`]: {what}"));
        }
        self.line(
            "- [`API`]: servers, ways to authenticate, limits, operations and feeds as constants",
        );
        self.line("- [`PROGRAM`]: the check program, which holds JSON text against a type without building it");
        self.line("");
    }

    /// A section's operations; one without any stands in the list of modules alone.
    fn section(&mut self, id: SectionId) {
        let plan = self.plan;
        let operations = plan.api.operations.iter().zip(&plan.operations);
        let operations: Vec<_> = operations
            .filter(|(operation, _)| operation.meta.section == id)
            .collect();
        if operations.is_empty() {
            return;
        }
        let section = &plan.api.sections[id];
        let title = escape(&section.title);
        let heading = match &plan.sections[id] {
            Some(module) => format!("# [{title}]({})", path(&Scope::default(), module)),
            None => format!("# {title}"),
        };
        self.line(heading);
        self.line("");
        self.line(escape(&section.doc));
        self.line("");
        self.line("| operation | request | what it is |");
        self.line("|---|---|---|");
        for (operation, module) in operations {
            self.line(format!(
                "| [`{}`]({}) | `{} {}` | {} |",
                plain(module),
                path(&plan.section_scope(id), module),
                operation.method,
                operation.path,
                escape(operation.title.trim_end_matches('.')),
            ));
        }
        self.line("");
    }

    fn feeds(&mut self) {
        let plan = self.plan;
        if plan.api.feeds.is_empty() {
            return;
        }
        self.line("# Feeds");
        self.line("");
        self.line("| feed | channel | sends | what it is |");
        self.line("|---|---|---|---|");
        for (feed, ident) in plan.api.feeds.iter().zip(&plan.feeds) {
            let home = Scope::default().inner(&plan.root.feeds);
            let sends = match feed.semantics {
                Semantics::Events => "events",
                Semantics::Snapshots => "whole states",
                Semantics::SnapshotThenUpdates => "a snapshot, then changes",
            };
            self.line(format!(
                "| [`{}`]({}) | {} | {sends} | {} |",
                plain(ident),
                path(&home, ident),
                code(&feed.channel.to_string()),
                escape(first_sentence(&feed.meta.doc)),
            ));
        }
        self.line("");
    }
}

/// A link's path from the API's root.
fn path(home: &Scope, name: &proc_macro2::Ident) -> String {
    let mut path = String::new();
    for module in &home.0 {
        let _ = write!(path, "{}::", plain(module));
    }
    path + &plain(name)
}

/// A name without the mark of a raw identifier, which links do not take.
pub(super) fn plain(name: &proc_macro2::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    text.split_once(". ")
        .map_or(text, |(first, _)| first)
        .trim_end_matches('.')
}
