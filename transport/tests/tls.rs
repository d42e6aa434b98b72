//! TLS: a certificate is verified, and one that is trusted by name is taken.

mod support;

use std::sync::Arc;
use std::time::Duration;

use support::{read, reply};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use venue_transport::socket::{Dial, Network};
use venue_transport::{Http, HttpRequest, NetworkErrorKind, Reqwest};

/// A server with a certificate of its own; its port, and the certificate.
async fn server() -> (u16, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut stream = BufReader::new(stream);
            if read(&mut stream).await.is_some() {
                let text = reply(200, "", "{}", "{}");
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    (port, certificate.to_vec())
}

#[tokio::test]
async fn a_certificate_is_taken_only_if_it_is_trusted() {
    let (port, certificate) = server().await;
    let timeout = Duration::from_secs(10);
    let request = HttpRequest {
        method: "GET",
        url: format!("https://localhost:{port}/"),
        headers: Vec::new(),
        body: Vec::new(),
        timeout,
    };
    let stranger = Reqwest::new(timeout, &[]).unwrap();
    let refused = stranger.send(request.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), NetworkErrorKind::Connect);
    let known = Reqwest::new(timeout, std::slice::from_ref(&certificate)).unwrap();
    assert_eq!(known.send(request).await.unwrap().status, 200);

    let stranger = Network::new(timeout, &[]).unwrap();
    assert!(stranger.dial("localhost", port, true).await.is_err());
    let known = Network::new(timeout, &[certificate]).unwrap();
    assert!(known.dial("localhost", port, true).await.is_ok());
    assert!(known.dial("127.0.0.1", port, true).await.is_err());
}
