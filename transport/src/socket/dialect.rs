//! What a session has to know of a venue's protocol beside its types.

use std::borrow::Cow;
use std::fmt::Write;

use crate::body::json_string;

/// How a venue's messages are told apart, feed by feed and answer by answer. Written by hand for
/// each protocol, in the crate that carries the venue's name.
///
/// A look is all it takes: feeds decode their messages themselves.
pub trait Dialect: Send + Sync + 'static {
    /// Looks at a received message.
    fn peek<'m>(&self, message: &'m str) -> Peek<'m>;

    /// Under which names the messages of a feed arrive: those that [`Peek::feed`] has.
    fn routes(&self, command: &Command) -> Vec<String> {
        vec![command.channel.clone()]
    }

    /// The name of the answer to a command, as [`Answer::to`] has it; none if none comes.
    fn answer_to(&self, command: &str) -> Option<String>;
}

/// What a look at a message tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Peek<'m> {
    /// It is JSON as far as the look went.
    pub is_readable: bool,
    /// Its number, where messages are counted.
    pub sequence: Option<u64>,
    /// Name of the feed that it belongs to.
    pub feed: Option<Cow<'m, str>>,
    /// The command that it answers. A message can be an answer and belong to a feed.
    pub answer: Option<Answer<'m>>,
}

/// An answer to a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'m> {
    /// Which one: the oldest that waits under this name.
    pub to: Cow<'m, str>,
    /// Whether the venue did as it was told.
    pub is_accepted: bool,
    /// The application code of a refusal, if it has one.
    pub code: Option<i64>,
}

/// The form of a command that starts or stops feeds, from the spec.
#[derive(Debug)]
pub struct Form {
    /// Id of the command.
    pub id: &'static str,
    /// Members that are always the same: name and JSON text.
    pub constants: &'static [(&'static str, &'static str)],
    /// The member that holds the channel, or a list of channels.
    pub channel: &'static str,
    /// It holds a list.
    pub is_list: bool,
}

/// A feed to start or stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The channel's name.
    pub channel: String,
    /// What else the command says: name and JSON text.
    pub parameters: Vec<(&'static str, String)>,
}

impl Form {
    /// The message for these feeds: one for all where the form has a list and none has parameters,
    /// else one for each.
    pub(crate) fn messages(&self, feeds: &[&Command]) -> Vec<String> {
        let has_parameters = feeds.iter().any(|feed| !feed.parameters.is_empty());
        match self.is_list && !has_parameters {
            true if feeds.is_empty() => Vec::new(),
            true => vec![self.message(feeds, &[])],
            false => {
                let one = |feed: &&Command| self.message(&[feed], &feed.parameters);
                feeds.iter().map(one).collect()
            }
        }
    }

    fn message(&self, feeds: &[&Command], parameters: &[(&str, String)]) -> String {
        let mut text = String::from("{");
        let mut member = |name: &str, json: &str| {
            let comma = if text.len() > 1 { "," } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{}:{json}", json_string(name));
        };
        for (name, json) in self.constants {
            member(name, json);
        }
        let channels: Vec<String> = feeds
            .iter()
            .map(|feed| json_string(&feed.channel))
            .collect();
        match self.is_list {
            true => member(self.channel, &format!("[{}]", channels.join(","))),
            false => member(self.channel, &channels.join("")),
        }
        for (name, json) in parameters {
            member(name, json);
        }
        text.push('}');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(channel: &str, parameters: Vec<(&'static str, String)>) -> Command {
        let channel = channel.to_owned();
        Command {
            channel,
            parameters,
        }
    }

    #[test]
    fn a_list_takes_all_feeds_at_once() {
        let form = Form {
            id: "",
            constants: &[("type", "\"subscribe\"")],
            channel: "feeds",
            is_list: true,
        };
        let (one, other) = (feed("a", vec![]), feed("b\"", vec![]));
        let messages = form.messages(&[&one, &other]);
        assert_eq!(messages, [r#"{"type":"subscribe","feeds":["a","b\""]}"#]);
    }

    #[test]
    fn parameters_make_a_message_each() {
        let form = Form {
            id: "",
            constants: &[("event", "\"bind\"")],
            channel: "feed",
            is_list: false,
        };
        let (one, other) = (
            feed("B", vec![("feedId", "42".to_owned())]),
            feed("K", vec![]),
        );
        let messages = form.messages(&[&one, &other]);
        assert_eq!(
            messages,
            [
                r#"{"event":"bind","feed":"B","feedId":42}"#,
                r#"{"event":"bind","feed":"K"}"#
            ]
        );
    }
}
