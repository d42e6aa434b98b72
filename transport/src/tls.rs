//! TLS, for HTTP and WebSocket alike: rustls with ring, the Mozilla list of roots.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use crate::error::CallerError;

/// Verifies servers against the Mozilla list, and against these certificates (DER) beside it.
pub(crate) fn config(trusted: &[Vec<u8>]) -> Result<ClientConfig, CallerError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in trusted {
        let added = roots.add(certificate.clone().into());
        added.map_err(|error| CallerError::Tls(error.into()))?;
    }
    // Named, so that a process with several providers, or none installed, works all the same.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| CallerError::Tls(error.into()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
