//! `venue mock`: serves an API's spec over HTTP and WebSocket until it is told to stop.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use tokio::net::TcpListener;
use venue_mock::{Mock, Options, Roles};

use crate::args;
use crate::failure::Failure;
use crate::specs;

pub(crate) fn run(args: &args::Mock, out: &mut dyn Write) -> Result<(), Failure> {
    let api = specs::one(&args.source)?;
    let options = options(args, &api.id)?;
    let mock = Mock::new(api, options);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(format!("no threads to serve with: {e}")))?;
    runtime.block_on(serve(&mock, args, out))
}

async fn serve(mock: &Mock, args: &args::Mock, out: &mut dyn Write) -> Result<(), Failure> {
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

fn options(args: &args::Mock, api: &str) -> Result<Options, Failure> {
    let mut options = Options {
        keys: args
            .key
            .iter()
            .map(|key| venue_mock::Key::parse(key))
            .collect(),
        faults: args.fault.clone(),
        limits: !args.no_limits,
        pace: args.pace.0,
        idle_timeout: args.idle_timeout.map(|time| time.0),
        roles: roles(args, api)?,
        ..Options::default()
    };
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

fn roles(args: &args::Mock, api: &str) -> Result<Option<Roles>, Failure> {
    let Some(path) = &args.roles else {
        return Ok(Roles::bundled(api));
    };
    let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?;
    let roles = text.parse::<Roles>().map_err(|e| {
        let path = path.to_string_lossy();
        Failure::new(format!("{}: {e}", venue_capture::visible(&path)))
    })?;
    Ok(Some(roles))
}
