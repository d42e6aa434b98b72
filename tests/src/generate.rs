//! Seeds from proptest, and the generator that makes values of them.

use proptest::prelude::*;

pub use venue_schema::sample::{Choices, Generator, Manner, first_claim};

/// What values and mutations are made of: shorter and smaller seeds make simpler values.
pub fn seeds() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..600)
}
