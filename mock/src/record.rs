//! What passed, as capture records: one JSON object a line, secrets masked.

use venue_schema::ir::{Api, Recipe};
use venue_schema::sample::raw::{Raw, quoted, unquoted};
use venue_wire::DateTime;

use crate::mock::{Answer, Asked};

/// In place of a secret.
pub(crate) const MASK: &str = "***";

/// Headers that carry keys, beside those that the API's recipes name.
const SECRET_HEADERS: [&str; 5] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
];

/// What must not be written down.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    headers: Vec<String>,
    members: Vec<String>,
}

impl Secrets {
    pub(crate) fn new(api: &Api, members: &[String]) -> Self {
        let mut headers: Vec<String> = SECRET_HEADERS.map(str::to_owned).to_vec();
        for auth in &api.auth {
            if let Recipe::Headers { headers: named } | Recipe::Hmac { headers: named, .. } =
                &auth.recipe
            {
                headers.extend(named.iter().map(|(name, _)| name.to_ascii_lowercase()));
            }
        }
        Secrets {
            headers,
            members: members.to_vec(),
        }
    }

    /// A record of an exchange; its address is the venue's own.
    pub(crate) fn exchange(&self, url: &str, asked: &Asked, answer: &Answer, at: i128) -> String {
        let request = format!(
            r#"{{"method":{},"url":{},"headers":{},"body":{}}}"#,
            quoted(&asked.method),
            quoted(&self.url(url)),
            self.headers(&asked.headers),
            self.body(&asked.body, &asked.headers),
        );
        let response = format!(
            r#"{{"status":{},"headers":{},"body":{}}}"#,
            answer.status,
            self.headers(&answer.headers),
            self.body(&answer.body, &answer.headers),
        );
        let at = moment(at);
        format!(r#"{{"kind":"http","at":{at},"request":{request},"response":{response}}}"#)
    }

    /// A record of a message.
    pub(crate) fn message(
        &self,
        url: &str,
        connection: u64,
        direction: &str,
        text: &str,
        at: i128,
    ) -> String {
        format!(
            r#"{{"kind":"ws","at":{},"connection":"{connection}","url":{},"direction":"{direction}","data":{}}}"#,
            moment(at),
            quoted(&self.url(url)),
            self.text(text),
        )
    }

    fn headers(&self, headers: &[(String, String)]) -> String {
        let mut out = String::from("{");
        for (name, value) in headers {
            let secret = self.headers.contains(&name.to_ascii_lowercase());
            let value = if secret { MASK } else { value };
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(&quoted(name));
            out.push(':');
            out.push_str(&quoted(value));
        }
        out.push('}');
        out
    }

    fn body(&self, bytes: &[u8], headers: &[(String, String)]) -> String {
        if bytes.is_empty() {
            return "null".into();
        }
        let text = String::from_utf8_lossy(bytes);
        let form = headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("content-type") && value.contains("urlencoded")
        });
        if form {
            return quoted(&self.pairs(&text));
        }
        self.text(&text)
    }

    /// JSON as it is, unless it is a secret or a string; anything else as a string.
    fn text(&self, text: &str) -> String {
        match Raw::parse(text) {
            Some(mut value) => {
                // What names a line's end would break the line in two.
                let verbatim = !text.contains(['\n', '\r']);
                let masked = self.mask(&mut value);
                match value {
                    Raw::Token(_) => quoted(text),
                    _ if verbatim && !masked => text.to_owned(),
                    value => value.to_string(),
                }
            }
            None => quoted(text),
        }
    }

    /// Whether anything was masked.
    fn mask(&self, value: &mut Raw) -> bool {
        match value {
            Raw::Token(_) => false,
            Raw::Array(items) => items.iter_mut().fold(false, |any, item| {
                let masked = self.mask(item);
                any || masked
            }),
            Raw::Object(members) => {
                let mut any = false;
                for (key, value) in members {
                    if self.members.iter().any(|name| *name == unquoted(key)) {
                        if let Some(text) = value.text() {
                            // As long as it was, within reason: a length can be asked for.
                            let length = text.chars().count().clamp(MASK.len(), 64);
                            *value = Raw::string(&"*".repeat(length));
                            any = true;
                        }
                    } else {
                        any |= self.mask(value);
                    }
                }
                any
            }
        }
    }

    fn url(&self, url: &str) -> String {
        match url.split_once('?') {
            Some((before, query)) => format!("{before}?{}", self.pairs(query)),
            None => url.to_owned(),
        }
    }

    fn pairs(&self, text: &str) -> String {
        let mask = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if self.members.iter().any(|known| known == name) => {
                format!("{name}={MASK}")
            }
            _ => pair.to_owned(),
        };
        text.split('&').map(mask).collect::<Vec<_>>().join("&")
    }
}

fn moment(nanos: i128) -> String {
    let text = DateTime::from_unix_nanos(nanos).map(|at| at.to_string());
    quoted(&text.unwrap_or_default())
}
