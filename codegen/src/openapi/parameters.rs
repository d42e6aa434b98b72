//! Parameters by place.

use venue_schema::ir::{Field, Operation, Part, TypeRef};

use super::Writer;
use super::paths::Path;
use crate::json_schema::{Members, Tree};

/// Headers that OpenAPI takes from elsewhere: as parameters they are to be ignored.
const NOT_PARAMETERS: [&str; 3] = ["Accept", "Content-Type", "Authorization"];

impl Writer<'_> {
    pub(super) fn parameters(&self, operation: &Operation, path: &Path) -> Vec<Tree> {
        let mut out = Vec::new();
        for (at, hole) in path.holes.iter().enumerate() {
            let field = parameter_of_hole(operation, at);
            out.extend(field.map(|field| self.parameter(operation, field, hole, "path")));
        }
        for field in &operation.query {
            out.push(self.parameter(operation, field, &field.wire, "query"));
        }
        for field in headers(operation) {
            out.push(self.parameter(operation, field, &field.wire, "header"));
        }
        out
    }

    fn parameter(&self, operation: &Operation, field: &Field, name: &str, place: &str) -> Tree {
        let (schema, beside) = self.schemas.parameter(field, &operation.meta.provenance);
        let required = place == "path" || !field.presence.may_be_absent();
        let mut out = Members::new()
            .with("name", name)
            .with("in", place)
            .with("required", required);
        if is_list(&field.ty) && place == "query" {
            // One value, joined by commas.
            out.set("style", "form");
            out.set("explode", false);
        }
        out.set("schema", schema);
        out.extend(beside);
        if name != field.wire {
            out.set("x-venue-name", field.wire.as_str());
        }
        out.into()
    }
}

/// The parameter for a hole of the operation's own path.
fn parameter_of_hole(operation: &Operation, at: usize) -> Option<&Field> {
    let mut names = operation.path.parts.iter().filter_map(|part| match part {
        Part::Hole(name) => Some(name),
        Part::Text(_) => None,
    });
    let name = names.nth(at)?;
    let called = |field: &&Field| field.wire == *name || field.name == *name;
    operation.path_params.iter().find(called)
}

/// Header parameters that OpenAPI takes as such.
fn headers(operation: &Operation) -> impl Iterator<Item = &Field> {
    operation.headers.iter().filter(|field| !is_ignored(field))
}

/// Whether OpenAPI ignores the header.
pub(super) fn is_ignored(field: &Field) -> bool {
    let mut names = NOT_PARAMETERS.iter();
    names.any(|name| name.eq_ignore_ascii_case(&field.wire))
}

fn is_list(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::List(_))
}
