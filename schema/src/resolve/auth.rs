//! Ways to authenticate: recipes and what they need.

use std::ops::Range;

use super::declare::Item;
use super::names::Case;
use super::{Entity, Entry, Resolver, Scope, words};
use crate::ast::{self, RecipeKind, Sourced, Spanned, Table, Text};
use crate::diagnostic::suggestion;
use crate::ir::{Auth, Provenance, Recipe, Vector};
use crate::lint::{bad_template, misplaced_key};

/// What the texts of a recipe may hold in braces.
const PLACEHOLDERS: [&str; 8] = [
    "key",
    "secret",
    "nonce",
    "timestamp-ms",
    "method",
    "body",
    "content",
    "signature",
];

impl Resolver<'_> {
    pub(super) fn auth(&mut self) {
        for Item { file, name, entry } in &self.declared.auth.items {
            let scope = self.scope(*file, "auth", &name.value);
            self.check_name(*file, "the authentication", Case::Kebab, name);
            let meta = self.meta(
                &scope,
                Entry {
                    entity: Entity::Auth,
                    prefix: "auth.",
                    name,
                    id_name: name.value.clone(),
                    id: None,
                    doc: entry.doc.as_ref(),
                    stated: entry.stated(),
                },
            );
            let recipe = self.recipe(&scope, name, entry);
            let vectors = self.vectors(&scope, &meta.provenance, &entry.vectors);
            self.api.auth.push(Auth {
                name: name.value.clone(),
                recipe,
                token: entry.token.clone(),
                vectors,
                meta,
            });
        }
    }

    fn recipe(&mut self, scope: &Scope, name: &Text, auth: &ast::Auth) -> Recipe {
        let what = format!("`{}`", name.value);
        let Some(kind) = &auth.recipe else {
            self.missing(scope, "recipe", &what, &name.span);
            return Recipe::None;
        };
        self.misplaced_parts(scope, kind.value, auth);
        let mut need = |key: &str, text: Option<&Text>| match text {
            Some(text) => {
                self.check_placeholders(scope.file, text);
                text.value.clone()
            }
            None => {
                self.missing(scope, key, &what, &name.span);
                String::new()
            }
        };
        match kind.value {
            RecipeKind::None => Recipe::None,
            RecipeKind::Basic => Recipe::Basic {
                user: need("user", auth.user.as_ref()),
                password: need("password", auth.password.as_ref()),
            },
            RecipeKind::Headers => Recipe::Headers {
                headers: self.auth_headers(scope, name, auth.headers.as_ref()),
            },
            RecipeKind::Hmac => {
                let sign = need("sign", auth.sign.as_ref());
                let content = auth
                    .content
                    .as_ref()
                    .map(|content| need("content", Some(content)));
                if auth.digest.is_none() {
                    self.missing(scope, "digest", &what, &name.span);
                }
                if auth.encoding.is_none() {
                    self.missing(scope, "encoding", &what, &name.span);
                }
                let digest = auth
                    .digest
                    .as_ref()
                    .map_or(ast::Digest::Sha256, |it| it.value);
                let encoding = auth.encoding.as_ref();
                let encoding = encoding.map_or(ast::SignatureEncoding::Base64, |it| it.value);
                Recipe::Hmac {
                    digest: words::digest(digest).to_owned(),
                    encoding: words::encoding(encoding).to_owned(),
                    sign,
                    content,
                    headers: self.auth_headers(scope, name, auth.headers.as_ref()),
                    fields: self.filled(scope, auth.fields.as_ref()),
                }
            }
            RecipeKind::Login => match &auth.command {
                Some(command) => match self.command(scope.file, command) {
                    Some(command) => Recipe::Login {
                        command,
                        fields: self.filled(scope, auth.fields.as_ref()),
                    },
                    None => Recipe::None,
                },
                None => {
                    self.missing(scope, "command", &what, &name.span);
                    Recipe::None
                }
            },
        }
    }

    fn auth_headers(
        &mut self,
        scope: &Scope,
        name: &Text,
        headers: Option<&Table<Text>>,
    ) -> Vec<(String, String)> {
        let Some(headers) = headers.filter(|headers| !headers.is_empty()) else {
            self.missing(scope, "headers", &format!("`{}`", name.value), &name.span);
            return Vec::new();
        };
        self.filled(scope, Some(headers))
    }

    /// Names and templates.
    fn filled(&mut self, scope: &Scope, texts: Option<&Table<Text>>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, text) in texts.iter().flat_map(|texts| texts.iter()) {
            self.check_placeholders(scope.file, text);
            found.push((name.value.clone(), text.value.clone()));
        }
        found
    }

    /// Reports the keys that the recipe does not use.
    fn misplaced_parts(&mut self, scope: &Scope, kind: RecipeKind, auth: &ast::Auth) {
        fn span<T>(part: &Option<Spanned<T>>) -> Option<Range<usize>> {
            part.as_ref().map(|part| part.span.clone())
        }
        fn first(table: &Option<Table<Text>>) -> Option<Range<usize>> {
            let (name, _) = table.as_ref()?.entries.first()?;
            Some(name.span.clone())
        }
        type Part<'k> = (&'k str, Option<Range<usize>>, &'k [RecipeKind]);
        let parts: [Part<'_>; 9] = [
            ("user", span(&auth.user), &[RecipeKind::Basic]),
            ("password", span(&auth.password), &[RecipeKind::Basic]),
            (
                "headers",
                first(&auth.headers),
                &[RecipeKind::Headers, RecipeKind::Hmac],
            ),
            (
                "fields",
                first(&auth.fields),
                &[RecipeKind::Hmac, RecipeKind::Login],
            ),
            ("digest", span(&auth.digest), &[RecipeKind::Hmac]),
            ("encoding", span(&auth.encoding), &[RecipeKind::Hmac]),
            ("sign", span(&auth.sign), &[RecipeKind::Hmac]),
            ("content", span(&auth.content), &[RecipeKind::Hmac]),
            ("command", span(&auth.command), &[RecipeKind::Login]),
        ];
        for (key, span, kinds) in parts {
            if let Some(span) = span.filter(|_| !kinds.contains(&kind)) {
                let label = self.label(scope.file, &span, "");
                self.report(misplaced_key::at(
                    format!("this recipe does not use `{key}`"),
                    label,
                ));
            }
        }
    }

    /// Reports placeholders that nothing fills. Braces around anything but a name are plain text:
    /// what is signed is often JSON.
    fn check_placeholders(&mut self, file: usize, text: &Text) {
        let mut at = 0;
        while let Some(open) = text.value[at..].find('{') {
            let start = at + open;
            let name = &text.value[start + 1..];
            let end = name.find(|c: char| !(c.is_ascii_lowercase() || c == '-'));
            at = start + 1;
            let Some(end) = end.filter(|end| *end > 0 && name[*end..].starts_with('}')) else {
                continue;
            };
            let name = &name[..end];
            if !PLACEHOLDERS.contains(&name) {
                let span = self.inside(file, text, &(start..start + end + 2));
                let label = self.label(file, &span, "");
                let help = match suggestion(name, PLACEHOLDERS) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => format!("known placeholders: `{{{}}}`", PLACEHOLDERS.join("}`, `{")),
                };
                let message = format!("nothing fills the placeholder `{{{name}}}`");
                self.report(bad_template::at(message, label).help(help));
            }
        }
    }

    fn vectors(
        &mut self,
        scope: &Scope,
        parent: &Provenance,
        vectors: &[Spanned<ast::Vector>],
    ) -> Vec<Vector> {
        let mut found = Vec::new();
        for (
            at,
            Spanned {
                value: vector,
                span,
            },
        ) in vectors.iter().enumerate()
        {
            let scope = scope.below(&format!("vectors.{at}"));
            let mut need = |key: &str, text: &Option<String>| {
                if text.is_none() {
                    self.missing(&scope, key, "the test vector", span);
                }
                text.clone().unwrap_or_default()
            };
            let (key, secret) = (need("key", &vector.key), need("secret", &vector.secret));
            let signed = need("signed", &vector.signed);
            let signature = need("signature", &vector.signature);
            let provenance = self.provenance(scope.file, parent, vector.stated());
            found.push(Vector {
                key,
                secret,
                signed,
                signature,
                provenance,
            });
        }
        found
    }

    /// Looks up the id of a command: `ws.subscribe`.
    pub(super) fn command(&mut self, file: usize, id: &Text) -> Option<usize> {
        if let Some((Entity::Command(command), _)) = self.ids.get(&id.value) {
            return Some(*command);
        }
        let commands = self
            .ids
            .iter()
            .filter(|(_, it)| matches!(it.0, Entity::Command(_)));
        let near = suggestion(&id.value, commands.map(|(id, _)| id.as_str())).map(str::to_owned);
        let prefixed = format!("ws.{}", id.value);
        let near = near.or_else(|| self.ids.contains_key(&prefixed).then_some(prefixed));
        self.dangling(file, "command", &id.value, near.as_deref(), &id.span);
        None
    }
}
