//! Keys and secrets: text that is never shown, and wiped when it is dropped.

use std::fmt;

use venue_wire::MASKED;
use zeroize::Zeroizing;

/// Text that must not be shown. `Debug` prints a mask; memory is wiped on drop.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text itself, for whoever has to send it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASKED)
    }
}

/// What a client authenticates with: a key, and a secret where the API signs.
#[derive(Clone)]
pub struct Credential {
    key: Secret,
    secret: Option<Secret>,
}

impl Credential {
    /// A key that is sent as it is.
    pub fn key(key: impl Into<String>) -> Self {
        Credential {
            key: Secret::new(key),
            secret: None,
        }
    }

    /// A key that names the caller, and the secret that signs for it.
    pub fn pair(key: impl Into<String>, secret: impl Into<String>) -> Self {
        Credential {
            key: Secret::new(key),
            secret: Some(Secret::new(secret)),
        }
    }

    pub(crate) fn public_part(&self) -> &Secret {
        &self.key
    }

    pub(crate) fn secret_part(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({MASKED})")
    }
}

/// A kind of key that an API tells from others. Generated clients have a type for each, so that an
/// operation cannot be called with a key that it refuses.
pub trait Key: Send + Sync + 'static {
    /// What the spec calls the kind; none where there is only one.
    const KIND: Option<&'static str>;

    /// What to authenticate with.
    fn credential(&self) -> Option<Credential>;
}

/// No key: enough for what is public.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKey;

impl Key for NoKey {
    const KIND: Option<&'static str> = None;

    fn credential(&self) -> Option<Credential> {
        None
    }
}
