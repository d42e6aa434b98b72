//! What feeds of an account tell, in the stateful mode: what there is when they are subscribed to,
//! and then what happens.

use venue_schema::ir::{FeedId, MessageId};

use super::{Occasion, Out, Said, Session, Subscription};
use crate::play::{Scene, narrowed};
use crate::roles::When;
use crate::tree::texts;

impl Session {
    /// What happened to the account that this connection's feeds tell of.
    pub(crate) fn news(&mut self) -> Vec<Out> {
        let inner = self.inner.clone();
        let Some(roles) = inner.playing() else {
            return Vec::new();
        };
        let key = self.key();
        let (events, told) = inner.news(&key, self.told);
        self.told = told;
        let api = inner.venue.api();
        let mut out = Vec::new();
        for event in events {
            let mut wanted = Vec::new();
            for subscription in &self.subscriptions {
                let Some(said) = &subscription.said else {
                    continue;
                };
                let names = texts(&said.value);
                let scene = Scene {
                    orders: event.orders.clone(),
                    deals: event.deals.clone(),
                    balances: event.balances.clone(),
                    ..Scene::default()
                };
                let scene = narrowed(roles, scene, &names);
                for id in &api.feeds[subscription.feed].messages {
                    let follows = inner.follows(*id).is_some_and(|w| w.contains(&event.what));
                    if follows && !scene.is_empty() {
                        wanted.push((
                            *id,
                            said.clone(),
                            subscription.channel.clone(),
                            scene.clone(),
                        ));
                    }
                }
            }
            for (id, said, channel, scene) in wanted {
                out.extend(self.scenic(id, &said, &channel, &scene));
            }
        }
        out
    }

    /// A message that shows a scene.
    pub(super) fn scenic(
        &mut self,
        id: MessageId,
        said: &Said,
        channel: &str,
        scene: &Scene,
    ) -> Option<Out> {
        let inner = self.inner.clone();
        let base = inner.paint_message(id, scene)?;
        let sequence = self.count(id);
        let occasion = Occasion {
            socket: self.socket,
            message: id,
            said: Some(said),
            channel: Some(channel),
            channels: &[],
            sequence: sequence
                .as_ref()
                .map(|(name, count)| (name.as_str(), *count)),
        };
        self.sent(id, Some(inner.adapt(&occasion, base)))
    }

    /// Whose account the connection is about.
    pub(super) fn key(&self) -> String {
        self.caller
            .as_ref()
            .map_or_else(String::new, |caller| caller.key.clone())
    }

    /// How a feed is played; none if it shows examples.
    pub(super) fn played(&self, feed: FeedId) -> Option<Played> {
        let messages = || self.inner.venue.api().feeds[feed].messages.iter();
        let follows = |id: &MessageId| self.inner.follows(*id);
        if messages()
            .filter_map(follows)
            .any(|w| w.contains(&When::Ticked))
        {
            return Some(Played::Book);
        }
        let account = self.inner.playing().is_some() && messages().any(|id| follows(id).is_some());
        account.then_some(Played::Account)
    }

    /// What a played feed sends in a turn from 0 on: of an account the opening only, for the rest is
    /// news.
    pub(super) fn turn(&mut self, played: Played, of: &Subscription, turn: u64) -> Option<Out> {
        let inner = self.inner.clone();
        let said = of.said.as_ref()?;
        let when = match (played, turn) {
            (_, 0) => When::Subscribed,
            (Played::Book, _) => When::Ticked,
            (Played::Account, _) => return None,
        };
        let messages = &inner.venue.api().feeds[of.feed].messages;
        let due = |id: &&MessageId| inner.follows(**id).is_some_and(|w| w.contains(&when));
        let id = *messages.iter().find(due)?;
        let names = texts(&said.value);
        let scene = match played {
            Played::Book => inner.book(&names, turn)?,
            Played::Account => narrowed(inner.playing()?, inner.scene(&self.key()), &names),
        };
        self.scenic(id, said, &of.channel, &scene)
    }
}

/// How a feed is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Played {
    /// An order book, in every mode.
    Book,
    /// The caller's account.
    Account,
}
