//! What OpenAPI and AsyncAPI documents have in common: who made them, tags, examples, auth recipes,
//! limits, the error catalogue, and component schemas.

mod auth;
mod catalogue;
mod examples;
mod info;
mod losses;
mod names;
mod schemas;
mod shape;

pub(crate) use crate::errata::first_sentence;
pub(crate) use crate::json_schema::{kind_name, literal};
pub(crate) use auth::{has_bearer, prose, recipe};
pub(crate) use catalogue::{catalogues, named_limits};
pub(crate) use examples::{Shown, invalid, shown};
pub(crate) use info::{described, external_docs, info, tag};
pub(crate) use losses::losses_to_generators;
pub(crate) use names::{Unique, camel, key};
pub(crate) use schemas::{Schemas, fields_of, is_collection};

/// What the specs do not say and a document needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Version of the document; by default that of this crate, which the bundled specs share.
    pub version: String,
    /// Who stands behind the document and under which licence it is. Left out, linters ask for it.
    pub publisher: Option<Publisher>,
    /// Who reads the document, where one reader needs other words than all others.
    pub reader: Reader,
}

/// A program that reads a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reader {
    /// Whatever reads OpenAPI or AsyncAPI.
    #[default]
    Any,
    /// openapi-generator's Java client. Of a union with a list among its variants it writes
    /// `List<X>.class`, which does not compile; so there the list stands in an `allOf` of one, which
    /// it takes for a list of plain values, as do other generators.
    Java,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            publisher: None,
            reader: Reader::Any,
        }
    }
}

/// Who stands behind a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Name of a person or project.
    pub name: String,
    /// Where they are found: an absolute address.
    pub url: String,
    /// Licence of the document, an SPDX expression.
    pub license: String,
}

impl Publisher {
    /// This project, which stands behind the bundled specs.
    pub fn of_bundled() -> Self {
        Publisher {
            name: "Venue".to_owned(),
            url: env!("CARGO_PKG_REPOSITORY").to_owned(),
            license: env!("CARGO_PKG_LICENSE").to_owned(),
        }
    }
}

/// An id without the API's.
pub(crate) fn local<'i>(api: &venue_schema::ir::Api, id: &'i str) -> &'i str {
    id.strip_prefix(api.id.as_str())
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(id)
}
