//! Members of an object that its spec does not describe.

use std::fmt;

use crate::check::rule;
use crate::entries::{Duplicate, Entries};
use crate::json::Json;
use crate::verdict::Verdict;
use crate::violation::Violations;

/// The members of an object that its spec does not describe, in the order of the wire.
///
/// A generated type collects them while it decodes and writes them back after its own members.
/// It is one pointer wide and allocates nothing while it is empty.
///
/// ```
/// use venue_wire::Extra;
///
/// let mut extra = Extra::new();
/// extra.push("venue", "1.10".parse()?).unwrap();
/// assert_eq!(extra.get("venue").unwrap().get(), "1.10");
/// assert!(extra.push("venue", "2".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Extra(Option<Box<Entries<Json>>>);

/// A member name that came twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuplicateMember;

impl fmt::Display for DuplicateMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member of this name is there already")
    }
}

impl std::error::Error for DuplicateMember {}

impl Extra {
    /// No members.
    #[inline]
    pub const fn new() -> Self {
        Extra(None)
    }

    /// How many members there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.as_ref()?.get(name)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.entries().iter().map(|(name, value)| (&**name, value))
    }

    /// Adds a member.
    ///
    /// # Errors
    ///
    /// If there is one of this name already.
    pub fn push(&mut self, name: &str, value: Json) -> Result<(), DuplicateMember> {
        let entries = self.0.get_or_insert_with(|| Box::new(Entries::new()));
        entries
            .push(name, value)
            .map_err(|Duplicate| DuplicateMember)
    }

    /// Reports each member as drift.
    #[inline]
    pub fn report(&self, out: &mut Violations) {
        if !self.is_empty() {
            self.report_all(out);
        }
    }

    #[cold]
    fn report_all(&self, out: &mut Violations) {
        for (name, _) in self.iter() {
            out.at_key(name, |out| {
                out.push(
                    rule::UNDOCUMENTED_FIELD,
                    Verdict::Drift,
                    "the spec has no such field",
                );
            });
        }
    }

    #[inline]
    fn entries(&self) -> &[(Box<str>, Json)] {
        match &self.0 {
            Some(entries) => entries.as_slice(),
            None => &[],
        }
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.entries() == other.entries()
    }
}

impl Eq for Extra {}

impl std::hash::Hash for Extra {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.entries().hash(state);
    }
}
