//! Limits and error codes, which no keyword of either format holds.

use venue_schema::ir::{Api, ErrorClass, LimitId};

use super::info::described;
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Members, Tree};

/// `x-venue-limits` and `x-venue-errors`, where there are any.
pub(crate) fn catalogues(api: &Api) -> Members {
    let both = [
        ("x-venue-limits", limits(api)),
        ("x-venue-errors", errors(api)),
    ];
    both.into_iter()
        .filter(|(_, entries)| !entries.is_empty())
        .map(|(name, entries)| (name.to_owned(), entries.into()))
        .collect()
}

/// Every limit of the API by name: `count` of `what` in `per-s` seconds (at once, without it),
/// counted by `scope`; `penalty-s` to wait once over it.
fn limits(api: &Api) -> Members {
    let each = api.limits.iter().map(|limit| {
        let mut out = described(&[&limit.meta.doc])
            .with("count", limit.count)
            .with("what", limit.what.as_str())
            .with("scope", limit.scope.as_str());
        if let Some(seconds) = limit.per_s {
            out.set("per-s", seconds);
        }
        if let Some(seconds) = limit.penalty_s {
            out.set("penalty-s", seconds);
        }
        out.extend(annotations::provenance(&limit.meta.provenance));
        out.extend(annotations::remarks(api, About::Whole(&limit.meta.id)));
        (limit.name.clone(), out.into())
    });
    each.collect()
}

/// `x-venue-limits`: the names under which [`limits`] has them.
pub(crate) fn named_limits(api: &Api, ids: &[LimitId]) -> Members {
    let mut out = Members::new();
    if !ids.is_empty() {
        let names = ids
            .iter()
            .map(|&id| Tree::from(api.limits[id].name.as_str()));
        out.set("x-venue-limits", names.collect::<Vec<_>>());
    }
    out
}

/// The error catalogue by name: HTTP `status` or application `code` or `text`; the `class` says who
/// must act, `retryable` whether the same can work later, `wait-s` how long to wait before.
fn errors(api: &Api) -> Members {
    let each = api.errors.iter().map(|error| {
        let mut out = described(&[&error.meta.doc]);
        if let Some(status) = error.status {
            out.set("status", u32::from(status));
        }
        if let Some(code) = error.code {
            out.set("code", i128::from(code));
        }
        out.set_text("text", error.text.as_deref().unwrap_or_default());
        out.set("class", class(error.class));
        out.set("retryable", error.retryable);
        if let Some(seconds) = error.wait_s {
            out.set("wait-s", seconds);
        }
        out.extend(annotations::provenance(&error.meta.provenance));
        out.extend(annotations::remarks(api, About::Whole(&error.meta.id)));
        (error.name.clone(), out.into())
    });
    each.collect()
}

fn class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Success => "success",
        ErrorClass::Caller => "caller",
        ErrorClass::Auth => "auth",
        ErrorClass::RateLimit => "rate-limit",
        ErrorClass::Venue => "venue",
        ErrorClass::Ambiguous => "ambiguous",
    }
}
