//! Why a command could not do its work. All of these end in exit status 2.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something to tell the user.
    Message(String),
    /// Nobody reads the output any more: that is success.
    BrokenPipe,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure::Message(message.into())
    }

    /// A file could not be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Failure::Message(format!(
            "{}: {error}",
            venue_capture::visible(&path.to_string_lossy())
        ))
    }

    /// A name that is none of the known ones.
    pub(crate) fn unknown<'a>(
        what: &str,
        given: &str,
        known: impl IntoIterator<Item = &'a str>,
        more: &str,
    ) -> Self {
        let hint = match nearest(given, known) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        Failure::Message(format!(
            "there is no {what} `{}`{hint}{more}",
            venue_capture::visible(given)
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Message(message) => f.write_str(message),
            Failure::BrokenPipe => f.write_str("broken pipe"),
        }
    }
}

/// Errors of writing to standard output; those of files are made with their path.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::Message(format!("standard output: {error}")),
        }
    }
}

/// The known name that was probably meant.
pub(crate) fn nearest<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let given = given.to_lowercase();
    let limit = (given.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&given, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| {
            *distance <= limit || (given.len() > 3 && name.contains(given.as_str()))
        })
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        let known = ["sfox", "sfox-legacy", "sfox-connect", "finery"];
        for (given, near) in [
            ("sfx", Some("sfox")),
            ("Finrey", Some("finery")),
            ("legacy", Some("sfox-legacy")),
            ("kraken", None),
        ] {
            assert_eq!(nearest(given, known), near, "{given}");
        }
    }
}
