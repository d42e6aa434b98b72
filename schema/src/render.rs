//! Draws diagnostics for people: the message, the lines of the spec with carets, the help.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::ir::SpecFile;

/// Whether to colour what is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// With ANSI escapes.
    Always,
    /// Plain text.
    Never,
}

/// Draws one diagnostic, without a newline at the end. Files are found by their path; what is on
/// a file that is not among them is drawn as its path and line alone.
pub fn render(diagnostic: &Diagnostic, files: &[SpecFile], color: Color) -> String {
    let renderer = match color {
        Color::Always => Renderer::styled(),
        Color::Never => Renderer::plain(),
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.rule);
    let primary = std::iter::once((&diagnostic.primary, AnnotationKind::Primary));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|label| (label, AnnotationKind::Context));
    let mut snippets: Vec<(&str, Snippet<'_, Annotation<'_>>)> = Vec::new();
    for (label, kind) in primary.chain(secondary) {
        let text = files
            .iter()
            .find(|file| file.path == *label.path)
            .map(|file| &*file.text);
        let annotation = annotation(label, kind, text.unwrap_or(""));
        match snippets.iter_mut().find(|(path, _)| *path == &*label.path) {
            Some((_, snippet)) => {
                let whole = std::mem::replace(snippet, Snippet::source(""));
                *snippet = whole.annotation(annotation);
            }
            None => {
                let snippet = Snippet::source(text.unwrap_or("")).path(&*label.path);
                snippets.push((&label.path, snippet.annotation(annotation)));
            }
        }
    }
    let mut group = title.elements(snippets.into_iter().map(|(_, snippet)| snippet));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

fn annotation<'a>(label: &'a Label, kind: AnnotationKind, text: &str) -> Annotation<'a> {
    let annotation = kind.span(within(text, &label.location.span));
    match label.text.as_str() {
        "" => annotation,
        says => annotation.label(says),
    }
}

/// The span, cut to the text, to whole characters and to its first line.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    let end = floor(span.end).max(start);
    let line = text[start..end]
        .find('\n')
        .map_or(end, |newline| start + newline);
    start..line
}
