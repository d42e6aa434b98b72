//! The part of the page that maps what was and was not seen of each API: operations, fields, values of
//! enums and error codes. Each map is folded away and opens by mouse or keyboard.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::html::escape;
use super::tell;
use crate::report::{Axis, Details, Listing, Report, Share};

/// The maps of all APIs that were met; nothing if none was.
pub(super) fn draw(out: &mut String, report: &Report) {
    if report.met().next().is_none() {
        return;
    }
    out.push_str("<section id=\"coverage\"><h2>Coverage</h2>\n");
    out.push_str(
        "<p class=\"soft key\"><span class=\"map\"><b class=\"yes\">seen</b> <b class=\"no\">never seen</b> \
         <b class=\"new\">seen, not in the spec</b></span></p>\n",
    );
    for api in report.met() {
        let _ = writeln!(out, "<h3>{}</h3>", escape(api));
        operations(out, report, api);
        if let Some(details) = report.details.get(api) {
            fields(out, api, details);
            one(out, api, "errors", "error codes", &details.errors);
        }
    }
    out.push_str("</section>\n");
}

/// A folded map: its name, how much was seen as a bar and in words, and what is in it.
fn folded(
    out: &mut String,
    (api, id): (&str, &str),
    what: &str,
    share: Share,
    inside: impl FnOnce(&mut String),
) {
    if share == Share::default() {
        return;
    }
    let _ = writeln!(
        out,
        "<details id=\"coverage-{}-{id}\"><summary>{}<span class=\"bar\" aria-hidden=\"true\"><i class=\"valid\" \
         style=\"flex-grow:{}\"></i><i style=\"flex-grow:{}\"></i></span></summary>\n<div class=\"inside\">",
        escape(api),
        escape(&tell::of(share, what)),
        share.seen,
        share.of - share.seen.min(share.of),
    );
    inside(out);
    out.push_str("</div></details>\n");
}

fn operations(out: &mut String, report: &Report, api: &str) {
    let Some(targets) = report.coverage.get(api) else {
        return;
    };
    let share = report.share(api, Axis::Operations);
    let what = Axis::Operations.counted();
    folded(out, (api, "operations"), what, share, |out| {
        out.push_str("<ul class=\"map\">");
        let (seen, not): (Vec<_>, Vec<_>) = targets.iter().partition(|(_, count)| **count > 0);
        for (id, count) in seen {
            chip(out, "yes", short(id, api), Some(*count));
        }
        for (id, _) in not {
            chip(out, "no", short(id, api), None);
        }
        out.push_str("</ul>\n");
    });
}

fn short<'a>(id: &'a str, api: &str) -> &'a str {
    let rest = id.strip_prefix(api);
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(id)
}

fn fields(out: &mut String, api: &str, details: &Details) {
    for (id, what, listings) in [
        ("fields", "fields", &details.fields),
        ("values", "values of enums", &details.values),
    ] {
        let share = Share::sum(listings.values().map(Listing::share));
        folded(out, (api, id), what, share, |out| by_owner(out, listings));
    }
}

/// The types of which something was seen, then the names of the others.
fn by_owner(out: &mut String, listings: &BTreeMap<Arc<str>, Listing>) {
    let met = |listing: &Listing| {
        let share = listing.share();
        share.seen + share.undocumented > 0
    };
    let (met, others): (Vec<_>, Vec<_>) = listings.iter().partition(|(_, listing)| met(listing));
    for (owner, listing) in met {
        let share = listing.share();
        let _ = writeln!(
            out,
            "<h4>{} <span class=\"soft\">{} of {}</span></h4>",
            escape(owner),
            share.seen,
            share.of
        );
        names(out, listing);
    }
    if !others.is_empty() {
        let _ = writeln!(
            out,
            "<h4>Nothing seen of <span class=\"soft\">{}</span></h4>\n<ul class=\"map\">",
            others.len()
        );
        for (owner, listing) in others {
            chip(out, "no", owner, Some(listing.documented.len() as u64));
        }
        out.push_str("</ul>\n");
    }
}

fn one(out: &mut String, api: &str, id: &str, what: &str, listing: &Listing) {
    folded(out, (api, id), what, listing.share(), |out| {
        names(out, listing)
    });
}

fn names(out: &mut String, listing: &Listing) {
    out.push_str("<ul class=\"map\">");
    for (name, count) in &listing.undocumented {
        chip(out, "new", name, Some(*count));
    }
    let (seen, not): (Vec<_>, Vec<_>) = listing.documented.iter().partition(|(_, shown)| **shown);
    for (class, names) in [("yes", seen), ("no", not)] {
        for (name, _) in names {
            chip(out, class, name, None);
        }
    }
    out.push_str("</ul>\n");
}

/// A name, how it stands and how often it was met. Who cannot see colours hears the state.
fn chip(out: &mut String, class: &str, name: &str, count: Option<u64>) {
    let said = match class {
        "yes" => "",
        "no" => "<span class=\"said\"> never seen</span>",
        _ => "<span class=\"said\"> not in the spec</span>",
    };
    let count = count.map(|n| format!(" <span class=\"soft\">{}</span>", tell::thousands(n)));
    let _ = write!(
        out,
        "<li class=\"{class}\">{}{said}{}</li>",
        escape(if name.is_empty() { "\"\"" } else { name }),
        count.unwrap_or_default()
    );
}
