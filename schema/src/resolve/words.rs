//! Words of the spec language as values of the model.

use crate::{ast, ir};

pub(super) fn evidence(word: ast::Evidence) -> ir::Evidence {
    match word {
        ast::Evidence::Documented => ir::Evidence::Documented,
        ast::Evidence::Observed => ir::Evidence::Observed,
        ast::Evidence::Inferred => ir::Evidence::Inferred,
    }
}

pub(super) fn presence(word: ast::Presence) -> ir::Presence {
    match word {
        ast::Presence::Required => ir::Presence::Required,
        ast::Presence::Optional => ir::Presence::Optional,
        ast::Presence::Nullable => ir::Presence::Nullable,
        ast::Presence::OptionalNullable => ir::Presence::OptionalNullable,
    }
}

pub(super) fn sensitivity(word: ast::Sensitivity) -> ir::Sensitivity {
    match word {
        ast::Sensitivity::Secret => ir::Sensitivity::Secret,
        ast::Sensitivity::Personal => ir::Sensitivity::Personal,
    }
}

pub(super) fn layout(word: Option<ast::Layout>) -> ir::Layout {
    match word {
        Some(ast::Layout::Array) => ir::Layout::Array,
        Some(ast::Layout::Object) | None => ir::Layout::Object,
    }
}

pub(super) fn unknown_fields(word: Option<ast::UnknownFields>) -> ir::UnknownFields {
    match word {
        Some(ast::UnknownFields::Expected) => ir::UnknownFields::Expected,
        Some(ast::UnknownFields::Drift) | None => ir::UnknownFields::Drift,
    }
}

pub(super) fn openness(word: Option<ast::Openness>) -> ir::Openness {
    match word {
        Some(ast::Openness::Strict) => ir::Openness::Strict,
        Some(ast::Openness::Closed) => ir::Openness::Closed,
        Some(ast::Openness::Open) | None => ir::Openness::Open,
    }
}

pub(super) fn json_kind(word: ast::JsonKind) -> ir::JsonKind {
    match word {
        ast::JsonKind::Null => ir::JsonKind::Null,
        ast::JsonKind::Bool => ir::JsonKind::Bool,
        ast::JsonKind::Number => ir::JsonKind::Number,
        ast::JsonKind::String => ir::JsonKind::String,
        ast::JsonKind::Array => ir::JsonKind::Array,
        ast::JsonKind::Object => ir::JsonKind::Object,
    }
}

pub(super) fn literal(literal: &ast::Literal) -> ir::Literal {
    match literal {
        ast::Literal::Str(text) => ir::Literal::Str(text.clone()),
        ast::Literal::Int(number) => ir::Literal::Int(*number),
        ast::Literal::Bool(value) => ir::Literal::Bool(*value),
    }
}

pub(super) fn error_class(word: ast::ErrorClass) -> ir::ErrorClass {
    match word {
        ast::ErrorClass::Success => ir::ErrorClass::Success,
        ast::ErrorClass::Caller => ir::ErrorClass::Caller,
        ast::ErrorClass::Auth => ir::ErrorClass::Auth,
        ast::ErrorClass::RateLimit => ir::ErrorClass::RateLimit,
        ast::ErrorClass::Venue => ir::ErrorClass::Venue,
        ast::ErrorClass::Ambiguous => ir::ErrorClass::Ambiguous,
    }
}

pub(super) fn media(word: ast::Media) -> ir::Media {
    match word {
        ast::Media::Json => ir::Media::Json,
        ast::Media::Form => ir::Media::Form,
        ast::Media::Multipart => ir::Media::Multipart,
    }
}

pub(super) fn semantics(word: Option<ast::Semantics>) -> ir::Semantics {
    match word {
        Some(ast::Semantics::Snapshots) => ir::Semantics::Snapshots,
        Some(ast::Semantics::SnapshotThenUpdates) => ir::Semantics::SnapshotThenUpdates,
        Some(ast::Semantics::Events) | None => ir::Semantics::Events,
    }
}

pub(super) fn verdict(word: Option<ast::ExampleVerdict>) -> ir::ExampleVerdict {
    match word {
        Some(ast::ExampleVerdict::Drift) => ir::ExampleVerdict::Drift,
        Some(ast::ExampleVerdict::Invalid) => ir::ExampleVerdict::Invalid,
        Some(ast::ExampleVerdict::Valid) | None => ir::ExampleVerdict::Valid,
    }
}

pub(super) fn scope(word: Option<ast::LimitScope>) -> &'static str {
    match word {
        Some(ast::LimitScope::Ip) => "ip",
        Some(ast::LimitScope::Account) => "account",
        Some(ast::LimitScope::Key) | None => "key",
        Some(ast::LimitScope::Connection) => "connection",
        Some(ast::LimitScope::Route) => "route",
    }
}

pub(super) fn counted(word: Option<ast::Counted>) -> &'static str {
    match word {
        Some(ast::Counted::Request) | None => "request",
        Some(ast::Counted::Connection) => "connection",
    }
}

pub(super) fn digest(word: ast::Digest) -> &'static str {
    match word {
        ast::Digest::Sha256 => "sha256",
        ast::Digest::Sha384 => "sha384",
        ast::Digest::Sha512 => "sha512",
    }
}

pub(super) fn encoding(word: ast::SignatureEncoding) -> &'static str {
    match word {
        ast::SignatureEncoding::Base64 => "base64",
        ast::SignatureEncoding::Hex => "hex",
    }
}

pub(super) fn page_style(word: ast::PageStyle) -> &'static str {
    match word {
        ast::PageStyle::Offset => "offset",
        ast::PageStyle::AfterId => "after-id",
        ast::PageStyle::Cursor => "cursor",
        ast::PageStyle::TillId => "till-id",
    }
}

pub(super) fn sequence_scope(word: Option<ast::SequenceScope>) -> &'static str {
    match word {
        Some(ast::SequenceScope::Feed) => "feed",
        Some(ast::SequenceScope::Connection) | None => "connection",
    }
}

pub(super) fn listed_as(word: ast::ListedAs) -> ir::ListedAs {
    match word {
        ast::ListedAs::Operation => ir::ListedAs::Operation,
        ast::ListedAs::Command => ir::ListedAs::Command,
        ast::ListedAs::Message => ir::ListedAs::Message,
        ast::ListedAs::Enum => ir::ListedAs::Enum,
    }
}
