//! Markdown from a spec's words: what is not meant as markup must not act as such.

/// A spec's words on one line. What stands between backticks stays code; nothing else is markup, in
/// CommonMark and in what GitHub adds to it.
pub(crate) fn escape(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut out = String::with_capacity(text.len());
    let mut rest = opening(&text, &mut out);
    while let Some(at) = rest.find('`') {
        plain(&rest[..at], &mut out);
        rest = &rest[at..];
        let run = rest.bytes().take_while(|b| *b == b'`').count();
        let end = match run {
            1 => rest[1..].find('`').map_or(1, |end| end + 2),
            _ => run,
        };
        match end > run {
            true => out.push_str(&rest[..end]),
            false => out.push_str(&"\\`".repeat(run)),
        }
        rest = &rest[end..];
    }
    plain(rest, &mut out);
    out
}

/// What would make a list, a heading or a rule of the line that the text begins.
fn opening<'a>(text: &'a str, out: &mut String) -> &'a str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let at = match text[digits..].chars().next() {
        Some('.' | ')') if (1..=9).contains(&digits) => digits,
        Some('#' | '+' | '-' | '=' | ':') if digits == 0 => 0,
        _ => return text,
    };
    out.push_str(&text[..at]);
    out.push('\\');
    out.push_str(&text[at..=at]);
    &text[at + 1..]
}

fn plain(text: &str, out: &mut String) {
    let mut before = out.chars().next_back();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_joint = before.is_some_and(char::is_alphanumeric)
            && chars.peek().is_some_and(|c| c.is_alphanumeric());
        let acts = match c {
            '\\' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '&' => true,
            // Within a word it is a letter like any other.
            '_' => !is_joint,
            _ => false,
        };
        if acts {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// Text as code.
pub(crate) fn code(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// A source: its addresses as links, what stands beside them as words.
pub(crate) fn source(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    words.join(" ")
}

/// A word of a source: a link if it is an address.
fn word(word: &str) -> String {
    let inner = word.trim_start_matches(['(', '<']);
    let before = &word[..word.len() - inner.len()];
    for scheme in ["https://", "http://"] {
        if let Some(rest) = inner.strip_prefix(scheme) {
            let name = address(rest);
            return format!(
                "{}[{}]({scheme}{}){}",
                escape(before),
                escape(name.trim_end_matches('/')),
                encoded(name),
                escape(&rest[name.len()..])
            );
        }
    }
    escape(word)
}

/// Without the punctuation that follows it; a bracket that it opens itself is its own.
fn address(text: &str) -> &str {
    let text = text.trim_end_matches([',', ';', '.', ':', '>']);
    match text.strip_suffix(')') {
        Some(shorter) if text.matches(')').count() > text.matches('(').count() => address(shorter),
        _ => text,
    }
}

/// An address within the round brackets of a link.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' | ')' | '<' | '>' | '\\' | '"' | '`' | '|' | '*' | '[' | ']' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_spec_are_no_markup() {
        for (text, markdown) in [
            ("a `[T]` or [T]", "a `[T]` or \\[T\\]"),
            ("`a | b` | c", "`a | b` \\| c"),
            ("cancel_reason <id>", "cancel_reason \\<id\\>"),
            (
                "_a *b ~~c~~ $d$ &lt;",
                "\\_a \\*b \\~\\~c\\~\\~ \\$d\\$ \\&lt;",
            ),
            ("one ` only", "one \\` only"),
            ("`` and `x`", "\\`\\` and `x`"),
            ("200.", "200\\."),
            ("1) one", "1\\) one"),
            ("1.5 is less", "1\\.5 is less"),
            ("# not a heading", "\\# not a heading"),
            ("- no\n  list", "\\- no list"),
            ("![x](y)", "!\\[x\\](y)"),
            ("", ""),
        ] {
            assert_eq!(escape(text), markdown, "{text}");
        }
    }

    #[test]
    fn code_keeps_its_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code(" "), "(empty)");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a``b"), "``` `a``b ```");
    }

    #[test]
    fn a_source_is_a_link_where_it_has_an_address() {
        for (text, markdown) in [
            ("https://a.b/c", "[a.b/c](https://a.b/c)"),
            ("http://a.b/", "[a.b](http://a.b/)"),
            ("https://a.b/c (x, y)", "[a.b/c](https://a.b/c) (x, y)"),
            ("https://a.b/c, old", "[a.b/c](https://a.b/c), old"),
            (
                "see (https://a.b/c_(d)).",
                "see ([a.b/c\\_(d)](https://a.b/c_%28d%29)).",
            ),
            ("a mail", "a mail"),
            ("javascript:x", "javascript:x"),
        ] {
            assert_eq!(source(text), markdown, "{text}");
        }
    }
}
