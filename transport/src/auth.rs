//! Recipes of the spec carried out: which headers authenticate a request, a handshake or a login.

use std::cell::OnceCell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};
use venue_wire::describe::{Auth, Recipe};

use crate::body::{json_string, with_members};
use crate::clock::{Clock, Nonces};
use crate::http::Header;
use crate::secret::Credential;

/// A key with what it takes to sign: its nonces.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    /// What the spec calls the key's kind.
    pub kind: Option<&'static str>,
    pub credential: Credential,
    nonces: Nonces,
}

/// When something is signed, for recipes that say so: most only tell the key.
struct Moment<'a> {
    nonces: &'a Nonces,
    clock: &'a dyn Clock,
    nonce: OnceCell<String>,
    timestamp_ms: OnceCell<String>,
}

impl Moment<'_> {
    fn nonce(&self) -> &str {
        let next = || self.nonces.next(self.clock).to_string();
        self.nonce.get_or_init(next)
    }

    fn timestamp_ms(&self) -> &str {
        let now = || self.clock.now().as_millis().to_string();
        self.timestamp_ms.get_or_init(now)
    }
}

/// What the texts of a recipe may refer to.
struct Values<'a> {
    credential: &'a Credential,
    moment: &'a Moment<'a>,
    method: &'a str,
    body: &'a [u8],
    content: &'a [u8],
    signature: &'a str,
}

impl Values<'_> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        Some(match name {
            "key" => self.credential.public_part().expose().as_bytes(),
            "secret" => self.credential.secret_part()?.expose().as_bytes(),
            "nonce" => self.moment.nonce().as_bytes(),
            "timestamp-ms" => self.moment.timestamp_ms().as_bytes(),
            "method" => self.method.as_bytes(),
            "body" => self.body,
            "content" => self.content,
            "signature" => self.signature.as_bytes(),
            _ => return None,
        })
    }

    /// The template with its placeholders filled; braces around anything else are plain text,
    /// because what is signed is often JSON.
    fn fill(&self, template: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(template.len());
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            out.extend_from_slice(before.as_bytes());
            let name = after[1..].split_once('}').map(|(name, _)| name);
            match name.and_then(|name| Some((name, self.get(name)?))) {
                Some((name, value)) => {
                    out.extend_from_slice(value);
                    rest = &after[name.len() + 2..];
                }
                None => {
                    out.push(b'{');
                    rest = &after[1..];
                }
            }
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }

    /// Members of a JSON object: numbers where the template is a number's name and nothing else.
    fn members(&self, fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let fields = fields.iter().map(|(name, template)| {
            let text = self.text(template);
            match *template {
                "{nonce}" | "{timestamp-ms}" => (*name, text),
                _ => (*name, json_string(&text)),
            }
        });
        fields.collect()
    }

    fn text(&self, template: &str) -> String {
        String::from_utf8_lossy(&self.fill(template)).into_owned()
    }
}

impl Signer {
    pub(crate) fn new(kind: Option<&'static str>, credential: Credential) -> Self {
        let nonces = Nonces::of(credential.public_part());
        Signer {
            kind,
            credential,
            nonces,
        }
    }

    /// Whether this key is of the kind that the way to authenticate takes.
    pub(crate) fn suits(&self, auth: &Auth) -> bool {
        self.kind == auth.token
    }

    /// The headers that authenticate a request, and its body with what the recipe puts into it;
    /// none if the recipe is not one of headers, or needs a secret that is not there.
    ///
    /// `method` is the venue's name of the operation.
    pub(crate) fn sign(
        &self,
        recipe: &Recipe,
        clock: &dyn Clock,
        method: &str,
        body: Vec<u8>,
    ) -> Option<(Vec<Header>, Vec<u8>)> {
        let moment = self.moment(clock);
        let mut values = self.values(&moment);
        values.method = method;
        let fill = |values: &Values<'_>, headers: &[(&'static str, &str)]| {
            let headers = headers.iter();
            let headers = headers.map(|(name, text)| Header::sensitive(name, values.text(text)));
            headers.collect()
        };
        match recipe {
            Recipe::Basic { user, password } => {
                let pair = format!("{}:{}", values.text(user), values.text(password));
                let value = format!("Basic {}", STANDARD.encode(pair));
                Some((vec![Header::sensitive("Authorization", value)], body))
            }
            Recipe::Headers { headers } => Some((fill(&values, headers), body)),
            Recipe::Hmac {
                digest,
                encoding,
                sign,
                content,
                headers,
                fields,
            } => {
                let secret = self.credential.secret_part()?;
                let body = match fields.is_empty() {
                    true => body,
                    false => with_members(&body, &values.members(fields))?,
                };
                let content = content.map(|text| values.fill(text)).unwrap_or_default();
                (values.body, values.content) = (&body, &content);
                let signed = values.fill(sign);
                let signature = signature(digest, encoding, secret.expose(), &signed)?;
                values.signature = &signature;
                let headers = fill(&values, headers);
                Some((headers, body))
            }
            Recipe::None | Recipe::Login { .. } => None,
        }
    }

    /// The message that logs in; none if the recipe is another. Where it carries a signature,
    /// `signing` says how content is signed.
    pub(crate) fn login(
        &self,
        recipe: &Recipe,
        signing: Option<&Recipe>,
        clock: &dyn Clock,
    ) -> Option<String> {
        let Recipe::Login {
            constants, fields, ..
        } = recipe
        else {
            return None;
        };
        let moment = self.moment(clock);
        let mut values = self.values(&moment);
        let is_signed = fields.iter().any(|(_, text)| text.contains("{signature}"));
        let (content, signed) = match signing.filter(|_| is_signed) {
            Some(signing) => self.sign_content(signing, &values)?,
            None => Default::default(),
        };
        (values.content, values.signature) = (&content, &signed);
        let constants = constants
            .iter()
            .map(|(name, json)| (*name, (*json).to_owned()));
        let mut members: Vec<(&str, String)> = constants.collect();
        members.extend(values.members(fields));
        String::from_utf8(with_members(b"", &members)?).ok()
    }

    /// The content of a recipe, and its signature.
    fn sign_content(&self, recipe: &Recipe, values: &Values<'_>) -> Option<(Vec<u8>, String)> {
        let Recipe::Hmac {
            digest,
            encoding,
            sign,
            content: Some(content),
            ..
        } = recipe
        else {
            return None;
        };
        let content = values.fill(content);
        let with_content = Values {
            content: &content,
            ..*values
        };
        let signed = with_content.fill(sign);
        let secret = self.credential.secret_part()?;
        let signature = signature(digest, encoding, secret.expose(), &signed)?;
        Some((content, signature))
    }

    fn moment<'a>(&'a self, clock: &'a dyn Clock) -> Moment<'a> {
        Moment {
            nonces: &self.nonces,
            clock,
            nonce: OnceCell::new(),
            timestamp_ms: OnceCell::new(),
        }
    }

    fn values<'a>(&'a self, moment: &'a Moment<'a>) -> Values<'a> {
        Values {
            credential: &self.credential,
            moment,
            method: "",
            body: &[],
            content: &[],
            signature: "",
        }
    }
}

/// The keyed hash of `signed` as text: `digest` is `sha256`, `sha384` or `sha512`, `encoding`
/// `base64` or `hex`; none for another.
///
/// ```
/// // A vector that Finery Markets publishes.
/// let signature = venue_transport::signature(
///     "sha384",
///     "base64",
///     "cZpZ1vwzOaXuiONfIQVg8h6za97FoHhrwwgoSCNwDAR",
///     br#"{"nonce": 49856723467362345, "timestamp": 1628489110490}"#,
/// );
/// assert_eq!(
///     signature.as_deref(),
///     Some("KCn9rlqILiifROYfgpGmRtvgBzSCJa/2KJ31oPKbcyE6D+BaTVfFMXo8kDwQtBC/")
/// );
/// ```
pub fn signature(digest: &str, encoding: &str, secret: &str, signed: &[u8]) -> Option<String> {
    fn mac<M: Mac + KeyInit>(secret: &str, signed: &[u8]) -> Option<Vec<u8>> {
        // A key of any length will do; the error cannot happen.
        let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(signed);
        Some(mac.finalize().into_bytes().to_vec())
    }
    let bytes = match digest {
        "sha256" => mac::<Hmac<Sha256>>(secret, signed)?,
        "sha384" => mac::<Hmac<Sha384>>(secret, signed)?,
        "sha512" => mac::<Hmac<Sha512>>(secret, signed)?,
        _ => return None,
    };
    match encoding {
        "base64" => Some(STANDARD.encode(bytes)),
        "hex" => Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        _ => None,
    }
}
