//! What AsyncAPI cannot say of an API.

use venue_schema::ir::{Auth, EnumBase, Field, Recipe, TypeKind, TypeRef};

use super::Writer;
use crate::api_document as shared;
use crate::json_schema;
use crate::loss::Losses;

impl Writer<'_> {
    pub(super) fn losses(&self) -> Losses {
        let mut out = Losses::new();
        self.of_the_format(&mut out);
        for auth in self.used_auth() {
            of_auth(self.local(&auth.meta.id), auth, &mut out);
        }
        let mut params: Vec<(String, &Field)> = Vec::new();
        for feed in &self.api.feeds {
            let id = self.local(&feed.meta.id);
            if feed.messages.is_empty() {
                out.add(
                    id,
                    "its messages, which no source shows",
                    "a channel without messages",
                );
            }
            for field in &feed.params {
                let about = format!("{id}#{}", field.name);
                if !self.is_plain(&field.ty) {
                    out.add(
                        &about,
                        "the type of a part of an address",
                        "known values as `enum` or `examples`, and `x-venue-schema`",
                    );
                }
                params.push((about, field));
            }
        }
        for (_, ty) in self.shapes() {
            out.add(
                self.local(&ty.meta.id),
                "a message of which no source says where it is sent",
                "a message on no channel",
            );
        }
        let options = self.schemas.options();
        out.extend(json_schema::losses_of_schemas(self.api, params, options));
        out
    }

    fn of_the_format(&self, out: &mut Losses) {
        if !self.api.operations.is_empty() {
            out.add("api", "HTTP operations", "the export as OpenAPI has them");
        }
        out.add(
            "api",
            "that many feeds share one connection, and what tells their messages apart",
            "a channel without an address for each socket, `x-venue-match` at messages, and `x-venue-received` with the \
             order of trial",
        );
        out.add(
            "api",
            "that a feed comes for a command, what its messages mean together, and how they are counted",
            "`x-venue-subscribe`, `x-venue-unsubscribe`, `x-venue-semantics` and `x-venue-sequence` at channels",
        );
        out.add(
            "api",
            "limits, the error catalogue, and silence after which the venue closes",
            "members that begin with `x-venue-`",
        );
        shared::losses_to_generators(self.api, out);
    }

    /// Any text.
    fn is_plain(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::String => true,
            TypeRef::Named(id) => match &self.api.types[*id].kind {
                TypeKind::Enum(values) => values.base == EnumBase::Text,
                _ => false,
            },
            _ => false,
        }
    }
}

fn of_auth(id: &str, auth: &Auth, out: &mut Losses) {
    match &auth.recipe {
        Recipe::Login { .. } => out.add(
            id,
            "authentication by a message after connecting",
            "an `apiKey` scheme, the command in `x-venue-auth`, and prose",
        ),
        Recipe::Hmac { .. } => out.add(
            id,
            "how the signature is made, and that several headers go together",
            "an `httpApiKey` scheme for the key's header, all headers in the `ws` binding of channels, `x-venue-auth` \
             with the recipe and published answers, and prose",
        ),
        Recipe::Headers { headers } if !shared::has_bearer(headers) => out.add(
            id,
            "what stands around the key in a header",
            "an `httpApiKey` scheme, and the template in `x-venue-auth`",
        ),
        _ => {}
    }
}
