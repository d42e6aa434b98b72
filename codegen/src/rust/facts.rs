//! What a client has to know of an operation, in plain words: for the documentation of its module.

use venue_schema::ir::{Auth, Body, Limit, Media, Operation, Pagination, Recipe, Server, Status};

use super::docs::{code, escape, source};
use super::index::plain;
use super::plan::{Plan, Scope};

/// Sentences in Markdown: what is sent, what comes back, the key, limits, paging, repeating. `outer`
/// is the scope around the operation's module.
pub(super) fn of_operation(
    plan: &Plan<'_>,
    outer: &Scope,
    index: usize,
    operation: &Operation,
) -> Vec<String> {
    let module = plain(&plan.operations[index]);
    let mut items = vec![sends(plan, outer, operation, &format!("{module}::Request"))];
    items.push(answers(
        plan,
        outer,
        operation,
        &format!("{module}::Response"),
    ));
    items.extend(errors(plan, outer));
    items.extend(server(&plan.api.servers[operation.server]));
    let auth: Vec<String> = (operation.auth.iter())
        .map(|&id| way(&plan.api.auth[id]))
        .collect();
    items.push(match auth.as_slice() {
        [] => "**Key**: none is needed.".to_owned(),
        ways => format!("**Key**: {}.", ways.join(", or ")),
    });
    let limits = operation.limits.iter().map(|&id| &plan.api.limits[id]);
    items.extend(
        limits.map(|limit| format!("**Limit** {}: {}.", code(&limit.name), numbers(limit))),
    );
    items.extend(operation.pagination.as_ref().map(pages));
    items.push(
        match (operation.idempotent, operation.ambiguous) {
            (true, false) => "**Repeating** it does no harm.",
            (true, true) => {
                "**Repeating** it is the same as sending it once; a lost reply leaves open whether \
                 it took effect."
            }
            (false, false) => "**Repeating** it may act twice.",
            (false, true) => {
                "**Repeating** it may act twice, and a lost reply leaves open whether it took \
                 effect: find out before sending it again."
            }
        }
        .to_owned(),
    );
    items
}

fn server(server: &Server) -> Option<String> {
    let addresses = server.urls.iter();
    let addresses =
        addresses.map(|(environment, url)| format!("{} {}", escape(environment), source(url)));
    let addresses: Vec<String> = addresses.collect();
    (!addresses.is_empty()).then(|| {
        format!(
            "**Server** {}: {}.",
            code(&server.name),
            addresses.join(", ")
        )
    })
}

fn sends(plan: &Plan<'_>, outer: &Scope, operation: &Operation, request: &str) -> String {
    let body = operation.body.as_ref();
    let typed = body.and_then(|body| Some((body, plan.link(outer, &body.ty)?)));
    let count = [&operation.path_params, &operation.query, &operation.headers];
    let count: usize = count.iter().map(|fields| fields.len()).sum();
    let parameters = match count {
        0 => String::new(),
        1 => " with one parameter".to_owned(),
        count => format!(" with {count} parameters"),
    };
    let body = match (typed, body) {
        (Some((body, link)), _) => format!(", its body {link} as {}", media(body)),
        (None, Some(body)) => format!(", its body as {}", media(body)),
        (None, None) => String::new(),
    };
    format!("**Sends** [`Request`]({request}){parameters}{body}.")
}

/// How a body may be written.
pub(super) fn media(body: &Body) -> String {
    let names = body.media.iter().map(|media| match media {
        Media::Json => "JSON",
        Media::Form => "a form",
        Media::Multipart => "multipart",
    });
    names.collect::<Vec<_>>().join(" or ")
}

fn answers(plan: &Plan<'_>, outer: &Scope, operation: &Operation, response: &str) -> String {
    let by_status = operation.responses.iter().map(|response| {
        let status = match response.status {
            Status::Code(code) => code.to_string(),
            Status::Class(class) => format!("{class}xx"),
        };
        let link = response.ty.as_ref().and_then(|ty| plan.link(outer, ty));
        let media = response.media.as_ref().map(|media| code(media));
        match link.or(media) {
            Some(body) => format!("{status} {body}"),
            None => status,
        }
    });
    let by_status: Vec<String> = by_status.collect();
    match by_status.as_slice() {
        [] => format!("**Answers** [`Response`]({response})."),
        all => format!("**Answers** [`Response`]({response}): {}.", all.join(", ")),
    }
}

fn errors(plan: &Plan<'_>, outer: &Scope) -> Option<String> {
    if plan.api.errors.is_empty() {
        return None;
    }
    let name = &plan.root.error_code;
    let path = outer.path_to(&Scope::default(), name).to_string();
    let path = path.replace(' ', "");
    Some(format!("**Errors** are listed in [`{name}`]({path})."))
}

/// A way to authenticate: its name, what it is, which token.
fn way(auth: &Auth) -> String {
    let how = match &auth.recipe {
        Recipe::None => None,
        Recipe::Basic { .. } => Some("HTTP Basic".to_owned()),
        Recipe::Headers { headers } => {
            let names: Vec<String> = headers.iter().map(|(name, _)| code(name)).collect();
            let word = if names.len() == 1 {
                "header"
            } else {
                "headers"
            };
            Some(format!("in the {word} {}", names.join(", ")))
        }
        Recipe::Hmac { digest, .. } => {
            let digest = digest.to_ascii_uppercase();
            Some(format!("with each request signed by HMAC-{digest}"))
        }
        Recipe::Login { .. } => Some("by a login on the socket".to_owned()),
    };
    let token = auth
        .token
        .as_ref()
        .map(|token| format!("the {} token", escape(token)));
    let told: Vec<String> = token.into_iter().chain(how).collect();
    match told.is_empty() {
        true => code(&auth.name),
        false => format!("{}, {}", code(&auth.name), told.join(" ")),
    }
}

/// How many, in which time, counted by what, and what follows.
pub(super) fn numbers(limit: &Limit) -> String {
    let what = match limit.count {
        1 => escape(&limit.what),
        _ => format!("{}s", escape(&limit.what)),
    };
    let mut words = format!("{} {what}", limit.count);
    match limit.per_s {
        Some(1) => words.push_str(" a second"),
        Some(60) => words.push_str(" a minute"),
        Some(3600) => words.push_str(" an hour"),
        Some(86_400) => words.push_str(" a day"),
        Some(seconds) => words.push_str(&format!(" in {seconds} s")),
        None => words.push_str(" at once"),
    }
    words.push_str(" per ");
    words.push_str(match limit.scope.as_str() {
        "ip" => "IP address",
        other => other,
    });
    if let Some(penalty) = limit.penalty_s {
        words.push_str(&format!("; over it, {penalty} s of waiting"));
    }
    words
}

fn pages(page: &Pagination) -> String {
    let mut words = format!("**Pages** by {}", escape(&page.style.replace('-', " ")));
    if let Some(position) = &page.position {
        words.push_str(&format!(": {} moves on", code(position)));
    }
    if let Some(size) = &page.size {
        let joint = if page.position.is_some() { ", " } else { ": " };
        words.push_str(&format!("{joint}{} sets the size", code(size)));
    }
    match (page.default_size, page.max_size) {
        (None, None) => {}
        (Some(size), None) => words.push_str(&format!(" ({size} by default)")),
        (None, Some(max)) => words.push_str(&format!(" (at most {max})")),
        (Some(size), Some(max)) => {
            words.push_str(&format!(" ({size} by default, at most {max})"));
        }
    }
    words.push('.');
    words
}
