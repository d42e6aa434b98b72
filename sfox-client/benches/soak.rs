//! A client that follows feeds of the mock and makes calls beside, for a while: messages per second,
//! how long they take, what is lost, and whether memory grows.
//!
//! `cargo bench -p sfox-client --bench soak -- --seconds 30`. Client and mock share the process; the
//! mock cuts the connection now and then. A message's time is from the moment that the mock writes
//! into it to the moment that the consumer has it, decoded. Calls are made by a task of their own: a
//! consumer that awaited them would let messages wait as long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sfox_client::current::types::feeds::{Orderbook, Ticker};
use sfox_client::current::{Client, Key};
use sfox_client::transport::socket::{Event, SessionConfig};
use sfox_client::transport::{Backoff, Config};
use tokio::net::TcpListener;
use venue_mock::{Mock, Options};

/// Latencies in microseconds; what takes longer than a second counts as a second.
struct Latencies(Vec<u64>);

impl Latencies {
    fn new() -> Self {
        Latencies(vec![0; 1_000_001])
    }

    fn add(&mut self, micros: u128) {
        let at = usize::try_from(micros).unwrap_or(usize::MAX);
        let last = self.0.len() - 1;
        self.0[at.min(last)] += 1;
    }

    fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    fn quantile(&self, part: f64) -> usize {
        let wanted = (self.count() as f64 * part) as u64;
        let mut seen = 0;
        let found = self.0.iter().position(|count| {
            seen += count;
            seen > wanted
        });
        found.unwrap_or(0)
    }
}

/// Resident memory in MiB, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

fn now() -> i128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_nanos() as i128)
}

/// What a run has seen.
struct Tally {
    latencies: Latencies,
    reconnects: u64,
    /// Gaps, and messages that do not decode.
    faults: u64,
    calls: usize,
}

async fn soak(seconds: u64) -> (Tally, [Option<u64>; 2]) {
    let api = venue_schema::load_bundled("sfox").expect("a spec");
    let cuts = "truncate,on=feed.ticker,after=20000,every=20000".parse();
    let options = Options {
        faults: vec![cuts.expect("a fault")],
        limits: false,
        pace: Duration::from_micros(100),
        ..Options::default()
    };
    let mock = Mock::new(api, options);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { mock.serve(listener, std::future::pending()).await });
    let backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(100));
    let config = Config::new()
        .base_url(format!("http://{address}"))
        .socket_url(format!("ws://{address}/ws"))
        .session(SessionConfig::new().backoff(backoff))
        .without_limits();
    let client = Client::with_config(Key::new("some-key"), config).expect("a client");
    let session = client.session().await.expect("a session");
    let pair = || "btcusd".to_owned();
    let mut tickers = session.ticker(&Ticker::new(pair())).await.expect("a feed");
    let mut books = session
        .orderbook(&Orderbook::new(pair()))
        .await
        .expect("a feed");
    let mut tally = Tally {
        latencies: Latencies::new(),
        reconnects: 0,
        faults: 0,
        calls: 0,
    };
    let begin = Instant::now();
    // Buffers find their size first.
    let settled = Duration::from_secs(seconds.min(20) / 4);
    let mut before = None;
    let calls = Arc::new(AtomicUsize::new(0));
    let caller = tokio::spawn(call(client.clone(), Arc::clone(&calls)));
    while begin.elapsed() < Duration::from_secs(seconds) {
        let told = tokio::select! {
            event = tickers.next() => event.map(|event| told(event, |it| it.timestamp.get().into())),
            event = books.next() => event.map(|event| told(event, |it| it.timestamp.get().into())),
        };
        match told.expect("the session goes on") {
            Told::Message(at) => tally.latencies.add((now() - at).max(0) as u128 / 1_000),
            Told::Reconnected => tally.reconnects += 1,
            Told::Fault => tally.faults += 1,
        }
        if before.is_none() && begin.elapsed() > settled {
            before = memory();
        }
    }
    tally.calls = calls.load(Ordering::Relaxed);
    assert!(!caller.is_finished(), "a call failed");
    caller.abort();
    (tally, [before, memory()])
}

/// Makes calls for as long as it is let.
async fn call(client: Client, calls: Arc<AtomicUsize>) {
    let mut turn = tokio::time::interval(Duration::from_millis(20));
    loop {
        turn.tick().await;
        client.get_balances().await.expect("balances");
        calls.fetch_add(1, Ordering::Relaxed);
    }
}

enum Told {
    Message(i128),
    Reconnected,
    Fault,
}

fn told<T>(event: Event<T>, at: fn(&T) -> i128) -> Told {
    match event {
        Event::Message(message) => Told::Message(at(&message)),
        Event::Reconnected(_) => Told::Reconnected,
        _ => Told::Fault,
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let is_test = arguments.iter().any(|it| it == "--test");
    let given = arguments.iter().position(|it| it == "--seconds");
    let given = given.and_then(|at| arguments.get(at + 1)?.parse().ok());
    let seconds = given.unwrap_or(if is_test { 1 } else { 30 });
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    let begin = Instant::now();
    let (tally, [before, after]) = runtime.expect("a runtime").block_on(soak(seconds));
    let latencies = &tally.latencies;
    let shown = |mib: Option<u64>| mib.map_or("unknown".to_owned(), |mib| format!("{mib} MiB"));
    println!(
        "messages      {:.0} /s",
        latencies.count() as f64 / begin.elapsed().as_secs_f64()
    );
    println!(
        "p50, p99      {} µs, {} µs ({} µs for all but one in a thousand)",
        latencies.quantile(0.5),
        latencies.quantile(0.99),
        latencies.quantile(0.999)
    );
    println!("calls         {}", tally.calls);
    println!("cut, back     {}", tally.reconnects);
    println!("gaps, faults  {}", tally.faults);
    println!(
        "memory        {} once settled, {} at the end",
        shown(before),
        shown(after)
    );
}
