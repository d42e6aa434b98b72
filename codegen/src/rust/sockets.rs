//! Sockets: all that can be received on one, and all that can be sent.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{CommandId, MessageId, Meta, SocketId};

use super::names::ident;
use super::plan::{Plan, Scope};
use super::unions::{self, Case};
use super::{docs, validate};

/// The module of sockets; the first socket's enums are the root's too.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    let Some(first) = plan.sockets.first() else {
        return TokenStream::new();
    };
    let module = &plan.root.sockets;
    let scope = Scope::default().inner(module);
    let sockets = (0..plan.api.sockets.len()).map(|id| socket(plan, &scope, id));
    let exports = &plan.root.exports;
    quote! {
        #(pub use #module::#first::#exports;)*

        /// What is received and sent, by socket.
        pub mod #module {
            #(#sockets)*
        }
    }
}

fn socket(plan: &Plan<'_>, scope: &Scope, id: SocketId) -> TokenStream {
    let module = &plan.sockets[id];
    let scope = scope.inner(module);
    let socket = &plan.api.sockets[id];
    let doc = docs::of_meta(plan.api, &socket.meta).tokens(&socket.name);
    let (messages, commands) = (plan.api.received(id), plan.api.sent(id));
    let received = (!messages.is_empty()).then(|| received(plan, &scope, &messages));
    let sent = (!commands.is_empty()).then(|| sent(plan, &scope, &commands));
    quote! {
        #doc
        pub mod #module {
            #[allow(unused_imports)]
            use ::venue_wire as wire;
            #received
            #sent
        }
    }
}

fn received(plan: &Plan<'_>, scope: &Scope, messages: &[MessageId]) -> TokenStream {
    let this = ident("Received");
    let unknown = ident("Unknown");
    let cases: Vec<Case<'_>> = messages
        .iter()
        .map(|&id| {
            let message = &plan.api.messages[id];
            let doc = of_one(plan, &message.meta);
            Case {
                ident: &plan.messages[id],
                ty: plan.ty(scope, &message.ty),
                is_sensitive: plan.is_sensitive_type(&message.ty),
                matches: &message.matches,
                doc: doc.tokens(""),
            }
        })
        .collect();
    let doc = docs::Docs::new("A message that a client receives.").tokens("");
    let item = unions::emit_enum(plan, &this, "message", &doc, &cases, Some(&unknown));
    let checks = received_checks(plan, messages);
    let ids = messages.iter().map(|&id| {
        let (variant, id) = (&plan.messages[id], &plan.api.messages[id].meta.id);
        quote!(Received::#variant(_) => #id,)
    });
    let (result, option) = (plan.std("Result"), plan.std("Option"));
    quote! {
        #item
        #checks
        wire::__unions! { Received }

        impl Received {
            /// Reads a message: told apart by a look, decoded once.
            ///
            /// # Errors
            ///
            /// If it is not JSON, or not what the message that claims it should be.
            pub fn from_slice(json: &[u8]) -> #result<Self, wire::support::serde_json::Error> {
                wire::support::read_slice(json)
            }

            /// The spec's id of the message.
            pub fn id(&self) -> #option<&'static str> {
                Some(match self {
                    #(#ids)*
                    Received::Unknown(_) => return None,
                })
            }
        }
    }
}

/// Docs of a message or a command: what it is, and its id.
fn of_one(plan: &Plan<'_>, meta: &Meta) -> docs::Docs {
    let mut doc = docs::Docs::default();
    doc.text(&meta.doc)
        .sentences(&format!("Id: {}.", docs::code(&meta.id)))
        .provenance(&meta.provenance)
        .remarks(plan.api, &meta.id, None);
    doc
}

fn received_checks(plan: &Plan<'_>, messages: &[MessageId]) -> TokenStream {
    let mut arms: Vec<(TokenStream, TokenStream)> = Vec::new();
    for &id in messages {
        let (variant, message) = (&plan.messages[id], &plan.api.messages[id]);
        let report = message
            .fallback
            .then(|| quote!(wire::support::undocumented(out, "undocumented-message", "message");));
        match (&report, validate::of_type(plan, &message.ty)) {
            (None, None) => {}
            (_, Some(check)) => {
                arms.push((quote!(Received::#variant(value)), quote!(#report #check)))
            }
            (_, None) => arms.push((quote!(Received::#variant(_)), quote!(#report))),
        }
    }
    let report = quote!(wire::support::undocumented(out, "undocumented-variant", "message"););
    arms.push((quote!(Received::Unknown(_)), report));
    validate::of_cases(&ident("Received"), &arms, messages.len() + 1)
}

fn sent(plan: &Plan<'_>, scope: &Scope, commands: &[CommandId]) -> TokenStream {
    let this = ident("Sent");
    let cases: Vec<Case<'_>> = commands
        .iter()
        .map(|&id| {
            let command = &plan.api.commands[id];
            let doc = of_one(plan, &command.meta);
            Case {
                ident: &plan.commands[id],
                ty: plan.ty(scope, &command.ty),
                is_sensitive: plan.is_sensitive_type(&command.ty),
                matches: &command.matches,
                doc: doc.tokens(""),
            }
        })
        .collect();
    let doc = docs::Docs::new("A message that a client sends.").tokens("");
    let item = unions::emit_enum(plan, &this, "command", &doc, &cases, None);
    let arms = commands.iter().filter_map(|&id| {
        let variant = &plan.commands[id];
        let check = validate::of_type(plan, &plan.api.commands[id].ty)?;
        Some((quote!(Sent::#variant(value)), check))
    });
    let checks = validate::of_cases(&this, &arms.collect::<Vec<_>>(), commands.len());
    quote! {
        #item
        wire::__unions! { Sent }
        #checks
    }
}
