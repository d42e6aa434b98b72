//! Security schemes: which headers a request carries. How a signature is made, OpenAPI cannot say.

use std::collections::BTreeSet;

use venue_schema::ir::{Auth, AuthId, Operation, Recipe};

use super::Writer;
use crate::api_document as shared;
use crate::json_schema::{Members, Tree};

impl Writer<'_> {
    /// Every scheme that an operation takes, in the order of the spec.
    pub(super) fn security_schemes(&self) -> Members {
        let used: BTreeSet<AuthId> = self
            .api
            .operations
            .iter()
            .flat_map(|operation| operation.auth.iter().copied())
            .collect();
        let mut out = Members::new();
        for id in used {
            for (name, scheme) in self.schemes(&self.api.auth[id]) {
                out.set(&name, scheme);
            }
        }
        out
    }

    /// Any one of the list will do.
    pub(super) fn security(&self, operation: &Operation) -> Vec<Tree> {
        let mut out: Vec<Tree> = Vec::new();
        for &id in &operation.auth {
            let auth = &self.api.auth[id];
            if let Recipe::Login { .. } = auth.recipe {
                continue;
            }
            let together: Members = self
                .schemes(auth)
                .into_iter()
                .map(|(name, _)| (name, Vec::new().into()))
                .collect();
            out.push(together.into());
        }
        if out == [Tree::from(Members::new())] {
            out.clear();
        }
        out
    }

    /// The schemes that make up a recipe: all are needed together. None for no key, and for what
    /// is no header.
    fn schemes(&self, auth: &Auth) -> Vec<(String, Members)> {
        let name = shared::key(&auth.name);
        match &auth.recipe {
            Recipe::None | Recipe::Login { .. } => Vec::new(),
            Recipe::Basic { .. } => {
                let scheme = Members::new().with("type", "http").with("scheme", "basic");
                vec![(name, self.described(auth, scheme))]
            }
            Recipe::Headers { headers } if shared::has_bearer(headers) => {
                let scheme = Members::new().with("type", "http").with("scheme", "bearer");
                vec![(name, self.described(auth, scheme))]
            }
            Recipe::Headers { headers } | Recipe::Hmac { headers, .. } => headers
                .iter()
                .map(|(header, _)| {
                    let scheme = Members::new()
                        .with("type", "apiKey")
                        .with("in", "header")
                        .with("name", header.as_str());
                    let name = match headers.len() {
                        1 => name.clone(),
                        _ => format!("{name}-{}", shared::key(header)),
                    };
                    (name, self.described(auth, scheme))
                })
                .collect(),
        }
    }

    fn described(&self, auth: &Auth, mut scheme: Members) -> Members {
        let prose = shared::prose(self.api, auth);
        scheme.extend(shared::described(&[&auth.meta.doc, &prose]));
        scheme.set("x-venue-auth", shared::recipe(self.api, auth));
        scheme
    }
}
