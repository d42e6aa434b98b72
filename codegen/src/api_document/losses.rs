//! What the documents say and generators of code do not take up.

use venue_schema::ir::{Api, Field, Layout, Record, TimeForm, TypeKind, TypeRef};

use crate::loss::Losses;

/// Adds what most generators lose of an API's schemas, where it has such things.
pub(crate) fn losses_to_generators(api: &Api, out: &mut Losses) {
    out.add(
        "api",
        "to most generators, the digits of numbers, which they read as doubles",
        "`format: decimal`, `int64` and `uint64`; set your generator to map them to exact types",
    );
    if records(api).any(|record| record.fields.iter().any(is_moment)) {
        out.add(
            "api",
            "to most generators, the digits of moments below milliseconds or microseconds, as they make dates of them",
            "`format: date-time`; set your generator to leave it text where that matters",
        );
    }
    if records(api).any(|record| record.layout == Layout::Array) {
        out.add(
            "api",
            "to some generators, the elements of positional arrays: they make lists of anything of them",
            "a schema for each element in its place, with a title",
        );
    }
    if records(api).any(|record| !record.rules.is_empty()) {
        out.add(
            "api",
            "to generators, rules across fields",
            "`if` and `then`, which validators judge by, each with a description",
        );
    }
    let has_default = |field: &Field| field.default.is_some();
    if records(api).any(|record| record.fields.iter().any(has_default)) {
        out.add(
            "api",
            "as `default`, what is assumed of a member that is left out: generators would send it, or ask for it",
            "`x-venue-default`, and words in the description",
        );
    }
}

fn records(api: &Api) -> impl Iterator<Item = &Record> {
    api.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Record(record) => Some(record),
        _ => None,
    })
}

fn is_moment(field: &Field) -> bool {
    field.ty == TypeRef::Time(TimeForm::DateTime)
}
