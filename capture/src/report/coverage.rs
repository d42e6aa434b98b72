//! How much of an API was seen: on three axes, what its spec describes and was or was not seen, and
//! what was seen and is not described.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Report;
use crate::seen;

/// What of an API was seen, beside its operations, messages and commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Members, elements and parameters by the type that they belong to: `type.order`,
    /// `create-order/query`.
    pub fields: BTreeMap<Arc<str>, Listing>,
    /// Values by enum: `enum.order-status`.
    pub values: BTreeMap<Arc<str>, Listing>,
    /// The error catalogue, but for the code of success.
    pub errors: Listing,
}

/// Names that a spec lists, and others that were seen in their place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Names that the spec lists, and whether they were seen.
    pub documented: BTreeMap<Arc<str>, bool>,
    /// Names that it does not list, and in how many findings.
    pub undocumented: BTreeMap<Arc<str>, u64>,
}

/// What can be seen of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// Operations, messages of feeds and sockets, and commands.
    Operations,
    /// Fields, and values of enums.
    Fields,
    /// The error catalogue: HTTP statuses, application codes, texts.
    Errors,
}

/// How much of an axis was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many were seen of those that the spec lists.
    pub seen: usize,
    /// How many the spec lists.
    pub of: usize,
    /// How many were seen beside.
    pub undocumented: usize,
}

impl Axis {
    /// All, in the order in which they are told.
    pub const ALL: [Axis; 3] = [Axis::Operations, Axis::Fields, Axis::Errors];

    /// `operations`, `fields`, `errors`.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Operations => "operations",
            Axis::Fields => "fields",
            Axis::Errors => "errors",
        }
    }

    /// What is counted, for people.
    pub fn counted(self) -> &'static str {
        match self {
            Axis::Operations => "operations, messages and commands",
            Axis::Fields => "fields and values",
            Axis::Errors => "error codes",
        }
    }
}

impl Listing {
    /// Lists a name. What was seen once was seen.
    pub(crate) fn document(&mut self, name: &str, shown: bool) {
        match self.documented.get_mut(name) {
            Some(known) => *known |= shown,
            None => {
                self.documented.insert(name.into(), shown);
            }
        }
    }

    /// How much of it was seen.
    pub fn share(&self) -> Share {
        Share {
            seen: self.documented.values().filter(|shown| **shown).count(),
            of: self.documented.len(),
            undocumented: self.undocumented.len(),
        }
    }

    fn merge(&mut self, other: Listing) {
        for (name, shown) in other.documented {
            *self.documented.entry(name).or_default() |= shown;
        }
        for (name, count) in other.undocumented {
            seen::add(&mut self.undocumented, &name, count);
        }
    }
}

impl Details {
    /// Adds what was seen of the same API elsewhere.
    pub(crate) fn merge(&mut self, other: Details) {
        for (mine, other) in [
            (&mut self.fields, other.fields),
            (&mut self.values, other.values),
        ] {
            for (owner, listing) in other {
                mine.entry(owner).or_default().merge(listing);
            }
        }
        self.errors.merge(other.errors);
    }
}

impl Share {
    pub(crate) fn sum(listings: impl Iterator<Item = Share>) -> Share {
        listings.fold(Share::default(), |sum, one| Share {
            seen: sum.seen + one.seen,
            of: sum.of + one.of,
            undocumented: sum.undocumented + one.undocumented,
        })
    }

    /// Whether less was seen than so many percent of what there is.
    pub fn is_below(self, percent: u8) -> bool {
        self.seen * 100 < self.of * usize::from(percent)
    }
}

impl Report {
    /// The APIs that a record belongs to.
    pub fn met(&self) -> impl Iterator<Item = &Arc<str>> {
        let met = self.coverage.iter();
        let met = met.filter(|(_, targets)| targets.values().any(|count| *count > 0));
        met.map(|(api, _)| api)
    }

    /// How much of an API was seen.
    pub fn share(&self, api: &str, axis: Axis) -> Share {
        let details = self.details.get(api);
        match axis {
            Axis::Operations => self
                .coverage
                .get(api)
                .map_or(Share::default(), |targets| Share {
                    seen: targets.values().filter(|count| **count > 0).count(),
                    of: targets.len(),
                    undocumented: 0,
                }),
            Axis::Fields => details.map_or(Share::default(), |details| {
                let all = details.fields.values().chain(details.values.values());
                Share::sum(all.map(Listing::share))
            }),
            Axis::Errors => details.map_or(Share::default(), |details| details.errors.share()),
        }
    }
}
