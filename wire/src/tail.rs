//! Elements of a positional array beyond those that its spec describes.

use std::fmt;

use crate::check::rule;
use crate::json::Json;
use crate::verdict::Verdict;
use crate::violation::Violations;

/// The elements of a positional array beyond those that its spec describes: venues append.
///
/// A generated type collects them while it decodes and writes them back at the end. It is one
/// pointer wide and allocates nothing while it is empty.
///
/// ```
/// use venue_wire::Tail;
///
/// let mut tail = Tail::new();
/// tail.push("[1]".parse()?);
/// assert_eq!(tail.iter().next().unwrap().get(), "[1]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
// A boxed vector, so that the rows of an order book are one pointer longer and not three.
#[allow(clippy::box_collection)]
pub struct Tail(Option<Box<Vec<Json>>>);

impl Tail {
    /// No elements.
    #[inline]
    pub const fn new() -> Self {
        Tail(None)
    }

    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The elements.
    #[inline]
    pub fn as_slice(&self) -> &[Json] {
        match &self.0 {
            Some(elements) => elements,
            None => &[],
        }
    }

    /// The elements, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Json> {
        self.as_slice().iter()
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: Json) {
        self.0.get_or_insert_with(Default::default).push(element);
    }

    /// Reports each element as drift; `first` is the index of the first one in its array.
    #[inline]
    pub fn report(&self, first: usize, out: &mut Violations) {
        if !self.is_empty() {
            self.report_all(first, out);
        }
    }

    #[cold]
    fn report_all(&self, first: usize, out: &mut Violations) {
        for index in 0..self.len() {
            out.at_index(first + index, |out| {
                out.push(
                    rule::UNDOCUMENTED_ELEMENT,
                    Verdict::Drift,
                    "the spec has no such element",
                );
            });
        }
    }
}

impl fmt::Debug for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for &'a Tail {
    type Item = &'a Json;
    type IntoIter = std::slice::Iter<'a, Json>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Json> for Tail {
    fn from_iter<I: IntoIterator<Item = Json>>(elements: I) -> Self {
        let elements: Vec<Json> = elements.into_iter().collect();
        Tail((!elements.is_empty()).then(|| Box::new(elements)))
    }
}
