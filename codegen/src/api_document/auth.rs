//! How to authenticate: the recipe as data, and in words.

use venue_schema::ir::{Api, Auth, Recipe, Vector};

use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Members, Tree};

/// `x-venue-auth`: all that the spec says of it, in the words of the spec language.
pub(crate) fn recipe(api: &Api, auth: &Auth) -> Members {
    let mut out = Members::new().with("id", auth.meta.id.as_str());
    match &auth.recipe {
        Recipe::None => out.set("recipe", "none"),
        Recipe::Basic { user, password } => {
            out.set("recipe", "basic");
            out.set("user", user.as_str());
            out.set("password", password.as_str());
        }
        Recipe::Headers { headers } => {
            out.set("recipe", "headers");
            out.set("headers", map(headers));
        }
        Recipe::Hmac {
            digest,
            encoding,
            sign,
            content,
            headers,
            fields,
        } => {
            out.set("recipe", "hmac");
            out.set("digest", digest.as_str());
            out.set("encoding", encoding.as_str());
            out.set("sign", sign.as_str());
            if let Some(content) = content {
                out.set("content", content.as_str());
            }
            out.set("headers", map(headers));
            if !fields.is_empty() {
                out.set("fields", map(fields));
            }
        }
        Recipe::Login { command, fields } => {
            out.set("recipe", "login");
            let id = &api.commands[*command].meta.id;
            out.set("command", id.as_str());
            if !fields.is_empty() {
                out.set("fields", map(fields));
            }
        }
    }
    if let Some(token) = &auth.token {
        out.set("token", token.as_str());
    }
    if !auth.vectors.is_empty() {
        let vectors = auth.vectors.iter().map(vector).collect::<Vec<Tree>>();
        out.set("vectors", vectors);
    }
    out.extend(annotations::provenance(&auth.meta.provenance));
    out.extend(annotations::remarks(api, About::Whole(&auth.meta.id)));
    out
}

fn map(headers: &[(String, String)]) -> Members {
    let pairs = headers.iter();
    pairs
        .map(|(name, template)| (name.clone(), template.as_str().into()))
        .collect()
}

/// A published known answer: key and secret are the vendor's samples.
fn vector(vector: &Vector) -> Tree {
    Members::new()
        .with("key", vector.key.as_str())
        .with("secret", vector.secret.as_str())
        .with("signed", vector.signed.as_str())
        .with("signature", vector.signature.as_str())
        .with("x-venue-source", vector.provenance.source.as_str())
        .into()
}

/// The recipe in words.
pub(crate) fn prose(api: &Api, auth: &Auth) -> String {
    match &auth.recipe {
        Recipe::None => "No key.".to_owned(),
        Recipe::Basic { user, password } => {
            let password = match password.as_str() {
                "" => "no password".to_owned(),
                password => format!("`{password}` as password"),
            };
            format!("`{user}` as user name and {password}.")
        }
        Recipe::Headers { headers } => format!("Send {}.", listed(headers)),
        Recipe::Hmac {
            digest,
            encoding,
            sign,
            content,
            headers,
            fields,
        } => {
            let fields = match fields.is_empty() {
                true => String::new(),
                false => format!("Put into the body {}. ", members(fields)),
            };
            let content = match content {
                Some(content) => format!("Write the content: `{content}`. "),
                None => String::new(),
            };
            format!(
                "{fields}{content}Make the HMAC with {digest} and the secret over `{sign}`, write it in {encoding}, and send \
                 {}. {}",
                listed(headers),
                placeholders(sign)
            )
        }
        Recipe::Login { command, fields } => {
            let fields = match fields.is_empty() {
                true => String::new(),
                false => format!(" with {}", members(fields)),
            };
            let id = &api.commands[*command].meta.id;
            format!("Send the command `{id}` on the socket{fields}, once a connection.")
        }
    }
}

fn members(fields: &[(String, String)]) -> String {
    let each: Vec<String> = fields
        .iter()
        .map(|(name, template)| format!("`{name}` as `{template}`"))
        .collect();
    each.join(", ")
}

fn listed(headers: &[(String, String)]) -> String {
    let each: Vec<String> = headers
        .iter()
        .map(|(name, template)| format!("the header `{name}` with `{template}`"))
        .collect();
    each.join(", ")
}

/// What the holes of a signed string stand for, where their names do not say it.
fn placeholders(sign: &str) -> String {
    let known = [
        (
            "{method}",
            "`{method}` is the path below the server's address, without its first slash.",
        ),
        ("{body}", "`{body}` is the exact bytes of the body as sent."),
        (
            "{content}",
            "`{content}` is the exact text of the content as sent.",
        ),
    ];
    let used: Vec<&str> = known
        .iter()
        .filter(|(hole, _)| sign.contains(hole))
        .map(|(_, meaning)| *meaning)
        .collect();
    used.join(" ")
}

/// `Authorization: Bearer {key}` and nothing else.
pub(crate) fn has_bearer(headers: &[(String, String)]) -> bool {
    match headers {
        [(name, template)] => {
            name.eq_ignore_ascii_case("Authorization")
                && template.split_once(' ').is_some_and(|(scheme, rest)| {
                    scheme.eq_ignore_ascii_case("Bearer") && rest.starts_with('{')
                })
        }
        _ => false,
    }
}
