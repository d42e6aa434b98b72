//! How messages are told apart on the venue's socket: data names its feed, an answer the command's
//! type, and one counter runs through both.

use std::borrow::Cow;

use venue_transport::socket::{Answer, Dialect, Peek, peek_members};

/// The one socket that all three APIs share.
pub(crate) struct Main;

impl Dialect for Main {
    fn peek<'m>(&self, message: &'m str) -> Peek<'m> {
        let names = ["sequence", "recipient", "type", "action"];
        let found = peek_members(message, names, |[sequence, recipient, kind, action]| {
            sequence.is_some() && (recipient.is_some() || (kind.is_some() && action.is_some()))
        });
        let Some([sequence, recipient, kind, action]) = found else {
            return Peek::default();
        };
        let answer = kind.zip(action).map(|(kind, action)| Answer {
            to: text(action),
            is_accepted: kind == "\"success\"",
            code: None,
        });
        Peek {
            is_readable: true,
            sequence: sequence.and_then(|digits| digits.parse().ok()),
            feed: recipient.map(text),
            answer,
        }
    }

    fn answer_to(&self, command: &str) -> Option<String> {
        let [kind] = peek_members(command, ["type"], |_| false)?;
        Some(text(kind?).into_owned())
    }
}

/// The socket of 2018, where an answer does not say what it answers.
#[cfg(feature = "legacy")]
pub(crate) mod legacy {
    use super::*;

    /// The one socket.
    pub(crate) struct Main;

    impl Dialect for Main {
        fn peek<'m>(&self, message: &'m str) -> Peek<'m> {
            let names = ["sequence", "recipient", "type"];
            let found = peek_members(message, names, |[sequence, recipient, kind]| {
                sequence.is_some() && (recipient.is_some() || kind.is_some())
            });
            let Some([sequence, recipient, kind]) = found else {
                return Peek::default();
            };
            Peek {
                is_readable: true,
                sequence: sequence.and_then(|digits| digits.parse().ok()),
                feed: recipient.map(text),
                answer: kind.filter(|_| recipient.is_none()).map(|kind| Answer {
                    to: Cow::Borrowed(""),
                    is_accepted: kind == "\"success\"",
                    code: None,
                }),
            }
        }

        /// Answers come in the order of the commands.
        fn answer_to(&self, _command: &str) -> Option<String> {
            Some(String::new())
        }
    }
}

/// What a JSON string says.
fn text(json: &str) -> Cow<'_, str> {
    let plain = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match plain.filter(|plain| !plain.as_bytes().contains(&b'\\')) {
        Some(plain) => Cow::Borrowed(plain),
        None => Cow::Owned(serde_json::from_str(json).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart_at_a_look() {
        let data = r#"{"sequence":4,"recipient":"ticker.sfox.btcusd","timestamp":1,"payload":{"#;
        let peek = Main.peek(data);
        assert_eq!(
            (peek.sequence, peek.feed.as_deref()),
            (Some(4), Some("ticker.sfox.btcusd"))
        );
        assert_eq!(peek.answer, None);
        let no = r#"{"type":"error","sequence":2,"timestamp":1,"payload":{"action":"authenticate"},"action":"authenticate"}"#;
        let answer = Main.peek(no).answer.unwrap();
        assert_eq!((&*answer.to, answer.is_accepted), ("authenticate", false));
        let login = r#"{"type":"authenticate","apiKey":"k"}"#;
        assert_eq!(Main.answer_to(login).as_deref(), Some("authenticate"));
        assert!(!Main.peek("\x00garbled").is_readable);
    }

    #[cfg(feature = "legacy")]
    #[test]
    fn an_answer_of_2018_goes_to_the_oldest_command() {
        let yes = r#"{"type":"success","sequence":1,"timestamp":1}"#;
        let peek = legacy::Main.peek(yes);
        let answer = peek.answer.unwrap();
        let command = r#"{"type":"subscribe","feeds":["ticker.sfox.btcusd"]}"#;
        assert_eq!(
            legacy::Main.answer_to(command).as_deref(),
            Some(&*answer.to)
        );
        assert!(answer.is_accepted);
    }
}
