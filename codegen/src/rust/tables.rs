//! What a spec says beside types, as constants: the tables of `venue_wire::describe`.

use proc_macro2::TokenStream;
use quote::quote;
use venue_schema::ir::{
    Api, AuthId, CommandId, ErrorClass, FindOut, LimitId, Literal, Pagination, Recipe, Record,
    Semantics, TypeKind, TypeRef,
};

use super::plan::Plan;

/// The module `tables`, and the `API` that holds them together.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    let api = plan.api;
    let (id, title, source) = (&api.id, &api.title, &api.provenance.source);
    let content = [
        servers(api),
        sockets(api),
        auth(api),
        limits(api),
        errors(api),
        operations(api),
        feeds(api),
    ];
    quote! {
        /// What the spec says beside types.
        pub static API: wire::describe::Api = wire::describe::Api {
            id: #id,
            title: #title,
            source: #source,
            servers: tables::SERVERS,
            sockets: tables::SOCKETS,
            auth: tables::AUTH,
            limits: tables::LIMITS,
            errors: tables::ERRORS,
            operations: tables::OPERATIONS,
            feeds: tables::FEEDS,
        };

        /// Servers, sockets, ways to authenticate, limits, errors, operations and feeds.
        pub mod tables {
            #[allow(unused_imports)]
            use ::venue_wire::describe::*;
            #(#content)*
        }
    }
}

fn servers(api: &Api) -> TokenStream {
    let entries = api.servers.iter().map(|server| {
        let (name, urls) = (&server.name, pairs(&server.urls));
        quote!(Server { name: #name, urls: #urls })
    });
    quote! {
        /// HTTP servers.
        pub static SERVERS: &[Server] = &[#(#entries),*];
    }
}

fn sockets(api: &Api) -> TokenStream {
    let entries = api.sockets.iter().map(|socket| {
        let (name, urls) = (&socket.name, pairs(&socket.urls));
        let (auth, limits) = (auth_refs(&socket.auth), limit_refs(&socket.limits));
        let idle_timeout_s = option(socket.idle_timeout_s.as_ref());
        quote!(Socket {
            name: #name,
            urls: #urls,
            auth: #auth,
            idle_timeout_s: #idle_timeout_s,
            limits: #limits,
        })
    });
    quote! {
        /// WebSocket end points.
        pub static SOCKETS: &[Socket] = &[#(#entries),*];
    }
}

fn auth(api: &Api) -> TokenStream {
    let entries = api.auth.iter().map(|auth| {
        let (name, recipe) = (&auth.name, recipe(api, &auth.recipe));
        let token = option(auth.token.as_ref());
        quote!(Auth { name: #name, recipe: #recipe, token: #token })
    });
    quote! {
        /// Ways to authenticate.
        pub static AUTH: &[Auth] = &[#(#entries),*];
    }
}

fn recipe(api: &Api, recipe: &Recipe) -> TokenStream {
    match recipe {
        Recipe::None => quote!(Recipe::None),
        Recipe::Basic { user, password } => {
            quote!(Recipe::Basic { user: #user, password: #password })
        }
        Recipe::Headers { headers } => {
            let headers = pairs(headers);
            quote!(Recipe::Headers { headers: #headers })
        }
        Recipe::Hmac {
            digest,
            encoding,
            sign,
            content,
            headers,
            fields,
        } => {
            let (content, headers) = (option(content.as_ref()), pairs(headers));
            let fields = pairs(fields);
            quote!(Recipe::Hmac {
                digest: #digest,
                encoding: #encoding,
                sign: #sign,
                content: #content,
                headers: #headers,
                fields: #fields,
            })
        }
        Recipe::Login { command, fields } => {
            let (constants, fields) = (pairs(&constants(api, *command)), pairs(fields));
            let command = &api.commands[*command].meta.id;
            quote!(Recipe::Login { command: #command, constants: #constants, fields: #fields })
        }
    }
}

/// The members of a command that are always the same, as JSON texts. One that has several forms is
/// sent in the first.
pub(super) fn constants(api: &Api, command: CommandId) -> Vec<(String, String)> {
    let Some(record) = record(api, &api.commands[command].ty) else {
        return Vec::new();
    };
    let constants = record
        .fields
        .iter()
        .filter_map(|field| Some((field.wire.clone(), json(field.constant.as_ref()?))));
    constants.collect()
}

/// The record that a type is, or that the first variant of a union is.
fn record<'a>(api: &'a Api, ty: &TypeRef) -> Option<&'a Record> {
    let TypeRef::Named(id) = ty else {
        return None;
    };
    match &api.types[*id].kind {
        TypeKind::Record(record) => Some(record),
        TypeKind::Union(union) => record(api, &union.variants.first()?.ty),
        _ => None,
    }
}

/// A constant as JSON text.
pub(super) fn json(literal: &Literal) -> String {
    match literal {
        Literal::Str(text) => serde_json::Value::from(text.as_str()).to_string(),
        Literal::Int(number) => number.to_string(),
        Literal::Bool(truth) => truth.to_string(),
    }
}

fn limits(api: &Api) -> TokenStream {
    let entries = api.limits.iter().map(|limit| {
        let (name, count, what, scope) = (&limit.name, limit.count, &limit.what, &limit.scope);
        let (per_s, penalty_s) = (
            option(limit.per_s.as_ref()),
            option(limit.penalty_s.as_ref()),
        );
        quote!(Limit {
            name: #name,
            count: #count,
            per_s: #per_s,
            what: #what,
            scope: #scope,
            penalty_s: #penalty_s,
        })
    });
    quote! {
        /// Limits on requests and connections.
        pub static LIMITS: &[Limit] = &[#(#entries),*];
    }
}

fn errors(api: &Api) -> TokenStream {
    let entries = api.errors.iter().map(|error| {
        let name = &error.name;
        let (status, code) = (option(error.status.as_ref()), option(error.code.as_ref()));
        let (text, wait_s) = (option(error.text.as_ref()), option(error.wait_s.as_ref()));
        let (is_retryable, doc) = (error.retryable, &error.meta.doc);
        let class = match error.class {
            ErrorClass::Success => quote!(Success),
            ErrorClass::Caller => quote!(Caller),
            ErrorClass::Auth => quote!(Auth),
            ErrorClass::RateLimit => quote!(RateLimit),
            ErrorClass::Venue => quote!(Venue),
            ErrorClass::Ambiguous => quote!(Ambiguous),
        };
        quote!(ErrorEntry {
            name: #name,
            status: #status,
            code: #code,
            text: #text,
            class: ErrorClass::#class,
            is_retryable: #is_retryable,
            wait_s: #wait_s,
            doc: #doc,
        })
    });
    quote! {
        /// The error catalogue.
        pub static ERRORS: &[ErrorEntry] = &[#(#entries),*];
    }
}

fn operations(api: &Api) -> TokenStream {
    let entries = api.operations.iter().map(|operation| {
        let (id, title, method) = (&operation.meta.id, &operation.title, &operation.method);
        let (path, server) = (operation.path.to_string(), operation.server);
        let (auth, limits) = (auth_refs(&operation.auth), limit_refs(&operation.limits));
        let (is_idempotent, is_ambiguous) = (operation.idempotent, operation.ambiguous);
        let pagination = option(operation.pagination.as_ref().map(pagination).as_ref());
        let find_out = operation.find_out.as_ref().map(|it| find_out(api, it));
        let find_out = option(find_out.as_ref());
        quote!(Operation {
            id: #id,
            title: #title,
            method: #method,
            path: #path,
            server: &SERVERS[#server],
            auth: #auth,
            limits: #limits,
            is_idempotent: #is_idempotent,
            is_ambiguous: #is_ambiguous,
            find_out: #find_out,
            pagination: #pagination,
        })
    });
    quote! {
        /// HTTP operations.
        pub static OPERATIONS: &[Operation] = &[#(#entries),*];
    }
}

fn find_out(api: &Api, find_out: &FindOut) -> TokenStream {
    let by = option(find_out.by.as_ref());
    let with = find_out.with.iter().map(|&id| &api.operations[id].meta.id);
    quote!(FindOut { by: #by, with: &[#(#with),*] })
}

fn pagination(page: &Pagination) -> TokenStream {
    let (style, size) = (&page.style, option(page.size.as_ref()));
    let position = option(page.position.as_ref());
    let default_size = option(page.default_size.as_ref());
    let max_size = option(page.max_size.as_ref());
    quote!(Pagination {
        style: #style,
        size: #size,
        position: #position,
        default_size: #default_size,
        max_size: #max_size,
    })
}

fn feeds(api: &Api) -> TokenStream {
    let entries = api.feeds.iter().map(|feed| {
        let (id, channel, socket) = (&feed.meta.id, feed.channel.to_string(), feed.socket);
        let auth = auth_refs(&feed.auth);
        let semantics = match feed.semantics {
            Semantics::Events => quote!(Events),
            Semantics::Snapshots => quote!(Snapshots),
            Semantics::SnapshotThenUpdates => quote!(SnapshotThenUpdates),
        };
        let sequence = match &feed.sequence {
            Some(sequence) => {
                let (field, scope) = (&sequence.field, &sequence.scope);
                quote!(Some((#field, #scope)))
            }
            None => quote!(None),
        };
        quote!(Feed {
            id: #id,
            channel: #channel,
            socket: &SOCKETS[#socket],
            auth: #auth,
            semantics: Semantics::#semantics,
            sequence: #sequence,
        })
    });
    quote! {
        /// WebSocket feeds.
        pub static FEEDS: &[Feed] = &[#(#entries),*];
    }
}

fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#pairs),*])
}

fn auth_refs(ids: &[AuthId]) -> TokenStream {
    quote!(&[#(&AUTH[#ids]),*])
}

fn limit_refs(ids: &[LimitId]) -> TokenStream {
    quote!(&[#(&LIMITS[#ids]),*])
}

fn option<T: quote::ToTokens>(value: Option<&T>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
