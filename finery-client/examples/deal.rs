//! Places an order and watches the account's orders and deals, on a mock venue or the real one.
//!
//! In one terminal: `cargo venue mock --api finery --stateful`. In another:
//!
//! ```console
//! $ cargo run -p finery-client --example deal -- 127.0.0.1:4010
//! ```
//!
//! Stop the mock and start it again: the session comes back and says so. Without an address it goes
//! to the venue's test environment, with the key in `FINERY_KEY` and its secret in `FINERY_SECRET`.

use std::time::{SystemTime, UNIX_EPOCH};

use finery_client::transport::Config;
use finery_client::transport::socket::Event;
use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
use finery_client::{Client, Error, Key, OMessage};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (key, config) = match std::env::args().nth(1) {
        Some(address) => {
            let config = Config::new()
                .base_url(format!("http://{address}/api"))
                .socket_url(format!("ws://{address}/ws"));
            (Key::new("any", "any"), config)
        }
        None => {
            let (key, secret) = (
                std::env::var("FINERY_KEY")?,
                std::env::var("FINERY_SECRET")?,
            );
            (Key::new(key, secret), Config::new().environment("test"))
        }
    };
    let client = Client::with_config(key, config)?;
    let session = client.session().await?;
    let mut orders = session.o(None).await?;

    let mut order = AddOrder::new("BTC-USD".to_owned(), RequestSide::Bid, RequestType::Limit);
    order.price = Some("36431".parse()?);
    order.size = Some("0.1".parse()?);
    let number = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    order.client_order_id = Some(i64::try_from(number)?.into());
    match client.add(&add::Request::new(order)).await {
        Ok(placed) => println!("placed: {} has {} deals", placed.id, placed.deals.len()),
        Err(Error::Ambiguous(open)) => println!(
            "it is open whether {:?} was placed; ask with {:?}",
            open.reference(),
            open.ask_with()
        ),
        Err(error) => return Err(error.into()),
    }

    while let Some(event) = orders.next().await {
        match event {
            Event::Message(OMessage::Snapshot(all)) => {
                println!("{} active orders", all.orders.len())
            }
            Event::Message(OMessage::Added(new)) => println!("{} is there", new.order.id),
            Event::Message(OMessage::Deal(traded)) => {
                let deal = traded.deal;
                println!("{} traded {} at {}", deal.order_id, deal.size, deal.price);
            }
            Event::Message(OMessage::Removed(gone)) => println!("{} is gone", gone.order.id),
            Event::Reconnected(again) => {
                println!(
                    "back after {:?} ({}): all orders anew",
                    again.after, again.cause
                );
            }
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
