//! What generated code calls. Public for it alone: none of this is covered by the version.
//!
//! The point is size: what stands here once need not stand in every generated type, and what
//! users wait for is the compilation of generated types.

mod array;
mod bounds;
mod constant;
mod dispatch;
mod enums;
mod errors;
mod judge;
mod object;
#[cfg(feature = "proptest")]
mod sample;
#[cfg(feature = "schemars")]
mod schemas;
mod text;
mod union;
mod validate;

pub use crate::reader::is_same;
pub use array::{Array, Elements, Row, read_array, write_array};
pub use bounds::{Bounded, Bounds};
pub use dispatch::{Dispatch, Watch};
pub use enums::{
    IntEnum, TextEnum, UnlistedValue, fields_are_described, read_int_enum, read_text_enum,
    undocumented_value, unlisted,
};
pub use judge::{Judge, Judged, judge, judge_by};
pub use object::{Entries, Members, Object, read_object, write_object};
#[cfg(feature = "proptest")]
pub use sample::{DrawText, Sample, Sampler, draw_text, is_valid, sample_union, strategy};
#[cfg(feature = "schemars")]
pub use schemas::{SchemaOf, embedded_schema, schema_of};
pub use serde::de::{MapAccess, SeqAccess};
pub use serde::ser::{SerializeMap, SerializeSeq};
pub use text::{form_fields, parameter, percent_encode, segment, text};
pub use union::{Source, Union, read_slice, read_union, take, take_masked, unmatched};
pub use validate::{
    Given, Guarded, Literal, Need, Nullish, bound, bound_element, check, check_element,
    check_masked, check_masked_element, hold, is_one_of, rule, undocumented,
};
pub use {serde, serde_json};

/// Stands for a value that must not be shown.
pub struct Masked;

impl std::fmt::Debug for Masked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(crate::MASKED)
    }
}
