//! All stages at once: texts to model and diagnostics.

use crate::diagnostic::{Diagnostic, Severity};
use crate::{ir, lint, parse, resolve};

/// Reads the files of one API, each a path and a text, in any order: parse, resolve, lint. The
/// diagnostics stand in the order of the files; with an error among them there is no model.
pub fn read(files: Vec<(String, String)>) -> (Option<ir::Api>, Vec<Diagnostic>) {
    let (api, mut diagnostics) = model(files);
    let broken = diagnostics.iter().any(|it| it.severity == Severity::Error);
    diagnostics.extend(match broken {
        true => lint::lint_broken(&api),
        false => lint::lint(&api),
    });
    diagnostics.sort_by_key(Diagnostic::position);
    let error = diagnostics.iter().any(|it| it.severity == Severity::Error);
    ((!error).then_some(api), diagnostics)
}

/// Parses and resolves; whether the model can be used is up to the caller.
pub(crate) fn model(mut files: Vec<(String, String)>) -> (ir::Api, Vec<Diagnostic>) {
    files.sort_by_key(|(path, _)| resolve::reading_order(path));
    let mut diagnostics = Vec::new();
    let mut parsed = Vec::new();
    for (file, (path, text)) in files.iter().enumerate() {
        let (ast, found) = parse::parse(path, text);
        diagnostics.extend(found.into_iter().map(|it| it.in_file(file)));
        parsed.push(ast);
    }
    let (api, found) = resolve::resolve(parsed);
    diagnostics.extend(found);
    diagnostics.sort_by_key(Diagnostic::position);
    (api, diagnostics)
}
