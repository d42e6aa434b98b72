//! A spec file as it is written: the structs that `parse` fills and that `spec.schema.json` is
//! derived from, so that their doc comments are what an editor shows.
//!
//! Nothing here is looked up or defaulted; names are strings that `resolve` turns into ids. What
//! a spec must state is an `Option` nevertheless: a missing key is `resolve`'s message, and must
//! not hide the file's other mistakes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

pub use crate::spanned::{FromText, Short, Spanned, Table};

/// Text with its place in the file.
pub type Text = Spanned<String>;

/// One file, parsed.
#[derive(Debug, Clone)]
pub struct File {
    /// Path for messages, with `/`.
    pub path: Arc<str>,
    /// The file's text.
    pub text: Arc<str>,
    /// What it says, as far as it could be read.
    pub spec: Spec,
    /// Dotted paths of the entries that were left out because of an error already reported.
    pub pruned: BTreeSet<String>,
}

/// Declares an AST struct: deserialised from kebab-case keys, unknown keys refused.
macro_rules! ast {
    ($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[$field_attribute:meta])* $field:ident : $ty:ty,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[cfg_attr(feature = "spec-schema", derive(schemars::JsonSchema))]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_attribute])* pub $field: $ty,)*
        }
    };
    // With provenance: the three keys that everything sourced shares.
    ($(#[doc = $doc:literal])* pub sourced struct $name:ident { $($body:tt)* }) => {
        ast! {
            $(#[doc = $doc])*
            pub struct $name {
                $($body)*
                /// Where this is from: an address, or a name that a reader can find. Inherited
                /// from what contains it.
                source: Option<Text>,
                /// Date of the source: `2018-08-16` or a part of it. Inherited.
                as_of: Option<Text>,
                /// How it is known. Inherited; `documented` if nothing says otherwise.
                evidence: Option<Evidence>,
            }
        }
        impl Sourced for $name {
            fn stated(&self) -> Stated<'_> {
                Stated { source: self.source.as_ref(), as_of: self.as_of.as_ref(), evidence: self.evidence }
            }
        }
    };
}

/// Declares the words that a key may have as its value.
macro_rules! words {
    ($(#[doc = $doc:literal])* pub enum $name:ident { $($(#[$word_attribute:meta])* $word:ident,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "spec-schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$word_attribute])* $word,)*
        }
    };
}

/// The provenance that an entry states itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated<'a> {
    /// Its `source`.
    pub source: Option<&'a Text>,
    /// Its `as-of`.
    pub as_of: Option<&'a Text>,
    /// Its `evidence`.
    pub evidence: Option<Evidence>,
}

/// What can state where it is from.
pub trait Sourced {
    /// What it states itself, nothing inherited.
    fn stated(&self) -> Stated<'_>;
}

ast! {
    /// A spec file of Venue: a section of an exchange API, or what its sections share.
    pub struct Spec {
        /// The API as a whole: in `api.toml` only.
        api: Option<Spanned<Api>>,
        /// The chapter of the vendor's documentation that this file describes.
        section: Option<Spanned<Section>>,
        /// HTTP servers, by name.
        server: Table<Server>,
        /// WebSocket end points, by name.
        socket: Table<Socket>,
        /// Ways to authenticate, by name.
        auth: Table<Auth>,
        /// Rate and connection limits, by name.
        limit: Table<Limit>,
        /// The error catalogue, by name.
        error: Table<ErrorCode>,
        /// Objects and positional arrays, by PascalCase name.
        record: Table<Record>,
        /// Named values, by PascalCase name.
        #[serde(rename = "enum")]
        enums: Table<Enum>,
        /// Named scalars, by PascalCase name.
        scalar: Table<Scalar>,
        /// Types of which a value has one of several, by PascalCase name.
        union: Table<Union>,
        /// HTTP operations, by kebab-case name.
        operation: Table<Operation>,
        /// WebSocket feeds, by kebab-case name.
        feed: Table<Feed>,
        /// What a client sends on a socket, by kebab-case name.
        command: Table<Command>,
        /// What a client receives on a socket outside of feeds, by kebab-case name.
        message: Table<Message>,
        /// Payloads that a source shows, verbatim.
        example: Vec<Spanned<Example>>,
        /// Where a source is wrong, or two disagree.
        erratum: Vec<Spanned<Erratum>>,
        /// What is known to be unknown.
        unknown: Vec<Spanned<Unknown>>,
    }
}

words! {
    /// What `venue list` counts a type as.
    pub enum ListedAs {
        /// An operation outside of HTTP.
        Operation,
        /// What a client sends.
        Command,
        /// What a venue sends, or sends as a body.
        Message,
        /// Named values that are not known.
        Enum,
    }
}

words! {
    /// How a fact is known.
    pub enum Evidence {
        /// The vendor states it.
        Documented,
        /// Seen in real traffic or in a client's code.
        Observed,
        /// Concluded; nobody states it.
        Inferred,
    }
}

ast! {
    /// The API as a whole.
    pub sourced struct Api {
        /// Stable id in kebab-case: `sfox-legacy`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        id: Option<Text>,
        /// Name for people.
        title: Option<String>,
        /// What the API is.
        doc: Option<String>,
    }
}

ast! {
    /// A chapter of the vendor's documentation: one spec file.
    pub sourced struct Section {
        /// Heading.
        title: Option<String>,
        /// What it covers.
        doc: Option<String>,
    }
}

mod ends;
mod knowledge;
mod literal;
mod traffic;
mod types;

pub use ends::*;
pub use knowledge::*;
pub use literal::{Bound, Condition, Guard, Literal};
pub use traffic::*;
pub use types::*;
