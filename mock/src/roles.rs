//! Who plays which part in the life of an order: what the stateful mode needs to know of an API
//! beside its spec. Data, one file an API.

use serde::Deserialize;

use crate::auth::Denied;

/// The parts of one API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Roles {
    /// Application codes of refusals that the catalogue's classes do not tell apart.
    #[serde(default)]
    pub refusals: Refusals,
}

/// Application codes of refusals.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refusals {
    /// The key is missing or not known.
    pub key: Option<i64>,
    /// The signature is wrong.
    pub signature: Option<i64>,
    /// The nonce was used before.
    pub nonce: Option<i64>,
    /// The signed moment is too far off.
    pub timestamp: Option<i64>,
    /// A parameter is missing or wrong.
    pub parameter: Option<i64>,
}

/// Files of the APIs in the box, by id.
const BUNDLED: &[(&str, &str)] = &[("finery", include_str!("../roles/finery.toml"))];

impl std::str::FromStr for Roles {
    type Err = toml::de::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        toml::from_str(text)
    }
}

impl Roles {
    /// Those of an API in the box.
    pub fn bundled(api: &str) -> Option<Self> {
        let (_, text) = BUNDLED.iter().find(|(id, _)| *id == api)?;
        text.parse().ok()
    }

    pub(crate) fn code(&self, denied: Denied) -> Option<i64> {
        match denied {
            Denied::Missing | Denied::Unknown => self.refusals.key,
            Denied::Signature => self.refusals.signature,
            Denied::Nonce => self.refusals.nonce,
            Denied::Timestamp => self.refusals.timestamp,
        }
    }
}
