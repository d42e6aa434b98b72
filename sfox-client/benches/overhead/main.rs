//! The client beside what a user would write by hand: a REST call beside bare reqwest, a feed beside a
//! loop of tokio-tungstenite and serde, against the same servers on this machine.
//!
//! `cargo bench -p sfox-client --bench overhead`. Ways take turns, round by round, so that whatever else
//! the machine does falls on all alike; a figure is the median of the rounds.

#[allow(dead_code, unreachable_pub)]
#[path = "../../../tests/traffic/src/message.rs"]
mod corpus;
#[allow(dead_code)]
#[path = "../../../tests/benches/decode/peers.rs"]
mod peers;
mod server;

use std::hint::black_box;
use std::time::{Duration, Instant};

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
    let (mut times, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begin = Instant::now();
        runtime.block_on(async {
            for _ in 0..calls {
                black_box(by_hand().await);
            }
        });
        let hand = begin.elapsed();
        let begin = Instant::now();
        runtime.block_on(async {
            for _ in 0..calls {
                black_box(ours.get_balances().await.expect("balances"));
            }
        });
        let own = begin.elapsed();
        times.push(own.as_secs_f64() * 1e6 / f64::from(calls));
        ratios.push(own.as_secs_f64() / hand.as_secs_f64());
    }
    println!(
        "{:28} {:>12.1} µs {:>17.3} of bare reqwest's time",
        "REST call",
        median(times),
        median(ratios)
    );
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
    let (mut rates, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let hand = runtime.block_on(by_hand::<Peer>(&blast));
        let own = runtime.block_on(by_client::<Own>(&blast));
        rates.push(count as f64 / own.as_secs_f64());
        ratios.push(hand.as_secs_f64() / own.as_secs_f64());
    }
    println!(
        "{name:28} {:>12.0} /s {:>17.3} of a hand-written loop's rate",
        median(rates),
        median(ratios)
    );
}

async fn by_hand<T: DeserializeOwned>(blast: &Blast) -> Duration {
    let stream = tokio::net::TcpStream::connect(&blast.address)
        .await
        .expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let url = format!("ws://{}/ws", blast.address);
    let (mut ws, _) = tokio_tungstenite::client_async(url, stream)
        .await
        .expect("a socket");
    for command in [LOGIN, SUBSCRIBE] {
        ws.send(Message::text(command)).await.expect("sent");
        ws.next().await.expect("an answer").expect("an answer");
    }
    let mut begin = Instant::now();
    for nth in 0..blast.count {
        match ws.next().await.expect("a message").expect("a message") {
            Message::Text(text) => {
                black_box(serde_json::from_str::<T>(&text).expect("it decodes"));
            }
            other => panic!("{other:?}"),
        }
        // From the first message on: what comes before is no feed yet.
        if nth == 0 {
            begin = Instant::now();
        }
    }
    begin.elapsed()
}

async fn by_client<T: DeserializeOwned + Send + 'static>(blast: &Blast) -> Duration {
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
    let mut feed: Subscription<T> = feed.await.expect("a feed");
    let mut begin = Instant::now();
    for nth in 0..blast.count {
        match feed.next().await {
            Some(Event::Message(message)) => drop(black_box(message)),
            Some(Event::Undecodable(undecodable)) => panic!("{undecodable:?}"),
            _ => panic!("a message was lost"),
        }
        if nth == 0 {
            begin = Instant::now();
        }
    }
    begin.elapsed()
}

fn main() {
    use sfox_client::current::types::market_feeds::{OrderBookMessage, TickerMessage};
    // `cargo test` runs benches once, to see that they work.
    let is_test = std::env::args().any(|argument| argument == "--test");
    let (rounds, scale) = if is_test { (1, 100) } else { (31, 1) };
    calls(rounds, 2_000 / scale);
    let scale = scale as usize;
    messages::<Envelope<Ticker>, TickerMessage>(
        "tickers, some 350 bytes",
        rounds,
        &corpus::batch(Style::Plain, corpus::ticker),
        60_000 / scale,
    );
    messages::<Envelope<Book>, OrderBookMessage>(
        "order books, 25 levels a side",
        rounds,
        &corpus::batch(Style::Plain, corpus::order_book),
        8_000 / scale,
    );
}
