//! The first page: hosts, authentication, limits, errors, and where the rest is.

use venue_schema::ir::{ErrorCode, Meta, Recipe};

use super::page::Page;
use super::{Book, words};
use crate::api_document;
use crate::markdown::{code, escape};

impl Book<'_> {
    pub(super) fn overview(&self, page: &mut Page) {
        page.heading(1, "", &escape(&self.api.title));
        page.words(&self.api.doc);
        page.block(&words::provenance(&self.api.provenance));
        page.block(
            "Numbers are exact: a *decimal* is a JSON number whose digits count, an `int64` or `uint64` can be beyond \
             2⁵³. A name with a link is a type; *required, may be null* and *optional* are what they say. What is not \
             marked is documented by the source named; *observed* was seen in traffic or in code, *inferred* is a \
             conclusion. An **erratum** says where the source is wrong or contradicts itself, and what to read instead.",
        );
        self.sections(page);
        self.contents(page);
        self.remarks(&format!("{}.api", self.api.id), page);
        self.hosts(page);
        self.authentication(page);
        self.limits(page);
        self.errors(page);
        self.leftovers(page);
    }

    fn sections(&self, page: &mut Page) {
        let rows = (0..self.api.sections.len()).filter(|&id| self.links.has_page(id));
        let rows = rows.map(|id| {
            let section = &self.api.sections[id];
            let file = self.links.file(Some(id));
            vec![
                format!("[{}]({file})", escape(words::title(section))),
                escape(&section.doc),
                self.holdings(id),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        page.table(&["section", "about", "holds"], &rows);
    }

    /// How much of what a section holds.
    fn holdings(&self, id: usize) -> String {
        let of = |meta: &Meta| meta.section == id;
        let api = self.api;
        let free = api.messages.iter().filter(|it| it.feed.is_none());
        let counts = [
            (
                api.operations.iter().filter(|it| of(&it.meta)).count(),
                "operation",
            ),
            (api.feeds.iter().filter(|it| of(&it.meta)).count(), "feed"),
            (
                api.commands.iter().filter(|it| of(&it.meta)).count(),
                "command",
            ),
            (free.filter(|it| of(&it.meta)).count(), "message"),
            (api.types.iter().filter(|it| of(&it.meta)).count(), "type"),
        ];
        let each = counts.iter().filter(|(count, _)| *count > 0);
        let each = each.map(|(count, what)| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        });
        each.collect::<Vec<_>>().join(", ")
    }

    fn hosts(&self, page: &mut Page) {
        if self.api.servers.is_empty() && self.api.sockets.is_empty() {
            return;
        }
        page.heading(2, "", "Hosts");
        for server in &self.api.servers {
            self.host("Server", &server.name, &server.meta, &server.urls, page);
            self.remarks(&server.meta.id, page);
        }
        for socket in &self.api.sockets {
            self.host("Socket", &socket.name, &socket.meta, &socket.urls, page);
            let mut facts = vec![self.auth_fact(&socket.auth, page)];
            if let Some(seconds) = socket.idle_timeout_s {
                facts.push(format!("- Closed after {seconds} s of silence"));
            }
            facts.extend(self.limit_fact(&socket.limits, page));
            page.list(&facts);
            self.remarks(&socket.meta.id, page);
        }
    }

    fn host(
        &self,
        kind: &str,
        name: &str,
        meta: &Meta,
        urls: &[(String, String)],
        page: &mut Page,
    ) {
        let heading = format!("{kind} {}", escape(name));
        page.heading(3, &self.links.anchor(&meta.id), &heading);
        page.words(&meta.doc);
        let rows: Vec<Vec<String>> = urls
            .iter()
            .map(|(name, url)| vec![escape(name), code(url)])
            .collect();
        page.table(&["environment", "address"], &rows);
    }

    fn authentication(&self, page: &mut Page) {
        if self.api.auth.is_empty() {
            return;
        }
        page.heading(2, "", "Authentication");
        for scheme in &self.api.auth {
            page.heading(
                3,
                &self.links.anchor(&scheme.meta.id),
                &escape(&scheme.name),
            );
            page.words(&scheme.meta.doc);
            let mut recipe = api_document::prose(self.api, scheme);
            if let Recipe::Login { command, .. } = scheme.recipe {
                let command = &self.api.commands[command];
                let link = self.links.item(page.section, &command.name, &command.meta);
                recipe = recipe.replace(&code(&command.meta.id), &link);
            }
            page.block(recipe.trim());
            if let Some(token) = &scheme.token {
                page.block(&format!("It takes a token of the kind {}.", code(token)));
            }
            for vector in &scheme.vectors {
                page.block(&format!(
                    "**Known answer**, with a published sample key. {}",
                    words::provenance(&vector.provenance)
                ));
                let row = |what: &str, text: &str| vec![what.to_owned(), code(text)];
                let rows = [
                    row("key", &vector.key),
                    row("secret", &vector.secret),
                    row("signed", &vector.signed),
                    row("signature", &vector.signature),
                ];
                page.table(&["", "value"], &rows);
            }
            self.remarks(&scheme.meta.id, page);
        }
    }

    fn limits(&self, page: &mut Page) {
        if self.api.limits.is_empty() {
            return;
        }
        page.heading(2, "", "Limits");
        let rows = self.api.limits.iter().map(|limit| {
            let anchor = self.links.anchor(&limit.meta.id);
            vec![
                format!("<a id=\"{anchor}\"></a>{}", code(&limit.name)),
                words::capital(&words::limit(limit)),
                escape(&limit.meta.doc),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        page.table(&["name", "limit", "meaning"], &rows);
        for limit in &self.api.limits {
            self.remarks_on(&limit.name, &limit.meta.id, page);
        }
    }

    fn errors(&self, page: &mut Page) {
        if self.api.errors.is_empty() {
            return;
        }
        page.heading(2, "", "Errors");
        page.block("*Who* must act: the request is wrong, the key is, it came too often, or the venue has trouble.");
        let rows = self.api.errors.iter().map(|error| {
            let anchor = self.links.anchor(&error.meta.id);
            let number = match (error.code, error.status) {
                (Some(number), _) => number.to_string(),
                (None, Some(status)) => format!("HTTP {status}"),
                (None, None) => String::new(),
            };
            let text = error.text.as_deref().map(code).unwrap_or_default();
            let again = match (error.retryable, error.wait_s) {
                (false, _) => String::new(),
                (true, None) => "may help".to_owned(),
                (true, Some(seconds)) => format!("after {seconds} s"),
            };
            vec![
                format!("<a id=\"{anchor}\"></a>{number}"),
                text,
                words::class(error.class).to_owned(),
                again,
                format!("{}{}", escape(&error.meta.doc), self.shown_at(error)),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        page.table(&["error", "text", "who", "sending again", "meaning"], &rows);
        for error in &self.api.errors {
            self.remarks_on(&error.name, &error.meta.id, page);
        }
    }

    /// The operations that an error is shown at, if the source ties it to some.
    fn shown_at(&self, error: &ErrorCode) -> String {
        let operations = error.operations.iter();
        let shown: Vec<String> = operations
            .map(|&operation| {
                let operation = &self.api.operations[operation];
                self.links.item(None, &operation.name, &operation.meta)
            })
            .collect();
        match shown.as_slice() {
            [] => String::new(),
            shown => format!(" At {}.", shown.join(", ")),
        }
    }

    /// Errata and unknowns about what no page has a place for.
    fn leftovers(&self, page: &mut Page) {
        let api = self.api;
        let metas = (api.operations.iter().map(|it| &it.meta))
            .chain(api.feeds.iter().map(|it| &it.meta))
            .chain(api.commands.iter().map(|it| &it.meta))
            .chain(api.messages.iter().map(|it| &it.meta))
            .chain(api.types.iter().map(|it| &it.meta))
            .chain(api.servers.iter().map(|it| &it.meta))
            .chain(api.sockets.iter().map(|it| &it.meta))
            .chain(api.auth.iter().map(|it| &it.meta))
            .chain(api.limits.iter().map(|it| &it.meta))
            .chain(api.errors.iter().map(|it| &it.meta));
        let mut ids: Vec<String> = metas.map(|meta| meta.id.clone()).collect();
        ids.push(format!("{}.api", api.id));
        let paged = (0..api.sections.len()).filter(|&id| self.links.has_page(id));
        ids.extend(paged.map(|id| format!("{}.section.{}", api.id, api.sections[id].name)));
        let is_placed = |about: &str| ids.iter().any(|id| self.is_of(id, about));
        for erratum in api.errata.iter().filter(|it| !is_placed(&it.about)) {
            self.erratum(erratum, page);
        }
        let lost = api.unknowns.iter().filter(|it| !is_placed(&it.about));
        let lines: Vec<String> = lost
            .map(|it| format!("- {}: {}", code(&it.about), escape(&it.doc)))
            .collect();
        if !lines.is_empty() {
            page.block("**Not known**");
            page.list(&lines);
        }
    }
}
