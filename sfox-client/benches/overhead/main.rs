//! The client beside what a user would write by hand: a REST call beside bare reqwest, a feed beside a
//! loop of tokio-tungstenite and serde, against the same servers on this machine.
//!
//! `cargo bench -p sfox-client --bench overhead`; a word behind `--` takes those measurements alone
//! whose names have it. Ways take turns, round by round, so that whatever else the machine does falls
//! on all alike; a figure is the median of the rounds' ratios. criterion measures one way after the
//! other, minutes apart, and knows no ratio: hence a `main` of its own.
//!
//! What is held against the client is what a careful user writes: structs of the same shape with owned
//! strings and `f64` (the client's decimals are exact), read from the text that tungstenite has found to
//! be UTF-8; reqwest with its defaults, and no time limit. Neither uses TLS; both run on one thread,
//! the server on another. Keep them on one core (`taskset -c 0`): on two, a
//! call takes 25 or 100 µs as its connection's threads happen to lie. The rate by CPU time leaves out
//! what the thread waited, be it for its server or for a core.

#[allow(dead_code, unreachable_pub)]
#[path = "../../../tests/traffic/src/message.rs"]
mod corpus;
#[allow(dead_code)]
#[path = "../../../tests/benches/decode/peers.rs"]
mod peers;
mod server;

use std::hint::black_box;
use std::time::Instant;

use corpus::Style;
use futures_util::{SinkExt, StreamExt};
use peers::{Book, Envelope, Ticker};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use server::{Blast, FEED, LOGIN, SUBSCRIBE};
use sfox_client::current::{Client, Key};
use sfox_client::transport::Config;
use sfox_client::transport::socket::{Command, Event, Subscription};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;

const REST: &str = "REST call";
const TICKERS: &str = "tickers, some 350 bytes";
const BOOKS: &str = "order books, 25 levels a side";

/// A balance, as a user would write it.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Balance {
    currency: String,
    balance: f64,
    available: f64,
    held: f64,
    borrow_wallet: f64,
    collateral_wallet: f64,
    lending_wallet: f64,
    trading_wallet: f64,
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Seconds that this thread has been running, where the system tells.
fn busy() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos: f64 = told.split(' ').next()?.parse().ok()?;
    Some(nanos / 1e9)
}

/// What a way took, in seconds: by the clock, and of its thread.
struct Took {
    clock: f64,
    cpu: Option<f64>,
}

/// The moment from which on a way is measured.
struct Begin(Option<f64>, Instant);

impl Begin {
    fn now() -> Self {
        Begin(busy(), Instant::now())
    }

    fn end(self) -> Took {
        let clock = self.1.elapsed().as_secs_f64();
        let cpu = self.0.zip(busy()).map(|(before, after)| after - before);
        Took { clock, cpu }
    }
}

/// How two ways compare, by the clock and by the CPU time of their thread.
#[derive(Default)]
struct Ratios {
    clock: Vec<f64>,
    cpu: Vec<f64>,
}

impl Ratios {
    /// A round: how long the client takes, in seconds, after both ways had their turn.
    fn round(&mut self, hand: impl FnOnce() -> Took, own: impl FnOnce() -> Took) -> f64 {
        let (hand, own) = (hand(), own());
        self.clock.push(own.clock / hand.clock);
        self.cpu
            .extend(own.cpu.zip(hand.cpu).map(|(own, hand)| own / hand));
        own.clock
    }

    /// The medians, each made what is wanted of it: times, or rates, which are their inverse.
    fn print(self, wanted: fn(f64) -> f64, of: &str, goal: &str) {
        let clock = wanted(median(self.clock));
        let cpu = match self.cpu.is_empty() {
            true => "unknown".to_owned(),
            false => format!("{:.3}", wanted(median(self.cpu))),
        };
        println!("{clock:.3} of {of}, {cpu} by CPU time; the goal is {goal}");
    }
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// The time of a call, and how many times that of bare reqwest it is.
fn calls(rounds: usize, calls: u32) {
    let (runtime, url) = (runtime(), server::balances());
    let config = Config::new().base_url(&url).without_limits();
    let ours = Client::with_config(Key::new("some-key"), config).expect("a client");
    let bare = bare();
    let url = format!("{url}/v1/user/balance");
    let by_hand = async || {
        let request = bare.get(&url).bearer_auth("some-key");
        let reply = request.send().await.expect("a reply");
        let body = reply.bytes().await.expect("a body");
        serde_json::from_slice::<Vec<Balance>>(&body).expect("balances")
    };
    let (mut times, mut ratios) = (Vec::new(), Ratios::default());
    for _ in 0..rounds {
        let hand = || {
            let begin = Begin::now();
            runtime.block_on(async {
                for _ in 0..calls {
                    black_box(by_hand().await);
                }
            });
            begin.end()
        };
        let own = || {
            let begin = Begin::now();
            runtime.block_on(async {
                for _ in 0..calls {
                    black_box(ours.get_balances().await.expect("balances"));
                }
            });
            begin.end()
        };
        times.push(ratios.round(hand, own) * 1e6 / f64::from(calls));
    }
    print!("{REST:30} {:>9.1} µs  ", median(times));
    ratios.print(|time| time, "bare reqwest's time", "at most 1.05");
}

/// A client as a user would make it. It cannot name TLS either: the build has no provider that is
/// the default.
fn bare() -> reqwest::Client {
    let provider = rustls::crypto::ring::default_provider();
    let tls = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls);
    builder.build().expect("a client")
}

/// Messages per second of a feed, and how many times those of a hand-written loop they are.
fn messages<Peer: DeserializeOwned, Own: DeserializeOwned + Send + 'static>(
    name: &str,
    rounds: usize,
    messages: &[String],
    count: usize,
) {
    let runtime = runtime();
    let blast = Blast::start(messages, count);
    let (mut rates, mut ratios) = (Vec::new(), Ratios::default());
    for _ in 0..rounds {
        let hand = || runtime.block_on(by_hand::<Peer>(&blast));
        let own = || runtime.block_on(by_client::<Own>(&blast));
        rates.push(count as f64 / ratios.round(hand, own));
    }
    print!("{name:30} {:>9.0} /s  ", median(rates));
    ratios.print(f64::recip, "a hand-written loop's rate", "at least 0.95");
}

/// Both ways are measured from the moment that the feed is asked for: how much of it the server
/// writes before the first message is read is up to the scheduler.
async fn by_hand<T: DeserializeOwned>(blast: &Blast) -> Took {
    let stream = tokio::net::TcpStream::connect(&blast.address)
        .await
        .expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let url = format!("ws://{}/ws", blast.address);
    let (mut ws, _) = tokio_tungstenite::client_async(url, stream)
        .await
        .expect("a socket");
    let mut begin = Begin::now();
    for command in [LOGIN, SUBSCRIBE] {
        begin = Begin::now();
        ws.send(Message::text(command)).await.expect("sent");
        ws.next().await.expect("an answer").expect("an answer");
    }
    for _ in 0..blast.count {
        match ws.next().await.expect("a message").expect("a message") {
            Message::Text(text) => {
                black_box(serde_json::from_str::<T>(&text).expect("it decodes"));
            }
            other => panic!("{other:?}"),
        }
    }
    begin.end()
}

async fn by_client<T: DeserializeOwned + Send + 'static>(blast: &Blast) -> Took {
    let config = Config::new().socket_url(format!("ws://{}/ws", blast.address));
    let client = Client::with_config(Key::new("some-key"), config.without_limits());
    let session = client
        .expect("a client")
        .session()
        .await
        .expect("a session");
    let command = Command {
        channel: FEED.to_owned(),
        parameters: Vec::new(),
    };
    let feed = session
        .inner()
        .subscribe::<T, sfox_client::current::types::ErrorCode>(command);
    let begin = Begin::now();
    let mut feed: Subscription<T> = feed.await.expect("a feed");
    for _ in 0..blast.count {
        match feed.next().await {
            Some(Event::Message(message)) => {
                black_box(message);
            }
            Some(Event::Undecodable(undecodable)) => panic!("{undecodable:?}"),
            _ => panic!("a message was lost"),
        }
    }
    begin.end()
}

fn main() {
    use sfox_client::current::types::market_feeds::{OrderBookMessage, TickerMessage};
    // `cargo test` runs benches once, to see that they work.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let (rounds, scale) = if is_test { (1, 100) } else { (31, 1) };
    let words: Vec<&String> = arguments.iter().filter(|it| !it.starts_with('-')).collect();
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|it| name.contains(*it));
    if is_wanted(REST) {
        calls(rounds, 2_000 / scale);
    }
    let scale = scale as usize;
    if is_wanted(TICKERS) {
        let batch = corpus::batch(Style::Plain, corpus::ticker);
        messages::<Envelope<Ticker>, TickerMessage>(TICKERS, rounds, &batch, 60_000 / scale);
    }
    if is_wanted(BOOKS) {
        let batch = corpus::batch(Style::Plain, corpus::order_book);
        messages::<Envelope<Book>, OrderBookMessage>(BOOKS, rounds, &batch, 8_000 / scale);
    }
}
