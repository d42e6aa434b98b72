//! A type that nothing uses.
//!
//! No operation, feed, command or message leads to it, and no example shows it. Often the sign of a
//! wrong type somewhere else.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Target, TypeKind, TypeRef};

pub(crate) const RULE: Rule = Rule {
    id: "unused-type",
    severity: Severity::Info,
    text: include_str!("unused_type.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    let mut used = vec![false; api.types.len()];
    let mut stack: Vec<&TypeRef> = Vec::new();
    for operation in &api.operations {
        let params = [&operation.path_params, &operation.query, &operation.headers];
        stack.extend(params.into_iter().flatten().map(|param| &param.ty));
        stack.extend(operation.body.iter().map(|body| &body.ty));
        stack.extend(operation.responses.iter().filter_map(|response| response.ty.as_ref()));
    }
    stack.extend(api.feeds.iter().flat_map(|feed| &feed.params).map(|param| &param.ty));
    stack.extend(api.commands.iter().map(|command| &command.ty));
    stack.extend(api.messages.iter().map(|message| &message.ty));
    let shown = api.examples.iter().filter_map(|example| match example.of {
        Target::Type(id) => Some(id),
        _ => None,
    });
    let shown: Vec<TypeRef> = shown.map(TypeRef::Named).collect();
    stack.extend(&shown);
    while let Some(ty) = stack.pop() {
        match ty {
            TypeRef::List(inner) | TypeRef::Map(inner) => stack.push(inner),
            TypeRef::Named(id) if used.get(*id) == Some(&false) => {
                used[*id] = true;
                match &api.types[*id].kind {
                    TypeKind::Record(record) => stack.extend(record.fields.iter().map(|it| &it.ty)),
                    TypeKind::Union(union) => stack.extend(union.variants.iter().map(|it| &it.ty)),
                    TypeKind::Enum(_) | TypeKind::Scalar(_) => {}
                }
            }
            _ => {}
        }
    }
    for (ty, _) in api.types.iter().zip(used).filter(|(_, used)| !used) {
        lint.report(&RULE, format!("nothing uses the type `{}`", ty.name), &ty.meta.at);
    }
}
