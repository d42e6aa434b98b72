//! End points and what is said of all traffic there: servers, sockets, limits, errors.

use super::declare::{Item, Kind};
use super::names::Case;
use super::{Entity, Entry, Resolver, Scope, words};
use crate::ast::{Sourced, Table, Text};
use crate::diagnostic::suggestion;
use crate::ir::{ErrorClass, ErrorCode, Limit, Server, Socket};
use crate::lint::{bad_value, missing_key};

impl<'a> Resolver<'a> {
    pub(super) fn limits(&mut self) {
        for Item { file, name, entry } in &self.declared.limits.items {
            let scope = self.scope(*file, "limit", &name.value);
            self.check_name(*file, "the limit", Case::Kebab, name);
            if entry.count.is_none() {
                self.missing(&scope, "count", &format!("`{}`", name.value), &name.span);
            }
            let meta = self.plain_meta(
                &scope,
                Entity::Limit,
                "limit.",
                name,
                entry.doc.as_ref(),
                *entry,
            );
            self.api.limits.push(Limit {
                name: name.value.clone(),
                count: entry.count.unwrap_or(0),
                per_s: entry.per_s,
                what: words::counted(entry.what).to_owned(),
                scope: words::scope(entry.scope).to_owned(),
                penalty_s: entry.penalty_s,
                meta,
            });
        }
    }

    pub(super) fn servers(&mut self) {
        for Item { file, name, entry } in &self.declared.servers.items {
            let scope = self.scope(*file, "server", &name.value);
            self.check_name(*file, "the server", Case::Kebab, name);
            let urls = self.urls(&scope, name, entry.urls.as_ref(), ["http://", "https://"]);
            let meta = self.plain_meta(
                &scope,
                Entity::Server,
                "server.",
                name,
                entry.doc.as_ref(),
                *entry,
            );
            self.api.servers.push(Server {
                name: name.value.clone(),
                urls,
                meta,
            });
        }
    }

    pub(super) fn sockets(&mut self) {
        for Item { file, name, entry } in &self.declared.sockets.items {
            let scope = self.scope(*file, "socket", &name.value);
            self.check_name(*file, "the socket", Case::Kebab, name);
            let urls = self.urls(&scope, name, entry.urls.as_ref(), ["ws://", "wss://"]);
            let auth = self.auth_names(*file, &entry.auth);
            let limits = self.limit_names(*file, &entry.limits);
            let meta = self.plain_meta(
                &scope,
                Entity::Socket,
                "socket.",
                name,
                entry.doc.as_ref(),
                *entry,
            );
            self.api.sockets.push(Socket {
                name: name.value.clone(),
                urls,
                auth,
                idle_timeout_s: entry.idle_timeout_s,
                limits,
                meta,
            });
        }
    }

    pub(super) fn errors(&mut self) {
        for Item { file, name, entry } in &self.declared.errors.items {
            let scope = self.scope(*file, "error", &name.value);
            self.check_name(*file, "the error", Case::Kebab, name);
            if entry.class.is_none() {
                self.missing(&scope, "class", &format!("`{}`", name.value), &name.span);
            }
            if entry.status.is_none() && entry.code.is_none() && entry.text.is_none() {
                let what = format!("`{}`", name.value);
                self.missing(&scope, "status", &what, &name.span);
            }
            if let Some(status) = entry
                .status
                .as_ref()
                .filter(|s| !(100..600).contains(&s.value))
            {
                let label = self.label(*file, &status.span, "");
                self.report(bad_value::at(
                    format!("{} is no HTTP status", status.value),
                    label,
                ));
            }
            let meta = self.meta(
                &scope,
                Entry {
                    entity: Entity::Error,
                    prefix: "error.",
                    name,
                    id_name: name.value.clone(),
                    id: entry.id.as_ref(),
                    doc: entry.doc.as_ref(),
                    stated: entry.stated(),
                },
            );
            let operations = self.operation_names(*file, &entry.operations);
            self.api.errors.push(ErrorCode {
                name: name.value.clone(),
                status: entry.status.as_ref().map(|status| status.value),
                code: entry.code,
                text: entry.text.clone(),
                class: entry.class.map_or(ErrorClass::Caller, words::error_class),
                retryable: entry.retryable,
                wait_s: entry.wait_s,
                operations,
                meta,
            });
        }
    }

    /// Meta of what has no `id` key.
    pub(super) fn plain_meta(
        &mut self,
        scope: &Scope,
        entity: Entity,
        prefix: &'static str,
        name: &Text,
        doc: Option<&String>,
        entry: &impl Sourced,
    ) -> crate::ir::Meta {
        self.meta(
            scope,
            Entry {
                entity,
                prefix,
                name,
                id_name: name.value.clone(),
                id: None,
                doc,
                stated: entry.stated(),
            },
        )
    }

    fn urls(
        &mut self,
        scope: &Scope,
        name: &Text,
        urls: Option<&Table<Text>>,
        schemes: [&str; 2],
    ) -> Vec<(String, String)> {
        let Some(urls) = urls.filter(|urls| !urls.is_empty()) else {
            self.missing(scope, "urls", &format!("`{}`", name.value), &name.span);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (environment, url) in urls.iter() {
            let host = schemes
                .iter()
                .find_map(|scheme| url.value.strip_prefix(scheme));
            if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
                let label = self.label(scope.file, &url.span, "");
                let message = format!("`{}` is not an address", url.value);
                let help = format!("it starts with `{}` or `{}`", schemes[1], schemes[0]);
                self.report(bad_value::at(message, label).help(help));
            }
            found.push((environment.value.clone(), url.value.clone()));
        }
        found
    }

    /// Looks up names of ways to authenticate.
    pub(super) fn auth_names(&mut self, file: usize, names: &[Text]) -> Vec<usize> {
        let known = &self.declared.auth;
        names
            .iter()
            .filter_map(|name| self.look_up_name(file, "authentication", name, known))
            .collect()
    }

    /// Looks up names of limits.
    pub(super) fn limit_names(&mut self, file: usize, names: &[Text]) -> Vec<usize> {
        let known = &self.declared.limits;
        names
            .iter()
            .filter_map(|name| self.look_up_name(file, "limit", name, known))
            .collect()
    }

    /// Looks up a name; reports it if it is not there.
    pub(super) fn look_up_name<E>(
        &mut self,
        file: usize,
        what: &str,
        name: &Text,
        known: &'a Kind<'a, E>,
    ) -> Option<usize> {
        let found = known.get(&name.value);
        if found.is_none() {
            let near = suggestion(&name.value, known.names());
            self.dangling(file, what, &name.value, near, &name.span);
        }
        found
    }

    /// The server or socket that is named, or else the first one.
    pub(super) fn end<E>(
        &mut self,
        scope: &Scope,
        what: &str,
        of: &Text,
        name: Option<&Text>,
        known: &'a Kind<'a, E>,
    ) -> usize {
        if let Some(name) = name {
            return self
                .look_up_name(scope.file, what, name, known)
                .unwrap_or(0);
        }
        let pruned = |file: &crate::ast::File| {
            file.pruned
                .iter()
                .any(|path| path.split('.').next() == Some(what))
        };
        if known.items.is_empty() && !self.files.iter().any(pruned) {
            let label = self.label(scope.file, &of.span, "");
            let diagnostic = missing_key::at(&format!("`{}`", of.value), what, label);
            let help = format!("describe one in `api.toml`, under `[{what}.NAME]`");
            self.report(diagnostic.help(help));
        }
        0
    }
}
