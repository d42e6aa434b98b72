//! One operation: what it is called, what it takes, what it answers.

use venue_schema::ir::{Operation, Pagination};

use super::Writer;
use super::paths::{Path, text};
use crate::api_document::{self as shared, Unique};
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{self, Members};

/// What a caller must know where a reply can be lost.
const AMBIGUOUS: &str =
    "If no reply comes, it is open whether this took effect: look before sending it again.";

impl Writer<'_> {
    pub(super) fn operation(&self, index: usize, path: &Path, ids: &mut Unique) -> Members {
        let api = self.api;
        let operation = &api.operations[index];
        let mut out = Members::new();
        let section = &api.sections[operation.meta.section];
        out.set("tags", vec![section.name.as_str().into()]);
        out.set("summary", summary(operation));
        let ambiguous = if operation.ambiguous { AMBIGUOUS } else { "" };
        let rules: Vec<&str> = operation.rules.iter().map(|rule| &*rule.doc).collect();
        let rules = rules.join(" ");
        out.extend(shared::described(&[&operation.meta.doc, &rules, ambiguous]));
        out.extend(shared::external_docs(&operation.meta.provenance));
        out.set("operationId", ids.take(shared::camel(&operation.name)));
        let parameters = self.parameters(operation, path);
        if !parameters.is_empty() {
            out.set("parameters", parameters);
        }
        if let Some(body) = &operation.body {
            out.set("requestBody", self.request_body(index, body));
        }
        out.set("responses", self.responses(index));
        out.set("security", self.security(operation));
        if operation.server != self.main_server {
            out.set("servers", self.servers(operation.server));
        }
        out.extend(self.beyond(operation, path));
        out
    }

    /// What OpenAPI has no word for.
    fn beyond(&self, operation: &Operation, path: &Path) -> Members {
        let mut out = Members::new().with("x-venue-id", operation.meta.id.as_str());
        let own = text(&operation.path.parts, |_, name| format!("{{{name}}}"));
        if own != path.template {
            out.set("x-venue-path", own);
        }
        out.set("x-venue-idempotent", operation.idempotent);
        out.set("x-venue-ambiguous", operation.ambiguous);
        if let Some(pagination) = &operation.pagination {
            out.set("x-venue-pagination", paged(pagination));
        }
        let rules = json_schema::rules(self.api, &operation.query_record());
        if !rules.is_empty() {
            out.set("x-venue-query-rules", rules);
        }
        out.extend(shared::named_limits(self.api, &operation.limits));
        out.extend(annotations::provenance(&operation.meta.provenance));
        out.extend(annotations::remarks(
            self.api,
            About::Whole(&operation.meta.id),
        ));
        out
    }
}

fn summary(operation: &Operation) -> &str {
    match operation.title.as_str() {
        "" => &operation.name,
        title => title,
    }
}

/// `size` and `position` name the parameters or fields that are set to move on.
fn paged(pagination: &Pagination) -> Members {
    let mut out = Members::new().with("style", pagination.style.as_str());
    out.set_text("size", pagination.size.as_deref().unwrap_or_default());
    out.set_text(
        "position",
        pagination.position.as_deref().unwrap_or_default(),
    );
    if let Some(size) = pagination.default_size {
        out.set("default-size", size);
    }
    if let Some(size) = pagination.max_size {
        out.set("max-size", size);
    }
    out
}
