//! A field looks like a key, a token or a signature and is not marked `sensitivity = "secret"`.
//!
//! Marks are what redaction goes by: what is not marked reaches reports and logs. A field that only
//! sounds like one can be renamed, with the vendor's word in `wire`.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use super::Textual;
use crate::resolve::names;

pub(crate) const RULE: Rule = Rule {
    id: "secret-not-marked",
    severity: Severity::Warning,
    text: include_str!("secret_not_marked.rs"),
};

const WORDS: [&str; 9] = [
    "api-key", "apikey", "secret", "password", "token", "signature", "passphrase", "private-key",
    "credential",
];

pub(crate) fn check(lint: &mut Lint<'_>) {
    for (field, ty) in lint.fields() {
        let name = names::kebab(&field.name);
        let sounds = WORDS.iter().any(|word| {
            name == *word || name.ends_with(&format!("-{word}"))
        });
        let textual = matches!(ty, Textual::Yes { sensitive: false });
        if sounds && textual && field.sensitivity.is_none() && field.constant.is_none() {
            let message = format!("`{}` looks like a secret and is not marked", field.name);
            lint.report(&RULE, message, &field.at).advise("`sensitivity = \"secret\"`");
        }
    }
}
