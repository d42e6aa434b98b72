//! `JsonSchema` behind the feature `schemars`: the exported schemas, embedded once for the API.

use proc_macro2::TokenStream;
use quote::quote;

use super::names;
use super::plan::{Plan, Scope};
use crate::OutputFile;
use crate::json_schema::{Members, Options, Tree, for_type};

/// All schemas of the API's types: each definition once, and each type's document without them.
pub(super) fn file(plan: &Plan<'_>) -> OutputFile {
    let options = Options::default();
    let mut definitions = Members::new();
    let mut documents = Members::new();
    for (id, ty) in plan.api.types.iter().enumerate() {
        let Tree::Object(document) = for_type(plan.api, id, &options) else {
            continue;
        };
        if let Some(Tree::Object(own)) = document.get("$defs")
            && let Some(definition) = own.get(&ty.name)
        {
            definitions.set(&ty.name, definition.clone());
        }
        let mut head = Members::new();
        for (name, value) in document.iter().filter(|(name, _)| *name != "$defs") {
            head.set(name, value.clone());
        }
        documents.set(&ty.name, head);
    }
    let file: Tree = Members::new()
        .with("definitions", definitions)
        .with("documents", documents)
        .into();
    OutputFile {
        path: path(plan),
        text: file.to_value().to_string(),
    }
}

fn path(plan: &Plan<'_>) -> String {
    format!("{}_schemas.json", names::snake(&plan.api.id))
}

/// The impls, for every type that has a name of its own.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    let root = Scope::default();
    let entries = (0..plan.api.types.len())
        .filter(|&id| !plan.is_alias(id))
        .map(|id| {
            let (ty, name) = (plan.path(&root, id), &plan.api.types[id].name);
            quote!(#ty = #name;)
        });
    let path = path(plan);
    quote! {
        #[cfg(feature = "schemars")]
        wire::__schemas! { include_str!(#path); #(#entries)* }
    }
}
