//! Looking into JSON without reading all of it: what tells messages apart stands at their start.
//!
//! A look takes on trust what it passes over, and makes nothing of it: where a text ends and what is
//! nested is all that it knows. Whoever decodes the message reads every byte, and is exact.

use venue_wire::check::container_end;
use venue_wire::support::is_same;

/// The texts of some members of an object, in the order of `names`; reading stops when `is_enough`
/// says so of what was found. None if it is no object, or broken before that.
///
/// ```
/// use venue_transport::socket::peek_members;
///
/// let message = r#"{"sequence":4,"recipient":"ticker","payload":{"#;
/// let found = peek_members(message, ["sequence", "recipient"], |found| {
///     found.iter().all(Option::is_some)
/// });
/// assert_eq!(found, Some([Some("4"), Some("\"ticker\"")]));
/// ```
pub fn peek_members<'m, const N: usize>(
    message: &'m str,
    names: [&str; N],
    is_enough: impl Fn(&[Option<&'m str>; N]) -> bool,
) -> Option<[Option<&'m str>; N]> {
    let mut found = [None; N];
    let mut look = Look::new(message);
    look.take(b'{')?;
    let mut next = 0;
    while look.has_another(b'}')? {
        // Venues keep to an order, mostly: a name that is expected needs no search for its end.
        let index = match names.get(next).is_some_and(|name| look.take_name(name)) {
            true => Some(next),
            false => which(look.string()?, &names),
        };
        look.take(b':')?;
        let value = look.value()?;
        if let Some(index) = index {
            next = index + 1;
            found[index] = Some(value);
            if is_enough(&found) {
                break;
            }
        }
    }
    Some(found)
}

/// The texts of the first elements of an array, without reading on. None if it is no array, or
/// broken before that; elements that are not there are none.
///
/// ```
/// use venue_transport::socket::peek_elements;
///
/// assert_eq!(
///     peek_elements(r#"["B",42,"S",[["#),
///     Some([Some("\"B\""), Some("42"), Some("\"S\"")])
/// );
/// ```
pub fn peek_elements<const N: usize>(message: &str) -> Option<[Option<&str>; N]> {
    let mut found = [None; N];
    let mut look = Look::new(message);
    look.take(b'[')?;
    for place in &mut found {
        if !look.has_another(b']')? {
            break;
        }
        *place = Some(look.value()?);
    }
    Some(found)
}

/// Which of some names a JSON string, in its quotes, says.
#[inline]
fn which(string: &str, names: &[&str]) -> Option<usize> {
    let plain = &string[1..string.len() - 1];
    let found = names.iter().position(|name| plain == *name);
    if found.is_some() || !plain.as_bytes().contains(&b'\\') {
        return found;
    }
    let plain: String = serde_json::from_str(string).ok()?;
    names.iter().position(|name| plain == *name)
}

/// How far a look went.
struct Look<'m> {
    text: &'m str,
    at: usize,
    /// Nothing of the innermost object or array was read yet.
    is_first: bool,
}

impl<'m> Look<'m> {
    fn new(text: &'m str) -> Self {
        Look {
            text,
            at: 0,
            is_first: true,
        }
    }

    /// The next byte that is no space.
    #[inline]
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(*byte),
            }
        }
    }

    /// Takes that many bytes.
    #[inline]
    fn split(&mut self, length: usize) -> Option<&'m str> {
        let begin = self.at;
        self.at += length;
        self.text.get(begin..self.at)
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    /// Whether another part comes before the end, its comma taken.
    #[inline]
    fn has_another(&mut self, end: u8) -> Option<bool> {
        if self.next()? == end {
            return Some(false);
        }
        if !std::mem::take(&mut self.is_first) {
            self.take(b',')?;
        }
        Some(true)
    }

    /// Takes a name in its quotes, if it is what comes next.
    #[inline]
    fn take_name(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let is_next = rest.get(1 + name.len()) == Some(&b'"')
            && rest[0] == b'"'
            && is_same(&rest[1..=name.len()], name.as_bytes());
        if is_next {
            self.at += name.len() + 2;
        }
        is_next
    }

    /// A string, in its quotes.
    #[inline]
    fn string(&mut self) -> Option<&'m str> {
        (self.next()? == b'"').then_some(())?;
        self.split(string_length(&self.text.as_bytes()[self.at..])?)
    }

    /// A value of any kind.
    #[inline]
    fn value(&mut self) -> Option<&'m str> {
        let first = self.next()?;
        let text = &self.text.as_bytes()[self.at..];
        let length = match first {
            b'"' => string_length(text)?,
            b'{' | b'[' => container_end(text, 0)?,
            // A number or a word: what follows it tells that it has ended.
            _ => {
                let is_end = |byte: &u8| *byte <= b' ' || matches!(byte, b',' | b'}' | b']');
                text.iter().position(is_end)?
            }
        };
        (length > 0).then(|| self.split(length))?
    }
}

/// The length of the string that a text begins with, quotes included.
#[inline]
fn string_length(text: &[u8]) -> Option<usize> {
    let mut length = 1;
    loop {
        let end = length + special(text.get(length..)?)?;
        match text[end] {
            b'"' => return Some(end + 1),
            _ => length = end + 2,
        }
    }
}

/// Where the first quote or backslash of a text stands: eight bytes at a time, since names and tags
/// are too short for a call of `memchr` to pay.
#[inline]
fn special(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
    const SLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);
    // The high bit of bytes that are zero; of those behind the first such one perhaps wrongly.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut at = 0;
    while let Some(word) = text[at..].first_chunk() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ QUOTES) | zeros(word ^ SLASHES);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let mut rest = text[at..].iter();
    let found = rest.position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_finds_members_wherever_they_stand() {
        type Found = Option<[Option<&'static str>; 2]>;
        let cases: [(&str, Found); 12] = [
            (r#"{"a":1,"b":[2]}"#, Some([Some("1"), Some("[2]")])),
            (
                " {\n\"x\" : {\"a\":[\"}\\\"\"]} , \"b\" :\ttrue }",
                Some([None, Some("true")]),
            ),
            (
                r#"{"\u0061":"q\"","b":{}}"#,
                Some([Some(r#""q\"""#), Some("{}")]),
            ),
            ("{}", Some([None, None])),
            (r#"{"a":1,"a":2}"#, Some([Some("2"), None])),
            // Broken, but further on than the look went.
            (r#"{"a":1,"b":2,"#, Some([Some("1"), Some("2")])),
            (r#"{"a":1,"c""#, None),
            (r#"{"a":1 "b":2}"#, None),
            (r#"{"a":}"#, None),
            (r#"{"a":"1"#, None),
            (r#"[1]"#, None),
            ("", None),
        ];
        for (text, found) in cases {
            let both = |found: &[Option<&str>; 2]| found.iter().all(Option::is_some);
            assert_eq!(peek_members(text, ["a", "b"], both), found, "{text}");
        }
    }

    #[test]
    fn a_string_ends_at_its_quote_wherever_that_stands() {
        for before in 0..20 {
            for after in [0, 1, 7, 30] {
                let text = format!(
                    "\"{}\u{e9}\\\"\\\\\"{}",
                    "a".repeat(before),
                    "\"\\x".repeat(after)
                );
                // Two bytes of a letter, two escapes, and the quotes.
                assert_eq!(string_length(text.as_bytes()), Some(before + 8), "{text}");
            }
            let open = format!("\"{}\\\"", "a".repeat(before));
            assert_eq!(string_length(open.as_bytes()), None, "{open}");
        }
    }

    #[test]
    fn a_look_finds_elements_without_those_behind() {
        let cases: [(&str, Option<[Option<&str>; 2]>); 6] = [
            (r#"["B" , 42,"S"]"#, Some([Some("\"B\""), Some("42")])),
            (
                "[[1,[2]],{\"a\":\"]\"},\u{7}",
                Some([Some("[1,[2]]"), Some("{\"a\":\"]\"}")]),
            ),
            ("[1]", Some([Some("1"), None])),
            ("[ ]", Some([None, None])),
            ("[1", None),
            ("{}", None),
        ];
        for (text, found) in cases {
            assert_eq!(peek_elements(text), found, "{text}");
        }
    }
}
