//! Whether a request carries a key, by the recipe of its spec: for signed ones, whether the
//! signature is right.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};
use venue_schema::ir::{Api, AuthId, Recipe};

/// A key that the mock takes. `Debug` shows neither part.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// What identifies the caller.
    pub key: String,
    /// What signatures are made with. Without one they are not verified.
    pub secret: Option<String>,
    /// Which kind of key it is, where an API has several: `partner`. Without it, any.
    pub token: Option<String>,
}

impl Key {
    /// Reads `KEY`, `KEY:SECRET` or, where the API has such a kind of key, `KIND=KEY`.
    pub fn of(api: &Api, text: &str) -> Self {
        let kind = text.split_once('=').filter(|(kind, _)| {
            let mut schemes = api.auth.iter();
            schemes.any(|auth| auth.token.as_deref() == Some(*kind))
        });
        match kind {
            Some((kind, key)) => Key {
                token: Some(kind.to_owned()),
                ..Key::parse(key)
            },
            None => Key::parse(text),
        }
    }

    /// Reads `KEY` or `KEY:SECRET`.
    pub fn parse(text: &str) -> Self {
        let (key, secret) = match text.split_once(':') {
            Some((key, secret)) => (key, Some(secret.to_owned())),
            None => (text, None),
        };
        Key {
            key: key.to_owned(),
            secret,
            token: None,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a caller is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Denied {
    /// It shows no key.
    Missing,
    /// The key is not one of those taken.
    Unknown,
    /// The signature is not that of what was sent.
    Signature,
    /// The nonce was used before, or is not there.
    Nonce,
    /// The signed moment is too far from the mock's.
    Timestamp,
}

impl Denied {
    /// In words, for whoever reads the answer.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Denied::Missing => "no key was sent",
            Denied::Unknown => "the key is not known",
            Denied::Signature => "the signature does not fit what was sent",
            Denied::Nonce => "the nonce was used before",
            Denied::Timestamp => "the timestamp is too far off",
        }
    }
}

/// What of a request a recipe looks at.
pub(crate) struct Shown<'a> {
    /// Names in lower case.
    pub(crate) headers: &'a [(String, String)],
    /// The operation's wire name: its path without the slash that it begins with.
    pub(crate) method: &'a str,
    pub(crate) body: &'a str,
}

impl Shown<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Who a caller is, and what it signed with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Its key.
    pub(crate) key: String,
    /// Nonce and moment (ms) of what it signed, if there are such and the signature was verified.
    pub(crate) signed: Option<(Option<u64>, Option<i128>)>,
}

/// Holds a request against the first recipe that it fits. Where none fits, the nearest miss.
pub(crate) fn check(
    api: &Api,
    any_of: &[AuthId],
    keys: &[Key],
    shown: &Shown<'_>,
) -> Result<Caller, Denied> {
    if any_of.is_empty() {
        return Ok(Caller::default());
    }
    let mut nearest = Denied::Missing;
    for id in any_of {
        let auth = &api.auth[*id];
        match by_recipe(&auth.recipe, keys, shown) {
            Ok(caller) if !is_kind(keys, &caller, auth.token.as_deref()) => {
                nearest = nearest.max(Denied::Unknown);
            }
            Ok(caller) => return Ok(caller),
            Err(denied) => nearest = nearest.max(denied),
        }
    }
    Err(nearest)
}

/// Whether a key is of the kind that a scheme takes; one of which no kind is known is of any.
fn is_kind(keys: &[Key], caller: &Caller, taken: Option<&str>) -> bool {
    let known = keys.iter().find(|key| key.key == caller.key);
    let kind = known.and_then(|key| key.token.as_deref());
    kind.is_none() || taken.is_none() || kind == taken
}

fn by_recipe(recipe: &Recipe, keys: &[Key], shown: &Shown<'_>) -> Result<Caller, Denied> {
    match recipe {
        Recipe::None => Ok(Caller::default()),
        // By message: a request over HTTP cannot.
        Recipe::Login { .. } => Err(Denied::Missing),
        Recipe::Basic { user, password } => {
            let header = shown.header("authorization").ok_or(Denied::Missing)?;
            let coded = header.strip_prefix("Basic ").ok_or(Denied::Missing)?;
            let text = STANDARD.decode(coded.trim()).map_err(|_| Denied::Missing)?;
            let text = String::from_utf8(text).map_err(|_| Denied::Missing)?;
            let (name, word) = text.split_once(':').unwrap_or((&text, ""));
            let mut vars = Vars::default();
            if !(vars.read(user, name) && vars.read(password, word)) {
                return Err(Denied::Missing);
            }
            vars.caller(keys)
        }
        Recipe::Headers { headers } => read_headers(headers, shown)?.caller(keys),
        Recipe::Hmac {
            digest,
            encoding,
            sign,
            headers,
            ..
        } => {
            let vars = read_headers(headers, shown)?;
            let signed = Signed {
                digest,
                encoding,
                sign,
            };
            signed.verify(&vars, keys, shown)
        }
    }
}

fn read_headers(headers: &[(String, String)], shown: &Shown<'_>) -> Result<Vars, Denied> {
    let mut vars = Vars::default();
    for (name, template) in headers {
        let value = shown.header(name).ok_or(Denied::Missing)?;
        if !vars.read(template, value) {
            return Err(Denied::Missing);
        }
    }
    Ok(vars)
}

/// The headers by which a caller shows its key. Without a secret the signature is a placeholder.
pub(crate) fn headers(
    recipe: &Recipe,
    key: &Key,
    method: &str,
    body: &str,
    now: i128,
) -> Vec<(String, String)> {
    let with_key = |template: &str| template.replace("{key}", &key.key);
    match recipe {
        Recipe::None | Recipe::Login { .. } => Vec::new(),
        Recipe::Basic { user, password } => {
            let text = format!("{}:{}", with_key(user), with_key(password));
            let value = format!("Basic {}", STANDARD.encode(text));
            vec![("authorization".into(), value)]
        }
        Recipe::Headers { headers } => headers
            .iter()
            .map(|(name, template)| (name.to_ascii_lowercase(), with_key(template)))
            .collect(),
        Recipe::Hmac {
            digest,
            encoding,
            sign,
            content,
            headers,
            ..
        } => {
            let content = contents(content.as_deref(), now);
            let signed = Signed {
                digest,
                encoding,
                sign,
            };
            let signature = signed.signature(key, &[method, &content, body]);
            let value = |template: &str| {
                with_key(template)
                    .replace("{signature}", &signature)
                    .replace("{content}", &content)
            };
            headers
                .iter()
                .map(|(name, template)| (name.to_ascii_lowercase(), value(template)))
                .collect()
        }
    }
}

/// What a message that logs in says beside the key: content, and its signature.
pub(crate) fn signed_content(recipe: &Recipe, key: &Key, now: i128) -> Option<(String, String)> {
    let Recipe::Hmac {
        digest,
        encoding,
        sign,
        ..
    } = recipe
    else {
        return None;
    };
    let form = r#"{"nonce":{nonce},"timestamp":{timestamp-ms}}"#;
    let content = contents(Some(form), now);
    let sign = if sign.contains("{content}") {
        sign
    } else {
        "{content}"
    };
    let signed = Signed {
        digest,
        encoding,
        sign,
    };
    let signature = signed.signature(key, &["", &content, ""]);
    Some((content, signature))
}

fn contents(form: Option<&str>, now: i128) -> String {
    form.unwrap_or_default()
        .replace("{nonce}", &now.to_string())
        .replace("{timestamp-ms}", &now.div_euclid(1_000_000).to_string())
}

/// A message that logs in, with a signature: members named as the recipe's variables are. `kind` is
/// the kind of key that it takes.
pub(crate) fn check_login(
    api: &Api,
    recipes: &[AuthId],
    keys: &[Key],
    kind: Option<&str>,
    members: &[(String, String)],
) -> Result<Caller, Denied> {
    let vars = Vars(members.to_vec());
    let signature = vars.get("signature").is_some();
    let hmac = recipes.iter().find_map(|id| match &api.auth[*id].recipe {
        Recipe::Hmac {
            digest,
            encoding,
            sign,
            ..
        } if sign.contains("{content}") => Some(Signed {
            digest,
            encoding,
            sign,
        }),
        _ => None,
    });
    let shown = Shown {
        headers: &[],
        method: "",
        body: "",
    };
    let caller = match hmac.filter(|_| signature) {
        Some(signed) => signed.verify(&vars, keys, &shown)?,
        None => vars.caller(keys)?,
    };
    match is_kind(keys, &caller, kind) {
        true => Ok(caller),
        false => Err(Denied::Unknown),
    }
}

/// Values of a recipe's variables.
#[derive(Default)]
struct Vars(Vec<(String, String)>);

impl Vars {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads the variables of a template off a value; false if it is not of that form.
    fn read(&mut self, template: &str, value: &str) -> bool {
        let Some((before, rest)) = template.split_once('{') else {
            return template == value;
        };
        let Some((name, after)) = rest.split_once('}') else {
            return template == value;
        };
        let inner = value
            .strip_prefix(before)
            .and_then(|value| value.strip_suffix(after));
        match inner {
            Some(inner) => {
                self.0.push((name.to_owned(), inner.trim().to_owned()));
                true
            }
            None => false,
        }
    }

    fn known<'k>(&self, keys: &'k [Key]) -> Result<Option<&'k Key>, Denied> {
        let given = self.get("key").filter(|key| !key.is_empty());
        let given = given.ok_or(Denied::Missing)?;
        let known = keys.iter().find(|key| key.key == given);
        if known.is_none() && !keys.is_empty() {
            return Err(Denied::Unknown);
        }
        Ok(known)
    }

    fn caller(&self, keys: &[Key]) -> Result<Caller, Denied> {
        self.known(keys)?;
        Ok(Caller {
            key: self.get("key").unwrap_or_default().to_owned(),
            signed: None,
        })
    }
}

/// What is signed, and how.
struct Signed<'a> {
    digest: &'a str,
    encoding: &'a str,
    sign: &'a str,
}

impl Signed<'_> {
    fn verify(&self, vars: &Vars, keys: &[Key], shown: &Shown<'_>) -> Result<Caller, Denied> {
        let signature = vars.get("signature").filter(|text| !text.is_empty());
        let signature = signature.ok_or(Denied::Missing)?;
        let mut caller = vars.caller(keys)?;
        let Some(secret) = vars.known(keys)?.and_then(|key| key.secret.as_deref()) else {
            return Ok(caller);
        };
        let content = vars.get("content").unwrap_or_default();
        let text = self.text(&caller.key, shown.method, content, shown.body);
        let given = self.decode(signature).ok_or(Denied::Signature)?;
        if !verifies(self.digest, secret.as_bytes(), text.as_bytes(), &given) {
            return Err(Denied::Signature);
        }
        let moment = if content.is_empty() {
            shown.body
        } else {
            content
        };
        caller.signed = Some(nonce_and_time(moment));
        Ok(caller)
    }

    fn text(&self, key: &str, method: &str, content: &str, body: &str) -> String {
        let mut text = self.sign.to_owned();
        // The body last: what it holds is not to be read as a variable.
        for (name, value) in [
            ("key", key),
            ("method", method),
            ("content", content),
            ("body", body),
        ] {
            text = text.replacen(&format!("{{{name}}}"), value, 1);
        }
        text
    }

    /// Of method, content and body; a placeholder without a secret.
    fn signature(&self, key: &Key, [method, content, body]: &[&str; 3]) -> String {
        let text = self.text(&key.key, method, content, body);
        match &key.secret {
            Some(secret) => self.encode(&mac(self.digest, secret.as_bytes(), text.as_bytes())),
            None => "unsigned".into(),
        }
    }

    fn encode(&self, bytes: &[u8]) -> String {
        if self.encoding == "hex" {
            bytes.iter().map(|byte| format!("{byte:02x}")).collect()
        } else {
            STANDARD.encode(bytes)
        }
    }

    fn decode(&self, signature: &str) -> Option<Vec<u8>> {
        if self.encoding != "hex" {
            return STANDARD.decode(signature).ok();
        }
        if !signature.len().is_multiple_of(2) || !signature.is_ascii() {
            return None;
        }
        (0..signature.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&signature[at..at + 2], 16).ok())
            .collect()
    }
}

/// `nonce` and `timestamp` of signed JSON text.
fn nonce_and_time(text: &str) -> (Option<u64>, Option<i128>) {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    (
        value["nonce"].as_u64(),
        value["timestamp"].as_i64().map(i128::from),
    )
}

fn verifies(digest: &str, secret: &[u8], text: &[u8], given: &[u8]) -> bool {
    let right = mac(digest, secret, text);
    // The mock guards nothing that timing could tell.
    !right.is_empty() && right == given
}

/// Empty for a digest that is not known.
fn mac(digest: &str, secret: &[u8], text: &[u8]) -> Vec<u8> {
    fn with<M: Mac + KeyInit>(secret: &[u8], text: &[u8]) -> Vec<u8> {
        <M as KeyInit>::new_from_slice(secret).map_or_else(
            |_| Vec::new(),
            |mac| mac.chain_update(text).finalize().into_bytes().to_vec(),
        )
    }
    match digest {
        "sha256" => with::<Hmac<Sha256>>(secret, text),
        "sha384" => with::<Hmac<Sha384>>(secret, text),
        "sha512" => with::<Hmac<Sha512>>(secret, text),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors that the venues publish are the judge of this.
    #[test]
    fn published_signatures_verify_and_damaged_ones_do_not() {
        let mut seen = 0;
        for id in venue_schema::bundled_ids() {
            let api = venue_schema::load_bundled(id).expect("a bundled API");
            for auth in &api.auth {
                let Recipe::Hmac { digest, .. } = &auth.recipe else {
                    continue;
                };
                for vector in &auth.vectors {
                    let given = STANDARD.decode(&vector.signature).expect("base64");
                    let signed = vector.signed.as_bytes();
                    let secret = vector.secret.as_bytes();
                    assert!(verifies(digest, secret, signed, &given), "{}", auth.name);
                    assert!(!verifies(digest, b"other", signed, &given));
                    assert!(!verifies(digest, secret, &signed[1..], &given));
                    seen += 1;
                }
            }
        }
        assert!(seen >= 2, "{seen} vectors");
    }
}
