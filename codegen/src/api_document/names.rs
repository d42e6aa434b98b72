//! Names that other tools take: identifiers of methods, and keys of maps.

use std::collections::BTreeSet;

/// `create-buy-order` as `createBuyOrder`: what is neither letter nor digit parts words.
pub(crate) fn camel(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut out = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if out.is_empty() {
            out.push_str(&word[..1].to_ascii_lowercase());
        } else {
            out.push_str(&word[..1].to_ascii_uppercase());
        }
        out.push_str(&word[1..]);
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, 'n');
    }
    if out.is_empty() {
        "unnamed".to_owned()
    } else {
        out
    }
}

/// The name as a key of `components`, which takes letters, digits, `.`, `-` and `_`.
pub(crate) fn key(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    name.chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect()
}

/// Gives each name once; one that was given comes with a number.
#[derive(Debug, Default)]
pub(crate) struct Unique(BTreeSet<String>);

impl Unique {
    /// The name, or the first of `name2`, `name3`, … that is free.
    pub(crate) fn take(&mut self, name: String) -> String {
        let mut free = name.clone();
        let mut number = 2;
        while !self.0.insert(free.to_ascii_lowercase()) {
            free = format!("{name}{number}");
            number += 1;
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_methods_are_identifiers() {
        assert_eq!(camel("create-buy-order"), "createBuyOrder");
        assert_eq!(camel("rfq.set_User settings"), "rfqSetUserSettings");
        assert_eq!(camel("24h"), "n24h");
        assert_eq!(camel("é"), "unnamed");
    }

    #[test]
    fn names_that_differ_in_case_alone_are_parted() {
        let mut names = Unique::default();
        assert_eq!(names.take("add".into()), "add");
        assert_eq!(names.take("Add".into()), "Add2");
        assert_eq!(names.take("add".into()), "add3");
    }
}
