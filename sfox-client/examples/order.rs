//! Places an order and watches the account's orders, on a mock venue or the real one.
//!
//! In one terminal: `cargo venue mock --api sfox --stateful`. In another:
//!
//! ```console
//! $ cargo run -p sfox-client --example order -- 127.0.0.1:4010
//! ```
//!
//! Stop the mock and start it again: the session comes back and says so. Without an address it goes
//! to the venue itself, with the key in `SFOX_KEY`.

use sfox_client::current::types::orders::{NewOrder, SidePath, create_order};
use sfox_client::current::{Client, Error, Key};
use sfox_client::transport::Config;
use sfox_client::transport::socket::Event;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (key, config) = match std::env::args().nth(1) {
        Some(address) => {
            let config = Config::new()
                .base_url(format!("http://{address}"))
                .socket_url(format!("ws://{address}/ws"));
            ("any".to_owned(), config)
        }
        None => (std::env::var("SFOX_KEY")?, Config::new()),
    };
    let client = Client::with_config(Key::new(key), config)?;
    let session = client.session().await?;
    let mut orders = session.user_open_orders().await?;

    let mut order = NewOrder::new("btcusd".to_owned());
    order.quantity = Some("0.10".parse()?);
    order.price = Some("36431".parse()?);
    order.client_order_id = Some(format!("example-{}", std::process::id()));
    let request = create_order::Request::new(SidePath::Buy, order);
    match client.create_order(&request).await {
        Ok(placed) => println!("placed: {} is {:?}", placed.id, placed.status),
        Err(Error::Ambiguous(open)) => println!(
            "it is open whether {:?} was placed; ask with {:?}",
            open.reference(),
            open.ask_with()
        ),
        Err(error) => return Err(error.into()),
    }

    while let Some(event) = orders.next().await {
        match event {
            Event::Message(message) => {
                for order in message.payload {
                    println!(
                        "{} is {:?}, filled {}",
                        order.id, order.status, order.filled
                    );
                }
            }
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
