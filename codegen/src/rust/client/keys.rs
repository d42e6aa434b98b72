//! Kinds of key: a type each, so that an operation cannot be called with one that it refuses.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{Api, AuthId, Recipe};

use crate::rust::names::{Names, pascal};

/// The kinds of key of an API.
pub(super) struct Keys {
    kinds: Vec<Kind>,
}

struct Kind {
    /// As the spec calls it.
    token: Option<String>,
    /// Name of its type.
    ident: Ident,
    /// It comes with a secret that signs.
    signs: bool,
    doc: String,
}

/// Who may call.
pub(super) enum Callers<'k> {
    /// Anyone, with any key or none.
    Anyone,
    /// Those with one of these keys.
    With(Vec<&'k Ident>),
}

impl Keys {
    pub(super) fn of(api: &Api) -> Self {
        let mut names = Names::reserving(["Client", "Error", "NoKey"]);
        let mut kinds: Vec<Kind> = Vec::new();
        for id in used(api) {
            let auth = &api.auth[id];
            let signs = matches!(auth.recipe, Recipe::Hmac { .. });
            if let Some(kind) = kinds.iter_mut().find(|kind| kind.token == auth.token) {
                kind.signs |= signs;
                continue;
            }
            let (ident, doc) = match &auth.token {
                Some(_) => (names.claim(&pascal(&auth.name)), auth.meta.doc.clone()),
                None => (names.claim("Key"), "A key of the API.".to_owned()),
            };
            kinds.push(Kind {
                token: auth.token.clone(),
                ident,
                signs,
                doc,
            });
        }
        Keys { kinds }
    }

    /// The key that a client has unless its type says otherwise.
    pub(super) fn default(&self) -> TokenStream {
        match self.kinds.first() {
            Some(kind) => {
                let ident = &kind.ident;
                quote!(#ident)
            }
            None => quote!(::venue_transport::NoKey),
        }
    }

    /// An expression for a key of that kind, from these texts.
    pub(super) fn made(&self, kind: &Ident, key: &str, secret: &str) -> TokenStream {
        let signs = self.kinds.iter().any(|it| it.ident == *kind && it.signs);
        match signs {
            true => quote!(#kind::new(#key, #secret)),
            false => quote!(#kind::new(#key)),
        }
    }

    /// The types.
    pub(super) fn emit(&self) -> TokenStream {
        let kinds = self.kinds.iter().map(|kind| {
            let (ident, doc) = (&kind.ident, format!(" {}", kind.doc));
            let token = match &kind.token {
                Some(token) => quote!(Some(#token)),
                None => quote!(None),
            };
            let parts = match kind.signs {
                true => quote!(pair),
                false => quote!(key),
            };
            quote!(::venue_transport::__key! { #[doc = #doc] #ident, #token, #parts })
        });
        quote!(#(#kinds)*)
    }

    /// Who may call what is authenticated in one of these ways.
    pub(super) fn callers(&self, api: &Api, ways: &[AuthId]) -> Callers<'_> {
        let is_open = |id: &AuthId| matches!(api.auth[*id].recipe, Recipe::None);
        if ways.is_empty() || ways.iter().any(is_open) {
            return Callers::Anyone;
        }
        let takes = |kind: &&Kind| ways.iter().any(|&id| api.auth[id].token == kind.token);
        let kinds = self.kinds.iter().filter(takes);
        Callers::With(kinds.map(|kind| &kind.ident).collect())
    }
}

/// The ways to authenticate that something refers to, in the order of the spec.
fn used(api: &Api) -> Vec<AuthId> {
    let operations = api.operations.iter().flat_map(|it| &it.auth);
    let sockets = api.sockets.iter().flat_map(|it| &it.auth);
    let feeds = api.feeds.iter().flat_map(|it| &it.auth);
    let mut ids: Vec<AuthId> = operations.chain(sockets).chain(feeds).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|&id| !matches!(api.auth[id].recipe, Recipe::None));
    ids
}
