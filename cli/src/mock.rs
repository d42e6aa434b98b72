//! `venue mock`: serves an API's spec over HTTP and WebSocket until it is told to stop.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio::net::TcpListener;
use venue_mock::{Fault, FaultError, Key, Mock, Options, Roles};
use venue_schema::ir::Api;

use crate::args::OneApi;
use crate::failure::Failure;
use crate::specs;

const MOCK: &str = "\
Every operation answers with an example of its spec, the one that has most of what the request says, or else with a \
value made from its type. `Prefer: status=422`, `Prefer: example=2` and `Prefer: dynamic` choose.

Faults: KIND[=VALUE][,KEY=VALUE]…
  latency=200ms  latency=50ms..2s   an answer or message comes later
  status=503                        in place of an answer; the request has no effect
  late-status=503                   the request takes effect, and this hides it
  cut                               the connection ends amid the body of an answer
  truncate                          the connection ends amid a WebSocket frame
  garble                            some bytes are not what they were
  drop  duplicate  reorder          a feed's message is missing, twice, or late
  slow-reader=2s                    the mock waits before it reads
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
    // Before anyone is told that it listens: a signal that comes at once must not be missed.
    let stopped = stopped()?;
    write!(out, "listening on http://{address}")?;
    for path in mock.socket_paths() {
        write!(out, " ws://{address}{path}")?;
    }
    writeln!(out)?;
    out.flush()?;
    mock.serve(listener, stopped).await.map_err(fail)
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
