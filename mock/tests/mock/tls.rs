//! TLS over real sockets: the made certificate is taken by who trusts it and by nobody else, and what
//! is served says `https` and `wss`. And a mock that is told to stop says goodbye.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use venue_mock::{Clock, Mock, Options, SystemClock, Tls};

use crate::support::api;

/// A connection to a port by a name, if its certificate is taken by who trusts these.
async fn connected(port: u16, name: &str, trusted: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(trusted.as_bytes()) {
        roots.add(certificate.expect("PEM")).expect("a certificate");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn asked(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost:1\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_trusts_the_made_certificate_is_served_and_nobody_else() {
    let now = SystemClock.now();
    let tls = Tls::made(&["localhost", "127.0.0.1"], now).expect("a certificate");
    let other = Tls::made(&["localhost"], now).expect("a certificate");
    let mock = Mock::new(api("sfox"), Options::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (stop, stopped) = oneshot::channel::<()>();
    let authority = tls.authority().expect("it was made").to_owned();
    let serving = tokio::spawn(async move {
        let stopped = async { stopped.await.expect("told to stop") };
        mock.serve_tls(listener, &tls, stopped).await
    });

    for name in ["localhost", "127.0.0.1"] {
        let stream = connected(port, name, &authority).await.expect(name);
        let document = asked(stream, "/openapi.json").await;
        assert!(document.starts_with("HTTP/1.1 200"), "{name}");
        assert!(document.contains(r#""url":"https://localhost:1""#));
        assert!(!document.contains("http://localhost"));
    }
    let stream = connected(port, "localhost", &authority).await.expect("TLS");
    let document = asked(stream, "/asyncapi.json").await;
    assert!(document.contains(r#""protocol":"wss""#));

    let stranger = other.authority().expect("it was made");
    assert!(connected(port, "localhost", stranger).await.is_err());
    assert!(connected(port, "example.com", &authority).await.is_err());
    let plain = TcpStream::connect(("127.0.0.1", port)).await.expect("open");
    let refused = asked(plain, "/").await;
    assert!(
        refused.starts_with("HTTP/1.1 400") && refused.contains("TLS"),
        "{refused}"
    );

    let stream = connected(port, "localhost", &authority).await.expect("TLS");
    let url = format!("wss://localhost:{port}/ws");
    let (mut socket, _) = client_async(url, stream).await.expect("a socket");
    stop.send(()).expect("it serves");
    let last = loop {
        match socket.next().await {
            Some(Ok(Message::Close(why))) => break why,
            Some(Ok(_)) => {}
            end => panic!("no goodbye: {end:?}"),
        }
    };
    assert_eq!(last.map(|frame| frame.code.into()), Some(1001_u16));
    let ended = tokio::time::timeout(Duration::from_secs(5), serving).await;
    ended
        .expect("it ends")
        .expect("no panic")
        .expect("no error");
}

#[test]
fn a_certificate_of_ones_own_is_taken_or_said_to_be_unfit() {
    let own = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
    let (own, other) = (own(), own());
    let (certificate, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    assert!(Tls::from_pem(&certificate, &key).is_ok());
    for (certificate, key, says) in [
        ("", key.as_str(), "no certificate"),
        (&certificate, "", "no private key"),
        (&certificate, &certificate, "no private key"),
        (&other.cert.pem(), &key, "cannot be served"),
    ] {
        let error = Tls::from_pem(certificate, key).expect_err(says);
        assert!(error.to_string().contains(says), "{error}");
    }
}
