//! TLS around the mock: a certificate of one's own, or one made for the day that clients are told to
//! trust.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a made certificate is good for. Some systems trust none that is good for longer than 825
/// days, whoever vouches for it.
const GOOD_FOR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long a client has for its part of the handshake.
const GREETING: Duration = Duration::from_secs(10);

/// To those who speak HTTP where TLS is spoken.
const PLAIN: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    TLS is spoken here: https:// or wss://\n";

/// A certificate and its key, ready to serve with.
///
/// ```
/// # fn run() -> Result<(), venue_mock::TlsError> {
/// // Nanoseconds since the Unix epoch; `SystemClock` tells them.
/// let now = 1_750_000_000_000_000_000;
/// let tls = venue_mock::Tls::made(&["localhost", "127.0.0.1"], now)?;
/// assert!(tls.authority().is_some_and(|pem| pem.starts_with("-----BEGIN CERTIFICATE-----")));
/// # Ok(())
/// # }
/// # run().unwrap();
/// ```
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    authority: Option<String>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("made", &self.authority.is_some())
            .finish_non_exhaustive()
    }
}

impl Tls {
    /// Makes an authority, and by it a certificate for these host names and addresses, good for a
    /// year from `now`, in nanoseconds since the Unix epoch. The authority's key is gone when this
    /// returns: whoever trusts [`authority`](Self::authority) trusts this one certificate.
    ///
    /// # Errors
    ///
    /// A name that cannot stand in a certificate.
    pub fn made(names: &[impl AsRef<str>], now: i128) -> Result<Tls, TlsError> {
        let since = u64::try_from(now / 1_000_000_000).unwrap_or_default();
        // A day of leeway, for clocks that are behind.
        let begins = date_time_ymd(1970, 1, 1) + Duration::from_secs(since).saturating_sub(DAY);
        let dated = |names: Vec<String>, title: &str| {
            let mut params = CertificateParams::new(names)?;
            params.distinguished_name.remove(DnType::CommonName);
            params.distinguished_name.push(DnType::CommonName, title);
            params.not_before = begins;
            params.not_after = begins + GOOD_FOR;
            Ok::<_, rcgen::Error>(params)
        };
        let made = || {
            let mut authority = dated(Vec::new(), "venue mock, of one run")?;
            authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
            let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
            let mut server = dated(names, "venue mock")?;
            // Strict clients, Python's since 3.13 among them, look for each of these.
            server.use_authority_key_identifier_extension = true;
            server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            let key = KeyPair::generate()?;
            let server = server.signed_by(&key, &authority)?;
            Ok::<_, rcgen::Error>((server, key, authority.pem()))
        };
        let (server, key, authority) =
            made().map_err(|e| TlsError::new("no certificate can be made", e))?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        Tls::with(vec![server.der().clone()], key.into(), Some(authority))
    }

    /// Takes a certificate, with those that vouch for it after it, and its private key, both PEM.
    ///
    /// # Errors
    ///
    /// Text without a certificate or a key, and a key that is another certificate's.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Tls, TlsError> {
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| TlsError::new("the certificate cannot be read", e))?;
        if chain.is_empty() {
            return Err(TlsError::bare("there is no certificate in PEM"));
        }
        // What the text of a key has wrong with it may quote it, so no more is said of it.
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
            .map_err(|_| TlsError::bare("there is no private key in PEM"))?;
        Tls::with(chain, key, None)
    }

    /// The certificate, PEM, that a client is to trust so that it takes this one, if it was
    /// [made](Self::made).
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Shakes hands. Who speaks HTTP without TLS is told so in the words of HTTP.
    pub(crate) async fn greet(&self, mut stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let greeting = async {
            let mut first = [0];
            stream.peek(&mut first).await?;
            if !first[0].is_ascii_uppercase() {
                return self.acceptor.accept(stream).await;
            }
            stream.write_all(PLAIN).await?;
            stream.shutdown().await?;
            // What is not read before a connection is closed takes the answer with it.
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
            Err(io::Error::other("spoken to in plain HTTP"))
        };
        tokio::time::timeout(GREETING, greeting)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    fn with(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        authority: Option<String>,
    ) -> Result<Tls, TlsError> {
        let unfit = |e| TlsError::new("the certificate cannot be served", e);
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(unfit)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority,
        })
    }
}

/// Why there is no TLS to serve with.
#[derive(Debug)]
pub struct TlsError {
    words: &'static str,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TlsError {
    fn new(words: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        TlsError {
            words,
            source: Some(Box::new(source)),
        }
    }

    fn bare(words: &'static str) -> Self {
        TlsError {
            words,
            source: None,
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words)
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
