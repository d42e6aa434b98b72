//! What is wrong with a value, where, and how badly.

use std::fmt::{self, Write as _};

use crate::verdict::Verdict;

/// One thing that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Violation {
    /// Where: an RFC 6901 pointer from the value that was validated. Empty for the value itself.
    pub pointer: String,
    /// Which rule is broken, a stable kebab-case id: `out-of-range`.
    pub rule: &'static str,
    /// How badly.
    pub verdict: Verdict,
    /// What is wrong, for people. Values of sensitive fields are masked.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() {
            "(root)"
        } else {
            &self.pointer
        };
        write!(
            f,
            "{} at {pointer}: {} [{}]",
            self.verdict, self.message, self.rule
        )
    }
}

/// What stands in for a value that must not be shown.
pub const MASKED: &str = "«masked»";

/// Collects violations while a value is walked.
///
/// It knows the place it is at, and builds a pointer only when something is wrong there.
///
/// ```
/// use venue_wire::{Validate, Verdict, Violations};
///
/// struct Level { price: i64 }
/// struct Book { bids: Vec<Level> }
///
/// impl Validate for Level {
///     fn validate_into(&self, out: &mut Violations) {
///         if self.price < 0 {
///             out.at_field("price", |out| {
///                 out.push_about("out-of-range", Verdict::Invalid, &self.price, "is below 0");
///             });
///         }
///     }
/// }
///
/// impl Validate for Book {
///     fn validate_into(&self, out: &mut Violations) {
///         out.at_field("bids", |out| self.bids.validate_into(out));
///     }
/// }
///
/// let book = Book { bids: vec![Level { price: 1 }, Level { price: -2 }] };
/// let found = book.validate();
/// assert_eq!(found[0].pointer, "/bids/1/price");
/// assert_eq!(found[0].message, "-2 is below 0");
/// assert_eq!(book.verdict(), Verdict::Invalid);
/// ```
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
    worst: Verdict,
    path: Vec<Segment>,
    /// Names of members that are not `'static`, one after the other.
    keys: String,
    /// How many of the fields around are sensitive.
    sensitive: usize,
    keep: Keep,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Keep {
    #[default]
    All,
    VerdictOnly,
}

#[derive(Debug, Clone, Copy)]
enum Segment {
    Field(&'static str),
    Index(usize),
    /// Where it starts in `keys`; it ends where the next starts.
    Key(usize),
}

impl Violations {
    /// A collector that keeps every violation.
    pub fn new() -> Self {
        Self::default()
    }

    /// A collector that keeps the worst verdict only and builds no text.
    pub fn verdict_only() -> Self {
        Violations {
            keep: Keep::VerdictOnly,
            ..Self::default()
        }
    }

    /// Walks into a member of an object.
    #[inline]
    pub fn at_field<T>(&mut self, name: &'static str, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Segment::Field(name));
        let result = walk(self);
        self.path.pop();
        result
    }

    /// Walks over a sensitive value at this place: nothing of it is shown.
    #[inline]
    pub fn masked<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.sensitive += 1;
        let result = walk(self);
        self.sensitive -= 1;
        result
    }

    /// Walks into a sensitive member of an object: no value of it or below it is shown.
    #[inline]
    pub fn at_secret_field<T>(
        &mut self,
        name: &'static str,
        walk: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.masked(|out| out.at_field(name, walk))
    }

    /// Walks into an element of an array.
    #[inline]
    pub fn at_index<T>(&mut self, index: usize, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Segment::Index(index));
        let result = walk(self);
        self.path.pop();
        result
    }

    /// Walks into a sensitive element of an array: no value of it or below it is shown.
    #[inline]
    pub fn at_secret_index<T>(&mut self, index: usize, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.masked(|out| out.at_index(index, walk))
    }

    /// Walks into a member whose name came with the data.
    #[inline]
    pub fn at_key<T>(&mut self, name: &str, walk: impl FnOnce(&mut Self) -> T) -> T {
        let start = self.keys.len();
        self.keys.push_str(name);
        self.path.push(Segment::Key(start));
        let result = walk(self);
        self.path.pop();
        self.keys.truncate(start);
        result
    }

    /// Whether the place is in a sensitive field.
    #[inline]
    pub fn is_masked(&self) -> bool {
        self.sensitive > 0
    }

    /// Adds a violation of the value at this place.
    ///
    /// In a sensitive field the message is replaced, as it may hold the value; see
    /// [`push_about`](Self::push_about).
    #[cold]
    pub fn push(&mut self, rule: &'static str, verdict: Verdict, message: impl fmt::Display) {
        if self.is_masked() {
            self.add(rule, verdict, format_args!("{MASKED} breaks the rule"));
        } else {
            self.add(rule, verdict, format_args!("{message}"));
        }
    }

    /// Adds a violation whose message is the value and what is wrong with it: `-2 is below 0`.
    ///
    /// In a sensitive field the value is masked; `what` must not hold it.
    #[cold]
    pub fn push_about(
        &mut self,
        rule: &'static str,
        verdict: Verdict,
        value: &dyn fmt::Display,
        what: impl fmt::Display,
    ) {
        if self.is_masked() {
            self.add(rule, verdict, format_args!("{MASKED} {what}"));
        } else {
            self.add(rule, verdict, format_args!("{} {what}", Shown(value)));
        }
    }

    fn add(&mut self, rule: &'static str, verdict: Verdict, message: fmt::Arguments<'_>) {
        self.worst = self.worst.max(verdict);
        if self.keep == Keep::All {
            let pointer = self.pointer();
            self.found.push(Violation {
                pointer,
                rule,
                verdict,
                message: message.to_string(),
            });
        }
    }

    /// The RFC 6901 pointer of this place.
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        let mut end = self.keys.len();
        // Keys end where the next one starts, so the ends are found from the back.
        let mut ends = Vec::new();
        for segment in self.path.iter().rev() {
            if let Segment::Key(start) = *segment {
                ends.push(end);
                end = start;
            }
        }
        for segment in &self.path {
            pointer.push('/');
            match *segment {
                Segment::Field(name) => escape_into(&mut pointer, name),
                Segment::Index(index) => {
                    let _ = write!(pointer, "{index}");
                }
                Segment::Key(start) => {
                    let end = ends.pop().unwrap_or(start);
                    escape_into(&mut pointer, &self.keys[start..end]);
                }
            }
        }
        pointer
    }

    /// The worst verdict so far.
    #[inline]
    pub fn verdict(&self) -> Verdict {
        self.worst
    }

    /// What was found so far, in the order of the walk.
    pub fn as_slice(&self) -> &[Violation] {
        &self.found
    }

    /// What was found, in the order of the walk.
    pub fn into_vec(self) -> Vec<Violation> {
        self.found
    }
}

/// Adds a name to a JSON pointer: `~` becomes `~0` and `/` becomes `~1`.
fn escape_into(pointer: &mut String, name: &str) {
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// A value as a message shows it: no control characters, not too long.
struct Shown<'a>(&'a dyn fmt::Display);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Shortened { out: f, left: 80 };
        match write!(out, "{}", self.0) {
            Err(_) if out.left == 0 => f.write_str("…"),
            result => result,
        }
    }
}

/// Passes on so many characters, then fails to stop the writer.
struct Shortened<'a, 'f> {
    out: &'a mut fmt::Formatter<'f>,
    left: usize,
}

impl fmt::Write for Shortened<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.left == 0 {
                return Err(fmt::Error);
            }
            self.left -= 1;
            if character.is_control() {
                write!(self.out, "{}", character.escape_default())?;
            } else {
                self.out.write_char(character)?;
            }
        }
        Ok(())
    }
}
