//! Lists of Finery that come in pages, walked to their end against the mock.

use std::time::Duration;

use finery_client::types::deals::{GetDealHistory, deal_history};
use finery_client::types::settlements::{
    GetSettlementHistory, GetSettlementTransactionHistory, settlement_history,
    settlement_transaction_history,
};
use finery_client::types::trading::{AddOrder, RequestSide, RequestType, add};
use finery_client::{Client, Key};
use venue_mock::{Mock, Options, Roles};
use venue_transport::Config;

use crate::venue::serve;

async fn client() -> Client {
    let options = Options {
        roles: Roles::bundled("finery"),
        stateful: true,
        limits: false,
        ..Options::default()
    };
    let api = venue_schema::load_bundled("finery").expect("finery");
    let address = serve(&Mock::new(api, options)).await;
    let config = Config::new()
        .base_url(format!("http://{address}/api"))
        .timeout(Duration::from_secs(10))
        .without_limits();
    Client::with_config(Key::new("some-key", "some-secret"), config).expect("a client")
}

#[tokio::test]
async fn a_list_of_deals_is_walked_to_its_end_without_gap_or_repeat() {
    const DEALS: i64 = 7;
    let client = client().await;
    for number in 0..DEALS {
        let (side, kind) = (RequestSide::Bid, RequestType::MarketIoc);
        let mut order = AddOrder::new("BTC-USD".to_owned(), side, kind);
        order.client_order_id = Some((number + 1).into());
        order.size = Some(100_000.into());
        client.add(&add::Request::new(order)).await.expect("placed");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    // A last page that is full, one that is not, and all on one.
    for (limit, sizes) in [(3, vec![3, 3, 1]), (7, vec![7]), (100, vec![7])] {
        let mut wish = GetDealHistory::new();
        wish.limit = Some(limit);
        let mut pages = client.deal_history_pages(deal_history::Request::new(wish));
        let (mut ids, mut taken) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page.expect("a page");
            taken.push(page.len());
            ids.extend(page.iter().map(|deal| deal.deal_id.to_string()));
        }
        assert_eq!(taken, sizes, "{limit}");
        ids.sort();
        ids.dedup();
        assert_eq!(i64::try_from(ids.len()), Ok(DEALS), "{limit}: {ids:?}");
    }
}

/// The mock knows no settlements, and says the same page again: that ends a walk, too.
#[tokio::test]
async fn a_venue_that_gives_the_same_page_again_is_not_asked_for_ever() {
    let client = client().await;
    let request = settlement_history::Request::new(GetSettlementHistory::new());
    let mut pages = client.settlement_history_pages(request);
    let mut count = 0;
    while let Some(page) = pages.next().await {
        assert!(!page.expect("a page").is_empty());
        count += 1;
        assert!(count < 5);
    }
    assert!(count > 0);
    let wish = GetSettlementTransactionHistory::new();
    let request = settlement_transaction_history::Request::new(wish);
    let mut pages = client.settlement_transaction_history_pages(request);
    let mut count = 0;
    while let Some(page) = pages.next().await {
        page.expect("a page");
        count += 1;
        assert!(count < 5);
    }
    assert!(count > 0);
}
