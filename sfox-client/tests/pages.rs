//! Lists by pages, in each way to page that the venue has: where they end, and what trouble does.

#[path = "../../transport/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use sfox_client::current::types::{account, orders, shorting};
use sfox_client::current::{Client, Error, Key};
use sfox_client::transport::{Backoff, Config, Pages, Retry};
use support::{Answer, Server};

/// The reply that the spec shows for an operation, its last row's `id` replaced.
fn page(of: &str, id: u64) -> Answer {
    let api = venue_schema::load_bundled("sfox").unwrap();
    let mut shown = api.examples.iter().filter(|it| it.of_text == of);
    let text = &shown.next().unwrap().payload;
    let at = text.rfind("\"id\":").unwrap() + 5;
    let end = at + text[at..].find(',').unwrap();
    let body = format!("{}{id}{}", &text[..at], &text[end..]);
    Answer::Reply(200, "", body.leak())
}

async fn client(answers: Vec<Answer>) -> (Client, Server) {
    let server = Server::start(answers).await;
    let backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(2));
    let config = Config::new().without_limits().base_url(&server.url);
    let config = config.retry(Retry::default().backoff(backoff));
    (Client::with_config(Key::new("k"), config).unwrap(), server)
}

/// Pages until the end: how many came, and the error if there was one.
async fn taken<T>(
    mut pages: Pages<T, sfox_client::current::types::ErrorCode>,
) -> (usize, Option<Error>) {
    let mut count = 0;
    loop {
        match pages.next().await {
            Some(Ok(_)) => count += 1,
            Some(Err(error)) => {
                assert!(pages.next().await.is_none(), "it goes on after an error");
                return (count, Some(error));
            }
            None => return (count, None),
        }
    }
}

/// The queries of what was asked.
fn queries(server: &Server) -> Vec<String> {
    let asked = server.asked().into_iter();
    let query = |target: String| target.split_once('?').map_or("", |(_, it)| it).to_owned();
    asked.map(|asked| query(asked.target)).collect()
}

#[derive(Clone, Copy, Debug)]
enum List {
    /// By a count of rows.
    Offset,
    /// Back in time, by id.
    Till,
    /// On from an id, the rows under `data`.
    After,
}

impl List {
    fn of(self) -> &'static str {
        match self {
            List::Offset => "get-transactions/response/200",
            List::Till => "get-open-orders/response/200",
            List::After => "get-margin-loans/response/200",
        }
    }

    fn empty(self) -> Answer {
        let body = match self {
            List::After => r#"{"data":[]}"#,
            _ => "[]",
        };
        Answer::Reply(200, "", body)
    }

    async fn taken(self, client: &Client) -> (usize, Option<Error>) {
        match self {
            List::Offset => {
                let request = account::get_transactions::Request::new();
                taken(client.get_transactions_pages(request)).await
            }
            List::Till => {
                let request = orders::get_done_orders::Request::new();
                taken(client.get_done_orders_pages(request)).await
            }
            List::After => {
                let request = shorting::get_margin_loans::Request::new();
                taken(client.get_margin_loans_pages(request)).await
            }
        }
    }
}

#[tokio::test]
async fn each_way_to_page_asks_for_what_comes_next_and_ends_with_an_empty_page() {
    for (list, second, third) in [
        (List::Offset, "offset=1", "offset=2"),
        (List::Till, "before=9", "before=7"),
        (List::After, "page_cursor=9", "page_cursor=7"),
    ] {
        let pages = vec![page(list.of(), 9), page(list.of(), 7), list.empty()];
        let (client, server) = client(pages).await;
        let (count, error) = list.taken(&client).await;
        assert!(error.is_none(), "{list:?}: {error:?}");
        assert_eq!(
            (count, queries(&server)),
            (2, ["", second, third].map(str::to_owned).to_vec()),
            "{list:?}"
        );
    }
}

#[tokio::test]
async fn an_empty_list_is_one_empty_page() {
    for list in [List::Offset, List::Till, List::After] {
        let (client, server) = client(vec![list.empty()]).await;
        let (count, error) = list.taken(&client).await;
        assert!(error.is_none(), "{list:?}: {error:?}");
        assert_eq!((count, server.asked().len()), (1, 1), "{list:?}");
    }
}

#[tokio::test]
async fn a_page_that_is_put_off_is_asked_for_again_and_one_that_is_refused_ends_the_list() {
    for list in [List::Offset, List::Till, List::After] {
        let busy = Answer::Reply(429, "Retry-After: 0\r\n", "{}");
        let refused = Answer::Reply(401, "", r#"{"error":"no"}"#);
        let pages = vec![page(list.of(), 9), busy, page(list.of(), 7), refused];
        let (client, server) = client(pages).await;
        let (count, error) = list.taken(&client).await;
        assert!(
            matches!(error, Some(Error::Refused(_))),
            "{list:?}: {error:?}"
        );
        let queries = queries(&server);
        assert_eq!((count, queries.len()), (2, 4), "{list:?}");
        assert_eq!(
            queries[1], queries[2],
            "{list:?}: another page after a wait"
        );
    }
}

#[tokio::test]
async fn a_venue_that_gives_the_same_page_for_ever_is_left() {
    let pages = (0..5).map(|_| page(List::Till.of(), 9)).collect();
    let (client, server) = client(pages).await;
    let (count, error) = List::Till.taken(&client).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!((count, server.asked().len()), (2, 2));
}
