//! The check program of the API, and which type starts where in it.

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use quote::quote;
use venue_schema::program::Compiled;

use super::names::{self, ident};
use super::plan::{Plan, Scope};
use crate::{OutputFile, program};

/// The program as one expression, in a file of its own: rows of numbers, laid out densely.
pub(super) fn program_file(plan: &Plan<'_>, compiled: &Compiled) -> OutputFile {
    let mut text = format!("// The check program of {}. Do not edit.\n", plan.api.id);
    let mut line_start = text.len();
    dense(program::tokens(compiled), &mut text, &mut line_start);
    text.push('\n');
    OutputFile {
        path: program_path(plan),
        text,
    }
}

fn program_path(plan: &Plan<'_>) -> String {
    format!("{}_program.rs", names::snake(&plan.api.id))
}

/// Tokens one after the other, in lines that end at a comma.
fn dense(tokens: TokenStream, out: &mut String, line_start: &mut usize) {
    const WIDTH: usize = 90;
    let mut after_word = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                dense(group.stream(), out, line_start);
                out.push_str(close);
                after_word = false;
            }
            TokenTree::Punct(punct) => {
                out.push(punct.as_char());
                let ends_line = matches!(punct.as_char(), ',' | ';');
                if ends_line && out.len() - *line_start > WIDTH {
                    out.push('\n');
                    *line_start = out.len();
                }
                after_word = false;
            }
            word => {
                if after_word {
                    out.push(' ');
                }
                out.push_str(&word.to_string());
                after_word = true;
            }
        }
    }
}

/// `Checked` of every type that has a name of its own, and the static that holds the program.
pub(super) fn emit(plan: &Plan<'_>, compiled: &Compiled) -> TokenStream {
    let path = program_path(plan);
    let root = Scope::default();
    let mut entries = Vec::new();
    for id in 0..plan.api.types.len() {
        // An alias is the type that it stands for, which has no place of its own in the program.
        if let (Some(node), false) = (compiled.types.get(id), plan.is_alias(id)) {
            entries.push(entry(&plan.path(&root, id), node.0));
        }
    }
    for (id, socket) in plan.sockets.iter().enumerate() {
        let module = |name: &str| -> TokenStream {
            let (sockets, name): (&Ident, Ident) = (&plan.root.sockets, ident(name));
            quote!(#sockets::#socket::#name)
        };
        if !plan.api.received(id).is_empty() {
            entries.push(entry(&module("Received"), compiled.socket_received(id).0));
        }
        if !plan.api.sent(id).is_empty() {
            entries.push(entry(&module("Sent"), compiled.socket_sent(id).0));
        }
    }
    let program = &plan.root.program;
    quote! {
        /// The check program of the API: what holds JSON text against the types below without
        /// building them.
        pub static #program: wire::check::Program = include!(#path);

        wire::__checked! { #program; #(#entries)* }
    }
}

fn entry(path: &TokenStream, node: u32) -> TokenStream {
    let node = Literal::u32_unsuffixed(node);
    quote!(#path = #node;)
}
