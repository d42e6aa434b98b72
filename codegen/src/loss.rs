//! What a format cannot carry: every exporter says so beside the document that it makes.

use std::fmt::Write;

/// A fact of the spec that a document does not hold, or holds only nearly.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Loss {
    /// What it is about: an id without the API's, with a field after a `#` (`type.order#price`),
    /// or `api` for all of it.
    pub about: String,
    /// What could not be carried. Starts small, no full stop.
    pub lost: String,
    /// What stands there instead. Starts small, no full stop.
    pub instead: String,
}

/// Losses in the order in which they were met, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Losses(Vec<Loss>);

impl Losses {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a loss, unless it is known.
    pub fn add(&mut self, about: &str, lost: &str, instead: &str) {
        let loss = Loss {
            about: about.to_owned(),
            lost: lost.to_owned(),
            instead: instead.to_owned(),
        };
        if !self.0.contains(&loss) {
            self.0.push(loss);
        }
    }

    /// Adds the losses of a part, those that are known excepted.
    pub fn extend(&mut self, other: Losses) {
        for loss in other.0 {
            if !self.0.contains(&loss) {
                self.0.push(loss);
            }
        }
    }

    /// Whether the document holds everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &Loss> {
        self.0.iter()
    }

    /// What is said of several things in the same words, once: the things, what is lost, and what
    /// stands there instead.
    pub fn grouped(&self) -> Vec<(Vec<&str>, &str, &str)> {
        let mut groups: Vec<(Vec<&str>, &str, &str)> = Vec::new();
        for loss in &self.0 {
            let (lost, instead) = (loss.lost.as_str(), loss.instead.as_str());
            let known = groups
                .iter_mut()
                .find(|group| (group.1, group.2) == (lost, instead));
            match known {
                Some((about, ..)) => about.push(&loss.about),
                None => groups.push((vec![&loss.about], lost, instead)),
            }
        }
        groups
    }

    /// The list in Markdown for a document's description, after what it says already.
    pub fn describe(&self, description: &str) -> String {
        let mut out = description.to_owned();
        if self.is_empty() {
            return out;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str("What this document cannot carry, and what it has instead:\n");
        for (about, lost, instead) in self.grouped() {
            let about = match about.as_slice() {
                ["api"] => String::new(),
                _ => format!(" of `{}`", about.join("`, `")),
            };
            let _ = write!(out, "\n- Lost{about}: {lost}. Instead: {instead}.");
        }
        out
    }
}

/// What an exporter gives: a document, and what it could not carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported<T> {
    /// The document.
    pub document: T,
    /// What it does not hold, or holds only nearly.
    pub losses: Losses,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_listed_once_and_in_order() {
        let mut losses = Losses::new();
        losses.add("type.b#x", "bounds", "a pattern");
        losses.add("type.a#x", "bounds", "a pattern");
        losses.add("type.b#x", "bounds", "a pattern");
        losses.add("api", "paths", "nothing");
        assert_eq!(losses.iter().count(), 3);
        let text = losses.describe("An API.");
        let expected = "An API.\n\nWhat this document cannot carry, and what it has instead:\n\
            \n- Lost of `type.b#x`, `type.a#x`: bounds. Instead: a pattern.\n- Lost: paths. Instead: nothing.";
        assert_eq!(text, expected);
    }
}
