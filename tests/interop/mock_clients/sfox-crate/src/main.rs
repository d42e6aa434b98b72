//! Calls each method of the published crate `sfox`, and prints what came of it: `NAME<tab>decodes`, or its error.
//!
//! `SFOX_SERVER_URL`, `CANDLESTICK_SERVER_URL`, `SFOX_WS_SERVER_URL` and `SFOX_AUTH_TOKEN` are the crate's own.

use sfox::http::v1::volume::Interval;
use sfox::http::Client;
use sfox::websocket::Client as Socket;

fn say<T, E: std::fmt::Display>(name: &str, answer: Result<T, E>) {
    match answer {
        Ok(_) => println!("{name}\tdecodes"),
        Err(error) => {
            let error = error.to_string();
            println!("{name}\t{}", error.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}

macro_rules! call {
    ($client:ident: $($name:ident($($argument:expr),*)),* $(,)?) => {
        $(say(stringify!($name), $client.clone().$name($($argument),*).await);)*
    };
}

#[tokio::main]
async fn main() {
    let client = Client::new().expect("SFOX_AUTH_TOKEN is set");
    let text = String::from;
    call!(client:
        account_balance(), ach_bank_transfer(1.0), crypto_deposit_address("btc"), new_crypto_deposit_address("btc"),
        currencies(), currency_pairs(), add_custody_address(text("a"), text("btc"), text("x")),
        add_approval_rule(text("WITHDRAW"), 1, 1), edit_approval_rule(1, 1, 1.0), approval_requests(true),
        respond_to_approval_request(1, true), fees(), withdraw_fee("btc"),
        place_order("buy", "btcusd", 10.0, 1.0, "NetPrice", 200, None), order_status("1"), open_orders(),
        cancel_order(1), cancel_orders(vec![1, 2]), cancel_all_orders(), done_orders(), list_asset_pairs(), order_book("btcusd"),
        volume(1_700_000_000, 1_700_086_400, Interval::Hour, "btc", false, false), post_trade_settlement(),
        post_trade_settlement_interest(), post_trade_settlement_positions(None),
        wallet_transfer(text("usd"), 1.0, text("trading"), text("collateral")), withdraw("x", 1.0, "btc", false),
        staking_currencies(), staking_transactions(), stake(text("eth"), 1.0), unstake(text("eth"), 1.0),
        transaction_history(None, None, None, None, None), orders_report(1_700_086_400, 1_700_000_000),
        monthly_summary_by_asset(text("btc"), None, None), request_for_quote("btcusd", "buy", Some(1.0), None, None),
        execute_quote("btcusd", 1.0, "q"), loan_metrics(), loan_positions(None),
        candlesticks("btcusd", 1_700_000_000, 1_700_086_400, 3600),
    );
    say("socket", Socket::new().await);
}
