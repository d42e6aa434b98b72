//! Servers, one for each socket and environment, and what authenticates a connection.

use std::collections::BTreeSet;

use venue_schema::ir::{Auth, AuthId, Recipe, Socket, SocketId};

use super::{Writer, reference};
use crate::api_document as shared;
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Members, Tree};

impl Writer<'_> {
    pub(super) fn servers(&self) -> Members {
        let mut out = Members::new();
        for socket in &self.api.sockets {
            for (environment, url) in &socket.urls {
                let name = server_name(socket, environment);
                out.set(&name, self.server(socket, environment, url));
            }
        }
        out
    }

    fn server(&self, socket: &Socket, environment: &str, url: &str) -> Members {
        let (protocol, rest) = url.split_once("://").unwrap_or(("wss", url));
        let (host, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let mut out = Members::new().with("host", host).with("protocol", protocol);
        out.set_text("pathname", path);
        out.set("title", format!("{}, {environment}", socket.name));
        out.extend(shared::described(&[&socket.meta.doc]));
        let security = self.security(&socket.auth);
        if !security.is_empty() {
            out.set("security", security);
        }
        if let Some(seconds) = socket.idle_timeout_s {
            out.set("x-venue-idle-timeout-s", seconds);
        }
        out.extend(shared::named_limits(self.api, &socket.limits));
        out.set("x-venue-environment", environment);
        out.extend(annotations::provenance(&socket.meta.provenance));
        out.extend(annotations::remarks(
            self.api,
            About::Whole(&socket.meta.id),
        ));
        out
    }

    /// References to the servers of a socket.
    pub(super) fn servers_of(&self, socket: SocketId) -> Vec<Tree> {
        let socket = &self.api.sockets[socket];
        let names = socket
            .urls
            .iter()
            .map(|(name, _)| server_name(socket, name));
        names.map(|name| reference(&["servers", &name])).collect()
    }

    /// Any one of these will do.
    pub(super) fn security(&self, auth: &[AuthId]) -> Vec<Tree> {
        let all = auth.iter().map(|&id| &self.api.auth[id]);
        all.filter(|auth| !matches!(auth.recipe, Recipe::None))
            .map(|auth| reference(&["components", "securitySchemes", &shared::key(&auth.name)]))
            .collect()
    }

    /// Every scheme that a socket or feed takes, in the order of the spec.
    pub(super) fn security_schemes(&self) -> Members {
        let used = self.used_auth().into_iter();
        used.filter_map(|auth| Some((shared::key(&auth.name), self.scheme(auth)?.into())))
            .collect()
    }

    pub(super) fn used_auth(&self) -> Vec<&Auth> {
        let sockets = self.api.sockets.iter().flat_map(|it| &it.auth);
        let feeds = self.api.feeds.iter().flat_map(|it| &it.auth);
        let used: BTreeSet<AuthId> = sockets.chain(feeds).copied().collect();
        used.into_iter().map(|id| &self.api.auth[id]).collect()
    }

    fn scheme(&self, auth: &Auth) -> Option<Members> {
        let http = |scheme: &str| Members::new().with("type", "http").with("scheme", scheme);
        let mut out = match &auth.recipe {
            Recipe::None => return None,
            Recipe::Basic { .. } => http("basic"),
            Recipe::Headers { headers } if shared::has_bearer(headers) => http("bearer"),
            Recipe::Headers { headers } | Recipe::Hmac { headers, .. } => Members::new()
                .with("type", "httpApiKey")
                .with("in", "header")
                .with("name", key_header(headers)),
            // The nearest that there is: a key given in the course of the protocol.
            Recipe::Login { .. } => Members::new().with("type", "apiKey").with("in", "password"),
        };
        let prose = shared::prose(self.api, auth);
        out.extend(shared::described(&[&auth.meta.doc, &prose]));
        out.set("x-venue-auth", shared::recipe(self.api, auth));
        Some(out)
    }

    /// The binding of the socket's channels: the upgrade request and its headers.
    pub(super) fn handshake(&self, socket: SocketId) -> Members {
        let mut headers = Members::new();
        for &id in &self.api.sockets[socket].auth {
            let (Recipe::Headers { headers: each } | Recipe::Hmac { headers: each, .. }) =
                &self.api.auth[id].recipe
            else {
                continue;
            };
            for (name, template) in each {
                let schema = Members::new()
                    .with("type", "string")
                    .with("description", format!("`{template}`"));
                headers.set(name, schema);
            }
        }
        let mut out = Members::new().with("method", "GET");
        if !headers.is_empty() {
            let object = Members::new()
                .with("type", "object")
                .with("properties", headers);
            out.set("headers", object);
        }
        out.with("bindingVersion", "0.1.0")
    }
}

fn server_name(socket: &Socket, environment: &str) -> String {
    shared::key(&format!("{}-{environment}", socket.name))
}

/// Of several headers, the one that names the key.
fn key_header(headers: &[(String, String)]) -> &str {
    let with_key = headers
        .iter()
        .find(|(_, template)| template.contains("{key}"));
    with_key
        .or(headers.first())
        .map_or("", |(name, _)| name.as_str())
}
