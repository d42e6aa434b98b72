//! Errors of the catalogue that a source shows at some operations, where another operation answers so.

use memchr::memmem;
use serde_json::Value;
use venue_schema::ir::{ErrorCode, Field, Layout, TypeKind, TypeRef};

use crate::candidate::Candidate;
use crate::judge;
use crate::record::{Body, Part};

/// Unions in one another, beyond which no code is looked for.
const DEEP: usize = 4;

/// The largest body in which a code is looked for, in bytes: refusals are short.
const SHORT: usize = 64 << 10;

/// Whether a response has the status of an error and the text, where it is told by one. What follows
/// the text may be the name of a parameter.
pub(crate) fn told(error: &ErrorCode, status: u16, part: &Part<'_>) -> bool {
    if error.status.is_some_and(|wanted| wanted != status) {
        return false;
    }
    match (&error.text, &part.body) {
        (None, _) => true,
        (Some(text), Body::Bytes(body)) => {
            let start = serde_json::to_string(text).unwrap_or_default();
            let start = start.strip_suffix('"').unwrap_or(&start);
            memmem::find(&body.bytes, start.as_bytes()).is_some()
        }
        (Some(_), _) => false,
    }
}

/// The error that an operation answers with although it is shown at others only.
pub(crate) fn found<'c>(
    candidate: &'c Candidate,
    operation: usize,
    status: u16,
    part: &Part<'_>,
) -> Option<&'c ErrorCode> {
    let errors = || candidate.api.errors.iter();
    let elsewhere = errors().find(|error| {
        !error.belongs_to(operation)
            && told(error, status, part)
            && error
                .code
                .is_none_or(|code| code_of(candidate, operation, status, part) == Some(code))
    })?;
    // A longer text of its own may begin as another's.
    let own = errors().any(|error| {
        error.text.is_some() && error.belongs_to(operation) && told(error, status, part)
    });
    (!own).then_some(elsewhere)
}

/// The application code in a body: the value of the member or element whose type lists the codes.
fn code_of(candidate: &Candidate, operation: usize, status: u16, part: &Part<'_>) -> Option<i64> {
    let op = &candidate.api.operations[operation];
    let response = &op.responses[judge::described(op, status)?];
    let Body::Bytes(body) = &part.body else {
        return None;
    };
    let short = Some(&body.bytes).filter(|bytes| bytes.len() <= SHORT)?;
    let value: Value = serde_json::from_slice(short).ok()?;
    code_in(candidate, response.ty.as_ref()?, &value, 0)
}

fn code_in(candidate: &Candidate, ty: &TypeRef, value: &Value, depth: usize) -> Option<i64> {
    let TypeRef::Named(id) = ty else { return None };
    match &candidate.api.types[*id].kind {
        TypeKind::Record(record) => {
            let is_code = |field: &Field| match &field.ty {
                TypeRef::Named(id) => candidate.owners.is_codes(Some(*id)),
                _ => false,
            };
            let index = record.fields.iter().position(is_code)?;
            let place = match record.layout {
                Layout::Object => value.get(&record.fields[index].wire),
                Layout::Array => value.get(index),
            };
            place?.as_i64()
        }
        TypeKind::Union(union) if depth < DEEP => union
            .variants
            .iter()
            .find_map(|variant| code_in(candidate, &variant.ty, value, depth + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Payload;

    #[test]
    fn an_error_is_misplaced_where_no_source_shows_it() {
        let load = |id| venue_schema::load_bundled(id).expect("a bundled API");
        let mut finery = load("finery");
        let operation = |api: &venue_schema::ir::Api, name: &str| {
            let mut operations = api.operations.iter();
            operations.position(|op| op.name == name).expect(name)
        };
        let del = operation(&finery, "del");
        let gone = finery.errors.iter_mut().find(|e| e.code == Some(80));
        gone.expect("a code").operations = vec![del];
        let finery = Candidate::new(finery);
        let sfox = Candidate::new(load("sfox"));
        for (candidate, name, status, body, error) in [
            (
                &sfox,
                "cancel-order",
                400,
                r#"{"error":"internal error"}"#,
                None,
            ),
            (
                &sfox,
                "get-order",
                400,
                r#"{"error":"internal error"}"#,
                Some("unknown-order"),
            ),
            (
                &sfox,
                "get-order",
                500,
                r#"{"error":"internal error"}"#,
                None,
            ),
            (
                &sfox,
                "get-order",
                422,
                r#"{"error":"invalid currency_pair: undefined"}"#,
                Some("missing-pair"),
            ),
            (&sfox, "get-order", 429, r#"{"error":"slow down"}"#, None),
            (&finery, "del", 400, r#"{"error":80}"#, None),
            (
                &finery,
                "add",
                400,
                r#"{"error":80}"#,
                Some("del-failed-not-found"),
            ),
            (&finery, "add", 400, r#"{"error":79}"#, None),
            (&finery, "add", 400, "[", None),
        ] {
            let part = Part {
                body: Body::Bytes(Payload::verbatim(body.as_bytes(), 1)),
                ..Part::typed("application/json")
            };
            let index = operation(&candidate.api, name);
            let found = found(candidate, index, status, &part).map(|error| &*error.name);
            assert_eq!(found, error, "{name} {status} {body}");
        }
    }
}
