//! A mock behind TLS, with a certificate of its own; and what the checker says of what passed.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpListener;
use venue_capture::finding::Verdict;
use venue_capture::read::{InputFormat, Limits};
use venue_capture::{Address, Candidate, Checker};
use venue_mock::{Asked, Clock, Mock, Options, Roles, Scheme, SystemClock, Tls};
use venue_schema::ir::Api;
use venue_transport::Config;

/// A mock that serves, and what passed.
pub(crate) struct Venue {
    pub(crate) mock: Mock,
    authority: String,
    certificate: Vec<u8>,
    seen: Memory,
}

impl Venue {
    /// Serves the API until the runtime ends. Messages of feeds come quickly; limits do not hold.
    pub(crate) async fn start(api: &Api) -> Self {
        let seen = Memory::default();
        let options = Options {
            record: Some(Box::new(seen.clone())),
            roles: Roles::bundled(&api.id),
            limits: false,
            pace: Duration::from_millis(2),
            ..Options::default()
        };
        let mock = Mock::new(api.clone(), options.seeded(1));
        let tls = Tls::made(&["localhost"], SystemClock.now()).expect("a certificate");
        let authority = tls.authority().expect("it was made");
        let certificate = CertificateDer::from_pem_slice(authority.as_bytes()).expect("PEM");
        let certificate = certificate.to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let serving = mock.clone();
        tokio::spawn(async move {
            serving
                .serve_tls(listener, &tls, std::future::pending())
                .await
        });
        Venue {
            mock,
            authority: format!("localhost:{port}"),
            certificate,
            seen,
        }
    }

    /// How a client gets here in place of that server and socket of the spec.
    pub(crate) fn config(&self, server: Option<usize>, socket: Option<usize>) -> Config {
        let api = self.mock.api();
        let path = |urls: &[(String, String)]| {
            let url = urls.first().map(|(_, url)| Address::parse(url).path);
            url.unwrap_or_default()
        };
        let mut config = Config::new()
            .trust(self.certificate.clone())
            .without_limits();
        if let Some(server) = server {
            let path = path(&api.servers[server].urls);
            config = config.base_url(format!("https://{}{path}", self.authority));
        }
        if let Some(socket) = socket {
            let path = path(&api.sockets[socket].urls);
            config = config.socket_url(format!("wss://{}{path}", self.authority));
        }
        config
    }

    /// How many records there are, and those that are not valid, with why.
    pub(crate) fn judged(&self) -> (usize, Vec<String>) {
        let records = self.seen.text();
        let checker = Checker::new(vec![Candidate::new(self.mock.api().clone())]);
        let file: Arc<str> = "records".into();
        let mut wrong = Vec::new();
        let mut judge = |record: venue_capture::record::Record<'_>| {
            let mut why = Vec::new();
            let outcome = checker.check(&file, &record, &mut |found| {
                let finding = &found.finding;
                why.push(format!(
                    "{} {}: {}",
                    finding.rule, finding.pointer, finding.message
                ));
            });
            if outcome.verdict != Verdict::Valid || !why.is_empty() {
                let line = usize::try_from(record.index).ok();
                let line = line.and_then(|line| records.lines().nth(line));
                wrong.push(format!("{why:?} in {}", line.unwrap_or_default()));
            }
            ControlFlow::Continue(())
        };
        let limits = Limits::default();
        venue_capture::read::read(records.as_bytes(), InputFormat::Records, limits, &mut judge)
            .expect("records are read");
        (records.lines().count(), wrong)
    }
}

/// Serves a mock without TLS until the runtime ends; its address.
pub(crate) async fn serve(mock: &Mock) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let mock = mock.clone();
    tokio::spawn(async move { mock.serve(listener, std::future::pending()).await });
    address
}

/// A request with a key, past the network.
pub(crate) fn asked(method: &str, target: &str, body: &str) -> Asked {
    Asked {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: vec![("authorization".to_owned(), "Bearer some-key".to_owned())],
        body: body.as_bytes().to_vec(),
        peer: "127.0.0.1".to_owned(),
        scheme: Scheme::Plain,
    }
}

/// A file in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
