//! The specs that travel inside this package.

use std::fmt;

use crate::diagnostic::{Diagnostic, Severity};
use crate::ir;

/// The spec files of one API.
#[derive(Debug, Clone, Copy)]
pub struct Bundle {
    id: &'static str,
    files: &'static [(&'static str, &'static str)],
}

impl Bundle {
    /// The API's id: `sfox-legacy`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Path and text of each file: `sfox-legacy/orders.toml`.
    pub fn files(&self) -> &'static [(&'static str, &'static str)] {
        self.files
    }

    /// The files in the form that [`crate::read`] takes.
    pub fn to_vec(&self) -> Vec<(String, String)> {
        self.files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    }
}

static BUNDLES: &[Bundle] = include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The ids of the bundled APIs, sorted.
pub fn bundled_ids() -> impl Iterator<Item = &'static str> {
    BUNDLES.iter().map(Bundle::id)
}

/// The spec files of a bundled API.
pub fn bundled(api: &str) -> Option<Bundle> {
    BUNDLES.iter().find(|bundle| bundle.id == api).copied()
}

/// The model of a bundled API: what a build script asks for.
///
/// # Errors
/// If no API of that id is bundled, or its spec has errors.
pub fn load_bundled(api: &str) -> Result<ir::Api, LoadError> {
    let bundle = bundled(api).ok_or_else(|| LoadError {
        api: api.to_owned(),
        errors: Vec::new(),
    })?;
    let (model, diagnostics) = crate::read::model(bundle.to_vec());
    let errors: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(|it| it.severity == Severity::Error)
        .collect();
    match errors.is_empty() {
        true => Ok(model),
        false => Err(LoadError {
            api: api.to_owned(),
            errors,
        }),
    }
}

/// A bundled API that cannot be had.
#[derive(Debug, Clone)]
pub struct LoadError {
    api: String,
    errors: Vec<Diagnostic>,
}

impl LoadError {
    /// The errors of its spec; none if there is no such API.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.errors
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors.is_empty() {
            let known: Vec<&str> = bundled_ids().collect();
            return write!(
                f,
                "no API `{}` is bundled, only {}",
                self.api,
                known.join(", ")
            );
        }
        write!(f, "the spec of `{}` has errors", self.api)?;
        for error in &self.errors {
            let Diagnostic {
                primary,
                message,
                rule,
                ..
            } = error;
            write!(
                f,
                "\n{}:{}:{}: {message} [{rule}]",
                primary.path, primary.location.line, primary.column
            )?;
            if let Some(help) = &error.help {
                write!(f, "; {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
