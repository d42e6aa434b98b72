//! A message of a socket that another always claims.
//!
//! What arrives on a socket belongs to the first message that matches: more `=` conditions are tried
//! before fewer, then templates, then the rest. Where the conditions of one message say no more than
//! those of one tried before it, it is never seen. The same holds for the commands of a socket.
//!
//! Two messages of one type may be alike, where only the command that went before tells them apart.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use super::implication;
use crate::ir::{Match, Meta, TypeRef};

pub(crate) const RULE: Rule = Rule {
    id: "ambiguous-message",
    severity: Severity::Error,
    text: include_str!("ambiguous_message.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let api = lint.api;
    for socket in 0..api.sockets.len() {
        let messages = api.received(socket).into_iter().map(|id| &api.messages[id]);
        let messages: Vec<_> = messages
            .filter(|message| !message.fallback)
            .map(|message| (&message.matches, &message.ty, &message.meta))
            .collect();
        claimed(lint, &messages);
        let commands = api.sent(socket).into_iter().map(|id| &api.commands[id]);
        let commands: Vec<_> =
            commands.map(|command| (&command.matches, &command.ty, &command.meta)).collect();
        claimed(lint, &commands);
    }
}

fn claimed(lint: &mut Lint<'_>, tried: &[(&Match, &TypeRef, &Meta)]) {
    for (at, (matches, ty, meta)) in tried.iter().enumerate() {
        let claimer = tried[..at].iter().find(|(first, _, _)| implication::implies(matches, first));
        let claimer = claimer.filter(|(first, other, _)| (first, other) != (matches, ty));
        if let Some((conditions, _, claimer)) = claimer {
            let (name, other) = (lint.local(&meta.id), lint.local(&claimer.id));
            let message = match conditions.conditions.is_empty() {
                true => format!("`{other}` claims everything, so that nothing is `{name}`"),
                false => format!("whatever is `{name}` is claimed by `{other}`"),
            };
            let first = lint.label(&claimer.at, "tried first");
            let help = "tell them apart by `match`, or by constants of their types";
            lint.report(&RULE, message, &meta.at).point(first).advise(help);
        }
    }
}
