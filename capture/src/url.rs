//! The parts of an address that routing needs. Not a general URL parser: what it cannot read has no
//! host, and matches nothing.

use std::fmt;
use std::net::IpAddr;

use venue_wire::check::shown;

/// Where a request or connection went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// `https`, `wss`; lower case, empty if there is none.
    pub scheme: String,
    /// Host, lower case, with its port if that is not the scheme's own.
    pub host: String,
    /// Path as sent, from its `/`, without a slash at the end.
    pub path: String,
    /// Query as sent, without its `?`. May hold secrets: never shown.
    pub query: String,
}

impl Address {
    /// Reads an address. User names, passwords and fragments are dropped.
    ///
    /// ```
    /// let a = venue_capture::Address::parse("https://me:pw@API.example.com:443/v1/orders/?limit=2#x");
    /// assert_eq!((a.host.as_str(), a.path.as_str(), a.query.as_str()), ("api.example.com", "/v1/orders", "limit=2"));
    /// ```
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.split('#').next().unwrap_or_default();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => (String::new(), text),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let host = authority.rsplit('@').next().unwrap_or_default();
        let mut host = host.to_ascii_lowercase();
        let own = match scheme.as_str() {
            "https" | "wss" => ":443",
            _ => ":80",
        };
        if host.ends_with(own) {
            host.truncate(host.len() - own.len());
        }
        // The root of all names, which a resolver wants and nobody else writes.
        if host.ends_with('.') {
            host.pop();
        }
        let path = path.trim_end_matches('/');
        Address {
            scheme,
            host,
            path: path.to_owned(),
            query: query.to_owned(),
        }
    }

    /// Whether it names a WebSocket.
    pub fn is_socket(&self) -> bool {
        matches!(self.scheme.as_str(), "ws" | "wss")
    }

    /// The host, with what is no plain name replaced: `{…}.example.com`. Fit to be shown and counted.
    pub(crate) fn shown_host(&self) -> String {
        let (host, port) = match self.host.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => (host, Some(port)),
            _ => (&*self.host, None),
        };
        let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let label = |label| if shown::name(label) { label } else { GONE };
        let mut out = match is_address {
            true => host.to_owned(),
            false => host.split('.').map(label).collect::<Vec<_>>().join("."),
        };
        if let Some(port) = port {
            out.push(':');
            out.push_str(port);
        }
        crate::text::short(&out, 80)
    }

    /// The path with what looks like an id replaced: `/v1/order/{…}`. Fit to be shown and counted.
    pub fn pattern(&self) -> String {
        pattern(&self.path)
    }
}

/// Scheme, host and path; never the query.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.scheme.is_empty() {
            write!(f, "{}://", shown::named(&self.scheme))?;
        }
        write!(f, "{}{}", self.shown_host(), self.pattern())
    }
}

/// In place of what is not shown.
const GONE: &str = "{…}";

fn pattern(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').skip(1) {
        out.push('/');
        let plain = !is_id(segment) && shown::name(segment);
        out.push_str(if plain { segment } else { GONE });
    }
    if out.is_empty() { "/".into() } else { out }
}

/// Numbers, UUIDs, hashes, tokens: anything with three digits, or longer than words are.
pub(crate) fn is_id(segment: &str) -> bool {
    segment.bytes().filter(u8::is_ascii_digit).count() >= 3
        || (!segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()))
        || segment.len() > 40
        || segment.contains('@')
        || segment.contains('%')
}

/// Percent-decoding; `+` is a space where it is asked for. What is not UTF-8 afterwards is replaced.
pub(crate) fn decode(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
        match bytes[at] {
            b'%' => match (hex(at + 1), hex(at + 2)) {
                (Some(high), Some(low)) => {
                    // Two hexadecimal digits fit a byte.
                    out.push((high * 16 + low) as u8);
                    at += 2;
                }
                _ => out.push(b'%'),
            },
            b'+' if plus_is_space => out.push(b' '),
            b => out.push(b),
        }
        at += 1;
    }
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// The decoded pairs of a query or form, in its order.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// Pairs as form text, for captures that hold them apart.
pub(crate) fn form<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        encode(&mut out, name);
        out.push('=');
        encode(&mut out, value);
    }
    out
}

fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_does_not_route() {
        for (text, host, path, query) in [
            (
                "https://api.sfox.com/v1/user/balance",
                "api.sfox.com",
                "/v1/user/balance",
                "",
            ),
            ("wss://WS.sfox.com:443/ws/", "ws.sfox.com", "/ws", ""),
            ("http://localhost:8080?x=1", "localhost:8080", "", "x=1"),
            ("http://u:p@h/a#?b", "h", "/a", ""),
            ("not an address", "not an address", "", ""),
            ("", "", "", ""),
        ] {
            let a = Address::parse(text);
            assert_eq!(
                (&*a.host, &*a.path, &*a.query),
                (host, path, query),
                "{text}"
            );
        }
    }

    #[test]
    fn a_shown_address_has_no_query_and_no_ids() {
        let a = Address::parse("https://h/v1/order/123456/fills?token=abc");
        assert_eq!(a.to_string(), "https://h/v1/order/{…}/fills");
        assert_eq!(Address::parse("wss://h").to_string(), "wss://h/");
        assert_eq!(
            Address::parse("https://h/\u{1b}[2J").to_string(),
            "https://h/{…}"
        );
    }

    #[test]
    fn forms_decode() {
        assert_eq!(
            pairs("a=1%202&b=x+y&c&%zz=%"),
            [
                ("a".into(), "1 2".into()),
                ("b".into(), "x y".into()),
                ("c".into(), String::new()),
                ("%zz".into(), "%".into())
            ]
        );
    }
}
