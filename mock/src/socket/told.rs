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
                    next_id: 0,
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

    /// Whether a feed tells of an account, and not of examples.
    pub(super) fn is_played(&self, feed: FeedId) -> bool {
        if self.inner.playing().is_none() {
            return false;
        }
        let mut messages = self.inner.venue.api().feeds[feed].messages.iter();
        messages.any(|id| self.inner.follows(*id).is_some())
    }

    /// What a feed of an account begins with.
    pub(super) fn opening(&mut self, subscription: &Subscription) -> Option<Out> {
        let inner = self.inner.clone();
        let roles = inner.playing()?;
        let said = subscription.said.as_ref()?;
        let messages = &inner.venue.api().feeds[subscription.feed].messages;
        let first = |id: &&MessageId| {
            inner
                .follows(**id)
                .is_some_and(|w| w.contains(&When::Subscribed))
        };
        let id = *messages.iter().find(first)?;
        let scene = narrowed(roles, inner.scene(&self.key()), &texts(&said.value));
        self.scenic(id, said, &subscription.channel, &scene)
    }
}
