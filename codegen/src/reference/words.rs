//! Facts of the model in words.

use venue_schema::ir::{
    Condition, Constraints, DecimalForm, ErrorClass, Evidence, Example, ExampleVerdict, JsonKind,
    Limit, Literal, Match, Media, Openness, Operation, Pagination, Place, Presence, Provenance,
    Section, Semantics, Sensitivity, Status, Template, Test, TimeForm, TypeRef,
};

use crate::markdown::{code, escape, source};

/// The heading of a section.
pub(super) fn title(section: &Section) -> &str {
    match section.title.is_empty() {
        true => &section.name,
        false => &section.title,
    }
}

/// The heading of an operation.
pub(super) fn name_of(operation: &Operation) -> &str {
    match operation.title.is_empty() {
        true => &operation.name,
        false => &operation.title,
    }
}

pub(super) fn template(template: &Template) -> String {
    code(&template.to_string())
}

/// Method and path.
pub(super) fn line(method: &str, path: &Template) -> String {
    code(&format!("{method} {path}"))
}

/// "Source: …, as of …, observed."
pub(super) fn provenance(provenance: &Provenance) -> String {
    let mut parts = Vec::new();
    if !provenance.source.is_empty() {
        parts.push(source(&provenance.source));
    }
    if let Some(date) = &provenance.as_of {
        parts.push(format!("as of {}", escape(date)));
    }
    parts.push(evidence(provenance.evidence).to_owned());
    format!("Source: {}.", parts.join(", "))
}

pub(super) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented",
        Evidence::Observed => "observed",
        Evidence::Inferred => "inferred",
    }
}

/// What an example shows, and what is wrong with it.
pub(super) fn example(example: &Example, of: &str) -> String {
    let mut out = format!("**Example{of}**");
    out.push_str(match example.verdict {
        ExampleVerdict::Valid => ".",
        ExampleVerdict::Drift => " with something that is not described.",
        ExampleVerdict::Invalid => " that contradicts what is described.",
    });
    for text in [
        &example.doc,
        example.defect.as_ref().unwrap_or(&String::new()),
    ] {
        if !text.is_empty() {
            out.push(' ');
            out.push_str(&sentence(&escape(text)));
        }
    }
    if example.provenance.evidence != Evidence::Documented {
        out.push_str(&format!(
            " {}.",
            capital(evidence(example.provenance.evidence))
        ));
    }
    out
}

/// Begins large and ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut out = capital(text);
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A type that has no name.
pub(super) fn scalar(ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::String => "string",
        TypeRef::Bool => "boolean",
        TypeRef::Uuid => "UUID",
        TypeRef::Json | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Named(_) => "any JSON",
        TypeRef::Int(kind) => kind.format(),
        TypeRef::Decimal(DecimalForm::Number) => "decimal",
        TypeRef::Decimal(DecimalForm::Text) => "decimal in a string",
        TypeRef::Decimal(DecimalForm::Any) => "decimal, in a string or not",
        TypeRef::Time(TimeForm::Seconds) => "Unix time in s",
        TypeRef::Time(TimeForm::Millis) => "Unix time in ms",
        TypeRef::Time(TimeForm::Micros) => "Unix time in µs",
        TypeRef::Time(TimeForm::Nanos) => "Unix time in ns",
        TypeRef::Time(TimeForm::DateTime) => "date-time",
        TypeRef::Time(TimeForm::LocalDateTime) => "date-time without a zone",
    }
}

pub(super) fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::Optional => "optional",
        Presence::Nullable => "required, may be null",
        Presence::OptionalNullable => "optional, may be null",
    }
}

/// Bounds in symbols and words.
pub(super) fn bounds(bounds: &Constraints) -> Vec<String> {
    let mut out = Vec::new();
    match (&bounds.min, &bounds.max) {
        (Some(min), Some(max)) => out.push(format!("{min} to {max}")),
        (Some(min), None) => out.push(format!("≥ {min}")),
        (None, Some(max)) => out.push(format!("≤ {max}")),
        (None, None) => {}
    }
    out.extend(count(bounds.min_length, bounds.max_length, "characters"));
    out.extend(count(bounds.min_items, bounds.max_items, "elements"));
    out
}

fn count(min: Option<u32>, max: Option<u32>, what: &str) -> Option<String> {
    Some(match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min} {what}"),
        (Some(min), Some(max)) => format!("{min} to {max} {what}"),
        (Some(min), None) => format!("at least {min} {what}"),
        (None, Some(max)) => format!("at most {max} {what}"),
        (None, None) => return None,
    })
}

/// A constant as it stands on the wire.
pub(super) fn literal(literal: &Literal) -> String {
    code(&match literal {
        Literal::Str(text) => serde_json::Value::from(text.as_str()).to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Bool(value) => value.to_string(),
    })
}

pub(super) fn sensitivity(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Secret => "Secret: it grants access.",
        Sensitivity::Personal => "Personal: it tells of a person.",
    }
}

/// What a value that is not listed means.
pub(super) fn openness(openness: Openness) -> &'static str {
    match openness {
        Openness::Open => "Others may be added: keep them, and look what they mean.",
        Openness::Strict => "A message with another value fails: nobody knows what it means.",
        Openness::Closed => "There are no others.",
    }
}

pub(super) fn media(media: Media) -> &'static str {
    match media {
        Media::Json => "`application/json`",
        Media::Form => "`application/x-www-form-urlencoded`",
        Media::Multipart => "`multipart/form-data`",
    }
}

pub(super) fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}xx"),
    }
}

/// "100 requests in 10 s, by account; then wait 60 s"
pub(super) fn limit(limit: &Limit) -> String {
    let plural = if limit.count == 1 { "" } else { "s" };
    let time = match limit.per_s {
        Some(1) => " a second".to_owned(),
        Some(seconds) => format!(" in {seconds} s"),
        None => " at once".to_owned(),
    };
    let penalty = match limit.penalty_s {
        Some(seconds) => format!("; then wait {seconds} s"),
        None => String::new(),
    };
    let (what, scope) = (escape(&limit.what), escape(&limit.scope));
    format!("{} {what}{plural}{time}, by {scope}{penalty}", limit.count)
}

pub(super) fn pagination(paging: &Pagination) -> String {
    let mut out = format!("By {}", escape(&paging.style));
    if let Some(position) = &paging.position {
        out.push_str(&format!(": {} moves on", code(position)));
    }
    if let Some(size) = &paging.size {
        let joint = if paging.position.is_some() {
            ", "
        } else {
            ": "
        };
        out.push_str(&format!("{joint}{} is the size of a page", code(size)));
    }
    if let Some(size) = paging.default_size {
        out.push_str(&format!(", {size} if it is left out"));
    }
    if let Some(size) = paging.max_size {
        out.push_str(&format!(", {size} at most"));
    }
    out
}

pub(super) fn class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Success => "success",
        ErrorClass::Caller => "the request",
        ErrorClass::Auth => "the key",
        ErrorClass::RateLimit => "too often",
        ErrorClass::Venue => "the venue",
        ErrorClass::Ambiguous => "outcome unknown",
    }
}

pub(super) fn semantics(semantics: Semantics) -> &'static str {
    match semantics {
        Semantics::Events => "each message stands alone",
        Semantics::Snapshots => "each message is the whole state",
        Semantics::SnapshotThenUpdates => "a snapshot, then changes to it",
    }
}

/// What tells one message or variant from the others.
pub(super) fn matches(matches: &Match) -> String {
    let each: Vec<String> = matches.conditions.iter().map(condition).collect();
    match each.is_empty() {
        true => "anything else".to_owned(),
        false => each.join(", "),
    }
}

fn condition(condition: &Condition) -> String {
    let place = match &condition.at {
        Place::Whole => "it".to_owned(),
        Place::Member(name) => code(name),
        Place::Element(index) => format!("element {index}"),
    };
    match &condition.test {
        Test::Equals(values) => {
            let values: Vec<String> = values.iter().map(literal).collect();
            format!("{place} is {}", values.join(" or "))
        }
        Test::Template(form) => format!("{place} has the form {}", template(form)),
        Test::Present => format!("{place} is there"),
        Test::Absent => format!("{place} is not there"),
        Test::Kind(kind) => format!("{place} is {}", kind_name(*kind)),
    }
}

fn kind_name(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Null => "null",
        JsonKind::Bool => "a boolean",
        JsonKind::Number => "a number",
        JsonKind::String => "a string",
        JsonKind::Array => "an array",
        JsonKind::Object => "an object",
    }
}
