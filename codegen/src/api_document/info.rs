//! Who made the document, of what, and its chapters.

use venue_schema::ir::{Api, Provenance, Section};

use super::Options;
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Members, Tree};
use crate::loss::Losses;

/// `info`, whose description ends with what the document could not carry. `remark` says how to
/// read it. How a licence is given differs between the formats: `license` makes it of the SPDX
/// expression.
pub(crate) fn info(
    api: &Api,
    options: &Options,
    remark: &str,
    losses: &Losses,
    license: fn(&str) -> Members,
) -> Members {
    let mut out = Members::new()
        .with("title", api.title.as_str())
        .with("version", options.version.as_str())
        .with("description", losses.describe(&opening(api, remark)));
    if let Some(publisher) = &options.publisher {
        let contact = Members::new()
            .with("name", publisher.name.as_str())
            .with("url", publisher.url.as_str());
        out.set("contact", contact);
        out.set("license", license(&publisher.license));
    }
    out.set("x-venue-id", api.id.as_str());
    out.extend(annotations::provenance(&api.provenance));
    let whole = format!("{}.api", api.id);
    out.extend(annotations::remarks(api, About::Whole(&whole)));
    out
}

fn opening(api: &Api, remark: &str) -> String {
    let mut out = api.doc.clone();
    if !api.provenance.source.is_empty() {
        out.push_str("\n\nDescribed from ");
        out.push_str(&api.provenance.source);
        if let Some(date) = &api.provenance.as_of {
            out.push_str(" as of ");
            out.push_str(date);
        }
        out.push_str(". The vendor had no part in it.");
    }
    out.push_str(
        " `x-venue-source` and `x-venue-evidence` say of each element where it comes from; what is within an \
         element inherits them. `x-venue-errata` and `x-venue-unknowns` say where sources are wrong or silent.",
    );
    out.push_str("\n\n");
    out.push_str(remark);
    out
}

/// A chapter as a tag, under the section's name.
pub(crate) fn tag(api: &Api, section: &Section) -> Members {
    let mut out = Members::new().with("name", section.name.as_str());
    let description = match section.doc.is_empty() {
        true => section.title.clone(),
        false => format!("{}: {}", section.title, section.doc),
    };
    out.set_text("description", &description);
    out.extend(external_docs(&section.provenance));
    out.set_text("x-displayName", &section.title);
    out.extend(annotations::provenance(&section.provenance));
    let id = format!("{}.section.{}", api.id, section.name);
    out.extend(annotations::remarks(api, About::Whole(&id)));
    out
}

/// `externalDocs`, if the source is an address.
pub(crate) fn external_docs(provenance: &Provenance) -> Members {
    let source = provenance.source.as_str();
    let is_address = source.starts_with("https://") || source.starts_with("http://");
    let mut out = Members::new();
    if is_address && source.is_ascii() && !source.contains([' ', '<', '>', '"', '{', '}', '|']) {
        let docs = Members::new()
            .with("description", "The source")
            .with("url", source);
        out.set("externalDocs", docs);
    }
    out
}

/// `description`, of the parts that say something.
pub(crate) fn described(parts: &[&str]) -> Members {
    let mut out = Members::new();
    let text: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
    if !text.is_empty() {
        out.set("description", Tree::from(text.join("\n\n")));
    }
    out
}
