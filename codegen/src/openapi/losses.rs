//! What OpenAPI cannot say of an API.

use std::collections::BTreeMap;

use venue_schema::ir::{Auth, Media, Operation, Recipe, TypeKind};

use super::paths::{Path, text};
use super::{Writer, bodies, parameters};
use crate::api_document as shared;
use crate::json_schema;
use crate::loss::Losses;

impl Writer<'_> {
    pub(super) fn losses(&self, paths: &BTreeMap<usize, Path>) -> Losses {
        let mut out = Losses::new();
        self.of_the_format(&mut out);
        for auth in self.used_auth() {
            of_auth(self.local(&auth.meta.id), auth, &mut out);
        }
        for path in paths.values() {
            self.of_path(path, &mut out);
        }
        for operation in &self.api.operations {
            self.of_operation(operation, &mut out);
        }
        self.of_unions(&mut out);
        let fields = self.api.operations.iter().flat_map(|operation| {
            let id = self.local(&operation.meta.id);
            let all = [&operation.path_params, &operation.query, &operation.headers];
            let each = all.into_iter().flatten();
            each.map(move |field| (format!("{id}#{}", field.name), field))
        });
        out.extend(json_schema::losses_of_schemas(
            self.api,
            fields.collect::<Vec<_>>(),
            self.schemas.options(),
        ));
        out
    }

    fn of_the_format(&self, out: &mut Losses) {
        if !self.api.sockets.is_empty() {
            out.add(
                "api",
                "sockets: feeds, commands and messages",
                "the export as AsyncAPI has them",
            );
        }
        out.add(
            "api",
            "rate limits, the error catalogue, paging, whether a request can be repeated and whether a lost reply \
             leaves its outcome open",
            "members that begin with `x-venue-`, and prose in descriptions",
        );
        shared::losses_to_generators(self.api, out);
        let other = |op: &&Operation| op.server != self.main_server;
        for operation in self.api.operations.iter().filter(other) {
            out.add(
                self.local(&operation.meta.id),
                "to many generators, that it has a server of its own",
                "`servers` at the operation: where a generated client takes no notice of it, give its address as the \
                 base",
            );
        }
    }

    /// Kept, as it is the one tool's fault, and there is an export for its users.
    fn of_unions(&self, out: &mut Losses) {
        for id in json_schema::reachable(self.api, &self.roots()) {
            let ty = &self.api.types[id];
            if let TypeKind::Union(union) = &ty.kind
                && union.variants.len() > 1
                && union
                    .variants
                    .iter()
                    .any(|it| shared::is_collection(self.api, &it.ty))
            {
                out.add(
                    self.local(&ty.meta.id),
                    "to openapi-generator's Java, a union with a list among its variants: it writes a class that does \
                     not compile",
                    "exported `--for java`, a list of plain values in its place",
                );
            }
        }
    }

    fn used_auth(&self) -> impl Iterator<Item = &Auth> {
        let used = |id: &usize| self.api.operations.iter().any(|op| op.auth.contains(id));
        let ids = (0..self.api.auth.len()).filter(used);
        ids.map(|id| &self.api.auth[id])
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn of_path(&self, path: &Path, out: &mut Losses) {
        for &index in &path.operations {
            let operation = &self.api.operations[index];
            let own = text(&operation.path.parts, |_, name| format!("{{{name}}}"));
            if path.template.contains('#') {
                out.add(
                    self.local(&operation.meta.id),
                    "that another server has the same path and method",
                    &format!(
                        "the path with a fragment, which is not sent: `{}`",
                        path.template
                    ),
                );
            } else if own != path.template {
                out.add(
                    self.local(&operation.meta.id),
                    "its own name for a part of the path that another operation calls otherwise",
                    &format!(
                        "both names in one, as in `{}`; `x-venue-path` and `x-venue-name` have its own",
                        path.template
                    ),
                );
            }
        }
    }

    fn of_operation(&self, operation: &Operation, out: &mut Losses) {
        let id = self.local(&operation.meta.id);
        if let Some(body) = &operation.body {
            if matches!(operation.method.as_str(), "GET" | "HEAD" | "DELETE") {
                out.add(
                    id,
                    "to many generators, that a request of this method has a body",
                    "the body all the same, which OpenAPI allows",
                );
            }
            let fields = shared::fields_of(self.api, &body.ty).iter();
            let files = fields.filter(|field| bodies::is_file(body, field));
            // Where the spec lists the kinds of a file, nothing is guessed.
            let files = files.filter(|field| bodies::kinds(body, field).is_none());
            if body.media.contains(&Media::Multipart) && files.count() > 0 {
                out.add(
                    id,
                    "which parts are files, of which the spec says so in words only",
                    "`format: binary` on text that is named `file` or `files`",
                );
            }
        }
        if !operation.rules.is_empty() {
            out.add(
                id,
                "rules across its query parameters",
                "prose, and `x-venue-query-rules`: schemas of an object with a member a parameter",
            );
        }
        if operation.responses.is_empty() {
            out.add(
                id,
                "that no answer is known",
                "a `default` response without a body",
            );
        }
        for response in &operation.responses {
            if response.ty.is_some() && response.may_be_empty {
                out.add(
                    "api",
                    "that a body may be missing from a response that has one otherwise",
                    "`x-venue-may-be-empty`; a tool that insists on the body fails on none",
                );
            }
        }
        let ignored = operation
            .headers
            .iter()
            .filter(|it| parameters::is_ignored(it));
        for field in ignored {
            out.add(
                &format!("{id}#{}", field.name),
                "a header that OpenAPI does not take as a parameter",
                "nothing",
            );
        }
        for &auth in &operation.auth {
            if let Recipe::Login { .. } = self.api.auth[auth].recipe {
                out.add(id, "authentication by a message on a socket", "nothing");
            }
        }
    }

    fn local<'i>(&self, id: &'i str) -> &'i str {
        shared::local(self.api, id)
    }
}

fn of_auth(id: &str, auth: &Auth, out: &mut Losses) {
    match &auth.recipe {
        Recipe::Hmac { .. } => out.add(
            id,
            "how the signature is made",
            "an `apiKey` scheme for each header, `x-venue-auth` with the recipe and published answers, and prose: a \
             generated client must be given each header's value",
        ),
        Recipe::Headers { headers } if !shared::has_bearer(headers) => out.add(
            id,
            "what stands around the key in a header",
            "an `apiKey` scheme, and the template in `x-venue-auth`",
        ),
        Recipe::Basic { .. } => out.add(
            id,
            "what of the key is user name and what password",
            "prose, and the templates in `x-venue-auth`",
        ),
        _ => {}
    }
}
