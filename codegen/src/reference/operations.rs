//! HTTP operations.

use venue_schema::ir::{AuthId, LimitId, Operation, Recipe, Response, Target};

use super::page::Page;
use super::types::rules;
use super::users::Item;
use super::{Book, words};
use crate::markdown::{code, escape};

impl Book<'_> {
    pub(super) fn operation(&self, id: usize, page: &mut Page) {
        let operation = &self.api.operations[id];
        let anchor = self.links.anchor(&operation.meta.id);
        page.heading(2, &anchor, &escape(words::name_of(operation)));
        page.block(&words::line(&operation.method, &operation.path));
        page.words(&operation.meta.doc);
        self.origin(&operation.meta, page);
        page.list(&self.facts(operation, page));
        for (heading, fields) in [
            ("In the path", &operation.path_params),
            ("In the query", &operation.query),
            ("In headers", &operation.headers),
        ] {
            if !fields.is_empty() {
                page.block(&format!("**{heading}**"));
                self.fields(&operation.meta, fields, page);
            }
            if heading == "In the query" {
                rules(&operation.rules, page);
            }
        }
        let mut shown = Vec::new();
        if let Some(body) = &operation.body {
            let media: Vec<&str> = body.media.iter().map(|it| words::media(*it)).collect();
            let media = media.join(" or ");
            let optional = if body.required {
                ""
            } else {
                ", may be left out"
            };
            let ty = self.links.ty(page.section, &body.ty);
            page.block(&format!("**Body**, {media}{optional}: {ty}"));
            for part in &body.parts {
                let kinds: Vec<String> = part.media.iter().map(|kind| code(kind)).collect();
                let kinds = kinds.join(" or ");
                page.block(&format!("Files in {}: {kinds}.", code(&part.field)));
            }
            let place = (Item::Operation(id), &operation.meta);
            self.in_place(&body.ty, place, &mut shown, page);
            self.examples(Target::Request(id), "", page);
        }
        self.responses(id, operation, page);
        self.remarks(&operation.meta.id, page);
        self.owned_types(Item::Operation(id), &shown, page);
    }

    fn facts(&self, operation: &Operation, page: &Page) -> Vec<String> {
        let mut facts = Vec::new();
        if self.api.servers.len() > 1 {
            let server = &self.api.servers[operation.server];
            let link = self
                .links
                .on_first(page.section, &server.name, &server.meta);
            facts.push(format!("- Server: {link}"));
        }
        facts.push(self.auth_fact(&operation.auth, page));
        facts.extend(self.limit_fact(&operation.limits, page));
        if let Some(paging) = &operation.pagination {
            facts.push(format!("- Paging: {}.", words::pagination(paging)));
        }
        if operation.idempotent && operation.method != "GET" {
            facts.push("- Sent twice it does what it does once.".to_owned());
        }
        if operation.ambiguous {
            facts.push("- If the reply is lost, nobody knows whether it took effect: ask before sending again.".to_owned());
        }
        facts
    }

    /// How to authenticate, one way or another.
    pub(super) fn auth_fact(&self, auth: &[AuthId], page: &Page) -> String {
        let each = auth.iter().map(|&id| {
            let auth = &self.api.auth[id];
            match auth.recipe {
                Recipe::None => "none".to_owned(),
                _ => self.links.on_first(page.section, &auth.name, &auth.meta),
            }
        });
        let each: Vec<String> = each.collect();
        match each.is_empty() {
            true => "- Authentication: none".to_owned(),
            false => format!("- Authentication: {}", each.join(" or ")),
        }
    }

    pub(super) fn limit_fact(&self, limits: &[LimitId], page: &Page) -> Option<String> {
        let each = limits.iter().map(|&id| {
            let limit = &self.api.limits[id];
            let link = self.links.on_first(page.section, &limit.name, &limit.meta);
            format!("{link}, {}", words::limit(limit))
        });
        let each: Vec<String> = each.collect();
        (!each.is_empty()).then(|| format!("- Limits: {}", each.join("; ")))
    }

    fn responses(&self, id: usize, operation: &Operation, page: &mut Page) {
        if operation.responses.is_empty() {
            return;
        }
        page.block("**Responses**");
        let rows: Vec<Vec<String>> = operation
            .responses
            .iter()
            .map(|it| self.response(it, operation, page))
            .collect();
        page.table(&["status", "body", "meaning"], &rows);
        for (index, response) in operation.responses.iter().enumerate() {
            let target = Target::Response(id, index);
            let status = format!(" of status {}", words::status(response.status));
            self.examples(target, &status, page);
        }
    }

    fn response(&self, response: &Response, operation: &Operation, page: &Page) -> Vec<String> {
        let body = match (&response.ty, response.may_be_empty) {
            (None, _) => match &response.media {
                Some(media) => code(media),
                None => "empty".to_owned(),
            },
            (Some(ty), true) => format!("{}, or empty", self.links.ty(page.section, ty)),
            (Some(ty), false) => self.links.ty(page.section, ty),
        };
        let mut meaning = escape(&response.doc);
        if response.provenance.evidence != operation.meta.provenance.evidence {
            let evidence = words::evidence(response.provenance.evidence);
            meaning.push_str(&format!(" ({evidence})"));
        }
        vec![
            code(&words::status(response.status)),
            body,
            meaning.trim().to_owned(),
        ]
    }
}
