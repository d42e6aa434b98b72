//! How messages are told apart on the venue's sockets: feeds by the first two elements of an array,
//! answers to requests by their number.

use std::borrow::Cow;

use venue_transport::socket::{Answer, Command, Dialect, Peek, peek_elements, peek_members};

/// Feeds, and REST methods as requests.
pub(crate) struct Main;

/// Requests for quote.
pub(crate) struct Rfq;

impl Dialect for Main {
    fn peek<'m>(&self, message: &'m str) -> Peek<'m> {
        match message.trim_start().starts_with('[') {
            true => feed_message(message),
            false => reply(message),
        }
    }

    /// A feed's updates may come under the letters of others, with 0 for the feed id.
    fn routes(&self, command: &Command) -> Vec<String> {
        let id = command
            .parameters
            .iter()
            .find(|(name, _)| *name == "feedId");
        let id = id.map_or("0", |(_, json)| json.as_str());
        let mut routes = vec![route(&command.channel, id)];
        match command.channel.as_str() {
            "P" => routes.extend([route("O", "0"), route("S", "0")]),
            "I" => routes.push(route("C", "0")),
            _ => {}
        }
        routes
    }

    fn answer_to(&self, command: &str) -> Option<String> {
        let names = ["event", "feed", "feedId", "reqId"];
        let [event, feed, id, number] = peek_members(command, names, |_| false)?;
        match event?.trim_matches('"') {
            event @ ("bind" | "unbind") => {
                let feed = feed?.trim_matches('"');
                Some(format!("{event} {}", route(feed, id.unwrap_or("0"))))
            }
            "request" => Some(format!("request {}", number?)),
            "auth" => Some("auth".to_owned()),
            _ => None,
        }
    }
}

/// `[feed, feed id, action, payload]`
fn feed_message(message: &str) -> Peek<'_> {
    let Some([Some(feed), Some(id), Some(action)]) = peek_elements(message) else {
        return Peek::default();
    };
    let route = route(feed.trim_matches('"'), id);
    let answer = |event: &str, code| Answer {
        to: format!("{event} {route}").into(),
        is_accepted: code == Some(0),
        code,
    };
    let answer = match action {
        // The link's status, under a letter of its own; not an answer.
        _ if feed == "\"X\"" => None,
        "\"S\"" => Some(answer("bind", Some(0))),
        "\"U\"" => Some(answer("unbind", Some(0))),
        "\"Z\"" => Some(answer("bind", Some(failure_code(message).unwrap_or(-1)))),
        _ => None,
    };
    Peek {
        is_readable: true,
        sequence: None,
        feed: Some(route.into()),
        answer,
    }
}

fn failure_code(message: &str) -> Option<i64> {
    let [_, _, _, code] = peek_elements::<4>(message)?;
    code?.trim_matches(['[', ']', ' ']).parse().ok()
}

/// `{"event":"request","reqId":…,"reply":…}`, or with `error` in place of the reply.
fn reply(message: &str) -> Peek<'_> {
    let names = ["event", "reqId", "error"];
    let Some([event, number, error]) = peek_members(message, names, |_| false) else {
        return Peek::default();
    };
    let code = error.map_or(Some(0), |code| code.parse().ok());
    let to = match (event, number) {
        (Some("\"request\""), Some(number)) => Some(format!("request {number}")),
        (Some("\"auth\""), _) => Some("auth".to_owned()),
        _ => None,
    };
    Peek {
        is_readable: true,
        sequence: None,
        feed: None,
        answer: to.map(|to| Answer {
            to: to.into(),
            is_accepted: code == Some(0),
            code,
        }),
    }
}

/// Under which name a feed's messages go: the id comes back as it was bound, but that spaces in an
/// object may differ.
fn route(feed: &str, id: &str) -> String {
    let id = match id.starts_with('{') {
        true => {
            let value = serde_json::from_str::<serde_json::Value>(id);
            value.map_or(Cow::Borrowed(id), |value| Cow::Owned(value.to_string()))
        }
        false => Cow::Borrowed(id),
    };
    format!("{feed}:{id}")
}

impl Dialect for Rfq {
    fn peek<'m>(&self, message: &'m str) -> Peek<'m> {
        let names = ["event", "reqId", "error"];
        let Some([event, number, error]) = peek_members(message, names, |_| false) else {
            return Peek::default();
        };
        let is_error = event == Some("\"ERROR\"");
        let to = match (event, number) {
            (Some("\"CREATED\"" | "\"COMMITTED\"" | "\"ERROR\""), Some(number)) => {
                Some(format!("request {number}"))
            }
            // An error that names no request is about the only command that has no number.
            (Some("\"AUTHORIZED\"" | "\"ERROR\""), None) => Some("auth".to_owned()),
            _ => None,
        };
        Peek {
            is_readable: true,
            answer: to.map(|to| Answer {
                to: to.into(),
                is_accepted: !is_error,
                code: error.and_then(|code| code.parse().ok()),
            }),
            ..Peek::default()
        }
    }

    /// The answer to CANCEL is not known.
    fn answer_to(&self, command: &str) -> Option<String> {
        let [event, number] = peek_members(command, ["event", "reqId"], |_| false)?;
        match event? {
            "\"CREATE\"" | "\"COMMIT\"" => Some(format!("request {}", number.unwrap_or_default())),
            "\"AUTH\"" => Some("auth".to_owned()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart_at_a_look() {
        let peek = Main.peek(r#"["B",42,"S",[["#);
        assert_eq!(peek.feed.as_deref(), Some("B:42"));
        let answer = peek.answer.unwrap();
        assert_eq!((&*answer.to, answer.is_accepted), ("bind B:42", true));
        let bind = r#"{"event":"bind","feed":"B","feedId":42}"#;
        assert_eq!(Main.answer_to(bind).as_deref(), Some("bind B:42"));
        let no = Main.peek(r#"["F","BTC-EUR","Z",34]"#).answer.unwrap();
        assert_eq!(
            (&*no.to, no.is_accepted, no.code),
            ("bind F:\"BTC-EUR\"", false, Some(34))
        );
        assert_eq!(Main.peek(r#"["X",0,"Z",0]"#).answer, None);
        let no = Main.peek(r#"{"event":"request","reqId":7,"error":9,"param":"size"}"#);
        let no = no.answer.unwrap();
        assert_eq!((&*no.to, no.code), ("request 7", Some(9)));
        assert!(!Main.peek("garbled").is_readable);
    }

    #[test]
    fn an_id_that_is_an_object_is_known_by_what_it_says() {
        let sent = r#"{"instrument":"BTC-EUR","clientId":5}"#;
        assert_eq!(
            route("F", sent),
            route("F", r#"{ "instrument" : "BTC-EUR", "clientId": 5 }"#)
        );
    }
}
