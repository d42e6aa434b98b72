//! What the generated calls are made of: how one is typed, and how a feed is watched.

use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use serde::de::DeserializeOwned;
use venue_transport::Config;
use venue_transport::socket::{Event, Subscription};

use crate::values::Values;

/// Why a call did not go as it should.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Makes a client with that configuration, and calls it with these values.
pub(crate) type Drive =
    fn(Config, Values) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// What a client can do: ids of the spec, kinds of key, calls.
pub(crate) struct Tables {
    pub(crate) api: &'static str,
    pub(crate) calls: &'static [(&'static str, &'static str, Drive)],
    pub(crate) pages: &'static [(&'static str, &'static str, Drive)],
    pub(crate) feeds: &'static [(&'static str, &'static str, Drive)],
    pub(crate) others: &'static [(&'static str, &'static str, Drive)],
    pub(crate) commands: &'static [(&'static str, &'static str, Drive)],
    pub(crate) calls_over_socket: &'static [(&'static str, &'static str, Drive)],
}

/// Messages of a feed that are waited for: all kinds of it come in turn.
const MESSAGES: usize = 7;

/// Takes messages; anything else is a failure, and so is one whose kind is not known.
pub(crate) async fn watch<T: DeserializeOwned + Debug>(
    mut feed: Subscription<T>,
    is_known: impl Fn(&T) -> bool,
) -> Result<(), Failure> {
    for nth in 0..MESSAGES {
        let next = tokio::time::timeout(Duration::from_secs(10), feed.next()).await;
        match next.map_err(|_| format!("message {nth} did not come"))? {
            Some(Event::Message(message)) if is_known(&message) => {}
            other => return Err(format!("message {nth}: {other:?}").into()),
        }
    }
    Ok(())
}

/// Takes the first message of those that belong to no feed.
pub(crate) async fn greeted<T: DeserializeOwned + Debug>(
    mut others: Subscription<T>,
) -> Result<(), Failure> {
    let next = tokio::time::timeout(Duration::from_secs(10), others.next()).await;
    match next.map_err(|_| "no greeting")? {
        Some(Event::Message(_)) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}
