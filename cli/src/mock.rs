//! `venue mock`: serves an API's spec over HTTP and WebSocket until it is told to stop.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio::net::TcpListener;
use venue_mock::{
    Clock, Fault, FaultError, Key, Mock, Options, Roles, Scheme, SystemClock, Tls, TlsError,
};
use venue_schema::ir::Api;

use crate::args::OneApi;
use crate::failure::Failure;
use crate::specs;

const MOCK: &str = "\
Every operation answers with an example of its spec, the one that has most of what the request says, or else with a \
value made from its type. `Prefer: status=422`, `Prefer: example=2` and `Prefer: dynamic` choose.

Callers have half a minute for the head of a request and as long for its body; then the connection ends.

Faults: KIND[=VALUE][,KEY=VALUE]…
  latency=200ms  latency=50ms..2s   an answer or message comes later
  status=503                        in place of an answer; the request has no effect
  late-status=503                   the request takes effect, and this hides it
  cut                               the connection ends amid the body of an answer
  truncate                          the connection ends amid a WebSocket frame
  garble                            some bytes are not what they were
  drop  duplicate  reorder          a feed's message is missing, twice, or late
  slow-reader=2s                    the mock waits before it reads
  retry-after=5s  retry-date=5s     a refusal says to wait so long: in seconds, or until a date
  stale-auth                        a good key is refused
  skew=-30s                         the mock's clock is off
  half-open                         nothing more comes, and the connection stays open
  on=ID  only with this operation, feed, message or command (`feed.*`); p=0.1 with this probability; after=3 not the \
first three times; every=5; times=1 at most so often

Exit status: 0 when it is told to stop; 2 wrong usage, a spec or file that cannot be read, or an address that cannot be \
listened on.";

#[derive(Debug, clap::Args)]
#[command(after_help = MOCK)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: OneApi,
    /// Where to listen; port 0 is any that is free. Only this machine can reach the default.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4010")]
    listen: String,
    /// Speak TLS, by a certificate that is made at the start for localhost and the address listened
    /// on.
    #[arg(long)]
    tls: bool,
    /// Write the certificate that clients are to trust, PEM: `curl --cacert FILE`,
    /// `SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS`. It is another in each run.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls",
        conflicts_with = "tls_cert"
    )]
    tls_ca_out: Option<PathBuf>,
    /// A certificate of your own in place of the made one, PEM, with those that vouch for it after it.
    #[arg(long, value_name = "FILE", requires = "tls", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Make the same values, faults and times for the same requests in the same order.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Take this key only; can be given several times. With a secret, signatures are verified; with
    /// a kind, as `partner=KEY`, it is refused where another kind is needed. Without any, every key
    /// is taken that is not empty.
    #[arg(long, value_name = "KEY[:SECRET]")]
    key: Vec<String>,
    /// Write what passes to a file, as capture records; secrets are masked.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// What goes wrong, and when: see below. Can be given several times.
    #[arg(long, value_name = "FAULT", value_parser = parse_fault)]
    fault: Vec<Fault>,
    /// Keep orders and balances: an order that is placed shows, fills at the market or is cancelled,
    /// moves balances, and is told of on private feeds. Each key has an account.
    #[arg(long)]
    stateful: bool,
    /// A file that says which operation of an API plays which part; those in the box have theirs.
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// Do not hold callers to the spec's rate limits.
    #[arg(long)]
    no_limits: bool,
    /// Time between two messages of a feed.
    #[arg(long, value_name = "TIME", default_value = "1s")]
    pace: Time,
    /// Close a socket after this time without a message, in place of what the spec says.
    #[arg(long, value_name = "TIME")]
    idle_timeout: Option<Time>,
    /// Say nothing about requests on standard error.
    #[arg(long)]
    quiet: bool,
}

/// A span of time as it is typed: `200ms`, `1s`.
#[derive(Debug, Clone, Copy)]
struct Time(Duration);

impl FromStr for Time {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        venue_mock::fault::duration(text).map(Time)
    }
}

fn parse_fault(text: &str) -> Result<venue_mock::Fault, String> {
    text.parse().map_err(|e: FaultError| e.to_string())
}

pub(crate) fn run(args: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let api = specs::one(&args.source)?;
    let options = options(args, &api)?;
    let mock = Mock::new(api, options);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(format!("no threads to serve with: {e}")))?;
    runtime.block_on(serve(&mock, args, out))
}

async fn serve(mock: &Mock, args: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let fail = |e: io::Error| match e.kind() {
        io::ErrorKind::AddrInUse => Failure::new(format!(
            "{}: the port is in use; give another with --listen, or 0 for any that is free",
            venue_capture::visible(&args.listen)
        )),
        _ => Failure::new(format!("{}: {e}", venue_capture::visible(&args.listen))),
    };
    let listener = TcpListener::bind(&args.listen).await.map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    let tls = args.tls.then(|| tls(args, address)).transpose()?;
    // Before anyone is told that it listens: a signal that comes at once must not be missed.
    let stopped = stopped()?;
    let scheme = match tls {
        Some(_) => Scheme::Tls,
        None => Scheme::Plain,
    };
    write!(out, "listening on {}://{address}", scheme.http())?;
    for path in mock.socket_paths() {
        write!(out, " {}://{address}{path}", scheme.websocket())?;
    }
    writeln!(out)?;
    out.flush()?;
    match tls {
        Some(tls) => mock.serve_tls(listener, &tls, stopped).await.map_err(fail),
        None => mock.serve(listener, stopped).await.map_err(fail),
    }
}

/// The certificate to serve with: the one that was given, or one that is made.
fn tls(args: &Arguments, address: SocketAddr) -> Result<Tls, Failure> {
    if let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let read = |path| std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e));
        return Tls::from_pem(&read(certificate)?, &read(key)?).map_err(|e| {
            let paths = format!("{}, {}", certificate.display(), key.display());
            Failure::new(format!("{}: {}", venue_capture::visible(&paths), told(&e)))
        });
    }
    let mut names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    if !address.ip().is_unspecified() && !names.contains(&address.ip().to_string()) {
        names.push(address.ip().to_string());
    }
    let tls = Tls::made(&names, SystemClock.now()).map_err(|e| Failure::new(told(&e)))?;
    if let (Some(path), Some(authority)) = (&args.tls_ca_out, tls.authority()) {
        std::fs::write(path, authority).map_err(|e| Failure::file(path, &e))?;
    }
    Ok(tls)
}

/// An error with what caused it.
fn told(error: &TlsError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Ready once the process is asked to end.
#[cfg(unix)]
fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let on = |kind| signal(kind).map_err(|e| Failure::new(format!("signals: {e}")));
    let (mut interrupt, mut terminate) =
        (on(SignalKind::interrupt())?, on(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready once the process is asked to end.
#[cfg(not(unix))]
fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        // Without a way to hear of it, the process ends as it ends.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn options(args: &Arguments, api: &Api) -> Result<Options, Failure> {
    let mut options = Options {
        keys: args.key.iter().map(|key| Key::of(api, key)).collect(),
        faults: args.fault.clone(),
        limits: !args.no_limits,
        pace: args.pace.0,
        idle_timeout: args.idle_timeout.map(|time| time.0),
        roles: roles(args, api)?,
        ..Options::default()
    };
    let played = options.roles.as_ref().is_some_and(|r| r.account.is_some());
    if args.stateful && !played {
        return Err(Failure::new(format!(
            "nothing says which operations of `{}` place orders: give a file with --roles",
            venue_capture::visible(&api.id)
        )));
    }
    options.stateful = args.stateful;
    if let Some(seed) = args.seed {
        options = options.seeded(seed);
    }
    if let Some(path) = &args.record {
        let file = File::create(path).map_err(|e| Failure::file(path, &e))?;
        options.record = Some(Box::new(BufWriter::new(file)));
    }
    if !args.quiet {
        options.log = Some(Box::new(|line| {
            let line = format!("{}\n", venue_capture::visible(line));
            // In one piece, for others may write too; and a log that nobody can read is no reason to
            // stop.
            let _ = anstream::stderr().write_all(line.as_bytes());
        }));
    }
    Ok(options)
}

fn roles(args: &Arguments, api: &Api) -> Result<Option<Roles>, Failure> {
    let Some(path) = &args.roles else {
        return Ok(Roles::bundled(&api.id));
    };
    let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?;
    let fail = |why: String| {
        let path = path.to_string_lossy();
        Failure::new(format!("{}: {why}", venue_capture::visible(&path)))
    };
    let roles = text.parse::<Roles>().map_err(|e| fail(e.to_string()))?;
    match roles.unknown_names(api).as_slice() {
        [] => Ok(Some(roles)),
        unknown => Err(fail(unknown.join("; "))),
    }
}
