//! Spelling of names: words, cases, and what to propose where a name is in the wrong one.

/// The words of a name: `HTTPErrorCode2` is `http`, `error`, `code2`.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut fresh = true;
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            fresh = true;
            continue;
        }
        let previous = at.checked_sub(1).map(|at| chars[at]);
        let after_lower = previous.is_some_and(|p| p.is_lowercase() || p.is_numeric());
        let ends_acronym = previous.is_some_and(char::is_uppercase)
            && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if fresh || c.is_uppercase() && (after_lower || ends_acronym) {
            words.push(String::new());
            fresh = false;
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// `OrderBook` as `order-book`.
pub(crate) fn kebab(name: &str) -> String {
    words(name).join("-")
}

/// `orderBook` as `order_book`.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `order_book` as `OrderBook`.
pub(crate) fn pascal(name: &str) -> String {
    let capital = |word: String| {
        let mut chars = word.chars();
        let first = chars.next().into_iter().flat_map(char::to_uppercase);
        first.chain(chars).collect::<String>()
    };
    words(name).into_iter().map(capital).collect()
}

/// How names of a kind are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Pascal,
    Snake,
    Kebab,
}

impl Case {
    /// Name of the style, for messages.
    pub(crate) fn style(self) -> &'static str {
        match self {
            Case::Pascal => "PascalCase",
            Case::Snake => "snake_case",
            Case::Kebab => "kebab-case",
        }
    }

    /// Whether a name is in it. Letters without case, and a leading digit, are let be.
    pub(crate) fn holds(self, name: &str) -> bool {
        let separator = match self {
            Case::Pascal => return Self::is_pascal(name),
            Case::Snake => '_',
            Case::Kebab => '-',
        };
        let plain = |c: char| c == separator || c.is_alphanumeric() && !c.is_uppercase();
        !name.is_empty() && name.chars().all(plain)
    }

    fn is_pascal(name: &str) -> bool {
        name.chars()
            .next()
            .is_some_and(|first| !first.is_lowercase())
            && name.chars().all(char::is_alphanumeric)
    }

    /// The name, spelt in it.
    pub(crate) fn spell(self, name: &str) -> String {
        match self {
            Case::Pascal => pascal(name),
            Case::Snake => snake(name),
            Case::Kebab => kebab(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        for (name, expected) in [
            ("OrderBook", "order-book"),
            ("HTTPErrorCode2", "http-error-code2"),
            ("L2Book", "l2-book"),
            ("timeStamp", "time-stamp"),
            ("WSMessage", "ws-message"),
            ("Ärger", "ärger"),
            ("", ""),
        ] {
            assert_eq!(kebab(name), expected);
        }
        assert_eq!(pascal("order_book-2x"), "OrderBook2x");
    }
}
