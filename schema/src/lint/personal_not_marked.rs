//! A field looks like something about a person and is not marked `sensitivity = "personal"`.
//!
//! Names, e-mail addresses, telephone numbers and the like must not stand in reports or shared
//! captures; marks are what redaction goes by.

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use super::Textual;
use crate::resolve::names;

pub(crate) const RULE: Rule = Rule {
    id: "personal-not-marked",
    severity: Severity::Warning,
    text: include_str!("personal_not_marked.rs"),
};

const NAMES: [&str; 14] = [
    "email", "e-mail", "phone", "phone-number", "ssn", "tax-id", "date-of-birth", "dob",
    "first-name", "last-name", "full-name", "passport-number", "iban", "street",
];

pub(crate) fn check(lint: &mut Lint<'_>) {
    for (field, ty) in lint.fields() {
        let name = names::kebab(&field.name);
        let textual = matches!(ty, Textual::Yes { sensitive: false });
        let personal = NAMES.iter().any(|word| name == *word || name.ends_with(&format!("-{word}")));
        if personal && textual && field.sensitivity.is_none() && field.constant.is_none() {
            let message = format!("`{}` looks personal and is not marked", field.name);
            lint.report(&RULE, message, &field.at).advise("`sensitivity = \"personal\"`");
        }
    }
}
