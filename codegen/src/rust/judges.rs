//! A table of every target of an API and what its Rust type says of a JSON text: for tests that
//! hold the types against the other judges.

use quote::quote;
use venue_schema::ir::{Api, Target};

use super::plan::{Plan, Scope};
use super::{layout, names, validate};
use crate::OutputFile;
use crate::json_schema::target_id;

/// The table `JUDGES` of an API whose types stand at `root`, a path such as `sfox_types::legacy`.
///
/// It maps the ids of [`target_id`] to functions of `venue_wire::support`. A feed with several
/// messages has no type of its own and is left out.
pub fn judges(api: &Api, root: &str) -> OutputFile {
    let plan = Plan::new(api);
    let at_root = Scope::default();
    let root = root.split("::").map(names::ident);
    let root = quote!(::#(#root)::*);
    let mut entries = Vec::new();
    let mut add = |target: Target, ty: &venue_schema::ir::TypeRef| {
        let (id, rust) = (target_id(api, target), plan.ty(&at_root, ty));
        let judge = match validate::knows_itself(&plan, ty) {
            true => quote!(wire::support::judge::<#rust> as wire::support::Judge),
            false => {
                let check = validate::of_type(&plan, ty);
                quote!((|json| wire::support::judge_by::<#rust>(json, |value, out| { #check })))
            }
        };
        entries.push(quote!((#id, #judge)));
    };
    for (index, operation) in api.operations.iter().enumerate() {
        if let Some(body) = &operation.body {
            add(Target::Request(index), &body.ty);
        }
        for (status, response) in operation.responses.iter().enumerate() {
            if let Some(ty) = &response.ty {
                add(Target::Response(index, status), ty);
            }
        }
    }
    for (id, feed) in api.feeds.iter().enumerate() {
        if let [message] = feed.messages.as_slice() {
            add(Target::Feed(id), &api.messages[*message].ty);
        }
    }
    for (id, message) in api.messages.iter().enumerate() {
        add(Target::Message(id), &message.ty);
    }
    for (id, command) in api.commands.iter().enumerate() {
        add(Target::Command(id), &command.ty);
    }
    for id in 0..api.types.len() {
        add(Target::Type(id), &venue_schema::ir::TypeRef::Named(id));
    }
    let tokens = quote! {
        use ::venue_wire as wire;
        #[allow(unused_imports)]
        use #root::*;

        /// What the type of each target says of a JSON text.
        #[allow(unreachable_pub)]
        pub static JUDGES: &[(&str, wire::support::Judge)] = &[#(#entries),*];
    };
    OutputFile {
        path: format!("{}_judges.rs", names::snake(&api.id)),
        text: layout(tokens),
    }
}

/// The table `FEATURES` of an API whose types stand at `root` and have their features on: the
/// schema of each type, and how values of it are drawn.
pub fn feature_table(api: &Api, root: &str) -> OutputFile {
    let plan = Plan::new(api);
    let at_root = Scope::default();
    let root = root.split("::").map(names::ident);
    let own = (0..api.types.len()).filter(|&id| !plan.is_alias(id));
    let entries = own.map(|id| {
        let (name, ty) = (target_id(api, Target::Type(id)), plan.path(&at_root, id));
        quote!((
            #name,
            wire::support::schema_of::<#ty> as wire::support::SchemaOf,
            wire::support::draw_text::<#ty> as wire::support::DrawText,
        ))
    });
    let tokens = quote! {
        use ::venue_wire as wire;
        #[allow(unused_imports)]
        use #(::#root)*::*;

        /// The schema of each type, and a value drawn from bytes, if it is valid.
        #[allow(unreachable_pub)]
        pub static FEATURES: &[(&str, wire::support::SchemaOf, wire::support::DrawText)] =
            &[#(#entries),*];
    };
    OutputFile {
        path: format!("{}_features.rs", names::snake(&api.id)),
        text: layout(tokens),
    }
}
