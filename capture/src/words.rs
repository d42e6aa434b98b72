//! Findings and messages in people's words.

use venue_schema::ir::{Api, Place, Test, TypeRef};
use venue_wire::check::{rule, shown};

use crate::judge::Found;
use crate::{lex, shape, text};

/// The finding as a sentence about the place that it is at: `payload.price` is a string instead of a
/// number.
pub(crate) fn sentence(api: &Api, types: &[&TypeRef], found: &Found, in_exchange: bool) -> String {
    let path = shape::path(api, types, &found.pointer);
    let subject = match (path.as_str(), types.is_empty()) {
        ("", true) => return found.message.clone(),
        ("", false) if in_exchange => "the body".to_owned(),
        ("", false) => "the message".to_owned(),
        (path, _) => format!("`{path}`"),
    };
    let Found {
        message,
        found: value,
        ..
    } = found;
    match found.rule {
        rule::WRONG_KIND | rule::NUMBER_AS_STRING | rule::STRING_AS_NUMBER => {
            format!("{subject} is {message}")
        }
        rule::NULL_VALUE => format!("{subject} is null, which the spec does not allow here"),
        rule::UNKNOWN_VALUE | rule::UNDOCUMENTED_VALUE | "undocumented-error" => {
            format!("{subject} is {value}, {message}")
        }
        rule::UNDOCUMENTED_FIELD => format!("{subject} is not described by the spec"),
        rule::UNDOCUMENTED_ELEMENT => format!("{subject} is not described: {message}"),
        rule::UNDOCUMENTED_MESSAGE => format!("a message that the spec does not describe: {value}"),
        rule::DUPLICATE_FIELD => format!("{subject} is there twice"),
        rule::EXPONENT_NOTATION | rule::UNSAFE_NUMBER => format!("{subject} is {value}, {message}"),
        rule::CONST_MISMATCH | rule::BAD_UUID | rule::BAD_TIME | rule::OUT_OF_RANGE => {
            format!("{subject} is {value}, {message}")
        }
        rule::BAD_INTEGER | rule::BAD_DECIMAL | rule::TOO_MANY_DIGITS => {
            format!("{subject} is {value}: {message}")
        }
        rule::NOT_JSON => message.clone(),
        _ if path.is_empty() => message.clone(),
        _ => format!("{subject}: {message}"),
    }
}

/// Members and places by whose values messages are told apart: what they hold is a name of the API.
pub(crate) fn tags(api: &Api) -> Vec<String> {
    let messages = api.messages.iter().map(|m| &m.matches);
    let commands = api.commands.iter().map(|c| &c.matches);
    messages
        .chain(commands)
        .flat_map(|m| &m.conditions)
        .filter(|c| matches!(c.test, Test::Equals(_) | Test::Template(_)))
        .filter_map(|c| match &c.at {
            Place::Member(name) => Some(name.clone()),
            Place::Element(n) => Some(n.to_string()),
            Place::Whole => None,
        })
        .collect()
}

/// So many members are named.
const SHOWN: usize = 6;

/// A message that nothing claims, by what could have told it apart.
pub(crate) fn describe(bytes: &[u8], tags: &[&str]) -> String {
    let start = lex::skip_space(bytes, 0);
    match bytes.get(start) {
        Some(b'{') => {
            let name = |span: &std::ops::Range<usize>| {
                lex::unquote(&bytes[span.clone()]).unwrap_or_default()
            };
            let shown: Vec<String> = lex::members(bytes, start)
                .filter(|(key, _)| tags.contains(&name(key).as_str()))
                .filter(|(_, value)| !matches!(bytes[value.start], b'{' | b'['))
                .take(SHOWN)
                .map(|(key, value)| {
                    format!(
                        "{} = {}",
                        shown::named(&name(&key)).into_owned(),
                        scalar(&bytes[value])
                    )
                })
                .collect();
            if !shown.is_empty() {
                return shown.join(", ");
            }
            let mut names: Vec<String> = lex::members(bytes, start)
                .take(SHOWN + 1)
                .map(|(key, _)| shown::named(&name(&key)).into_owned())
                .collect();
            let more = names.len() > SHOWN;
            names.truncate(SHOWN);
            format!(
                "an object of {}{}",
                names.join(", "),
                if more { ", …" } else { "" }
            )
        }
        Some(b'[') => {
            let mut elements = lex::elements(bytes, start);
            let shown: Vec<String> = (elements.by_ref().take(4).enumerate())
                .map(|(n, value)| match bytes[value.start] {
                    b'"' if tags.contains(&n.to_string().as_str()) => scalar(&bytes[value]),
                    _ => "…".into(),
                })
                .collect();
            format!(
                "[{}{}]",
                shown.join(", "),
                if elements.next().is_some() {
                    ", …"
                } else {
                    ""
                }
            )
        }
        Some(b'"') => "a string".into(),
        Some(b't' | b'f') => "a boolean".into(),
        Some(b'n') => "null".into(),
        Some(_) => "a number".into(),
        None => "nothing".into(),
    }
}

fn scalar(token: &[u8]) -> String {
    if let Some(text) = lex::unquote(token) {
        return shown::quoted(&text).into_owned();
    }
    text::short(&String::from_utf8_lossy(token), 60)
}
